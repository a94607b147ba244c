//! What liquidity providers earn on a calm day beside what they lose in a crash: the safest design
//! is the one that nobody funds.

use std::collections::BTreeMap;

use seawall_sim::{Comparison, VenueOutcome};
use seawall_units::{Ratio, Usd};
use seawall_venue::StageId;
use serde::Serialize;

use crate::digits::{exact, rounded};
use crate::grid::{self, Align};
use crate::json::Money;
use crate::table::Ink;
use crate::wrap::wrapped;

const DAY: i64 = 86_400;
const YEAR_DAYS: i64 = 365;

/// A calm scenario and a crash, run through the same venues.
#[derive(Debug, Clone, Copy)]
pub struct Income<'a> {
    /// The calm one.
    pub calm: &'a Comparison,
    /// The crash.
    pub crash: &'a Comparison,
}

/// One venue's value of one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A number in the grid of its unit.
    Number(i128),
    /// No number of days suffices: the calm day earns nothing.
    Never,
    /// The venue has no such figure.
    Absent,
}

/// What a figure of this table is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Percent,
    Usd,
    Days,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Usd => "USD",
            Self::Days => "days",
        }
    }

    /// Decimal places of its integer.
    const fn places(self) -> u32 {
        match self {
            Self::Percent => Ratio::PLACES.saturating_sub(2),
            Self::Usd => Usd::PLACES,
            Self::Days => Ratio::PLACES,
        }
    }

    const fn shown(self) -> u32 {
        match self {
            Self::Percent => 4,
            Self::Usd | Self::Days => 2,
        }
    }
}

/// A row of the table.
struct Row {
    id: &'static str,
    label: &'static str,
    unit: Unit,
    read: fn(Venue<'_>) -> Value,
}

/// One venue in both scenarios.
#[derive(Clone, Copy)]
struct Venue<'a> {
    calm: &'a VenueOutcome,
    crash: &'a VenueOutcome,
    both: Income<'a>,
}

/// The calm scenario's length in seconds, at least one.
fn seconds(run: &Comparison) -> i64 {
    let (first, last) = run.span;
    i64::try_from(last.since(first)).unwrap_or(i64::MAX).max(1)
}

/// A return times how often its time fits into another, not compounded.
///
/// **Formula** `r · per / seconds`. **Rounding** down: against the receiver of the return.
fn over(ratio: Ratio, per: i64, run: &Comparison) -> Ratio {
    let scaled = ratio.mul_div_floor(Usd::units_i64(per), Usd::units_i64(seconds(run)));
    scaled.unwrap_or_default()
}

/// How many days of calm income a loss takes.
///
/// **Formula** `loss / (calm return · 86 400 / seconds)`, both per unit of capital. **Units** days.
/// **Rounding** up: no day too few. No loss takes no day; without income no number of days
/// suffices.
fn days(loss: Ratio, venue: Venue<'_>) -> Value {
    let daily = over(venue.calm.lp_return, DAY, venue.both.calm);
    if !loss.is_positive() {
        return Value::Number(0);
    }
    if !daily.is_positive() {
        return Value::Never;
    }
    match loss.mul_div_ceil(Ratio::ONE, daily) {
        Some(days) => Value::Number(days.units()),
        None => Value::Never,
    }
}

fn number(ratio: Ratio) -> Value {
    Value::Number(ratio.units())
}

/// The return of a part of the capital over its scenario.
fn part(change: Option<Usd>, role: &str, venue: &VenueOutcome) -> Value {
    let start = venue.capital_split.iter().find(|(each, _)| *each == role);
    let ratio = change
        .zip(start)
        .and_then(|(change, (_, start))| change.ratio_floor(*start));
    ratio.map_or(Value::Absent, number)
}

/// The part of the deficits that the risk capital bore: what stands for Junior, insurance and
/// Senior, and what backstop vaults paid for the house.
fn borne(venue: &VenueOutcome) -> Usd {
    let capital = [StageId::Junior, StageId::Insurance, StageId::Senior];
    let stages = venue
        .stages
        .iter()
        .filter(|stage| capital.contains(&stage.stage));
    let house = venue.house.map(|house| house.backstop).unwrap_or_default();
    stages.map(|stage| stage.absorbed).sum::<Usd>() + house
}

