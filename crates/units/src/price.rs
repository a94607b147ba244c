use crate::grid::{pow10, product};
use crate::{Base, Ratio, Round, Usd};

/// Writes the type around a strictly positive integer on a grid: doors, text and serde.
macro_rules! price {
    ($(#[$doc:meta])* $name:ident, $places:literal, $unit:literal, $min:literal, $max:literal, $limit_units:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i128);

        impl $name {
            /// Decimal places of the grid.
            pub const PLACES: u32 = $places;
            /// Grid units in one.
            pub const ONE_UNITS: i128 = crate::grid::pow10($places);
            /// The largest price that is taken in.
            pub const MAX: Self = Self($limit_units);
            /// The smallest price.
            pub const ULP: Self = Self(1);
            const FORMAT: crate::text::Format = crate::text::Format {
                places: $places,
                unit: $unit,
                min: $min,
                max: $max,
                forms: crate::text::Forms::Plain,
            };

            /// The price with this count of grid units.
            ///
            /// **Errors** [`UnitsError::OutOfRange`](crate::UnitsError::OutOfRange) for zero,
            /// negative or more than [`Self::MAX`].
            pub fn from_units(units: i128) -> Result<Self, crate::UnitsError> {
                if units <= 0 || units > Self::MAX.0 {
                    return Err(Self::FORMAT.out_of_range(crate::text::fixed(units, $places)));
                }
                Ok(Self(units))
            }

            /// Takes a decimal that lies on the grid and in the range; rounds nothing.
            ///
            /// **Errors** [`UnitsError::OffGrid`](crate::UnitsError::OffGrid) and
            /// [`UnitsError::OutOfRange`](crate::UnitsError::OutOfRange).
            pub fn from_decimal_exact(value: rust_decimal::Decimal) -> Result<Self, crate::UnitsError> {
                Self::from_units(crate::grid::units_of(value, &Self::FORMAT)?)
            }

            /// The same price as a decimal; `None` beyond the 96 bits of `Decimal`.
            #[must_use]
            pub fn to_decimal(self) -> Option<rust_decimal::Decimal> {
                crate::grid::decimal_of(self.0, $places)
            }

            /// The count of grid units.
            #[must_use]
            pub const fn units(self) -> i128 {
                self.0
            }

            /// `price · ratio`; `None` when the result is not a legal price.
            #[must_use]
            pub fn scaled(self, ratio: crate::Ratio, round: crate::Round) -> Option<Self> {
                let units = crate::mul_div(self.0, ratio.units(), crate::Ratio::ONE_UNITS, round)?;
                Self::from_units(units).ok()
            }
        }

        impl crate::Grid for $name {
            fn units(self) -> i128 {
                self.0
            }
        }

        crate::text::text_impls!($name, $unit);
    };
}
pub(crate) use price;

price!(
    /// A price in USD per unit of base, strictly positive, on a grid of 10⁻¹⁰.
    ///
    /// **Range** 0 < price ≤ 10¹².
    ///
    /// ```
    /// use seawall_units::Price;
    /// assert!("0".parse::<Price>().is_err());
    /// assert_eq!("95.5".parse::<Price>()?.to_string(), "95.5000000000");
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    Price, 10, "USD per base", "0.0000000001", "1000000000000", pow10(22)
);

/// 10^8 · 10^10 / 10^6
const VALUE_DIVISOR: i128 = pow10(12);

impl Price {
    /// The value of `size` at this price, `size · price`, rounded towards minus infinity.
    ///
    /// ```
    /// use seawall_units::{Base, Price, Usd};
    /// let price: Price = "0.0000000003".parse()?;
    /// let size: Base = "-1".parse()?;
    /// assert_eq!(price.value_floor(size), -Usd::ULP);
    /// assert_eq!(price.value_ceil(size), Usd::ZERO);
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn value_floor(self, size: Base) -> Usd {
        self.value(size, Round::Floor)
    }

    /// The value of `size` at this price, rounded towards plus infinity.
    #[must_use]
    pub fn value_ceil(self, size: Base) -> Usd {
        self.value(size, Round::Ceil)
    }

    /// The value of `size` at this price, rounded as named.
    #[must_use]
    pub fn value(self, size: Base, round: Round) -> Usd {
        Usd(product(
            size.0,
            self.0,
            VALUE_DIVISOR,
            round,
            "size × price",
        ))
    }

    /// The size that `value` buys at this price, rounded towards minus infinity.
    #[must_use]
    pub fn size_floor(self, value: Usd) -> Base {
        Base(product(
            value.0,
            VALUE_DIVISOR,
            self.0,
            Round::Floor,
            "value ÷ price",
        ))
    }

    /// The size that `value` buys at this price, rounded towards plus infinity.
    #[must_use]
    pub fn size_ceil(self, value: Usd) -> Base {
        Base(product(
            value.0,
            VALUE_DIVISOR,
            self.0,
            Round::Ceil,
            "value ÷ price",
        ))
    }

    /// The price at which `size` is worth `value`; `None` when that is not a legal price.
    #[must_use]
    pub fn of(value: Usd, size: Base, round: Round) -> Option<Self> {
        let units = crate::mul_div(value.0, VALUE_DIVISOR, size.0, round)?;
        Self::from_units(units).ok()
    }

    /// `self + (to − self) · num / den`, for `0 ≤ num ≤ den`, rounded as named; `self` when
    /// `den` is zero.
    ///
    /// Both ends are legal prices, so every point between them is one.
    #[must_use]
    pub fn towards(self, to: Self, num: u64, den: u64, round: Round) -> Self {
        let (Some(span), num, den) = (to.0.checked_sub(self.0), num.min(den), den) else {
            return self;
        };
        match crate::mul_div(span, i128::from(num), i128::from(den), round) {
            Some(step) => Self(self.0.saturating_add(step)),
            None => self,
        }
    }

    /// The distance to another price as a ratio of that other price, rounded up; at most
    /// [`Ratio::MAX`].
    #[must_use]
    pub fn deviation_from(self, reference: Self) -> Ratio {
        let span = i128::try_from(self.0.abs_diff(reference.0)).unwrap_or(i128::MAX);
        let units = crate::mul_div(span, Ratio::ONE_UNITS, reference.0, Round::Ceil);
        Ratio(units.unwrap_or(i128::MAX).min(Ratio::MAX.0))
    }
}
