use std::collections::BTreeMap;

use seawall_units::Ratio;
use serde::{Deserialize, Serialize};

use crate::place::PlaceRules;

use super::Config;
use super::check::{Checked, known, quoted, refused, within};

/// A market of perpetual futures beside the pools: the venue of a scenario, driven by a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PerpConfig {
    /// The scenario file, relative to this one, that states the market: capital, positions, rules
    /// and bidders. What it says of prices and orders is left out.
    pub scenario: String,
    /// Which of the scenario's venues: "tranched", "hyperliquid" or "gmx". By default "tranched".
    #[serde(default = "tranched")]
    pub venue: String,
    /// The feed that its oracle shows. At the opening it must show the scenario's opening price.
    pub feed: String,
    /// The pool in which positions that were taken over are hedged.
    pub pool: String,
    /// Owners of this world by the names of their accounts in the scenario. Who is not named deals
    /// with the world outside.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub owners: BTreeMap<String, String>,
    /// Hedging and the oracle's sources.
    #[serde(default)]
    pub rules: PlaceRules,
}

fn tranched() -> String {
    String::from("tranched")
}

/// The venues that a scenario knows.
const VENUES: [&str; 3] = ["tranched", "hyperliquid", "gmx"];

impl Config {
    pub(super) fn check_perps(&self) -> Checked {
        for (name, perp) in &self.perps {
            let path = |field: &str| format!("perps.{name}.{field}");
            if !VENUES.contains(&perp.venue.as_str()) {
                let found = quoted(&perp.venue);
                return Err(refused(path("venue"), found, VENUES.join(", ")));
            }
            known(|| path("feed"), &perp.feed, &self.feeds)?;
            known(|| path("pool"), &perp.pool, &self.pools)?;
            let part = Ratio::ZERO..=Ratio::ONE;
            within(|| path("rules.hedge"), perp.rules.hedge, part, "0 to 1")?;
            let sources = perp.rules.sources;
            within(|| path("rules.sources"), sources, 1..=64, "1 to 64")?;
        }
        Ok(())
    }
}
