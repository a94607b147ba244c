//! A venue as small as a venue can be: every order trades at the mark against a pool, a position
//! at or below zero equity is settled at once, and pool, insurance and traders pay in this order.

use seawall_ledger::{Account, AccountId, Cause, DeficitId, Entry, Ledger, Transfer};
use seawall_units::{Base, Price, Side, Time, Usd};
use seawall_venue::{
    CapitalPart, Command, Deficit, Detail, Event, Fill, Liquidation, LpCapital, MarketStatus,
    PositionState, PositionView, Quote, Receipt, Recount, Refusal, Setup, ShareChange, SkipReason,
    StageEnd, StageId, StageReport, StageRule, Standing, Tick, Told, TrancheName, Venue,
    VenueProfile, VenueState,
};

#[derive(Debug, Clone, Copy, Default)]
struct Held {
    size: Base,
    cost: Usd,
}

pub(crate) struct TinyVenue {
    profile: VenueProfile,
    ledger: Ledger,
    now: Time,
    mark: Price,
    held: Vec<Held>,
    net: Base,
    next_deficit: u32,
    events: Vec<Event>,
    /// Commands committed, for the tests to look at.
    pub(crate) seen: Vec<(Time, Command)>,
    pub(crate) attributed: Vec<Time>,
}

impl TinyVenue {
    pub(crate) fn new(setup: &Setup, pool: Usd, insurance: Usd) -> Self {
        let accounts = usize::try_from(setup.accounts).unwrap();
        let mut ledger = Ledger::new(setup.start);
        ledger.reserve_accounts(accounts);
        let mut pay_in = |to, amount, cause| ledger.pay(Account::External, to, amount, cause);
        pay_in(Account::Pool, pool, Cause::CapitalPaidIn);
        pay_in(Account::Insurance, insurance, Cause::CapitalPaidIn);
        let mut held = vec![Held::default(); accounts];
        let mut net = Base::ZERO;
        for endowment in &setup.endowments {
            let margin = Account::Margin(endowment.account);
            pay_in(margin, endowment.margin, Cause::MarginPosted);
            held[endowment.account.index()] = Held {
                size: endowment.size,
                cost: endowment.entry.value_ceil(endowment.size),
            };
            net += endowment.size;
        }
        ledger.end_step();
        let none = StageRule::Absent("nothing");
        let native = StageRule::Native;
        Self {
            profile: VenueProfile {
                name: "gmx",
                title: "tiny",
                stages: [none, none, native, native, none, none, native],
                loss_order: vec![StageId::Junior, StageId::Insurance],
                house: None,
            },
            ledger,
            now: setup.start,
            mark: setup.opening,
            held,
            net,
            next_deficit: 0,
            events: Vec::new(),
            seen: Vec::new(),
            attributed: Vec::new(),
        }
    }

    fn view(&self, account: AccountId) -> Option<PositionView> {
        let held = self.held.get(account.index())?;
        let margin = self.ledger.balance(Account::Margin(account));
        let open_pnl = self.mark.value_floor(held.size) - held.cost;
        held.size.side().map(|_| PositionView {
            account,
            size: held.size,
            cost: held.cost,
            margin,
            open_pnl,
            equity: margin + open_pnl,
        })
    }

    fn views(&self) -> Vec<PositionView> {
        let accounts = (0..u32::try_from(self.held.len()).unwrap()).map(AccountId::new);
        accounts.filter_map(|account| self.view(account)).collect()
    }

    /// A trade at the mark; what it closes is settled with the pool.
    fn trade(&mut self, account: AccountId, size: Base) {
        let held = self.held[account.index()];
        let after = held.size + size;
        let reduces = held.size.signum() * size.signum() < 0;
        let margin = Account::Margin(account);
        let mut cost = held.cost + self.mark.value_ceil(size);
        if reduces {
            let closed = size.abs().min(held.size.abs());
            let share = held.cost.mul_div_ceil(closed, held.size.abs()).unwrap();
            let value = self.mark.value_floor(match held.size.is_negative() {
                true => -closed,
                false => closed,
            });
            let pnl = value - share;
            match pnl.is_negative() {
                true => {
                    let loss = (-pnl).min(self.ledger.balance(margin));
                    self.ledger
                        .pay(margin, Account::Pool, loss, Cause::LossRealised);
                }
                false => {
                    self.ledger
                        .pay(Account::Pool, margin, pnl, Cause::ProfitRealised);
                }
            }
            cost = match after.signum() * held.size.signum() < 0 {
                true => self.mark.value_ceil(after),
                false => held.cost - share,
            };
        }
        self.net += size;
        self.held[account.index()] = Held { size: after, cost };
    }

