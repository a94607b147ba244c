//! The whole liquidation, in order (M-8). Read it top to bottom.
//!
//! Every second, [`Waterfall::advance`]:
//! 1. **partial deleverage** for positions below maintenance that can be saved,
//! 2. **auction** for those that cannot, in small lots down to the bankruptcy price,
//! 3. a position without equity is settled at once; what is missing becomes a [`Deficit`], and
//! 4. every open deficit is handed down its payers in the visible [`LossOrder`](crate::LossOrder):
//!    **junior**, **insurance**, **ADL** in batches, **senior**; what is left is the **residual**.
//!
//! Two laws are asserted in release builds too:
//! - *Nothing is lost:* absorbed by the payers + residual = opening deficit, to the last unit.
//! - *Nobody pays out of turn:* a payer is touched only when each one before it has exhausted or
//!   capped what it gives, or was skipped for a stated reason.
//!
//! Beside the deficits stands one guard: when traders' open profit threatens the capital that pays
//! before ADL, winners are closed at the mark without a cut (`guard_capital` in `adl_batch.rs`). It
//! takes nothing from anybody; what the pool's equity misses for Senior's claim when such a winner
//! is paid is a deficit of its own, placed from insurance on.

use std::collections::BTreeMap;

use seawall_ledger::{AccountId, DeficitId};
use seawall_units::{Base, Epochs, Ratio, Side, Time, Usd};
use seawall_venue::{Deficit, Event, SkipReason, StageEnd, StageId, StageReport};

use crate::{
    CloseTerms, Health, JuniorEpoch, Lot, Market, PartialStep, StepsTaken, WaterfallConfig,
    insurance, plan_partial, residual, senior,
};

/// The liquidation of one isolated market: a small state machine driven once a second.
#[derive(Debug, Default)]
pub struct Waterfall {
    pub(crate) config: WaterfallConfig,
    pub(crate) cases: BTreeMap<AccountId, Case>,
    pub(crate) lots: Vec<Lot>,
    pub(crate) open: Vec<OpenDeficit>,
    pub(crate) last_batch: BTreeMap<Side, Time>,
    pub(crate) deleveraging: bool,
    pub(crate) now: Time,
    next_id: u32,
    junior: JuniorEpoch,
    epochs: Epochs,
}

/// A position that has been below maintenance.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Case {
    pub(crate) steps: u32,
    pub(crate) last_step: Option<Time>,
    pub(crate) well_since: Option<Time>,
    pub(crate) auctioned: bool,
    /// Equity that lots sold so far have left the owner; not behind the rest of his position.
    pub(crate) kept: Usd,
}

/// A deficit on its way through the payers.
#[derive(Debug)]
pub(crate) struct OpenDeficit {
    pub(crate) deficit: Deficit,
    /// Place in the loss order of the payer whose turn it is.
    pub(crate) turn: usize,
    pub(crate) batches: u32,
    pub(crate) absorbed: Usd,
    /// How each payer before this turn ended.
    ends: Vec<StageEnd>,
    /// The side whose winners ADL works on, once it is known.
    pub(crate) adl_side: Option<Side>,
}

/// Whether ADL keeps to its interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// One batch an interval.
    Interval,
    /// Batch after batch: the scenario is over.
    ToTheEnd,
}

impl Waterfall {
    /// A waterfall with nothing in it.
    #[must_use]
    pub fn new(config: WaterfallConfig) -> Self {
        Self {
            config,
            ..Self::default()
        }
    }

    /// The same with the cap on Junior's loss counted by these epochs, those of the vaults (M-8.3).
    #[must_use]
    pub fn in_epochs(self, epochs: Epochs) -> Self {
        Self { epochs, ..self }
    }

    /// A new second begins.
    pub fn set_time(&mut self, now: Time) {
        self.now = now;
    }

    /// One second of liquidation, at a valid mark.
    pub fn advance(&mut self, market: &mut dyn Market) {
        let distressed = market.distressed();
        self.note_recoveries(&distressed, market);
        for health in &distressed {
            self.liquidate(health, market);
        }
        self.run_auction(market);
        self.place_deficits(market, Pace::Interval);
        self.guard_capital(market);
    }

    /// Drives every open deficit to its end at the present mark.
    pub fn finish(&mut self, market: &mut dyn Market) {
        while !self.open.is_empty() {
            self.place_deficits(market, Pace::ToTheEnd);
        }
    }

