//! A venue that is driven second by second, with a record of every operation.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seawall_ledger::{Account, AccountId, AccountKind, BidderId, Cause, Transfer};
use seawall_units::{Base, Price, Ratio, Round, Time, Usd};
use seawall_venue::{
    Command, Endowment, Event, FillRule, MarginTable, PositionView, Receipt, Recount, Refusal,
    Setup, SourceQuote, Tick, TrancheName, Venue,
};
use seawall_venue_orderbook::OrderBookVenue;
use seawall_venue_pool::PoolVenue;
use seawall_venue_tranched::TranchedVenue;

/// The books of a venue at one moment, as anybody can read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Books {
    pub(crate) mark: Price,
    pub(crate) balances: BTreeMap<Account, Usd>,
    /// The parts of the risk capital at the mark.
    pub(crate) capital: BTreeMap<&'static str, Usd>,
    pub(crate) positions: Vec<PositionView>,
    /// Long and short.
    pub(crate) open_interest: [Usd; 2],
    /// What the ledger keeps as the sum of all posted margin.
    pub(crate) margin_total: Usd,
    pub(crate) recounts: Vec<Recount>,
}

impl Books {
    pub(crate) fn of<V: Venue + ?Sized>(venue: &V) -> Self {
        let state = venue.state();
        Self {
            mark: state.mark,
            balances: venue.ledger().balances().collect(),
            capital: state.capital.iter().map(|p| (p.role, p.value)).collect(),
            positions: venue.positions(),
            open_interest: [state.open_interest_long, state.open_interest_short],
            margin_total: venue.ledger().subtotal(AccountKind::Margin),
            recounts: venue.recount(),
        }
    }

    /// One pair of figures that a venue keeps and adds up anew.
    pub(crate) fn recount(&self, what: &str) -> &Recount {
        self.recounts.iter().find(|pair| pair.what == what).unwrap()
    }

    pub(crate) fn balance(&self, account: Account) -> Usd {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    pub(crate) fn value(&self, role: &str) -> Usd {
        self.capital.get(role).copied().unwrap_or_default()
    }

    pub(crate) fn position(&self, account: AccountId) -> Option<&PositionView> {
        self.positions.iter().find(|view| view.account == account)
    }
}

/// What one operation was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// A second's observations and accrual.
    Second,
    Command(Command),
    Liquidation,
    Attribution,
    /// The end of the run.
    Finish,
}

/// One operation with the books around it.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) what: What,
    pub(crate) liquidates: bool,
    pub(crate) before: Books,
    pub(crate) after: Books,
    pub(crate) transfers: Vec<Transfer>,
    pub(crate) events: Vec<Event>,
}

impl Step {
    /// What the transfers of this step brought to an account, less what they took from it.
    pub(crate) fn moved(&self, account: Account) -> Usd {
        let net = |transfer: &Transfer| match (transfer.to(), transfer.from()) {
            (to, _) if to == account => transfer.amount(),
            (_, from) if from == account => -transfer.amount(),
            _ => Usd::ZERO,
        };
        self.transfers.iter().map(net).sum()
    }

    /// What the transfers of one cause come to.
    pub(crate) fn posted(&self, cause: Cause) -> Usd {
        let of_cause = self.transfers.iter().filter(|t| t.cause() == cause);
        of_cause.map(Transfer::amount).sum()
    }
}

/// A venue, its clock and its record.
pub(crate) struct World<V: Venue + ?Sized> {
    pub(crate) venue: Box<V>,
    pub(crate) now: u64,
    pub(crate) price: Price,
    pub(crate) steps: Vec<Step>,
}

impl<V: Venue + ?Sized> World<V> {
    pub(crate) fn new(mut venue: Box<V>) -> Self {
        venue.drain_entries();
        venue.drain_events();
        let price = venue.state().mark;
        Self {
            venue,
            now: 0,
            price,
            steps: Vec::new(),
        }
    }

    fn record<R>(&mut self, what: What, act: impl FnOnce(&mut V) -> R) -> R {
        let before = Books::of(&*self.venue);
        let result = act(&mut self.venue);
        let entries = self.venue.drain_entries();
        self.steps.push(Step {
            what,
            liquidates: self.venue.state().status == seawall_venue::MarketStatus::Live,
            before,
            after: Books::of(&*self.venue),
            transfers: entries.into_iter().map(|entry| entry.transfer).collect(),
            events: self.venue.drain_events(),
        });
        result
    }

