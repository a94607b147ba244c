//! The same comparison over many seeds: medians, ranges, and how often each column is best.

use seawall_sim::{Comparison, Ranking, Sample, Spread, VenueName, ranking};
use serde::{Deserialize, Serialize};

use crate::figures::{Row, rows_of, rows_with};
use crate::sets::{Sets, letter};

mod document;
mod long;
mod text;

/// What a sweep keeps of one seed: every figure of every venue in every set, and the breaches of a
/// law. The columns are the venues, and in each venue the sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedFigures {
    /// For each column the figure of every row, in grid units.
    pub columns: Vec<Vec<Option<i128>>>,
    /// What the independent audit found; nothing by law.
    pub breaches: Vec<String>,
}

/// Takes from the comparisons of one seed, one a set, what a sweep keeps.
#[must_use]
pub fn measure(runs: &[Comparison]) -> SeedFigures {
    let first = runs.first().and_then(|run| run.venues.first());
    let names = first.map(|venue| venue.arbitrage.iter().map(|one| one.name.clone()));
    let rows = rows_with(&names.into_iter().flatten().collect::<Vec<String>>());
    let venues = runs.first().map_or(0, |run| run.venues.len());
    let mut columns = Vec::new();
    let mut breaches = Vec::new();
    for place in 0..venues {
        for venue in runs.iter().filter_map(|run| run.venues.get(place)) {
            columns.push(rows.iter().map(|row| row.units(venue)).collect());
            let named = |breach: &String| format!("{}: {breach}", venue.name);
            breaches.extend(venue.breaches.iter().map(named));
        }
    }
    SeedFigures { columns, breaches }
}

/// A sweep and what it found.
#[derive(Clone, Copy)]
pub struct Seeds<'a> {
    /// The sets of parameters.
    pub sets: Sets<'a>,
    /// The venues.
    pub venues: &'a [VenueName],
    /// One per seed, in their order.
    pub samples: &'a [Sample<SeedFigures>],
    /// The figure whose least and most seed are named below the table.
    pub by: &'a Row,
}

/// Columns that are ranked among each other.
struct Block {
    title: Option<VenueName>,
    columns: Vec<Column>,
}

/// One set in one venue.
struct Column {
    name: String,
    set: usize,
    venue: VenueName,
    place: usize,
}

impl Seeds<'_> {
    /// One set: all venues are ranked among each other. Several: the sets within each venue.
    fn blocks(&self) -> Vec<Block> {
        let sets = self.sets.scenarios.len();
        let column = |place: usize, venue: VenueName, set: usize| Column {
            name: match sets {
                1 => venue.to_string(),
                _ => letter(set),
            },
            set,
            venue,
            place: place.saturating_mul(sets).saturating_add(set),
        };
        let venues = self.venues.iter().copied().enumerate();
        match sets {
            1 => vec![Block {
                title: None,
                columns: venues
                    .map(|(place, venue)| column(place, venue, 0))
                    .collect(),
            }],
            _ => venues
                .map(|(place, venue)| Block {
                    title: Some(venue),
                    columns: (0..sets).map(|set| column(place, venue, set)).collect(),
                })
                .collect(),
        }
    }

    fn rows(&self) -> Vec<Row> {
        rows_of(self.sets.scenarios)
    }

    fn figure(sample: &Sample<SeedFigures>, column: &Column, row: usize) -> Option<i128> {
        *sample.figures.columns.get(column.place)?.get(row)?
    }

    /// Where the values of one row lie in one column.
    fn spread(&self, column: &Column, row: usize) -> Option<Spread> {
        let value = |sample| Some((sample, Self::figure(sample, column, row)?));
        let values = self.samples.iter().filter_map(value);
        Spread::of(values.map(|(sample, value)| (sample.seed, value)))
    }

    /// How the columns of a block stand in one row; `None` for a figure that only describes.
    fn ranking(
        &self,
        block: &Block,
        row: usize,
        better: Option<seawall_sim::Better>,
    ) -> Option<Ranking> {
        let values = |sample| {
            let columns = block.columns.iter();
            let values = columns.map(|column| Self::figure(sample, column, row));
            values.collect::<Vec<Option<i128>>>()
        };
        let lines: Vec<Vec<Option<i128>>> = self.samples.iter().map(values).collect();
        Some(ranking(better?, lines.iter().map(Vec::as_slice)))
    }
}
