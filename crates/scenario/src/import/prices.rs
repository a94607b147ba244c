use std::collections::{BTreeMap, BTreeSet};

use seawall_units::{Price, Time, Usd};

use super::row::{Clock, Row, told};
use super::{Book, Format, Imported, binance, hyperliquid, table};
use crate::ScenarioError;
use crate::model::PriceKind;
use crate::path::Observation;

/// The most coins that an error names.
const MAX_COINS: usize = 200;

/// A row of prices.
pub(super) struct Point {
    /// Microseconds since the epoch.
    pub(super) at: u64,
    pub(super) clock: Clock,
    pub(super) price: Price,
    pub(super) kind: PriceKind,
    /// When a bar began, and at which price.
    pub(super) opening: Option<(u64, Price)>,
}

/// The prices of one coin.
pub(crate) struct Series {
    pub(crate) observations: Vec<Observation>,
    /// What was traded in which second; empty where the file does not say.
    pub(crate) volumes: BTreeMap<Time, Usd>,
    /// The coins of the file; empty where it names none.
    pub(crate) coins: BTreeSet<String>,
    pub(crate) imported: Imported,
}

/// A price that must be there.
pub(super) fn price(row: &Row<'_>, name: &str) -> Result<Price, ScenarioError> {
    let legal = "a price above 0, up to 10^12, with at most 10 decimal places";
    let names = [name];
    let text = row.needed(&names, legal)?;
    text.parse().map_err(|_| row.fail(&names, legal))
}

/// Reads the prices of a coin; a file that names no coin is taken to be of this one.
pub(super) fn read(book: &Book<'_>, coin: &str) -> Result<Series, ScenarioError> {
    let mut reading = Reading::new(book.format);
    book.each_row(&mut |row| reading.take(row, coin))?;
    if reading.taken == 0 && reading.other_coins == 0 {
        return Err(book.without_rows());
    }
    let clock = reading.clock.map_or("unknown", Clock::words);
    let what = match book.format {
        Format::BinanceKlines | Format::HyperliquidCandles => {
            "closes of bars, which are prices of trades and not marks: the whole path consists of them (M-11.5)"
        }
        Format::BinanceAggTrades => {
            "the last trade of each second, not marks: the whole path consists of them (M-11.5)"
        }
        _ => match reading.latest.contains_key(&PriceKind::Mark) {
            true => "marks, and bars only outside them (M-11.5)",
            false => "bars and no marks: the whole path consists of them (M-11.5)",
        },
    };
    Ok(Series {
        observations: reading.observations,
        volumes: reading.volumes,
        coins: reading.coins,
        imported: Imported {
            file: book.source.file.to_owned(),
            format: book.format,
            taken: reading.taken,
            other_coins: reading.other_coins,
            remark: format!("times in {clock}; {what}"),
        },
    })
}

struct Reading {
    format: Format,
    observations: Vec<Observation>,
    volumes: BTreeMap<Time, Usd>,
    coins: BTreeSet<String>,
    latest: BTreeMap<PriceKind, u64>,
    clock: Option<Clock>,
    taken: u64,
    other_coins: u64,
}

impl Reading {
    const fn new(format: Format) -> Self {
        Self {
            format,
            observations: Vec::new(),
            volumes: BTreeMap::new(),
            coins: BTreeSet::new(),
            latest: BTreeMap::new(),
            clock: None,
            taken: 0,
            other_coins: 0,
        }
    }

    fn take(&mut self, row: &Row<'_>, wanted: &str) -> Result<(), ScenarioError> {
        let coin = match self.format {
            Format::HyperliquidCandles => row.text(&["s"]),
            Format::BinanceKlines | Format::BinanceAggTrades => None,
            _ => table::coin(row)?,
        };
        if let Some(coin) = coin {
            if !self.coins.contains(coin) && self.coins.len() < MAX_COINS {
                self.coins.insert(coin.to_owned());
            }
            if coin != wanted {
                self.other_coins = self.other_coins.saturating_add(1);
                return Ok(());
            }
        }
        let point = match self.format {
            Format::BinanceKlines => binance::kline(row),
            Format::BinanceAggTrades => binance::trade(row),
            Format::HyperliquidCandles => hyperliquid::candle(row),
            Format::HyperliquidAssetCtxs => hyperliquid::asset_ctx(row),
            _ => table::price(row),
        }?;
        self.check_clock(row, &point)?;
        self.check_order(row, &point)?;
        if self.taken == 0
            && let Some((at, price)) = point.opening
        {
            self.observe(at, price, point.kind);
        }
        self.observe(point.at, point.price, point.kind);
        self.count_volume(row, point.at)?;
        self.taken = self.taken.saturating_add(1);
        Ok(())
    }

    /// Adds what a row of a price table says was traded to its second.
    fn count_volume(&mut self, row: &Row<'_>, micros: u64) -> Result<(), ScenarioError> {
        if self.format != Format::PriceTable {
            return Ok(());
        }
        let names = ["volume_usd"];
        let legal = "USD from 0 to 10^15, a second's rows together, with at most 6 decimal places";
        let amount = row.number(&names, legal, |amount: Usd| !amount.is_negative())?;
        if let Some(amount) = amount {
            let at = Time::from_secs(micros.checked_div(1_000_000).unwrap_or(0));
            let sum = self.volumes.entry(at).or_default();
            let units = sum.units().saturating_add(amount.units());
            *sum = Usd::from_units(units).map_err(|_| row.fail(&names, legal))?;
        }
        Ok(())
    }

    /// The column of a row's moment.
    const fn time(&self) -> &'static [&'static str] {
        match self.format {
            Format::BinanceKlines => &["close_time"],
            Format::BinanceAggTrades => &["transact_time"],
            Format::HyperliquidCandles => &["T"],
            _ => &["utc", "time", "timestamp"],
        }
    }

    /// One unit of time for a whole file: a slip of three digits would else go unseen.
    fn check_clock(&mut self, row: &Row<'_>, point: &Point) -> Result<(), ScenarioError> {
        let first = *self.clock.get_or_insert(point.clock);
        match first == point.clock {
            true => Ok(()),
            false => {
                let legal = format!("{}, as in the rows before it", first.words());
                Err(row.refuse(self.time(), point.clock.words(), &legal))
            }
        }
    }

    /// Rows of one coin and kind stand in time order; of trades, several may share an instant.
    fn check_order(&mut self, row: &Row<'_>, point: &Point) -> Result<(), ScenarioError> {
        let Some(before) = self.latest.insert(point.kind, point.at) else {
            return Ok(());
        };
        let same = point.at == before;
        if point.at > before || (same && self.format == Format::BinanceAggTrades) {
            return Ok(());
        }
        let what = match same {
            true => "a second row for the same moment",
            false => "time going backwards",
        };
        let legal = format!(
            "later than {}, the row before it of this coin and kind",
            told(before)
        );
        Err(row.refuse(self.time(), what, &legal))
    }

    /// Takes a price down; of several in one second the last one stays.
    fn observe(&mut self, micros: u64, price: Price, kind: PriceKind) {
        let at = Time::from_secs(micros.checked_div(1_000_000).unwrap_or(0));
        let observation = Observation { at, price, kind };
        let last = self.observations.last_mut();
        match last.filter(|last| last.at == at && last.kind == kind) {
            Some(last) => *last = observation,
            None => self.observations.push(observation),
        }
    }
}
