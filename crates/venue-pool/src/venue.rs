//! The pool behind the [`Venue`] trait.
use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountId, BidderId, Cause, Entry, Ledger};
use seawall_oracle::Oracle;
use seawall_units::{Base, Price, Shares, Side, Time, Usd};
use seawall_venue::{
    CapitalPart, Command, Detail, Event, LpCapital, LpHolding, MarketStatus, PositionState,
    PositionView, Quote, QuoteBasis, Receipt, Recount, Refusal, Setup, ShareChange, StageId,
    StageRule, Standing, Telling, Tick, Told, TrancheName, Venue, VenueProfile, VenueState,
};

use crate::draft::{Draft, Posting};
use crate::journal::{state_of, told_of};
use crate::lp::{LpRequest, Provider, Way};
use crate::open::opening;
use crate::order::Asked;
use crate::pool::{Gm, Pool};
use crate::position::Position;
use crate::prices::Prices;
use crate::terms::Terms;
use crate::watch::Watch;
use crate::{borrowing, funding, recount};

/// The venue's name in files and errors.
pub(crate) const NAME: &str = "gmx";

/// An isolated GMX-V2-style pool: one pool of LP capital is the counterparty of every trader.
///
/// ```
/// use seawall_ledger::AccountId;
/// use seawall_units::{Side, Time, Usd};
/// use seawall_venue::{Command, FillRule, Setup, Venue};
/// use seawall_venue_pool::{Params, PoolVenue};
/// let setup = Setup {
///     start: Time::from_secs(0), opening: "100".parse()?, margin: None,
///     endowments: vec![], accounts: 1,
/// };
/// let mut venue = PoolVenue::new(setup, Usd::whole(1_000_000), Params::btc())?;
/// // 100 000 from balance: 6 bp fee, 1 bp spread, impact 9e-11 · (10^5)^2 = 0.9.
/// let quote = venue.quote(Side::Long, Usd::whole(100_000));
/// assert_eq!(quote.cost, "70.906".parse()?);
/// let order = Command::Order {
///     account: AccountId::new(0), size: "1000".parse()?, margin: Usd::whole(5_000),
///     limit: None, fill: FillRule::Partial,
/// };
/// assert_eq!(venue.plan(&order), venue.commit(&order));
/// assert_eq!(venue.positions().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct PoolVenue {
    pub(crate) terms: Terms,
    pub(crate) ledger: Ledger,
    pub(crate) pool: Pool,
    /// Positions by account.
    pub(crate) book: Vec<Option<Position>>,
    pub(crate) watch: Watch,
    pub(crate) prices: Prices,
    pub(crate) requests: Vec<LpRequest>,
    /// What of `requests` is to be taken out, by provider.
    pub(crate) waiting: BTreeMap<BidderId, Usd>,
    /// Who has market tokens beside the founder.
    pub(crate) providers: BTreeMap<BidderId, Provider>,
    /// The founder's market tokens.
    pub(crate) founder: Shares<Gm>,
    pub(crate) candidates: Vec<AccountId>,
    oracle: Oracle,
    outside: Price,
    pub(crate) now: Time,
    status: MarketStatus,
    next_deficit: u32,
    /// What the ADL keeper draws by, where it names winners at random.
    pub(crate) keeper: u64,
    telling: Telling,
    profile: VenueProfile,
}

/// What an operation writes: everything that a draft came to.
pub(crate) struct Plan {
    account: AccountId,
    pool: Pool,
    position: Option<Position>,
    next_deficit: u32,
    postings: Vec<Posting>,
    events: Vec<(usize, Event)>,
}

impl Draft<'_> {
    pub(crate) fn into_plan(self) -> Plan {
        Plan {
            account: self.account,
            pool: self.pool,
            position: self.position,
            next_deficit: self.next_deficit,
            postings: self.postings,
            events: self.events,
        }
    }
}

fn profile() -> VenueProfile {
    VenueProfile {
        name: NAME,
        title: "GMX-V2-style isolated pool",
        stages: [
            StageRule::Absent("full liquidation at the oracle price"),
            StageRule::Absent("no auction"),
            StageRule::Equivalent("the pool receives less"),
            StageRule::Absent("no insurance fund"),
            StageRule::Equivalent(
                "a keeper closes winners when a side's profit is above 85 % of its half of the pool",
            ),
            StageRule::Absent("one tranche of LPs"),
            StageRule::Native,
        ],
        loss_order: vec![StageId::Junior, StageId::Residual],
        house: None,
    }
}

