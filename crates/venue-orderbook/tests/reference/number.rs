//! Exact numbers, and the one place where they meet a grid.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

use num_bigint::BigInt;

/// A number as the rules write it, with nothing lost: a fraction with a divisor above zero.
///
/// It is never brought to lowest terms, which would take most of the test's time.
#[derive(Debug, Clone)]
pub struct Exact {
    over: BigInt,
    under: BigInt,
}

impl Exact {
    pub fn recip(&self) -> Self {
        fraction(self.under.clone(), self.over.clone())
    }
}

fn fraction(over: BigInt, under: BigInt) -> Exact {
    assert_ne!(under, BigInt::ZERO, "a division by zero in the reference");
    match under < BigInt::ZERO {
        true => Exact {
            over: -over,
            under: -under,
        },
        false => Exact { over, under },
    }
}

impl Add for Exact {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let over = self.over * &other.under + other.over * &self.under;
        fraction(over, self.under * other.under)
    }
}

impl Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        fraction(-self.over, self.under)
    }
}

impl Sub for Exact {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Exact {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        fraction(self.over * other.over, self.under * other.under)
    }
}

impl Div for Exact {
    type Output = Self;
    #[allow(clippy::suspicious_arithmetic_impl)] // to divide is to multiply by the reciprocal
    fn div(self, other: Self) -> Self {
        self * other.recip()
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.over * &other.under).cmp(&(&other.over * &self.under))
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

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
    fraction(units.into(), power_of_ten(places))
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
    let times = &number.over * power_of_ten(places);
    let mut units = &times / &number.under;
    // Division of integers cuts towards zero.
    if times < BigInt::ZERO && &units * &number.under != times {
        units -= 1;
    }
    i128::try_from(units).expect("a figure of the reference fits 128 bits")
}

/// The grid point above.
pub fn up(number: &Exact, places: u32) -> i128 {
    -down(&-number.clone(), places)
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

#[test]
fn fractions_are_those_of_num_rational() {
    use num_rational::BigRational;
    let theirs = |over: i128, under: i128| BigRational::new(over.into(), under.into());
    let ours = |over: i128, under: i128| whole(over) / whole(under);
    let pairs = [
        (7, 3),
        (-7, 3),
        (5, -11),
        (0, 4),
        (10_i128.pow(12), 9),
        (-1, 10_i128.pow(9)),
    ];
    for one in pairs {
        for other in pairs {
            let (a, b) = (ours(one.0, one.1), ours(other.0, other.1));
            let (x, y) = (theirs(one.0, one.1), theirs(other.0, other.1));
            let same = |got: &Exact, expected: &BigRational| {
                let floor = (expected * theirs(1_000_000, 1)).floor().to_integer();
                let ceil = (expected * theirs(1_000_000, 1)).ceil().to_integer();
                assert_eq!(
                    (down(got, 6), up(got, 6)),
                    (i128_of(&floor), i128_of(&ceil))
                );
            };
            same(&(a.clone() + b.clone()), &(&x + &y));
            same(&(a.clone() - b.clone()), &(&x - &y));
            assert_eq!(a.cmp(&b), x.cmp(&y));
            if other.0 != 0 {
                same(&(a.clone() / b.clone()), &(&x / &y));
            }
            let small = theirs(1, 10_i128.pow(20));
            let least = ours(1, 10_i128.pow(20));
            same(&(a * b * least), &(&x * &y * &small));
        }
    }
}

fn i128_of(number: &BigInt) -> i128 {
    i128::try_from(number.clone()).unwrap()
}
