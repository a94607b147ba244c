//! The summary as JSON.

use seawall_results::{Better, Column};
use serde_json::{Map, Value, json};

use crate::figure::{precise, value};
use crate::long::{QUANTILES, TAILS};
use crate::moments::Estimate;
use crate::paired::{Contrast, Difference};
use crate::summary::Cell;
use crate::text::SummaryReport;

impl SummaryReport<'_> {
    /// For programs: every statistic of every figure as a decimal number in quotes, unrounded.
    ///
    /// **Errors** none in practice: every value has a form in JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        let head = self.summary.head();
        let by = self.summary.column(self.by);
        let worst = (0..head.venues.len()).map(|venue| self.worst_json(venue));
        let breaches = self.summary.breaches().iter().map(|breach| {
            json!({ "path": breach.path, "point": self.number(breach.point), "venue": breach.venue, "count": breach.count })
        });
        let document = json!({
            "format": "seawall sweep summary 1",
            "head": head,
            "paths": self.summary.paths(),
            "by": by.map(|column| &column.id),
            "points": (0..head.points.len()).map(|point| self.point_json(point)).collect::<Vec<_>>(),
            "differences": self.differences_json(),
            "worst": worst.collect::<Vec<_>>(),
            "broken": self.summary.broken(),
            "breaches": breaches.collect::<Vec<_>>(),
        });
        let mut text = serde_json::to_string_pretty(&document)?;
        text.push('\n');
        Ok(text)
    }

    fn point_json(&self, point: usize) -> Value {
        let head = self.summary.head();
        let mut venues = Map::new();
        for (venue, name) in head.venues.iter().enumerate() {
            let mut figures = Map::new();
            for (figure, column) in head.figures.iter().enumerate() {
                let cell = self.summary.cell(point, venue, figure);
                let told = cell.and_then(|cell| Some(cell_json(column, cell, &cell.estimate()?)));
                figures.insert(column.id.clone(), told.unwrap_or_default());
            }
            venues.insert(name.clone(), Value::Object(figures));
        }
        json!({ "point": self.summary.point_number(point), "venues": venues })
    }

    fn differences_json(&self) -> Vec<Value> {
        let head = self.summary.head();
        let mut list = Vec::new();
        for (contrast, all) in self.summary.differences() {
            let mut figures = Map::new();
            for (column, difference) in head.figures.iter().zip(all) {
                if let Some(estimate) = difference.estimate() {
                    let told = difference_json(column, difference, &estimate);
                    figures.insert(column.id.clone(), told);
                }
            }
            let name = |place: usize| head.venues.get(place);
            list.push(match contrast {
                Contrast::Venue { point, venue } => json!({
                    "point": self.summary.point_number(point), "venue": name(venue), "less_venue": name(0), "figures": figures,
                }),
                Contrast::Point { point, venue } => json!({
                    "point": self.summary.point_number(point), "venue": name(venue),
                    "less_point": self.summary.point_number(0), "figures": figures,
                }),
            });
        }
        list
    }

    fn number(&self, point: u32) -> u32 {
        self.summary
            .point_number(usize::try_from(point).unwrap_or(usize::MAX))
    }

    fn worst_json(&self, venue: usize) -> Value {
        let name = self.summary.head().venues.get(venue);
        let column = self.summary.column(self.by);
        match column.and_then(|column| Some((column, self.worst_of(venue)?))) {
            Some((column, (units, path, point))) => json!({
                "venue": name, "value": value(column, units), "path": path,
                "point": self.summary.point_number(point),
            }),
            None => json!({ "venue": name }),
        }
    }
}

fn estimate_json(column: &Column, estimate: &Estimate) -> Map<String, Value> {
    let shown = |fine: Option<i128>| fine.map(|fine| precise(column, fine));
    let (low, high) = estimate.interval.unzip();
    let mut map = Map::new();
    map.insert("paths".into(), json!(estimate.count));
    map.insert("samples".into(), json!(estimate.samples));
    map.insert("mean".into(), json!(shown(Some(estimate.mean))));
    map.insert("standard_error".into(), json!(shown(estimate.error)));
    map.insert("interval_95".into(), json!([shown(low), shown(high)]));
    map
}

fn cell_json(column: &Column, cell: &Cell, estimate: &Estimate) -> Value {
    let shown = |fine: Option<i128>| fine.map(|fine| precise(column, fine));
    let quantiles = QUANTILES.map(|percent| {
        let found = shown(cell.sketch().quantile(percent, 100));
        (percent.to_string(), json!(found))
    });
    let end = |end: Option<(i128, u64)>| {
        end.map(|(units, path)| json!({ "value": value(column, units), "path": path }))
    };
    let mut map = estimate_json(column, estimate);
    map.insert(
        "quantiles".into(),
        Value::Object(quantiles.into_iter().collect()),
    );
    for percent in TAILS {
        let (mean, error) = (
            cell.shortfall(column.better, percent),
            cell.shortfall_error(column.better, percent),
        );
        map.insert(format!("cvar_{percent}"), json!(shown(mean)));
        map.insert(format!("cvar_{percent}_error"), json!(shown(error)));
    }
    map.insert("least".into(), json!(end(cell.least())));
    map.insert("most".into(), json!(end(cell.most())));
    Value::Object(map)
}

fn difference_json(column: &Column, difference: &Difference, estimate: &Estimate) -> Value {
    let mut map = estimate_json(column, estimate);
    map.insert("better".into(), json!(difference.better(column.better)));
    map.insert("larger".into(), json!(difference.larger));
    map.insert("smaller".into(), json!(difference.smaller));
    map.insert("equal".into(), json!(difference.equal));
    let direction = column.better.map(|better| match better {
        Better::Higher => "higher",
        Better::Lower => "lower",
    });
    map.insert("better_is".into(), json!(direction));
    Value::Object(map)
}
