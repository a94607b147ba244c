//! What the oracle's sources publish, faults included.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_oracle::Feed;
use seawall_scenario::model::{FaultKind, FaultSource};
use seawall_scenario::{Observation, PriceKind, PricePath, TimedFault, Window};
use seawall_sim::World;
use seawall_units::{Price, Ratio, Round, Time};
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
