//! The events of a venue as they stand in a journal.

use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountId, BidderId, DeficitId, OwnerId, Transfer};
use seawall_units::{Base, Price, Side, Time, Usd};
use seawall_venue::{
    Event, FeeRound, Fill, Level, Liquidation, MarkMade, MarketStatus, ShareChange, ShareReason,
    StageReport, Standing, TrancheName, WinnerCut,
};
use serde::{Deserialize, Serialize};

use super::shares::ShareCount;
use crate::json::{EndWord, SkipWord, StageWord};

/// One event; the words and fields are those of `seawall_venue::Event`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum EventRecord {
    /// The capital is paid in.
    Opening,
    /// An initial position, with its margin.
    Endowment {
        /// Whose.
        account: AccountId,
    },
    /// Shares were made or burned.
    Shares(ShareRecord),
    /// The mark or the outside price moved.
    Mark {
        /// The mark.
        price: Price,
        /// The outside price.
        outside: Price,
        /// The mark before it was taken the last time, where rules ask for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<Price>,
        /// What it was made of, where it was taken now and the rules have more than one price.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made_of: Option<MarkMade>,
    },
    /// The market changed its status.
    Status {
        /// The new status.
        status: MarketStatus,
    },
    /// Cumulative indices moved.
    Index {
        /// All of them, by name.
        levels: BTreeMap<String, String>,
        /// Senior's coupon that is due after it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coupon_due: Option<Usd>,
    },
    /// An order was filled.
    Fill(FillRecord),
    /// A trader added margin.
    MarginAdded {
        /// Who.
        account: AccountId,
        /// How much.
        amount: Usd,
    },
    /// A trader took free collateral out.
    Withdrawn {
        /// Who.
        account: AccountId,
        /// How much.
        amount: Usd,
    },
    /// A redemption was asked for.
    Requested {
        /// By whom.
        lp: BidderId,
        /// From which tranche.
        tranche: TrancheName,
        /// How many shares went into escrow.
        shares: ShareCount,
        /// When its epoch begins.
        due: Time,
    },
    /// What was granted was claimed.
    Claimed {
        /// By whom.
        lp: BidderId,
        /// From which tranche.
        tranche: TrancheName,
        /// How much.
        amount: Usd,
    },
    /// A recovery went back to who bore the loss.
    Recovery {
        /// How much.
        amount: Usd,
    },
    /// A liquidation closed or moved a position.
    Liquidation(LiquidationRecord),
    /// A lot goes live in the auction.
    Lot {
        /// Whose.
        account: AccountId,
        /// Signed size.
        size: Base,
        /// Capacity of the near bands of one side then.
        near_depth: Usd,
    },
    /// A deficit was opened.
    DeficitOpened(DeficitRecord),
    /// A stage did its work, or says why it did not.
    Stage(StageRecord),
    /// ADL closed a winner, or part of it, at the mark.
    AdlClose {
        /// Whose.
        account: AccountId,
        /// Size closed, unsigned.
        size: Base,
        /// Profit realised that can be cut.
        profit: Usd,
    },
    /// A winner was closed or cut.
    Cut(CutRecord),
    /// The market is wound up: a position was closed at the last mark, or its owner cut.
    WoundUp {
        /// Whose.
        account: AccountId,
    },
    /// A deficit came to its end.
    DeficitClosed {
        /// Its number.
        id: DeficitId,
        /// What nobody paid.
        residual: Usd,
    },
    /// A position's last lot is settled: what is left of its margin is its owner's.
    Released {
        /// Whose.
        account: AccountId,
    },
    /// A backstop vault traded some of its position away.
    Unwound {
        /// Which vault.
        vault: Account,
        /// Signed size that it traded.
        size: Base,
    },
    /// Cash moved between a parent vault and one of its children.
    Rebalanced {
        /// Who gave it.
        from: Account,
        /// Who got it.
        to: Account,
        /// How much.
        amount: Usd,
    },
    /// The fee waterfall, with the state before it.
    Fees(FeeRound),
    /// The venue at the end of a whole minute, and at its end.
    Values(ValuesRecord),
    /// Postings that belong to no other kind.
    Postings,
}

