//! A venue around another one, with one defect.
//!
//! It keeps a ledger of its own with the inner venue's postings, so that a defect can be in the books
//! as well; what it adds is told nowhere.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use seawall_ledger::{Account, AccountId, BidderId, Cause, DeficitId, Entry, Ledger};
use seawall_units::{Side, Time, Usd};
use seawall_venue::{
    Command, Detail, Event, LpHolding, PositionState, PositionView, Quote, QuoteParts, Receipt,
    Recount, Refusal, Setup, ShareChange, Standing, Tick, Told, TrancheName, TrancheView, Venue,
    VenueProfile, VenueState,
};

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    LeavesInPassage,
    LosesAnEntry,
    MiscountsInterest,
    TellsTooEarly,
    RemembersPlans,
    PlansAnotherAmount,
    MintsOnRefusal,
    TellsOnRefusal,
    AcceptsWhatItRefuses,
    CountsInstances,
    SeesOtherInstances,
    CountsAccounts,
    TouchesABystander,
    PrefersEvenNumbers,
    OwesLessThanNothing,
    PaysFromNothing,
    AccruesEachTime,
    ChargesEachSettlement,
    SkipsAfterATouch,
    QuotesLessForMore,
    FillsDearerThanQuoted,
    LosesOfADeficit,
    LeavesADeficitOpen,
    PanicsAtTheBorder,
}

/// Instances made so far, and those that are there: state that instances share.
static MADE: AtomicU64 = AtomicU64::new(0);
static THERE: AtomicU64 = AtomicU64::new(0);

pub(crate) struct Bent {
    inner: Box<dyn Venue>,
    defect: Defect,
    ledger: Ledger,
    told: Vec<Told>,
    now: Time,
    accruals: u32,
    accounts: u32,
    number: u64,
    plans: AtomicU64,
    touched: bool,
    settled: i128,
    finished: bool,
}

impl Drop for Bent {
    fn drop(&mut self) {
        if self.defect == Defect::SeesOtherInstances {
            THERE.fetch_sub(1, SeqCst);
        }
    }
}

impl Bent {
    pub(crate) fn new(inner: Box<dyn Venue>, defect: Defect, setup: &Setup) -> Self {
        let number = match defect {
            Defect::CountsInstances => MADE.fetch_add(1, SeqCst),
            Defect::SeesOtherInstances => THERE.fetch_add(1, SeqCst),
            _ => 0,
        };
        let mut bent = Self {
            inner,
            defect,
            ledger: Ledger::new(setup.start),
            told: Vec::new(),
            now: setup.start,
            accruals: 0,
            accounts: setup.accounts,
            number,
            plans: AtomicU64::new(0),
            touched: false,
            settled: 0,
            finished: false,
        };
        bent.take();
        bent
    }

