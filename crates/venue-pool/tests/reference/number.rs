//! Exact rationals and the one rounding.
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use num_bigint::BigInt;
use num_rational::BigRational;
use seawall_gmx::U256;
use seawall_gmx::power::apply_exponent_factor;

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

/// A rational that is not brought to lowest terms: denominators are few powers of ten until a
/// rounding, and looking for common factors would take most of the time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Q(BigRational);

impl fmt::Debug for Q {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.reduced(), f)
    }
}

fn ratio(numer: BigInt, denom: BigInt) -> Q {
    Q(BigRational::new_raw(numer, denom))
}

fn sum(a: &Q, b: &Q) -> Q {
    let (a, b) = (&a.0, &b.0);
    match a.denom() == b.denom() {
        true => ratio(a.numer() + b.numer(), a.denom().clone()),
        false => ratio(
            a.numer() * b.denom() + b.numer() * a.denom(),
            a.denom() * b.denom(),
        ),
    }
}

fn product(a: &Q, b: &Q) -> Q {
    ratio(a.0.numer() * b.0.numer(), a.0.denom() * b.0.denom())
}

/// One over a number, which is positive wherever the rules divide.
fn inverse(a: &Q) -> Q {
    assert!(is_positive(a), "a divisor is above zero");
    ratio(a.0.denom().clone(), a.0.numer().clone())
}

impl Neg for Q {
    type Output = Q;
    fn neg(self) -> Q {
        let (numer, denom) = self.0.into_raw();
        ratio(-numer, denom)
    }
}

/// One operation for owned and borrowed operands.
macro_rules! operation {
    ($trait:ident, $name:ident, $work:expr) => {
        impl $trait<&Q> for &Q {
            type Output = Q;
            fn $name(self, other: &Q) -> Q {
                $work(self, other)
            }
        }
        impl $trait<Q> for &Q {
            type Output = Q;
            fn $name(self, other: Q) -> Q {
                $work(self, &other)
            }
        }
        impl $trait<&Q> for Q {
            type Output = Q;
            fn $name(self, other: &Q) -> Q {
                $work(&self, other)
            }
        }
        impl $trait<Q> for Q {
            type Output = Q;
            fn $name(self, other: Q) -> Q {
                $work(&self, &other)
            }
        }
    };
}

operation!(Add, add, sum);
operation!(Sub, sub, |a: &Q, b: &Q| sum(a, &-b.clone()));
operation!(Mul, mul, product);
operation!(Div, div, |a: &Q, b: &Q| product(a, &inverse(b)));

impl AddAssign<&Q> for Q {
    fn add_assign(&mut self, other: &Q) {
        *self = sum(self, other);
    }
}

impl AddAssign<Q> for Q {
    fn add_assign(&mut self, other: Q) {
        *self += &other;
    }
}

impl SubAssign<&Q> for Q {
    fn sub_assign(&mut self, other: &Q) {
        *self = &*self - other;
    }
}

impl SubAssign<Q> for Q {
    fn sub_assign(&mut self, other: Q) {
        *self -= &other;
    }
}

impl<'a> Sum<&'a Q> for Q {
    fn sum<I: Iterator<Item = &'a Q>>(all: I) -> Q {
        all.fold(zero(), |so_far, each| so_far + each)
    }
}

impl Sum<Q> for Q {
    fn sum<I: Iterator<Item = Q>>(all: I) -> Q {
        all.fold(zero(), |so_far, each| so_far + each)
    }
}

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
    let scaled = BigRational::new_raw(x.0.numer() * &scale, x.0.denom().clone());
    ratio(scaled.floor().to_integer(), scale)
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
    ratio(BigInt::from(count), BigInt::from(1))
}

pub(crate) fn zero() -> Q {
    whole(0)
}

pub(crate) fn is_positive(x: &Q) -> bool {
    *x.0.numer() > BigInt::ZERO
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
    ratio(BigInt::from(units), scale(decimals))
}

/// A number that lies on the grid as its count of grid units.
pub(crate) fn units(x: &Q, decimals: u32) -> i128 {
    let on_grid = down(x, decimals);
    assert!(on_grid == *x, "{x:?} lies off the grid of {decimals}");
    i128::try_from(on_grid.0.into_raw().0).expect("a figure of the model fits the grid")
}

/// A power as the contracts take it, with both operands and the result on the grid of factors: the
/// one figure that the model does not work out itself. Its own crate checks it digit for digit
/// against figures of the executed contracts.
pub(crate) fn power(base: &Q, exponent: &Q) -> Q {
    let given = [base, exponent].map(|x| {
        let units = down(x, FACTOR).0.into_raw().0;
        units.to_string().parse::<U256>().expect("within 256 bits")
    });
    let raised = apply_exponent_factor(given[0], given[1]).expect("a power within its range");
    let units: BigInt = raised.to_string().parse().expect("a number");
    ratio(units, scale(FACTOR))
}
