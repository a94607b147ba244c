use seawall_units::{Price, TokenPrice, Usd};

use super::{Action, ArbitrageTo, Path, PathError, Plan, Point, RewardBase, Step};
use crate::money::{float, floor};
use crate::weights::float as fraction;
use crate::{Curve, Holdings, PriceRatio, Span};

/// Walks a position along a path.
///
/// **Rounding** every amount down to a micro-dollar from the float that the curve gives; differences
/// are exact. **Accuracy** of the float: 32 ulp of what holding is worth, at each step, and their
/// sum over the steps for LVR and fees.
///
/// **Errors** [`PathError`] for a path of fewer than two points or out of order, negative amounts,
/// ratios out of their range, prices more than 10⁵⁰ apart, and amounts beyond 10¹⁵ USD.
pub fn walk(curve: &dyn Curve, plan: &Plan, points: &[Point]) -> Result<Path, PathError> {
    plan.check(points)?;
    let mut walker = Walker::new(curve, plan, points)?;
    let mut actions = plan.actions.iter().peekable();
    let mut steps = Vec::with_capacity(points.len());
    for point in points {
        if !steps.is_empty() {
            walker.advance(point)?;
        }
        while let Some(action) = actions.next_if(|action| action.at() <= point.at) {
            walker.act(action, point)?;
        }
        steps.push(walker.step(point)?);
    }
    Ok(Path {
        deposit: plan.deposit,
        steps,
        variance: walker.variance,
    })
}

/// What was put in at a price.
#[derive(Clone, Copy)]
struct Entry {
    price: Price,
    value: f64,
}

impl Entry {
    fn ratio(&self, price: Price) -> PriceRatio {
        moved(self.price, price)
    }
}

fn moved(from: Price, to: Price) -> PriceRatio {
    PriceRatio::between(TokenPrice::from(from), TokenPrice::from(to))
}

struct Walker<'a> {
    curve: &'a dyn Curve,
    plan: &'a Plan,
    /// What holding is counted from.
    first: Entry,
    /// What the position is counted from: the first entry or the last re-entry.
    entry: Entry,
    /// The part of the entry that has not been withdrawn, and of the first deposit.
    left: f64,
    /// The pool's price, as a multiple of the entry price.
    pool: PriceRatio,
    before: Point,
    variance: f64,
    lvr: f64,
    traded: f64,
    /// Of arbitrageurs, and of all.
    arbitrage_fees: f64,
    fees: f64,
    rewards: f64,
    withdrawn: Usd,
    /// What the same parts of the first deposit were worth.
    hold_withdrawn: Usd,
    realised: Usd,
}

impl<'a> Walker<'a> {
    fn new(curve: &'a dyn Curve, plan: &'a Plan, points: &[Point]) -> Result<Self, PathError> {
        let first = points.first().ok_or(PathError::TooShort { count: 0 })?;
        let entry = Entry {
            price: first.price,
            value: float(plan.deposit),
        };
        Ok(Self {
            curve,
            plan,
            first: entry,
            entry,
            left: 1.0,
            pool: PriceRatio::ONE,
            before: *first,
            variance: 0.0,
            lvr: 0.0,
            traded: 0.0,
            arbitrage_fees: 0.0,
            fees: 0.0,
            rewards: 0.0,
            withdrawn: Usd::ZERO,
            hold_withdrawn: Usd::ZERO,
            realised: Usd::ZERO,
        })
    }

    /// From the point before to this one.
    fn advance(&mut self, point: &Point) -> Result<(), PathError> {
        let ln = moved(self.before.price, point.price).ln();
        self.variance += ln * ln;
        self.accrue_rewards(point);
        let market = self.entry.ratio(point.price);
        let pool = self.arbitraged(market)?;
        let (old, new) = (self.curve.holdings(self.pool), self.curve.holdings(pool));
        let scale = self.entry.value * self.left;
        // Below zero by rounding only, when the price has hardly moved.
        let lost = old.value(market) - new.value(market);
        self.lvr += scale * lost.max(0.0);
        self.collect(market, scale, (old, new));
        // Out of its range a position trades with nobody.
        if self.curve.gamma(pool) < 0.0 {
            let volume = float(point.volume) * fraction(self.plan.share) * self.left;
            self.traded += volume;
            self.fees += volume * fraction(self.plan.fee);
        }
        self.pool = pool;
        self.before = *point;
        Ok(())
    }

