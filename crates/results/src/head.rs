use serde::{Deserialize, Serialize};

/// What results say of themselves: everything that a reader needs to know what was asked.
///
/// Two files belong to the same sweep exactly if their heads are equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The version of the program that ran the paths.
    pub engine: String,
    /// The question that the sweep asks.
    pub question: String,
    /// SHA-256, in hexadecimal digits, of all that decides a row: the sweep's file, the scenario,
    /// the prices that they name, and the version of the program.
    pub plan: String,
    /// The seed from which every path's numbers come.
    pub seed: u64,
    /// Paths of the whole sweep, numbered from 0.
    pub paths: u64,
    /// Consecutive paths that form one independent sample: 1; 2 with antithetic pairs; the length
    /// of a scrambled sequence with Sobol's numbers.
    pub sample: u64,
    /// The sets of parameters, in their order.
    pub points: Vec<Point>,
    /// The venues, in their order.
    pub venues: Vec<String>,
    /// Keys that are drawn anew for each path.
    pub drawn: Vec<String>,
    /// The figures of a row.
    pub figures: Vec<Column>,
}

/// One set of parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Key and value of everything that the points differ in; empty when there is one point.
    pub values: Vec<(String, String)>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The metric's id, such as `bad_debt`.
    pub id: String,
    /// What it is, with its unit.
    pub label: String,
    /// Its unit: `USD`, `%`, `bp` and so on; empty for a count.
    pub unit: String,
    /// Decimal places of its grid: a value of 1,500,000 with six places is 1.5.
    pub places: u32,
    /// Which of two values is the better one; absent when the figure only describes.
    pub better: Option<Better>,
}

/// Which of two values is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// The larger.
    Higher,
    /// The smaller.
    Lower,
}
