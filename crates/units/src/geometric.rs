//! Binary logarithms of prices and the way back, in integers: no platform's `exp` and `ln` takes
//! part, so a path or a geometric mean is the same bit for bit everywhere.
//!
//! Numbers with [`FRACTION`] binary places in an integer; a mantissa lies in `[1, 2)`.
// Operands are mantissas below 2^63, so products stay below 2^126; a logarithm of a price is below
// 2^7 · 2^62, and a second's number below 2^41.
#![allow(clippy::arithmetic_side_effects)]

use ethnum::U256;

use crate::Price;

/// Binary places of a logarithm: [`log2`] counts in units of 2⁻⁶².
pub const FRACTION: u32 = 62;
const ONE: u128 = 1 << FRACTION;
const HALF: u128 = 1 << (FRACTION - 1);

/// `2^(1/2)`, `2^(1/4)`, `2^(1/8)`, …
const ROOTS: [u128; 62] = {
    let mut roots = [ONE; 62];
    let mut power = ONE << 1;
    let mut index = 0;
    while index < roots.len() {
        power = (power << FRACTION).isqrt();
        roots[index] = power;
        index += 1;
    }
    roots
};

const fn product(a: u128, b: u128) -> u128 {
    (a * b + HALF) >> FRACTION
}

/// The binary logarithm of a price's count of grid units, in units of 2⁻⁶².
///
/// Squaring a mantissa doubles its logarithm, so each square that reaches 2 is one binary place.
///
/// **Formula** `log₂(P·10¹⁰)·2⁶²`. **Units** none; only differences mean something, which are the
/// logarithms of ratios of prices. **Rounding** the error stays below 2⁻⁵⁵ of one.
///
/// ```
/// use seawall_units::geometric::{FRACTION, log2};
/// // Three octaves.
/// assert_eq!(log2("8".parse()?) - log2("1".parse()?), 3 << FRACTION);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn log2(price: Price) -> i128 {
    let units = price.units().unsigned_abs();
    let whole = units.max(1).ilog2();
    let mut mantissa = match whole.checked_sub(FRACTION) {
        Some(down) => units >> down,
        None => units.max(1) << (FRACTION - whole),
    };
    let mut log = u128::from(whole);
    for _ in 0..FRACTION {
        mantissa = product(mantissa, mantissa);
        log <<= 1;
        if mantissa >= ONE << 1 {
            mantissa >>= 1;
            log += 1;
        }
    }
    i128::try_from(log).unwrap_or(0)
}

/// Two to a power between −1 and 1 and more, as a mantissa and a binary exponent.
fn exp2(power: i128) -> (u128, i128) {
    let whole = power >> FRACTION;
    let part = (power - (whole << FRACTION)).unsigned_abs();
    let bit = |index: usize| part >> (ROOTS.len() - 1 - index) & 1 == 1;
    let roots = ROOTS.iter().enumerate().filter(|(index, _)| bit(*index));
    (roots.fold(ONE, |all, (_, root)| product(all, *root)), whole)
}

/// A price times two to a power in units of 2⁻⁶²; `None` when that is no legal price.
///
/// **Formula** `P·2^(power·2⁻⁶²)`. **Units** USD per base. **Rounding** to the nearest grid unit;
/// a power of zero gives the price itself.
///
/// ```
/// use seawall_units::geometric::{log2, times_power};
/// // The geometric mean of 100 and 121 is 110.
/// let (low, high) = ("100".parse()?, "121".parse()?);
/// assert_eq!(times_power(low, (log2(high) - log2(low)) / 2), Some("110".parse()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn times_power(price: Price, power: i128) -> Option<Price> {
    // Prices span 2^74, so a larger power leads nowhere.
    if power.unsigned_abs() >> FRACTION > 75 {
        return None;
    }
    let (mantissa, whole) = exp2(power);
    // The price is exact; only the factor is approximate. 2^74 · 2^63 would not fit 128 bits, so
    // the factor is applied in 256.
    let units = scaled(price.units(), mantissa, whole)?;
    Price::from_units(units).ok()
}