/// Shares made or burned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareRecord {
    /// Of what.
    pub tranche: String,
    /// Whose; `None` for shares of nobody.
    pub holder: Option<OwnerId>,
    /// How many; negative when burned.
    pub change: ShareCount,
    /// What was paid in or out for them; `None` from the start.
    pub assets: Option<Usd>,
    /// The value of the tranche that priced them; `None` from the start.
    pub value: Option<Usd>,
    /// All shares before.
    pub supply: ShareCount,
    /// Why.
    pub why: ShareReason,
}

/// The venue at the end of a whole minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValuesRecord {
    /// The parts of the risk capital by role.
    pub values: BTreeMap<String, Usd>,
    /// Senior's claim, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Usd>,
    /// Shares by tranche.
    pub supply: BTreeMap<String, ShareCount>,
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
    /// Who takes it; `None` when the venue's own capital does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taker: Option<Account>,
}

/// A deficit as it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeficitRecord {
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
    /// Which stage.
    pub stage: StageWord,
    /// The account whose position it is.
    pub account: Option<AccountId>,
    /// Base size closed or handed on, unsigned.
    pub closed: Base,
    /// How much of the deficit it filled.
    pub absorbed: Usd,
    /// The most that the payer could give, where the stage asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Usd>,
    /// What the position's owner paid for it.
    pub owner_cost: Usd,
    /// Why it stopped.
    pub end: EndWord,
    /// Why it was skipped, when `end` is `skipped`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_reason: Option<SkipWord>,
}

/// A winner's position, or part of it, closed against its will, or its profit cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutRecord {
    /// Whose.
    pub account: AccountId,
    /// Signed size closed.
    pub closed: Base,
    /// The profit on it at the mark, before the cut.
    pub profit: Usd,
    /// What was taken of that profit.
    pub taken: Usd,
}

impl EventRecord {
    /// The record of an event; `None` for a position, which stands beside the event that it belongs
    /// to, and for a kind of event that this version has no record for.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        let record = match *event {
            Event::Fill(fill) => Self::Fill(fill.into()),
            Event::Liquidation(liquidation) => Self::Liquidation(liquidation.into()),
            Event::DeficitOpened {
                id,
                account,
                side,
                amount,
                mark,
                ..
            } => Self::DeficitOpened(DeficitRecord {
                id,
                account,
                side,
                amount,
                mark,
            }),
            Event::Stage(ref report) => Self::Stage(report.into()),
            Event::DeficitClosed { id, residual, .. } => Self::DeficitClosed { id, residual },
            Event::Cut(cut) => Self::Cut(cut.into()),
            Event::Status { status, .. } => Self::Status { status },
            ref detail => return Self::of_detail(detail),
        };
        Some(record)
    }

    /// The record of an event that only journals are told.
    fn of_detail(event: &Event) -> Option<Self> {
        let record = match *event {
            Event::Mark {
                price,
                outside,
                previous,
                made_of,
            } => Self::Mark {
                price,
                outside,
                previous,
                made_of,
            },
            Event::Index { ref levels, coupon } => Self::Index {
                levels: by_name(levels),
                coupon_due: coupon,
            },
            Event::MarginAdded { account, amount } => Self::MarginAdded { account, amount },
            Event::Withdrawn { account, amount } => Self::Withdrawn { account, amount },
            Event::Requested {
                lp,
                tranche,
                shares,
                due,
            } => Self::Requested {
                lp,
                tranche,
                shares: ShareCount(shares),
                due,
            },
            Event::Claimed {
                lp,
                tranche,
                amount,
            } => Self::Claimed {
                lp,
                tranche,
                amount,
            },
            Event::Recovery { amount } => Self::Recovery { amount },
            Event::Shares(change) => Self::Shares(change.into()),
            Event::Lot {
                account,
                size,
                near_depth,
            } => Self::Lot {
                account,
                size,
                near_depth,
            },
            Event::AdlClose {
                account,
                size,
                profit,
            } => Self::AdlClose {
                account,
                size,
                profit,
            },
            Event::WoundUp { account } => Self::WoundUp { account },
            Event::Released { account } => Self::Released { account },
            Event::Unwound { vault, size } => Self::Unwound { vault, size },
            Event::Rebalanced { from, to, amount } => Self::Rebalanced { from, to, amount },
            Event::Fees(round) => Self::Fees(round),
            _ => return None,
        };
        Some(record)
    }
}

fn by_name(levels: &[Level]) -> BTreeMap<String, String> {
    let pairs = levels.iter();
    pairs
        .map(|each| (each.name.to_owned(), each.value.clone()))
        .collect()
}

