//! Tables of named columns, in any order: a price table has a moment and a price, a position table
//! an account, a side, a size or a value, an entry price, and a margin or a leverage.

use super::Format;
use super::prices::Point;
use super::row::Row;
use crate::ScenarioError;
use crate::model::PriceKind;

const TIME: [&str; 3] = ["utc", "time", "timestamp"];

/// The format of a header; the case of its names does not count.
pub(super) fn with_header(names: &[String]) -> Option<(Format, Vec<String>)> {
    let names: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let has = |name: &str| names.iter().any(|each| each == name);
    let any = |of: &[&str]| of.iter().any(|name| has(name));
    let format = if has("price") && any(&TIME) {
        Format::PriceTable
    } else if has("account")
        && has("side")
        && has("entry")
        && any(&["size", "notional"])
        && any(&["margin", "leverage"])
    {
        Format::PositionTable
    } else {
        return None;
    };
    Some((format, names))
}

/// A row of a price table: a mark unless it says that it is a bar.
pub(super) fn price(row: &Row<'_>) -> Result<Point, ScenarioError> {
    let kind = match row.text(&["kind"]) {
        None | Some("mark") => PriceKind::Mark,
        Some("bar") => PriceKind::Bar,
        Some(_) => return Err(row.fail(&["kind"], "`mark` or `bar`")),
    };
    let (at, clock) = row.moment(&TIME)?;
    Ok(Point {
        at,
        clock,
        price: super::prices::price(row, "price")?,
        kind,
        opening: None,
    })
}

/// The coin of a row; `None` in a table of one coin.
pub(super) fn coin<'r>(row: &'r Row<'_>) -> Result<Option<&'r str>, ScenarioError> {
    match row.cells.iter().any(|cell| cell.name == "coin") {
        true => row.needed(&["coin"], "the name of a coin").map(Some),
        false => Ok(None),
    }
}
