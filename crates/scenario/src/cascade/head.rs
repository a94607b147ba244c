use std::collections::BTreeMap;

use seawall_units::Tokens;
use serde::{Deserialize, Serialize};

/// What a cascade file states beside its world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CascadeHead {
    /// The one question that the file asks.
    pub question: String,
    /// Another cascade file, beside this one, whose world this file takes over. It extends no
    /// other itself. The file then states no world of its own, only `set`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// What stands in the place of the world's statements: dotted path and value, as for `--set`,
    /// such as `"tokens.T.price" = "95"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
    /// Figures that the run must come to, by their ids, to the digits that are stated: a figure
    /// agrees when it rounds to them, half away from zero.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expected: BTreeMap<String, String>,
    /// Figures that were seen in public, each with its source, told beside the model's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<Observed>,
    /// The rules and parameters that the file is there to vary, for `--ablation` and `--sweep`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<Vary>,
}

/// A public figure as a range, beside the model's figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Observed {
    /// What it is, in a few words.
    pub name: String,
    /// The id of the model's figure that it is compared with.
    pub figure: String,
    /// The lower end of the range.
    pub low: Tokens,
    /// The upper end; `low` when the source gives one number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<Tokens>,
    /// How many units of the model's figure one unit here is: "1000000" where the range is in
    /// millions, "0.01" where it is in percent. By default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Tokens>,
    /// Where it was published.
    pub source: String,
    /// Whether an assumption of the file was chosen so that the model meets it. Then that it is met
    /// shows nothing. By default false.
    #[serde(default)]
    pub fitted: bool,
}

/// One rule or parameter that is varied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Vary {
    /// Its short name, as it is typed behind `--sweep`.
    pub name: String,
    /// The keys that take each value: with `values`, in the place of `points`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// The values, the file's own among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Values with names, where a value takes more than one statement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<VaryPoint>,
}

/// One value of what is varied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VaryPoint {
    /// What it is called.
    pub name: String,
    /// What it sets: dotted path and value; nothing for the file as it stands.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}
