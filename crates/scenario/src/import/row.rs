use std::borrow::Cow;
use std::str::FromStr;

use seawall_units::Grid;

use crate::ScenarioError;
use crate::at::rfc3339;
use crate::document::line_and_column;

/// The most of a cell that an error shows, in characters.
const MAX_SHOWN: usize = 40;

/// A file of somebody else's, as text.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

/// Where a cell or a row begins; lines and columns are counted only when an error names it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spot {
    /// The byte of the text.
    Byte(usize),
    /// A field of a comma-separated row: the row's byte and line as the reader has them, which may
    /// be those of the comments above it, and the field's number.
    Field(usize, u64, usize),
}

impl Source<'_> {
    /// Line and column, from 1 and in characters.
    pub(crate) fn place(self, spot: Spot) -> (u64, usize) {
        match spot {
            Spot::Byte(byte) => {
                let (line, column, _) = line_and_column(self.text, byte);
                (u64::try_from(line).unwrap_or(u64::MAX), column)
            }
            Spot::Field(byte, line, field) => self.field_place(byte, line, field),
        }
    }

    fn field_place(self, byte: usize, line: u64, field: usize) -> (u64, usize) {
        let mut above = self.text.get(byte..).unwrap_or("").lines();
        let mut line = line.max(1);
        let row = loop {
            match above.next() {
                Some(skipped) if skipped.is_empty() || skipped.starts_with('#') => {
                    line = line.saturating_add(1);
                }
                row => break row.unwrap_or(""),
            }
        };
        let (mut quoted, mut left, mut column) = (false, field, 1_usize);
        let mut chars = row.chars().peekable();
        while left > 0 {
            match chars.next() {
                Some('"') => quoted = !quoted,
                Some(',') if !quoted => left = left.saturating_sub(1),
                Some(_) => {}
                None => return (line, 1),
            }
            column = column.saturating_add(1);
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {
            column = column.saturating_add(1);
        }
        (line, column)
    }

    /// The error that something at a place is not legal.
    pub(crate) fn fail(
        self,
        spot: Spot,
        field: &str,
        found: impl Into<String>,
        legal: impl Into<String>,
    ) -> ScenarioError {
        let (line, column) = self.place(spot);
        ScenarioError::Row {
            file: self.file.to_owned(),
            line,
            column,
            field: field.to_owned(),
            found: found.into(),
            legal: legal.into(),
        }
    }
}

/// A place in a text that only moves on, so that all rows of a file are placed in one pass.
#[derive(Clone, Copy)]
pub(crate) struct Cursor {
    byte: usize,
    line: u64,
    column: usize,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            byte: 0,
            line: 1,
            column: 1,
        }
    }
}

impl Cursor {
    /// Line and column of a spot at or after the one before.
    pub(crate) fn place(&mut self, source: Source<'_>, spot: Spot) -> (u64, usize) {
        let Spot::Byte(byte) = spot else {
            return source.place(spot);
        };
        for c in source.text.get(self.byte..byte).unwrap_or("").chars() {
            self.column = self.column.saturating_add(1);
            if c == '\n' {
                (self.line, self.column) = (self.line.saturating_add(1), 1);
            }
        }
        self.byte = self.byte.max(byte);
        (self.line, self.column)
    }
}

/// A row of a table, or an object of a list: named cells as text.
pub(crate) struct Row<'r> {
    pub(crate) source: Source<'r>,
    pub(crate) start: Spot,
    pub(crate) cells: Vec<Cell<'r>>,
}

/// One of them.
pub(crate) struct Cell<'r> {
    pub(crate) name: Cow<'r, str>,
    pub(crate) text: Cow<'r, str>,
    pub(crate) spot: Spot,
}

