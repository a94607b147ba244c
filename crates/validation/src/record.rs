//! What is kept of a run.

use std::collections::BTreeMap;

use seawall_units::{Price, Usd};

use crate::Clock;

/// What ADL closed in one coin in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    /// When.
    pub at: Clock,
    /// The coin's place.
    pub coin: usize,
    /// Closed, at the batch's price.
    pub notional: Usd,
    /// Of that, what a vault had carried.
    pub of_vaults: Usd,
    /// The price of the batch.
    pub price: Price,
    /// The mark when it ran.
    pub mark: Price,
    /// Winners closed.
    pub winners: u64,
    /// Of those, whole positions.
    pub whole: u64,
    /// Profit taken from them at the mark.
    pub taken: Usd,
}

/// What is kept of an order book's run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// ADL, in order of time and coin.
    pub bursts: Vec<Burst>,
    /// Takeovers by minute.
    pub takeovers: BTreeMap<Clock, u64>,
    /// Takeovers that came after ADL in their second.
    pub violations: u64,
    /// What nobody paid.
    pub residual: Usd,
}

/// ADL bursts below this are left out of the count of batches: dust.
pub const DUST: Usd = Usd::whole(10_000);

impl Record {
    /// Adds another group's run.
    pub fn join(&mut self, other: Self) {
        self.bursts.extend(other.bursts);
        self.bursts.sort_by_key(|burst| (burst.at, burst.coin));
        for (minute, count) in other.takeovers {
            *self.takeovers.entry(minute).or_default() += count;
        }
        self.violations += other.violations;
        self.residual += other.residual;
    }

    /// Notional of the bursts that `of` picks.
    pub fn notional(&self, of: impl Fn(&Burst) -> bool) -> Usd {
        let picked = self.bursts.iter().filter(|burst| of(burst));
        picked.map(|burst| burst.notional).sum()
    }

    /// The seconds up to `until` in which coins that `of` picks were deleveraged, dust left out.
    pub fn batches(&self, until: Clock, of: impl Fn(usize) -> bool) -> Vec<Clock> {
        let mut seconds: BTreeMap<Clock, Usd> = BTreeMap::new();
        for burst in self.bursts.iter().filter(|b| b.at <= until && of(b.coin)) {
            *seconds.entry(burst.at).or_default() += burst.notional;
        }
        let large = seconds
            .into_iter()
            .filter(|(_, notional)| *notional >= DUST);
        large.map(|(at, _)| at).collect()
    }
}
