//! Who holds what, the ledger, and how a transition moves it.

use std::collections::BTreeMap;

use seawall_venue::Command;

use super::deficit::Owing;
use super::funding::Hour;
use super::number::{Way, value};
use super::oracle::{Oracle, Seen, Status};
use super::quotes::Memory;
use super::rules::{Line, Need, Rules, halving, required};
use super::trade::Held;

/// An account of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purse {
    Outside,
    Protocol,
    Makers,
    Vault(usize),
    Variation,
    Owing(usize),
    Margin(usize),
    Free(usize),
}

/// Who can hold a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    User(usize),
    Makers,
    Vault(usize),
}

impl Who {
    pub fn purse(self) -> Purse {
        match self {
            Self::User(user) => Purse::Margin(user),
            Self::Makers => Purse::Makers,
            Self::Vault(vault) => Purse::Vault(vault),
        }
    }
}

/// What a taker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Buy,
    Sell,
}

impl Side {
    /// Who ends up with this size took this side.
    pub fn of(size: i128) -> Self {
        if size > 0 { Self::Buy } else { Self::Sell }
    }

    pub fn other(self) -> Self {
        if self == Self::Buy {
            Self::Sell
        } else {
            Self::Buy
        }
    }

    pub fn sign(self) -> i128 {
        if self == Self::Buy { 1 } else { -1 }
    }

    pub fn place(self) -> usize {
        usize::from(self == Self::Sell)
    }
}

/// An initial position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endowed {
    pub user: usize,
    pub size: i128,
    pub entry: i128,
    pub margin: i128,
}

/// What a market begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub rules: Rules,
    pub start: u64,
    pub price: i128,
    pub users: usize,
    pub makers: i128,
    pub vaults: Vec<i128>,
    pub endowed: Vec<Endowed>,
    /// Which part of the makers' capital belongs to which provider.
    pub providers: Vec<(u32, i128)>,
}

/// Why a market may not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// A user's position is below maintenance.
    Unhealthy(usize),
    /// The makers cannot hold the other side.
    Makers,
}

/// A second's observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dawn {
    pub now: u64,
    pub outside: i128,
    pub quotes: Vec<Seen>,
}

/// What is sent to a market.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transition {
    /// Oracle and Funding.
    Dawn(Dawn),
    /// Orders.
    Ask(Command),
    /// Liquidation, and Attribution on whole minutes.
    Dusk,
    /// The end, or a look at what the end would be.
    Finish,
}

/// What a command got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    Filled {
        filled: i128,
        mark: i128,
        notional: i128,
        cost: i128,
    },
    Moved(i128),
    Queued,
    Noted,
    No(No),
}

/// Why a command was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// No such position.
    Flat,
    NotPositive,
    InLiquidation,
    LimitPrice {
        price: i128,
        limit: i128,
    },
    /// Nothing to be had, or nobody to settle with.
    Empty,
    PartOnly {
        filled: i128,
    },
    InitialMargin {
        equity: i128,
        required: i128,
    },
    Collateral {
        available: i128,
    },
    Liquidity,
}

/// A position, or part of it, leaves its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taken {
    /// Sold to the book.
    Book {
        user: usize,
        size: i128,
        equity: i128,
    },
    /// Taken by a vault.
    Vault {
        user: usize,
        size: i128,
        equity: i128,
    },
    /// Closed against winners, and against whoever takes the rest.
    Winners {
        user: usize,
        size: i128,
        equity: i128,
    },
}

/// A winner closed for a deficit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub winner: usize,
    pub deficit: usize,
    pub closed: i128,
    pub profit: i128,
    pub taken: i128,
}

/// What a transition did beyond balances.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Happened {
    pub reply: Option<Reply>,
    pub taken: Vec<Taken>,
    pub cuts: Vec<Cut>,
    pub deficits: Vec<Owing>,
    /// Things that leave no figure of their own, for the count of what was reached.
    pub notes: Vec<&'static str>,
}