    fn is(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    /// Books what the inner venue has posted, and keeps what it told.
    fn take(&mut self) {
        self.ledger.set_time(self.now);
        let ahead = self.ledger.posted() - (self.inner.ledger().posted() - self.pending());
        for entry in self.inner.drain_entries() {
            self.ledger.post(entry.transfer);
        }
        let told = self.inner.drain_told().into_iter();
        self.told.extend(told.map(|told| Told {
            posted: told.posted + ahead,
            ..told
        }));
    }

    fn pending(&self) -> u64 {
        self.inner.ledger().pending().len() as u64
    }

    /// Money of its own invention.
    fn pays(&mut self, to: u32, units: u64) {
        let account = Account::Free(AccountId::new(to));
        let amount = Usd::from_units(units.into()).unwrap();
        self.ledger
            .pay(Account::External, account, amount, Cause::MarginPosted);
    }

    fn bends_accrual(&mut self) {
        let first = self.accruals == 1;
        match self.defect {
            Defect::LeavesInPassage if first => {
                let (from, to) = (Account::Clearing, Account::Fees);
                self.ledger.pay(from, to, Usd::ULP, Cause::TakerFee);
            }
            Defect::RemembersPlans => {
                let plans = self.plans.swap(0, SeqCst);
                self.pays(0, plans);
            }
            Defect::CountsInstances | Defect::SeesOtherInstances if first => {
                self.pays(0, self.number);
            }
            Defect::CountsAccounts if first => self.pays(0, self.accounts.into()),
            Defect::TouchesABystander if first => self.pays(self.accounts.min(8) - 1, 1),
            Defect::AccruesEachTime => self.pays(0, 1),
            Defect::PaysFromNothing if first => self.pays_out(),
            Defect::LosesOfADeficit | Defect::LeavesADeficitOpen if first => self.opens(),
            _ => {}
        }
    }

    fn pays_out(&mut self) {
        let margin = Account::Margin(AccountId::new(0));
        let amount = Usd::whole(2_000_000_000);
        let profit = Cause::ProfitRealised;
        self.ledger.pay(Account::Variation, margin, amount, profit);
        let out = Cause::MarginReleased;
        self.ledger.pay(margin, Account::External, amount, out);
    }

    /// A deficit that never was.
    fn opens(&mut self) {
        let (id, time) = (DeficitId::new(1_000_000), self.now);
        let posted = self.ledger.posted();
        let opened = Event::DeficitOpened {
            time,
            id,
            account: AccountId::new(0),
            side: Side::Long,
            amount: Usd::whole(10),
            mark: self.inner.state().mark,
        };
        let closed = Event::DeficitClosed {
            time,
            id,
            residual: Usd::whole(9),
        };
        let events = match self.defect {
            Defect::LosesOfADeficit => vec![opened, closed],
            _ => vec![opened],
        };
        let told = events.into_iter();
        self.told.extend(told.map(|event| Told { posted, event }));
    }

    fn refused(&mut self) {
        match self.defect {
            Defect::MintsOnRefusal => self.pays(0, 1_000_000),
            Defect::TellsOnRefusal => {
                let event = Event::Withdrawn {
                    account: AccountId::new(0),
                    amount: Usd::ZERO,
                };
                let posted = self.ledger.posted();
                self.told.push(Told { posted, event });
            }
            _ => {}
        }
    }

    /// A refusal that the inner venue would not give.
    fn own_refusal(&self, command: &Command) -> Option<Refusal> {
        match command {
            Command::Order { account, .. }
                if self.is(Defect::PrefersEvenNumbers) && account.number() % 2 == 1 =>
            {
                Some(Refusal::NoLiquidity)
            }
            _ => None,
        }
    }

    fn bent_receipt(&self, receipt: Receipt) -> Receipt {
        match receipt {
            Receipt::Filled(mut fill) if self.is(Defect::FillsDearerThanQuoted) => {
                fill.cost += Usd::ULP;
                Receipt::Filled(fill)
            }
            Receipt::Moved { amount } if self.is(Defect::OwesLessThanNothing) => {
                Receipt::Moved { amount: -amount }
            }
            other => other,
        }
    }

    fn seen(&self, mut view: PositionView) -> PositionView {
        if self.is(Defect::ChargesEachSettlement) {
            view.equity -= Usd::from_units(3 * self.settled).unwrap();
        }
        view
    }
}

impl Venue for Bent {
    fn profile(&self) -> &VenueProfile {
        self.inner.profile()
    }

    fn observe(&mut self, tick: &Tick<'_>) {
        (self.now, self.accruals, self.touched) = (tick.now, 0, false);
        self.inner.observe(tick);
        self.take();
    }

    fn accrue(&mut self) {
        self.accruals += 1;
        self.inner.accrue();
        self.take();
        self.bends_accrual();
    }

    fn plan(&self, command: &Command) -> Result<Receipt, Refusal> {
        if self.is(Defect::RemembersPlans) {
            self.plans.fetch_add(1, SeqCst);
        }
        if let Some(refusal) = self.own_refusal(command) {
            return Err(refusal);
        }
        let receipt = self.bent_receipt(self.inner.plan(command)?);
        match receipt {
            Receipt::Moved { amount } if self.is(Defect::PlansAnotherAmount) => {
                let amount = amount + Usd::ULP;
                Ok(Receipt::Moved { amount })
            }
            other => Ok(other),
        }
    }

