use seawall_units::{Price, Time, Usd};

/// How a position stands at a point of its path. All amounts but the first count from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// When.
    pub at: Time,
    /// The outside price.
    pub price: Price,
    /// What is in the pool, at the outside price.
    pub value: Usd,
    /// What was taken out, at the prices of those moments.
    pub withdrawn: Usd,
    /// What the first deposit would be worth, held, with the same parts taken out at the same
    /// moments.
    pub hold: Usd,
    /// Gross LVR; never falls.
    pub lvr: Usd,
    /// What was traded with the position: the quote side of arbitrage, and its share of the volume
    /// of others.
    pub traded: Usd,
    /// Fees that were collected.
    pub fees: Usd,
    /// Those of them that arbitrageurs paid. What is left of LVR is their profit.
    pub arbitrage_fees: Usd,
    /// Rewards that were given.
    pub rewards: Usd,
    /// Divergence that withdrawals and re-entries have made final; zero or below, but for
    /// [`ArbitrageTo::FeeEdge`](super::ArbitrageTo::FeeEdge).
    pub realised: Usd,
    /// Divergence of what is in the pool against holding since the last entry; it ends at zero if
    /// the price returns there.
    pub open: Usd,
}

impl Step {
    /// Against holding the first deposit, without fees and rewards: signed divergence loss,
    /// `value + withdrawn − hold`.
    ///
    /// The same as realised and open together, until a re-entry sets the price anew from which
    /// these two are counted.
    #[must_use]
    pub fn divergence(&self) -> Usd {
        self.value + self.withdrawn - self.hold
    }

    /// Against holding, with fees and rewards.
    #[must_use]
    pub fn net(&self) -> Usd {
        self.divergence() + self.fees + self.rewards
    }

    /// A portfolio that held what the position held and traded at the outside price.
    #[must_use]
    pub fn rebalanced(&self) -> Usd {
        self.value + self.withdrawn + self.lvr
    }

    /// What arbitrageurs earned: LVR less the fees that they paid.
    ///
    /// Below zero under [`ArbitrageTo::Market`](super::ArbitrageTo::Market) where a fee would have
    /// kept them from trading.
    #[must_use]
    pub fn arbitrage_profit(&self) -> Usd {
        self.lvr - self.arbitrage_fees
    }

    /// All that the provider has.
    #[must_use]
    pub fn wealth(&self) -> Usd {
        self.value + self.withdrawn + self.fees + self.rewards
    }
}

/// What a return is made of; see [the module](super).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parts {
    /// What holding gained.
    pub holding: Usd,
    /// What rebalancing at outside prices gained over holding: below zero in a trend, above it when
    /// the price comes back.
    pub rotation: Usd,
    /// Gross LVR, zero or above; it is subtracted.
    pub lvr: Usd,
    /// Fees.
    pub fees: Usd,
    /// Rewards.
    pub rewards: Usd,
}

impl Parts {
    /// Signed divergence loss: rotation less LVR.
    #[must_use]
    pub fn divergence(&self) -> Usd {
        self.rotation - self.lvr
    }

    /// The return, to the last micro-dollar.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.holding + self.rotation - self.lvr + self.fees + self.rewards
    }
}

/// A walk along a path.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Path {
    /// What was put in.
    pub deposit: Usd,
    /// How the position stood at each point, the first included.
    pub steps: Vec<Step>,
    /// The sum of the squared log returns of the outside price.
    pub variance: f64,
}

impl Path {
    /// What the return up to a step is made of.
    #[must_use]
    pub fn parts(&self, step: &Step) -> Parts {
        Parts {
            holding: step.hold - self.deposit,
            rotation: step.rebalanced() - step.hold,
            lvr: step.lvr,
            fees: step.fees,
            rewards: step.rewards,
        }
    }

    /// How the position stood in the end.
    #[must_use]
    pub fn last(&self) -> Option<&Step> {
        self.steps.last()
    }
}
