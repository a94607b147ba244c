//! Exact rationals and the one rounding.
use num_bigint::BigInt;
use num_rational::BigRational;

pub(crate) type Q = BigRational;

/// Decimals of the grids.
pub(crate) const MONEY: u32 = 6;
pub(crate) const TOKENS: u32 = 8;
pub(crate) const SHARES: u32 = 9;
pub(crate) const PRICE: u32 = 10;
pub(crate) const RATIO: u32 = 18;
/// Factors and cumulative rates of the contracts.
pub(crate) const FACTOR: u32 = 30;
/// Pending price impact, in index tokens.
pub(crate) const PENDING: u32 = 18;

/// Which way a figure is rounded to its grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Down,
    Up,
}

fn scale(decimals: u32) -> BigInt {
    BigInt::from(10).pow(decimals)
}

/// The largest grid number not above `x`.
pub(crate) fn down(x: &Q, decimals: u32) -> Q {
    let scale = scale(decimals);
    let whole = (x * &scale).floor().to_integer();
    Q::new(whole, scale)
}

/// The smallest grid number not below `x`.
pub(crate) fn up(x: &Q, decimals: u32) -> Q {
    -down(&-x.clone(), decimals)
}

pub(crate) fn round(x: &Q, decimals: u32, way: Way) -> Q {
    match way {
        Way::Down => down(x, decimals),
        Way::Up => up(x, decimals),
    }
}

pub(crate) fn whole(count: i64) -> Q {
    Q::from_integer(BigInt::from(count))
}

pub(crate) fn zero() -> Q {
    whole(0)
}

pub(crate) fn is_positive(x: &Q) -> bool {
    *x > zero()
}

/// `x`, or nothing when it is below zero.
pub(crate) fn or_zero(x: Q) -> Q {
    if is_positive(&x) { x } else { zero() }
}

pub(crate) fn abs(x: Q) -> Q {
    if x < zero() { -x } else { x }
}

/// A count of grid units as the number that it stands for.
pub(crate) fn of_units(units: i128, decimals: u32) -> Q {
    Q::new(BigInt::from(units), scale(decimals))
}

/// A number that lies on the grid as its count of grid units.
pub(crate) fn units(x: &Q, decimals: u32) -> i128 {
    let scaled = x * scale(decimals);
    assert!(scaled.is_integer(), "{x} lies off the grid of {decimals}");
    i128::try_from(scaled.to_integer()).expect("a figure of the model fits the grid")
}