const ROWS: [Row; 11] = [
    Row {
        id: "calm_lp_return",
        label: "calm: LP return",
        unit: Unit::Percent,
        read: |venue| number(venue.calm.lp_return),
    },
    Row {
        id: "calm_lp_return_yearly",
        label: "calm: LP return a year",
        unit: Unit::Percent,
        read: |venue| {
            let year = DAY.saturating_mul(YEAR_DAYS);
            number(over(venue.calm.lp_return, year, venue.both.calm))
        },
    },
    Row {
        id: "calm_senior_return",
        label: "calm: senior return",
        unit: Unit::Percent,
        read: |venue| part(venue.calm.senior_change, "senior", venue.calm),
    },
    Row {
        id: "calm_junior_return",
        label: "calm: junior return",
        unit: Unit::Percent,
        read: |venue| part(venue.calm.junior_change, "junior", venue.calm),
    },
    Row {
        id: "crash_opening_deficit",
        label: "crash: opening deficit",
        unit: Unit::Usd,
        read: |venue| Value::Number(venue.crash.opening_deficit.units()),
    },
    Row {
        id: "crash_borne_by_capital",
        label: "crash: borne by capital",
        unit: Unit::Usd,
        read: |venue| Value::Number(borne(venue.crash).units()),
    },
    Row {
        id: "crash_taken_from_winners",
        label: "crash: taken from winners",
        unit: Unit::Usd,
        read: |venue| Value::Number(venue.crash.winners.taken.units()),
    },
    Row {
        id: "crash_lp_return",
        label: "crash: LP return",
        unit: Unit::Percent,
        read: |venue| number(venue.crash.lp_return),
    },
    Row {
        id: "days_for_lp_loss",
        label: "calm days for the LPs' loss",
        unit: Unit::Days,
        read: |venue| days(-venue.crash.lp_return, venue),
    },
    Row {
        id: "days_for_borne",
        label: "calm days for what it bore",
        unit: Unit::Days,
        read: |venue| {
            let capital = venue.both.crash.capital;
            let share = Ratio::ONE.mul_div_ceil(borne(venue.crash), capital);
            share.map_or(Value::Never, |share| days(share, venue))
        },
    },
    Row {
        id: "crash_fill_rate",
        label: "crash: fill rate",
        unit: Unit::Percent,
        read: |venue| {
            let orders = venue.crash.orders;
            let rate = orders.filled.ratio_floor(orders.asked);
            rate.map_or(Value::Absent, number)
        },
    },
];

impl<'a> Income<'a> {
    fn venues(self) -> Vec<Venue<'a>> {
        let pairs = self.calm.venues.iter().zip(&self.crash.venues);
        let venue = |(calm, crash)| Venue {
            calm,
            crash,
            both: self,
        };
        pairs.map(venue).collect()
    }

    /// A figure of every venue, by its id; empty for an id that there is not.
    #[must_use]
    pub fn figure(self, id: &str) -> Vec<Value> {
        let row = ROWS.iter().find(|row| row.id == id);
        let read = |row: &Row| self.venues().into_iter().map(row.read).collect();
        row.map(read).unwrap_or_default()
    }

    fn facts(self) -> [String; 4] {
        let usd = |amount: Usd| rounded(amount.units(), Usd::PLACES, 2);
        let (calm, crash) = (self.calm.capital, self.crash.capital);
        let capital = match calm == crash {
            true => format!(
                "Capital: {} USD in each venue, in both scenarios.",
                usd(calm)
            ),
            false => format!(
                "Capital differs: {} USD on the calm day, {} USD in the crash; returns and days are per unit of capital.",
                usd(calm),
                usd(crash)
            ),
        };
        let scenario = |what: &str, run: &Comparison| {
            let hours = rounded(seconds(run).into(), 0, 0);
            format!("{what}: {} ({hours} s). {}", run.scenario, run.question)
        };
        [
            scenario("Calm", self.calm),
            scenario("Crash", self.crash),
            capital,
            String::from(
                "A year has 365 days; returns are not compounded. Days: the loss over the calm return of one day, both per unit of capital; never: the calm day earns nothing.",
            ),
        ]
    }

    fn lines(self) -> Vec<Vec<String>> {
        let line = |row: &Row| {
            let label = format!("{} ({})", row.label, row.unit.name());
            let cells = self
                .venues()
                .into_iter()
                .map(|venue| match (row.read)(venue) {
                    Value::Number(units) => rounded(units, row.unit.places(), row.unit.shown()),
                    Value::Never => String::from("never"),
                    Value::Absent => String::from("n/a"),
                });
            std::iter::once(label).chain(cells).collect()
        };
        ROWS.iter().map(line).collect()
    }

    fn names(self) -> Vec<&'static str> {
        self.calm.venues.iter().map(|venue| venue.name).collect()
    }
}