/// The deficit that an event names.
pub(super) const fn deficit_of(event: &Event) -> Option<DeficitId> {
    match event {
        Event::DeficitOpened { id, .. } | Event::DeficitClosed { id, .. } => Some(*id),
        Event::Stage(report) => report.deficit,
        Event::Cut(cut) => cut.deficit,
        _ => None,
    }
}

/// The rule that decides an event in a venue; for postings without a kind that of their cause.
pub(super) fn rule(event: &EventRecord, venue: &str, transfers: &[Transfer]) -> &'static str {
    let of_stage = |stage: StageWord| match (stage, venue) {
        (_, "hyperliquid") => "HL-2",
        (StageWord::Adl, "gmx") => "M-8.5",
        (_, "gmx") => "GMX-1.3",
        (StageWord::PartialDeleverage, _) => "M-8.1",
        (StageWord::Auction, _) => "M-8.2",
        (StageWord::Junior, _) => "M-8.3",
        (StageWord::Insurance, _) => "M-8.4",
        (StageWord::Adl, _) => "M-8.5",
        (StageWord::Senior | StageWord::Residual, _) => "M-8.6",
    };
    match event {
        EventRecord::Opening => "M-11.1",
        EventRecord::Endowment { .. } => "M-11.2",
        EventRecord::Shares(_) | EventRecord::Values(_) => "M-9.1",
        EventRecord::Requested { .. } | EventRecord::Claimed { .. } => "M-9.2",
        EventRecord::Recovery { .. } => "M-9.4",
        EventRecord::Mark { .. } | EventRecord::Status { .. } => "M-3.1",
        EventRecord::Index { .. } => "M-6",
        EventRecord::Fill(_) => "M-4",
        EventRecord::MarginAdded { .. } | EventRecord::Withdrawn { .. } => "M-7",
        EventRecord::Liquidation(taken) => of_stage(taken.stage),
        EventRecord::Stage(report) => of_stage(report.stage),
        EventRecord::Lot { .. } | EventRecord::Released { .. } => "M-8.2",
        EventRecord::Unwound { .. } => "HL-2",
        EventRecord::Rebalanced { .. } => "HL-5",
        EventRecord::DeficitOpened(_) => match venue {
            "hyperliquid" => "HL-2",
            "gmx" => "GMX-1.3",
            _ => "M-8.2",
        },
        EventRecord::AdlClose { .. } | EventRecord::Cut(_) => of_stage(StageWord::Adl),
        EventRecord::WoundUp { .. } | EventRecord::DeficitClosed { .. } => {
            of_stage(StageWord::Residual)
        }
        EventRecord::Fees(_) => "M-5.2",
        EventRecord::Postings => transfers.first().map_or("M-2", |each| each.cause().rule()),
    }
}

impl From<ShareChange> for ShareRecord {
    fn from(change: ShareChange) -> Self {
        Self {
            tranche: change.tranche.to_owned(),
            holder: change.holder,
            change: ShareCount(change.change),
            assets: change.assets,
            value: change.value,
            supply: ShareCount(change.supply),
            why: change.why,
        }
    }
}

impl From<Standing> for ValuesRecord {
    fn from(standing: Standing) -> Self {
        let supply = standing.supply.into_iter();
        Self {
            values: standing.values.into_iter().collect(),
            claim: standing.claim,
            supply: supply
                .map(|(name, units)| (name.to_owned(), ShareCount(units)))
                .collect(),
        }
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
            account: taken.account,
            stage: taken.stage.into(),
            size: taken.size,
            price: taken.price,
            mark: taken.mark,
            equity: taken.equity,
            maintenance: taken.maintenance,
            taker: taken.taker,
        }
    }
}

impl From<&StageReport> for StageRecord {
    fn from(report: &StageReport) -> Self {
        Self {
            stage: report.stage.into(),
            account: report.account,
            closed: report.closed,
            absorbed: report.absorbed,
            capacity: report.capacity,
            owner_cost: report.owner_cost,
            end: report.end.into(),
            skip_reason: SkipWord::of(report.end),
        }
    }
}

impl From<WinnerCut> for CutRecord {
    fn from(cut: WinnerCut) -> Self {
        Self {
            account: cut.account,
            closed: cut.closed,
            profit: cut.profit,
            taken: cut.taken,
        }
    }
}