    /// Stages 1 to 3 for one position below maintenance.
    fn liquidate(&mut self, health: &Health, market: &mut dyn Market) {
        if !health.equity.is_positive() {
            return self.settle(health, market);
        }
        let now = self.now;
        let case = self.cases.entry(health.account).or_default();
        case.well_since = None;
        if case.auctioned {
            return;
        }
        let half = health.size.abs().mul_floor(Ratio::bps(5_000));
        let spread_and_impact = market.quote_close(health.account, half);
        let average = spread_and_impact.ratio_ceil(market.mark().value_floor(half));
        let terms = CloseTerms {
            mark: market.mark(),
            mmr: market.maintenance_ratio(),
            fee: market.liquidation_fee() + average.unwrap_or(Ratio::ZERO),
        };
        let seconds_since_last = case.last_step.map(|last| now.since(last));
        let taken = StepsTaken {
            count: case.steps,
            seconds_since_last,
        };
        match plan_partial(health, &terms, taken, &self.config.partial) {
            PartialStep::CoolDown => {}
            PartialStep::CloseAll => self.close(health, health.size.abs(), market),
            PartialStep::Close(size) => self.close(health, size, market),
            PartialStep::ToAuction(reason) => {
                case.auctioned = true;
                let skipped = StageEnd::Skipped(reason);
                self.report_position(StageId::PartialDeleverage, health.account, skipped, market);
            }
        }
    }

    /// Stage 1: closes part of a position, or all of a small one, into the ladder.
    fn close(&mut self, health: &Health, size: Base, market: &mut dyn Market) {
        let owner_cost = market.close_into_ladder(health.account, size);
        let (stage, account) = (StageId::PartialDeleverage, health.account);
        let mark = market.mark();
        self.note_liquidation((stage, None), health, (size, mark), market);
        let whole = size == health.size.abs();
        if whole {
            market.release(account);
            self.cases.remove(&account);
        } else if let Some(case) = self.cases.get_mut(&account) {
            case.steps = case.steps.saturating_add(1);
            case.last_step = Some(self.now);
        }
        let end = StageEnd::Cleared;
        let report = StageReport {
            closed: size,
            owner_cost,
            ..self.blank(stage, None, end)
        };
        market.tell(Event::Stage(StageReport {
            account: Some(account),
            ..report
        }));
    }

    /// A position without equity: settled at the mark of the second in which it is first seen,
    /// queued or live in an auction alike (M-8.2). What is missing becomes a deficit.
    fn settle(&mut self, health: &Health, market: &mut dyn Market) {
        let id = DeficitId::new(self.next_id);
        let (account, mark) = (health.account, market.mark());
        let amount = market.settle_bankrupt(account, id);
        let (stage, size) = (StageId::Junior, health.size.abs());
        self.note_liquidation((stage, None), health, (size, mark), market);
        self.lots.retain(|lot| lot.owner != account);
        self.cases.remove(&account);
        let below = StageEnd::Skipped(SkipReason::BelowBankruptcy);
        self.report_position(StageId::PartialDeleverage, account, below, market);
        self.report_position(StageId::Auction, account, below, market);
        self.open_deficit((account, health.side()), amount, StageId::Junior, market);
    }

    /// Opens a deficit whose first payer is `first`; nothing when the amount is zero.
    fn open_deficit(
        &mut self,
        (account, side): (AccountId, Side),
        amount: Usd,
        first: StageId,
        market: &mut dyn Market,
    ) {
        if !amount.is_positive() {
            return;
        }
        let id = DeficitId::new(self.next_id);
        self.next_id = self.next_id.saturating_add(1);
        let (time, mark) = (self.now, market.mark());
        market.tell(Event::DeficitOpened {
            time,
            id,
            account,
            side,
            amount,
            mark,
        });
        let deficit = Deficit::open(id, account, side, time, amount);
        let mut open = OpenDeficit {
            deficit,
            turn: 0,
            batches: 0,
            absorbed: Usd::ZERO,
            ends: Vec::new(),
            adl_side: None,
        };
        for payer in self.config.loss_order.payers() {
            if payer == first {
                break;
            }
            // Equity below the claim is Junior at zero: it has nothing to give.
            let skipped = StageEnd::Skipped(SkipReason::NoCapacity);
            self.end_turn(&mut open, self.blank(payer, Some(id), skipped), market);
        }
        self.open.push(open);
    }

    /// A winner closed while the pool's equity did not reach Senior's claim: the number of the
    /// deficit that this opens, and the opening itself (M-8.3). Placed from insurance on.
    #[must_use]
    pub fn next_deficit(&self) -> DeficitId {
        DeficitId::new(self.next_id)
    }

    /// See [`Waterfall::next_deficit`].
    pub fn open_shortfall(
        &mut self,
        winner: (AccountId, Side),
        amount: Usd,
        market: &mut dyn Market,
    ) {
        self.open_deficit(winner, amount, StageId::Insurance, market);
    }