impl Row<'_> {
    /// The text of the cell with one of these names; `None` when there is none or it is empty.
    pub(crate) fn text(&self, names: &[&str]) -> Option<&str> {
        self.cell(names)
            .map(|cell| cell.text.as_ref())
            .filter(|text| !text.is_empty())
    }

    fn cell(&self, names: &[&str]) -> Option<&Cell<'_>> {
        let mut cells = self.cells.iter();
        cells.find(|cell| names.contains(&cell.name.as_ref()))
    }

    /// The text of a cell that must be there.
    pub(crate) fn needed(&self, names: &[&str], legal: &str) -> Result<&str, ScenarioError> {
        self.text(names).ok_or_else(|| self.fail(names, legal))
    }

    /// A cell as a number of the grid, if it is there.
    pub(crate) fn number<G: Grid + FromStr>(
        &self,
        names: &[&str],
        legal: &str,
        test: impl Fn(G) -> bool,
    ) -> Result<Option<G>, ScenarioError> {
        let Some(text) = self.text(names) else {
            return Ok(None);
        };
        match text.parse::<G>() {
            Ok(number) if test(number) => Ok(Some(number)),
            _ => Err(self.fail(names, legal)),
        }
    }

    /// The error that a cell is not legal; at the row's beginning where the cell is missing.
    pub(crate) fn fail(&self, names: &[&str], legal: impl Into<String>) -> ScenarioError {
        let name = names.first().copied().unwrap_or("row");
        match self.cell(names) {
            Some(cell) => {
                let found = format!("`{}`", shown(&cell.text));
                self.source.fail(cell.spot, &cell.name, found, legal)
            }
            None => self.source.fail(self.start, name, "missing", legal),
        }
    }

    /// The error that a cell, as it stands beside others, is not legal.
    pub(crate) fn refuse(&self, names: &[&str], why: &str, legal: &str) -> ScenarioError {
        let name = names.first().copied().unwrap_or("row");
        let (spot, name, text) = match self.cell(names) {
            Some(cell) => (cell.spot, cell.name.as_ref(), cell.text.as_ref()),
            None => (self.start, name, ""),
        };
        let found = format!("`{}` ({why})", shown(text));
        self.source.fail(spot, name, found, legal)
    }

    /// Microseconds since the epoch of a moment, and how it was written.
    ///
    /// Unix times are told apart by their magnitude: below 10^11 seconds (until the year 5138),
    /// below 10^14 milliseconds (from 1973), below 10^17 microseconds (from 1973).
    pub(crate) fn moment(&self, names: &[&str]) -> Result<(u64, Clock), ScenarioError> {
        let legal = "a moment such as 2025-10-10T21:17:06Z, or whole Unix seconds, milliseconds or microseconds below 10^17";
        let text = self.needed(names, legal)?;
        moment(text).ok_or_else(|| self.fail(names, legal))
    }
}

/// How a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    Rfc3339,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl Clock {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Rfc3339 => "RFC 3339",
            Self::Seconds => "Unix seconds",
            Self::Milliseconds => "Unix milliseconds",
            Self::Microseconds => "Unix microseconds",
        }
    }
}

fn moment(text: &str) -> Option<(u64, Clock)> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: u64 = text.parse().ok()?;
        let (times, clock) = match number {
            0..100_000_000_000 => (1_000_000, Clock::Seconds),
            100_000_000_000..100_000_000_000_000 => (1_000, Clock::Milliseconds),
            100_000_000_000_000..100_000_000_000_000_000 => (1, Clock::Microseconds),
            _ => return None,
        };
        return Some((number.checked_mul(times)?, clock));
    }
    let at: jiff::Timestamp = text.parse().ok()?;
    let micros = u64::try_from(at.as_microsecond()).ok()?;
    Some((micros, Clock::Rfc3339))
}

/// Microseconds as a moment of whole seconds, for errors.
pub(crate) fn told(micros: u64) -> String {
    let seconds = rfc3339(micros.checked_div(1_000_000).unwrap_or(0));
    match micros.checked_rem(1_000_000) {
        Some(part) if part > 0 => format!("{seconds} and {part} microseconds"),
        _ => seconds,
    }
}

/// The beginning of a text, on one line.
pub(crate) fn shown(text: &str) -> String {
    text.chars()
        .take(MAX_SHOWN)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The beginning of a list of names.
pub(crate) fn head(names: &str) -> String {
    let shown: String = names.chars().take(200).collect();
    shown.escape_debug().to_string()
}
