use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::encoding::Width;
use crate::error::ResultsError;

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
    /// Keys that flags have put in the place of the file's statements, with their values.
    pub set: Vec<(String, String)>,
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
    /// Its place among all points of the sweep, from 0.
    pub number: u32,
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

fn flags(set: &[(String, String)]) -> String {
    match set.is_empty() {
        true => String::from("empty"),
        false => {
            let each = set.iter().map(|(key, value)| format!("{key}={value}"));
            each.collect::<Vec<_>>().join(" ")
        }
    }
}

/// Digits of a figure: as many as Parquet's 128-bit decimals have.
pub(crate) const DIGITS: u32 = 38;

impl Head {
    /// Refuses a head that no rows can be written under.
    ///
    /// **Errors** [`ResultsError::Head`] with the field and what is legal.
    pub fn validate(&self) -> Result<(), ResultsError> {
        let fault = |field, found: String, legal| {
            Err(ResultsError::Head {
                field,
                found,
                legal,
            })
        };
        if self.sample == 0 {
            return fault("sample", String::from("0"), "at least 1");
        }
        if self.venues.is_empty() {
            return fault("venues", String::from("empty"), "at least one");
        }
        let keys = |point: &Point| -> Vec<String> {
            point.values.iter().map(|(key, _)| key.clone()).collect()
        };
        let Some(first) = self.points.first().map(keys) else {
            return fault("points", String::from("empty"), "at least one");
        };
        if let Some(other) = self.points.iter().map(keys).find(|other| *other != first) {
            let found = format!("`{}` beside `{}`", other.join(" "), first.join(" "));
            return fault("points", found, "the same keys in every point");
        }
        if let Some(deep) = self.figures.iter().find(|column| column.places > DIGITS) {
            let found = format!("`{}` with {} places", deep.id, deep.places);
            return fault("figures", found, "at most 38 places");
        }
        let mut names = self.column_names();
        names.sort_unstable();
        let mut pairs = names.iter().zip(names.iter().skip(1));
        match pairs.find(|(name, next)| name == next) {
            Some((name, _)) => fault("columns", format!("`{name}` twice"), "each name once"),
            None => Ok(()),
        }
    }

    /// The names of a row's columns, in their order.
    #[must_use]
    pub fn column_names(&self) -> Vec<String> {
        let mut names = vec![String::from("path"), String::from("point")];
        let points = self
            .points
            .first()
            .map_or(&[][..], |point| &point.values[..]);
        names.extend(points.iter().map(|(key, _)| format!("point.{key}")));
        names.extend(self.drawn.iter().map(|key| format!("draw.{key}")));
        names.push(String::from("venue"));
        names.extend(self.figures.iter().map(|column| column.id.clone()));
        names.push(String::from("breaches"));
        names
    }

    /// As compact JSON.
    pub(crate) fn to_json(&self) -> Result<String, ResultsError> {
        serde_json::to_string(self).map_err(|error| ResultsError::Head {
            field: "form",
            found: error.to_string(),
            legal: "values that JSON has",
        })
    }

    pub(crate) fn width(&self) -> Width {
        Width {
            drawn: self.drawn.len(),
            figures: self.figures.len(),
        }
    }

    /// Refuses the head of another sweep and says what differs first.
    ///
    /// **Errors** [`ResultsError::Other`].
    pub fn expect_same(&self, found: &Self, file: &Path) -> Result<(), ResultsError> {
        // A change that explains others comes first.
        let fields = [
            ("program", &self.engine, &found.engine),
            ("question", &self.question, &found.question),
            ("seed", &self.seed.to_string(), &found.seed.to_string()),
            (
                "number of paths",
                &self.paths.to_string(),
                &found.paths.to_string(),
            ),
            (
                "choice of venues",
                &self.venues.join(", "),
                &found.venues.join(", "),
            ),
            ("set of flags", &flags(&self.set), &flags(&found.set)),
            (
                "plan (the sweep's file, what flags put in the place of its statements, the scenario and its prices)",
                &self.plan,
                &found.plan,
            ),
            ("head", &self.to_json()?, &found.to_json()?),
        ];
        let differs = fields.iter().find(|(_, legal, found)| legal != found);
        differs.map_or(Ok(()), |(what, legal, found)| {
            Err(ResultsError::Other {
                file: file.to_path_buf(),
                what,
                found: (*found).clone(),
                legal: (*legal).clone(),
            })
        })
    }
}
