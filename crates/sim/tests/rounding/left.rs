//! What roundings have left in one place, beside how many of them there were.

use std::collections::BTreeMap;

use ethnum::I256;
use seawall_units::{Base, Index, Price, Ratio, Usd};

/// An exact amount of money: an integer on a grid of 10⁻⁴² USD, fine enough for the product of an
/// amount with two ratios, of a size with a price and a ratio, and of an amount with thirty decimals.
pub(crate) type Exact = I256;

fn ten(exponent: u32) -> I256 {
    I256::from(10).pow(exponent)
}

/// One micro-dollar on the exact grid.
pub(crate) fn micro() -> Exact {
    ten(36)
}

pub(crate) fn exact(amount: Usd) -> Exact {
    I256::from(amount.units()) * micro()
}

/// `size · price`: 10⁻⁸ · 10⁻¹⁰.
pub(crate) fn value(size: Base, price: Price) -> Exact {
    I256::from(size.units()) * I256::from(price.units()) * ten(24)
}

/// `size · index`: 10⁻⁸ · 10⁻¹⁸.
pub(crate) fn owed(size: Base, index: Index) -> Exact {
    I256::from(size.units()) * I256::from(index.units()) * ten(16)
}

/// `amount · factor` with thirty decimals of the factor: 10⁻⁶ · 10⁻³⁰.
pub(crate) fn charged(size: Usd, factor: I256) -> Exact {
    I256::from(size.units()) * factor * ten(6)
}

/// `exact · ratio`, for an exact amount on 10⁻²⁴ or coarser: nothing is cut off.
pub(crate) fn share(amount: Exact, ratio: Ratio) -> Exact {
    amount / ten(18) * I256::from(ratio.units())
}

/// One place where roundings stay, over a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Roundings that could have left something.
    pub(crate) operations: u64,
    /// What they left together.
    pub(crate) left: Exact,
    /// The most that the roundings of one second left, over their number.
    pub(crate) worst: Exact,
}

/// In micro-dollars with three decimals, the rest cut off.
pub(crate) fn text(amount: Exact) -> String {
    let thousandths = (amount * 1_000 / micro()).as_i128();
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, rest) = (thousandths.abs() / 1_000, thousandths.abs() % 1_000);
    format!("{sign}{whole}.{rest:03}")
}

/// The places of one venue, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Budget {
    pub(crate) places: BTreeMap<&'static str, Place>,
}

/// What a place may hold after some operations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    pub(crate) operations: u64,
    /// What each of them leaves less than.
    pub(crate) each: Exact,
}

/// Operations that each leave less than one micro-dollar.
pub(crate) fn units(operations: u64) -> Bound {
    let each = micro();
    Bound { operations, each }
}

impl Budget {
    /// Holds the law of one place: `0 ≤ left < operations · each`, nothing where there was none.
    pub(crate) fn note(&mut self, name: &'static str, left: Exact, bound: Bound) {
        let Bound { operations, each } = bound;
        let most = each * I256::from(operations);
        let within = left >= 0 && (left < most || (left == 0 && operations == 0));
        assert!(
            within,
            "{name}: {operations} roundings left {} micro-dollars, they may leave less than {}",
            text(left),
            text(most),
        );
        let place = self.places.entry(name).or_default();
        place.operations += operations;
        place.left += left;
        if operations > 0 {
            place.worst = place.worst.max(left / I256::from(operations));
        }
    }

    /// Adds what another run has left.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (name, found) in &other.places {
            let place = self.places.entry(name).or_default();
            place.operations += found.operations;
            place.left += found.left;
            place.worst = place.worst.max(found.worst);
        }
    }
}
