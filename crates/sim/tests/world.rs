//! What the oracle's sources publish, faults included.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_oracle::{Design, Feed, PoolConfig, PushConfig, TwapConfig};
use seawall_scenario::model::{FaultKind, FaultSource};
use seawall_scenario::{Observation, PriceKind, PricePath, TimedFault, TimedTrade, Window};
use seawall_sim::World;
use seawall_units::{Price, Ratio, Round, Side, Time, Usd};
use seawall_venue::SourceQuote;

const START: u64 = 1000;
const END: u64 = 1099;

fn at(secs: u64) -> Time {
    Time::from_secs(secs)
}

/// One more with every second, from 1 at the first.
fn path() -> PricePath {
    let point = |secs: u64| Observation {
        at: at(secs),
        price: price_of(secs),
        kind: PriceKind::Mark,
    };
    let points: Vec<Observation> = (START..=END).map(point).collect();
    PricePath::join(at(START), at(END), &points).unwrap()
}

fn price_of(secs: u64) -> Price {
    secs.saturating_sub(START - 1)
        .max(1)
        .to_string()
        .parse()
        .unwrap()
}

fn fault(source: FaultSource, kind: FaultKind, from: u64, until: u64) -> TimedFault {
    TimedFault {
        source,
        kind,
        window: Window {
            from: at(from),
            until: at(until),
        },
    }
}

/// What two sources say in every second.
fn published(faults: Vec<TimedFault>) -> Vec<Vec<SourceQuote>> {
    let world = World::new(path(), vec![Feed::default(); 2], faults);
    let mut sources = world.sources();
    let seconds = world.seconds();
    seconds.map(|s| sources.observe(s.now).to_vec()).collect()
}

fn quote(source: u16, price: u64, secs: u64) -> SourceQuote {
    SourceQuote::new(source, price.to_string().parse().unwrap(), at(secs))
}

#[test]
fn without_faults_every_source_publishes_every_second() {
    let seconds = published(Vec::new());
    assert_eq!(seconds.len(), 100);
    assert_eq!(seconds[4], [quote(0, 5, 1004), quote(1, 5, 1004)]);
}

#[test]
fn an_outage_leaves_the_last_quote_to_grow_old() {
    let out = fault(FaultSource::One(1), FaultKind::Outage, 1010, 1019);
    let seconds = published(vec![out]);
    assert_eq!(seconds[19], [quote(0, 20, 1019), quote(1, 10, 1009)]);
    assert_eq!(seconds[20][1], quote(1, 21, 1020));
}

#[test]
fn a_source_that_never_published_says_nothing() {
    let out = fault(FaultSource::All, FaultKind::Outage, START, 1004);
    let seconds = published(vec![out]);
    assert_eq!(seconds[4], []);
    assert_eq!(seconds[5].len(), 2);
}

#[test]
fn a_stuck_source_repeats_its_price_with_a_new_time() {
    let stuck = fault(FaultSource::One(0), FaultKind::Stuck, 1010, 1019);
    let seconds = published(vec![stuck]);
    assert_eq!(seconds[19], [quote(0, 10, 1019), quote(1, 20, 1019)]);
    assert_eq!(seconds[20][0], quote(0, 21, 1020));
}

#[test]
fn a_late_source_publishes_an_old_price_with_its_old_time() {
    let late = fault(FaultSource::One(0), FaultKind::Delay(7), 1010, 1019);
    let seconds = published(vec![late]);
    assert_eq!(seconds[10][0], quote(0, 4, 1003));
    assert_eq!(seconds[19][0], quote(0, 13, 1012));
}

#[test]
fn a_deviating_source_is_off_by_its_share() {
    let off = fault(
        FaultSource::All,
        FaultKind::Deviation(Ratio::bps(-500)),
        1019,
        1019,
    );
    let seconds = published(vec![off]);
    assert_eq!(seconds[19][0].price, "19".parse().unwrap());
    assert_eq!(seconds[20][0].price, "21".parse().unwrap());
}

#[test]
fn faults_of_one_source_combine() {
    let seconds = published(vec![
        fault(FaultSource::All, FaultKind::Delay(9), 1010, 1099),
        fault(
            FaultSource::All,
            FaultKind::Deviation(Ratio::bps(1000)),
            1010,
            1020,
        ),
        fault(FaultSource::One(0), FaultKind::Stuck, 1020, 1030),
        fault(FaultSource::One(0), FaultKind::Outage, 1025, 1030),
    ]);
    // Second 1019: nine seconds ago it was 11; ten per cent more.
    assert_eq!(seconds[19][0].price, "12.1".parse().unwrap());
    // Stuck at what it published, the deviation included.
    assert_eq!(seconds[24][0].price, "12.1".parse().unwrap());
    assert_eq!(seconds[24][0].at, at(1024));
    assert_eq!(seconds[30][0].at, at(1024));
    assert_eq!(seconds[31][0], quote(0, 23, 1022));
}

