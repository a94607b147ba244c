//! The rows of the table of metrics, one by one: what a sweep keeps and what a question asks for.

use seawall_scenario::Scenario;
use seawall_sim::{Better, ProbeSizes, VenueOutcome, decimal};
use seawall_units::{Ratio, Usd};
use serde_json::Value;

use crate::digits::{nearest_double, rounded};
use crate::metric::{Direction, Figure, METRICS, Metric, Unit, cost_at, stage_units};

/// One row: a metric, and the size of order where it has one row for each.
#[derive(Debug, Clone)]
pub struct Row {
    /// The metric's id; with the size of order behind it in brackets, such as
    /// `cost_vs_mark_mean[10000]`.
    pub id: String,
    /// Its label with its unit.
    pub label: String,
    /// The metric.
    pub metric: &'static Metric,
    size: Option<Usd>,
    /// The place of an arbitrageur in the scenario.
    who: Option<usize>,
}

/// Every row in the order of the table.
///
/// ```
/// let rows = seawall_report::figures::rows();
/// assert!(rows.iter().any(|row| row.id == "senior_drawdown"));
/// assert!(rows.iter().any(|row| row.id == "cost_vs_mark_worst[1000000]"));
/// ```
#[must_use]
pub fn rows() -> Vec<Row> {
    rows_with(&[])
}

/// Every row of a sweep over these scenarios, the first one's arbitrageurs among them.
#[must_use]
pub fn rows_of(scenarios: &[Scenario]) -> Vec<Row> {
    let first = scenarios.first().map(|one| one.arbitrageurs().iter());
    let names = first.into_iter().flatten().map(|one| one.name.clone());
    rows_with(&names.collect::<Vec<String>>())
}

/// Every row in the order of the table, those of a scenario's arbitrageurs among them, by their
/// names in the scenario's order.
#[must_use]
pub fn rows_with(arbitrageurs: &[String]) -> Vec<Row> {
    let mut rows = Vec::new();
    for metric in METRICS {
        match metric.figure {
            Figure::Size(_) => {
                for size in ProbeSizes::default().sizes {
                    rows.push(Row::new(metric, Some(size)));
                }
            }
            Figure::Arbitrageur(_) => {
                let each = arbitrageurs.iter().enumerate();
                rows.extend(each.map(|who| Row::of(metric, who)));
            }
            _ => rows.push(Row::new(metric, None)),
        }
    }
    rows.sort_by_key(|row| row.metric.section);
    rows
}

impl Row {
    fn new(metric: &'static Metric, size: Option<Usd>) -> Self {
        let (id, label) = match size {
            None => (metric.id.to_owned(), metric.label.to_owned()),
            Some(size) => (
                format!("{}[{}]", metric.id, decimal(size.units(), Usd::PLACES)),
                format!(
                    "{} {} USD",
                    metric.label,
                    rounded(size.units(), Usd::PLACES, 0)
                ),
            ),
        };
        let label = match metric.unit {
            Unit::Count => label,
            unit => format!("{label} ({})", unit.label()),
        };
        Self {
            id,
            label,
            metric,
            size,
            who: None,
        }
    }

    /// The row of one arbitrageur, such as `arbitrage_profit[fast]`.
    fn of(metric: &'static Metric, (who, name): (usize, &String)) -> Self {
        let row = Self::new(metric, None);
        Self {
            id: format!("{}[{name}]", metric.id),
            label: format!("{name}: {}", row.label),
            who: Some(who),
            ..row
        }
    }

    /// Its value in a venue, in grid units; `None` where the venue has no such figure.
    #[must_use]
    pub fn units(&self, venue: &VenueOutcome) -> Option<i128> {
        match self.metric.figure {
            Figure::Venue(figure) | Figure::Rare(figure) => figure(venue),
            Figure::Arbitrageur(figure) => venue.arbitrage.get(self.who?).and_then(figure),
            Figure::Stage(stage, figure) => stage_units(venue, stage, figure),
            Figure::Size(figure) => cost_at(venue, self.size?).and_then(figure),
        }
    }

    /// Which of two values is the better one; `None` when the figure only describes.
    #[must_use]
    pub const fn better(&self) -> Option<Better> {
        match self.metric.direction {
            Direction::HigherIsBetter => Some(Better::Higher),
            Direction::LowerIsBetter => Some(Better::Lower),
            Direction::None => None,
        }
    }

    /// Decimal places of its value in the JSON: shares are not in per cent there.
    #[must_use]
    pub const fn places(&self) -> u32 {
        match self.metric.unit {
            Unit::Percent => Ratio::PLACES,
            unit => unit.places(),
        }
    }

    /// A value as the JSON has it: money and sizes as strings, everything else as numbers.
    #[must_use]
    pub fn exact(&self, units: i128) -> Value {
        match self.metric.unit {
            Unit::Usd | Unit::ExactUsd | Unit::Base => {
                let width = usize::try_from(self.places()).unwrap_or(0);
                let text = decimal(units, self.places());
                let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
                Value::from(format!("{whole}.{part:0<width$}"))
            }
            Unit::Count => i64::try_from(units).map_or(Value::Null, Value::from),
            _ => Value::from(nearest_double(units, self.places())),
        }
    }

    /// A value for reading, whose row has values up to `largest`.
    pub(crate) fn read(&self, units: i128, largest: u128) -> String {
        let unit = self.metric.unit;
        let decimals = match unit {
            Unit::Usd if largest >= 1_000_000_000 => 0,
            unit => unit.decimals(largest),
        };
        rounded(units, unit.places(), decimals)
    }

    /// A value with as many decimals as it has, up to nine, and its unit.
    pub(crate) fn fine(&self, units: i128) -> String {
        let unit = self.metric.unit;
        let text = rounded(units, unit.places(), unit.places().min(9));
        let text = match text.contains('.') && !text.starts_with(['<', '>']) {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        };
        match unit.label() {
            "" => text,
            label => format!("{text} {label}"),
        }
    }
}
