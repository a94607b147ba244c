//! The rows of the table, read off the outcomes by the table of metrics.

use std::collections::BTreeSet;

use seawall_sim::{StageOutcome, VenueOutcome};
use seawall_units::Usd;
use seawall_venue::StageId;

use super::layout::cell_text;
use super::notes::Notes;
use crate::digits::rounded;
use crate::metric::{Direction, Figure, METRICS, Metric, Section, Unit, cost_at, stage_units};

/// One row: a figure of every venue.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) section: Section,
    pub(super) label: String,
    pub(super) unit: Unit,
    pub(super) direction: Direction,
    pub(super) cells: Vec<Cell>,
}

/// One venue's value in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    /// In grid units of the row's unit; `None` where the venue has no such figure.
    pub(super) units: Option<i128>,
    /// The note on it.
    pub(super) note: Option<usize>,
}

/// How a venue stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Best,
    Worst,
    Unmarked,
}

/// All rows in the order of the sections.
pub(super) fn rows(venues: &[VenueOutcome], notes: &mut Notes) -> Vec<Row> {
    let mut rows = Vec::new();
    for metric in METRICS {
        match metric.figure {
            Figure::Venue(figure) => {
                let cells = venues.iter().map(|venue| plain(figure(venue))).collect();
                rows.push(row(metric, metric.label.to_owned(), cells));
            }
            Figure::Rare(figure) => {
                let cells: Vec<Cell> = venues.iter().map(|venue| plain(figure(venue))).collect();
                if cells.iter().any(|cell| cell.units.unwrap_or(0) != 0) {
                    rows.push(row(metric, metric.label.to_owned(), cells));
                }
            }
            Figure::Stage(stage, figure) => {
                let cells = venues
                    .iter()
                    .map(|venue| stage_cell(venue, stage, figure, notes))
                    .collect();
                rows.push(row(metric, metric.label.to_owned(), cells));
            }
            Figure::Size(figure) => rows.extend(sizes(venues).into_iter().map(|size| {
                let label = format!(
                    "{} {} USD",
                    metric.label,
                    rounded(size.units(), Usd::PLACES, 0)
                );
                let cells = venues
                    .iter()
                    .map(|venue| plain(cost_at(venue, size).and_then(figure)))
                    .collect();
                let whole = rounded(size.units(), Usd::PLACES, 0).replace(',', "");
                let id = format!("{}_{whole}", metric.id);
                Row {
                    id,
                    ..row(metric, label, cells)
                }
            })),
            Figure::Arbitrageur(figure) => {
                rows.extend(arbitrageurs(venues).map(|(place, name)| {
                    let of = |venue: &VenueOutcome| venue.arbitrage.get(place).and_then(figure);
                    let cells = venues.iter().map(|venue| plain(of(venue))).collect();
                    row(metric, format!("{} {name}", metric.label), cells)
                }));
            }
        }
    }
    rows.sort_by_key(|row| row.section);
    let told = |row: &Row| row.cells.iter().any(|cell| cell.units.is_some());
    let optional = |row: &Row| matches!(row.section, Section::Reactions | Section::Book);
    rows.retain(|row| !optional(row) || told(row));
    rows
}

fn row(metric: &Metric, label: String, cells: Vec<Cell>) -> Row {
    Row {
        id: metric.id.to_owned(),
        section: metric.section,
        label,
        unit: metric.unit,
        direction: metric.direction,
        cells,
    }
}

const fn plain(units: Option<i128>) -> Cell {
    Cell { units, note: None }
}

fn stage_cell(
    venue: &VenueOutcome,
    stage: StageId,
    figure: fn(&VenueOutcome, &StageOutcome) -> i128,
    notes: &mut Notes,
) -> Cell {
    let outcome = venue.stages.iter().find(|each| each.stage == stage);
    Cell {
        units: stage_units(venue, stage, figure),
        note: outcome.and_then(|outcome| notes.number(venue, outcome)),
    }
}

fn sizes(venues: &[VenueOutcome]) -> BTreeSet<Usd> {
    let costs = venues.iter().flat_map(|venue| &venue.cost_vs_mark);
    costs.map(|cost| cost.notional).collect()
}

/// The arbitrageurs of the scenario, who are the same in every venue.
fn arbitrageurs(venues: &[VenueOutcome]) -> impl Iterator<Item = (usize, &str)> {
    let each = venues.first().map(|venue| venue.arbitrage.iter());
    let each = each.into_iter().flatten().enumerate();
    each.map(|(place, one)| (place, one.name.as_str()))
}

