use seawall_units::{Ratio, TokenPrice, Tokens};
use serde::{Deserialize, Serialize};

use super::pool::single;

/// A loan, or a series of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoanConfig {
    /// The lending market.
    pub market: String,
    /// How many there are, numbered from 0; 1 to 100000. By default 1.
    #[serde(default = "single")]
    pub count: u32,
    /// The collateral of each.
    pub collateral: Tokens,
    /// The debt of each.
    pub debt: DebtConfig,
    /// Whose it is, when it is not the loan's own name. Only of a single one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// How much is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DebtConfig {
    /// This much of what is lent.
    Amount(Tokens),
    /// This part of the collateral's value at the opening, above 0 to 1.
    Ltv(Ratio),
    /// As much as makes the loan liquidatable just below this price of the collateral.
    LiquidationPrice(TokenPrice),
    /// The same for a series: each one's price lies below the one before it.
    LiquidationPrices {
        /// The price of number 0.
        first: TokenPrice,
        /// How much lower each next one is, in quote.
        fall: Tokens,
    },
    /// Parts of the collateral's value for a series, evenly from the first to the last.
    Ltvs {
        /// The part of number 0, above 0 to 1.
        first: Ratio,
        /// The part of the last number, above 0 to 1.
        last: Ratio,
    },
}