/// The order book.
#[derive(Debug, Clone)]
pub struct Market {
    pub opening: Opening,
    pub rules: Rules,
    pub initial: Vec<Line>,
    pub maintenance: Vec<Line>,
    pub balances: BTreeMap<Purse, i128>,
    pub users: Vec<Held>,
    pub cooling_until: Vec<u64>,
    pub makers: Held,
    pub vaults: Vec<Held>,
    pub now: u64,
    pub outside: i128,
    pub mark: i128,
    pub previous: i128,
    pub oracle: Oracle,
    pub mark_moved: bool,
    pub moved_at: u64,
    pub took_over_at: u64,
    pub unwound_at: u64,
    pub deleveraged_at: u64,
    pub memory: Memory,
    pub gone: BTreeMap<u32, i128>,
    pub index: i128,
    pub hour: Hour,
    pub shares: BTreeMap<Option<u32>, i128>,
    pub queue: Vec<super::liquidity::Asked>,
    pub granted: BTreeMap<u32, i128>,
    pub deficits: usize,
    pub residual: i128,
    /// Whether a second has begun and not ended.
    pub day: bool,
    pub happened: Happened,
}

/// A timer that strikes so many seconds after it last did.
pub fn strikes(last: &mut u64, now: u64, every: u64) -> bool {
    let due = now - *last >= every;
    if due {
        *last = now;
    }
    due
}

impl Market {
    pub fn open(opening: &Opening) -> Self {
        let (start, price, rules) = (opening.start, opening.price, opening.rules.clone());
        let memory = Memory {
            eaten: [0; 2],
            variance: 0,
            last: price,
            at: start,
            returning: halving(rules.book.half_life),
            remembering: halving(rules.book.memory),
        };
        let oracle = Oracle {
            price,
            status: Status::Live,
            valid_at: start,
            reopens_at: start,
        };
        let hour = Hour {
            number: start / 3_600,
            sum: 0,
            samples: 0,
            sampled_at: start,
        };
        let mut market = Self {
            opening: opening.clone(),
            initial: rules.lines(Need::Initial),
            maintenance: rules.lines(Need::Maintenance),
            rules,
            balances: BTreeMap::new(),
            users: vec![Held::default(); opening.users],
            cooling_until: vec![0; opening.users],
            makers: Held::default(),
            vaults: vec![Held::default(); opening.vaults.len()],
            now: start,
            outside: price,
            mark: price,
            previous: price,
            oracle,
            mark_moved: false,
            moved_at: start,
            took_over_at: start,
            unwound_at: start,
            deleveraged_at: start,
            memory,
            gone: BTreeMap::new(),
            index: 0,
            hour,
            shares: BTreeMap::new(),
            queue: Vec::new(),
            granted: BTreeMap::new(),
            deficits: 0,
            residual: 0,
            day: false,
            happened: Happened::default(),
        };
        market.pay_in(opening);
        market
    }

    fn pay_in(&mut self, opening: &Opening) {
        self.pay(Purse::Outside, Purse::Makers, opening.makers);
        for (vault, amount) in opening.vaults.iter().enumerate() {
            self.pay(Purse::Outside, Purse::Vault(vault), *amount);
        }
        for each in &opening.endowed {
            self.pay(Purse::Outside, Purse::Margin(each.user), each.margin);
            let cost = value(each.size, each.entry, Way::Up);
            self.users[each.user] = Held {
                size: each.size,
                cost,
                settled: 0,
            };
            self.makers.size -= each.size;
            self.makers.cost -= cost;
        }
        // A flat party has no cost: what balanced entries differ by is realised.
        if self.makers.size == 0 {
            self.pay(Purse::Variation, Purse::Makers, -self.makers.cost);
            self.makers = Held::default();
        }
        self.found_shares(opening);
    }

    /// Why the rules do not let a market begin like this: no position may be below maintenance,
    /// and the makers must have the initial margin of the other side.
    pub fn unfit(opening: &Opening) -> Option<Unfit> {
        let market = Self::open(opening);
        for each in &opening.endowed {
            let who = Who::User(each.user);
            if market.equity(who) < market.maintenance(&market.held(who)) {
                return Some(Unfit::Unhealthy(each.user));
            }
        }
        let equity = market.equity(Who::Makers);
        let notional = value(market.makers.size.abs(), opening.price, Way::Up);
        let required = super::rules::part_up(notional, opening.rules.book.leverage);
        (equity < 0 || equity < required).then_some(Unfit::Makers)
    }

