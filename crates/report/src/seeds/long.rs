//! The sweep as Markdown and as CSV.

use seawall_sim::Spread;

use super::{Block, Column, Seeds};
use crate::digits::exact;
use crate::figures::Row;
use crate::grid::{self, Align};
use crate::sets::letter;

/// The columns of the CSV; `docs/formats.md` says what they hold.
const HEAD: [&str; 15] = [
    "metric",
    "unit",
    "venue",
    "set",
    "seeds",
    "min",
    "min_seed",
    "lower_quartile",
    "median",
    "upper_quartile",
    "max",
    "max_seed",
    "best_alone",
    "best_tied",
    "flips",
];

impl Seeds<'_> {
    /// The sweep as CSV, one row a figure, venue and set, exact; a figure that a venue does not
    /// have is a row of empty values, and one that only describes has no ranking.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut lines = Vec::new();
        for (place, row) in self.rows().iter().enumerate() {
            for block in self.blocks() {
                let ranking = self.ranking(&block, place, row.better());
                for (index, column) in block.columns.iter().enumerate() {
                    let wins = ranking.as_ref().and_then(|all| {
                        let wins = all.wins.get(index)?;
                        Some([wins.alone, wins.tied, all.flips].map(|n| n.to_string()))
                    });
                    let spread = self.spread(column, place);
                    lines.push(line(row, column, spread.as_ref(), wins));
                }
            }
        }
        grid::csv_text(&HEAD, &lines)
    }

    /// The sweep as GitHub-flavoured Markdown: median, least and most, and how often a column was
    /// best; rounded for reading, rows that are zero everywhere left out.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = self.sets.markdown_heading();
        let seeds = self.samples.len();
        text.push_str(&format!(
            "\nMedian (least..most) over {seeds} seeds; in how many of them a column alone was best.\n"
        ));
        for block in self.blocks() {
            if let Some(venue) = block.title {
                text.push_str(&format!("\n## {venue}\n"));
            }
            text.push('\n');
            text.push_str(&self.block(&block));
        }
        text
    }

    fn block(&self, block: &Block) -> String {
        let mut head = vec![(String::new(), Align::Left)];
        for column in &block.columns {
            head.push((column.name.clone(), Align::Right));
            head.push((String::from("best"), Align::Right));
        }
        head.push((String::from("flips"), Align::Right));
        let mut lines = Vec::new();
        let mut section = None;
        for (place, row) in self.rows().iter().enumerate() {
            let columns = block.columns.iter();
            let spreads: Vec<Option<Spread>> =
                columns.map(|column| self.spread(column, place)).collect();
            let ends = || spreads.iter().flatten().flat_map(|s| [s.min.0, s.max.0]);
            if ends().all(|end| end == 0) {
                continue;
            }
            let largest = ends().map(i128::unsigned_abs).max().unwrap_or(0);
            let ranking = self.ranking(block, place, row.better());
            if section.replace(row.metric.section) != Some(row.metric.section) {
                lines.push(vec![format!("**{}**", row.metric.section.title())]);
            }
            let mut line = vec![grid::escaped(&row.label)];
            for (index, spread) in spreads.iter().enumerate() {
                line.push(match spread {
                    Some(s) => grid::escaped(&format!(
                        "{} ({}..{})",
                        row.read(s.median, largest),
                        row.read(s.min.0, largest),
                        row.read(s.max.0, largest)
                    )),
                    None => String::from("n/a"),
                });
                let wins = ranking.as_ref().and_then(|all| all.wins.get(index));
                line.push(wins.map_or_else(String::new, |wins| wins.alone.to_string()));
            }
            line.push(ranking.map_or_else(String::new, |all| all.flips.to_string()));
            lines.push(line);
        }
        grid::markdown(&head, &lines)
    }
}

fn line(
    row: &Row,
    column: &Column,
    spread: Option<&Spread>,
    wins: Option<[String; 3]>,
) -> Vec<String> {
    let value = |units: i128| exact(units, row.metric.unit.places());
    let mut line = vec![
        row.id.clone(),
        row.metric.unit.name().to_owned(),
        column.venue.to_string(),
        letter(column.set),
    ];
    line.extend(match spread {
        Some(spread) => [
            spread.count.to_string(),
            value(spread.min.0),
            spread.min.1.to_string(),
            value(spread.lower_quartile),
            value(spread.median),
            value(spread.upper_quartile),
            value(spread.max.0),
            spread.max.1.to_string(),
        ],
        None => {
            let mut none = std::array::from_fn(|_| String::new());
            none[0] = String::from("0");
            none
        }
    });
    line.extend(wins.unwrap_or_default());
    line
}
