//! What opening orders would have cost, second by second.

use seawall_units::{Ratio, Side, Usd};
use seawall_venue::Venue;

use crate::CostAtSize;

/// Opening orders of one size on both sides, quoted every second and never sent.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    notional: Usd,
    asked: Usd,
    filled: Usd,
    cost: Usd,
    worst: Option<Ratio>,
}

/// Whether both sides would have been filled whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// They would.
    Whole,
    /// One of them would not.
    Short,
}

impl Probe {
    pub(crate) const fn new(notional: Usd) -> Self {
        Self {
            notional,
            asked: Usd::ZERO,
            filled: Usd::ZERO,
            cost: Usd::ZERO,
            worst: None,
        }
    }

    /// Quotes both sides now.
    pub(crate) fn take(&mut self, venue: &dyn Venue) -> Depth {
        let mut depth = Depth::Whole;
        for side in Side::BOTH {
            let quote = venue.quote(side, self.notional);
            self.asked += self.notional;
            self.filled += quote.filled;
            self.cost += quote.cost;
            // `None` is below every cost, and nothing filled has no cost.
            self.worst = self.worst.max(quote.cost.ratio_ceil(quote.filled));
            if quote.filled < self.notional {
                depth = Depth::Short;
            }
        }
        depth
    }

    pub(crate) fn outcome(&self) -> CostAtSize {
        CostAtSize {
            notional: self.notional,
            filled_share: self.filled.ratio_floor(self.asked).unwrap_or_default(),
            mean: self.cost.ratio_ceil(self.filled),
            worst: self.worst,
        }
    }
}
