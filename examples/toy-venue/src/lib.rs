//! A fully collateralised market: what a trader can lose is paid in with the order, and what he can
//! win is set aside in the pool.
//!
//! A position's price counts between zero and twice its entry, so neither side can owe more than its
//! cost: there are no liquidations, no deficits, no funding and no fees. One position an account,
//! opened and closed whole.

use seawall_ledger::{Account, AccountId, Cause, Entry, Ledger};
use seawall_units::{Base, Price, Round, Side, Time, Usd};
use seawall_venue::{
    CapitalPart, Command, Detail, Event, Fill, LpCapital, MarketStatus, PositionState,
    PositionView, Quote, Receipt, Recount, Refusal, Setup, SetupError, ShareChange, StageId,
    StageRule, Standing, Telling, Tick, Told, Venue, VenueProfile, VenueState,
};

/// What an account holds.
#[derive(Debug, Clone, Copy, Default)]
struct Position {
    size: Base,
    /// Its cost, unsigned: the most that it can win or lose.
    cost: Usd,
}

impl Position {
    fn at(size: Base, entry: Price) -> Self {
        let cost = entry.value_ceil(size.abs());
        Self { size, cost }
    }

    /// Profit at a price, at most its cost either way, rounded down.
    fn pnl(&self, mark: Price) -> Usd {
        let gain = match self.size.side() {
            Some(Side::Long) => mark.value(self.size.abs(), Round::Floor) - self.cost,
            Some(Side::Short) => self.cost - mark.value(self.size.abs(), Round::Ceil),
            None => Usd::ZERO,
        };
        gain.clamp(-self.cost, self.cost)
    }
}

/// The market.
#[derive(Debug)]
pub struct ToyVenue {
    profile: VenueProfile,
    ledger: Ledger,
    telling: Telling,
    positions: Vec<Position>,
    /// What the pool has set aside for winners.
    reserved: Usd,
    mark: Price,
    status: MarketStatus,
    now: Time,
}

impl ToyVenue {
    /// A market with its pool paid in and its initial positions taken.
    ///
    /// # Errors
    /// A position that is not paid up, or that the pool cannot cover.
    pub fn new(setup: &Setup, capital: Usd) -> Result<Self, SetupError> {
        let mut venue = Self {
            profile: profile(),
            ledger: Ledger::new(setup.start),
            telling: Telling::default(),
            positions: vec![Position::default(); setup.accounts as usize],
            reserved: Usd::ZERO,
            mark: setup.opening,
            status: MarketStatus::Live,
            now: setup.start,
        };
        let paid_in = Cause::CapitalPaidIn;
        venue
            .ledger
            .pay(Account::External, Account::Pool, capital, paid_in);
        for endowed in &setup.endowments {
            let position = Position::at(endowed.size, endowed.entry);
            if position.cost > endowed.margin {
                return Err(SetupError::Unhealthy {
                    venue: "toy",
                    account: endowed.account,
                    equity: endowed.margin,
                    required: position.cost,
                });
            }
            if position.cost > venue.uncommitted() {
                return Err(SetupError::Limit {
                    venue: "toy",
                    limit: "pool",
                    value: position.cost,
                    allowed: venue.uncommitted(),
                });
            }
            venue.post_margin(endowed.account, endowed.margin);
            venue.open(endowed.account, position);
        }
        Ok(venue)
    }

    fn uncommitted(&self) -> Usd {
        self.ledger.balance(Account::Pool) - self.reserved
    }

    fn held(&self, account: AccountId) -> Position {
        self.positions
            .get(account.index())
            .copied()
            .unwrap_or_default()
    }

    fn write(&mut self, account: AccountId, position: Position) {
        self.positions[account.index()] = position;
        if self.telling.is_full() {
            let state = state_of(account, position);
            self.telling
                .tell(self.ledger.posted(), Event::Position(state));
        }
    }

    fn open(&mut self, account: AccountId, position: Position) {
        self.reserved += position.cost;
        self.write(account, position);
    }

