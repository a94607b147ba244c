//! How sources publish (M-3.4): figures from outside, and laws.
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_oracle::{
    Design, Feed, Line, OracleConfig, PoolConfig, PushConfig, Source, SourceQuote, TwapConfig,
    aggregate, push_only,
};
use seawall_units::{Price, Ratio, Side, Time, Usd};

fn at(second: u64) -> Time {
    Time::from_secs(second)
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

/// A source that sees the opening price of 100 in second 0.
fn source(design: Design) -> Source {
    Source::new(design, price("100"), at(0))
}

/// What it shows after it has seen these prices, one a second from second 1.
fn last(design: Design, prices: impl IntoIterator<Item = Price>) -> Price {
    let mut source = source(design);
    for (second, outside) in (1..).zip(prices) {
        source.observe(at(second), outside, Line::Up);
    }
    source.reading().price
}

fn averages(window: u64) -> [Design; 2] {
    let twap = TwapConfig { window };
    [Design::ArithmeticTwap(twap), Design::GeometricTwap(twap)]
}

fn pool(reserve: i32, fee: &str) -> Design {
    Design::Pool(PoolConfig {
        reserve: Usd::whole(reserve),
        fee: fee.parse().unwrap(),
    })
}

fn push() -> Design {
    Design::Push(PushConfig::default())
}

#[test]
fn instant_is_the_outside_price() {
    assert_eq!(
        last(Design::Instant, [price("99"), price("101.5")]),
        price("101.5")
    );
}

/// M-3.4: 0.5 % and 3 600 s, to the last unit and the last second.
#[test]
fn push_publishes_by_deviation_or_heartbeat_at_the_edge() {
    let mut feed = source(push());
    let mut see = |second, text: &str| {
        let shown = feed.observe(at(second), price(text), Line::Up);
        (shown.price.to_string(), shown.at.secs())
    };
    let shown = |text: &str, second| (price(text).to_string(), second);
    assert_eq!(see(1, "100.4999999999"), shown("100", 0));
    assert_eq!(see(2, "99.5000000001"), shown("100", 0));
    assert_eq!(see(3, "99.5"), shown("99.5", 3));
    // The deviation is of the last price: 0.5 % of 99.5 is 0.4975.
    assert_eq!(see(4, "99.9974999999"), shown("99.5", 3));
    assert_eq!(see(5, "99.9975"), shown("99.9975", 5));
    assert_eq!(see(3604, "99.9976"), shown("99.9975", 5));
    assert_eq!(see(3605, "99.9976"), shown("99.9976", 3605));
}

/// With the line down nothing is published; when it is up again, at once what is due.
#[test]
fn a_push_source_catches_up_when_its_line_is_back() {
    let mut feed = source(push());
    let down = feed.observe(at(1), price("110"), Line::Down);
    assert_eq!((down.price, down.at), (price("100"), at(0)));
    let up = feed.observe(at(2), price("110"), Line::Up);
    assert_eq!((up.price, up.at), (price("110"), at(2)));
}

/// A window of 30 minutes, three minutes after a step from 100 to 50. Arithmetic:
/// (1 620·100 + 180·50)/1 800 = 95. Geometric: 100·2^(−0.1) = 93.303299…
#[test]
fn averages_lag_behind_a_step() {
    let [arithmetic, geometric] = averages(1800).map(|design| {
        let step = std::iter::repeat_n(price("50"), 180);
        last(design, step)
    });
    assert_eq!(arithmetic, price("95"));
    assert_eq!(geometric, price("93.3032991537"));
}

/// One of 150 seconds at 100 times the price: 1 + 99/150 = 1.66 and 100^(1/150) = 1.03117727459;
/// at a hundredth of it: 1 − 0.99/150 = 0.9934 and 0.9697653591.
#[test]
fn one_second_out_of_the_window_by_hand() {
    let check = |seen: &str, arithmetic: &str, geometric: &str| {
        let shown = averages(150).map(|design| last(design, [price(seen)]));
        assert_eq!(shown[0], price(arithmetic));
        let text = shown[1].to_string();
        assert!(text.starts_with(geometric), "{text}");
    };
    check("10000", "166", "103.11772745");
    check("1", "99.34", "96.97653591");
}

/// With the whole window at the new price nothing of the old one is left.
#[test]
fn a_window_forgets() {
    for design in averages(60) {
        let step = std::iter::repeat_n(price("50"), 60);
        assert_eq!(last(design, step), price("50"));
    }
}

/// 1 000 000 USD at 100 and no fee: to double the price takes y·(√2 − 1) = 414 213.562373 USD.
/// With 0.3 % one brings that over 0.997: 415 459.942 USD.
#[test]
fn a_pool_moves_along_its_constant_product() {
    let doubled = |design, usd: &str| {
        let mut source = source(design);
        source.trade(Side::Long, usd.parse().unwrap()).price
    };
    let without = doubled(pool(1_000_000, "0"), "414213.562373");
    let with = doubled(pool(1_000_000, "0.3%"), "415459.942200");
    for found in [without, with] {
        let away = found.units().abs_diff(price("200").units());
        // A micro-dollar moves the price by 2·200/1 414 213.56·10^-6 = 2.8·10^-10 USD.
        assert!(away <= 6, "{found}");
    }
    // 100 000 bought: ·(1.1)² = 121. Then base worth 10 % of the reserve sold: 121 / 1.1² = 100.
    let mut source = source(pool(1_000_000, "0"));
    assert_eq!(
        source.trade(Side::Long, Usd::whole(100_000)).price,
        price("121")
    );
    let back = source.trade(Side::Short, Usd::whole(110_000)).price;
    assert!(price("100").units().abs_diff(back.units()) <= 1, "{back}");
}

/// Fee 1 %: between 99 % of the outside price and it over 0.99 nobody trades.
#[test]
fn a_pool_stays_within_its_fee_of_the_outside_price() {
    let mut source = source(pool(1_000_000, "1%"));
    let mut check = |second, outside: &str, expected: &str| {
        let shown = source.observe(at(second), price(outside), Line::Up).price;
        // A micro-dollar of a million: 10^-12 of a reserve, 2·10^-12 of the price.
        let away = shown.units().abs_diff(price(expected).units());
        assert!(away <= 3, "{shown} is not {expected}");
    };
    check(1, "101", "100");
    check(2, "99", "100");
    check(3, "120", "118.8");
    check(4, "119", "118.8");
    // 99 / 0.99 = 100.
    check(5, "99", "100");
}

/// A pool is pushed and the next second's arbitrage takes it back to its fee.
#[test]
fn a_manipulation_lasts_until_the_next_arbitrage() {
    let mut source = source(pool(1_000_000, "0"));
    source.observe(at(1), price("100"), Line::Up);
    assert_eq!(
        source.trade(Side::Long, Usd::whole(100_000)).price,
        price("121")
    );
    let back = source.observe(at(2), price("100"), Line::Up).price;
    assert!(price("100").units().abs_diff(back.units()) <= 3, "{back}");
}

#[test]
fn illegal_designs_name_field_value_and_range() {
    let said = |design: Design| design.validate().unwrap_err().to_string();
    let deviation = Ratio::ZERO;
    assert_eq!(
        said(Design::Push(PushConfig {
            deviation,
            ..PushConfig::default()
        })),
        "push.deviation = 0.000000000000000000; legal: above 0 to 1"
    );
    assert_eq!(
        said(averages(86_401)[1]),
        "geometric_twap.window = 86401; legal: 1 to 86400 s"
    );
    assert_eq!(
        said(pool(999, "0")),
        "pool.reserve = 999.000000; legal: 1000 to 10^12 USD"
    );
    assert_eq!(
        said(pool(1000, "11%")),
        "pool.fee = 0.110000000000000000; legal: 0 to 0.1"
    );
    for design in averages(1)
        .into_iter()
        .chain([Design::Instant, push(), pool(1000, "10%")])
    {
        assert_eq!(design.validate(), Ok(()));
    }
}

#[test]
fn a_file_states_a_design_in_one_word_or_with_its_parameters() {
    #[derive(serde::Deserialize)]
    struct File {
        design: Design,
    }
    let read = |text: &str| toml::from_str::<File>(text).map(|file| file.design);
    assert_eq!(read("design = \"instant\""), Ok(Design::Instant));
    assert_eq!(read("design = { push = {} }"), Ok(push()));
    assert_eq!(
        read("design = { arithmetic_twap = { window = 60 } }"),
        Ok(averages(60)[0])
    );
    assert!(read("design = { pool = { reserv = \"5\" } }").is_err());
    assert!(read("design = \"oracle\"").is_err());
}

/// M-3.2: the laziest counts, and one that does not push is enough to keep the delay.
#[test]
fn push_only_is_all_or_nothing() {
    let feed = |deviation: &str| Feed {
        design: Design::Push(PushConfig {
            deviation: deviation.parse().unwrap(),
            heartbeat: 60,
        }),
        weight: 1,
    };
    assert_eq!(
        push_only(&[feed("0.2%"), feed("1%")]),
        Some("1%".parse().unwrap())
    );
    assert_eq!(push_only(&[feed("0.2%"), Feed::default()]), None);
    assert_eq!(push_only(&[]), None);
}

/// M-3.1 with weights, by hand: the quotes at 99, 100 and 101.
#[test]
fn weighted_medians_by_hand() {
    let check = |weights: [u16; 3], expected: &str| {
        let quotes: Vec<SourceQuote> = (0_u16..)
            .zip(["99", "100", "101"])
            .zip(weights)
            .map(|((source, text), weight)| SourceQuote {
                weight,
                ..SourceQuote::new(source, price(text), at(5))
            })
            .collect();
        let config = OracleConfig {
            max_deviation: Ratio::ONE,
            ..OracleConfig::default()
        };
        assert_eq!(
            aggregate(&config, at(5), &quotes),
            Some(price(expected)),
            "{weights:?}"
        );
    };
    check([1, 1, 1], "100");
    // Half of the weight ends exactly at 99: the mean with the next.
    check([2, 1, 1], "99.5");
    check([1, 1, 2], "100.5");
    // More than half: the one alone.
    check([3, 1, 1], "99");
    check([1, 1, 3], "101");
    check([2, 2, 2], "100");
}

/// A quote with an age of its own is fresh for it and no longer (a push source's heartbeat).
#[test]
fn freshness_by_the_quote() {
    let config = OracleConfig {
        quorum: 1,
        ..OracleConfig::default()
    };
    let slow = SourceQuote {
        max_age: Some(3600),
        ..SourceQuote::new(0, price("100"), at(0))
    };
    assert_eq!(aggregate(&config, at(3600), &[slow]), Some(price("100")));
    assert_eq!(aggregate(&config, at(3601), &[slow]), None);
}

fn designs() -> impl Strategy<Value = Design> {
    prop_oneof![
        Just(Design::Instant),
        (1_i32..500, 1_u64..60).prop_map(|(bps, heartbeat)| Design::Push(PushConfig {
            deviation: Ratio::bps(bps),
            heartbeat,
        })),
        (1_u64..40).prop_map(|window| averages(window)[0]),
        (1_u64..40).prop_map(|window| averages(window)[1]),
        (1_000_i32..1_000_000_000, 0_i32..=1000).prop_map(|(usd, bps)| Design::Pool(PoolConfig {
            reserve: Usd::whole(usd),
            fee: Ratio::bps(bps),
        })),
    ]
}

/// Prices within the whole range, as steps of up to a factor of three.
fn walk() -> impl Strategy<Value = Vec<Price>> {
    let step = (1_i128..=300, 100_i128..=300);
    (
        1_i128..=1_000_000_000_000_000_000,
        prop::collection::vec(step, 1..60),
    )
        .prop_map(|(first, steps)| {
            let mut units = first;
            let mut walk = Vec::new();
            for (num, den) in steps {
                units = (units * num / den).clamp(1, Price::MAX.units());
                walk.push(Price::from_units(units).unwrap());
            }
            walk
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// No design shows a price that lies outside of what it has seen; a pool may by its fee.
    #[test]
    fn a_source_shows_what_lies_between_what_it_saw(design in designs(), walk in walk()) {
        let opening = walk[0];
        let mut source = Source::new(design, opening, at(0));
        let (mut low, mut high) = (opening, opening);
        let mut last_at = at(0);
        for (second, outside) in (1..).zip(&walk) {
            (low, high) = (low.min(*outside), high.max(*outside));
            let shown = source.observe(at(second), *outside, Line::Up);
            prop_assert!(last_at <= shown.at && shown.at <= at(second));
            last_at = shown.at;
            match design {
                Design::Pool(_) => {}
                _ => prop_assert!(low <= shown.price && shown.price <= high),
            }
            if let Design::Push(push) = design {
                prop_assert!(at(second).since(shown.at) < push.heartbeat);
                let away = outside.deviation_from(shown.price);
                prop_assert!(away <= push.deviation, "{} away", away);
            }
        }
    }

    /// The geometric mean is never above the arithmetic one, but for a grid unit of rounding.
    #[test]
    fn means_keep_their_order(window in 1_u64..40, walk in walk()) {
        let shown = averages(window).map(|design| {
            let mut source = Source::new(design, walk[0], at(0));
            for (second, outside) in (1..).zip(&walk) {
                source.observe(at(second), *outside, Line::Up);
            }
            source.reading().price.units()
        });
        // Rounded down and to the nearest: one unit; a mean's logarithm is exact to 2^-55.
        let slack = 1 + (shown[0] >> 50);
        prop_assert!(shown[1] <= shown[0] + slack, "{:?}", shown);
    }

    /// What the incremental window shows is the mean of the last prices added up anew.
    #[test]
    fn an_arithmetic_mean_is_the_mean(window in 1_u64..40, walk in walk()) {
        let mut source = Source::new(averages(window)[0], walk[0], at(0));
        let length = usize::try_from(window).unwrap();
        let mut seen = vec![walk[0].units(); length];
        for (second, outside) in (1..).zip(&walk) {
            seen.push(outside.units());
            let sum: i128 = seen[seen.len() - length..].iter().sum();
            let shown = source.observe(at(second), *outside, Line::Up).price;
            prop_assert_eq!(shown.units(), sum / i128::from(window));
        }
    }

    /// With equal weights, whatever they are, the mark is that of weight one; the order of the
    /// quotes does not matter; a weight of two is two sources.
    #[test]
    fn weights_reduce_to_the_plain_median(
        prices in prop::collection::vec(990_000_i128..1_010_000, 1..9),
        weights in prop::collection::vec(1_u16..4, 9),
        common in 1_u16..1000,
    ) {
        let config = OracleConfig { quorum: 1, max_deviation: Ratio::ONE, ..OracleConfig::default() };
        let mark = |quotes: &[SourceQuote]| aggregate(&config, at(0), quotes);
        let quotes = |weight: &dyn Fn(usize) -> u16| -> Vec<SourceQuote> {
            let each = prices.iter().enumerate();
            each.map(|(index, units)| SourceQuote {
                weight: weight(index),
                ..SourceQuote::new(u16::try_from(index).unwrap(), Price::from_units(*units).unwrap(), at(0))
            }).collect()
        };
        prop_assert_eq!(mark(&quotes(&|_| common)), mark(&quotes(&|_| 1)));
        let weighted = quotes(&|index| weights[index]);
        let mut copies = Vec::new();
        for quote in &weighted {
            for _ in 0..quote.weight {
                let source = u16::try_from(copies.len()).unwrap();
                copies.push(SourceQuote::new(source, quote.price, at(0)));
            }
        }
        prop_assert_eq!(mark(&weighted), mark(&copies));
        let reversed: Vec<SourceQuote> = weighted.iter().rev().copied().collect();
        prop_assert_eq!(mark(&weighted), mark(&reversed));
    }

    /// A pool lies within its fee of the outside price after every arbitrage, but for the rounding
    /// of its reserves, and a trade moves it by the square of the reserve's growth.
    #[test]
    fn a_pool_keeps_its_corridor(fee in 0_i32..=1000, prices in prop::collection::vec(1_000_i32..100_000_000, 1..30), usd in 1_i32..1_000_000) {
        let config = PoolConfig { reserve: Usd::whole(1_000_000), fee: Ratio::bps(fee) };
        let to_price = |units: i32| Price::from_units(i128::from(units) * 1_000_000).unwrap();
        let mut source = Source::new(Design::Pool(config), to_price(prices[0]), at(0));
        for (second, units) in (1..).zip(&prices) {
            let outside = to_price(*units);
            let shown = source.observe(at(second), outside, Line::Up).price;
            let kept = i128::from(10_000 - fee);
            // A micro-dollar in a reserve of 3 000 USD and more is 3·10^-10 of it.
            let slack = 2 + shown.units() / 1_000_000_000;
            prop_assert!(shown.units() + slack >= outside.units() * kept / 10_000);
            prop_assert!(shown.units() - slack <= outside.units() * 10_000 / kept);
        }
        let before = source.reading().price;
        let up = source.trade(Side::Long, Usd::whole(usd)).price;
        let down = source.trade(Side::Short, Usd::whole(usd)).price;
        prop_assert!(before <= up && down <= up);
    }
}
