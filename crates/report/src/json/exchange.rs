//! The document of several markets.

use schemars::JsonSchema;
use seawall_sim as sim;
use serde::{Deserialize, Serialize};

use super::{Comparison, SCHEMA_VERSION};

/// Several isolated markets on one clock, each run through several venues.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// Version of this structure; raised when it changes.
    pub schema_version: u32,
    /// The scenario's name: its file name without the ending.
    pub scenario: String,
    /// The question that the scenario asks.
    pub question: String,
    /// Whether every market came to the same, bit for bit, as without the others.
    pub isolated: bool,
    /// One per market, in the file's order.
    pub markets: Vec<Market>,
}

/// What one market came to, run together with the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Market {
    /// The market's name.
    pub name: String,
    /// One per venue, in the order asked for.
    pub isolation: Vec<Isolation>,
    /// The market's comparison.
    pub comparison: Comparison,
}

/// SHA-256 of all that can be seen of a market's run: its journal, its state after every second,
/// and at the end every balance and every position with its equity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Isolation {
    /// `tranched`, `hyperliquid` or `gmx`.
    pub venue: String,
    /// Of the run with the other markets.
    pub together: String,
    /// Of the run without them.
    pub alone: String,
}

impl From<&sim::ExchangeOutcome> for Exchange {
    fn from(exchange: &sim::ExchangeOutcome) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            scenario: exchange.scenario.clone(),
            question: exchange.question.clone(),
            isolated: exchange.is_isolated(),
            markets: exchange.markets.iter().map(Market::from).collect(),
        }
    }
}

impl From<&sim::MarketOutcome> for Market {
    fn from(market: &sim::MarketOutcome) -> Self {
        let isolation = market.isolation.iter().map(|each| Isolation {
            venue: each.venue.to_owned(),
            together: each.together.clone(),
            alone: each.alone.clone(),
        });
        Self {
            name: market.name.clone(),
            isolation: isolation.collect(),
            comparison: Comparison::from(&market.comparison),
        }
    }
}
