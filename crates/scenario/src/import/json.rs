//! Lists of objects in JSON, which know where each of their fields stands.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::row::{Cell, Row, Source, Spot};
use crate::ScenarioError;

/// Objects inside objects that become cells, such as `position.leverage.value`; what lies deeper
/// stays a text.
const MAX_DEPTH: usize = 4;

/// A part of the text that is JSON.
pub(crate) type Raw<'a> = &'a RawValue;

/// The fields of an object.
pub(crate) type Object<'a> = BTreeMap<Cow<'a, str>, Raw<'a>>;

/// Where a part of the text begins.
pub(crate) fn spot(source: Source<'_>, part: &str) -> Spot {
    Spot::Byte(
        part.as_ptr()
            .addr()
            .saturating_sub(source.text.as_ptr().addr()),
    )
}

/// The whole text.
pub(crate) fn document(source: Source<'_>) -> Result<Raw<'_>, ScenarioError> {
    serde_json::from_str(source.text).map_err(|error| ScenarioError::Row {
        file: source.file.to_owned(),
        line: u64::try_from(error.line()).unwrap_or(u64::MAX).max(1),
        column: error.column().max(1),
        field: "document".to_owned(),
        found: format!("not JSON: {error}"),
        legal: "a JSON document".to_owned(),
    })
}

/// A list's elements; `None` when it is no list.
pub(crate) fn list<'a>(raw: Raw<'a>) -> Option<Vec<Raw<'a>>> {
    serde_json::from_str(raw.get()).ok()
}

/// An object's fields; `None` when it is no object.
pub(crate) fn object<'a>(raw: Raw<'a>) -> Option<Object<'a>> {
    serde_json::from_str(raw.get()).ok()
}

/// An object as a row of named cells.
pub(crate) fn row<'a>(source: Source<'a>, raw: Raw<'a>) -> Result<Row<'a>, ScenarioError> {
    let mut cells = Vec::new();
    let Some(fields) = object(raw) else {
        let found = format!("`{}`", super::row::shown(raw.get()));
        return Err(source.fail(spot(source, raw.get()), "row", found, "an object"));
    };
    let mut waiting = vec![(String::new(), fields, 1_usize)];
    while let Some((above, fields, depth)) = waiting.pop() {
        for (key, value) in fields {
            let name = match above.is_empty() {
                true => key.into_owned(),
                false => format!("{above}.{key}"),
            };
            let below = (depth < MAX_DEPTH).then(|| object(value)).flatten();
            match below {
                Some(below) => waiting.push((name, below, depth.saturating_add(1))),
                None => cells.push(Cell {
                    name: Cow::Owned(name),
                    text: text(value),
                    spot: spot(source, value.get()),
                }),
            }
        }
    }
    Ok(Row {
        source,
        start: spot(source, raw.get()),
        cells,
    })
}

/// A string's text; anything else as it is written, `null` as nothing.
fn text<'a>(raw: Raw<'a>) -> Cow<'a, str> {
    match raw.get() {
        "null" => Cow::Borrowed(""),
        written => {
            serde_json::from_str::<Text<'a>>(written).map_or(Cow::Borrowed(written), |text| text.0)
        }
    }
}

#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