    fn close(&mut self, account: AccountId) {
        let (position, margin) = (self.held(account), Account::Margin(account));
        let pnl = position.pnl(self.mark);
        self.ledger
            .pay(Account::Pool, margin, pnl.or_zero(), Cause::ProfitRealised);
        self.ledger
            .pay(margin, Account::Pool, (-pnl).or_zero(), Cause::LossRealised);
        let left = self.ledger.balance(margin);
        let free = Account::Free(account);
        self.ledger.pay(margin, free, left, Cause::MarginReleased);
        self.reserved -= position.cost;
        self.write(account, Position::default());
    }

    /// Margin comes from free collateral first, then from outside.
    fn post_margin(&mut self, account: AccountId, amount: Usd) {
        let (free, margin) = (Account::Free(account), Account::Margin(account));
        let own = self.ledger.balance(free).min(amount);
        self.ledger.pay(free, margin, own, Cause::MarginPosted);
        self.ledger
            .pay(Account::External, margin, amount - own, Cause::MarginPosted);
    }

    /// What an order would do: the fill, and the position that it opens.
    fn plan_order(&self, command: &Command) -> Result<(Fill, Option<Position>), Refusal> {
        let &Command::Order {
            account,
            size,
            margin,
            limit,
            ..
        } = command
        else {
            return Err(Refusal::NotPositive);
        };
        if self.status != MarketStatus::Live {
            return Err(Refusal::Status {
                status: self.status,
            });
        }
        let Some(side) = size.side().filter(|_| !margin.is_negative()) else {
            return Err(Refusal::NotPositive);
        };
        if account.index() >= self.positions.len() {
            return Err(Refusal::NoPosition { account });
        }
        if let Some(limit) = limit {
            let worse = match side {
                Side::Long => self.mark > limit,
                Side::Short => self.mark < limit,
            };
            if worse {
                return Err(Refusal::LimitPrice {
                    price: self.mark,
                    limit,
                });
            }
        }
        let held = self.held(account);
        if !held.size.is_zero() {
            let all = side != held.size.side().unwrap_or(side) && size.abs() == held.size.abs();
            return match all && margin.is_zero() {
                true => Ok((self.fill(account, size), None)),
                false => Err(Refusal::PartOnly {
                    asked: size,
                    filled: -held.size,
                }),
            };
        }
        let position = Position::at(size, self.mark);
        if position.cost > self.uncommitted() {
            return Err(Refusal::Limit {
                limit: "pool",
                value: position.cost,
                allowed: self.uncommitted(),
            });
        }
        match margin < position.cost {
            true => Err(Refusal::InitialMargin {
                equity: margin,
                required: position.cost,
            }),
            false => Ok((self.fill(account, size), Some(position))),
        }
    }

    fn fill(&self, account: AccountId, size: Base) -> Fill {
        Fill {
            account,
            asked: size,
            filled: size,
            mark: self.mark,
            notional: self.mark.value_ceil(size.abs()),
            cost: Usd::ZERO,
        }
    }

    fn open_interest(&self, side: Side) -> Usd {
        let own = self
            .positions
            .iter()
            .filter(|p| p.size.side() == Some(side));
        own.map(|p| self.mark.value_floor(p.size.abs())).sum()
    }

    fn pool_value(&self) -> Usd {
        let owed: Usd = self.positions.iter().map(|p| p.pnl(self.mark)).sum();
        self.ledger.balance(Account::Pool) - owed
    }
}

fn state_of(account: AccountId, position: Position) -> PositionState {
    PositionState {
        holder: Account::Margin(account),
        size: position.size,
        cost: match position.size.side() {
            Some(Side::Short) => -position.cost,
            _ => position.cost,
        },
        since: Vec::new(),
    }
}

fn profile() -> VenueProfile {
    let never = StageRule::Absent("positions are paid up");
    VenueProfile {
        name: "toy",
        title: "Fully collateralised market",
        stages: [never; 7],
        loss_order: vec![StageId::Residual],
        house: None,
    }
}

impl Venue for ToyVenue {
    fn profile(&self) -> &VenueProfile {
        &self.profile
    }

    fn observe(&mut self, tick: &Tick<'_>) {
        self.now = tick.now;
        self.ledger.set_time(tick.now);
        self.status = match tick.quotes.first() {
            Some(quote) => {
                self.mark = quote.price;
                MarketStatus::Live
            }
            None => MarketStatus::Halted,
        };
    }

