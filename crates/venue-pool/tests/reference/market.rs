//! The market's state: prices, positions, books, cumulative rates, liquidity.
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::books::{Books, Purse};
use super::number::{MONEY, PRICE, Q, SHARES, Way, down, or_zero, round, up, whole, zero};
use super::oracle::{self, Quoted};
use super::rules::{Rules, Side};

/// The mark and the feed's bid and ask.
#[derive(Debug, Clone)]
pub(crate) struct Prices {
    pub(crate) mark: Q,
    pub(crate) min: Q,
    pub(crate) max: Q,
}

impl Prices {
    pub(crate) fn around(mark: &Q, half_spread: &Q) -> Self {
        Self {
            mark: mark.clone(),
            min: down(&(mark * (whole(1) - half_spread)), PRICE),
            max: up(&(mark * (whole(1) + half_spread)), PRICE),
        }
    }

    pub(crate) fn mid(&self) -> Q {
        down(&((&self.min + &self.max) / whole(2)), PRICE)
    }
}

/// What tokens are worth at a price, in money.
pub(crate) fn worth(tokens: &Q, price: &Q, way: Way) -> Q {
    round(&(tokens * price), MONEY, way)
}

/// A position.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) side: Side,
    pub(crate) tokens: Q,
    /// At entry prices.
    pub(crate) size: Q,
    /// Impact of its opening orders, in index tokens.
    pub(crate) pending: Q,
    /// When it was opened or increased last.
    pub(crate) increased: u64,
    /// The side's rates when its dues were settled last.
    pub(crate) since: Rates,
}

/// Cumulative rates of one side per USD of size.
#[derive(Debug, Clone)]
pub(crate) struct Rates {
    pub(crate) borrowing: Q,
    pub(crate) funding_paid: Q,
    pub(crate) funding_received: Q,
}

impl Rates {
    fn none() -> Self {
        Self {
            borrowing: zero(),
            funding_paid: zero(),
            funding_received: zero(),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Provider {
    pub(crate) tokens: Q,
    pub(crate) granted: Q,
}

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) lp: u32,
    pub(crate) enters: bool,
    pub(crate) amount: Q,
}

/// What happened, in the order in which it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Filled {
        account: u32,
        tokens: Q,
        notional: Q,
        cost: Q,
    },
    Status {
        live: bool,
    },
    Liquidation {
        account: u32,
        tokens: Q,
        price: Q,
        remaining: Q,
        required: Q,
    },
    Deficit {
        id: u32,
        account: u32,
        long: bool,
        amount: Q,
        absorbed: Q,
        residual: Q,
    },
    Deleveraged {
        account: u32,
        tokens: Q,
        cost: Q,
    },
    Cut {
        account: u32,
        tokens: Q,
        profit: Q,
        taken: Q,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Market {
    pub(crate) rules: Rc<Rules>,
    /// Accounts are numbered from 0 up to this.
    pub(crate) accounts: u32,
    pub(crate) now: u64,
    /// When the cumulative rates were brought up last.
    pub(crate) accrued: u64,
    pub(crate) live: bool,
    pub(crate) prices: Prices,
    pub(crate) books: Books,
    pub(crate) held: BTreeMap<u32, Held>,
    pub(crate) long: Rates,
    pub(crate) short: Rates,
    /// The funding rate that the next one starts from; longs pay above zero.
    pub(crate) funding_rate: Q,
    /// Funding that lies in the pool's cash and belongs to traders.
    pub(crate) float: Q,
    pub(crate) supply: Q,
    pub(crate) founder: Q,
    pub(crate) providers: BTreeMap<u32, Provider>,
    pub(crate) requests: Vec<Request>,
    pub(crate) deficits: u32,
    /// What happened since the step began.
    pub(crate) outcomes: Vec<Outcome>,
    /// Turns of the rules that were taken since the step began, so that a stream can be judged.
    pub(crate) turns: BTreeSet<&'static str>,
}

/// What a market starts with.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    pub(crate) rules: Rules,
    pub(crate) accounts: u32,
    pub(crate) mark: Q,
    pub(crate) capital: Q,
    pub(crate) impact_pool: Q,
    /// Account, signed tokens, entry price, margin.
    pub(crate) endowments: Vec<(u32, Q, Q, Q)>,
    /// Provider, amount of the opening capital.
    pub(crate) providers: Vec<(u32, Q)>,
}

