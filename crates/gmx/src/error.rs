use ethnum::{I256, U256};

/// Why a step of a market cannot be taken. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GmxError {
    /// A result does not fit 256 bits.
    #[error("{what} does not fit 256 bits")]
    Overflow {
        /// Which figure.
        what: &'static str,
    },
    /// A division by zero.
    #[error("{what} is divided by zero")]
    DivisionByZero {
        /// Which figure.
        what: &'static str,
    },
    /// A price is zero, or its least value is above its greatest.
    #[error("the {token} price is {min} to {max}; legal: 0 < min <= max")]
    Price {
        /// Of which token.
        token: &'static str,
        /// Its least value.
        min: U256,
        /// Its greatest value.
        max: U256,
    },
    /// A parameter is out of its range.
    #[error("`{field}` is {value}; legal: {legal}")]
    Param {
        /// Which one.
        field: &'static str,
        /// What was given.
        value: String,
        /// The legal range in words.
        legal: &'static str,
    },
    /// A limit would be broken.
    #[error("{limit}: {value} is above {allowed}")]
    Limit {
        /// Which limit.
        limit: &'static str,
        /// The value after the step.
        value: U256,
        /// The most that is allowed.
        allowed: U256,
    },
    /// A value is below its minimum.
    #[error("{limit}: {value} is below {least}")]
    BelowMinimum {
        /// Which minimum.
        limit: &'static str,
        /// The value after the step.
        value: I256,
        /// The least that is allowed.
        least: I256,
    },
    /// Collateral or output cannot pay what is due, and this step may not end insolvent.
    #[error("{step} is {due} USD and only {paid} can be paid")]
    Unpaid {
        /// Which step of the order of payment.
        step: &'static str,
        /// What is due, USD with thirty decimals.
        due: U256,
        /// What can be paid.
        paid: U256,
    },
    /// The position may not be liquidated.
    #[error("the position is not liquidatable: {remaining} USD remain")]
    NotLiquidatable {
        /// What remains of its collateral, USD with thirty decimals.
        remaining: I256,
    },
    /// A pool amount, open interest or supply would fall below zero.
    #[error("{what} is {available}, {asked} is asked of it")]
    Insufficient {
        /// Which amount.
        what: &'static str,
        /// What there is.
        available: U256,
        /// What is asked.
        asked: U256,
    },
    /// The step is not allowed in this state.
    #[error("{reason}")]
    Refused {
        /// Why.
        reason: &'static str,
    },
}