impl PoolVenue {
    /// A market without positions or balances.
    pub(crate) fn empty(setup: &Setup, terms: Terms, pool: Pool) -> Self {
        let accounts = usize::try_from(setup.accounts).unwrap_or(usize::MAX);
        let mut ledger = Ledger::new(setup.start);
        ledger.reserve_accounts(accounts);
        let mut watch = Watch::new(accounts);
        for side in Side::BOTH {
            watch.raise(&pool, side);
        }
        Self {
            prices: Prices::around(setup.opening, terms.params.half_spread),
            outside: setup.opening,
            oracle: Oracle::new(terms.params.oracle, setup.opening, setup.start),
            terms,
            ledger,
            pool,
            book: vec![None; accounts],
            watch,
            requests: Vec::new(),
            waiting: BTreeMap::new(),
            providers: BTreeMap::new(),
            founder: pool.supply,
            candidates: Vec::new(),
            now: setup.start,
            status: MarketStatus::Live,
            next_deficit: 0,
            keeper: 0,
            telling: Telling::default(),
            profile: profile(),
        }
    }

    /// The same market with a keeper that draws by this number, where it names winners at random
    /// ([`AdlOrder::Random`](crate::AdlOrder)).
    #[must_use]
    pub fn with_keeper(mut self, draw: u64) -> Self {
        self.keeper = draw;
        self
    }

    /// One account's position.
    pub(crate) fn held(&self, account: AccountId) -> Option<&Position> {
        self.book.get(account.index()).and_then(Option::as_ref)
    }

