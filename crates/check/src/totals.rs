//! Sums over all positions of traders, kept as positions change.

use ethnum::I256;

use crate::books::Held;
use crate::fixed::{Base, Factor, Price, Usd};
use crate::names::Side;
use crate::wide::{Round, value};

/// The sums of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SideTotals {
    /// Unsigned size.
    pub(crate) size: Base,
    /// Signed cost of entry.
    pub(crate) cost: Usd,
    /// Positions.
    pub(crate) count: u64,
    /// Σ signed size · first index at settlement.
    first: I256,
    /// Σ unsigned size · second index at settlement.
    second: I256,
    /// Σ unsigned cost · first factor at settlement.
    borrowed: I256,
}

impl Default for SideTotals {
    fn default() -> Self {
        Self {
            size: Base::ZERO,
            cost: Usd::ZERO,
            count: 0,
            first: I256::ZERO,
            second: I256::ZERO,
            borrowed: I256::ZERO,
        }
    }
}

/// The sums of both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Totals {
    long: SideTotals,
    short: SideTotals,
}

/// Units of USD in units of base × units of an index of 18 decimals.
const PER_USD: I256 = I256::new(10_i128.pow(20));

fn product(a: i128, b: i128) -> I256 {
    I256::from(a).saturating_mul(I256::from(b))
}

impl SideTotals {
    /// Borrowing fees that a side owes and has not paid, rounded down.
    pub(crate) fn pending(&self, level: Factor) -> Usd {
        let all = product(self.cost.abs().units(), level.units()).saturating_sub(self.borrowed);
        let units = all.checked_div_euclid(I256::new(Factor::ONE_UNITS));
        let units = units.and_then(|units| i128::try_from(units).ok());
        Usd::from_units(units.unwrap_or(0)).or_zero()
    }
}

impl Totals {
    pub(crate) const fn side(&self, side: Side) -> &SideTotals {
        match side {
            Side::Long => &self.long,
            Side::Short => &self.short,
        }
    }

    /// Replaces one position by another.
    pub(crate) fn replace(&mut self, old: &Held, new: &Held) {
        self.shift(old, -1);
        self.shift(new, 1);
    }

    fn shift(&mut self, held: &Held, sign: i128) {
        let totals = match held.side() {
            None => return,
            Some(Side::Long) => &mut self.long,
            Some(Side::Short) => &mut self.short,
        };
        let [first, second, ..] = held.since;
        let times = |units: i128| units.saturating_mul(sign);
        totals.size += Base::from_units(times(held.size.abs().units()));
        totals.cost += Usd::from_units(times(held.cost.units()));
        totals.count = match sign > 0 {
            true => totals.count.saturating_add(1),
            false => totals.count.saturating_sub(1),
        };
        totals.first = totals
            .first
            .saturating_add(product(times(held.size.units()), first));
        let second = product(times(held.size.abs().units()), second);
        totals.second = totals.second.saturating_add(second);
        let borrowed = product(times(held.cost.abs().units()), first);
        totals.borrowed = totals.borrowed.saturating_add(borrowed);
    }

    /// Net signed size.
    pub(crate) fn net(&self) -> Base {
        self.long.size - self.short.size
    }

    /// Open interest of a side at a price, rounded up.
    pub(crate) fn open_interest(&self, side: Side, price: Price) -> Usd {
        value(self.side(side).size, price, Round::Ceil)
    }

    /// Traders' net open profit, unsettled funding included, against the pool: the product with the
    /// mark is rounded up, what is owed down.
    pub(crate) fn open_pnl(&self, price: Price, funding: i128) -> Usd {
        let net = self.net();
        let then = self.long.first.saturating_add(self.short.first);
        let owed = product(net.units(), funding).saturating_sub(then);
        let owed = owed
            .checked_div_euclid(PER_USD)
            .and_then(|units| i128::try_from(units).ok());
        value(net, price, Round::Ceil)
            - self.long.cost
            - self.short.cost
            - Usd::from_units(owed.unwrap_or(0))
    }
}