    fn settle(&mut self, position: PositionView) {
        let (account, now) = (position.account, self.now);
        let id = DeficitId::new(self.next_deficit);
        self.next_deficit += 1;
        self.events.push(Event::Liquidation(Liquidation {
            time: now,
            account,
            stage: StageId::Junior,
            size: position.size,
            price: self.mark,
            mark: self.mark,
            equity: position.equity,
            maintenance: Usd::ZERO,
            taker: None,
        }));
        let (margin, open) = (Account::Margin(account), Account::OpenDeficit(id));
        let missing = -position.equity;
        self.ledger.pay(
            margin,
            Account::Clearing,
            position.margin,
            Cause::LossRealised,
        );
        self.ledger
            .pay(open, Account::Clearing, missing, Cause::DeficitOpened);
        let gain = position.margin + missing;
        self.ledger
            .pay(Account::Clearing, Account::Pool, gain, Cause::LossRealised);
        self.held[account.index()] = Held::default();
        self.net -= position.size;
        if missing.is_zero() {
            return;
        }
        let side = position.size.side().unwrap();
        self.events.push(Event::DeficitOpened {
            time: now,
            id,
            account,
            side,
            amount: missing,
            mark: self.mark,
        });
        let mut deficit = Deficit::open(id, account, side, now, missing);
        // Half of the pool stands for a loss, so that the tests see a stated cap.
        let half = Usd::units_i64(i64::try_from(self.pool().units() / 2).unwrap());
        self.payer(&mut deficit, StageId::Junior, half);
        let fund = self.ledger.balance(Account::Insurance);
        self.payer(&mut deficit, StageId::Insurance, fund);
        self.events.push(Event::DeficitClosed {
            time: now,
            id,
            residual: deficit.left(),
        });
    }

    fn payer(&mut self, deficit: &mut Deficit, stage: StageId, capacity: Usd) {
        let (from, cause) = match stage {
            StageId::Junior => (Account::Pool, Cause::PoolLoss),
            _ => (Account::Insurance, Cause::InsuranceLoss),
        };
        let before = deficit.left();
        let paid = deficit.pay(capacity);
        let end = match (before.is_zero(), deficit.is_cleared(), stage) {
            (true, _, _) => StageEnd::Skipped(SkipReason::NothingLeft),
            (_, true, _) => StageEnd::Cleared,
            (_, _, StageId::Junior) => StageEnd::Capped,
            _ => StageEnd::Exhausted,
        };
        let to = Account::OpenDeficit(deficit.id());
        let mut transfers = Vec::new();
        if paid.absorbed.is_positive() {
            let transfer = Transfer::new(from, to, paid.absorbed, cause).unwrap();
            self.ledger.post(transfer);
            transfers.push(transfer);
        }
        self.events.push(Event::Stage(StageReport {
            time: self.now,
            stage,
            deficit: Some(deficit.id()),
            account: Some(deficit.account()),
            closed: Base::ZERO,
            absorbed: paid.absorbed,
            capacity: Some(capacity),
            owner_cost: Usd::ZERO,
            end,
            transfers,
        }));
    }

    fn pool(&self) -> Usd {
        self.ledger.balance(Account::Pool)
    }
}

impl Venue for TinyVenue {
    fn profile(&self) -> &VenueProfile {
        &self.profile
    }

    fn observe(&mut self, tick: &Tick<'_>) {
        self.now = tick.now;
        self.ledger.set_time(tick.now);
        let fresh = tick.quotes.iter().find(|quote| quote.at == tick.now);
        self.mark = fresh.map_or(self.mark, |quote| quote.price);
    }

    fn accrue(&mut self) {}

