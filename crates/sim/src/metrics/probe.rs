//! What opening orders would have cost, second by second.

use seawall_units::{Ratio, Side, Usd};
use seawall_venue::{Quote, Venue};

use crate::CostAtSize;

/// Opening orders of one size on both sides, quoted every second and never sent.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    notional: Usd,
    /// What was quoted last, both sides together.
    last: Quote,
    depth: Depth,
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
    pub(crate) fn new(notional: Usd) -> Self {
        Self {
            notional,
            last: Quote::default(),
            depth: Depth::Short,
            asked: Usd::ZERO,
            filled: Usd::ZERO,
            cost: Usd::ZERO,
            worst: None,
        }
    }

    /// Quotes both sides anew.
    pub(crate) fn ask(&mut self, venue: &dyn Venue) {
        (self.last, self.depth) = (Quote::default(), Depth::Whole);
        for side in Side::BOTH {
            let quote = venue.quote(side, self.notional);
            self.last.filled += quote.filled;
            self.last.cost += quote.cost;
            // `None` is below every cost, and nothing filled has no cost. A quote that stands for
            // several seconds is no worse in the later ones.
            self.worst = self.worst.max(quote.cost.ratio_ceil(quote.filled));
            if quote.filled < self.notional {
                self.depth = Depth::Short;
            }
        }
    }

    /// Counts a second with what was quoted last.
    pub(crate) fn count(&mut self) -> Depth {
        self.asked += self.notional + self.notional;
        self.filled += self.last.filled;
        self.cost += self.last.cost;
        self.depth
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