    /// Stages 3 to 6 and the residual: hands every open deficit down its payers, oldest first.
    pub(crate) fn place_deficits(&mut self, market: &mut dyn Market, pace: Pace) {
        let mut open = std::mem::take(&mut self.open);
        for each in &mut open {
            self.pay_in_turn(each, market);
        }
        for side in Side::BOTH {
            self.run_batch(side, &mut open, market, pace);
        }
        for each in &mut open {
            self.pay_in_turn(each, market);
        }
        open.retain(|each| !self.is_through(each));
        self.open = open;
    }

    /// Hands one deficit from payer to payer until it is through or has to wait for ADL.
    fn pay_in_turn(&mut self, open: &mut OpenDeficit, market: &mut dyn Market) {
        let payers = self.config.loss_order.payers();
        while let Some(&payer) = payers.get(open.turn) {
            let id = open.deficit.id();
            let mut report = self.blank(payer, Some(id), StageEnd::Cleared);
            let cleared = open.deficit.is_cleared();
            if payer == StageId::Residual {
                let residual = residual::close(&mut open.deficit, market, &mut report);
                assert!(
                    open.absorbed + residual == open.deficit.opening(),
                    "invariant: absorbed {} + residual {residual} = opening {}",
                    open.absorbed,
                    open.deficit.opening(),
                );
                self.end_turn(open, report, market);
                market.tell(Event::DeficitClosed {
                    time: self.now,
                    id,
                    residual,
                });
                return;
            }
            if cleared {
                report.end = StageEnd::Skipped(SkipReason::NothingLeft);
                self.end_turn(open, report, market);
                continue;
            }
            if payer == StageId::Adl {
                return; // its batches end its turn
            }
            let capacity = market.capacity(payer);
            report.capacity = Some(capacity);
            let epoch = self.epochs.of(self.now);
            let deficit = &mut open.deficit;
            (report.absorbed, report.end) = match payer {
                StageId::Junior => {
                    self.junior
                        .absorb(deficit, capacity, epoch, &self.config.junior)
                }
                StageId::Insurance => insurance::absorb(deficit, capacity),
                StageId::Senior => senior::absorb(deficit, capacity),
                StageId::PartialDeleverage
                | StageId::Auction
                | StageId::Adl
                | StageId::Residual => return,
            };
            if report.absorbed.is_positive() {
                report.transfers = market.pay(payer, report.absorbed, id);
            } else if report.end == StageEnd::Exhausted {
                report.end = StageEnd::Skipped(SkipReason::NoCapacity);
            }
            self.end_turn(open, report, market);
        }
    }

    /// Ends a payer's turn with its report and passes the deficit on.
    pub(crate) fn end_turn(
        &self,
        open: &mut OpenDeficit,
        report: StageReport,
        market: &mut dyn Market,
    ) {
        self.note_payment(open, report.absorbed);
        open.ends.push(report.end);
        open.turn = open.turn.saturating_add(1);
        market.tell(Event::Stage(report));
    }

    /// Counts what a payer absorbed, and holds the law of turns.
    pub(crate) fn note_payment(&self, open: &mut OpenDeficit, absorbed: Usd) {
        let gave_all = |end: &StageEnd| {
            matches!(
                end,
                StageEnd::Exhausted | StageEnd::Capped | StageEnd::Skipped(_)
            )
        };
        assert!(
            absorbed.is_zero() || (open.turn == open.ends.len() && open.ends.iter().all(gave_all)),
            "invariant: nobody pays before the payer before him is exhausted ({:?})",
            open.ends,
        );
        open.absorbed += absorbed;
    }

    fn is_through(&self, open: &OpenDeficit) -> bool {
        open.turn >= self.config.loss_order.payers().len()
    }

    /// Whether it is ADL's turn.
    pub(crate) fn waits_for_adl(&self, open: &OpenDeficit) -> bool {
        self.config.loss_order.payers().get(open.turn) == Some(&StageId::Adl)
    }

    /// Deficits that wait for ADL make the market reduce-only (M-8.5).
    #[must_use]
    pub fn is_reduce_only(&self) -> bool {
        self.open.iter().any(|open| self.waits_for_adl(open))
    }

    /// Whether any deficit is open; no liquidity may leave then (M-9).
    #[must_use]
    pub fn has_open_deficit(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether ADL runs without a cut, because open profit threatens the capital (M-8.5).
    #[must_use]
    pub const fn is_deleveraging(&self) -> bool {
        self.deleveraging
    }

    /// What open deficits still miss.
    #[must_use]
    pub fn open_amount(&self) -> Usd {
        self.open.iter().map(|open| open.deficit.left()).sum()
    }

    /// Whether a position is being sold: its owner may only add margin (M-8.2).
    #[must_use]
    pub fn is_in_auction(&self, account: AccountId) -> bool {
        self.cases.get(&account).is_some_and(|case| case.auctioned)
    }
}