    fn plan(&self, command: &Command) -> Result<Receipt, Refusal> {
        match *command {
            Command::Order { account, size, .. } => {
                let notional = self.mark.value_floor(size.abs());
                let allowed = Usd::whole(1_000_000);
                if notional > allowed {
                    return Err(Refusal::Limit {
                        limit: "order",
                        value: notional,
                        allowed,
                    });
                }
                Ok(Receipt::Filled(Fill {
                    account,
                    asked: size,
                    filled: size,
                    mark: self.mark,
                    notional,
                    cost: Usd::ZERO,
                }))
            }
            Command::AddMargin { amount, .. } => Ok(Receipt::Moved { amount }),
            Command::Provide { amount, .. } | Command::Redeem { amount, .. } => {
                Ok(Receipt::Liquidity { amount, shares: 0 })
            }
            _ => Err(Refusal::NoLiquidity),
        }
    }

    fn commit(&mut self, command: &Command) -> Result<Receipt, Refusal> {
        self.seen.push((self.now, *command));
        let receipt = self.plan(command)?;
        let outside = Account::External;
        match *command {
            Command::Order {
                account,
                size,
                margin,
                ..
            } => {
                let post = Cause::MarginPosted;
                self.ledger
                    .pay(outside, Account::Margin(account), margin, post);
                self.trade(account, size);
            }
            Command::AddMargin { account, amount } => {
                let to = Account::Margin(account);
                self.ledger.pay(outside, to, amount, Cause::MarginPosted);
            }
            Command::Provide { amount, .. } => {
                let pool = Account::Pool;
                self.ledger.pay(outside, pool, amount, Cause::VaultDeposit);
            }
            Command::Redeem {
                amount,
                tranche: TrancheName::Senior,
                ..
            } => {
                let pool = Account::Pool;
                self.ledger
                    .pay(pool, outside, amount, Cause::VaultRedemption);
            }
            _ => {}
        }
        Ok(receipt)
    }

    fn liquidate(&mut self) {
        for position in self.views() {
            if !position.equity.is_positive() {
                self.settle(position);
            }
        }
    }

    fn attribute(&mut self) {
        self.attributed.push(self.now);
    }

    fn finish(&mut self) {}

    fn quote(&self, _: Side, notional: Usd) -> Quote {
        let filled = notional.min(Usd::whole(100_000));
        Quote {
            filled,
            cost: filled.mul_ceil(seawall_units::Ratio::bps(5)),
        }
    }

    fn state(&self) -> VenueState {
        let open = |side: Side| {
            let views = self.views().into_iter();
            let sided = views.filter(|view| view.size.side() == Some(side));
            sided
                .map(|view| self.mark.value_floor(view.size.abs()))
                .sum()
        };
        let traders: Usd = self.views().iter().map(|view| view.open_pnl).sum();
        let part = |role, value, is_lp| CapitalPart { role, value, is_lp };
        VenueState {
            mark: self.mark,
            status: MarketStatus::Live,
            open_interest_long: open(Side::Long),
            open_interest_short: open(Side::Short),
            capital: [
                part("pool", self.pool() - traders, LpCapital::Yes),
                part(
                    "insurance",
                    self.ledger.balance(Account::Insurance),
                    LpCapital::No,
                ),
            ]
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

    fn set_detail(&mut self, _: Detail) {}

    fn take_told(&mut self, buffer: &mut Vec<Told>) {
        let posted = u64::MAX;
        let events = std::mem::take(&mut self.events).into_iter();
        buffer.clear();
        buffer.extend(events.map(|event| Told { posted, event }));
    }

    fn position_states(&self) -> Vec<PositionState> {
        Vec::new()
    }

    fn share_register(&self) -> Vec<ShareChange> {
        Vec::new()
    }

    fn standing(&self) -> Standing {
        Standing::default()
    }

    fn position(&self, account: AccountId) -> Option<PositionView> {
        self.view(account)
    }

    fn positions(&self) -> Vec<PositionView> {
        self.views()
    }

    fn recount(&self) -> Vec<Recount> {
        let counted: Base = self.held.iter().map(|held| held.size).sum();
        vec![Recount {
            what: "net size",
            kept: self.net.units(),
            counted: counted.units(),
        }]
    }
}
