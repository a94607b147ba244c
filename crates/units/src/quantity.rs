use crate::grid::{grid, pow10, scaled};

grid!(
    /// Money in US dollars, signed, on a grid of 10⁻⁶.
    ///
    /// **Range** |USD| ≤ 10¹⁵. Text and serde use a string with six decimals.
    ///
    /// ```
    /// use seawall_units::Usd;
    /// let margin: Usd = "12.5".parse()?;
    /// assert_eq!((margin - Usd::whole(20)).to_string(), "-7.500000");
    /// assert!("0.0000001".parse::<Usd>().is_err());
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    Usd, Plain, 6, "USD", "-1000000000000000", "1000000000000000", pow10(21)
);
scaled!(Usd);

grid!(
    /// A size in the base asset, long positive and short negative, on a grid of 10⁻⁸.
    ///
    /// **Range** |base| ≤ 10¹⁵. Text and serde use a string with eight decimals.
    Base, Plain, 8, "base", "-1000000000000000", "1000000000000000", pow10(23)
);
scaled!(Base);

impl Base {
    /// The side of a position of this size; `None` when it is flat.
    #[must_use]
    pub fn side(self) -> Option<Side> {
        match self.signum() {
            1 => Some(Side::Long),
            -1 => Some(Side::Short),
            _ => None,
        }
    }
}

/// The side of a position, an order or a skew.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Gains when the price rises.
    Long,
    /// Gains when the price falls.
    Short,
}

impl Side {
    /// Both, long first.
    pub const BOTH: [Self; 2] = [Self::Long, Self::Short];

    /// The other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Long => Self::Short,
            Self::Short => Self::Long,
        }
    }

    /// `size` with the sign of this side.
    #[must_use]
    pub fn signed(self, size: Base) -> Base {
        match self {
            Self::Long => size.abs(),
            Self::Short => -size.abs(),
        }
    }
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Long => "long",
            Self::Short => "short",
        })
    }
}
