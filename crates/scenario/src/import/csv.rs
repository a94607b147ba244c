//! Comma-separated rows: `#` begins a comment line, spaces around cells do not count.

use std::borrow::Cow;

use super::row::{Cell, Row, Source, Spot};
use crate::ScenarioError;

/// The names of the columns: those of the header, or those that a format without one has.
pub(crate) struct Columns {
    pub(crate) names: Vec<String>,
    /// Where the first row of the file begins.
    pub(crate) start: Spot,
    /// Whether that row names the columns.
    pub(crate) named: Named,
}

/// Whether a file's first row names its columns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    ByHeader,
    ByFormat,
}

fn reader<'a>(source: Source<'a>) -> csv::Reader<&'a [u8]> {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .has_headers(false)
        .from_reader(source.text.as_bytes())
}

fn start_of(position: Option<&csv::Position>, field: usize) -> Spot {
    let byte = position.map_or(0, csv::Position::byte);
    let line = position.map_or(1, csv::Position::line);
    Spot::Field(usize::try_from(byte).unwrap_or(0), line, field)
}

/// The first row; `None` in a file of comments only.
pub(crate) fn first(source: Source<'_>) -> Result<Option<(Vec<String>, Spot)>, ScenarioError> {
    let mut rows = reader(source).into_records();
    let Some(row) = rows.next() else {
        return Ok(None);
    };
    let row = row.map_err(|error| unread(source, &error))?;
    let names = row.iter().map(str::to_owned).collect();
    Ok(Some((names, start_of(row.position(), 0))))
}

/// Shows every row in the file's order.
pub(crate) fn each_row(
    source: Source<'_>,
    columns: &Columns,
    take: &mut dyn FnMut(&Row<'_>) -> Result<(), ScenarioError>,
) -> Result<(), ScenarioError> {
    let mut reader = reader(source);
    let mut record = csv::StringRecord::new();
    let mut skip = columns.named == Named::ByHeader;
    while reader
        .read_record(&mut record)
        .map_err(|error| unread(source, &error))?
    {
        if std::mem::take(&mut skip) {
            continue;
        }
        let named = columns.names.iter().zip(record.iter()).enumerate();
        let cells = named.map(|(index, (name, text))| Cell {
            name: Cow::Borrowed(name.as_str()),
            text: Cow::Borrowed(text),
            spot: start_of(record.position(), index),
        });
        let row = Row {
            source,
            start: start_of(record.position(), 0),
            cells: cells.collect(),
        };
        take(&row)?;
    }
    Ok(())
}

fn unread(source: Source<'_>, error: &csv::Error) -> ScenarioError {
    let spot = start_of(error.position(), 0);
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            len, expected_len, ..
        } => source.fail(
            spot,
            "row",
            format!("{len} fields"),
            format!("{expected_len} fields"),
        ),
        _ => source.fail(spot, "row", error.to_string(), "comma-separated fields"),
    }
}
