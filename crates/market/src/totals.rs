//! Sums over all positions, kept as they change, so that no figure of the market needs a loop over
//! accounts.

use ethnum::I256;
use seawall_margin::{Accrual, Position};
use seawall_units::{Base, Index, Price, Round, Side, Usd, mul_div_wide, product};

/// The sums of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SideTotals {
    /// Unsigned open size.
    pub size: Base,
    /// Signed cost of entry.
    pub cost: Usd,
    /// Positions.
    pub count: u64,
    /// Σ signed size · funding index at settlement, on a grid of 10⁻²⁶ USD.
    funding: I256,
    /// Σ |size| · utilisation index at settlement, on a grid of 10⁻²⁶ USD.
    utilisation: I256,
}

/// The sums of both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Longs.
    pub long: SideTotals,
    /// Shorts.
    pub short: SideTotals,
}

/// 10^8 · 10^18 / 10^6
const PER_USD: I256 = I256::new(100_000_000_000_000_000_000);

fn wide(size: Base, index: Index) -> I256 {
    product(size.units(), index.units())
}

impl Totals {
    /// The sums of a side.
    #[must_use]
    pub const fn side(&self, side: Side) -> &SideTotals {
        match side {
            Side::Long => &self.long,
            Side::Short => &self.short,
        }
    }

    /// Replaces one position by another.
    pub fn replace(&mut self, old: &Position, new: &Position) {
        self.shift(old, Shift::Out);
        self.shift(new, Shift::In);
    }

    fn shift(&mut self, position: &Position, shift: Shift) {
        let totals = match position.side() {
            None => return,
            Some(Side::Long) => &mut self.long,
            Some(Side::Short) => &mut self.short,
        };
        let (size, cost) = (position.size().abs(), position.cost());
        let funding = wide(position.size(), position.funding_then());
        let utilisation = wide(size, position.utilisation_then());
        match shift {
            Shift::In => {
                totals.size += size;
                totals.cost += cost;
                totals.count = totals.count.saturating_add(1);
                totals.funding = totals.funding.saturating_add(funding);
                totals.utilisation = totals.utilisation.saturating_add(utilisation);
            }
            Shift::Out => {
                totals.size -= size;
                totals.cost -= cost;
                totals.count = totals.count.saturating_sub(1);
                totals.funding = totals.funding.saturating_sub(funding);
                totals.utilisation = totals.utilisation.saturating_sub(utilisation);
            }
        }
    }

    /// Net signed size.
    #[must_use]
    pub fn net(&self) -> Base {
        self.long.size - self.short.size
    }

    /// Open interest of a side at a price, rounded up.
    #[must_use]
    pub fn open_interest(&self, side: Side, price: Price) -> Usd {
        price.value_ceil(self.side(side).size)
    }

    /// Traders' net open PnL, unsettled funding included, rounded up: against the pool.
    ///
    /// **Formula** `Σq·P − Σcost − (F·Σq − Σq·F0)`.
    #[must_use]
    pub fn open_pnl(&self, price: Price, now: &Accrual) -> Usd {
        let then = self.long.funding.saturating_add(self.short.funding);
        open_pnl(
            (self.net(), self.long.cost + self.short.cost, then),
            price,
            now,
        )
    }

    /// The same for one side alone.
    #[must_use]
    pub fn side_pnl(&self, side: Side, price: Price, now: &Accrual) -> Usd {
        let totals = self.side(side);
        open_pnl(
            (side.signed(totals.size), totals.cost, totals.funding),
            price,
            now,
        )
    }

    /// Utilisation fees that positions owe and have not paid, rounded down: against the vaults.
    #[must_use]
    pub fn unsettled_utilisation(&self, now: &Accrual) -> Usd {
        let owed = |totals: &SideTotals, index| {
            wide(totals.size, index).saturating_sub(totals.utilisation)
        };
        let both = owed(&self.long, now.long).saturating_add(owed(&self.short, now.short));
        usd(both, Round::Floor)
    }
}

fn open_pnl((net, cost, then): (Base, Usd, I256), price: Price, now: &Accrual) -> Usd {
    let owed = wide(net, now.funding).saturating_sub(then);
    price.value_ceil(net) - cost - usd(owed, Round::Floor)
}

fn usd(units: I256, round: Round) -> Usd {
    let units = mul_div_wide(units, I256::ONE, PER_USD, round);
    units
        .and_then(|units| Usd::from_units(units).ok())
        .unwrap_or(Usd::ZERO)
}

enum Shift {
    In,
    Out,
}