    pub(crate) fn commit(&mut self, command: Command) -> Result<Receipt, Refusal> {
        self.record(What::Command(command), |venue| venue.commit(&command))
    }

    fn look(&mut self, quoted: bool) {
        self.now += 1;
        let (now, price) = (Time::from_secs(self.now), self.price);
        let quotes = (0..3).map(|source| SourceQuote::new(source, price, now));
        let quotes: Vec<_> = quotes.filter(|_| quoted).collect();
        self.record(What::Second, |venue| {
            venue.observe(&Tick {
                now,
                outside: price,
                quotes: &quotes,
            });
            venue.accrue();
        });
    }

    /// Oracle and Funding of the next second, and nothing after them.
    pub(crate) fn observe(&mut self) {
        self.look(true);
    }

    /// The Attribution phase alone.
    pub(crate) fn attribute(&mut self) {
        self.record(What::Attribution, |venue| venue.attribute());
    }

    /// Everything that is open comes to its end.
    pub(crate) fn finish(&mut self) {
        self.record(What::Finish, |venue| venue.finish());
    }

    /// The next second with every source at `price`, or silent.
    pub(crate) fn second(&mut self, quoted: bool) {
        self.look(quoted);
        self.record(What::Liquidation, |venue| venue.liquidate());
        if Time::from_secs(self.now).is_whole_minute() {
            self.attribute();
        }
    }

    pub(crate) fn at(&mut self, price: &str) {
        self.price = price.parse().unwrap();
        self.second(true);
    }

    /// Second by second up to this one.
    pub(crate) fn until(&mut self, second: u64) {
        while self.now < second {
            self.second(true);
        }
    }

    pub(crate) fn order(&mut self, account: u32, size: Base, margin: Usd) -> Option<Base> {
        let command = Command::Order {
            account: AccountId::new(account),
            size,
            margin,
            limit: None,
            fill: FillRule::Partial,
        };
        match self.commit(command) {
            Ok(Receipt::Filled(fill)) => Some(fill.filled),
            _ => None,
        }
    }

    pub(crate) fn act(&mut self, act: &Act) {
        match act {
            Act::Command(command) => {
                let _ = self.commit(*command);
            }
            Act::Move(bps, seconds) => {
                let by = Ratio::ONE + Ratio::bps(*bps);
                self.price = self.price.scaled(by, Round::Floor).unwrap_or(self.price);
                (0..*seconds).for_each(|_| self.second(true));
            }
            Act::Outage(seconds) => (0..*seconds).for_each(|_| self.second(false)),
        }
    }
}

/// One act of a random stream.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Command(Command),
    /// The price moves by so many basis points and stays for so many seconds.
    Move(i32, u64),
    /// No source publishes for so many seconds.
    Outage(u64),
}

pub(crate) const ACCOUNTS: u32 = 8;

fn command() -> impl Strategy<Value = Command> {
    let account = || (0..ACCOUNTS).prop_map(AccountId::new);
    let lp = || (0..3u32).prop_map(BidderId::new);
    let tranche = || prop_oneof![Just(TrancheName::Senior), Just(TrancheName::Junior)];
    let dollars = |most: i64| (1..most).prop_map(|d| Usd::units_i64(d * 1_000_003));
    let order = (account(), -1_500i64..1_500, dollars(20_000)).prop_map(|(account, n, margin)| {
        Command::Order {
            account,
            size: Base::units_i64(n * 100_000_007),
            margin,
            limit: None,
            fill: FillRule::Partial,
        }
    });
    let add = (account(), dollars(20_000))
        .prop_map(|(account, amount)| Command::AddMargin { account, amount });
    let out = (account(), dollars(20_000))
        .prop_map(|(account, amount)| Command::Withdraw { account, amount });
    let provide =
        (lp(), tranche(), dollars(100_000)).prop_map(|(lp, tranche, amount)| Command::Provide {
            lp,
            tranche,
            amount,
        });
    let redeem =
        (lp(), tranche(), dollars(100_000)).prop_map(|(lp, tranche, amount)| Command::Redeem {
            lp,
            tranche,
            amount,
        });
    let claim = (lp(), tranche()).prop_map(|(lp, tranche)| Command::Claim { lp, tranche });
    let recover = dollars(50_000).prop_map(|amount| Command::Recover { amount });
    prop_oneof![8 => order, 1 => add, 1 => out, 2 => provide, 2 => redeem, 1 => claim, 1 => recover]
}

