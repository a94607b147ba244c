//! A slow model of the tranched market, written from its rules (`docs/mechanism.md`).
//!
//! It keeps no sums and no index: every figure is added up from all accounts when it is asked for,
//! worked in exact rationals and rounded once in the direction that `docs/rounding.md` names. It
//! shares no arithmetic with the engine; of the engine's types it reads parameters, commands and
//! names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub
)]

mod adl;
mod answer;
mod auction;
mod books;
mod deficits;
mod liquidation;
mod minute;
mod number;
mod orders;
mod providers;
mod queue;
pub mod reach;
mod recovery;
mod second;
mod settle;
mod shares;
pub mod stream;
mod value;
mod views;
pub mod world;

pub use answer::Answer;
pub use deficits::{Outcome, Payer};
pub use number::{Exact, Q};
pub use providers::Holding;

use std::collections::{BTreeMap, BTreeSet};

use seawall_market::{BidderSetup, Capital, Params};
use seawall_venue::{MarketStatus, Setup, TrancheName};

use books::{Books, Purse};
use number::{base, price, ratio as ratio_of, usd_up};
use shares::Shares;

/// One net position: signed size, signed cost, and the indices at which it was last settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    pub size: i128,
    pub cost: i128,
    pub funding_then: i128,
    pub fee_then: i128,
}

/// A position that has been below maintenance (M-8.1, M-8.2).
#[derive(Debug, Clone, Copy, Default)]
pub struct Case {
    steps: u32,
    last_step: Option<u64>,
    well_since: Option<u64>,
    auctioned: bool,
    /// What sold lots have left their owner.
    kept: i128,
}

/// A lot for sale, signed like its owner's position.
#[derive(Debug, Clone, Copy)]
pub struct Lot {
    owner: u32,
    size: i128,
    since: u64,
}

/// The whole market.
#[derive(Debug, Clone)]
pub struct Model {
    pub params: Params,
    pub now: u64,
    start: u64,
    // M-3
    pub mark: i128,
    raw_status: MarketStatus,
    valid_at: u64,
    reopens_at: u64,
    wound_up: bool,
    low_coverage: bool,
    // Money and positions.
    pub books: Books,
    pub positions: BTreeMap<u32, Position>,
    initial: i128,
    maintenance: i128,
    // M-4: capacity and width of each band of one side, as of the last minute.
    bands: Vec<(i128, Q)>,
    minimum_used: [i128; 2],
    // M-6
    rate: i128,
    funding: i128,
    fee: [i128; 2],
    skews: Vec<i128>,
    uses: Vec<i128>,
    // M-5.2: what fell due each day, the part below a unit, and what lapsed.
    coupon: BTreeMap<u64, i128>,
    coupon_rest: Q,
    lapsed: i128,
    // M-9
    claim: i128,
    senior: Shares,
    junior: Shares,
    frozen: Vec<Shares>,
    junior_is_frozen: bool,
    asked: BTreeMap<(TrancheName, u32), i128>,
    granted: BTreeMap<(TrancheName, u32), i128>,
    recovered: BTreeMap<(u32, TrancheName), i128>,
    given_back: BTreeMap<(u32, TrancheName), i128>,
    executed: u64,
    insurance_bore: i128,
    adl_took: BTreeMap<u32, i128>,
    residual_took: BTreeMap<u32, i128>,
    // M-8
    accounts: u32,
    bidders: Vec<BidderSetup>,
    gone: BTreeSet<u32>,
    cases: BTreeMap<u32, Case>,
    lots: Vec<Lot>,
    open: Vec<deficits::Open>,
    next_deficit: u32,
    junior_lost: (u64, i128),
    last_batch: [Option<u64>; 2],
    deleveraging: bool,
    /// Every deficit there was, by number.
    pub outcomes: BTreeMap<u32, Outcome>,
    /// The answer to the last command.
    pub answer: Answer,
    /// What has happened so far, counted, to show that a stream reaches it.
    pub reached: BTreeMap<&'static str, u64>,
}

