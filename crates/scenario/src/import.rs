//! Prices and positions in the formats in which others publish them.
//!
//! A file is recognised by its shape: the names in its header, the number of its columns, or the
//! fields of its objects. Every format becomes rows of named cells ([`row::Row`]), which know
//! their line and column; a format is then only a list of names.

mod binance;
mod csv;
mod hyperliquid;
mod json;
mod positions;
mod prices;
mod row;
mod table;

use std::fmt;
use std::path::PathBuf;

use csv::{Columns, Named};
use json::Raw;
use row::{Row, Source, Spot};

pub(crate) use positions::Holdings;
pub(crate) use prices::Series;

use crate::ScenarioError;
use crate::text::utf8;

/// The largest file of prices or positions that is taken in: 64 MiB.
pub(crate) const MAX_BYTES: u64 = 67_108_864;

/// Files of one's own that take the place of what a scenario states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imports {
    /// Prices instead of the scenario's; they must reach from its first to its last second.
    pub prices: Option<PathBuf>,
    /// Positions instead of the scenario's.
    pub positions: Option<PathBuf>,
    /// What becomes of the scenario's own positions then.
    pub own: OwnPositions,
}

/// What becomes of a scenario's positions when others are imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OwnPositions {
    /// The imported ones replace them.
    #[default]
    Replaced,
    /// They stand beside the imported ones.
    Kept,
}

/// A format that is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Named columns: a moment, a price, and where wanted a coin and a kind.
    PriceTable,
    /// Bars of data.binance.vision.
    BinanceKlines,
    /// Aggregated trades of data.binance.vision.
    BinanceAggTrades,
    /// Hyperliquid's `candleSnapshot`.
    HyperliquidCandles,
    /// Hyperliquid's archive of asset contexts.
    HyperliquidAssetCtxs,
    /// Named columns: an account, a side, a size and a margin.
    PositionTable,
    /// Hyperliquid's `clearinghouseState` of one user or of several.
    HyperliquidState,
    /// Binance's `positionRisk`.
    BinancePositionRisk,
}

/// What a file is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Prices,
    Positions,
}

impl Format {
    /// Its name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::PriceTable => "price table",
            Self::BinanceKlines => "Binance klines",
            Self::BinanceAggTrades => "Binance aggTrades",
            Self::HyperliquidCandles => "Hyperliquid candleSnapshot",
            Self::HyperliquidAssetCtxs => "Hyperliquid asset_ctxs",
            Self::PositionTable => "position table",
            Self::HyperliquidState => "Hyperliquid clearinghouseState",
            Self::BinancePositionRisk => "Binance positionRisk",
        }
    }

    pub(crate) const fn purpose(self) -> Purpose {
        match self {
            Self::PriceTable
            | Self::BinanceKlines
            | Self::BinanceAggTrades
            | Self::HyperliquidCandles
            | Self::HyperliquidAssetCtxs => Purpose::Prices,
            Self::PositionTable | Self::HyperliquidState | Self::BinancePositionRisk => {
                Purpose::Positions
            }
        }
    }
}

impl Purpose {
    /// Every format for it, as an error names them.
    const fn legal(self) -> &'static str {
        match self {
            Self::Prices => {
                "a header with `utc` (or `time`, `timestamp`) and `price`, and perhaps `coin`, `kind`, `source`; Binance klines or aggTrades (CSV, with or without a header); Hyperliquid asset_ctxs (CSV with `time`, `coin`, `mark_px`) or candleSnapshot (JSON)"
            }
            Self::Positions => {
                "a header with `account`, `side`, `size` or `notional`, `entry`, and `margin` or `leverage`; Binance positionRisk (CSV or JSON with `symbol`, `positionAmt`, `entryPrice`); Hyperliquid clearinghouseState (JSON)"
            }
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Prices => "prices",
            Self::Positions => "positions",
        }
    }
}

/// What was taken out of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// Which file.
    pub file: String,
    /// What it was recognised as.
    pub format: Format,
    /// Rows that were taken.
    pub taken: u64,
    /// Rows of other coins, which were not.
    pub other_coins: u64,
    /// What else there is to say about it.
    pub(crate) remark: String,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} from {}: {}, {} rows taken, {} of other coins skipped; {}",
            self.format.purpose().word(),
            self.file,
            self.format.title(),
            self.taken,
            self.other_coins,
            self.remark
        )
    }
}

/// A file that is to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
}

impl Given {
    pub(crate) fn prices(&self, coin: &str) -> Result<Series, ScenarioError> {
        let book = Book::open(self, Purpose::Prices)?;
        prices::read(&book, coin)
    }

