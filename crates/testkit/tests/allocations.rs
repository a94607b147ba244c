//! What a quiet second of each venue asks of the allocator: nothing, once everything has its room.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use allocation_counter::measure;
use seawall_ledger::{AccountId, Entry};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{Endowment, MarginTable, Setup, SourceQuote, Tick, Told, Venue};
use seawall_venue_orderbook::OrderBookVenue;
use seawall_venue_pool::PoolVenue;
use seawall_venue_tranched::TranchedVenue;

fn price(thousandths: i64) -> Price {
    Price::from_units(i128::from(thousandths) * 10_000_000).unwrap()
}

/// A thousand positions of one base each, as many long as short, at about 100.
fn setup() -> Setup {
    let endowment = |n: u32| Endowment {
        account: AccountId::new(n),
        size: Base::whole(if n.is_multiple_of(2) { 1 } else { -1 }),
        entry: price(100_000 + i64::from(n.wrapping_mul(7_919) % 997)),
        margin: Usd::units_i64(20_000_000 + i64::from(n.wrapping_mul(104_729) % 9_973)),
    };
    Setup {
        start: Time::from_secs(0),
        opening: price(100_000),
        margin: Some(MarginTable {
            initial: Ratio::bps(500),
            maintenance: Ratio::bps(250),
        }),
        endowments: (0..1_000).map(endowment).collect(),
        accounts: 1_000,
    }
}

/// A venue with the buffers that a driver keeps.
struct Driver {
    venue: Box<dyn Venue>,
    entries: Vec<Entry>,
    told: Vec<Told>,
}

impl Driver {
    fn second(&mut self, now: u64) {
        let (now, price) = (Time::from_secs(now), price(100_000 + (now % 13) as i64));
        let quotes = [0, 1, 2].map(|source| SourceQuote::new(source, price, now));
        self.venue.observe(&Tick {
            now,
            outside: price,
            quotes: &quotes,
        });
        self.venue.accrue();
        self.venue.liquidate();
        if now.is_whole_minute() {
            self.venue.attribute();
        }
        assert!(self.venue.state().open_interest_long.is_positive());
        for side in Side::BOTH {
            let quote = self.venue.quote(side, Usd::whole(10_000));
            assert!(quote.filled.is_positive());
        }
        self.venue.take_entries(&mut self.entries);
        self.venue.take_told(&mut self.told);
    }
}

fn quiet(venue: impl Venue) {
    let mut driver = Driver {
        venue: Box::new(venue),
        entries: Vec::new(),
        told: Vec::new(),
    };
    (1..=120).for_each(|now| driver.second(now));
    let quiet = measure(|| (121..=1_120).for_each(|now| driver.second(now)));
    assert_eq!(quiet.count_total, 0, "{quiet:?}");
}

#[test]
fn a_thousand_quiet_seconds_of_the_tranched_market_allocate_nothing() {
    let capital = seawall_venue_tranched::Capital {
        senior: Usd::whole(80_000_000),
        junior: Usd::whole(20_000_000),
        insurance: Usd::whole(800_000),
    };
    quiet(TranchedVenue::new(setup(), capital, Default::default(), Vec::new()).unwrap());
}

#[test]
fn a_thousand_quiet_seconds_of_the_order_book_allocate_nothing() {
    let capital = seawall_venue_orderbook::Capital {
        makers: Usd::whole(90_000_000),
        backstops: vec![Usd::whole(10_000_000)],
    };
    quiet(OrderBookVenue::new(setup(), capital, Default::default()).unwrap());
}

#[test]
fn a_thousand_quiet_seconds_of_the_pool_allocate_nothing() {
    let capital = Usd::whole(100_000_000);
    quiet(PoolVenue::new(setup(), capital, Default::default()).unwrap());
}
