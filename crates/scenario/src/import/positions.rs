use std::collections::BTreeMap;

use seawall_units::{Base, Price, Ratio, Side, Usd};

use super::json::{self, Raw};
use super::row::{Cursor, Row};
use super::{Book, Format, Imported, Layout, binance};
use crate::ScenarioError;
use crate::check::{LEVERAGE, MAX_NAME, POSITIVE, is_leverage, is_name, is_positive};
use crate::resolved::{Amount, Collateral};

/// A position of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) account: String,
    /// Signed size.
    pub(crate) size: Base,
    pub(crate) entry: Price,
    pub(crate) margin: Usd,
    /// Line and column of its row.
    pub(crate) place: (u64, usize),
}

/// The positions of one coin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holdings {
    pub(crate) list: Vec<Holding>,
    pub(crate) imported: Imported,
}

impl Holdings {
    /// The error that a position is not legal.
    pub(crate) fn refuse(&self, one: &Holding, found: String, legal: &str) -> ScenarioError {
        ScenarioError::Row {
            file: self.imported.file.clone(),
            line: one.place.0,
            column: one.place.1,
            field: "account".to_owned(),
            found,
            legal: legal.to_owned(),
        }
    }
}

/// Reads the positions in a coin; a file that names no coin is taken to be of this one.
pub(super) fn read(book: &Book<'_>, coin: &str) -> Result<Holdings, ScenarioError> {
    let mut reading = Reading::default();
    match (book.format, &book.layout) {
        (Format::HyperliquidState, Layout::List(states)) => {
            for (index, state) in states.iter().enumerate() {
                reading.state(book, state, (index, coin))?;
            }
        }
        (Format::BinancePositionRisk, _) => {
            book.each_row(&mut |row| reading.risk(row, coin))?;
        }
        _ => book.each_row(&mut |row| reading.stated(row, coin))?,
    }
    if reading.list.is_empty() {
        let mut error = book.without_rows();
        if let ScenarioError::Row { found, legal, .. } = &mut error {
            *found = format!(
                "{} without a position in {coin}: {} of other coins, {} without a size",
                book.format.title(),
                reading.other_coins,
                reading.flat
            );
            legal.clear();
            legal.push_str("one position or more in the market's coin");
        }
        return Err(error);
    }
    Ok(Holdings {
        imported: Imported {
            file: book.source.file.to_owned(),
            format: book.format,
            taken: u64::try_from(reading.list.len()).unwrap_or(u64::MAX),
            other_coins: reading.other_coins,
            remark: format!("{} without a size skipped", reading.flat),
        },
        list: reading.list,
    })
}

#[derive(Default)]
struct Reading {
    list: Vec<Holding>,
    /// The line of each account.
    seen: BTreeMap<String, u64>,
    other_coins: u64,
    flat: u64,
    cursor: Cursor,
}

const SIZE: &str = "a size from 0.00000001 to 1000000000000000";
const SIGNED: &str = "a signed size with at most 8 decimal places";
const MONEY: &str = "USD with at most 6 decimal places";

impl Reading {
    /// A row of a position table.
    fn stated(&mut self, row: &Row<'_>, wanted: &str) -> Result<(), ScenarioError> {
        if super::table::coin(row)?.is_some_and(|coin| coin != wanted) {
            self.other_coins = self.other_coins.saturating_add(1);
            return Ok(());
        }
        let account = row.needed(&["account"], "the name of an account")?;
        let side = match row.needed(&["side"], "`long` or `short`")? {
            "long" => Side::Long,
            "short" => Side::Short,
            _ => return Err(row.fail(&["side"], "`long` or `short`")),
        };
        let entry = super::prices::price(row, "entry")?;
        let size = row.number(&["size"], POSITIVE, is_positive)?;
        let notional = row.number(&["notional"], POSITIVE, is_positive)?;
        let amount = match (size, notional) {
            (Some(size), None) => Amount::Size(size),
            (None, Some(value)) => Amount::Notional(value),
            (None, None) => return Err(row.fail(&["size"], "one of `size` and `notional`")),
            (Some(_), Some(_)) => {
                return Err(row.fail(&["notional"], "one of `size` and `notional`"));
            }
        };
        let margin = row.number(&["margin"], POSITIVE, is_positive)?;
        let by = row.number(&["leverage"], LEVERAGE, is_leverage)?;
        let collateral = match (margin, by) {
            (Some(margin), None) => Collateral::Margin(margin),
            (None, Some(by)) => Collateral::Leverage(by),
            (None, None) => return Err(row.fail(&["margin"], "one of `margin` and `leverage`")),
            (Some(_), Some(_)) => {
                return Err(row.fail(&["leverage"], "one of `margin` and `leverage`"));
            }
        };
        let size = side.signed(amount.size_at(entry));
        self.hold(row, account, (size, entry, collateral))
    }