impl Model {
    /// The market as it opens (M-11.1, M-11.2).
    pub fn new(setup: &Setup, capital: Capital, params: Params, bidders: Vec<BidderSetup>) -> Self {
        let table = setup.margin.unwrap_or(params.limits.margin);
        let (senior, junior) = (capital.senior.units(), capital.junior.units());
        let dead = params.vault.dead_deposit.units();
        let mut model = Self {
            now: setup.start.secs(),
            start: setup.start.secs(),
            mark: setup.opening.units(),
            raw_status: MarketStatus::Live,
            valid_at: setup.start.secs(),
            reopens_at: setup.start.secs(),
            wound_up: false,
            low_coverage: false,
            books: Books::default(),
            positions: BTreeMap::new(),
            initial: table.initial.units(),
            maintenance: table.maintenance.units(),
            bands: Vec::new(),
            minimum_used: [0; 2],
            rate: 0,
            funding: 0,
            fee: [0; 2],
            skews: Vec::new(),
            uses: Vec::new(),
            coupon: BTreeMap::new(),
            coupon_rest: number::whole(0),
            lapsed: 0,
            claim: senior,
            senior: Shares::open(dead, 0, senior),
            junior: Shares::open(dead, 0, junior),
            frozen: Vec::new(),
            junior_is_frozen: false,
            asked: BTreeMap::new(),
            granted: BTreeMap::new(),
            recovered: BTreeMap::new(),
            given_back: BTreeMap::new(),
            executed: 0,
            insurance_bore: 0,
            adl_took: BTreeMap::new(),
            residual_took: BTreeMap::new(),
            accounts: setup.accounts,
            bidders,
            gone: BTreeSet::new(),
            cases: BTreeMap::new(),
            lots: Vec::new(),
            open: Vec::new(),
            next_deficit: 0,
            junior_lost: (0, 0),
            last_batch: [None; 2],
            deleveraging: false,
            outcomes: BTreeMap::new(),
            answer: Answer::Nothing,
            reached: BTreeMap::new(),
            params,
        };
        model.bands = model.ladder(senior, junior);
        model.pay_in(setup, capital);
        model
    }

    fn pay_in(&mut self, setup: &Setup, capital: Capital) {
        let parts = [
            (Purse::Senior, capital.senior),
            (Purse::Junior, capital.junior),
            (Purse::Insurance, capital.insurance),
        ];
        for (purse, amount) in parts {
            self.books.pay(Purse::Outside, purse, amount.units());
        }
        for n in 0..self.bidders.len() {
            let margin = Purse::Margin(self.bidder_account(n));
            let amount = self.bidders[n].capital.units();
            self.books.pay(Purse::Outside, margin, amount);
        }
        for endowed in &setup.endowments {
            let (account, size) = (endowed.account.number(), endowed.size.units());
            let margin = Purse::Margin(account);
            self.books
                .pay(Purse::Outside, margin, endowed.margin.units());
            let cost = usd_up(base(size) * price(endowed.entry.units()));
            let position = Position {
                size,
                cost,
                ..Position::default()
            };
            self.positions.insert(account, position);
        }
    }

    /// The maintenance margin in basis points.
    pub fn maintenance_bps(&self) -> i128 {
        self.maintenance / 100_000_000_000_000
    }

    /// The initial margin in basis points.
    pub fn initial_bps(&self) -> i128 {
        self.initial / 100_000_000_000_000
    }

    /// The account of the bidder in this place: bidders follow the traders.
    pub fn bidder_account(&self, place: usize) -> u32 {
        self.accounts + u32::try_from(place).unwrap()
    }

    /// Whether something of this name has happened, for the count of what a stream reaches.
    fn reach(&mut self, what: &'static str) {
        *self.reached.entry(what).or_default() += 1;
    }
}

/// Place of a side, +1 or −1, in a pair.
fn place(side: i128) -> usize {
    match side {
        1 => 0,
        -1 => 1,
        other => panic!("{other} is no side"),
    }
}