    /// An operation on one account, from the present state.
    pub(crate) fn draft(&self, account: AccountId) -> Draft<'_> {
        Draft {
            terms: &self.terms,
            prices: self.prices,
            now: self.now,
            account,
            pool: self.pool,
            position: self.held(account).copied(),
            margin: self.ledger.balance(Account::Margin(account)),
            free: self.ledger.balance(Account::Free(account)),
            next_deficit: self.next_deficit,
            postings: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Tells an event; it follows what has been posted so far.
    pub(crate) fn tell(&mut self, event: Event) {
        self.telling.tell(self.ledger.posted(), event);
    }

    /// Tells a position as a plan leaves it, before the events of the plan.
    fn tell_position(&mut self, account: AccountId, position: Option<&Position>) {
        if self.telling.is_full() && self.held(account) != position {
            self.tell(Event::Position(state_of(account, position)));
        }
    }

    /// Writes a plan: its postings, then its state.
    pub(crate) fn write(&mut self, plan: Plan) {
        let before = self.ledger.posted();
        self.tell_position(plan.account, plan.position.as_ref());
        for posting in plan.postings {
            let Posting {
                from,
                to,
                amount,
                cause,
            } = posting;
            self.ledger.pay(from, to, amount, cause);
        }
        self.pool = plan.pool;
        funding::forget_when_one_sided(&self.terms, &mut self.pool);
        let cash = self.ledger.balance(Account::Pool);
        let impact = self.ledger.balance(Account::ImpactPool);
        assert!(
            cash == self.pool.cash && impact == self.pool.impact_pool,
            "invariant: a plan's cash is the ledger's: {cash} and {impact}"
        );
        self.next_deficit = plan.next_deficit;
        self.hold(plan.account, plan.position);
        for (postings, event) in plan.events {
            let postings = u64::try_from(postings).unwrap_or(u64::MAX);
            self.telling.tell(before.saturating_add(postings), event);
        }
        self.ledger.end_step();
    }

    /// Sets an account's position, here and in the index.
    pub(crate) fn hold(&mut self, account: AccountId, position: Option<Position>) {
        match &position {
            Some(position) => {
                let margin = self.ledger.balance(Account::Margin(account));
                self.watch.set(&self.terms, position, margin);
            }
            None => self.watch.remove(account),
        }
        if let Some(slot) = self.book.get_mut(account.index()) {
            *slot = position;
        }
    }

    fn require_live(&self) -> Result<(), Refusal> {
        match self.status {
            MarketStatus::Live => Ok(()),
            status => Err(Refusal::Status { status }),
        }
    }

    fn require_account(&self, account: AccountId) -> Result<(), Refusal> {
        match self.book.get(account.index()) {
            Some(_) => Ok(()),
            None => Err(Refusal::NoPosition { account }),
        }
    }

    fn plan_order(&self, account: AccountId, asked: &Asked) -> Result<(Plan, Receipt), Refusal> {
        self.require_live()?;
        self.require_account(account)?;
        let in_range = asked.size.abs() <= Base::MAX && asked.margin <= Usd::MAX;
        if !in_range {
            return Err(Refusal::NotPositive);
        }
        let mut draft = self.draft(account);
        let fill = draft.trade(asked)?;
        Ok((draft.into_plan(), Receipt::Filled(fill)))
    }

    fn plan_margin(&self, account: AccountId, amount: Usd) -> Result<(Plan, Receipt), Refusal> {
        self.require_live()?;
        let mut draft = self.draft(account);
        if draft.position.is_none() {
            return Err(Refusal::NoPosition { account });
        }
        let margin = draft.margin_account();
        draft.pay(Account::External, margin, amount, Cause::MarginPosted);
        Ok((draft.into_plan(), Receipt::Moved { amount }))
    }

    fn plan_withdrawal(&self, account: AccountId, asked: Usd) -> Result<(Plan, Receipt), Refusal> {
        let mut draft = self.draft(account);
        let available = draft.free;
        if asked > available {
            return Err(Refusal::Collateral { available, asked });
        }
        let free = draft.free_account();
        draft.pay(free, Account::External, asked, Cause::CollateralWithdrawn);
        Ok((draft.into_plan(), Receipt::Moved { amount: asked }))
    }

    /// A pool without tranches takes both as its one.
    fn plan_request(&self, request: LpRequest) -> Result<Planned, Refusal> {
        positive(request.amount)?;
        self.require_live()?;
        self.after_request(request)?;
        Ok(Planned::Queue(request))
    }

    /// What a command comes to, or why it is refused.
    fn plan_command(&self, command: &Command) -> Result<Planned, Refusal> {
        let write = |(plan, receipt)| Planned::Write(Box::new(plan), receipt);
        match *command {
            Command::Order {
                account,
                size,
                margin,
                limit,
                fill: _,
            } => {
                let asked = Asked {
                    size,
                    margin,
                    limit,
                };
                self.plan_order(account, &asked).map(write)
            }
            Command::AddMargin { account, amount } => {
                positive(amount)?;
                self.plan_margin(account, amount).map(write)
            }
            Command::Withdraw { account, amount } => {
                positive(amount)?;
                self.plan_withdrawal(account, amount).map(write)
            }
            Command::Provide { lp, amount, .. } => {
                let way = Way::In;
                self.plan_request(LpRequest { lp, way, amount })
            }
            Command::Redeem { lp, amount, .. } => {
                let way = Way::Out;
                self.plan_request(LpRequest { lp, way, amount })
            }
            Command::Bidding { .. } => Err(Refusal::NoBidders),
            Command::Claim { .. } => no_liquidity("redemptions are paid when they are executed"),
            Command::Recover { .. } => no_liquidity("no rule gives a recovery back"),
        }
    }

    fn view(&self, position: &Position) -> PositionView {
        let margin = self.ledger.balance(Account::Margin(position.account));
        let open_pnl = position.pnl(self.prices.at_mark());
        let dues = position.dues(self.pool.side(position.side));
        let cost = match position.side {
            Side::Long => position.size,
            Side::Short => -position.size,
        };
        PositionView {
            account: position.account,
            size: position.signed(),
            cost,
            margin,
            open_pnl,
            equity: margin + open_pnl - dues.borrowing - dues.funding + dues.claim,
        }
    }
}

fn positive(amount: Usd) -> Result<(), Refusal> {
    match amount.is_positive() && amount <= Usd::MAX {
        true => Ok(()),
        false => Err(Refusal::NotPositive),
    }
}

const fn no_liquidity<T>(reason: &'static str) -> Result<T, Refusal> {
    Err(Refusal::Liquidity { reason })
}

/// What a command comes to.
enum Planned {
    /// Something on one account, to be written at once.
    Write(Box<Plan>, Receipt),
    /// A request of liquidity, to be executed in the minute's Attribution phase.
    Queue(LpRequest),
}

impl Venue for PoolVenue {
    fn profile(&self) -> &VenueProfile {
        &self.profile
    }

    /// The mark is the oracle's. Without a valid one nothing is executed at all, and there is no
    /// reopening: keepers go on with the next valid price.
    fn observe(&mut self, tick: &Tick<'_>) {
        self.now = tick.now;
        self.ledger.set_time(tick.now);
        let mark = self.oracle.observe(tick.now, tick.quotes);
        let before = (self.prices.mark, self.outside);
        self.outside = tick.outside;
        self.prices = Prices::around(mark.price, self.terms.params.half_spread);
        let status = match mark.status.has_valid_mark() {
            true => MarketStatus::Live,
            false => MarketStatus::Halted,
        };
        if status != self.status {
            self.status = status;
            self.tell(Event::Status {
                time: self.now,
                status,
            });
        }
        let (price, outside) = (mark.price, tick.outside);
        if (price, outside) != before {
            let previous = None;
            self.tell(Event::Mark {
                price,
                outside,
                previous,
                made_of: None,
            });
        }
    }

