use seawall_units::{Price, Ratio, Time, Usd};

use super::PathError;

/// A moment of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub at: Time,
    /// The outside price.
    pub price: Price,
    /// What others than arbitrageurs have traded in the whole pool since the point before. They
    /// trade both ways alike and leave the pool's price where it is.
    pub volume: Usd,
    /// What the position was given since the point before, besides [`Plan::rewards`].
    pub reward: Usd,
}

impl Point {
    /// A price at a moment, with no other trades and no reward.
    #[must_use]
    pub const fn new(at: Time, price: Price) -> Self {
        Self {
            at,
            price,
            volume: Usd::ZERO,
            reward: Usd::ZERO,
        }
    }
}

/// How far arbitrage moves the pool's price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArbitrageTo {
    /// To the outside price, as if the fee kept nobody from trading. Divergence loss depends on the
    /// price alone.
    #[default]
    Market,
    /// To the edge of the fee's band, `P·(1 − φ)` to `P/(1 − φ)`, and not at all inside it: all that
    /// pays. The pool's price lags, and with it what the position holds.
    FeeEdge,
}

/// What rewards are counted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RewardBase {
    /// What was deposited and has not been withdrawn.
    #[default]
    Deposit,
    /// What the position is worth, at the point before.
    Value,
}

/// Rewards that accrue with time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rewards {
    /// Simple interest per year of 365 days.
    pub apr: Ratio,
    /// What it is counted on.
    pub on: RewardBase,
}

/// What the provider does, after the accounts of the first point at or after its moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Takes a part of the position out, in (0, 1]. Its divergence loss is realised.
    Withdraw {
        /// When.
        at: Time,
        /// Which part of what is there.
        part: Ratio,
    },
    /// Takes all of the position out and puts it in again at the outside price: divergence loss is
    /// realised and counted from there on anew. A range moves along: its ends stay the same
    /// multiples of the entry price.
    Reenter {
        /// When.
        at: Time,
    },
}

impl Action {
    /// When it is.
    #[must_use]
    pub const fn at(&self) -> Time {
        match self {
            Self::Withdraw { at, .. } | Self::Reenter { at } => *at,
        }
    }
}

/// What is put in, what it earns, and what the provider does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What is put in at the first price.
    pub deposit: Usd,
    /// The fee φ on what is paid in, `0 ≤ φ < 1`; half a percent is 0.005. It is collected in the
    /// asset that is paid in, turned into USD at the outside price at once, and stays outside of
    /// the pool.
    pub fee: Ratio,
    /// The position's share in the pool's liquidity, in (0, 1]: of [`Point::volume`] it earns this
    /// part. What arbitrage trades is counted of the position alone.
    pub share: Ratio,
    /// How far arbitrage moves the pool's price.
    pub arbitrage: ArbitrageTo,
    /// Rewards that accrue with time.
    pub rewards: Rewards,
    /// What the provider does, in order of time.
    pub actions: Vec<Action>,
}

impl Plan {
    /// A deposit that is left alone: no fee, no rewards.
    #[must_use]
    pub fn new(deposit: Usd) -> Self {
        Self {
            deposit,
            fee: Ratio::ZERO,
            share: Ratio::ONE,
            arbitrage: ArbitrageTo::Market,
            rewards: Rewards::default(),
            actions: Vec::new(),
        }
    }

    /// Refuses what no walk can be made of.
    pub(super) fn check(&self, points: &[Point]) -> Result<(), PathError> {
        if !self.deposit.is_positive() {
            return Err(PathError::Amount {
                field: "deposit",
                amount: self.deposit,
                legal: "above 0, up to 10^15",
            });
        }
        let ratio = |field, ratio: Ratio, legal, fits: bool| match fits {
            true => Ok(()),
            false => Err(PathError::Ratio {
                field,
                ratio,
                legal,
            }),
        };
        let fee = self.fee;
        ratio(
            "fee",
            fee,
            "0 <= fee < 1",
            !fee.is_negative() && fee < Ratio::ONE,
        )?;
        let part = |part: Ratio| part.is_positive() && part <= Ratio::ONE;
        ratio("share", self.share, "0 < share <= 1", part(self.share))?;
        let apr = self.rewards.apr;
        ratio("reward", apr, "0 or more a year", !apr.is_negative())?;
        self.check_points(points)?;
        let mut before = points.first().map(|point| point.at).unwrap_or_default();
        let last = points.last().map(|point| point.at).unwrap_or_default();
        let first = before;
        for action in &self.actions {
            let at = action.at();
            if at < before || at <= first || at > last {
                return Err(PathError::Action { at });
            }
            if let Action::Withdraw { part: taken, .. } = action {
                ratio("withdrawn part", *taken, "0 < part <= 1", part(*taken))?;
            }
            before = at;
        }
        Ok(())
    }

    fn check_points(&self, points: &[Point]) -> Result<(), PathError> {
        if points.len() < 2 {
            return Err(PathError::TooShort {
                count: points.len(),
            });
        }
        for (number, pair) in (2..).zip(points.windows(2)) {
            if let [before, point] = pair
                && point.at <= before.at
            {
                return Err(PathError::Order {
                    number,
                    at: point.at,
                    before: before.at,
                });
            }
        }
        for (field, amount) in points
            .iter()
            .flat_map(|point| [("volume", point.volume), ("reward", point.reward)])
        {
            if amount.is_negative() {
                return Err(PathError::Amount {
                    field,
                    amount,
                    legal: "0 or more",
                });
            }
        }
        Ok(())
    }
}