    fn accrue_rewards(&mut self, point: &Point) {
        let base = match self.plan.rewards.on {
            RewardBase::Deposit => float(self.plan.deposit) * self.left,
            RewardBase::Value => {
                let market = self.entry.ratio(self.before.price);
                let held = self.curve.holdings(self.pool);
                self.entry.value * self.left * held.value(market)
            }
        };
        let seconds = Span::seconds(point.at.since(self.before.at) as f64);
        let years = seconds.map_or(0.0, |span| span.over(Span::YEAR));
        self.rewards += base * fraction(self.plan.rewards.apr) * years + float(point.reward);
    }

    /// Where arbitrage leaves the pool's price.
    fn arbitraged(&self, market: PriceRatio) -> Result<PriceRatio, PathError> {
        match self.plan.arbitrage {
            ArbitrageTo::Market => Ok(market),
            ArbitrageTo::FeeEdge => {
                let kept = 1.0 - fraction(self.plan.fee);
                let lower = PriceRatio::new(market.ratio() * kept)?;
                let upper = PriceRatio::new(market.ratio() / kept)?;
                Ok(self.pool.clamp(lower, upper))
            }
        }
    }

    /// The fee of an arbitrageur's trade, on what was paid in.
    fn collect(&mut self, market: PriceRatio, scale: f64, (old, new): (Holdings, Holdings)) {
        let risky_in = (new.risky - old.risky).max(0.0) * market.ratio();
        let quote_in = (new.quote - old.quote).max(0.0);
        let fee = fraction(self.plan.fee);
        self.traded += scale * (new.quote - old.quote).abs();
        let paid = scale * (risky_in + quote_in) * fee / (1.0 - fee);
        self.arbitrage_fees += paid;
        self.fees += paid;
    }

    /// What the position and the held deposit are worth, per unit that is left.
    fn worth(&self, point: &Point) -> (f64, f64, f64) {
        let market = self.entry.ratio(point.price);
        let since = self.entry.value * self.curve.hold(market);
        let value = match self.plan.arbitrage {
            // What is subtracted is never below zero, so that rounding makes no gain.
            ArbitrageTo::Market => since - self.entry.value * self.curve.shortfall(market),
            ArbitrageTo::FeeEdge => self.entry.value * self.curve.holdings(self.pool).value(market),
        };
        let hold = self.first.value * self.curve.hold(self.first.ratio(point.price));
        (value, since, hold)
    }

    fn act(&mut self, action: &Action, point: &Point) -> Result<(), PathError> {
        let (value, since, hold) = self.worth(point);
        let down = |field, amount| quantised(field, amount, point);
        match action {
            Action::Withdraw { part, .. } => {
                let part = fraction(*part) * self.left;
                let out = down("withdrawal", part * value)?;
                self.withdrawn += out;
                self.hold_withdrawn += down("held deposit", part * hold)?;
                self.realised += out - down("held deposit", part * since)?;
                self.left -= part;
            }
            Action::Reenter { .. } => {
                let out = down("position", self.left * value)?;
                self.realised += out - down("held deposit", self.left * since)?;
                self.entry = Entry {
                    price: point.price,
                    value,
                };
                self.pool = PriceRatio::ONE;
            }
        }
        Ok(())
    }

    fn step(&self, point: &Point) -> Result<Step, PathError> {
        let (value, since, hold) = self.worth(point);
        let down = |field, amount| quantised(field, amount, point);
        let value = down("position", self.left * value)?;
        Ok(Step {
            at: point.at,
            price: point.price,
            value,
            withdrawn: self.withdrawn,
            hold: down("held deposit", self.left * hold)? + self.hold_withdrawn,
            lvr: down("LVR", self.lvr)?,
            traded: down("traded amount", self.traded)?,
            fees: down("fees", self.fees)?,
            arbitrage_fees: down("fees", self.arbitrage_fees)?,
            rewards: down("rewards", self.rewards)?,
            realised: self.realised,
            open: value - down("held deposit", self.left * since)?,
        })
    }
}

/// An amount, down to a micro-dollar.
fn quantised(field: &'static str, amount: f64, point: &Point) -> Result<Usd, PathError> {
    match amount.abs() < float(Usd::MAX) {
        true => Ok(floor(amount)),
        false => Err(PathError::TooLarge {
            field,
            at: point.at,
            amount,
        }),
    }
}
