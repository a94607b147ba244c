use std::cell::RefCell;
use std::collections::BTreeMap;

use seawall_funding::{Indices, MinuteAverage};
use seawall_ledger::{Account, AccountId, Ledger};
use seawall_margin::{Accrual, IndexLevels, LiquidationIndex, Position, PositionBook};
use seawall_units::{Base, Epochs, Price, Ratio, Side, Time, Usd};
use seawall_vault::{Arrears, HolderId, JuniorTranche, SeniorTranche, Series};
use seawall_venue::{Event, MarginTable, MarketStatus, Telling, TrancheName};

use crate::journal::state_of;
use crate::liquidity::Deposits;
use crate::profits::Profits;
use crate::recovery::Borne;
use crate::series::ShareSeries;
use crate::uncovered::Uncovered;
use crate::{Bidders, Ladder, Params, Totals};

/// What orders may do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Everything.
    Open,
    /// Reduce at the live mark: after a halt, while ADL waits, or while coverage is too low.
    Reduce,
    /// Reduce at the last mark, with the spread multiplied and up to the minimum fill.
    ReduceAtLastMark,
    /// Nothing.
    Closed,
}

/// One isolated market with its ledger, vaults and positions.
#[derive(Debug)]
pub struct IsolatedMarket {
    pub(crate) params: Params,
    pub(crate) margin_table: MarginTable,
    pub(crate) ledger: Ledger,
    pub(crate) positions: PositionBook,
    pub(crate) index: LiquidationIndex,
    pub(crate) totals: Totals,
    pub(crate) profits: Profits,
    pub(crate) uncovered: RefCell<Uncovered>,
    pub(crate) indices: Indices,
    pub(crate) skew: MinuteAverage,
    pub(crate) utilisation: MinuteAverage,
    pub(crate) ladder: Ladder,
    /// K, Senior's claim on the pool.
    pub(crate) claim: Usd,
    pub(crate) senior: ShareSeries<SeniorTranche>,
    pub(crate) junior: ShareSeries<JuniorTranche>,
    /// Series of junior shares that a loss brought to zero and another has replaced, oldest first.
    pub(crate) frozen: Vec<ShareSeries<JuniorTranche>>,
    pub(crate) series: Series,
    /// What recoveries have given holders for their own and they have not claimed.
    pub(crate) recovered: BTreeMap<(HolderId, TrancheName), Usd>,
    /// What they have been given so since the start, claimed or not.
    pub(crate) given_back: BTreeMap<(HolderId, TrancheName), Usd>,
    pub(crate) borne: Borne,
    pub(crate) arrears: Arrears,
    pub(crate) bidders: Bidders,
    /// What redemptions were granted, by holder and tranche.
    pub(crate) granted: BTreeMap<(HolderId, TrancheName), Usd>,
    pub(crate) deposits: Deposits,
    pub(crate) epochs: Epochs,
    /// The last epoch whose exits were executed.
    pub(crate) executed: u64,
    pub(crate) mark: Price,
    pub(crate) status: MarketStatus,
    pub(crate) now: Time,
    /// Minimum fill used in the running minute, by side.
    pub(crate) minimum_used: [Usd; 2],
    /// Whether Junior was brought to zero and coverage has not come back to its minimum.
    pub(crate) low_coverage: bool,
    /// Whether the residual of a deficit has closed it for good.
    pub(crate) wound_up: bool,
    pub(crate) telling: Telling,
}

impl IsolatedMarket {
    /// A new second at this mark and status.
    pub fn observe(&mut self, now: Time, mark: Price, status: MarketStatus) {
        self.now = now;
        if mark != self.mark {
            self.profits.forget();
            self.uncovered.get_mut().forget();
        }
        self.mark = mark;
        self.status = status;
        self.ledger.set_time(now);
        if now.is_whole_minute() {
            self.minimum_used = [Usd::ZERO; 2];
        }
    }

    /// The same market with [a ledger that writes no journal](Ledger::without_journal).
    #[must_use]
    pub fn without_journal(self) -> Self {
        Self {
            ledger: self.ledger.without_journal(),
            ..self
        }
    }

    /// The market's status; halted for good once it is wound up.
    #[must_use]
    pub const fn status(&self) -> MarketStatus {
        match self.wound_up {
            true => MarketStatus::Halted,
            false => self.status,
        }
    }

    /// What orders may do now, `deleveraging` telling whether a deficit waits for ADL.
    #[must_use]
    pub fn gate(&self, deleveraging: Deleveraging) -> Gate {
        match self.status() {
            MarketStatus::Halted => Gate::Closed,
            MarketStatus::ReduceOnly => Gate::ReduceAtLastMark,
            MarketStatus::Reopening => Gate::Reduce,
            MarketStatus::Live => match deleveraging == Deleveraging::Yes || self.low_coverage {
                true => Gate::Reduce,
                false => Gate::Open,
            },
        }
    }

    /// The mark price.
    #[must_use]
    pub const fn mark(&self) -> Price {
        self.mark
    }

    /// Tells an event; it follows what has been posted so far.
    pub fn tell(&mut self, event: Event) {
        self.telling.tell(self.ledger.posted(), event);
    }

    /// What has been told, to say how much is told or to take it.
    pub const fn telling_mut(&mut self) -> &mut Telling {
        &mut self.telling
    }

