//! What busy seconds and open positions ask of the allocator.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use allocation_counter::measure;
use seawall_ledger::{AccountId, Entry};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{
    Command, Endowment, FillRule, MarginTable, Setup, SourceQuote, Tick, Told, Venue,
};
use seawall_venue_tranched::{Capital, Params, TranchedVenue};

fn price(thousandths: i64) -> Price {
    Price::from_units(i128::from(thousandths) * 10_000_000).unwrap()
}

/// As many longs as shorts, one base each at 100.
fn venue(positions: u32) -> TranchedVenue {
    let endowment = |n: u32| Endowment {
        account: AccountId::new(n),
        size: Base::whole(if n.is_multiple_of(2) { 1 } else { -1 }),
        entry: price(100_000 + i64::from(n.wrapping_mul(7_919) % 997)),
        margin: Usd::units_i64(20_000_000 + i64::from(n.wrapping_mul(104_729) % 9_973)),
    };
    let setup = Setup {
        start: Time::from_secs(0),
        opening: price(100_000),
        margin: Some(MarginTable {
            initial: Ratio::bps(500),
            maintenance: Ratio::bps(250),
        }),
        endowments: (0..positions).map(endowment).collect(),
        accounts: positions,
    };
    let capital = Capital {
        senior: Usd::whole(80_000_000),
        junior: Usd::whole(20_000_000),
        insurance: Usd::whole(800_000),
    };
    TranchedVenue::new(setup, capital, Params::default(), Vec::new()).unwrap()
}

/// A venue with the buffers that a driver keeps.
struct Driver {
    venue: TranchedVenue,
    entries: Vec<Entry>,
    told: Vec<Told>,
    posted: usize,
}

impl Driver {
    fn new(positions: u32) -> Self {
        Self {
            venue: venue(positions),
            entries: Vec::new(),
            told: Vec::new(),
            posted: 0,
        }
    }

    fn second(&mut self, now: u64, order: &Command) {
        let (now, price) = (Time::from_secs(now), price(100_000 + (now % 13) as i64));
        let quotes = [0, 1, 2].map(|source| SourceQuote::new(source, price, now));
        self.venue.observe(&Tick {
            now,
            outside: price,
            quotes: &quotes,
        });
        self.venue.accrue();
        assert!(self.venue.commit(order).is_ok());
        self.venue.liquidate();
        if now.is_whole_minute() {
            self.venue.attribute();
        }
        let state = self.venue.state();
        assert!(state.open_interest_long.is_positive() && !state.capital.spilled());
        for side in Side::BOTH {
            assert!(
                self.venue
                    .quote(side, Usd::whole(10_000))
                    .cost
                    .is_positive()
            );
        }
        self.venue.take_entries(&mut self.entries);
        self.venue.take_told(&mut self.told);
        self.posted += self.entries.len();
    }
}

/// Orders of accounts that have their room: their fills, postings, fees and events fit the buffers.
#[test]
fn seconds_with_orders_allocate_nodes_of_the_index_and_nothing_else() {
    let mut driver = Driver::new(1_000);
    let orders: Vec<Command> = (0..1_200_u32)
        .map(|n| Command::Order {
            account: AccountId::new(n * 77 % 1_000),
            size: Base::units_i64(if n.is_multiple_of(2) {
                1_000_000
            } else {
                -1_000_000
            }),
            margin: Usd::whole(1),
            limit: None,
            fill: FillRule::AllOrNone,
        })
        .collect();
    let mut run = |seconds: std::ops::RangeInclusive<u64>| {
        for (now, order) in seconds.zip(orders.iter().cycle()) {
            driver.second(now, order);
        }
    };
    run(1..=120);
    let busy = measure(|| run(121..=1_120));
    // A thousand keys that move in an ordered tree split and join its nodes now and then; nothing
    // else asks for room, and nothing stays.
    assert!(
        busy.count_total < 200 && busy.bytes_current <= 0,
        "{busy:?}"
    );
    assert!(driver.posted > 2_000, "{}", driver.posted);
}

/// Book, index, balances and what a venue has beside them, per open position; the setup's journal
/// has been taken.
#[test]
fn a_position_takes_less_than_two_hundred_bytes() {
    const POSITIONS: u32 = 100_000;
    let built = |positions| {
        let mut venue = venue(positions);
        drop(venue.drain_entries());
        venue
    };
    let (mut few, mut many) = (None, None);
    let least = measure(|| few = Some(built(2)));
    let most = measure(|| many = Some(built(POSITIONS)));
    assert!(many.is_some_and(|venue| venue.positions().len() == POSITIONS as usize));
    let bytes = most.bytes_current - least.bytes_current;
    let each = bytes as f64 / f64::from(POSITIONS);
    println!("{each:.1} bytes a position");
    assert!(each < 160.0, "{each}");
}
