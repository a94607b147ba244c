//! The public archive data.binance.vision, and the `positionRisk` of the futures API.
//!
//! **Source** github.com/binance/binance-public-data (columns of klines and aggTrades; spot times
//! are microseconds from 2025 on), developers.binance.com (Position Information V2 and V3).

use seawall_units::Price;

use super::Format;
use super::prices::{Point, price};
use super::row::Row;
use crate::ScenarioError;
use crate::model::PriceKind;

const KLINES: [&str; 12] = [
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "close_time",
    "quote_volume",
    "count",
    "taker_buy_volume",
    "taker_buy_quote_volume",
    "ignore",
];
const AGG_TRADES: [&str; 8] = [
    "agg_trade_id",
    "price",
    "quantity",
    "first_trade_id",
    "last_trade_id",
    "transact_time",
    "is_buyer_maker",
    "is_best_match",
];

/// The quote currencies that a symbol ends with.
const QUOTES: [&str; 5] = ["USDT", "USDC", "FDUSD", "BUSD", "USD"];

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The format of a file whose first row is numbers, by its number of columns.
pub(super) fn without_header(columns: usize) -> Option<(Format, Vec<String>)> {
    match columns {
        12 => Some((Format::BinanceKlines, owned(&KLINES))),
        7 => Some((Format::BinanceAggTrades, owned(AGG_TRADES.get(..7)?))),
        8 => Some((Format::BinanceAggTrades, owned(&AGG_TRADES))),
        _ => None,
    }
}

/// The format of a header.
pub(super) fn with_header(names: &[String]) -> Option<(Format, Vec<String>)> {
    let all = |of: &[&str]| of.iter().all(|name| names.iter().any(|each| each == name));
    let format = if all(&["open_time", "open", "close", "close_time"]) {
        Format::BinanceKlines
    } else if all(&["agg_trade_id", "price", "transact_time"]) {
        Format::BinanceAggTrades
    } else if all(&["symbol", "positionAmt", "entryPrice"]) {
        Format::BinancePositionRisk
    } else {
        return None;
    };
    Some((format, names.to_vec()))
}

/// A bar: its close, known once its last instant has passed; the file's first bar also tells what
/// the price was when it opened. Prices of trades, hence bars and no marks (M-11.5).
pub(super) fn kline(row: &Row<'_>) -> Result<Point, ScenarioError> {
    bar(row, ["open_time", "open", "close_time", "close"])
}

/// A bar of any venue: names of its opening time, opening price, closing time and closing price.
pub(super) fn bar(row: &Row<'_>, names: [&str; 4]) -> Result<Point, ScenarioError> {
    let [opens, open, closes, close] = names;
    let (opens_at, _) = row.moment(&[opens])?;
    let (closes_at, clock) = row.moment(&[closes])?;
    if closes_at < opens_at {
        let legal = format!("not before `{opens}`");
        return Err(row.refuse(&[closes], "time going backwards", &legal));
    }
    let opening: Price = price(row, open)?;
    Ok(Point {
        // The whole second at or after its last instant: 20:59:59.999 is known at 21:00:00.
        at: closes_at.div_ceil(1_000_000).saturating_mul(1_000_000),
        clock,
        price: price(row, close)?,
        kind: PriceKind::Bar,
        opening: Some((opens_at, opening)),
    })
}

/// An aggregated trade.
pub(super) fn trade(row: &Row<'_>) -> Result<Point, ScenarioError> {
    let (at, clock) = row.moment(&["transact_time"])?;
    Ok(Point {
        at,
        clock,
        price: price(row, "price")?,
        kind: PriceKind::Bar,
        opening: None,
    })
}

/// The coin of a symbol such as `BTCUSDT`.
pub(super) fn coin(symbol: &str) -> &str {
    let stripped = QUOTES.iter().find_map(|quote| symbol.strip_suffix(quote));
    stripped.filter(|coin| !coin.is_empty()).unwrap_or(symbol)
}