    /// Brings the cumulative factors up to now. Seconds without a mark are charged with the next
    /// valid one, as on the chain.
    fn accrue(&mut self) {
        if self.status != MarketStatus::Live {
            return;
        }
        let seconds = self.now.since(self.pool.updated);
        if seconds == 0 {
            return;
        }
        funding::accrue(&self.terms, &mut self.pool, seconds);
        borrowing::accrue(&self.terms, &mut self.pool, self.prices, seconds);
        self.pool.updated = self.now;
        if self.telling.is_full() {
            self.tell(self.index_moved());
        }
    }

    fn plan(&self, command: &Command) -> Result<Receipt, Refusal> {
        match self.plan_command(command)? {
            Planned::Write(_, receipt) => Ok(receipt),
            Planned::Queue(_) => Ok(Receipt::Queued),
        }
    }

    fn commit(&mut self, command: &Command) -> Result<Receipt, Refusal> {
        match self.plan_command(command)? {
            Planned::Write(plan, receipt) => {
                self.write(*plan);
                if let Some(event) = told_of(command) {
                    self.tell(event);
                }
                Ok(receipt)
            }
            Planned::Queue(request) => {
                self.enqueue(request);
                Ok(Receipt::Queued)
            }
        }
    }

    fn liquidate(&mut self) {
        if self.status != MarketStatus::Live {
            return;
        }
        self.liquidate_due();
        for side in Side::BOTH {
            self.deleverage(side);
        }
        self.ledger.end_step();
    }

    fn attribute(&mut self) {
        if self.status == MarketStatus::Live && !self.requests.is_empty() {
            self.run_requests();
        }
        self.ledger.end_step();
    }

    /// Every deficit ends in the step that opens it, so nothing waits.
    fn finish(&mut self) {}

    fn quote(&self, side: Side, notional: Usd) -> Quote {
        let is_live = self.status == MarketStatus::Live;
        let in_range = notional.is_positive() && notional <= Usd::MAX;
        if !is_live || !in_range {
            return Quote::default();
        }
        let tokens = self.prices.mark.size_floor(notional);
        if !tokens.is_positive() {
            return Quote::default();
        }
        match opening(&self.terms, &self.pool, self.prices, side, tokens) {
            Ok(found) => Quote {
                filled: notional,
                cost: found.cost,
            },
            Err(_) => Quote::default(),
        }
    }

    /// An opening depends on the prices, on what both sides hold and on the cash that limits them;
    /// not on the cumulative factors, which move every second.
    fn quote_basis(&self) -> Option<QuoteBasis> {
        let (long, short) = (self.pool.side(Side::Long), self.pool.side(Side::Short));
        Some(QuoteBasis::of([
            self.prices.mark.units(),
            i128::from(self.status == MarketStatus::Live),
            self.pool.own_cash().units(),
            long.tokens.units(),
            long.size.units(),
            short.tokens.units(),
            short.size.units(),
        ]))
    }

    fn state(&self) -> VenueState {
        let at_mark = |side| self.prices.mark.value_floor(self.pool.side(side).tokens);
        VenueState {
            mark: self.prices.mark,
            status: self.status,
            open_interest_long: at_mark(Side::Long),
            open_interest_short: at_mark(Side::Short),
            capital: [CapitalPart {
                role: "pool",
                value: self.pool.value_at_mark(&self.terms, self.prices),
                is_lp: LpCapital::Yes,
            }]
            .into_iter()
            .collect(),
            open_deficit: Usd::ZERO,
        }
    }

    fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn take_entries(&mut self, buffer: &mut Vec<Entry>) {
        self.ledger.take(buffer);
    }

    fn set_detail(&mut self, detail: Detail) {
        self.telling.set_detail(detail);
    }

    fn take_told(&mut self, buffer: &mut Vec<Told>) {
        self.telling.take(buffer);
    }

    fn position_states(&self) -> Vec<PositionState> {
        self.states()
    }

    fn share_register(&self) -> Vec<ShareChange> {
        self.register()
    }

    fn standing(&self) -> Standing {
        self.stand()
    }

    fn position(&self, account: AccountId) -> Option<PositionView> {
        self.held(account).map(|position| self.view(position))
    }

    fn positions(&self) -> Vec<PositionView> {
        let held = self.book.iter().flatten();
        held.map(|position| self.view(position)).collect()
    }

    fn endow_lp(&mut self, lp: BidderId, _: TrancheName, amount: Usd) -> Result<(), Refusal> {
        self.hand_over(lp, amount)
    }

    fn lp_holding(&self, lp: BidderId, _: TrancheName) -> LpHolding {
        self.holding(lp)
    }

    fn recount(&self) -> Vec<Recount> {
        recount::all(self)
    }
}
