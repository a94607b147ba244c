//! The status of the market second by second (M-3).
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_oracle::MarketStatus::{Halted, Live, ReduceOnly, Reopening};
use seawall_oracle::{MarketStatus, Oracle, OracleConfig, SourceQuote};
use seawall_units::{Price, Time};

fn at(second: u64) -> Time {
    Time::from_secs(second)
}

fn two(units: i128, second: u64) -> [SourceQuote; 2] {
    [1, 2].map(|source| SourceQuote::new(source, Price::from_units(units).unwrap(), at(second)))
}

fn small() -> OracleConfig {
    OracleConfig {
        max_age: 0,
        grace: 3,
        reopening: 4,
        ..OracleConfig::default()
    }
}

/// `v` is a second with a valid mark, `.` one without.
fn walk(config: OracleConfig, seconds: &str) -> Vec<MarketStatus> {
    let mut oracle = Oracle::new(config, Price::from_units(1_000).unwrap(), at(0));
    let mut walked = Vec::new();
    for (second, what) in (1u64..).zip(seconds.chars()) {
        let quotes = two(1_000 + i128::from(second), second);
        let mark = match what {
            'v' => oracle.observe(at(second), &quotes),
            _ => oracle.observe(at(second), &[]),
        };
        assert_eq!(mark, oracle.mark());
        walked.push(mark.status);
    }
    walked
}

fn letters(walked: &[MarketStatus]) -> String {
    let letter = |status: &MarketStatus| match status {
        Live => 'L',
        Reopening => 'O',
        ReduceOnly => 'R',
        Halted => 'H',
    };
    walked.iter().map(letter).collect()
}

fn check(seconds: &str, expect: &str) {
    assert_eq!(letters(&walk(small(), seconds)), expect, "{seconds}");
}

#[test]
fn a_walk_with_grace_3_and_reopening_4() {
    check("vvv", "LLL");
    // Back within the grace: live at once.
    check("v...vv", "LRRRLL");
    // One second more: halted, then four seconds of reopening.
    check("v....vvvvvv", "LRRRHOOOOLL");
    // A mark lost in the reopening neither shortens nor restarts it.
    check("v....vv.vvv", "LRRRHOOROLL");
    check("v....v...vv", "LRRRHORRRLL");
    // A second halt in the reopening starts it anew.
    check("v....v....vvvvv", "LRRRHORRRHOOOOL");
    check("..........", "RRRHHHHHHH");
}

#[test]
fn the_default_walk_is_60_and_300_seconds() {
    let seconds = format!("v{}{}", ".".repeat(61), "v".repeat(301));
    let walked = walk(
        OracleConfig {
            max_age: 0,
            ..OracleConfig::default()
        },
        &seconds,
    );
    let count = |status| walked.iter().filter(|s| **s == status).count();
    assert_eq!(
        [
            count(Live),
            count(ReduceOnly),
            count(Halted),
            count(Reopening)
        ],
        [2, 60, 1, 300]
    );
}

#[test]
fn fresh_quotes_carry_the_mark_for_max_age() {
    let mut oracle = Oracle::new(
        OracleConfig::default(),
        Price::from_units(1_000).unwrap(),
        at(0),
    );
    let quotes = two(1_500, 5);
    assert_eq!(oracle.observe(at(15), &quotes).status, Live);
    let mark = oracle.observe(at(16), &quotes);
    assert_eq!(
        (mark.status, mark.price.units(), mark.valid_at),
        (ReduceOnly, 1_500, at(15))
    );
}

#[test]
fn the_last_mark_stands_and_time_does_not_run_back() {
    let mut oracle = Oracle::new(small(), Price::from_units(1_000).unwrap(), at(10));
    oracle.observe(at(11), &two(1_005, 11));
    let lost = oracle.observe(at(12), &[]);
    assert_eq!((lost.price.units(), lost.valid_at), (1_005, at(11)));
    assert_eq!(oracle.observe(at(10), &two(900, 10)), lost);
}

#[test]
fn a_halt_is_not_undone_by_an_earlier_moment() {
    let mut oracle = Oracle::new(small(), Price::from_units(1_000).unwrap(), at(10));
    assert_eq!(oracle.observe(at(14), &[]).status, Halted);
    assert_eq!(oracle.observe(at(12), &[]).status, Halted);
}

#[test]
fn rights_by_status() {
    let rights = |s: MarketStatus| {
        [
            s.opens(),
            s.reduces(),
            s.adds_margin(),
            s.accrues(),
            s.liquidates(),
            s.exits(),
        ]
    };
    assert_eq!(rights(Live), [true; 6]);
    assert_eq!(rights(Reopening), [false, true, true, true, false, false]);
    assert_eq!(rights(ReduceOnly), [false, true, true, false, false, false]);
    assert_eq!(rights(Halted), [false; 6]);
}

proptest! {
    #[test]
    fn any_walk_obeys_the_rule(seconds in "[v.]{1,60}") {
        let walked = walk(small(), &seconds);
        let valid: Vec<bool> = seconds.chars().map(|c| c == 'v').collect();
        for i in 0..walked.len() {
            let before = if i == 0 { Live } else { walked[i - 1] };
            let missed = valid[..=i].iter().rev().take_while(|v| !**v).count();
            prop_assert_eq!(walked[i].has_valid_mark(), valid[i]);
            if !valid[i] {
                prop_assert_eq!(walked[i], if missed > 3 { Halted } else { ReduceOnly });
            }
            prop_assert!(!(before == Halted && walked[i] == Live), "a halt is never left for live at once");
            // Live means: no halt within the last four seconds.
            if walked[i] == Live {
                prop_assert!(walked[i.saturating_sub(4)..i].iter().all(|s| *s != Halted));
            }
        }
    }
}