impl Market {
    pub(crate) fn open(opening: Opening) -> Self {
        let prices = Prices::around(&opening.mark, &opening.rules.half_spread);
        let cash = &opening.capital - &opening.impact_pool;
        let mut market = Self {
            rules: Rc::new(opening.rules),
            accounts: opening.accounts,
            now: 0,
            accrued: 0,
            live: true,
            prices,
            books: Books::default(),
            held: BTreeMap::new(),
            long: Rates::none(),
            short: Rates::none(),
            funding_rate: zero(),
            float: zero(),
            supply: cash.clone(),
            founder: cash.clone(),
            providers: BTreeMap::new(),
            requests: Vec::new(),
            deficits: 0,
            outcomes: Vec::new(),
            turns: BTreeSet::new(),
        };
        let paid_in = "capital_paid_in";
        market.pay(Purse::External, Purse::Pool, &cash, paid_in);
        market.pay(
            Purse::External,
            Purse::ImpactPool,
            &opening.impact_pool,
            paid_in,
        );
        for (account, tokens, entry, margin) in &opening.endowments {
            market.endow(*account, tokens, entry);
            market.pay(
                Purse::External,
                Purse::Margin(*account),
                margin,
                "margin_posted",
            );
        }
        // One market token per USD of the opening capital.
        for (lp, amount) in &opening.providers {
            let tokens = down(amount, SHARES);
            market.founder -= &tokens;
            let provider = Provider {
                tokens,
                granted: zero(),
            };
            market.providers.insert(*lp, provider);
        }
        market
    }

    fn endow(&mut self, account: u32, tokens: &Q, entry: &Q) {
        let (side, tokens, way) = match *tokens > zero() {
            true => (Side::Long, tokens.clone(), Way::Up),
            false => (Side::Short, -tokens.clone(), Way::Down),
        };
        let held = Held {
            side,
            size: worth(&tokens, entry, way),
            tokens,
            pending: zero(),
            increased: 0,
            since: Rates::none(),
        };
        self.held.insert(account, held);
    }

    /// A new step begins: nothing has moved or happened in it yet.
    pub(crate) fn begin(&mut self) {
        self.books.flows.clear();
        self.outcomes.clear();
        self.turns.clear();
    }

    /// Notes a turn of the rules if it was taken.
    pub(crate) fn turn(&mut self, taken: bool, name: &'static str) {
        if taken {
            self.turns.insert(name);
        }
    }

    pub(crate) fn pay(&mut self, from: Purse, to: Purse, amount: &Q, why: &'static str) {
        self.books.pay((from, to, why), amount);
    }

    pub(crate) fn cash(&self) -> Q {
        self.books.balance(Purse::Pool)
    }

    pub(crate) fn margin(&self, account: u32) -> Q {
        self.books.balance(Purse::Margin(account))
    }

    pub(crate) fn rates(&self, side: Side) -> &Rates {
        match side {
            Side::Long => &self.long,
            Side::Short => &self.short,
        }
    }

    pub(crate) fn rates_mut(&mut self, side: Side) -> &mut Rates {
        match side {
            Side::Long => &mut self.long,
            Side::Short => &mut self.short,
        }
    }

    pub(crate) fn of_side(&self, side: Side) -> impl Iterator<Item = &Held> {
        self.held.values().filter(move |held| held.side == side)
    }

    /// Open interest at entry prices.
    pub(crate) fn interest(&self, side: Side) -> Q {
        self.of_side(side).map(|held| held.size.clone()).sum()
    }

    /// Open interest in tokens.
    pub(crate) fn tokens(&self, side: Side) -> Q {
        self.of_side(side).map(|held| held.tokens.clone()).sum()
    }

    /// One stable token for both sides: each has half of what belongs to LPs.
    pub(crate) fn half(&self) -> Q {
        down(&(or_zero(self.cash() - &self.float) / whole(2)), MONEY)
    }

    /// Longs reserve their tokens at the higher price, shorts what they sold for.
    pub(crate) fn reserved(&self, side: Side) -> Q {
        match side {
            Side::Long => worth(&self.tokens(side), &self.prices.max, Way::Up),
            Side::Short => self.interest(side),
        }
    }

    pub(crate) fn observe(&mut self, now: u64, quotes: &[Quoted]) {
        self.now = now;
        let mark = oracle::mark(&self.rules.oracle, now, quotes);
        let live = mark.is_some();
        if let Some(mark) = mark {
            self.prices = Prices::around(&mark, &self.rules.half_spread);
        }
        if live != self.live {
            self.live = live;
            self.outcomes.push(Outcome::Status { live });
        }
    }
}
