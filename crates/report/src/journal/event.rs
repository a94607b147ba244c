//! The events of a venue as they stand in a journal.

use seawall_ledger::{AccountId, DeficitId, Transfer};
use seawall_units::{Base, Price, Side, Time, Usd};
use seawall_venue::{Event, Fill, Liquidation, MarketStatus, StageReport, WinnerCut};
use serde::{Deserialize, Serialize};

use crate::json::{EndWord, SkipWord, StageWord};

/// One event; the words and fields are those of `seawall_venue::Event`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventRecord {
    /// An order was filled.
    Fill(FillRecord),
    /// A liquidation closed or moved a position.
    Liquidation(LiquidationRecord),
    /// A deficit was opened.
    DeficitOpened(DeficitRecord),
    /// A stage did its work, or says why it did not.
    Stage(StageRecord),
    /// A deficit came to its end.
    DeficitClosed {
        /// When.
        time: Time,
        /// Its number.
        id: DeficitId,
        /// What nobody paid.
        residual: Usd,
    },
    /// A winner was closed or cut.
    Cut(CutRecord),
    /// The market changed its status.
    Status {
        /// When.
        time: Time,
        /// The new status.
        status: MarketStatus,
    },
}

/// What an order got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillRecord {
    /// Who.
    pub account: AccountId,
    /// What was asked, signed.
    pub asked: Base,
    /// What was filled, signed.
    pub filled: Base,
    /// The mark at execution.
    pub mark: Price,
    /// Notional filled at the mark.
    pub notional: Usd,
    /// Everything it cost against the mark.
    pub cost: Usd,
}

/// Part or all of a position was taken from its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiquidationRecord {
    /// When.
    pub time: Time,
    /// Whose.
    pub account: AccountId,
    /// By which stage, or its nearest equivalent.
    pub stage: StageWord,
    /// Signed size taken.
    pub size: Base,
    /// At which price.
    pub price: Price,
    /// The mark then.
    pub mark: Price,
    /// Equity before it.
    pub equity: Usd,
    /// Maintenance requirement before it.
    pub maintenance: Usd,
}

/// A deficit as it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeficitRecord {
    /// When.
    pub time: Time,
    /// Its number.
    pub id: DeficitId,
    /// Whose position left it.
    pub account: AccountId,
    /// The side of that position.
    pub side: Side,
    /// Its amount.
    pub amount: Usd,
    /// The mark then.
    pub mark: Price,
}

/// What one stage did in one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageRecord {
    /// When.
    pub time: Time,
    /// Which stage.
    pub stage: StageWord,
    /// The deficit it worked on.
    pub deficit: Option<DeficitId>,
    /// The account whose position it is.
    pub account: Option<AccountId>,
    /// Base size closed or handed on, unsigned.
    pub closed: Base,
    /// How much of the deficit it filled.
    pub absorbed: Usd,
    /// What the position's owner paid for it.
    pub owner_cost: Usd,
    /// Why it stopped.
    pub end: EndWord,
    /// Why it was skipped, when `end` is `skipped`.
    pub skip_reason: Option<SkipWord>,
    /// The postings that moved the absorbed amount; each also stands as an entry of its own.
    pub transfers: Vec<Transfer>,
}

/// A winner's position, or part of it, closed against its will, or its profit cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutRecord {
    /// When.
    pub time: Time,
    /// Whose.
    pub account: AccountId,
    /// For which deficit.
    pub deficit: Option<DeficitId>,
    /// Signed size closed.
    pub closed: Base,
    /// The profit on it at the mark, before the cut.
    pub profit: Usd,
    /// What was taken of that profit.
    pub taken: Usd,
}

impl EventRecord {
    /// The record of an event; `None` for a kind of event that this version has no record for.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        let record = match *event {
            Event::Fill(fill) => Self::Fill(fill.into()),
            Event::Liquidation(liquidation) => Self::Liquidation(liquidation.into()),
            Event::DeficitOpened {
                time,
                id,
                account,
                side,
                amount,
                mark,
            } => Self::DeficitOpened(DeficitRecord {
                time,
                id,
                account,
                side,
                amount,
                mark,
            }),
            Event::Stage(ref report) => Self::Stage(report.into()),
            Event::DeficitClosed { time, id, residual } => {
                Self::DeficitClosed { time, id, residual }
            }
            Event::Cut(cut) => Self::Cut(cut.into()),
            Event::Status { time, status } => Self::Status { time, status },
            _ => return None,
        };
        Some(record)
    }
}

impl From<Fill> for FillRecord {
    fn from(fill: Fill) -> Self {
        Self {
            account: fill.account,
            asked: fill.asked,
            filled: fill.filled,
            mark: fill.mark,
            notional: fill.notional,
            cost: fill.cost,
        }
    }
}

impl From<Liquidation> for LiquidationRecord {
    fn from(taken: Liquidation) -> Self {
        Self {
            time: taken.time,
            account: taken.account,
            stage: taken.stage.into(),
            size: taken.size,
            price: taken.price,
            mark: taken.mark,
            equity: taken.equity,
            maintenance: taken.maintenance,
        }
    }
}

impl From<&StageReport> for StageRecord {
    fn from(report: &StageReport) -> Self {
        Self {
            time: report.time,
            stage: report.stage.into(),
            deficit: report.deficit,
            account: report.account,
            closed: report.closed,
            absorbed: report.absorbed,
            owner_cost: report.owner_cost,
            end: report.end.into(),
            skip_reason: SkipWord::of(report.end),
            transfers: report.transfers.clone(),
        }
    }
}

impl From<WinnerCut> for CutRecord {
    fn from(cut: WinnerCut) -> Self {
        Self {
            time: cut.time,
            account: cut.account,
            deficit: cut.deficit,
            closed: cut.closed,
            profit: cut.profit,
            taken: cut.taken,
        }
    }
}
