//! A story for programs, every figure in full.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use seawall_ledger::Transfer;
use serde::Serialize;

use super::story::Story;
use super::value::{Grid, Value};

/// Version of the document.
const VERSION: u32 = 1;

/// What happened to an account, a deficit, a stage or in a second, from a journal alone.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Explanation<'a> {
    /// Version of this format.
    schema_version: u32,
    /// The scenario's name.
    scenario: &'a str,
    /// SHA-256 of the scenario, in hexadecimal digits.
    scenario_sha256: &'a str,
    /// The venue's name.
    venue: &'a str,
    /// Seed of every random draw.
    seed: u64,
    /// What was asked.
    question: &'a str,
    /// What is wrong with the journal, when it was cut off; else null.
    note: Option<&'a str>,
    /// The answer, part by part.
    sections: Vec<Part<'a>>,
}

/// A part of the answer.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Part<'a> {
    /// Its name.
    id: &'a str,
    /// Its heading.
    title: &'a str,
    /// What it comes to, in sentences; figures in them are rounded.
    says: &'a [String],
    /// The same in figures, by name.
    figures: BTreeMap<&'a str, Cell<'a>>,
    /// What happened, in its order.
    steps: Vec<Happened<'a>>,
    /// Tables.
    tables: Vec<Table<'a>>,
}

/// One thing that happened.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Happened<'a> {
    /// Seconds since 1970-01-01 UTC.
    time: u64,
    /// The event's place in the journal.
    seq: u64,
    /// The rule that decided it.
    rule: &'a str,
    /// In words; figures in them are rounded.
    says: &'a str,
    /// In figures, by name.
    figures: BTreeMap<&'a str, Cell<'a>>,
    /// The postings that it made for whom it is told.
    postings: Vec<Posting>,
}

/// One movement of money.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Posting {
    /// Who paid.
    from: String,
    /// Who received.
    to: String,
    /// How much: US dollars with six decimals.
    amount: String,
    /// Why.
    cause: &'static str,
    /// The rule of the cause.
    rule: &'static str,
}

/// A table.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table<'a> {
    /// What it shows.
    title: &'a str,
    /// Its rows: each column's value by its name.
    rows: Vec<BTreeMap<&'a str, Cell<'a>>>,
}

/// A figure with all its digits.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Cell<'a>(&'a Value);

impl JsonSchema for Cell<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Value".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "integer", "null"],
            "description": "Money (six decimals), sizes (8), shares (9), prices (10), ratios (18) and words as strings; counts and moments (seconds since 1970-01-01 UTC) as integers; null where there is none."
        })
    }
}

impl From<&Transfer> for Posting {
    fn from(transfer: &Transfer) -> Self {
        Self {
            from: transfer.from().to_string(),
            to: transfer.to().to_string(),
            amount: transfer.amount().to_string(),
            cause: transfer.cause().name(),
            rule: transfer.cause().rule(),
        }
    }
}

fn named<'a>(figures: &'a [(&'static str, Value)]) -> BTreeMap<&'a str, Cell<'a>> {
    figures
        .iter()
        .map(|(name, value)| (*name, Cell(value)))
        .collect()
}

fn table(grid: &Grid) -> Table<'_> {
    let rows = grid.rows.iter().map(|cells| {
        let cells = grid.columns.iter().zip(cells);
        cells.map(|((name, _), cell)| (*name, Cell(cell))).collect()
    });
    Table {
        title: &grid.title,
        rows: rows.collect(),
    }
}

/// The story as JSON, indented, ending in a newline.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn document(story: &Story) -> serde_json::Result<String> {
    let header = &story.header;
    let sections = story.sections.iter().map(|section| Part {
        id: section.id,
        title: &section.title,
        says: &section.says,
        figures: named(&section.figures),
        steps: section
            .steps
            .iter()
            .map(|step| Happened {
                time: step.time.secs(),
                seq: step.seq,
                rule: &step.rule,
                says: &step.says,
                figures: named(&step.figures),
                postings: step.postings.iter().map(Posting::from).collect(),
            })
            .collect(),
        tables: section.grids.iter().map(table).collect(),
    });
    let document = Explanation {
        schema_version: VERSION,
        scenario: &header.scenario,
        scenario_sha256: &header.scenario_sha256,
        venue: &header.venue,
        seed: header.seed,
        question: &story.question,
        note: story.note.as_deref(),
        sections: sections.collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

/// The JSON Schema of [`document`].
#[must_use]
pub fn schema() -> Schema {
    schemars::schema_for!(Explanation<'static>)
}
