use seawall_oracle::{Design, Feed, OracleConfig};
use seawall_units::{Side, Usd};
use serde::{Deserialize, Serialize};

use crate::At;
use crate::model::Oracle;

/// How many instant sources there are when a file states neither `sources` nor `feeds`.
const SOURCES: u16 = 3;

/// One price source, or several of one kind (M-3.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FeedEntry {
    /// How it publishes.
    pub design: Design,
    /// How much each weighs in the median; 1 to 1000.
    #[serde(default = "one")]
    pub weight: u16,
    /// How many of this kind, with consecutive numbers; 1 to 64.
    #[serde(default = "one")]
    pub count: u16,
}

const fn one() -> u16 {
    1
}

/// A trade in the pool behind a price source. It comes after the second's arbitrage, so that the
/// source shows its price in that second; the next second's arbitrage takes it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PoolTrade {
    /// The number of the source, from 0; a pool.
    pub source: u16,
    /// When.
    pub at: At,
    /// Buys base (long) or sells it (short).
    pub side: Side,
    /// USD brought, or base worth so much at the pool's price; its fee included.
    pub notional: Usd,
}

impl Oracle {
    /// The part of it that every venue's oracle takes.
    #[must_use]
    pub const fn config(&self) -> OracleConfig {
        OracleConfig {
            quorum: self.quorum,
            max_age: self.max_age,
            max_deviation: self.max_deviation,
            grace: self.grace,
            reopening: self.reopening,
        }
    }

    /// Every source, by its number: `feeds` with their counts, or else `sources` instant ones,
    /// three by default.
    #[must_use]
    pub fn each_feed(&self) -> Vec<Feed> {
        if self.feeds.is_empty() {
            let count = self.sources.unwrap_or(SOURCES);
            return vec![Feed::default(); count.into()];
        }
        let each = self.feeds.iter().flat_map(|entry| {
            let feed = Feed {
                design: entry.design,
                weight: entry.weight,
            };
            std::iter::repeat_n(feed, entry.count.into())
        });
        each.collect()
    }
}

impl Default for Oracle {
    /// Three instant sources and the defaults of [`OracleConfig`].
    fn default() -> Self {
        let config = OracleConfig::default();
        Self {
            sources: None,
            feeds: Vec::new(),
            quorum: config.quorum,
            max_age: config.max_age,
            max_deviation: config.max_deviation,
            grace: config.grace,
            reopening: config.reopening,
            faults: Vec::new(),
            trades: Vec::new(),
        }
    }
}
