//! One mark from many sources (M-3): hand medians and laws.
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_oracle::{OracleConfig, OracleError, SourceQuote, aggregate};
use seawall_units::{Price, Ratio, Time};

const NOW: Time = Time::from_secs(1_000);

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn quote(source: u16, text: &str, at: u64) -> SourceQuote {
    SourceQuote::new(source, price(text), Time::from_secs(at))
}

fn check(quotes: &[SourceQuote], expect: Option<&str>) {
    let got = aggregate(&OracleConfig::default(), NOW, quotes);
    assert_eq!(got, expect.map(price), "{quotes:?}");
}

/// M-3.1.
#[test]
fn medians_by_hand() {
    check(&[], None);
    check(&[quote(1, "100", 1_000)], None);
    check(
        &[quote(1, "100", 1_000), quote(2, "100.5", 1_000)],
        Some("100.25"),
    );
    check(
        &[
            quote(3, "100.9", 995),
            quote(1, "100", 1_000),
            quote(2, "100.2", 998),
        ],
        Some("100.2"),
    );
    // The mean of two neighbours on the grid is floored.
    check(
        &[
            quote(1, "100.0000000001", 1_000),
            quote(2, "100.0000000002", 1_000),
        ],
        Some("100.0000000001"),
    );
}

#[test]
fn staleness_to_the_second() {
    let other = quote(2, "100", 1_000);
    check(&[quote(1, "100", 990), other], Some("100"));
    check(&[quote(1, "100", 989), other], None);
    // A quote from the future has not been published yet.
    check(&[quote(1, "100", 1_001), other], None);
}

#[test]
fn the_newest_quote_of_a_source_counts() {
    let other = quote(2, "100", 1_000);
    check(
        &[quote(1, "100.8", 999), quote(1, "100.2", 998), other],
        Some("100.4"),
    );
    // Of two of one second the lower: (100.2 + 100) / 2.
    check(
        &[quote(1, "100.8", 999), quote(1, "100.2", 999), other],
        Some("100.1"),
    );
    // One source is one voice, however often it speaks.
    check(&[quote(1, "100", 999), quote(1, "100", 1_000)], None);
    // The newest that is not from the future.
    check(
        &[quote(1, "100.2", 998), quote(1, "100.8", 1_001), other],
        Some("100.1"),
    );
}

#[test]
fn deviation_at_the_edge() {
    // Median 100; 1 % of it is 1 exactly: 101 stays, one grid unit more goes.
    let two = [quote(1, "100", 1_000), quote(2, "100", 1_000)];
    check(&[two[0], two[1], quote(3, "101", 1_000)], Some("100"));
    let wide = [
        quote(1, "99", 1_000),
        quote(2, "100", 1_000),
        quote(3, "101", 1_000),
    ];
    check(&wide, Some("100"));
    let beyond = [
        quote(1, "99", 1_000),
        quote(2, "100", 1_000),
        quote(3, "101.0000000001", 1_000),
    ];
    check(&beyond, Some("99.5"));
}

#[test]
fn two_that_disagree_are_no_mark() {
    // Median 102, both 1.96 % off.
    check(&[quote(1, "100", 1_000), quote(2, "104", 1_000)], None);
}

#[test]
fn sources_are_dropped_once_only() {
    // Median of (99, 99.1, 100, 100.9, 103): 100; only 103 (3 %) goes. The median of the other
    // four is 99.55, from which 100.9 is 1.36 % off: a second drop would give 99.1.
    check(
        &[
            quote(1, "99", 1_000),
            quote(2, "99.1", 1_000),
            quote(3, "100", 1_000),
            quote(4, "100.9", 1_000),
            quote(5, "103", 1_000),
        ],
        Some("99.55"),
    );
    // Two far sources go together: median of (100, 100.9, 101, 103, 103) is 101, 103 lies 1.98 %
    // off and 100 lies 0.99 % off; the median of the three left is 100.9.
    check(
        &[
            quote(1, "100", 1_000),
            quote(2, "100.9", 1_000),
            quote(3, "101", 1_000),
            quote(4, "103", 1_000),
            quote(5, "103", 1_000),
        ],
        Some("100.9"),
    );
}

#[test]
fn the_ends_of_the_price_range_do_not_overflow() {
    let ends = [
        SourceQuote::new(1, Price::ULP, NOW),
        SourceQuote::new(2, Price::MAX, NOW),
        SourceQuote::new(3, Price::ULP, NOW),
    ];
    assert_eq!(
        aggregate(&OracleConfig::default(), NOW, &ends),
        Some(Price::ULP)
    );
    assert_eq!(aggregate(&OracleConfig::default(), NOW, &ends[..2]), None);
}

