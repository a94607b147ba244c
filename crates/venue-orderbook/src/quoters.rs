//! Who of the makers stands by: a bidder who is gone takes his share of the quotes with him.

use seawall_ledger::BidderId;
use seawall_units::Ratio;
use seawall_venue::Presence;

use crate::exchange::Exchange;

/// A bidder and the share of the makers' quotes that is his.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quoter {
    pub(crate) bidder: BidderId,
    pub(crate) presence: Presence,
    pub(crate) book_share: Ratio,
}

impl Exchange {
    pub(crate) fn note_presence(&mut self, quoter: Quoter) {
        match quoter.presence {
            Presence::Here => self.gone.remove(&quoter.bidder),
            Presence::Gone => self.gone.insert(quoter.bidder, quoter.book_share),
        };
    }

    /// The share of the makers' quotes whose owners stand by.
    ///
    /// **Formula** `max(0, 1 − Σ share of who is gone)`.
    pub(crate) fn quoting(&self) -> Ratio {
        (Ratio::ONE - self.gone.values().copied().sum::<Ratio>()).or_zero()
    }
}