/// The price `num/den` of the way from one price to another in the logarithm, rounded to the
/// nearest grid unit; never outside the two.
///
/// **Formula** `from·(to/from)^(num/den)`. **Units** USD per base. **Rounding** to the nearest
/// grid unit.
///
/// ```
/// use seawall_units::geometric::between;
/// assert_eq!(between("1000".parse()?, "8000".parse()?, 1, 3), "2000".parse()?);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn between(from: Price, to: Price, num: u64, den: u64) -> Price {
    Way::new(from, to).at(num, den)
}

/// The way from one price to another, for many places on it: both logarithms are taken once.
///
/// ```
/// use seawall_units::geometric::{Way, between};
/// let (from, to) = ("1000".parse()?, "8000".parse()?);
/// let way = Way::new(from, to);
/// assert_eq!(way.at(2, 3), "4000".parse()?);
/// assert_eq!(way.at(2, 3), between(from, to, 2, 3));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    from: Price,
    to: Price,
    /// The logarithm of the ratio of the two.
    span: i128,
}

impl Way {
    /// The way between two prices.
    #[must_use]
    pub fn new(from: Price, to: Price) -> Self {
        let span = log2(to) - log2(from);
        Self { from, to, span }
    }

    /// The price `num/den` of the way; formula, units and rounding as [`between`].
    #[must_use]
    pub fn at(&self, num: u64, den: u64) -> Price {
        let Self { from, to, span } = *self;
        let Some(step) = (span * i128::from(num)).checked_div(i128::from(den)) else {
            return from;
        };
        let (low, high) = (from.min(to), from.max(to));
        times_power(from, step).unwrap_or(from).clamp(low, high)
    }
}

/// `units · mantissa · 2^(whole − FRACTION)`, to the nearest. Prices span 2^74, so the binary
/// exponent lies between −74 and 74 and the product below 2^(74 + 63 + 12).
fn scaled(units: i128, mantissa: u128, whole: i128) -> Option<i128> {
    let product = U256::from(units.unsigned_abs()) * U256::from(mantissa);
    let shift = whole - i128::from(FRACTION);
    let places = u32::try_from(shift.unsigned_abs()).ok()?;
    let nearest = match shift {
        0.. => product << places,
        _ => (product + (U256::ONE << (places - 1))) >> places,
    };
    i128::try_from(nearest).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    #[test]
    fn halfway_is_the_geometric_mean() {
        // √(100·121) = 110; √(0.04·0.09) = 0.06.
        assert_eq!(between(price("100"), price("121"), 1, 2), price("110"));
        assert_eq!(between(price("121"), price("100"), 1, 2), price("110"));
        assert_eq!(between(price("0.04"), price("0.09"), 1, 2), price("0.06"));
    }

    #[test]
    fn thirds_of_an_octave_triple_are_octaves() {
        assert_eq!(between(price("1000"), price("8000"), 1, 3), price("2000"));
        assert_eq!(between(price("1000"), price("8000"), 2, 3), price("4000"));
        assert_eq!(between(price("8000"), price("1000"), 2, 3), price("2000"));
    }

    #[test]
    fn the_ends_are_exact_over_the_whole_range() {
        for text in ["0.0000000001", "1", "101878", "1000000000000"] {
            for other in ["0.0000000001", "3", "116799", "1000000000000"] {
                let (a, b) = (price(text), price(other));
                assert_eq!(between(a, b, 0, 7), a);
                assert_eq!(between(a, a, 3, 7), a);
            }
        }
        // 10^-10 to 10^12, half the way in the logarithm: 10.
        let (least, most) = (price("0.0000000001"), price("1000000000000"));
        assert_eq!(between(least, most, 1, 2), price("10"));
    }

    #[test]
    fn the_widest_span_passes_through_the_powers_of_ten() {
        let (least, most) = (price("0.0000000001"), price("1000000000000"));
        for power in 0..=15 {
            let expected = Price::from_units(10_i128.pow(power)).unwrap();
            assert_eq!(between(least, most, u64::from(power), 22), expected);
            assert_eq!(between(most, expected, 1, 1), expected);
        }
    }
}