    /// The books.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The books, to end a step or take its entries.
    pub const fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// The epochs of its vaults.
    #[must_use]
    pub const fn epochs(&self) -> Epochs {
        self.epochs
    }

    /// The parameters it runs with.
    #[must_use]
    pub const fn params(&self) -> &Params {
        &self.params
    }

    /// The ladder as refreshed at the last minute.
    #[must_use]
    pub const fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// The sums over all positions.
    #[must_use]
    pub const fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The cumulative indices.
    #[must_use]
    pub const fn indices(&self) -> &Indices {
        &self.indices
    }

    /// Initial and maintenance margin ratios.
    #[must_use]
    pub const fn margin_table(&self) -> MarginTable {
        self.margin_table
    }

    /// The position of an account; flat when it has none.
    #[must_use]
    pub fn position(&self, account: AccountId) -> Position {
        self.positions.position(account)
    }

    /// Every open position.
    pub fn open_positions(&self) -> impl Iterator<Item = (AccountId, Position)> + '_ {
        self.positions.open()
    }

    /// Margin posted for an account's position.
    #[must_use]
    pub fn margin_of(&self, account: AccountId) -> Usd {
        self.ledger.balance(Account::Margin(account))
    }

    /// Equity of an account at the mark, rounded down.
    #[must_use]
    pub fn equity_of(&self, account: AccountId) -> Usd {
        let margin = self.margin_of(account);
        self.position(account)
            .equity(margin, self.mark, &self.accrual())
    }

    pub(crate) fn accrual(&self) -> Accrual {
        let Indices {
            funding,
            long,
            short,
            ..
        } = self.indices;
        Accrual {
            funding,
            long,
            short,
        }
    }

    pub(crate) fn levels(&self) -> IndexLevels {
        IndexLevels::new(self.mark, self.margin_table.maintenance, &self.accrual())
    }

    /// Writes a position, with the totals and the index that follow from it.
    pub(crate) fn write_position(&mut self, account: AccountId, position: Position) {
        self.store_position(account, position);
        self.refresh_key(account);
    }

    /// The same without the index: its key is refreshed once the margin stands too, before anybody
    /// asks who is below maintenance.
    pub(crate) fn store_position(&mut self, account: AccountId, position: Position) {
        let old = self.positions.replace(account, position);
        self.totals.replace(&old, &position);
        self.profits.replace(&old, &position);
        if self.telling.is_full() {
            self.tell(Event::Position(state_of(account, &position)));
        }
    }

    /// The margin or the position of an account has changed.
    pub(crate) fn refresh_key(&mut self, account: AccountId) {
        let (position, margin) = (self.position(account), self.margin_of(account));
        self.index.update(account, &position, margin);
        self.uncovered.borrow_mut().follow(account, self);
    }

    /// Net skew in USD at the mark: `P·|Σq|`, rounded down, and its sign in the net size.
    #[must_use]
    pub fn net_size(&self) -> Base {
        self.totals.net()
    }

    /// The impact that holds the market at a net size: `W(P·|net|)`.
    pub(crate) fn work_at(&self, net: Base) -> Usd {
        self.ladder.work(self.mark.value_floor(net.abs()))
    }

    /// s: net over gross open interest, −1 to 1; 0 without open interest.
    #[must_use]
    pub fn skew_ratio(&self) -> Ratio {
        let gross = self.totals.long.size + self.totals.short.size;
        self.totals.net().ratio_floor(gross).unwrap_or(Ratio::ZERO)
    }

    /// U: reserved notional over S + J; 1 without capital.
    #[must_use]
    pub fn utilisation_ratio(&self) -> Ratio {
        let reserved = self.reserved();
        if reserved.is_zero() {
            return Ratio::ZERO;
        }
        reserved
            .ratio_ceil(self.values().total())
            .unwrap_or(Ratio::ONE)
    }

    /// Reserved notional: the open interest of the larger side.
    #[must_use]
    pub fn reserved(&self) -> Usd {
        let at = |side| self.totals.open_interest(side, self.mark);
        at(Side::Long).max(at(Side::Short))
    }

    /// One more second stands at the present skew and utilisation.
    pub fn accrue_second(&mut self) {
        if self.status().accrues() {
            let (skew, utilisation) = (self.skew_ratio(), self.utilisation_ratio());
            self.skew.add(skew, 1);
            self.utilisation.add(utilisation, 1);
        }
    }

    /// A whole minute: rates and indices move (M-6). A minute without a valid mark is never
    /// charged.
    pub fn accrue_minute(&mut self) {
        let (skew, utilisation) = (self.skew.take(), self.utilisation.take());
        if !self.status().accrues() {
            return;
        }
        let rates = &self.params.rates;
        self.indices
            .accrue_minute(rates, skew, utilisation, self.mark);
        self.uncovered.get_mut().forget();
        let senior = self.values().senior;
        self.arrears
            .accrue_minute(self.now, senior, &self.params.fees);
        if self.telling.is_full() {
            self.tell(self.index_moved());
        }
    }
}

/// Whether a deficit waits for ADL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleveraging {
    /// It does: the market is reduce-only (M-8.5).
    Yes,
    /// None does.
    No,
}
