use seawall_units::{Ratio, Tokens};
use serde::{Deserialize, Serialize};

/// Who trades pools to the outside price.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ArbitrageConfig {
    /// Whether anybody does. By default nobody.
    pub mode: ArbitrageMode,
    /// The pools in which he does; none named: in all.
    pub pools: Vec<String>,
    /// His capital in quote. He buys with it and sells what he has bought; tokens that he sells
    /// first he must have bought. By default he draws whatever a trade needs, tokens and quote.
    pub capital: Option<Tokens>,
}

/// Whether pools are traded to the outside price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ArbitrageMode {
    /// Nobody does.
    #[default]
    Nobody,
    /// Once a round, to the edge of what the fee leaves.
    EveryRound,
}

/// How long a round is, and when the run ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoundsConfig {
    /// Seconds from one round to the next; 1 to 86400. By default 12, a block of Ethereum.
    pub seconds: u64,
    /// The most rounds; 1 to 100000. By default 1000.
    pub most: u32,
    /// The run ends after this many rounds in which nothing happened and once nothing is left that
    /// is scheduled; 1 to 100000. Feeds that look back need more than one. By default 1.
    pub quiet: u32,
}

impl Default for RoundsConfig {
    fn default() -> Self {
        Self {
            seconds: 12,
            most: 1000,
            quiet: 1,
        }
    }
}

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeasuresConfig {
    /// The pool whose price is told. By default the first in the order of names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// The whole fall as a multiple of the shock's own from which it is called a spiral; 1 or
    /// more. By default 2: then forced sales have made more of the fall than the shock.
    pub spiral_from: Ratio,
}

impl Default for MeasuresConfig {
    fn default() -> Self {
        Self {
            pool: None,
            spiral_from: Ratio::ONE + Ratio::ONE,
        }
    }
}