/// What one source of a design says in every second.
fn published_by(design: Design, faults: Vec<TimedFault>) -> Vec<Option<SourceQuote>> {
    let world = World::new(path(), vec![Feed { design, weight: 3 }], faults);
    let mut sources = world.sources();
    let seconds = world.seconds();
    seconds
        .map(|s| sources.observe(s.now).first().copied())
        .collect()
}

fn shown(quotes: &[Option<SourceQuote>], second: usize) -> (String, u64) {
    let quote = quotes[second].unwrap();
    let text = quote.price.to_string();
    let text = text.trim_end_matches('0').trim_end_matches('.');
    (text.to_owned(), quote.at.secs())
}

fn one(kind: FaultKind, from: u64, until: u64) -> Vec<TimedFault> {
    vec![fault(FaultSource::One(0), kind, from, until)]
}

/// A push source of 50 %: the price is 1, 2, 3, … from second 1 000, so it publishes 1, 2, 3, 5,
/// 8, 12, 18, 27, 41, 62, 93.
fn push() -> Design {
    Design::Push(PushConfig {
        deviation: Ratio::bps(5000),
        heartbeat: 60,
    })
}

fn twap(window: u64) -> Design {
    Design::ArithmeticTwap(TwapConfig { window })
}

/// M-3.4: a quote carries its source's weight and freshness.
#[test]
fn a_push_source_publishes_by_deviation_with_its_own_freshness() {
    let quotes = published_by(push(), Vec::new());
    assert_eq!(shown(&quotes, 16), ("12".into(), 1011));
    assert_eq!(shown(&quotes, 17), ("18".into(), 1017));
    let quote = quotes[17].unwrap();
    assert_eq!((quote.weight, quote.max_age), (3, Some(60)));
}

#[test]
fn every_fault_has_its_place_in_a_push_source() {
    // Stuck: 12 of second 1 011 again and again, with new times; then what is due at once.
    let quotes = published_by(push(), one(FaultKind::Stuck, 1015, 1030));
    assert_eq!(shown(&quotes, 30), ("12".into(), 1030));
    assert_eq!(shown(&quotes, 31), ("32".into(), 1031));
    // Out: the same price with its old time.
    let quotes = published_by(push(), one(FaultKind::Outage, 1015, 1030));
    assert_eq!(shown(&quotes, 30), ("12".into(), 1011));
    assert_eq!(shown(&quotes, 31), ("32".into(), 1031));
    // Late by 10 s: the publication of second 1 010, which was 8 of second 1 007.
    let quotes = published_by(push(), one(FaultKind::Delay(10), 1015, 1030));
    assert_eq!(shown(&quotes, 20), ("8".into(), 1007));
    assert_eq!(shown(&quotes, 31), ("27".into(), 1026));
    // Twice the price from second 1 013 on: 28 deviates from 12, at once; back at once as well.
    let quotes = published_by(push(), one(FaultKind::Deviation(Ratio::ONE), 1013, 1013));
    assert_eq!(shown(&quotes, 13), ("28".into(), 1013));
    assert_eq!(shown(&quotes, 14), ("28".into(), 1013));
    let low = published_by(
        push(),
        one(FaultKind::Deviation(Ratio::bps(1000)), 1013, 1013),
    );
    assert_eq!(
        shown(&low, 13),
        ("12".into(), 1011),
        "15.4 is no 50 % from 12"
    );
}

/// Four seconds: at second 1 010 + k the mean of k + 8 … k + 11 is k + 9.5.
#[test]
fn every_fault_has_its_place_in_an_average() {
    let quotes = published_by(twap(4), Vec::new());
    assert_eq!(shown(&quotes, 10), ("9.5".into(), 1010));
    // Before the first second the price stood at its opening: (1 + 1 + 2 + 3)/4 in second 2.
    assert_eq!(shown(&quotes, 2), ("1.75".into(), 1002));
    let quotes = published_by(twap(4), one(FaultKind::Delay(5), 1010, 1020));
    assert_eq!(shown(&quotes, 15), ("9.5".into(), 1010));
    // Stuck: the window goes on inside.
    let quotes = published_by(twap(4), one(FaultKind::Stuck, 1011, 1020));
    assert_eq!(shown(&quotes, 20), ("9.5".into(), 1020));
    assert_eq!(shown(&quotes, 21), ("20.5".into(), 1021));
    let quotes = published_by(twap(4), one(FaultKind::Outage, 1011, 1020));
    assert_eq!(shown(&quotes, 20), ("9.5".into(), 1010));
    // One second at twice the price of 11: 11/4 more, until it leaves the window.
    let quotes = published_by(twap(4), one(FaultKind::Deviation(Ratio::ONE), 1010, 1010));
    assert_eq!(shown(&quotes, 10), ("12.25".into(), 1010));
    assert_eq!(shown(&quotes, 13), ("15.25".into(), 1013));
    assert_eq!(shown(&quotes, 14), ("13.5".into(), 1014));
}

