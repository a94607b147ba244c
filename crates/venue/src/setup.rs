use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Ratio, Time, Usd};

/// One maintenance table for every venue (`[terms.common]`, M-11.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MarginTable {
    /// Initial margin over notional: one over the highest leverage.
    pub initial: Ratio,
    /// Maintenance margin over notional.
    pub maintenance: Ratio,
}

/// A position that an account holds from the start, the same in every venue (M-11.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endowment {
    /// Whose.
    pub account: AccountId,
    /// Signed size.
    pub size: Base,
    /// Entry price.
    pub entry: Price,
    /// Margin posted.
    pub margin: Usd,
}

/// What every venue is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The first second.
    pub start: Time,
    /// The outside price then.
    pub opening: Price,
    /// The common maintenance table; `None` for each venue's own (`[terms.native]`).
    pub margin: Option<MarginTable>,
    /// The initial positions, one per account.
    pub endowments: Vec<Endowment>,
    /// Accounts that endowments and orders refer to: 0 up to this number.
    pub accounts: u32,
}

/// How much of one of a venue's limits the initial positions use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitUse {
    /// Which limit.
    pub limit: &'static str,
    /// What the positions come to.
    pub value: Usd,
    /// The most that is allowed.
    pub allowed: Usd,
}

/// A venue cannot be started like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The initial positions break a limit of the venue.
    #[error(
        "the initial positions break the {venue} limit `{limit}`: {value} USD is above {allowed} USD"
    )]
    Limit {
        /// Which venue.
        venue: &'static str,
        /// Which limit.
        limit: &'static str,
        /// What the positions come to.
        value: Usd,
        /// The most that is allowed.
        allowed: Usd,
    },
    /// A position would be liquidated in the first second.
    #[error(
        "account {account}: equity {equity} USD at the opening price is below the maintenance margin {required} USD of {venue}"
    )]
    Unhealthy {
        /// Which venue.
        venue: &'static str,
        /// Whose.
        account: AccountId,
        /// Its equity at the opening price.
        equity: Usd,
        /// What is required.
        required: Usd,
    },
    /// A parameter is out of its range.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// A parameter in a table of its own crate is out of its range; the message names the field,
    /// the value and the legal range.
    #[error("`{table}`: {message}")]
    Nested {
        /// Path of the table below the venue's, such as `funding`.
        table: &'static str,
        /// What that crate's typed error says.
        message: String,
    },
}

/// A parameter of a venue is out of its range; the field is a dotted path below the venue's table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` is {value}; legal: {legal}")]
pub struct ParamError {
    /// Dotted path of the field below the venue's table, such as `auction.duration`.
    pub field: &'static str,
    /// What was given.
    pub value: String,
    /// The legal range.
    pub legal: &'static str,
}

impl ParamError {
    /// Checks a value against its legal range.
    ///
    /// **Errors** a [`ParamError`] that names the field, the value and `legal`, the range in words.
    ///
    /// ```
    /// use seawall_venue::ParamError;
    /// assert!(ParamError::check("auction.duration", 60, 1..=86_400, "1 to 86400 seconds").is_ok());
    /// let error = ParamError::check("auction.duration", 0, 1..=86_400, "1 to 86400 seconds");
    /// let said = error.map_err(|e| e.to_string());
    /// assert_eq!(said, Err("`auction.duration` is 0; legal: 1 to 86400 seconds".to_owned()));
    /// ```
    pub fn check<T: PartialOrd + std::fmt::Display>(
        field: &'static str,
        value: T,
        range: std::ops::RangeInclusive<T>,
        legal: &'static str,
    ) -> Result<(), Self> {
        match range.contains(&value) {
            true => Ok(()),
            false => Err(Self {
                field,
                value: value.to_string(),
                legal,
            }),
        }
    }
}