const TITLE: &str = "What liquidity earns on a calm day, and what a crash costs it";

/// As text, ending in a newline.
#[must_use]
pub fn table(income: Income<'_>, ink: Ink) -> String {
    let mut text = format!("{}\n", ink.bold(TITLE));
    for fact in income.facts() {
        text.push_str(&wrapped("  ", &fact, crate::WIDTH));
    }
    text.push('\n');
    let mut head = vec![""];
    head.extend(income.names());
    text.push_str(&grid::aligned(&head, &income.lines(), Align::Left));
    text
}

/// As Markdown.
#[must_use]
pub fn markdown(income: Income<'_>) -> String {
    let mut text = format!("# {TITLE}\n\n");
    for fact in income.facts() {
        text.push_str(&format!("- {}\n", grid::escaped(&fact)));
    }
    text.push('\n');
    let names = income.names().into_iter();
    let head = std::iter::once((String::new(), Align::Left))
        .chain(names.map(|name| (name.to_owned(), Align::Right)));
    let head: Vec<(String, Align)> = head.collect();
    let cells = |line: Vec<String>| line.iter().map(|cell| grid::escaped(cell)).collect();
    let lines: Vec<Vec<String>> = income.lines().into_iter().map(cells).collect();
    text.push_str(&grid::markdown(&head, &lines));
    text
}

fn text_of(value: Value, unit: Unit) -> Option<String> {
    match value {
        Value::Number(units) => Some(exact(units, unit.places())),
        Value::Never => Some(String::from("never")),
        Value::Absent => None,
    }
}

/// As CSV in long form, `metric,unit,venue,value`: exact, `never` in words, empty where a venue
/// has no such figure.
#[must_use]
pub fn csv(income: Income<'_>) -> String {
    let mut lines = Vec::new();
    for row in &ROWS {
        for venue in income.venues() {
            let value = text_of((row.read)(venue), row.unit).unwrap_or_default();
            let name = venue.calm.name.to_owned();
            lines.push(vec![
                row.id.to_owned(),
                row.unit.name().to_owned(),
                name,
                value,
            ]);
        }
    }
    grid::csv_text(&grid::LONG, &lines)
}

#[derive(Debug, Serialize)]
struct Document {
    schema_version: u32,
    calm: Run,
    crash: Run,
    figures: Vec<Figure>,
}

#[derive(Debug, Serialize)]
struct Run {
    scenario: String,
    question: String,
    capital_usd: Money,
    seconds: i64,
}

#[derive(Debug, Serialize)]
struct Figure {
    metric: &'static str,
    unit: &'static str,
    /// By venue: exact, in a string; `never`; null where it has none.
    values: BTreeMap<&'static str, Option<String>>,
}

/// As JSON, indented, ending in a newline: every figure exact in a string.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn document(income: Income<'_>) -> serde_json::Result<String> {
    let run = |run: &Comparison| Run {
        scenario: run.scenario.clone(),
        question: run.question.clone(),
        capital_usd: run.capital.into(),
        seconds: seconds(run),
    };
    let figure = |row: &Row| Figure {
        metric: row.id,
        unit: row.unit.name(),
        values: income
            .venues()
            .into_iter()
            .map(|venue| (venue.calm.name, text_of((row.read)(venue), row.unit)))
            .collect(),
    };
    let document = Document {
        schema_version: 1,
        calm: run(income.calm),
        crash: run(income.crash),
        figures: ROWS.iter().map(figure).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}