    pub fn apply(mut self, transition: &Transition) -> Self {
        self.happened = Happened::default();
        match transition {
            Transition::Dawn(dawn) => self.dawn(dawn),
            Transition::Ask(command) => {
                let reply = self.ask(command).unwrap_or_else(Reply::No);
                self.happened.reply = Some(reply);
            }
            Transition::Dusk => self.dusk(),
            Transition::Finish => self.finish(),
        }
        self
    }

    /// Oracle: the book follows the outside price at once; the mark moves on its own grid, and
    /// only while the sources give a valid one. Then Funding.
    fn dawn(&mut self, dawn: &Dawn) {
        self.day = true;
        self.now = dawn.now;
        self.outside = dawn.outside;
        self.memory.observe(dawn.now, dawn.outside);
        let before = self.oracle.status;
        self.oracle
            .observe(&self.rules.oracle, dawn.now, &dawn.quotes);
        if before != self.oracle.status {
            self.note(match self.oracle.status {
                Status::Live => "becomes live",
                Status::Reopening => "reopens",
                Status::ReduceOnly => "becomes reduce-only",
                Status::Halted => "halts",
            });
        }
        self.mark_moved = false;
        let valid = self.oracle.status.has_mark();
        if valid && strikes(&mut self.moved_at, dawn.now, self.rules.mark_every) {
            (self.previous, self.mark) = (self.mark, self.oracle.price);
            self.mark_moved = true;
        }
        self.accrue();
    }

    fn dusk(&mut self) {
        self.day = false;
        self.liquidate();
        if self.now.is_multiple_of(60) {
            self.move_liquidity();
        }
    }

    /// Remembers something that leaves no figure of its own.
    pub fn note(&mut self, what: &'static str) {
        self.happened.notes.push(what);
    }

    pub fn balance(&self, purse: Purse) -> i128 {
        self.balances.get(&purse).copied().unwrap_or(0)
    }

    /// Moves an amount from one account to another; a negative one the other way.
    pub fn pay(&mut self, from: Purse, to: Purse, amount: i128) {
        *self.balances.entry(from).or_default() -= amount;
        *self.balances.entry(to).or_default() += amount;
    }

    pub fn held(&self, who: Who) -> Held {
        match who {
            Who::User(user) => self.users.get(user).copied().unwrap_or_default(),
            Who::Makers => self.makers,
            Who::Vault(vault) => self.vaults[vault],
        }
    }

    pub fn put(&mut self, who: Who, held: Held) {
        match who {
            Who::User(user) => self.users[user] = held,
            Who::Makers => self.makers = held,
            Who::Vault(vault) => self.vaults[vault] = held,
        }
    }

    pub fn cash(&self, who: Who) -> i128 {
        self.balance(who.purse())
    }

    pub fn equity(&self, who: Who) -> i128 {
        self.equity_at(who, self.mark)
    }

    pub fn equity_at(&self, who: Who, price: i128) -> i128 {
        self.held(who).equity(self.cash(who), price, self.index)
    }

    pub fn maintenance(&self, held: &Held) -> i128 {
        let notional = value(held.size.abs(), self.mark, Way::Up);
        required(&self.maintenance, notional)
    }

    /// Sets a flat user's margin free.
    pub fn free_if_flat(&mut self, user: usize) {
        if self.users[user].size == 0 {
            let rest = self.cash(Who::User(user));
            self.pay(Purse::Margin(user), Purse::Free(user), rest);
        }
    }

    pub fn long_interest(&self) -> i128 {
        value(
            self.users.iter().map(|held| held.size.max(0)).sum(),
            self.mark,
            Way::Down,
        )
    }

    pub fn short_interest(&self) -> i128 {
        value(
            self.users.iter().map(|held| (-held.size).max(0)).sum(),
            self.mark,
            Way::Down,
        )
    }

    /// What the makers are worth to their owners: what no payer had is missing from it.
    pub fn makers_value(&self) -> i128 {
        (self.equity(Who::Makers) - self.residual).max(0)
    }
}