#[test]
fn illegal_parameters_name_field_value_and_range() {
    let base = OracleConfig::default();
    assert_eq!(base.validate(), Ok(()));
    let bad = OracleConfig { quorum: 0, ..base };
    assert_eq!(
        bad.validate().unwrap_err().to_string(),
        "quorum = 0; legal: 1 to 65535"
    );
    let bad = OracleConfig {
        max_deviation: Ratio::ZERO,
        ..base
    };
    assert_eq!(
        bad.validate(),
        Err(OracleError::MaxDeviation { value: Ratio::ZERO })
    );
    for (field, bad) in [
        (
            "max_age",
            OracleConfig {
                max_age: 86_401,
                ..base
            },
        ),
        (
            "grace",
            OracleConfig {
                grace: 86_401,
                ..base
            },
        ),
        (
            "reopening",
            OracleConfig {
                reopening: 86_401,
                ..base
            },
        ),
    ] {
        assert_eq!(
            bad.validate(),
            Err(OracleError::Seconds {
                field,
                value: 86_401
            })
        );
    }
}

#[test]
fn the_file_form_has_defaults_and_refuses_strangers() {
    let config: OracleConfig = toml::from_str("max_deviation = \"0.5%\"\nquorum = 1").unwrap();
    assert_eq!(config.max_deviation, Ratio::bps(50));
    assert_eq!((config.quorum, config.grace), (1, 60));
    assert!(toml::from_str::<OracleConfig>("max_deviaton = \"1%\"").is_err());
    assert!(
        toml::from_str::<OracleConfig>("max_deviation = 0.01").is_err(),
        "a bare float is refused"
    );
}

fn quotes() -> impl Strategy<Value = Vec<SourceQuote>> {
    let one = (0u16..6, 990_000i128..1_010_000, 985u64..1_003).prop_map(|(source, units, at)| {
        SourceQuote::new(
            source,
            Price::from_units(units).unwrap(),
            Time::from_secs(at),
        )
    });
    prop::collection::vec(one, 0..12)
}

/// The newest fresh quote of each source, found the slow way.
fn fresh(quotes: &[SourceQuote]) -> Vec<i128> {
    let mut prices = Vec::new();
    for source in 0..6 {
        let mut best: Option<SourceQuote> = None;
        for quote in quotes.iter().filter(|q| q.source == source && q.at <= NOW) {
            let newer =
                best.is_none_or(|b| quote.at > b.at || (quote.at == b.at && quote.price < b.price));
            if newer {
                best = Some(*quote);
            }
        }
        if let Some(best) = best.filter(|b| NOW.secs() - b.at.secs() <= 10) {
            prices.push(best.price.units());
        }
    }
    prices.sort_unstable();
    prices
}

proptest! {
    #[test]
    fn the_order_of_quotes_does_not_matter(
        (quotes, shuffled) in quotes().prop_flat_map(|q| (Just(q.clone()), Just(q).prop_shuffle())),
    ) {
        let config = OracleConfig::default();
        prop_assert_eq!(aggregate(&config, NOW, &quotes), aggregate(&config, NOW, &shuffled));
    }

    #[test]
    fn a_mark_lies_between_the_fresh_quotes_and_needs_the_quorum(quotes in quotes(), quorum in 1u16..5) {
        let config = OracleConfig { quorum, ..OracleConfig::default() };
        let fresh = fresh(&quotes);
        match aggregate(&config, NOW, &quotes) {
            Some(mark) => {
                prop_assert!(fresh.len() >= usize::from(quorum));
                prop_assert!(fresh[0] <= mark.units() && mark.units() <= fresh[fresh.len() - 1]);
            }
            // Prices of the strategy lie within 2 % of each other, so a drop is possible.
            None => {
                let spread = fresh.last().zip(fresh.first()).map_or(0, |(b, a)| b - a);
                prop_assert!(fresh.len() < usize::from(quorum) || spread > 9_900);
            }
        }
    }

    #[test]
    fn without_a_limit_the_mark_is_the_median(quotes in quotes()) {
        let config = OracleConfig { quorum: 1, max_deviation: Ratio::ONE, ..OracleConfig::default() };
        let fresh = fresh(&quotes);
        let n = fresh.len();
        let median = (n > 0).then(|| (fresh[(n - 1) / 2] + fresh[n / 2]) / 2);
        prop_assert_eq!(aggregate(&config, NOW, &quotes).map(Price::units), median);
    }

    #[test]
    fn a_source_that_repeats_itself_changes_nothing(quotes in quotes(), times in 1usize..4) {
        let config = OracleConfig::default();
        let repeated: Vec<_> = quotes.iter().flat_map(|q| std::iter::repeat_n(*q, times)).collect();
        prop_assert_eq!(aggregate(&config, NOW, &quotes), aggregate(&config, NOW, &repeated));
    }
}