    fn accrue(&mut self) {}

    fn plan(&self, command: &Command) -> Result<Receipt, Refusal> {
        match *command {
            Command::Order { .. } => Ok(Receipt::Filled(self.plan_order(command)?.0)),
            Command::AddMargin { amount, .. } | Command::Withdraw { amount, .. }
                if !amount.is_positive() =>
            {
                Err(Refusal::NotPositive)
            }
            Command::AddMargin { account, amount } => match self.held(account).size.is_zero() {
                true => Err(Refusal::NoPosition { account }),
                false => Ok(Receipt::Moved { amount }),
            },
            Command::Withdraw { account, amount } => {
                let available = self.ledger.balance(Account::Free(account));
                match amount > available {
                    true => Err(Refusal::Collateral {
                        available,
                        asked: amount,
                    }),
                    false => Ok(Receipt::Moved { amount }),
                }
            }
            Command::Bidding { .. } => Err(Refusal::NoBidders),
            _ => Err(Refusal::Liquidity {
                reason: "the pool has one owner",
            }),
        }
    }

    fn commit(&mut self, command: &Command) -> Result<Receipt, Refusal> {
        let receipt = self.plan(command)?;
        let told = match *command {
            Command::Order {
                account, margin, ..
            } => {
                let (fill, opens) = self.plan_order(command)?;
                match opens {
                    Some(position) => {
                        self.post_margin(account, margin);
                        self.open(account, position);
                    }
                    None => self.close(account),
                }
                Event::Fill(fill)
            }
            Command::Withdraw { account, amount } => {
                let free = Account::Free(account);
                let out = Cause::CollateralWithdrawn;
                self.ledger.pay(free, Account::External, amount, out);
                Event::Withdrawn { account, amount }
            }
            Command::AddMargin { account, amount } => {
                let margin = Account::Margin(account);
                self.ledger
                    .pay(Account::External, margin, amount, Cause::MarginPosted);
                Event::MarginAdded { account, amount }
            }
            _ => return Ok(receipt),
        };
        self.telling.tell(self.ledger.posted(), told);
        self.ledger.end_step();
        Ok(receipt)
    }

    fn liquidate(&mut self) {}

    fn attribute(&mut self) {}

    fn finish(&mut self) {}

    fn quote(&self, _side: Side, notional: Usd) -> Quote {
        let whole = notional.is_positive() && notional <= self.uncommitted();
        match whole && self.status == MarketStatus::Live {
            true => Quote {
                filled: notional,
                cost: Usd::ZERO,
            },
            false => Quote::default(),
        }
    }

    fn state(&self) -> VenueState {
        VenueState {
            mark: self.mark,
            status: self.status,
            open_interest_long: self.open_interest(Side::Long),
            open_interest_short: self.open_interest(Side::Short),
            capital: [CapitalPart {
                role: "pool",
                value: self.pool_value(),
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
        let open = self.positions().into_iter();
        open.map(|view| state_of(view.account, self.held(view.account)))
            .collect()
    }

    fn share_register(&self) -> Vec<ShareChange> {
        Vec::new()
    }

    fn standing(&self) -> Standing {
        let pool = (Account::Pool.to_string(), self.pool_value());
        Standing {
            values: vec![pool],
            ..Standing::default()
        }
    }

    fn position(&self, account: AccountId) -> Option<PositionView> {
        let position = self.held(account);
        if position.size.is_zero() {
            return None;
        }
        let margin = self.ledger.balance(Account::Margin(account));
        let open_pnl = position.pnl(self.mark);
        Some(PositionView {
            account,
            size: position.size,
            cost: state_of(account, position).cost,
            margin,
            open_pnl,
            equity: margin + open_pnl,
        })
    }

    fn positions(&self) -> Vec<PositionView> {
        let accounts = (0..).map(AccountId::new).take(self.positions.len());
        accounts
            .filter_map(|account| self.position(account))
            .collect()
    }

    fn recount(&self) -> Vec<Recount> {
        let counted: Usd = self.positions.iter().map(|p| p.cost).sum();
        vec![Recount {
            what: "reserved",
            kept: self.reserved.units(),
            counted: counted.units(),
        }]
    }
}
