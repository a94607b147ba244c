use seawall_venue::{Detail, Event, Told};

use crate::coin::CoinId;
use crate::exchange::Exchange;

/// The events of an exchange in their order, with the coin that each is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chronicle {
    detail: Detail,
    told: Vec<(Option<CoinId>, Told)>,
}

impl Chronicle {
    pub(crate) const fn is_full(&self) -> bool {
        matches!(self.detail, Detail::Full)
    }
}

impl Exchange {
    /// From now on tells as much as `detail` says.
    pub const fn set_detail(&mut self, detail: Detail) {
        self.chronicle.detail = detail;
    }

    /// Takes what happened since the last call, with the place of each event between the postings
    /// and the coin that it is about; without one it is about an account, a deficit or everybody.
    pub fn drain_told(&mut self) -> Vec<(Option<CoinId>, Told)> {
        std::mem::take(&mut self.chronicle.told)
    }

    /// The same without the coins, into a buffer of the caller's, whose room is used again.
    pub(crate) fn take_told(&mut self, buffer: &mut Vec<Told>) {
        buffer.clear();
        buffer.extend(self.chronicle.told.drain(..).map(|(_, told)| told));
    }

    /// Tells what is about no single coin.
    pub(crate) fn tell(&mut self, event: Event) {
        self.note(None, event);
    }

    pub(crate) fn tell_of(&mut self, coin: CoinId, event: Event) {
        self.note(Some(coin), event);
    }

    fn note(&mut self, coin: Option<CoinId>, event: Event) {
        if self.chronicle.is_full() || !event.is_detail() {
            let posted = self.ledger.posted();
            self.chronicle.told.push((coin, Told { posted, event }));
        }
    }
}
