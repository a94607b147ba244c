//! Hyperliquid's info endpoint and its archive of asset contexts.
//!
//! **Source** hyperliquid.gitbook.io, for-developers: info endpoint (`candleSnapshot`,
//! `clearinghouseState`) and historical data (`asset_ctxs`).

use super::Format;
use super::prices::{Point, price};
use super::row::Row;
use crate::ScenarioError;
use crate::model::PriceKind;

/// The format of a header.
pub(super) fn with_header(names: &[String]) -> Option<(Format, Vec<String>)> {
    let has = |name: &str| names.iter().any(|each| each == name);
    let is_archive = has("time") && has("coin") && has("mark_px");
    is_archive.then(|| (Format::HyperliquidAssetCtxs, names.to_vec()))
}

/// A candle: its close, at the second after its last instant. Prices of trades, no marks.
pub(super) fn candle(row: &Row<'_>) -> Result<Point, ScenarioError> {
    super::binance::bar(row, ["t", "o", "T", "c"])
}

/// A row of the archive: the mark price.
pub(super) fn asset_ctx(row: &Row<'_>) -> Result<Point, ScenarioError> {
    let (at, clock) = row.moment(&["time"])?;
    Ok(Point {
        at,
        clock,
        price: price(row, "mark_px")?,
        kind: PriceKind::Mark,
        opening: None,
    })
}
