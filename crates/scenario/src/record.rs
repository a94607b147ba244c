use std::collections::BTreeMap;

use seawall_units::{Price, Time};

use crate::ScenarioError;
use crate::at::{moment, rfc3339};
use crate::document::line_and_column;
use crate::model::PriceKind;
use crate::path::Observation;

/// The columns of a recorded price path.
const COLUMNS: [&str; 5] = ["utc", "coin", "price", "kind", "source"];

/// The recorded prices of every coin of a file, each in the file's order.
pub(crate) type Record = BTreeMap<String, Vec<Observation>>;

/// Reads a recorded price path: comma-separated, `#` begins a comment line, a header names the
/// columns, and the rows of one coin and kind stand in time order.
pub(crate) fn read_record(file: &str, bytes: &[u8]) -> Result<Record, ScenarioError> {
    let text = utf8(file, bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|error| unread(file, text, &error))?;
    if header.iter().ne(COLUMNS) {
        return Err(ScenarioError::Row {
            file: file.to_owned(),
            line: line_of(text, header.position()),
            field: "header",
            found: format!("`{}`", header.iter().collect::<Vec<_>>().join(",")),
            legal: format!("`{}`", COLUMNS.join(",")),
        });
    }
    let mut record = Record::new();
    let mut latest: BTreeMap<(String, PriceKind), Time> = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(|error| unread(file, text, &error))?;
        let row = Row {
            file,
            text,
            row: &row,
        };
        let (coin, observation) = row.read()?;
        let before = latest.insert((coin.clone(), observation.kind), observation.at);
        row.check_order(before, observation.at)?;
        record.entry(coin).or_default().push(observation);
    }
    Ok(record)
}

/// The bytes as text.
pub(crate) fn utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, ScenarioError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let byte = error.valid_up_to();
        let before = bytes.get(..byte).unwrap_or(&[]);
        let (line, column, _) = line_and_column(std::str::from_utf8(before).unwrap_or(""), byte);
        ScenarioError::NotUtf8 {
            file: file.to_owned(),
            line,
            column,
            byte,
        }
    })
}

/// The line of a row. The reader's own position is where it began to look for the row: before the
/// comments and empty lines that stand above it.
fn line_of(text: &str, position: Option<&csv::Position>) -> u64 {
    let byte = position.map_or(0, csv::Position::byte);
    let above = text
        .get(usize::try_from(byte).unwrap_or(0)..)
        .unwrap_or("")
        .lines();
    let skipped = above
        .take_while(|line| line.is_empty() || line.starts_with('#'))
        .count();
    let first = position.map_or(1, csv::Position::line).max(1);
    first.saturating_add(u64::try_from(skipped).unwrap_or(0))
}

fn unread(file: &str, text: &str, error: &csv::Error) -> ScenarioError {
    let found = match error.kind() {
        csv::ErrorKind::UnequalLengths { len, .. } => format!("{len} fields"),
        _ => error.to_string(),
    };
    ScenarioError::Row {
        file: file.to_owned(),
        line: line_of(text, error.position()),
        field: "row",
        found,
        legal: format!("{} fields", COLUMNS.len()),
    }
}

struct Row<'a> {
    file: &'a str,
    text: &'a str,
    row: &'a csv::StringRecord,
}

impl Row<'_> {
    fn fail(&self, field: &'static str, found: String, legal: impl Into<String>) -> ScenarioError {
        ScenarioError::Row {
            file: self.file.to_owned(),
            line: line_of(self.text, self.row.position()),
            field,
            found,
            legal: legal.into(),
        }
    }

    fn field(&self, column: usize) -> &str {
        self.row.get(column).unwrap_or("")
    }

    fn quoted(&self, column: usize) -> String {
        let text: String = self.field(column).chars().take(40).collect();
        format!("`{text}`")
    }

    fn read(&self) -> Result<(String, Observation), ScenarioError> {
        let legal = "a moment in UTC such as 2025-10-10T21:17:06Z";
        let at = moment(self.field(0)).ok_or_else(|| self.fail("utc", self.quoted(0), legal))?;
        let coin = self.field(1);
        if coin.is_empty() {
            return Err(self.fail("coin", self.quoted(1), "the name of a coin"));
        }
        let price = self.field(2).parse::<Price>();
        let legal = "a price above 0, up to 10^12, with at most 10 decimal places";
        let price = price.map_err(|_| self.fail("price", self.quoted(2), legal))?;
        let kind = match self.field(3) {
            "mark" => PriceKind::Mark,
            "bar" => PriceKind::Bar,
            _ => return Err(self.fail("kind", self.quoted(3), "`mark` or `bar`")),
        };
        let observation = Observation {
            at: Time::from_secs(at),
            price,
            kind,
        };
        Ok((coin.to_owned(), observation))
    }

    fn check_order(&self, before: Option<Time>, at: Time) -> Result<(), ScenarioError> {
        match before {
            Some(before) if at <= before => {
                let what = match at == before {
                    true => "a second row for the same second",
                    false => "time going backwards",
                };
                let legal = format!(
                    "later than {}, the row before it of this coin and kind",
                    rfc3339(before.secs())
                );
                Err(self.fail("utc", format!("{} ({what})", self.quoted(0)), legal))
            }
            _ => Ok(()),
        }
    }
}
