//! What a cascade file states of its world.
//!
//! Everything has a name. Tables are read in the order of names, and series in the order of their
//! numbers; that is the order in which loans are liquidated and seized collateral is sold.

mod attack;
mod check;
mod loan;
mod market;
mod perp;
mod pool;
mod reuse;
mod rounds;
mod shock;
mod whale;

use std::collections::BTreeMap;

use seawall_units::{TokenPrice, Tokens};
use serde::{Deserialize, Serialize};

use crate::feed::FeedConfig;

pub use attack::{AttackAmount, AttackConfig, AttackStep, FlashConfig, Unless};
pub use check::ConfigError;
pub(crate) use check::{LEGAL_PRICES, is_legal_price, refused};
pub use loan::{DebtConfig, LoanConfig};
pub use market::LendingConfig;
pub use perp::PerpConfig;
pub use pool::{CurveConfig, PoolConfig, ProviderConfig, RangeConfig, Trigger, WithdrawalConfig};
pub use reuse::ReuseConfig;
pub use rounds::{ArbitrageConfig, ArbitrageMode, MeasuresConfig, RoundsConfig};
pub use shock::{ShockAct, ShockConfig};
pub use whale::{CashSource, WhaleConfig};

/// The world of one cascade: tokens, pools, lending markets, who owns what in them, and what
/// happens to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Config {
    /// What the asset is called in which everything is priced. By default "USD".
    #[serde(default = "quote")]
    pub quote: String,
    /// The other assets.
    pub tokens: BTreeMap<String, TokenConfig>,
    /// Pools of one token against the quote asset. In a lending market a pool's name stands for
    /// its LP share.
    pub pools: BTreeMap<String, PoolConfig>,
    /// What lending markets believe of prices.
    #[serde(default)]
    pub feeds: BTreeMap<String, FeedConfig>,
    /// Lending markets: one collateral asset, one debt asset each.
    #[serde(default)]
    pub lending: BTreeMap<String, LendingConfig>,
    /// Loans in them, one by one or in series.
    #[serde(default)]
    pub loans: BTreeMap<String, LoanConfig>,
    /// Who owns the shares of the pools, and when he leaves. Shares that nobody is named for
    /// belong to many small holders who stay.
    #[serde(default)]
    pub providers: BTreeMap<String, ProviderConfig>,
    /// LP shares that are posted as collateral for more of them, from the opening on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reuse: BTreeMap<String, ReuseConfig>,
    /// Owners, by name, who raise cash in one place when another is hit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub whales: BTreeMap<String, WhaleConfig>,
    /// What owners hold freely, by owner and asset. An owner is named by what he owns: a loan and
    /// a provider of one owner's name are one owner's.
    #[serde(default)]
    pub wallets: BTreeMap<String, BTreeMap<String, Tokens>>,
    /// Markets of perpetual futures beside the pools.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub perps: BTreeMap<String, PerpConfig>,
    /// Who trades pools to the outside price. By default nobody does.
    #[serde(default)]
    pub arbitrage: ArbitrageConfig,
    /// What happens from outside, by name; those of one round in the order of names.
    #[serde(default)]
    pub shocks: BTreeMap<String, ShockConfig>,
    /// How long a round is, and when the run ends.
    #[serde(default)]
    pub rounds: RoundsConfig,
    /// What is measured, and from where on it is called a spiral.
    #[serde(default)]
    pub measures: MeasuresConfig,
}

fn quote() -> String {
    String::from("USD")
}

/// A token with a price outside of this world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenConfig {
    /// What it costs outside, in quote, before the first round and until something moves it.
    pub price: TokenPrice,
    /// What it costs outside from round 1 on, one price a round; the last one stays. By default
    /// nothing moves it but shocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<TokenPrice>,
}
