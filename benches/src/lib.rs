//! What the benches run: venues set up, the clock that drives them, books, scenarios and the common
//! job.
//!
//! Everything here is made outside the timing. A bench that cannot be set up must stop, so the
//! helpers unwrap like tests do.
#![allow(clippy::unwrap_used)]

mod clock;
pub mod common_job;
pub mod counts;
pub mod posts;

pub use clock::{Driven, second};

use std::path::Path;

use seawall::ledger::AccountId;
use seawall::scenario::Scenario;
use seawall::units::{Base, Price, Ratio, Time, Usd};
use seawall::venue::{Command, Endowment, FillRule, MarginTable, Setup, Venue};
use seawall::venue_orderbook::{self as orderbook, OrderBookVenue};
use seawall::venue_pool::{self as pool, PoolVenue};
use seawall::venue_tranched::{Capital, Params, TranchedVenue};

/// 100 USD in grid units of a price.
pub(crate) const HUNDRED: i128 = 100 * Price::ONE_UNITS;

/// Longs in [`gap`], of ten base each.
pub const LOSERS: u32 = 100;

/// Shorts in [`gap`], of one base each.
pub const WINNERS: u32 = 1_000;

fn setup(margin: MarginTable, endowments: Vec<Endowment>) -> Setup {
    let accounts = u32::try_from(endowments.len()).unwrap();
    Setup {
        start: Time::from_secs(0),
        opening: Price::from_units(HUNDRED).unwrap(),
        margin: Some(margin),
        endowments,
        accounts: accounts + 1,
    }
}

/// As many longs as shorts, one base each at about 100 USD, entries and margins all a little
/// different, and one account more, [`trader`], that holds nothing.
///
/// Margins of about 1,000 USD, so that the utilisation fees of all the years that a bench runs
/// through liquidate nobody.
#[must_use]
pub fn crowd(positions: u32) -> Setup {
    let endowments = (0..positions).map(|n| Endowment {
        account: AccountId::new(n),
        size: Base::whole(if n % 2 == 0 { 1 } else { -1 }),
        entry: Price::from_units(HUNDRED + i128::from(n % 997)).unwrap(),
        margin: Usd::units_i64(1_000_000_000 + i64::from(n % 1_009)),
    });
    let margin = MarginTable {
        initial: Ratio::bps(500),
        maintenance: Ratio::bps(250),
    };
    setup(margin, endowments.collect())
}

/// The account of a [`crowd`] that holds nothing.
#[must_use]
pub const fn trader(positions: u32) -> AccountId {
    AccountId::new(positions)
}

/// The tranched market with a [`crowd`] and two billion of capital.
#[must_use]
pub fn tranched(positions: u32) -> Driven {
    let billion = Usd::whole(1_000_000_000);
    let capital = Capital {
        senior: billion,
        junior: billion,
        insurance: Usd::ZERO,
    };
    let venue = TranchedVenue::new(crowd(positions), capital, Params::default(), Vec::new());
    Driven::new(Box::new(venue.unwrap()))
}

/// Every mechanism with the same [`crowd`] and two billion of capital.
#[must_use]
pub fn mechanisms(positions: u32) -> [(&'static str, Driven); 3] {
    let capital = Usd::whole(2_000_000_000);
    let split = orderbook::Capital {
        makers: capital - Usd::whole(10_000_000),
        backstops: vec![Usd::whole(10_000_000)],
    };
    let pool = PoolVenue::new(crowd(positions), capital, pool::Params::btc());
    let params = orderbook::Params::default();
    let book = OrderBookVenue::new(crowd(positions), split, params);
    [
        ("tranched", tranched(positions)),
        ("pool", Driven::new(Box::new(pool.unwrap()))),
        ("order book", Driven::new(Box::new(book.unwrap()))),
    ]
}

/// A market order for a signed number of whole base, with so many whole USD of margin.
#[must_use]
pub fn order(account: AccountId, size: i32, margin: i32) -> Command {
    Command::Order {
        account,
        size: Base::whole(size),
        margin: Usd::whole(margin),
        limit: None,
        fill: FillRule::AllOrNone,
    }
}

/// A tranched market in which a fall from 100 to 70 leaves [`LOSERS`] longs with a deficit of 240
/// USD each, and [`WINNERS`] shorts with a profit of 31 USD each.
///
/// Junior and the insurance fund are small against the 24,000 USD, so that every payer of the
/// default loss order is reached.
#[must_use]
pub fn gap() -> TranchedVenue {
    let long = |n| (n, 10, "100", 60);
    let short = |n| (n, -1, "101", 120);
    let longs = (0..LOSERS).map(long);
    let all = longs.chain((LOSERS..LOSERS + WINNERS).map(short));
    let endowments = all.map(|(n, size, entry, margin)| Endowment {
        account: AccountId::new(n),
        size: Base::whole(size),
        entry: entry.parse().unwrap(),
        margin: Usd::whole(margin),
    });
    let margin = MarginTable {
        initial: Ratio::bps(500),
        maintenance: Ratio::bps(250),
    };
    let capital = Capital {
        senior: Usd::whole(1_600_000),
        junior: Usd::whole(3_000),
        insurance: Usd::whole(3_000),
    };
    let setup = setup(margin, endowments.collect());
    TranchedVenue::new(setup, capital, Params::default(), Vec::new()).unwrap()
}

/// The second of the gap, then every ADL batch one after the other, Senior and the residual.
#[must_use]
pub fn whole_waterfall(mut venue: TranchedVenue) -> TranchedVenue {
    let price = Price::from_units(70 * Price::ONE_UNITS).unwrap();
    second(&mut venue, Time::from_secs(1), price);
    venue.finish();
    venue
}

fn load(file: &str) -> Scenario {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Scenario::load(root.join(file)).unwrap()
}

/// The crash of 10 October 2025, from the scenario files.
#[must_use]
pub fn crash() -> Scenario {
    load("fixtures/scenarios/crash-2025-10-10.toml")
}

/// One path of a sweep, sixty seconds long: 1,000 positions, a fall of five percent.
#[must_use]
pub fn minute() -> Scenario {
    load("benches/scenarios/minute.toml")
}

/// One path of a sweep, 3,600 seconds long: the same 1,000 positions.
#[must_use]
pub fn hour() -> Scenario {
    load("benches/scenarios/hour.toml")
}
