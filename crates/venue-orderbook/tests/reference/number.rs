//! Exact numbers, and the one place where they meet a grid.

use num_bigint::BigInt;
use num_rational::BigRational;

/// A number as the rules write it, with nothing lost.
pub type Exact = BigRational;

/// Decimals of each grid.
pub const USD: u32 = 6;
pub const BASE: u32 = 8;
pub const SHARES: u32 = 9;
pub const PRICE: u32 = 10;
pub const RATIO: u32 = 18;
pub const INDEX: u32 = 18;

/// One on the grid of ratios.
pub const ONE: i128 = 1_000_000_000_000_000_000;

/// Which way a number leaves its place between two grid points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Down,
    Up,
}

fn power_of_ten(places: u32) -> BigInt {
    BigInt::from(10_i128.pow(places))
}

/// What so many grid units stand for.
pub fn exact(units: i128, places: u32) -> Exact {
    Exact::new_raw(units.into(), power_of_ten(places))
}

pub fn usd(units: i128) -> Exact {
    exact(units, USD)
}

pub fn base(units: i128) -> Exact {
    exact(units, BASE)
}

pub fn price(units: i128) -> Exact {
    exact(units, PRICE)
}

pub fn ratio(units: i128) -> Exact {
    exact(units, RATIO)
}

pub fn whole(count: i128) -> Exact {
    exact(count, 0)
}

/// The grid point below.
pub fn down(number: &Exact, places: u32) -> i128 {
    let (times, over) = (number.numer() * power_of_ten(places), number.denom());
    let mut units = &times / over;
    // Division of integers cuts towards zero.
    if &units * over != times && (times < BigInt::ZERO) != (*over < BigInt::ZERO) {
        units -= 1;
    }
    i128::try_from(units).expect("a figure of the reference fits 128 bits")
}

/// The grid point above.
pub fn up(number: &Exact, places: u32) -> i128 {
    -down(&-number, places)
}

pub fn rounded(number: &Exact, places: u32, way: Way) -> i128 {
    match way {
        Way::Down => down(number, places),
        Way::Up => up(number, places),
    }
}

/// `value = size · price` in money.
pub fn value(size: i128, at: i128, way: Way) -> i128 {
    rounded(&(base(size) * price(at)), USD, way)
}

/// An amount of money times a ratio.
pub fn share(amount: i128, of: i128, way: Way) -> i128 {
    rounded(&(usd(amount) * ratio(of)), USD, way)
}

/// How much money buys at a price.
pub fn size_for(amount: i128, at: i128, way: Way) -> i128 {
    rounded(&(usd(amount) / price(at)), BASE, way)
}

#[test]
fn rounding_goes_to_the_named_side() {
    let third = |units: i128| exact(units, 0) / whole(3);
    assert_eq!((down(&third(1), 1), up(&third(1), 1)), (3, 4));
    assert_eq!((down(&third(-1), 1), up(&third(-1), 1)), (-4, -3));
    assert_eq!((down(&third(6), 1), up(&third(6), 1)), (20, 20));
    assert_eq!((down(&whole(-2), 0), up(&whole(-2), 0)), (-2, -2));
    let negative_divisor = exact(7, 0) / whole(-2);
    assert_eq!(
        (down(&negative_divisor, 0), up(&negative_divisor, 0)),
        (-4, -3)
    );
}
