//! The summary as CSV in long form: one figure of one venue at one point a row.

use seawall_report::grid::csv_text;
use seawall_results::Column;

use crate::figure::{precise, value};
use crate::paired::Contrast;
use crate::summary::Cell;
use crate::text::SummaryReport;

/// Quantiles that are told, in per cent.
pub(crate) const QUANTILES: [u64; 7] = [1, 5, 25, 50, 75, 95, 99];

/// Where the tails begin whose means are told, in per cent.
pub(crate) const TAILS: [u64; 2] = [95, 99];

const HEAD: [&str; 30] = [
    "metric",
    "unit",
    "point",
    "values",
    "venue",
    "less_point",
    "less_venue",
    "paths",
    "samples",
    "mean",
    "standard_error",
    "low_95",
    "high_95",
    "q01",
    "q05",
    "q25",
    "q50",
    "q75",
    "q95",
    "q99",
    "cvar_95",
    "cvar_95_error",
    "cvar_99",
    "cvar_99_error",
    "least",
    "least_path",
    "most",
    "most_path",
    "better",
    "equal",
];

impl SummaryReport<'_> {
    /// For programs and spreadsheets: every statistic of every figure, unrounded; below them the
    /// differences, in whose rows `less_point` or `less_venue` says from what.
    #[must_use]
    pub fn csv(&self) -> String {
        let head = self.summary.head();
        let mut lines = Vec::new();
        for (figure, column) in head.figures.iter().enumerate() {
            for point in 0..head.points.len() {
                for (cell, venue) in self.row(point, figure).into_iter().zip(&head.venues) {
                    let mut line = self.address(column, point, venue);
                    line.extend([String::new(), String::new()]);
                    line.extend(cell.map_or_else(Vec::new, |cell| cells(column, cell)));
                    line.resize(HEAD.len(), String::new());
                    lines.push(line);
                }
            }
        }
        lines.extend(self.difference_lines());
        csv_text(&HEAD, &lines)
    }

    fn address(&self, column: &Column, point: usize, venue: &str) -> Vec<String> {
        vec![
            column.id.clone(),
            column.unit.clone(),
            self.summary.point_number(point).to_string(),
            self.summary.point_name(point),
            venue.to_owned(),
        ]
    }

    fn difference_lines(&self) -> Vec<Vec<String>> {
        let head = self.summary.head();
        let name = |place: usize| head.venues.get(place).cloned().unwrap_or_default();
        let mut lines = Vec::new();
        for (contrast, figures) in self.summary.differences() {
            for (column, difference) in head.figures.iter().zip(figures) {
                let Some(estimate) = difference.estimate() else {
                    continue;
                };
                let (point, venue, less) = match contrast {
                    Contrast::Venue { point, venue } => (point, venue, [String::new(), name(0)]),
                    Contrast::Point { point, venue } => {
                        let first = self.summary.point_number(0).to_string();
                        (point, venue, [first, String::new()])
                    }
                };
                let mut line = self.address(column, point, &name(venue));
                line.extend(less);
                line.extend(estimated(column, &estimate));
                line.resize(HEAD.len().saturating_sub(2), String::new());
                let better = difference.better(column.better);
                line.push(better.map_or_else(String::new, |better| better.to_string()));
                line.push(difference.equal.to_string());
                lines.push(line);
            }
        }
        lines
    }
}

fn estimated(column: &Column, estimate: &crate::Estimate) -> Vec<String> {
    let shown = |fine: Option<i128>| fine.map_or_else(String::new, |fine| precise(column, fine));
    vec![
        estimate.count.to_string(),
        estimate.samples.to_string(),
        shown(Some(estimate.mean)),
        shown(estimate.error),
        shown(estimate.interval.map(|(low, _)| low)),
        shown(estimate.interval.map(|(_, high)| high)),
    ]
}

fn cells(column: &Column, cell: &Cell) -> Vec<String> {
    let Some(estimate) = cell.estimate() else {
        return vec![String::from("0")];
    };
    let shown = |fine: Option<i128>| fine.map_or_else(String::new, |fine| precise(column, fine));
    let mut line = estimated(column, &estimate);
    line.extend(QUANTILES.map(|percent| shown(cell.sketch().quantile(percent, 100))));
    for percent in TAILS {
        line.push(shown(cell.shortfall(column.better, percent)));
        line.push(shown(cell.shortfall_error(column.better, percent)));
    }
    for end in [cell.least(), cell.most()] {
        let (units, path) = end.map_or_else(Default::default, |(units, path)| {
            (value(column, units), path.to_string())
        });
        line.extend([units, path]);
    }
    line
}
