//! Numbers with a fixed count of decimals, as the journal writes them.
//!
//! Every number is an integer of 128 bits on its grid. What a journal may hold is far inside that
//! range, so sums saturate instead of stopping: a number that saturates breaks a law anyway.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A number with exactly `D` decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub(crate) struct Fixed<const D: u32>(i128);

/// Money, USD.
pub(crate) type Usd = Fixed<6>;
/// Size, base.
pub(crate) type Base = Fixed<8>;
/// Shares of a vault.
pub(crate) type Shares = Fixed<9>;
/// USD per base.
pub(crate) type Price = Fixed<10>;
/// Ratios, rates and indices.
pub(crate) type Ratio = Fixed<18>;
/// A pool's cumulative factors.
pub(crate) type Factor = Fixed<30>;

/// The largest magnitude that is read, in units: sums of any journal stay below 128 bits.
const MOST: i128 = 10_i128.pow(36);

impl<const D: u32> Fixed<D> {
    /// Nothing.
    pub(crate) const ZERO: Self = Self(0);
    /// The units of 1.
    pub(crate) const ONE_UNITS: i128 = 10_i128.pow(D);
    /// One.
    pub(crate) const ONE: Self = Self(Self::ONE_UNITS);

    /// A number of grid units.
    #[must_use]
    pub(crate) const fn from_units(units: i128) -> Self {
        Self(units)
    }

    /// Its grid units.
    #[must_use]
    pub(crate) const fn units(self) -> i128 {
        self.0
    }

    /// Its magnitude.
    #[must_use]
    pub(crate) const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Itself if it is above zero, else zero.
    #[must_use]
    pub(crate) fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }

    /// Above zero.
    #[must_use]
    pub(crate) const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Below zero.
    #[must_use]
    pub(crate) const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Zero.
    #[must_use]
    pub(crate) const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// −1, 0 or 1.
    #[must_use]
    pub(crate) const fn signum(self) -> i128 {
        self.0.signum()
    }

    /// The number that the text writes with exactly `D` decimals, in its one form: no `+`, no
    /// `-0`, no leading zeros.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let width = usize::try_from(D).ok()?;
        let point = digits.len().checked_sub(width.checked_add(1)?)?;
        let (whole, part) = digits.split_at_checked(point)?;
        let part = part.strip_prefix('.')?;
        let canonical = whole.len() == 1 || !whole.starts_with('0');
        if !canonical || whole.is_empty() {
            return None;
        }
        let units = decimal(whole.as_bytes(), 0)?;
        let units = decimal(part.as_bytes(), units)?;
        (!negative || units != 0).then_some(Self(if negative {
            units.saturating_neg()
        } else {
            units
        }))
    }

    /// The number that a parameter writes: fewer decimals will do.
    #[must_use]
    pub(crate) fn parse_short(text: &str) -> Option<Self> {
        let width = usize::try_from(D).ok()?;
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let part = part.trim_end_matches('0');
        if part.len() > width {
            return None;
        }
        Self::parse(&format!("{whole}.{part:0<width$}")).or_else(|| {
            let zero = whole.trim_matches(['-', '0']).is_empty() && part.is_empty();
            zero.then_some(Self::ZERO)
        })
    }
}

/// Digits that a number of 64 bits holds whatever they are.
const NARROW: usize = 18;

/// Appends decimal digits to a number.
fn decimal(digits: &[u8], start: i128) -> Option<i128> {
    digits.chunks(NARROW).try_fold(start, |units, chunk| {
        let mut value = 0_u64;
        for digit in chunk {
            let digit = digit.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        }
        // Most numbers begin with a zero or are short: no product of 128 bits for them.
        let scaled = match units {
            0 => 0,
            _ => {
                let scale = 10_u64.checked_pow(u32::try_from(chunk.len()).ok()?)?;
                units.checked_mul(i128::from(scale))?
            }
        };
        let units = scaled.checked_add(i128::from(value))?;
        (units <= MOST).then_some(units)
    })
}

impl<const D: u32> fmt::Display for Fixed<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = Self::ONE_UNITS.unsigned_abs();
        let magnitude = self.0.unsigned_abs();
        let whole = magnitude.checked_div(one).unwrap_or(0);
        let part = magnitude.checked_rem(one).unwrap_or(0);
        let sign = if self.0 < 0 { "-" } else { "" };
        let width = usize::try_from(D).unwrap_or(0);
        f.pad(&format!("{sign}{whole}.{part:0width$}"))
    }
}

impl<const D: u32> fmt::Debug for Fixed<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const D: u32> Add for Fixed<D> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl<const D: u32> Sub for Fixed<D> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl<const D: u32> Neg for Fixed<D> {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl<const D: u32> AddAssign for Fixed<D> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<const D: u32> SubAssign for Fixed<D> {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl<const D: u32> Sum for Fixed<D> {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, Add::add)
    }
}

struct Text<const D: u32>;

impl<const D: u32> Visitor<'_> for Text<D> {
    type Value = Fixed<D>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number in quotes with {D} decimals")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Fixed<D>, E> {
        Fixed::parse(text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            E::custom(format!("`{shown}`; legal: a number with {D} decimals"))
        })
    }
}

impl<'de, const D: u32> Deserialize<'de> for Fixed<D> {
    fn deserialize<T: Deserializer<'de>>(from: T) -> Result<Self, T::Error> {
        from.deserialize_str(Text)
    }
}

impl<const D: u32> serde::Serialize for Fixed<D> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_form_of_a_number_is_read() {
        for text in [
            "0.000000",
            "-0.000001",
            "12.500000",
            "1000000000000000.000000",
        ] {
            assert_eq!(Usd::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "1",
            "1.0",
            "1.0000000",
            "-0.000000",
            "+1.000000",
            "01.000000",
            ".000000",
            "1.00000a",
            "-.000000",
            "--1.000000",
            "1e5.000000",
            "9999999999999999999999999999999999999.000000",
        ] {
            assert_eq!(Usd::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_parameter_may_be_short() {
        assert_eq!(
            Ratio::parse_short("0.05").unwrap().units(),
            5 * 10_i128.pow(16)
        );
        assert_eq!(Usd::parse_short("1000").unwrap().units(), 10_i128.pow(9));
        assert_eq!(Usd::parse_short("0").unwrap(), Usd::ZERO);
        assert_eq!(Usd::parse_short("0.0000001"), None);
    }
}
