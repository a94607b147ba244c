use seawall_units::{Ratio, Time, Usd};

use crate::LpError;

/// Why a path is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// Nothing to walk along.
    #[error("the path has {count} points; legal: 2 or more")]
    TooShort {
        /// How many it has.
        count: usize,
    },
    /// A point that is not later than the one before it.
    #[error("point {number} is at second {at}, not after second {before}; legal: later than the point before it", at = .at.secs(), before = .before.secs())]
    Order {
        /// Which one, from one on.
        number: usize,
        /// When it is.
        at: Time,
        /// When the one before it is.
        before: Time,
    },
    /// An amount that must not be negative, or must be above zero.
    #[error("{field} is {amount} USD; legal: {legal}")]
    Amount {
        /// What the amount is.
        field: &'static str,
        /// The amount.
        amount: Usd,
        /// What it may be.
        legal: &'static str,
    },
    /// A ratio out of its range.
    #[error("{field} is {ratio}; legal: {legal}")]
    Ratio {
        /// What the ratio is.
        field: &'static str,
        /// The ratio.
        ratio: Ratio,
        /// The range that it must lie in.
        legal: &'static str,
    },
    /// An action that no point of the path reaches, or that is not in order.
    #[error("the action at second {at} is out of place; legal: in order of time, after the first point and not after the last", at = .at.secs())]
    Action {
        /// When it should be.
        at: Time,
    },
    /// An amount that no longer fits its type.
    #[error("{field} at second {at} is {amount:e} USD; legal: up to 10^15", at = .at.secs())]
    TooLarge {
        /// What the amount is.
        field: &'static str,
        /// When.
        at: Time,
        /// How much it would be.
        amount: f64,
    },
    /// A price that the curve cannot take.
    #[error(transparent)]
    Curve(#[from] LpError),
}
