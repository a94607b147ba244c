//! A small world to drive the venue in.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
#![allow(dead_code, unreachable_pub)] // each test file uses its part

pub mod coins;

use seawall_ledger::{Account, AccountId};
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{
    Command, Endowment, Event, FillRule, MarginTable, Receipt, Refusal, Setup, SourceQuote, Tick,
    Venue,
};
use seawall_venue_orderbook::{Capital, OrderBookVenue, Params};

pub const START: Time = Time::from_secs(1_760_130_000);

pub fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

pub fn price(text: &str) -> Price {
    text.parse().unwrap()
}

pub fn id(number: u32) -> AccountId {
    AccountId::new(number)
}

/// (size, entry, margin) of account 0, 1, …
pub fn setup(
    opening: &str,
    maintenance: Option<(&str, &str)>,
    positions: &[(i32, &str, &str)],
) -> Setup {
    let table = |(initial, maintenance): (&str, &str)| MarginTable {
        initial: initial.parse::<Ratio>().unwrap(),
        maintenance: maintenance.parse::<Ratio>().unwrap(),
    };
    let endowment = |(number, (size, entry, margin)): (u32, &(i32, &str, &str))| Endowment {
        account: id(number),
        size: Base::whole(*size),
        entry: price(entry),
        margin: usd(margin),
    };
    Setup {
        start: START,
        opening: price(opening),
        margin: maintenance.map(table),
        endowments: (0..).zip(positions).map(endowment).collect(),
        accounts: u32::try_from(positions.len()).unwrap() + 4,
    }
}

pub fn capital(makers: &str, backstops: &[&str]) -> Capital {
    Capital {
        makers: usd(makers),
        backstops: backstops.iter().map(|text| usd(text)).collect(),
    }
}

/// Makers that quote nothing: liquidations find an empty book.
pub fn empty_book() -> Params {
    let mut params = Params::plain();
    params.book.depth = Ratio::ZERO;
    params
}

pub struct World {
    pub venue: OrderBookVenue,
    pub second: u64,
    pub events: Vec<Event>,
}

impl World {
    pub fn new(setup: Setup, capital: Capital, params: Params) -> Self {
        Self {
            venue: OrderBookVenue::new(setup, capital, params).unwrap(),
            second: 0,
            events: Vec::new(),
        }
    }

    /// The next second, with the sources at `mark` and the outside price at `outside`.
    pub fn tick_apart(&mut self, outside: Price, mark: Option<Price>) {
        self.second += 1;
        let now = START.plus(self.second);
        let quotes: Vec<SourceQuote> = (1..=3)
            .filter_map(|source| mark.map(|price| SourceQuote::new(source, price, now)))
            .collect();
        let tick = Tick {
            now,
            outside,
            quotes: &quotes,
        };
        self.venue.observe(&tick);
        self.venue.accrue();
        self.venue.liquidate();
        if now.is_whole_minute() {
            self.venue.attribute();
        }
        self.events.extend(self.venue.drain_events());
    }

    pub fn tick(&mut self, at: &str) {
        self.tick_apart(price(at), Some(price(at)));
    }

    /// Up to this second after the start, at one price.
    pub fn until(&mut self, second: u64, at: &str) {
        while self.second < second {
            self.tick(at);
        }
    }

    pub fn order(&mut self, account: u32, size: &str, margin: &str) -> Result<Receipt, Refusal> {
        let command = order(account, size, margin);
        let planned = self.venue.plan(&command);
        let done = self.venue.commit(&command);
        assert_eq!(planned, done);
        self.events.extend(self.venue.drain_events());
        done
    }

    pub fn balance(&self, account: Account) -> Usd {
        self.venue.ledger().balance(account)
    }
}

pub fn order(account: u32, size: &str, margin: &str) -> Command {
    Command::Order {
        account: id(account),
        size: size.parse().unwrap(),
        margin: usd(margin),
        limit: None,
        fill: FillRule::Partial,
    }
}

/// Every law that holds after every step.
pub fn assert_laws(venue: &OrderBookVenue) {
    assert_eq!(venue.ledger().sum(), Usd::ZERO);
    assert_eq!(venue.ledger().recount(), Usd::ZERO);
    for row in venue.recount() {
        assert_eq!(row.kept, row.counted, "{}", row.what);
    }
    for (account, balance) in venue.ledger().balances() {
        let may = account.kind().may_stay_negative();
        assert!(may || !balance.is_negative(), "{account} {balance}");
    }
}
