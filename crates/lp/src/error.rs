use seawall_units::Ratio;

/// Why an input of a curve is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LpError {
    /// A number that is not finite or outside of its legal range.
    #[error("{field} is {value:?}; legal: {legal}")]
    OutOfRange {
        /// What the number is.
        field: &'static str,
        /// The number.
        value: f64,
        /// The range that it must lie in.
        legal: &'static str,
    },
    /// A range whose lower end is not below its upper end.
    #[error("the range runs from {lower:?} to {upper:?}; legal: lower < upper")]
    RangeOrder {
        /// The lower end.
        lower: f64,
        /// The upper end.
        upper: f64,
    },
    /// A weight that leaves nothing to the others, or has nothing itself.
    #[error("weight {number} is {weight}; legal: 0 < weight < 1")]
    Weight {
        /// Which one, from one on.
        number: usize,
        /// The weight.
        weight: Ratio,
    },
    /// Weights that do not share out exactly one.
    #[error("the weights sum to {sum}; legal: exactly 1")]
    WeightSum {
        /// Their sum.
        sum: Ratio,
    },
    /// Too few or too many assets for a pool.
    #[error("{count} assets; legal: 2 to {most}")]
    AssetCount {
        /// How many were given.
        count: usize,
        /// The most that a pool takes.
        most: usize,
    },
    /// Price ratios, prices or balances that do not match the assets of the pool one by one.
    #[error("{given} {field} for a pool of {assets} assets; legal: one for each asset")]
    Mismatch {
        /// What was given.
        field: &'static str,
        /// How many were given.
        given: usize,
        /// How many assets the pool has.
        assets: usize,
    },
    /// An exact amount or price that leaves the range of its type.
    #[error("{field} leaves the range of amounts; legal: at most 10^15 tokens")]
    Amount {
        /// What the amount is.
        field: &'static str,
    },
}

/// The number itself when it lies in `least..=most`; NaN and infinities do not.
pub(crate) fn within(
    field: &'static str,
    value: f64,
    (least, most): (f64, f64),
    legal: &'static str,
) -> Result<f64, LpError> {
    match value >= least && value <= most {
        true => Ok(value),
        false => Err(LpError::OutOfRange {
            field,
            value,
            legal,
        }),
    }
}
