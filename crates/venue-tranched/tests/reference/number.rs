//! Exact numbers, and the one rounding of the reference.
//!
//! A figure is a whole count of units of its grid. A formula is worked in rationals of USD, base
//! and so on and brought back to a grid once, with a direction in its name.

use std::cmp::Ordering;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use seawall_units::{Rate, Ratio, Usd};

/// An exact number: a fraction that is not brought to lowest terms, as nothing here is long enough
/// for that to pay.
#[derive(Debug, Clone)]
pub struct Q {
    over: BigInt,
    /// Above zero.
    under: BigInt,
}

impl Q {
    /// The same number in lowest terms, for one that is kept.
    pub fn reduced(self) -> Self {
        let (over, under) = BigRational::new(self.over, self.under).into_raw();
        Self { over, under }
    }

    fn floor(&self) -> BigInt {
        let (whole, rest) = (&self.over / &self.under, &self.over % &self.under);
        match rest.sign() {
            Sign::Minus => whole - 1,
            _ => whole,
        }
    }
}

impl Mul for Q {
    type Output = Q;
    fn mul(self, other: Q) -> Q {
        Q {
            over: self.over * other.over,
            under: self.under * other.under,
        }
    }
}

impl Div for Q {
    type Output = Q;
    fn div(self, other: Q) -> Q {
        let under = self.under * &other.over;
        let over = self.over * other.under;
        match under.sign() {
            Sign::Plus => Q { over, under },
            Sign::Minus => Q {
                over: -over,
                under: -under,
            },
            Sign::NoSign => panic!("a division by zero"),
        }
    }
}

impl Add for Q {
    type Output = Q;
    fn add(self, other: Q) -> Q {
        match self.under == other.under {
            true => Q {
                over: self.over + other.over,
                under: self.under,
            },
            false => Q {
                over: self.over * &other.under + other.over * &self.under,
                under: self.under * other.under,
            },
        }
    }
}

impl Neg for Q {
    type Output = Q;
    fn neg(self) -> Q {
        Q {
            over: -self.over,
            under: self.under,
        }
    }
}

impl Sub for Q {
    type Output = Q;
    fn sub(self, other: Q) -> Q {
        self + -other
    }
}

impl AddAssign for Q {
    fn add_assign(&mut self, other: Q) {
        *self = self.clone() + other;
    }
}

impl SubAssign for Q {
    fn sub_assign(&mut self, other: Q) {
        *self = self.clone() - other;
    }
}

impl Sum for Q {
    fn sum<I: Iterator<Item = Q>>(all: I) -> Q {
        all.fold(whole(0), |sum, each| sum + each)
    }
}

impl Ord for Q {
    fn cmp(&self, other: &Q) -> Ordering {
        (&self.over * &other.under).cmp(&(&other.over * &self.under))
    }
}

impl PartialOrd for Q {
    fn partial_cmp(&self, other: &Q) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Q {
    fn eq(&self, other: &Q) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Q {}

const USD: u32 = 6;
const BASE: u32 = 8;
const PRICE: u32 = 10;
const RATIO: u32 = 18;

fn ten(places: u32) -> BigInt {
    BigInt::from(10_i128.pow(places))
}

fn at(units: i128, places: u32) -> Q {
    Q {
        over: units.into(),
        under: ten(places),
    }
}

/// A whole number.
pub fn whole(n: i128) -> Q {
    at(n, 0)
}

/// Units of money as USD.
pub fn usd(units: i128) -> Q {
    at(units, USD)
}

/// Units of size as base.
pub fn base(units: i128) -> Q {
    at(units, BASE)
}

/// Units of price as USD per base.
pub fn price(units: i128) -> Q {
    at(units, PRICE)
}

/// Units of a ratio, a rate or an index as a plain number.
pub fn ratio(units: i128) -> Q {
    at(units, RATIO)
}

fn round_down(x: Q, places: u32) -> i128 {
    let scaled = x * at(10_i128.pow(places), 0);
    i128::try_from(scaled.floor()).expect("a figure fits its grid")
}

fn round_up(x: Q, places: u32) -> i128 {
    -round_down(-x, places)
}

pub fn usd_down(x: Q) -> i128 {
    round_down(x, USD)
}

pub fn usd_up(x: Q) -> i128 {
    round_up(x, USD)
}

pub fn base_down(x: Q) -> i128 {
    round_down(x, BASE)
}

pub fn base_up(x: Q) -> i128 {
    round_up(x, BASE)
}

pub fn price_down(x: Q) -> i128 {
    round_down(x, PRICE)
}

pub fn price_up(x: Q) -> i128 {
    round_up(x, PRICE)
}

pub fn ratio_down(x: Q) -> i128 {
    round_down(x, RATIO)
}

pub fn ratio_up(x: Q) -> i128 {
    round_up(x, RATIO)
}

/// `a·b/d` of plain counts, down.
pub fn share_down(a: i128, b: i128, d: i128) -> i128 {
    round_down(whole(a) * whole(b) / whole(d), 0)
}

/// `a·b/d` of plain counts, up.
pub fn share_up(a: i128, b: i128, d: i128) -> i128 {
    round_up(whole(a) * whole(b) / whole(d), 0)
}

/// The part above zero.
pub fn above(x: i128) -> i128 {
    x.max(0)
}

/// A parameter as an exact number.
pub trait Exact {
    fn q(self) -> Q;
}

impl Exact for Ratio {
    fn q(self) -> Q {
        ratio(self.units())
    }
}

impl Exact for Rate {
    fn q(self) -> Q {
        ratio(self.units())
    }
}

impl Exact for Usd {
    fn q(self) -> Q {
        usd(self.units())
    }
}

/// Parts of `total` in proportion to `weights`: all floors, then one unit each to the largest
/// remainders, the first of equals first. Nothing when all weights are zero.
pub fn pro_rata(total: i128, weights: &[i128]) -> Vec<i128> {
    let sum: i128 = weights.iter().sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact = |w: i128| whole(total) * whole(w) / whole(sum);
    let mut parts: Vec<i128> = weights.iter().map(|w| round_down(exact(*w), 0)).collect();
    let rest: Vec<Q> = weights
        .iter()
        .zip(&parts)
        .map(|(w, p)| exact(*w) - whole(*p))
        .collect();
    let mut served = vec![false; weights.len()];
    while parts.iter().sum::<i128>() < total {
        let mut best = None;
        for i in 0..weights.len() {
            if !served[i] && best.is_none_or(|b: usize| rest[i] > rest[b]) {
                best = Some(i);
            }
        }
        let winner = best.expect("fewer units are left than there are parts");
        served[winner] = true;
        parts[winner] += 1;
    }
    parts
}