    pub(crate) fn positions(&self, coin: &str) -> Result<Holdings, ScenarioError> {
        let book = Book::open(self, Purpose::Positions)?;
        positions::read(&book, coin)
    }
}

/// A file whose format is known.
struct Book<'a> {
    source: Source<'a>,
    format: Format,
    layout: Layout<'a>,
}

/// How its rows are written.
enum Layout<'a> {
    Table(Columns),
    List(Vec<Raw<'a>>),
}

impl<'a> Book<'a> {
    fn open(given: &'a Given, purpose: Purpose) -> Result<Self, ScenarioError> {
        let text = utf8(&given.file, &given.bytes)?;
        let source = Source {
            file: &given.file,
            // Some programs begin a text with a byte order mark.
            text: text.strip_prefix('\u{feff}').unwrap_or(text),
        };
        let refuse = |found: String, spot| source.fail(spot, "file", found, purpose.legal());
        let begins = source.text.trim_start();
        let book = match begins.chars().next() {
            None => return Err(refuse("empty".to_owned(), Spot::Byte(0))),
            Some('[' | '{') => Self::of_json(source)?,
            Some(_) => Self::of_csv(source)?,
        };
        match book {
            Ok(book) if book.format.purpose() == purpose => Ok(book),
            Ok(book) => Err(refuse(book.format.title().to_owned(), Spot::Byte(0))),
            Err((found, spot)) => Err(refuse(found, spot)),
        }
    }

    /// A table's format, or what its first row is.
    fn of_csv(source: Source<'a>) -> Result<Result<Self, (String, Spot)>, ScenarioError> {
        let Some((names, start)) = csv::first(source)? else {
            return Ok(Err(("empty".to_owned(), Spot::Byte(0))));
        };
        let is_number = names
            .first()
            .is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()));
        let known = match is_number {
            true => binance::without_header(names.len()),
            false => binance::with_header(&names)
                .or_else(|| hyperliquid::with_header(&names))
                .or_else(|| table::with_header(&names)),
        };
        let Some((format, names)) = known else {
            let found = match is_number {
                true => format!("without a header and of {} columns", names.len()),
                false => format!("of the columns `{}`", row::head(&names.join(","))),
            };
            return Ok(Err((found, start)));
        };
        let named = match is_number {
            true => Named::ByFormat,
            false => Named::ByHeader,
        };
        let layout = Layout::Table(Columns {
            names,
            start,
            named,
        });
        Ok(Ok(Self {
            source,
            format,
            layout,
        }))
    }

    /// A document's format, or what it is.
    fn of_json(source: Source<'a>) -> Result<Result<Self, (String, Spot)>, ScenarioError> {
        let whole = json::document(source)?;
        let start = json::spot(source, whole.get());
        let rows = json::list(whole).unwrap_or_else(|| vec![whole]);
        let Some(fields) = rows.first().and_then(|first| json::object(first)) else {
            return Ok(Err(("JSON without any object".to_owned(), start)));
        };
        let has = |name: &str| fields.contains_key(name);
        let format = if has("assetPositions") {
            Format::HyperliquidState
        } else if has("positionAmt") && has("symbol") {
            Format::BinancePositionRisk
        } else if has("t") && has("T") && has("c") {
            Format::HyperliquidCandles
        } else {
            let names: Vec<&str> = fields.keys().map(AsRef::as_ref).collect();
            let found = format!("JSON with the fields `{}`", row::head(&names.join(",")));
            return Ok(Err((found, start)));
        };
        let layout = Layout::List(rows);
        Ok(Ok(Self {
            source,
            format,
            layout,
        }))
    }

    /// Shows every row in the file's order.
    fn each_row(
        &self,
        take: &mut dyn FnMut(&Row<'_>) -> Result<(), ScenarioError>,
    ) -> Result<(), ScenarioError> {
        match &self.layout {
            Layout::Table(columns) => csv::each_row(self.source, columns, take),
            Layout::List(rows) => rows
                .iter()
                .try_for_each(|raw| take(&json::row(self.source, raw)?)),
        }
    }

    /// The error that a file has a header and nothing else.
    fn without_rows(&self) -> ScenarioError {
        let spot = match &self.layout {
            Layout::Table(columns) => columns.start,
            Layout::List(_) => Spot::Byte(0),
        };
        let found = format!("{} without a row", self.format.title());
        self.source.fail(spot, "file", found, "one row or more")
    }
}
