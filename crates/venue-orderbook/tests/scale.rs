//! Twenty thousand positions through half an hour, quiet and in a slide.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod common;

use common::{START, assert_laws, capital, id};
use seawall_units::{Base, Price, Usd};
use seawall_venue::{Endowment, Setup, SourceQuote, Tick, Venue};
use seawall_venue_orderbook::{OrderBookVenue, Params};

const POSITIONS: u32 = 20_000;

fn venue() -> OrderBookVenue {
    let entry: Price = "100".parse().unwrap();
    let endowment = |number: u32| {
        // Sizes 10 to 109, leverage 2 to 31, three longs for two shorts.
        let size = Base::whole(i32::try_from(10 + number % 100).unwrap());
        let size = match number % 5 < 3 {
            true => size,
            false => -size,
        };
        let leverage = Usd::units_i64(i64::from(2 + number / 7 % 30));
        let margin = entry
            .value_ceil(size.abs())
            .mul_div_ceil(Usd::ULP, leverage);
        Endowment {
            account: id(number),
            size,
            entry,
            margin: margin.unwrap(),
        }
    };
    let setup = Setup {
        start: START,
        opening: entry,
        margin: None,
        endowments: (0..POSITIONS).map(endowment).collect(),
        accounts: POSITIONS,
    };
    let capital = capital("9000000", &["300000", "700000"]);
    OrderBookVenue::new(setup, capital, Params::default()).unwrap()
}

/// Moves by `step` units of price a second for `seconds`.
fn run(step: i128, seconds: u64) -> OrderBookVenue {
    let mut venue = venue();
    let mut units = Price::ONE_UNITS * 100;
    for second in 1..=seconds {
        units += step;
        let (now, price) = (START.plus(second), Price::from_units(units).unwrap());
        let quotes = [1, 2, 3].map(|source| SourceQuote::new(source, price, now));
        venue.observe(&Tick {
            now,
            outside: price,
            quotes: &quotes,
        });
        venue.accrue();
        venue.liquidate();
        venue.attribute();
    }
    venue
}

#[test]
fn quiet_half_hour() {
    let mut venue = run(0, 1_800);
    assert_eq!(venue.positions().len(), usize::try_from(POSITIONS).unwrap());
    assert_eq!(venue.drain_events(), []);
    assert_laws(&venue);
}

#[test]
fn slide_by_a_third() {
    // 100 to 64 in half an hour.
    let venue = run(-Price::ONE_UNITS / 50, 1_800);
    assert_eq!(venue.state().mark, "64".parse().unwrap());
    let left = venue.positions().len();
    assert!(left < 15_000, "{left}");
    assert_laws(&venue);
}
