//! Sixty digits.

use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;

const BITS: usize = 210;

pub(crate) type Big = FBig<HalfEven, 2>;

/// A float, as what it is.
pub(crate) fn big(float: f64) -> Big {
    Big::try_from(float).unwrap().with_precision(BITS).value()
}

pub(crate) fn whole(number: i128) -> Big {
    Big::from(number).with_precision(BITS).value()
}

/// How far a float is from a figure, in units of the last of its bits.
pub(crate) fn ulps(found: f64, wanted: &Big) -> f64 {
    let off = (big(found) - wanted) / wanted;
    let relative = off.to_f64().value().abs();
    relative / (f64::EPSILON / 2.0)
}

/// `A·n·S + D − A·n·D − Dⁿ⁺¹/(nⁿ·Πx)` with the sign turned, so that it grows with `D`.
pub(crate) fn invariant_fault(amplification: f64, balances: &[f64], d: &Big) -> Big {
    let n = whole(i128::try_from(balances.len()).unwrap());
    let leverage = big(amplification) * &n;
    let (mut sum, mut bend) = (whole(0), d.clone());
    for balance in balances {
        sum += big(*balance);
        bend = bend * d / (&n * big(*balance));
    }
    &leverage * d + bend - leverage * sum - d
}

/// Balances of two coins with `D = 2` where the one costs `price` of the other.
///
/// The other balance solves a quadratic; the price falls with the first balance, which is bisected.
pub(crate) fn stable_pair(amplification: f64, price: &Big) -> (Big, Big) {
    let a = big(amplification) * whole(2);
    // a·(x + y) + 2 = 2a + 2/(x·y): a·x·y² + (a·x² + (2 − 2a)·x)·y − 2 = 0.
    let other = |x: &Big| {
        let square = &a * x;
        let linear = &a * x * x + (whole(2) - whole(2) * &a) * x;
        let root = (&linear * &linear + whole(8) * &square).sqrt();
        // The form of the root that does not cancel.
        match linear > whole(0) {
            true => whole(4) / (linear + root),
            false => (root - linear) / (whole(2) * square),
        }
    };
    let slope = |x: &Big| {
        let y = other(x);
        let bend = whole(2) / (x * &y);
        (&a + &bend / x) / (&a + bend / y)
    };
    let (mut low, mut high) = (big(1e-12), big(1e12));
    // Logarithms are bisected: 55 to below 2^-190.
    for _ in 0..200 {
        let middle = (&low * &high).sqrt();
        match slope(&middle) > *price {
            true => low = middle,
            false => high = middle,
        }
    }
    let y = other(&low);
    (low, y)
}