/// A pool without a fee follows the outside price; a trade of 10 % of its reserve moves it by
/// 1.1² for its second.
#[test]
fn a_trade_moves_a_pool_for_a_second() {
    let pool = Design::Pool(PoolConfig {
        reserve: Usd::whole(1_000_000),
        fee: Ratio::ZERO,
    });
    let path = PricePath::join(
        at(START),
        at(END),
        &[Observation {
            at: at(START),
            price: "100".parse().unwrap(),
            kind: PriceKind::Mark,
        }],
    );
    let feed = Feed {
        design: pool,
        weight: 1,
    };
    let trade = TimedTrade {
        source: 0,
        at: at(1005),
        side: Side::Long,
        notional: Usd::whole(100_000),
    };
    let late = one(FaultKind::Delay(3), START, END);
    for (faults, shift) in [(Vec::new(), 0), (late, 3)] {
        let world = World::new(path.clone().unwrap(), vec![feed], faults);
        let world = world.with_trades(vec![trade]);
        let mut sources = world.sources();
        let seconds = world.seconds();
        let prices: Vec<Price> = seconds.map(|s| sources.observe(s.now)[0].price).collect();
        let near = |second: usize, expected: &str| {
            let expected: Price = expected.parse().unwrap();
            prices[second + shift].units().abs_diff(expected.units()) <= 3
        };
        assert!(
            near(4, "100") && near(5, "121") && near(6, "100"),
            "{prices:?}"
        );
    }
}

fn any_fault() -> impl Strategy<Value = TimedFault> {
    let kind = prop_oneof![
        Just(FaultKind::Outage),
        Just(FaultKind::Stuck),
        (0_u64..200).prop_map(FaultKind::Delay),
        (-9999_i32..20_000).prop_map(|bps| FaultKind::Deviation(Ratio::bps(bps))),
    ];
    let source = prop_oneof![
        Just(FaultSource::All),
        (0_u16..2).prop_map(FaultSource::One)
    ];
    (source, kind, START..=END, START..=END)
        .prop_map(|(source, kind, a, b)| fault(source, kind, a.min(b), a.max(b)))
}

proptest! {
    /// One fault at a time does what it says and nothing outside its window; source 1 is never
    /// touched by a fault of source 0.
    #[test]
    fn one_fault_does_what_it_says(one in any_fault()) {
        let clean = published(Vec::new());
        let seconds = published(vec![one]);
        let mut before: [Option<SourceQuote>; 2] = [None, None];
        for (clean, found) in clean.iter().zip(&seconds) {
            for expected in clean {
                let source = expected.source;
                let hit = one.window.contains(expected.at)
                    && (one.source == FaultSource::All || one.source == FaultSource::One(source));
                let last = before[usize::from(source)];
                let wanted = match one.kind {
                    _ if !hit => Some(*expected),
                    FaultKind::Outage => last,
                    FaultKind::Stuck => Some(SourceQuote {
                        price: last.map_or(price_of(START), |quote| quote.price),
                        ..*expected
                    }),
                    FaultKind::Delay(seconds) => Some(SourceQuote::new(source, price_of(expected.at.secs() - seconds), at(expected.at.secs() - seconds))),
                    FaultKind::Deviation(by) => expected
                        .price
                        .scaled(Ratio::ONE + by, Round::Floor)
                        .map(|price| SourceQuote { price, ..*expected }),
                };
                let quote = found.iter().find(|quote| quote.source == source).copied();
                prop_assert_eq!(quote, wanted);
                before[usize::from(source)] = quote;
            }
        }
    }

    /// Any faults: at most one quote a source, none from the future, the same every time.
    #[test]
    fn quotes_are_never_from_the_future(faults in prop::collection::vec(any_fault(), 0..6)) {
        let seconds = published(faults.clone());
        for (secs, quotes) in (START..).zip(&seconds) {
            prop_assert!(quotes.iter().all(|quote| quote.at <= at(secs)));
            prop_assert!(quotes.windows(2).all(|two| two[0].source < two[1].source));
        }
        prop_assert_eq!(published(faults), seconds);
    }
}
