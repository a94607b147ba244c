use seawall_oracle::{Design, Line, Source};
use seawall_units::{Price, Round, Time, TokenPrice};

/// The longest that any design looks back, in seconds.
const MEMORY: u64 = 86_400;

/// A source of the `oracle` crate that is looked at now and then: it is led through every second
/// between, in which stood what was seen last.
///
/// Of the looks of one second the first is the second's price; the last is what stands afterwards.
/// So a trade that is undone within its second leaves no trace in an average.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    source: Source,
    is_instant: bool,
    stands: Price,
    at: Time,
}

impl Watch {
    pub(crate) fn new(design: Design, opening: TokenPrice, start: Time) -> Self {
        let stands = crossed(opening);
        Self {
            source: Source::new(design, stands, start),
            is_instant: design == Design::Instant,
            stands,
            at: start,
        }
    }

    pub(crate) fn shown(&self) -> TokenPrice {
        self.source.reading().price.into()
    }

    pub(crate) fn observe(&mut self, now: Time, seen: TokenPrice) -> TokenPrice {
        let seen = crossed(seen);
        if self.is_instant {
            self.source.observe(now, seen, Line::Up);
        } else if now > self.at {
            let skipped = now.since(self.at).saturating_sub(MEMORY);
            let mut second = self.at.plus(skipped).plus(1);
            while second < now {
                self.source.observe(second, self.stands, Line::Up);
                second = second.plus(1);
            }
            self.source.observe(now, seen, Line::Up);
        }
        self.stands = seen;
        self.at = self.at.max(now);
        self.shown()
    }
}

/// On the grid of perpetual markets, rounded down; the nearest price that it has beyond its ends.
fn crossed(price: TokenPrice) -> Price {
    let beyond = match price > TokenPrice::ONE {
        true => Price::MAX,
        false => Price::ULP,
    };
    price.to_price(Round::Floor).unwrap_or(beyond)
}
