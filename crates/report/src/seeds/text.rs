//! The sweep as text.

use seawall_sim::Spread;

use super::{Block, Seeds};
use crate::WIDTH;
use crate::figures::Row;
use crate::sets::columns;
use crate::table::Ink;
use crate::wrap::wrapped;

const LEGEND: &str = "First line: the median over the seeds (of an even count the middle between \
    the two middle values, rounded down); second line: least..most. n/a: the venue has no such \
    figure. Figures are rounded for reading; the JSON is exact and has quartiles.";

const BEST: &str = "Seeds in which a column alone was best; +n: together with others. Flips: seeds \
    in which the order of the columns was another than the most frequent one.";

impl Seeds<'_> {
    /// Median, least and most of every row, how often each column was best, and the seeds at the
    /// ends with the command that runs them again.
    #[must_use]
    pub fn table(&self, ink: Ink) -> String {
        let mut text = self.sets.heading(ink);
        let seeds = match (self.samples.first(), self.samples.last()) {
            (Some(first), Some(last)) => {
                format!("{}: {} to {}", self.samples.len(), first.seed, last.seed)
            }
            _ => String::from("none"),
        };
        text.push_str(&wrapped("  seeds: ", &seeds, WIDTH));
        let rows = self.rows();
        for block in self.blocks() {
            if let Some(venue) = block.title {
                text.push_str(&format!("\n{}", ink.bold(venue.as_str())));
            }
            text.push('\n');
            text.push_str(&self.ranges(&block, &rows, ink));
            text.push('\n');
            text.push_str(&self.best(&block, &rows, ink));
        }
        text.push('\n');
        text.push_str(&wrapped("", LEGEND, WIDTH));
        text.push_str(&wrapped("", BEST, WIDTH));
        text.push_str(&self.ends(ink));
        text
    }

    fn ranges(&self, block: &Block, rows: &[Row], ink: Ink) -> String {
        let names = block.columns.iter().map(|column| column.name.clone());
        let mut lines: Vec<Vec<String>> =
            vec![std::iter::once(String::new()).chain(names).collect()];
        let mut section = None;
        let mut zero: Vec<&str> = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            let spreads = block
                .columns
                .iter()
                .map(|column| self.spread(column, place));
            let spreads: Vec<Option<Spread>> = spreads.collect();
            let is_zero = |each: &Spread| each.min.0 == 0 && each.max.0 == 0;
            if spreads.iter().flatten().all(is_zero) {
                zero.push(&row.id);
                continue;
            }
            if section.replace(row.metric.section) != Some(row.metric.section) {
                lines.push(vec![row.metric.section.title().to_owned()]);
            }
            let ends = spreads
                .iter()
                .flatten()
                .flat_map(|each| [each.min.0, each.max.0]);
            let largest = ends.map(i128::unsigned_abs).max().unwrap_or(0);
            let middle = |each: &Option<Spread>| match each {
                Some(each) => row.read(each.median, largest),
                None => String::from("n/a"),
            };
            let range = |each: &Option<Spread>| match each {
                Some(each) if each.min.0 == each.max.0 => String::from("always"),
                Some(each) => {
                    let (min, max) = (row.read(each.min.0, largest), row.read(each.max.0, largest));
                    format!("{min}..{max}")
                }
                None => String::new(),
            };
            let label = format!("  {}", row.label);
            lines.push(
                std::iter::once(label)
                    .chain(spreads.iter().map(middle))
                    .collect(),
            );
            lines.push(
                std::iter::once(String::new())
                    .chain(spreads.iter().map(range))
                    .collect(),
            );
        }
        let mut text = columns(&lines, ink);
        if !zero.is_empty() {
            let fact = format!("{}.", zero.join(", "));
            text.push_str(&wrapped("Zero or absent in every seed: ", &fact, WIDTH));
        }
        text
    }

    fn best(&self, block: &Block, rows: &[Row], ink: Ink) -> String {
        let names = block.columns.iter().map(|column| column.name.clone());
        let head = std::iter::once(String::from("How often best")).chain(names);
        let mut lines: Vec<Vec<String>> = vec![head.chain([String::from("flips")]).collect()];
        for (place, row) in rows.iter().enumerate() {
            let Some(ranking) = self.ranking(block, place, row.better()) else {
                continue;
            };
            let is_tie = |wins: &seawall_sim::Wins| wins.alone == 0;
            if ranking.wins.iter().all(is_tie) && ranking.flips == 0 {
                continue;
            }
            let wins = ranking
                .wins
                .iter()
                .map(|wins| match (wins.alone, wins.tied) {
                    (alone, 0) => alone.to_string(),
                    (alone, tied) => format!("{alone} +{tied}"),
                });
            let line = std::iter::once(format!("  {}", row.id)).chain(wins);
            lines.push(line.chain([ranking.flips.to_string()]).collect());
        }
        columns(&lines, ink)
    }

    fn ends(&self, ink: Ink) -> String {
        let title = format!("Seeds at the ends of {}", self.by.id);
        let mut text = format!("\n{}\n", ink.bold(&title));
        let place = self.rows().iter().position(|row| row.id == self.by.id);
        for column in self.blocks().iter().flat_map(|block| &block.columns) {
            let spread = place.and_then(|place| self.spread(column, place));
            let name = match self.sets.scenarios.len() {
                1 => column.name.clone(),
                _ => format!("{} {}", column.venue, column.name),
            };
            let Some(spread) = spread else {
                text.push_str(&format!("  {name}: n/a\n"));
                continue;
            };
            let fine =
                |(value, seed): (i128, u64)| format!("{} at seed {seed}", self.by.fine(value));
            let (least, most) = (fine(spread.min), fine(spread.max));
            text.push_str(&format!("  {name}: least {least}, most {most}\n"));
            // The worst: the least where more is better, else the most.
            let worst = match self.by.better() {
                Some(seawall_sim::Better::Higher) => spread.min.1,
                _ => spread.max.1,
            };
            let command = self.sets.replay(column.set, column.venue, worst);
            text.push_str(&format!("    {command}\n"));
        }
        text
    }
}