impl Row {
    /// Best and worst among the venues that have the figure, as it reads with these digits: what
    /// reads alike is marked alike, and nothing is marked when all read alike.
    pub(super) fn ranks(&self, digits: (u32, u32)) -> Vec<Rank> {
        let values = || self.cells.iter().filter_map(|cell| cell.units);
        let (low, high) = (values().min(), values().max());
        let (best, worst) = match self.direction {
            Direction::HigherIsBetter => (high, low),
            Direction::LowerIsBetter => (low, high),
            Direction::None => (None, None),
        };
        let read = |units: i128| cell_text(Some(units), self.unit, digits);
        let (best, worst) = (best.map(read), worst.map(read));
        let rank = |cell: &Cell| match cell.units.map(read) {
            None => Rank::Unmarked,
            _ if best == worst => Rank::Unmarked,
            text if text == best => Rank::Best,
            text if text == worst => Rank::Worst,
            _ => Rank::Unmarked,
        };
        self.cells.iter().map(rank).collect()
    }

    /// Decimals that the row's values are printed with.
    pub(super) fn decimals(&self) -> u32 {
        let magnitudes = self.cells.iter().filter_map(|cell| cell.units);
        let largest = magnitudes.map(i128::unsigned_abs).max();
        self.unit.decimals(largest.unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(direction: Direction, values: [Option<i128>; 3]) -> String {
        ranks_of(direction, Unit::Count, values, (0, 0))
    }

    fn ranks_of(
        direction: Direction,
        unit: Unit,
        values: [Option<i128>; 3],
        digits: (u32, u32),
    ) -> String {
        let row = Row {
            id: String::new(),
            section: Section::WhoPaid,
            label: String::new(),
            unit,
            direction,
            cells: values.map(plain).to_vec(),
        };
        let mark = |rank: &Rank| match rank {
            Rank::Best => '*',
            Rank::Worst => '!',
            Rank::Unmarked => '.',
        };
        row.ranks(digits).iter().map(mark).collect()
    }

    #[test]
    fn ranks_follow_the_direction_and_skip_venues_without_the_figure() {
        use Direction::{HigherIsBetter, LowerIsBetter};
        assert_eq!(ranks(LowerIsBetter, [Some(1), Some(2), Some(3)]), "*.!");
        assert_eq!(ranks(HigherIsBetter, [Some(1), Some(2), Some(3)]), "!.*");
        assert_eq!(ranks(HigherIsBetter, [Some(-1), Some(-1), Some(-2)]), "**!");
        assert_eq!(ranks(LowerIsBetter, [None, Some(2), Some(3)]), ".*!");
        assert_eq!(ranks(LowerIsBetter, [None, Some(2), None]), "...");
        assert_eq!(ranks(LowerIsBetter, [Some(0), Some(0), Some(0)]), "...");
        assert_eq!(ranks(Direction::None, [Some(1), Some(2), Some(3)]), "...");
    }

    /// 1.004 and 0.996 both read 1.00: neither is better than the other, until three decimals are
    /// shown.
    #[test]
    fn what_reads_alike_is_marked_alike() {
        use Direction::{HigherIsBetter, LowerIsBetter};
        let usd = |values: [i128; 3], shown| {
            ranks_of(LowerIsBetter, Unit::Usd, values.map(Some), (6, shown))
        };
        assert_eq!(usd([996_000, 1_004_000, 1_000_000], 2), "...");
        assert_eq!(usd([996_000, 1_004_000, 1_000_000], 3), "*!.");
        assert_eq!(usd([996_000, 1_004_000, 2_000_000], 2), "**!");
        assert_eq!(usd([996_000, 2_004_000, 1_996_000], 2), "*!!");
        assert_eq!(usd([996_000, 2_004_000, 1_990_000], 2), "*!.");
        // Dollars: 1,234.4 and 1,233.6 read 1,234.
        assert_eq!(usd([1_234_400_000, 1_233_600_000, 5_000_000_000], 0), "**!");
        // Nothing is still better than a little, which reads <0.01, and the other way round.
        assert_eq!(usd([0, 1, 4_999], 2), "*!!");
        let values = [Some(0), Some(1), Some(-1)];
        assert_eq!(ranks_of(HigherIsBetter, Unit::Usd, values, (6, 2)), ".*!");
        // What must be exactly zero shows every digit.
        let values = [Some(1), Some(2), Some(2)];
        assert_eq!(
            ranks_of(LowerIsBetter, Unit::ExactUsd, values, (6, 2)),
            "*!!"
        );
    }
}
