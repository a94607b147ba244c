use crate::grid::{grid, pow10, product, scaled};
use crate::{Base, Price, Round, Usd};

/// Minutes in the year that every yearly rate refers to (mechanism notation).
pub const MINUTES_PER_YEAR: i128 = 525_600;

grid!(
    /// A dimensionless ratio on a grid of 10⁻¹⁸, such as a margin ratio or a fee.
    ///
    /// Text accepts `"0.025"`, `"2.5%"` and `"250bp"` and writes eighteen decimals.
    ///
    /// ```
    /// use seawall_units::Ratio;
    /// assert_eq!("2.5%".parse::<Ratio>()?, "0.025".parse()?);
    /// assert_eq!("250bp".parse::<Ratio>()?, Ratio::bps(250));
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    Ratio, Fraction, 18, "ratio", "-1000000000", "1000000000", pow10(27)
);
scaled!(Ratio);

impl Ratio {
    /// One.
    pub const ONE: Self = Self(Self::ONE_UNITS);

    /// A ratio in basis points.
    #[must_use]
    pub const fn bps(bps: i32) -> Self {
        #[allow(clippy::as_conversions, clippy::arithmetic_side_effects)] // 2^31 · 10^14 < 2^127
        Self(bps as i128 * pow10(14))
    }
}

grid!(
    /// A rate per year of 525 600 minutes, on a grid of 10⁻¹⁸.
    Rate, Fraction, 18, "per year", "-1000000000", "1000000000", pow10(27)
);
scaled!(Rate);

impl Rate {
    /// The move of a cumulative index in one minute at price `price`.
    ///
    /// **Formula** `rate · P / 525 600`. **Units** USD per base. **Rounding** as named.
    ///
    /// ```
    /// use seawall_units::{Index, Price, Rate, Round};
    /// let rate: Rate = "0.9".parse()?;
    /// let step = rate.index_step("100".parse::<Price>()?, Round::Floor);
    /// assert_eq!(step, "0.000171232876712328".parse::<Index>()?);
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn index_step(self, price: Price, round: Round) -> Index {
        #[allow(clippy::arithmetic_side_effects)] // constants: 10^10 · 525 600
        const DIVISOR: i128 = Price::ONE_UNITS * MINUTES_PER_YEAR;
        Index(product(
            self.0,
            price.units(),
            DIVISOR,
            round,
            "rate × price",
        ))
    }
}

grid!(
    /// A cumulative index in USD per unit of base, on a grid of 10⁻¹⁸.
    Index, Plain, 18, "USD per base", "-1000000000000000", "1000000000000000", pow10(33)
);

impl Index {
    /// What a position of `size` owes for this move of the index: `size · index`.
    ///
    /// **Rounding** as named; a payer rounds up, which for a receiver (negative) is down in
    /// magnitude.
    #[must_use]
    pub fn owed(self, size: Base, round: Round) -> Usd {
        const DIVISOR: i128 = pow10(20); // 10^8 · 10^18 / 10^6
        Usd(product(size.0, self.0, DIVISOR, round, "size × index"))
    }
}
