use rust_decimal::Decimal;

use crate::text::Format;
use crate::{Round, UnitsError, mul_div};

/// A number that is an integer count of grid units.
///
/// Lets [`Usd::mul_div_floor`](crate::Usd::mul_div_floor) and its kin take any pair of amounts of
/// one dimension as a fraction.
pub trait Grid: Copy {
    /// The count of grid units.
    fn units(self) -> i128;
}

pub(crate) const fn pow10(places: u32) -> i128 {
    10_i128.pow(places)
}

/// Quantises a decimal that must lie on the grid of its type.
pub(crate) fn units_of(value: Decimal, format: &Format) -> Result<i128, UnitsError> {
    let value = value.normalize();
    let missing = match format.places.checked_sub(value.scale()) {
        Some(missing) => missing,
        None => {
            return Err(UnitsError::OffGrid {
                value,
                unit: format.unit,
                places: format.places,
            });
        }
    };
    match value.mantissa().checked_mul(pow10(missing)) {
        Some(units) => Ok(units),
        None => Err(format.out_of_range(value.to_string())),
    }
}

/// A decimal of `units` at `places` decimals, when it fits the 96 bits of `Decimal`.
pub(crate) fn decimal_of(units: i128, places: u32) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(units, places).ok()
}

pub(crate) fn product(a: i128, b: i128, d: i128, round: Round, what: &'static str) -> i128 {
    match mul_div(a, b, d, round) {
        Some(units) => units,
        None => crate::out_of_integer(what),
    }
}

/// Writes the type around an integer on a grid: doors, order, sums, text and serde.
macro_rules! grid {
    ($(#[$doc:meta])* $name:ident, $forms:ident, $places:literal, $unit:literal, $min:literal, $max:literal, $limit_units:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub(crate) i128);

        impl $name {
            /// Decimal places of the grid.
            pub const PLACES: u32 = $places;
            /// Grid units in one.
            pub const ONE_UNITS: i128 = crate::grid::pow10($places);
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// One grid unit.
            pub const ULP: Self = Self(1);
            /// The largest magnitude that is taken in.
            pub const MAX: Self = Self($limit_units);
            pub(crate) const FORMAT: crate::text::Format = crate::text::Format {
                places: $places,
                unit: $unit,
                min: $min,
                max: $max,
                forms: crate::text::Forms::$forms,
            };

            /// The number with this count of grid units.
            ///
            /// **Errors** [`UnitsError::OutOfRange`](crate::UnitsError::OutOfRange) beyond the stated range.
            pub fn from_units(units: i128) -> Result<Self, crate::UnitsError> {
                if units.unsigned_abs() > Self::MAX.0.unsigned_abs() {
                    return Err(Self::FORMAT.out_of_range(crate::text::fixed(units, $places)));
                }
                Ok(Self(units))
            }

            /// The number with this count of grid units; every `i64` lies in the stated range or
            /// in the integer behind it.
            #[must_use]
            pub const fn units_i64(units: i64) -> Self {
                #[allow(clippy::as_conversions)] // `From` is not const; i64 to i128 loses nothing
                Self(units as i128)
            }

            /// A whole number of it.
            #[must_use]
            pub const fn whole(count: i32) -> Self {
                #[allow(clippy::as_conversions, clippy::arithmetic_side_effects)]
                // 2^31 · 10^18 < 2^127
                Self(count as i128 * Self::ONE_UNITS)
            }

            /// The count of grid units.
            #[must_use]
            pub const fn units(self) -> i128 {
                self.0
            }

            /// Takes a decimal that lies on the grid and in the range; rounds nothing.
            ///
            /// **Errors** [`UnitsError::OffGrid`](crate::UnitsError::OffGrid) and
            /// [`UnitsError::OutOfRange`](crate::UnitsError::OutOfRange).
            pub fn from_decimal_exact(value: rust_decimal::Decimal) -> Result<Self, crate::UnitsError> {
                Self::from_units(crate::grid::units_of(value, &Self::FORMAT)?)
            }

            /// The same number as a decimal; `None` beyond the 96 bits of `Decimal`.
            #[must_use]
            pub fn to_decimal(self) -> Option<rust_decimal::Decimal> {
                crate::grid::decimal_of(self.0, $places)
            }

            /// The magnitude.
            #[must_use]
            pub fn abs(self) -> Self {
                match self.0.checked_abs() {
                    Some(units) => Self(units),
                    None => crate::out_of_integer(concat!($unit, " magnitude")),
                }
            }

            /// −1, 0 or 1.
            #[must_use]
            pub const fn signum(self) -> i128 {
                self.0.signum()
            }

            /// Whether it is zero.
            #[must_use]
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// Whether it is above zero.
            #[must_use]
            pub const fn is_positive(self) -> bool {
                self.0 > 0
            }

            /// Whether it is below zero.
            #[must_use]
            pub const fn is_negative(self) -> bool {
                self.0 < 0
            }

            /// The part above zero.
            #[must_use]
            pub fn or_zero(self) -> Self {
                self.max(Self::ZERO)
            }
        }

        impl crate::Grid for $name {
            fn units(self) -> i128 {
                self.0
            }
        }

        impl std::ops::Add for $name {
            type Output = Self;
            #[inline]
            fn add(self, other: Self) -> Self {
                match self.0.checked_add(other.0) {
                    Some(units) => Self(units),
                    None => crate::out_of_integer(concat!($unit, " sum")),
                }
            }
        }

        impl std::ops::Sub for $name {
            type Output = Self;
            #[inline]
            fn sub(self, other: Self) -> Self {
                match self.0.checked_sub(other.0) {
                    Some(units) => Self(units),
                    None => crate::out_of_integer(concat!($unit, " difference")),
                }
            }
        }

        impl std::ops::Neg for $name {
            type Output = Self;
            #[inline]
            fn neg(self) -> Self {
                Self::ZERO - self
            }
        }

        impl std::ops::AddAssign for $name {
            #[inline]
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl std::ops::SubAssign for $name {
            #[inline]
            fn sub_assign(&mut self, other: Self) {
                *self = *self - other;
            }
        }

        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self::ZERO, |total, item| total + item)
            }
        }

        crate::text::text_impls!($name, $unit);
    };
}
pub(crate) use grid;

