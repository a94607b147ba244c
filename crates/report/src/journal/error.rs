use std::io;

use seawall_ledger::{Account, AccountKind};
use seawall_units::{Time, Usd};

use super::{FORMAT, VERSION};

/// Why a journal was refused, and the line that shows it.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct JournalError {
    /// The line, from one.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub fault: Fault,
}

/// What can be wrong with a line of a journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It could not be read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is not text.
    #[error("not UTF-8 text; legal: one JSON object a line")]
    NotText,
    /// It is longer than any line that a journal has.
    #[error("longer than {limit} bytes; legal: one JSON object a line")]
    TooLong {
        /// The most that is read.
        limit: u64,
    },
    /// It is no line of a journal.
    #[error("column {column}: {reason}")]
    Syntax {
        /// Where, from one.
        column: usize,
        /// What was found and what is legal.
        reason: String,
    },
    /// A field has an illegal value.
    #[error("column {column}: field `{field}`: {reason}")]
    Field {
        /// Where, from one.
        column: usize,
        /// Which field.
        field: String,
        /// What was found and what is legal.
        reason: String,
    },
    /// The first line is no header.
    #[error("not a journal; legal: a first line with the field `header`")]
    NoHeader,
    /// The header names another format.
    #[error("field `format`: `{found}`; legal: `{FORMAT}`")]
    Format {
        /// What it names.
        found: String,
    },
    /// The header names another version.
    #[error(
        "field `version`: {found}; legal: {VERSION}, journals of other versions are read by the program that wrote them"
    )]
    Version {
        /// What it names.
        found: u32,
    },
    /// A header that is not the first line.
    #[error("a second header; legal: one, in the first line")]
    SecondHeader,
    /// An event is missing, doubled or out of place.
    #[error("field `seq`: {found}; legal here: {expected}, since places have no gaps")]
    Seq {
        /// The place it claims.
        found: u64,
        /// The place it has.
        expected: u64,
    },
    /// An event is older than the one before it.
    #[error("field `time`: {}; legal: {} or later, as in the event before", found.secs(), before.secs())]
    TimeBackwards {
        /// Its time.
        found: Time,
        /// The time of the one before.
        before: Time,
    },
    /// A transfer takes more than is there.
    #[error("field `transfers`: leaves `{account}` at {balance} USD; legal: 0 or more")]
    Overdrawn {
        /// Whose balance.
        account: Account,
        /// What it would be.
        balance: Usd,
    },
    /// The file ends without its final record.
    #[error("the file ends without its final record `end`: it was cut off")]
    CutOff,
    /// A line after the final record.
    #[error("a line after the final record; legal: none")]
    AfterEnd,
    /// The final record counts other than there are.
    #[error("field `{field}`: {found}; legal: {counted}, as many as there are")]
    Count {
        /// Which count.
        field: &'static str,
        /// What it says.
        found: u64,
        /// What there are.
        counted: u64,
    },
    /// The bytes are not those that were written.
    #[error(
        "field `chain`: does not match the lines up to here ({expected}): the journal was changed"
    )]
    Chain {
        /// The digits that belong there.
        expected: String,
    },
    /// The balances do not sum to zero.
    #[error("the balances sum to {sum} USD; legal: 0")]
    Sum {
        /// Their sum.
        sum: Usd,
    },
    /// Something is left in passage.
    #[error("{} USD are left on `{}`; legal: 0 after the last event", balance, kind.name())]
    InPassage {
        /// Where.
        kind: AccountKind,
        /// How much.
        balance: Usd,
    },
}

impl Fault {
    /// The fault that a JSON error in `text` is, naming the field in which it stands.
    pub(super) fn of_json(text: &str, error: &serde_json::Error) -> Self {
        let full = error.to_string();
        let reason = match full.rfind(" at line ") {
            Some(end) => full.get(..end).unwrap_or(&full).to_owned(),
            None => full,
        };
        let column = error.column();
        // serde names a field that is missing, unknown or doubled itself.
        let is_named = reason.contains(" field `");
        match (error.is_data(), field_before(text, column)) {
            (true, Some(field)) if !is_named => Self::Field {
                column,
                field,
                reason,
            },
            _ => Self::Syntax { column, reason },
        }
    }
}

/// The last field name that begins before a column; that of a whole object at its end.
fn field_before(text: &str, column: usize) -> Option<String> {
    let before = text.get(..column.min(text.len()))?;
    let before = match before.ends_with('}') {
        true => before.get(..opening_brace(before)?)?,
        false => before,
    };
    let end = before.rfind("\":")?;
    let name = before.get(..end)?;
    let start = name.rfind('"')?.saturating_add(1);
    name.get(start..).map(str::to_owned)
}

/// Where the object begins that ends with the text.
fn opening_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, each) in text.char_indices().rev() {
        match each {
            '}' => depth = depth.saturating_add(1),
            '{' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_is_reported_with_its_field() {
        let text = r#"{"lines":1,"transfers":-2,"chain":""}"#;
        let error = serde_json::from_str::<super::super::End>(text).unwrap_err();
        let fault = Fault::of_json(text, &error).to_string();
        assert_eq!(
            fault,
            "column 25: field `transfers`: invalid value: integer `-2`, expected u64"
        );
    }

    #[test]
    fn broken_syntax_is_reported_with_its_column() {
        let text = r#"{"lines":1,,"#;
        let error = serde_json::from_str::<super::super::End>(text).unwrap_err();
        let fault = Fault::of_json(text, &error).to_string();
        assert_eq!(fault, "column 12: key must be a string");
    }
}
