//! What a quiet minute costs: a few looks at the liquidation index, whatever the number of positions.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{Endowment, MarginTable, Setup, SourceQuote, Tick, Venue};
use seawall_venue_tranched::{Capital, Params, TranchedVenue};

fn venue(positions: u32) -> TranchedVenue {
    let endowments = (0..positions).map(|n| Endowment {
        account: AccountId::new(n),
        size: Base::whole(if n % 2 == 0 { 1 } else { -1 }),
        entry: Price::from_units(1_000_000_000_000 + i128::from(n % 997)).unwrap(),
        margin: Usd::units_i64(20_000_000 + i64::from(n % 1_009)),
    });
    let setup = Setup {
        start: Time::from_secs(0),
        opening: "100".parse().unwrap(),
        margin: Some(MarginTable {
            initial: Ratio::bps(500),
            maintenance: Ratio::bps(250),
        }),
        endowments: endowments.collect(),
        accounts: positions,
    };
    let million = Usd::whole(1_000_000_000);
    let capital = Capital {
        senior: million,
        junior: million,
        insurance: Usd::ZERO,
    };
    TranchedVenue::new(setup, capital, Params::default(), Vec::new()).unwrap()
}

/// The phases of one second.
fn second(venue: &mut TranchedVenue, now: u64) {
    let now = Time::from_secs(now);
    let price = Price::from_units(1_000_000_000_000 + i128::from(now.secs() % 7)).unwrap();
    let quotes: Vec<_> = (0..3)
        .map(|source| SourceQuote::new(source, price, now))
        .collect();
    venue.observe(&Tick {
        now,
        outside: price,
        quotes: &quotes,
    });
    venue.accrue();
    venue.liquidate();
    if now.is_whole_minute() {
        venue.attribute();
    }
}

#[test]
fn costs_at_most_four_times_the_logarithm() {
    for positions in [1_000u32, 10_000, 100_000, 1_000_000] {
        let mut venue = venue(positions);
        second(&mut venue, 59);
        let before = seawall_margin::comparisons();
        second(&mut venue, 60);
        let operations = seawall_margin::comparisons() - before;
        let bound = 4 * u64::from(positions.ilog2()) + 64;
        assert!(
            operations <= bound,
            "{operations} operations for {positions} positions, bound {bound}"
        );
        assert!(venue.drain_events().is_empty(), "the minute is quiet");
    }
}
