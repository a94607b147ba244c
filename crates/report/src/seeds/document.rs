//! The sweep as JSON.

use serde::Serialize;
use serde_json::Value;

use super::Seeds;
use crate::json::{Override, SCHEMA_VERSION};
use crate::sets::{Differing, letter};

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    seeds: Vec<u64>,
    venues: Vec<String>,
    differences: Vec<Differing>,
    sets: Vec<Set>,
    rows: Vec<Line>,
    breaches: Vec<Breach>,
}

#[derive(Serialize)]
struct Set {
    name: String,
    file: String,
    scenario_hash: String,
    overrides: Vec<Override>,
}

#[derive(Serialize)]
struct Line {
    id: String,
    unit: &'static str,
    direction: &'static str,
    cells: Vec<Cell>,
    rankings: Vec<Order>,
}

/// One set in one venue; every figure is null where the venue has none.
#[derive(Serialize)]
struct Cell {
    venue: String,
    set: String,
    count: u64,
    min: Value,
    min_seed: Option<u64>,
    lower_quartile: Value,
    median: Value,
    upper_quartile: Value,
    max: Value,
    max_seed: Option<u64>,
    best_alone: Option<u64>,
    best_tied: Option<u64>,
}

/// The most frequent order of the columns that are ranked among each other.
#[derive(Serialize)]
struct Order {
    columns: Vec<String>,
    places: Vec<Option<usize>>,
    flips: u64,
}

#[derive(Serialize)]
struct Breach {
    seed: u64,
    what: String,
}

impl Seeds<'_> {
    /// Every statistic, exact: money and sizes as strings, shares and costs as numbers.
    ///
    /// **Errors** none in practice: every value has a form in JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        let sets = self.sets.scenarios.iter().enumerate();
        let document = Document {
            schema_version: SCHEMA_VERSION,
            seeds: self.samples.iter().map(|sample| sample.seed).collect(),
            venues: self.venues.iter().map(ToString::to_string).collect(),
            differences: self.sets.differing(),
            sets: sets
                .map(|(place, scenario)| Set {
                    name: letter(place),
                    file: scenario.file_name().to_owned(),
                    scenario_hash: scenario.hash().to_owned(),
                    overrides: scenario.changes().iter().map(Override::from).collect(),
                })
                .collect(),
            rows: self.lines(),
            breaches: self.breaches(),
        };
        let mut text = serde_json::to_string_pretty(&document)?;
        text.push('\n');
        Ok(text)
    }

    fn breaches(&self) -> Vec<Breach> {
        let each = self.samples.iter().flat_map(|sample| {
            let breach = |what: &String| Breach {
                seed: sample.seed,
                what: what.clone(),
            };
            sample.figures.breaches.iter().map(breach)
        });
        each.collect()
    }

    fn lines(&self) -> Vec<Line> {
        let blocks = self.blocks();
        let mut lines = Vec::new();
        for (place, row) in self.rows().iter().enumerate() {
            let mut line = Line {
                id: row.id.clone(),
                unit: row.metric.unit.label(),
                direction: row.metric.direction.title(),
                cells: Vec::new(),
                rankings: Vec::new(),
            };
            if row.metric.unit == crate::metric::Unit::Percent {
                // As in the JSON of a comparison: a quarter is 0.25.
                line.unit = "share";
            }
            for block in &blocks {
                let ranking = self.ranking(block, place, row.better());
                for (index, column) in block.columns.iter().enumerate() {
                    let spread = self.spread(column, place);
                    let exact = |units: Option<i128>| units.map_or(Value::Null, |u| row.exact(u));
                    let wins = ranking.as_ref().and_then(|r| r.wins.get(index));
                    line.cells.push(Cell {
                        venue: column.venue.to_string(),
                        set: letter(column.set),
                        count: spread.map_or(0, |each| each.count),
                        min: exact(spread.map(|each| each.min.0)),
                        min_seed: spread.map(|each| each.min.1),
                        lower_quartile: exact(spread.map(|each| each.lower_quartile)),
                        median: exact(spread.map(|each| each.median)),
                        upper_quartile: exact(spread.map(|each| each.upper_quartile)),
                        max: exact(spread.map(|each| each.max.0)),
                        max_seed: spread.map(|each| each.max.1),
                        best_alone: wins.map(|wins| wins.alone),
                        best_tied: wins.map(|wins| wins.tied),
                    });
                }
                if let Some(ranking) = ranking {
                    line.rankings.push(Order {
                        columns: block
                            .columns
                            .iter()
                            .map(|c| format!("{} {}", c.venue, letter(c.set)))
                            .collect(),
                        places: ranking.order,
                        flips: ranking.flips,
                    });
                }
            }
            lines.push(line);
        }
        lines
    }
}
