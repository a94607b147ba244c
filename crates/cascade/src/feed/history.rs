use std::collections::VecDeque;

use seawall_units::{Time, TokenPrice};

/// What was seen when, as far back as somebody still asks.
#[derive(Debug, Clone)]
pub(crate) struct History {
    /// Moments rise, each with what stood from then on.
    changes: VecDeque<(Time, TokenPrice)>,
    /// What stood before the first change.
    opening: TokenPrice,
}

impl History {
    pub(crate) fn new(at: Time, price: TokenPrice) -> Self {
        Self {
            changes: VecDeque::from([(at, price)]),
            opening: price,
        }
    }

    /// What stood before anything was recorded.
    pub(crate) const fn opening(&self) -> TokenPrice {
        self.opening
    }

    /// Takes in what is seen now; of one moment the last counts.
    pub(crate) fn record(&mut self, now: Time, price: TokenPrice) {
        match self.changes.back_mut() {
            Some(last) if last.0 >= now => last.1 = price,
            Some(last) if last.1 == price => {}
            _ => self.changes.push_back((now, price)),
        }
    }

    /// What stood at a moment.
    pub(crate) fn at(&self, moment: Time) -> TokenPrice {
        let before = self.changes.iter().rev().find(|(at, _)| *at <= moment);
        before.map_or(self.opening, |(_, price)| *price)
    }

    /// Drops what stood before a moment and no longer at it.
    pub(crate) fn forget_before(&mut self, moment: Time) {
        while self.changes.get(1).is_some_and(|(at, _)| *at <= moment) {
            self.changes.pop_front();
        }
    }
}
