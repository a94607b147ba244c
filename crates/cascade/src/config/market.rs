use seawall_units::Tokens;
use serde::{Deserialize, Serialize};

use crate::lending::LendingParams;
use crate::lending::auction::AuctionParams;

/// A lending market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LendingConfig {
    /// What is posted: a token, the quote asset, or a pool for its LP share.
    pub collateral: String,
    /// What is lent: the quote asset or a token. By default the quote asset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debt: Option<String>,
    /// The feed that prices the collateral.
    pub feed: String,
    /// The feed that prices the debt. By default the quote asset counts as 1; a token that is lent
    /// needs a feed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debt_feed: Option<String>,
    /// What lenders have paid in. By default as much as is borrowed at the opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lenders: Option<Tokens>,
    /// The market's own reserves at the opening, in what is lent. By default none.
    #[serde(default)]
    pub reserves: Tokens,
    /// A stake outside of the market that answers for its bad debt when `rules.losses` calls on
    /// it, in what is lent. By default none.
    #[serde(default)]
    pub cover: Tokens,
    /// Auctions in which seized collateral is sold, all of a loan at once, in the place of a
    /// liquidator who repays at a bonus. Only of a token, for the quote asset. By default none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auction: Option<AuctionParams>,
    /// Thresholds, close factor, bonus and rates.
    #[serde(default)]
    pub rules: LendingParams,
}