/// Random streams of commands, moves, gaps and outages.
pub(crate) fn acts(most: usize) -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => command().prop_map(Act::Command),
        5 => (-200i32..200, 1u64..40).prop_map(|(bps, secs)| Act::Move(bps, secs)),
        2 => (-1_800i32..1_800, 1u64..4).prop_map(|(bps, secs)| Act::Move(bps, secs)),
        1 => (1u64..100).prop_map(Act::Outage),
    ];
    prop::collection::vec(act, 1..most)
}

pub(crate) fn usd(whole: i32) -> Usd {
    Usd::whole(whole)
}

pub(crate) fn endowed(account: u32, size: i32, entry: &str, margin: i32) -> Endowment {
    Endowment {
        account: AccountId::new(account),
        size: Base::whole(size),
        entry: entry.parse().unwrap(),
        margin: usd(margin),
    }
}

pub(crate) fn setup(endowments: Vec<Endowment>) -> Setup {
    Setup {
        start: Time::from_secs(0),
        opening: "100".parse().unwrap(),
        margin: Some(MarginTable {
            initial: Ratio::bps(200),
            maintenance: Ratio::bps(100),
        }),
        endowments,
        accounts: ACCOUNTS,
    }
}

/// The tranched venue's parameters with epochs of a minute and room for every account.
pub(crate) fn tranched_params() -> seawall_venue_tranched::Params {
    let mut params = seawall_venue_tranched::Params::default();
    params.vault.epoch = 60;
    params.vault.junior_epochs = 2;
    params.limits.account = Ratio::ONE;
    params
}

pub(crate) fn tranched(
    endowments: Vec<Endowment>,
    [senior, junior, insurance]: [i32; 3],
    params: seawall_venue_tranched::Params,
) -> World<TranchedVenue> {
    let capital = seawall_venue_tranched::Capital {
        senior: usd(senior),
        junior: usd(junior),
        insurance: usd(insurance),
    };
    let venue = TranchedVenue::new(setup(endowments), capital, params, Vec::new()).unwrap();
    World::new(Box::new(venue))
}

pub(crate) fn pool(
    endowments: Vec<Endowment>,
    capital: i32,
    params: seawall_venue_pool::Params,
) -> World<PoolVenue> {
    let venue = PoolVenue::new(setup(endowments), usd(capital), params).unwrap();
    World::new(Box::new(venue))
}

pub(crate) fn order_book(endowments: Vec<Endowment>, makers: i32) -> World<OrderBookVenue> {
    let capital = seawall_venue_orderbook::Capital {
        makers: usd(makers),
        backstops: vec![usd(2_000)],
    };
    // The mark from the oracle alone: one that remembers its book depends on when it is looked at.
    let params = seawall_venue_orderbook::Params::plain();
    let venue = OrderBookVenue::new(setup(endowments), capital, params).unwrap();
    World::new(Box::new(venue))
}

fn crowd() -> Vec<Endowment> {
    vec![
        endowed(0, 900, "100", 4_000),
        endowed(1, -700, "100", 9_000),
        endowed(2, 400, "99", 1_500),
        endowed(3, -300, "101", 2_000),
    ]
}

/// The same crowd in each of the three venues, with providers who have a part of the capital.
pub(crate) fn all_venues() -> Vec<World<dyn Venue>> {
    let boxed: Vec<Box<dyn Venue>> = vec![
        tranched(crowd(), [400_000, 150_000, 5_000], tranched_params()).venue,
        pool(crowd(), 555_000, seawall_venue_pool::Params::btc()).venue,
        order_book(crowd(), 550_000).venue,
    ];
    let with_providers = |mut venue: Box<dyn Venue>| {
        for lp in (0..3).map(BidderId::new) {
            for tranche in [TrancheName::Senior, TrancheName::Junior] {
                venue.endow_lp(lp, tranche, usd(40_000)).unwrap();
            }
        }
        World::new(venue)
    };
    boxed.into_iter().map(with_providers).collect()
}

/// Every step of a random stream in each of the three venues.
pub(crate) fn records(acts: &[Act]) -> Vec<(&'static str, Vec<Step>)> {
    let run = |mut world: World<dyn Venue>| {
        acts.iter().for_each(|act| world.act(act));
        (world.venue.profile().name, world.steps)
    };
    all_venues().into_iter().map(run).collect()
}