    /// A row of Binance's `positionRisk`. The wallet of an isolated position is its margin; with
    /// cross margin it is what its leverage asks for at the entry price.
    fn risk(&mut self, row: &Row<'_>, wanted: &str) -> Result<(), ScenarioError> {
        let symbol = row.needed(&["symbol"], "a symbol such as BTCUSDT")?;
        if binance::coin(symbol) != wanted {
            self.other_coins = self.other_coins.saturating_add(1);
            return Ok(());
        }
        let amount = row.number::<Base>(&["positionAmt"], SIGNED, |_| true)?;
        let amount = amount.ok_or_else(|| row.fail(&["positionAmt"], SIGNED))?;
        let (size, suffix) = match row.text(&["positionSide"]) {
            None | Some("" | "BOTH") => (amount, ""),
            Some("LONG") => (amount.abs(), "-long"),
            Some("SHORT") => (Side::Short.signed(amount.abs()), "-short"),
            Some(_) => return Err(row.fail(&["positionSide"], "`BOTH`, `LONG` or `SHORT`")),
        };
        if size.is_zero() {
            self.flat = self.flat.saturating_add(1);
            return Ok(());
        }
        let entry = super::prices::price(row, "entryPrice")?;
        let money = |name: &str| row.number::<Usd>(&[name], MONEY, |_| true);
        let positive = |name: &str| Ok(money(name)?.filter(|margin: &Usd| margin.is_positive()));
        let collateral = match (positive("isolatedWallet")?, positive("isolatedMargin")?) {
            (Some(wallet), _) => Collateral::Margin(wallet),
            (None, Some(equity)) => {
                let profit = money("unRealizedProfit")?.unwrap_or_default();
                Collateral::Margin(equity - profit)
            }
            (None, None) => match row.number(&["leverage"], LEVERAGE, is_leverage)? {
                Some(by) => Collateral::Leverage(by),
                None => match positive("initialMargin")? {
                    Some(margin) => Collateral::Margin(margin),
                    None => {
                        let legal = "an `isolatedWallet`, a `leverage` or an `initialMargin`";
                        return Err(row.fail(&["leverage"], legal));
                    }
                },
            },
        };
        let account = row.text(&["account"]).unwrap_or("binance");
        self.hold(
            row,
            &format!("{account}{suffix}"),
            (size, entry, collateral),
        )
    }

    /// A user's `clearinghouseState`; the response does not name the user, who may be put beside
    /// it as `user`.
    fn state(
        &mut self,
        book: &Book<'_>,
        state: Raw<'_>,
        (index, wanted): (usize, &str),
    ) -> Result<(), ScenarioError> {
        let top = json::row(book.source, state)?;
        let unnamed = format!("user-{}", index.saturating_add(1));
        let user = top.text(&["user"]).unwrap_or(&unnamed);
        let fields = json::object(state).unwrap_or_default();
        let positions = fields.get("assetPositions").and_then(|raw| json::list(raw));
        let Some(positions) = positions else {
            return Err(top.fail(&["assetPositions"], "a list of positions"));
        };
        for raw in positions {
            self.asset(&json::row(book.source, raw)?, user, wanted)?;
        }
        Ok(())
    }

    /// One of its positions. Isolated: `rawUsd + szi·entryPx` is what was posted, since `rawUsd` is
    /// the margin less the price paid; with cross margin the leverage counts at the entry price.
    fn asset(&mut self, row: &Row<'_>, user: &str, wanted: &str) -> Result<(), ScenarioError> {
        let coin = row.needed(&["position.coin"], "the name of a coin")?;
        if coin != wanted {
            self.other_coins = self.other_coins.saturating_add(1);
            return Ok(());
        }
        let size = row.number::<Base>(&["position.szi"], SIGNED, |_| true)?;
        let size = size.ok_or_else(|| row.fail(&["position.szi"], SIGNED))?;
        if size.is_zero() {
            self.flat = self.flat.saturating_add(1);
            return Ok(());
        }
        let entry = super::prices::price(row, "position.entryPx")?;
        let isolated = match row.text(&["position.leverage.type"]) {
            Some("isolated") => {
                row.number::<Usd>(&["position.leverage.rawUsd"], MONEY, |_| true)?
            }
            None | Some("cross") => None,
            Some(_) => {
                return Err(row.fail(&["position.leverage.type"], "`cross` or `isolated`"));
            }
        };
        let collateral = match isolated {
            Some(raw) => Collateral::Margin(raw + entry.value_ceil(size)),
            None => {
                let name = ["position.leverage.value"];
                let by = row.number::<Ratio>(&name, LEVERAGE, is_leverage)?;
                Collateral::Leverage(by.ok_or_else(|| row.fail(&name, LEVERAGE))?)
            }
        };
        self.hold(row, user, (size, entry, collateral))
    }

    fn hold(
        &mut self,
        row: &Row<'_>,
        account: &str,
        (size, entry, collateral): (Base, Price, Collateral),
    ) -> Result<(), ScenarioError> {
        let start = |found: String, legal: &str| row.source.fail(row.start, "row", found, legal);
        if !is_name(account) {
            return Err(row.fail(&["account"], format!("1 to {MAX_NAME} characters")));
        }
        if size.is_zero() || size.abs() > Base::MAX {
            let found = format!("of a size of {} at {entry}", size.abs());
            return Err(start(found, SIZE));
        }
        let margin = collateral.margin_for(entry.value_ceil(size.abs()));
        if !margin.is_positive() {
            let found = format!("of a margin of {margin} USD at the entry price");
            return Err(start(found, POSITIVE));
        }
        let place = self.cursor.place(row.source, row.start);
        if let Some(before) = self.seen.insert(account.to_owned(), place.0) {
            let found = format!("`{}`, a second time", super::row::shown(account));
            let legal = format!("one position per account; the first is in line {before}");
            return Err(row.source.fail(row.start, "account", found, legal));
        }
        self.list.push(Holding {
            account: account.to_owned(),
            size,
            entry,
            margin,
            place,
        });
        Ok(())
    }
}
