//! Seeds of a sweep that are finished, as JSON lines: a head that says what was run, then one line
//! a seed in the order in which they finished.

use std::collections::BTreeMap;

use seawall_scenario::Scenario;
use seawall_sim::VenueName;
use serde::{Deserialize, Serialize};

use crate::figures::rows_of;
use crate::seeds::SeedFigures;

/// What was run: a checkpoint of anything else is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Version of this format.
    pub checkpoint: u32,
    /// The scenarios' hashes, in their order.
    pub scenario_hashes: Vec<String>,
    /// The venues, in their order.
    pub venues: Vec<String>,
    /// Ids of the figures that are kept.
    pub rows: Vec<String>,
}

/// One finished seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seed: u64,
    figures: SeedFigures,
}

/// What a checkpoint holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Finished {
    /// The figures by seed.
    pub seeds: BTreeMap<u64, SeedFigures>,
    /// Bytes up to the end of the last whole line; what follows was cut off while it was written.
    pub whole: usize,
}

/// Why a checkpoint cannot be taken up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// A line is not what a checkpoint holds.
    #[error("line {line} is no line of a checkpoint: {reason}")]
    Line {
        /// Which line, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// It is of another scenario, of other venues or of another version.
    #[error("it was written for another {what}; legal: the same, or a new file")]
    Other {
        /// What is not the same.
        what: &'static str,
    },
}

impl Head {
    /// Of a sweep.
    #[must_use]
    pub fn new(scenarios: &[Scenario], venues: &[VenueName]) -> Self {
        Self {
            checkpoint: 1,
            scenario_hashes: scenarios.iter().map(|one| one.hash().to_owned()).collect(),
            venues: venues.iter().map(ToString::to_string).collect(),
            rows: rows_of(scenarios).into_iter().map(|row| row.id).collect(),
        }
    }

    /// Its line.
    ///
    /// **Errors** none in practice: every value has a form in JSON.
    pub fn line(&self) -> serde_json::Result<String> {
        Ok(format!("{}\n", serde_json::to_string(self)?))
    }

    /// The seeds that a checkpoint of the same sweep holds. A last line without an end is left
    /// out.
    ///
    /// **Errors** [`CheckpointError`] for a line of another form and for another sweep.
    pub fn finished(&self, text: &str) -> Result<Finished, CheckpointError> {
        let whole = text.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let mut lines = (1_usize..).zip(text.get(..whole).unwrap_or_default().lines());
        let fault = |line, error: serde_json::Error| CheckpointError::Line {
            line,
            reason: error.to_string(),
        };
        let mut finished = Finished {
            whole,
            ..Finished::default()
        };
        let Some((line, first)) = lines.next() else {
            return Ok(finished);
        };
        let head: Self = serde_json::from_str(first).map_err(|error| fault(line, error))?;
        let same = [
            (head.checkpoint == self.checkpoint, "version"),
            (head.scenario_hashes == self.scenario_hashes, "scenario"),
            (head.venues == self.venues, "choice of venues"),
            (head.rows == self.rows, "list of figures"),
        ];
        if let Some((_, what)) = same.into_iter().find(|(same, _)| !same) {
            return Err(CheckpointError::Other { what });
        }
        let count = self.venues.len().saturating_mul(self.scenario_hashes.len());
        for (number, text) in lines {
            let Line { seed, figures } =
                serde_json::from_str(text).map_err(|error| fault(number, error))?;
            let whole = |column: &Vec<Option<i128>>| column.len() == self.rows.len();
            if figures.columns.len() != count || !figures.columns.iter().all(whole) {
                return Err(CheckpointError::Line {
                    line: number,
                    reason: String::from("another number of figures"),
                });
            }
            finished.seeds.insert(seed, figures);
        }
        Ok(finished)
    }
}

/// The line of a finished seed.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn line(seed: u64, figures: &SeedFigures) -> serde_json::Result<String> {
    let figures = figures.clone();
    Ok(format!(
        "{}\n",
        serde_json::to_string(&Line { seed, figures })?
    ))
}