/// Multiplication by any fraction of two numbers of one dimension.
macro_rules! scaled {
    ($name:ident) => {
        impl $name {
            /// `self · num / den`, rounded towards minus infinity; `None` when `den` is zero.
            #[must_use]
            pub fn mul_div_floor<G: crate::Grid>(self, num: G, den: G) -> Option<Self> {
                crate::mul_div(self.0, num.units(), den.units(), crate::Round::Floor).map(Self)
            }

            /// `self · num / den`, rounded towards plus infinity; `None` when `den` is zero.
            #[must_use]
            pub fn mul_div_ceil<G: crate::Grid>(self, num: G, den: G) -> Option<Self> {
                crate::mul_div(self.0, num.units(), den.units(), crate::Round::Ceil).map(Self)
            }

            /// `self · ratio`, rounded towards minus infinity.
            #[must_use]
            pub fn mul_floor(self, ratio: crate::Ratio) -> Self {
                self.mul_ratio(ratio, crate::Round::Floor)
            }

            /// `self · ratio`, rounded towards plus infinity.
            #[must_use]
            pub fn mul_ceil(self, ratio: crate::Ratio) -> Self {
                self.mul_ratio(ratio, crate::Round::Ceil)
            }

            fn mul_ratio(self, ratio: crate::Ratio, round: crate::Round) -> Self {
                Self(crate::grid::product(
                    self.0,
                    ratio.units(),
                    crate::Ratio::ONE_UNITS,
                    round,
                    "amount × ratio",
                ))
            }

            /// `self / den` as a ratio, rounded towards minus infinity; `None` when `den` is zero
            /// or the quotient does not fit.
            #[must_use]
            pub fn ratio_floor(self, den: Self) -> Option<crate::Ratio> {
                crate::mul_div(self.0, crate::Ratio::ONE_UNITS, den.0, crate::Round::Floor)
                    .map(crate::Ratio)
            }

            /// `self / den` as a ratio, rounded towards plus infinity; `None` when `den` is zero
            /// or the quotient does not fit.
            #[must_use]
            pub fn ratio_ceil(self, den: Self) -> Option<crate::Ratio> {
                crate::mul_div(self.0, crate::Ratio::ONE_UNITS, den.0, crate::Round::Ceil)
                    .map(crate::Ratio)
            }
        }
    };
}
pub(crate) use scaled;
