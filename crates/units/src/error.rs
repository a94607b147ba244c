use rust_decimal::Decimal;

/// Why a number could not be taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitsError {
    /// The text is not a decimal number.
    #[error("`{text}` is not a decimal number; legal: digits with one point, such as {such_as}")]
    NotANumber {
        /// What was found, shortened to 40 characters.
        text: String,
        /// How the type may be written.
        such_as: &'static str,
    },
    /// The value does not lie on the grid of its type.
    #[error("{value} {unit} is finer than the grid of {places} decimal places")]
    OffGrid {
        /// What was given.
        value: Decimal,
        /// The unit of the type.
        unit: &'static str,
        /// Decimal places of the grid.
        places: u32,
    },
    /// The value lies outside the stated range.
    #[error("{value} {unit} is out of range; legal: {min} to {max}")]
    OutOfRange {
        /// What was given.
        value: String,
        /// The unit of the type.
        unit: &'static str,
        /// Smallest legal value.
        min: &'static str,
        /// Largest legal value.
        max: &'static str,
    },
}
