use std::collections::BTreeMap;

use seawall_paths::{Bootstrap, Gbm, Heston, Merton, PriceModel, Regimes, Replay, Sampling, Shock};
use seawall_units::{Ratio, Tokens};
use serde::{Deserialize, Serialize};

use crate::Between;
use crate::model::Distribution;

/// A sweep file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SweepFile {
    /// The one question that the file asks.
    pub question: String,
    /// From which all numbers of every path come: a path's own are those of the seed and its number.
    pub seed: u64,
    /// The scenario file, relative to this one.
    pub scenario: String,
    /// Keys of the scenario with other values than its file states: dotted path and value, as for
    /// `--set`, such as `"market.junior" = "3000000"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
    /// Paths to run, 1 to 1000000000; with a stop rule at most so many. A multiple of the paths that
    /// form one sample.
    pub paths: u64,
    /// The venues, in the order of every table; all by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub venues: Vec<String>,
    /// What is drawn anew for each path besides prices.
    #[serde(default)]
    pub redraw: Redraw,
    /// The figure that is looked at closely, by its id; `bad_debt` by default.
    #[serde(default = "bad_debt")]
    pub by: String,
    /// How prices are drawn; without it every path has the scenario's own prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<SweepPrices>,
    /// How paths relate to each other; `independent` by default.
    #[serde(default)]
    pub sampling: Sampling,
    /// The axes of the grid: every combination of their values is a point, and every point sees every
    /// path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grid: Vec<SweepAxis>,
    /// Keys that are drawn anew for each path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draw: Vec<SweepDraw>,
    /// When enough paths were run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop: Option<StopRule>,
}

fn bad_debt() -> String {
    String::from("bad_debt")
}

/// What is drawn anew for each path besides prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Redraw {
    /// Everything that the scenario draws: positions, order flows, reactions. Each path has a scenario
    /// seed of its own.
    #[default]
    All,
    /// Nothing: every path has the draws of the scenario's own seed.
    Prices,
}

/// How prices are drawn: one of the models, on a grid of ticks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SweepPrices {
    /// Seconds from one price to the next: a divisor of the scenario's length.
    pub tick: u32,
    /// What the price is between two ticks; `hold` by default.
    #[serde(default = "hold")]
    pub between: Between,
    /// A scenario file whose own prices a bootstrap or a replay takes its moves from; by default the
    /// sweep's scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<String>,
    /// Moves that every path makes, on top of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shocks: Vec<Shock>,
    /// Geometric Brownian motion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gbm: Option<Gbm>,
    /// Geometric Brownian motion with lognormal jumps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merton: Option<Merton>,
    /// A variance that moves and returns to its mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heston: Option<Heston>,
    /// Regimes that follow each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regimes: Option<Regimes>,
    /// Blocks of a recorded path in a random order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Bootstrap>,
    /// A recorded path as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay>,
}

const fn hold() -> Between {
    Between::Hold
}

impl SweepPrices {
    /// The models that are stated; a legal file states one.
    pub(super) fn models(&self) -> Vec<PriceModel> {
        let all = [
            self.gbm.clone().map(PriceModel::Gbm),
            self.merton.clone().map(PriceModel::Merton),
            self.heston.clone().map(PriceModel::Heston),
            self.regimes.clone().map(PriceModel::Regimes),
            self.bootstrap.clone().map(PriceModel::Bootstrap),
            self.replay.clone().map(PriceModel::Replay),
        ];
        all.into_iter().flatten().collect()
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> Option<PriceModel> {
        self.models().into_iter().next()
    }
}

/// An axis of the grid: one key with its values, evenly spaced values from one to another, or several
/// keys that move together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SweepAxis {
    /// The key that takes each value: of the scenario, or below `price` of this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its values, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The first of evenly spaced values; `%` or `bp` may stand behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last of them, in the same unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How many of them, 2 to 10000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Several keys that move together, instead of `key`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// For each point of the axis one value for each of `keys`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Vec<String>>,
}

/// A key that is drawn anew for each path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SweepDraw {
    /// The key: of the scenario, or below `price` of this file.
    pub key: String,
    /// What is drawn; a draw is rounded down to `decimals`.
    pub value: Distribution<Ratio>,
    /// Decimal places of a drawn value, 0 to 18; 6 by default. A key that is a whole number, such as a
    /// count, needs 0.
    #[serde(default = "six")]
    pub decimals: u32,
}

const fn six() -> u32 {
    6
}

/// When enough paths were run: as soon as the standard error of one mean is small enough, looked at after
/// fixed numbers of paths, so that it stops at the same path on any number of threads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StopRule {
    /// The figure, by its id.
    pub metric: String,
    /// The venue; at every point its error must be small enough.
    pub venue: String,
    /// The largest standard error, in the figure's unit: USD, per cent and so on. Instead of `relative`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absolute: Option<Tokens>,
    /// The largest standard error as a share of the mean's magnitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative: Option<Ratio>,
    /// Paths before which it does not stop, at least 2 samples; 100 by default.
    #[serde(default = "hundred")]
    pub least: u64,
    /// After how many paths it looks again; a multiple of the paths of one sample. 100 by default.
    #[serde(default = "hundred")]
    pub every: u64,
}

const fn hundred() -> u64 {
    100
}
