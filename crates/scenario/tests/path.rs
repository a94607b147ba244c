//! Laws of the outside price and of moments.
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_scenario::{At, Observation, PriceKind, PricePath, PriceTag};
use seawall_units::{Price, Time};

fn observation(at: u64, units: i128, kind: PriceKind) -> Observation {
    Observation {
        at: Time::from_secs(at),
        price: Price::from_units(units).unwrap(),
        kind,
    }
}

fn mark(at: u64, units: i128) -> Observation {
    observation(at, units, PriceKind::Mark)
}

fn units() -> impl Strategy<Value = i128> {
    // Evenly over the magnitudes from 10^-10 to 10^12.
    (0_u32..22, 1_i128..10_000)
        .prop_map(|(digits, head)| (10_i128.pow(digits) * head / 1000).max(1))
}

proptest! {
    /// Between two marks a path runs one way only, passes through both and never leaves them.
    #[test]
    fn a_path_runs_straight_from_mark_to_mark(from in units(), to in units(), span in 1_u64..400) {
        let marks = [mark(0, from), mark(span, to)];
        let path = PricePath::join(Time::from_secs(0), Time::from_secs(span), &marks).unwrap();
        let prices: Vec<i128> = path.iter().map(|(_, price, _)| price.units()).collect();
        prop_assert_eq!((prices[0], prices[prices.len() - 1]), (from, to));
        prop_assert!(prices.windows(2).all(|pair| (pair[1] - pair[0]).signum() * (to - from).signum() >= 0));
        prop_assert_eq!(path.observed_seconds(), 2);
        prop_assert_eq!(path.interpolated_seconds(), span - 1);
    }

    /// A point in the middle of the logarithm squares to the product of both ends: it is off by
    /// no more than the half unit of its rounding.
    #[test]
    fn halfway_is_the_geometric_mean_to_the_nearest_unit(from in 1_i128..1_000_000_000_000_000, to in 1_i128..1_000_000_000_000_000) {
        let marks = [mark(0, from), mark(2, to)];
        let path = PricePath::join(Time::from_secs(0), Time::from_secs(2), &marks).unwrap();
        let middle = path.price_at(Time::from_secs(1)).units();
        // (middle ± 1/2)² around from·to, all times four; two units wide of it would fail.
        prop_assert!((2 * middle - 2).pow(2) <= 4 * from * to);
        prop_assert!((2 * middle + 2).pow(2) >= 4 * from * to);
    }

    /// What a bar says between the first and the last mark changes nothing (M-11.5).
    #[test]
    fn no_bar_is_mixed_into_marks(from in units(), to in units(), bar in units(), at in 10_u64..=20) {
        let marks = [mark(10, from), mark(20, to)];
        let mixed = [marks[0], observation(at, bar, PriceKind::Bar), marks[1]];
        let (start, end) = (Time::from_secs(5), Time::from_secs(25));
        prop_assert_eq!(PricePath::join(start, end, &marks), PricePath::join(start, end, &mixed));
    }
}

#[test]
fn bars_anchor_the_path_before_and_after_the_marks() {
    let one = Price::ONE_UNITS;
    let points = [
        observation(0, 100 * one, PriceKind::Bar),
        mark(2, 121 * one),
        observation(4, 144 * one, PriceKind::Bar),
    ];
    let path = PricePath::join(Time::from_secs(0), Time::from_secs(6), &points).unwrap();
    // √(100·121) = 110 and √(121·144) = 132; the last price holds.
    let prices: Vec<i128> = path
        .iter()
        .map(|(_, price, _)| price.units() / one)
        .collect();
    assert_eq!(prices, [100, 110, 121, 132, 144, 144, 144]);
    let tags: Vec<PriceTag> = path.iter().map(|(_, _, tag)| tag).collect();
    let (o, i) = (PriceTag::Observed, PriceTag::Interpolated);
    assert_eq!(tags, [o, i, o, i, o, i, i]);
}

#[test]
fn the_first_price_holds_before_it_and_nothing_comes_from_nothing() {
    let path = PricePath::join(Time::from_secs(0), Time::from_secs(3), &[mark(2, 7)]).unwrap();
    let prices: Vec<i128> = path.iter().map(|(_, price, _)| price.units()).collect();
    assert_eq!(prices, [7, 7, 7, 7]);
    assert_eq!(
        (path.observed_seconds(), path.interpolated_seconds()),
        (1, 3)
    );
    assert_eq!(
        PricePath::join(Time::from_secs(0), Time::from_secs(3), &[]),
        None
    );
    assert_eq!(
        PricePath::join(Time::from_secs(4), Time::from_secs(3), &[mark(2, 7)]),
        None
    );
}

#[test]
fn a_time_of_day_is_the_first_one_at_or_after_the_start() {
    // 2025-10-10T21:00:00Z is 1,760,130,000 seconds after the epoch (coreutils' date).
    let start = Time::from_secs(1_760_130_000);
    let cases = [
        ("21:00:00", 0),
        ("21:00:01", 1),
        ("23:59:59", 10_799),
        ("00:00:00", 10_800),
        ("20:59:59", 86_399),
        ("2025-10-10T21:00:30Z", 30),
    ];
    for (text, offset) in cases {
        let at: At = text.parse().unwrap();
        assert_eq!(at.resolve(start), start.plus(offset), "{text}");
        assert_eq!(at.to_string(), text);
    }
    assert_eq!(At::Offset(90).resolve(start), start.plus(90));
    let wrong = [
        "24:00:00",
        "21:60:00",
        "21:00:60",
        "21:00",
        "+1:00:00",
        "9:00:00",
        "",
        "2025-10-10T21:00:00+01:00",
        "2025-10-10T21:00:00.5Z",
        "2025-10-10",
    ];
    for text in wrong {
        assert!(text.parse::<At>().is_err(), "{text}");
    }
}