    fn commit(&mut self, command: &Command) -> Result<Receipt, Refusal> {
        if let Command::Withdraw { amount, .. } = command {
            let border = amount.units() == i128::from(i64::MAX);
            let panics = self.is(Defect::PanicsAtTheBorder) && border;
            assert!(!panics, "attempt to add with overflow");
        }
        if let Some(refusal) = self.own_refusal(command) {
            return Err(refusal);
        }
        let done = self.inner.commit(command);
        self.take();
        if done.is_err() {
            self.refused();
        } else if matches!(command, Command::AddMargin { .. }) {
            self.touched = true;
            self.settled += 1;
        }
        Ok(self.bent_receipt(done?))
    }

    fn liquidate(&mut self) {
        if self.is(Defect::SkipsAfterATouch) && self.touched {
            return;
        }
        self.inner.liquidate();
        self.take();
    }

    fn attribute(&mut self) {
        self.inner.attribute();
        self.take();
    }

    fn finish(&mut self) {
        self.finished = true;
        self.inner.finish();
        self.take();
    }

    fn quote(&self, side: Side, notional: Usd) -> Quote {
        let mut quote = self.inner.quote(side, notional);
        let large = notional > Usd::whole(300_000);
        if self.is(Defect::QuotesLessForMore) && large && !quote.filled.is_zero() {
            quote.filled = Usd::ULP;
        }
        quote
    }

    fn quote_parts(&self, side: Side, notional: Usd) -> Option<QuoteParts> {
        self.inner.quote_parts(side, notional)
    }

    fn quote_corners(&self, side: Side) -> Vec<Usd> {
        self.inner.quote_corners(side)
    }

    fn state(&self) -> VenueState {
        self.inner.state()
    }

    fn tranches(&self) -> Option<TrancheView> {
        self.inner.tranches()
    }

    fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn take_entries(&mut self, buffer: &mut Vec<Entry>) {
        self.ledger.take(buffer);
        if self.is(Defect::LosesAnEntry) && buffer.len() > 4 {
            buffer.remove(3);
        }
    }

    fn set_detail(&mut self, detail: Detail) {
        self.inner.set_detail(detail);
    }

    fn take_told(&mut self, buffer: &mut Vec<Told>) {
        let early = u64::from(self.is(Defect::TellsTooEarly));
        let told = std::mem::take(&mut self.told).into_iter();
        buffer.clear();
        buffer.extend(told.map(|told| Told {
            posted: told.posted + early,
            ..told
        }));
    }

    fn position_states(&self) -> Vec<PositionState> {
        self.inner.position_states()
    }

    fn share_register(&self) -> Vec<ShareChange> {
        self.inner.share_register()
    }

    fn standing(&self) -> Standing {
        self.inner.standing()
    }

    fn position(&self, account: AccountId) -> Option<PositionView> {
        self.inner.position(account).map(|view| self.seen(view))
    }

    fn positions(&self) -> Vec<PositionView> {
        let views = self.inner.positions().into_iter();
        views.map(|view| self.seen(view)).collect()
    }

    fn lp_holding(&self, lp: BidderId, tranche: TrancheName) -> LpHolding {
        self.inner.lp_holding(lp, tranche)
    }

    fn bidder_equity(&self, bidder: BidderId) -> Option<Usd> {
        self.inner.bidder_equity(bidder)
    }

    fn bidder_account(&self, bidder: BidderId) -> Option<AccountId> {
        self.inner.bidder_account(bidder)
    }

    fn recount(&self) -> Vec<Recount> {
        let mut rows = self.inner.recount();
        if self.is(Defect::MiscountsInterest) {
            rows.push(Recount {
                what: "open interest",
                kept: 1,
                counted: 2,
            });
        }
        rows
    }
}
