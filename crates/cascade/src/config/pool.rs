use seawall_units::{Ratio, TokenPrice, Tokens};
use serde::{Deserialize, Serialize};

/// A pool of one token against the quote asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PoolConfig {
    /// The token that it trades.
    pub token: String,
    /// Its curve and what lies in it.
    pub curve: CurveConfig,
    /// The part of what a trader pays in that is fee, from 0 to below 1. By default 0.
    #[serde(default)]
    pub fee: Ratio,
    /// How many times what is stated of the curve lies in it, above 0 to 1000: for the question
    /// what depth changes. By default 1.
    #[serde(default = "one")]
    pub depth: Ratio,
}

fn one() -> Ratio {
    Ratio::ONE
}

/// How a pool prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CurveConfig {
    /// The product of the reserves is constant, over all prices.
    ConstantProduct {
        /// Tokens in the pool.
        token: Tokens,
        /// Quote in the pool.
        quote: Tokens,
    },
    /// Liquidity in ranges of prices, stacked.
    Concentrated {
        /// The price at the opening.
        price: TokenPrice,
        /// The ranges.
        ranges: Vec<RangeConfig>,
    },
}

/// Liquidity between two prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RangeConfig {
    /// The lower end.
    pub lower: TokenPrice,
    /// The upper end, above the lower.
    pub upper: TokenPrice,
    /// What it is worth at the opening, in quote.
    pub value: Tokens,
}

/// Owners of shares of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProviderConfig {
    /// The pool.
    pub pool: String,
    /// The part of the pool's shares at the opening that is theirs, all together, above 0 to 1.
    pub share: Ratio,
    /// How many they are, each with the same part; 1 to 10000. By default 1.
    #[serde(default = "single")]
    pub count: u32,
    /// Whose they are, when it is not the provider's own name. Only of a single one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When they leave. By default they stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<WithdrawalConfig>,
}

pub(super) fn single() -> u32 {
    1
}

/// When owners of shares leave, and with how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WithdrawalConfig {
    /// What makes them leave; looked at after the sales of every round.
    pub when: Trigger,
    /// The part of the shares they still have that they withdraw each time; 0 to 1.
    pub share: Ratio,
}

/// What makes owners of shares leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Trigger {
    /// The pool's price has fallen by more than this in the round; 0 to below 1.
    RoundFall(Ratio),
    /// It has fallen by more than this since the opening; 0 to below 1.
    FallSinceStart(Ratio),
    /// Divergence loss since the opening is more than this; 0 to below 1.
    DivergenceLoss(Ratio),
}
