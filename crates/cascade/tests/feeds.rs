//! What feeds show, and what it costs to move them, against figures worked out beside them.
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_cascade::feed::{
    Fault, Feed, FeedConfig, FeedError, Reserves, SharePricing, SightTable, quote_cost_arithmetic,
    quote_cost_spot, quote_fair_share, quote_naive_share,
};
use seawall_oracle::{Design, PushConfig, TwapConfig};
use seawall_units::{Ratio, Time, TokenPrice, Tokens};

fn price(text: &str) -> TokenPrice {
    text.parse().unwrap()
}

fn at(second: u64) -> Time {
    Time::from_secs(1_000_000 + second)
}

fn spot() -> FeedConfig {
    FeedConfig::PoolSpot {
        pool: "T".to_owned(),
    }
}

fn source(design: Design) -> FeedConfig {
    FeedConfig::Source {
        inner: Box::new(spot()),
        design,
    }
}

fn arithmetic(window: u64) -> FeedConfig {
    source(Design::ArithmeticTwap(TwapConfig { window }))
}

fn geometric(window: u64) -> FeedConfig {
    source(Design::GeometricTwap(TwapConfig { window }))
}

fn market(spot: &str) -> SightTable {
    let mut table = SightTable::default();
    table.set_spot("T", price(spot));
    table.set_outside("T", price(spot));
    table
}

fn opened(config: &FeedConfig, spot: &str) -> Feed {
    Feed::new(config, &market(spot), at(0)).unwrap()
}

/// The mean of 150 blocks of 12 s, of which one stood at a multiple of the others.
fn after_one_block_of_150(config: &FeedConfig, multiple: &str) -> TokenPrice {
    let mut feed = opened(config, "1");
    feed.observe(at(12), &market(multiple));
    feed.observe(at(24), &market("1"))
}

#[test]
fn one_block_of_150_moves_an_arithmetic_mean_by_its_share() {
    let mean = |multiple| after_one_block_of_150(&arithmetic(1800), multiple);
    // 1 + (M − 1)/150, and never below 1 − 1/150 = 0.99333….
    assert_eq!(mean("151"), price("2"));
    assert_eq!(mean("100"), price("1.66"));
    assert_eq!(mean("0.01"), price("0.9934"));
}

#[test]
fn one_block_of_150_moves_a_geometric_mean_by_the_root() {
    let mean = |multiple| after_one_block_of_150(&geometric(1800), multiple);
    // 100^(1/150) and 0.01^(1/150) = 1/1.031177275…: less up and more down than the other mean.
    assert_eq!(mean("100"), price("1.0311772746"));
    assert_eq!(mean("0.01"), price("0.9697653591"));
    // Even a thousand million times the price moves it by 10^(9/150) only.
    assert_eq!(mean("1000000000"), price("1.1481536215"));
}

#[test]
fn half_an_hour_of_memory_is_late_by_nine_tenths_after_three_minutes() {
    for (config, shown) in [(arithmetic(1800), "95"), (geometric(1800), "93.3032991537")] {
        let mut feed = opened(&config, "100");
        feed.observe(at(1), &market("50"));
        // 100·2^(−0.1) = 93.30329915….
        assert_eq!(feed.observe(at(180), &market("50")), price(shown));
        assert_eq!(feed.observe(at(1800), &market("50")), price("50"));
    }
}

#[test]
fn doubling_a_mean_of_150_blocks_costs_eleven_times_the_pool() {
    let pool = Tokens::whole(1_000_000);
    let two: Ratio = "2".parse().unwrap();
    // y·(√2 − 1) at once; y·(√151 − 1) through the mean. Digits of √2 and √151 beyond the grid go up.
    let at_once = quote_cost_spot(pool, two, Ratio::ZERO).unwrap();
    assert_eq!(at_once.to_string(), "414213.562373095048801689");
    let through = quote_cost_arithmetic(pool, two, 150).unwrap();
    assert_eq!(through.to_string(), "11288205.727444507591812164");
    // A fee of 0.3 % is paid on top: 414 213.562… / 0.997.
    let with_fee = quote_cost_spot(pool, two, Ratio::bps(30)).unwrap();
    assert_eq!(with_fee.to_string(), "415459.942199694131195275");
}

#[test]
fn a_trade_undone_within_its_second_leaves_no_trace_but_in_what_shows_the_spot() {
    let push = source(Design::Push(PushConfig::default()));
    let delayed = FeedConfig::Delayed {
        inner: Box::new(spot()),
        seconds: 1,
        step: 1,
    };
    let outside = FeedConfig::Outside {
        token: "T".to_owned(),
    };
    for config in [arithmetic(1800), geometric(1800), push, delayed, outside] {
        let mut feed = opened(&config, "100");
        feed.observe(at(12), &market("100"));
        let mut moved = market("100");
        moved.set_spot("T", price("1000"));
        assert_eq!(feed.observe(at(12), &moved), price("100"), "{config:?}");
        feed.observe(at(12), &market("100"));
        assert_eq!(feed.observe(at(24), &market("100")), price("100"));
    }
    for config in [spot(), source(Design::Instant)] {
        let mut feed = opened(&config, "100");
        assert_eq!(feed.observe(at(0), &market("1000")), price("1000"));
    }
}

#[test]
fn what_is_traded_after_a_look_stands_until_the_next_if_it_is_shown() {
    // Ten seconds of memory. The look at 5 s sees 100, a second look in that second 50.
    let mut feed = opened(&arithmetic(10), "100");
    feed.observe(at(5), &market("100"));
    feed.observe(at(5), &market("50"));
    // Seconds 6 to 10 at 50 are half of the window.
    assert_eq!(feed.observe(at(10), &market("50")), price("75"));
}

#[test]
fn a_push_waits_for_the_deviation_or_the_heartbeat() {
    let push = PushConfig {
        deviation: Ratio::bps(100),
        heartbeat: 3600,
    };
    let mut feed = opened(&source(Design::Push(push)), "100");
    assert_eq!(feed.observe(at(60), &market("99.01")), price("100"));
    assert_eq!(feed.observe(at(3600), &market("99.01")), price("99.01"));
    assert_eq!(feed.observe(at(3601), &market("98.01")), price("98.01"));
}

#[test]
fn a_clamp_shows_its_end_when_the_market_is_beyond() {
    let config = FeedConfig::Clamped {
        inner: Box::new(FeedConfig::Outside {
            token: "T".to_owned(),
        }),
        min: Some(price("0.107")),
        max: None,
    };
    let mut feed = opened(&config, "80");
    assert_eq!(feed.observe(at(60), &market("0.01")), price("0.107"));
    assert_eq!(feed.observe(at(120), &market("0.5")), price("0.5"));
}

#[test]
fn an_hourly_delay_shows_on_the_hour_what_was_seen_an_hour_before() {
    let config = FeedConfig::Delayed {
        inner: Box::new(spot()),
        seconds: 3600,
        step: 3600,
    };
    let mut feed = opened(&config, "200");
    for (second, seen, shown) in [
        (1800, "150", "200"),
        (3600, "140", "200"),
        (7199, "120", "200"),
        (7200, "110", "140"),
        (10_799, "100", "140"),
        (10_800, "100", "110"),
    ] {
        assert_eq!(feed.observe(at(second), &market(seen)), price(shown));
    }
}

#[test]
fn a_guarded_median_stands_still_when_its_feeds_disagree() {
    let fixed = |text| FeedConfig::Fixed { price: price(text) };
    let config = FeedConfig::Median {
        of: vec![spot(), fixed("100"), fixed("104")],
        max_deviation: Some(Ratio::bps(500)),
    };
    let mut feed = opened(&config, "101");
    assert_eq!(feed.shown(), price("101"));
    // Two of three lie within 5 % of the middle, 104.
    assert_eq!(feed.observe(at(1), &market("900")), price("104"));
    let far = FeedConfig::Median {
        of: vec![spot(), fixed("100"), fixed("140")],
        max_deviation: Some(Ratio::bps(500)),
    };
    let mut feed = opened(&far, "101");
    // At 120 the others are 16.7 % away on both sides.
    assert_eq!(feed.observe(at(1), &market("120")), price("101"));
    let even = FeedConfig::Median {
        of: vec![fixed("1"), fixed("1.000000000000000001")],
        max_deviation: None,
    };
    assert_eq!(opened(&even, "1").shown(), price("1"));
}

#[test]
fn faults_freeze_shift_and_delay_what_is_shown() {
    let broken = |fault| FeedConfig::Faulty {
        inner: Box::new(spot()),
        fault,
        from: 10,
        until: 20,
    };
    let offset = Fault::Offset {
        by: "-0.35".parse().unwrap(),
    };
    for (fault, shown) in [
        (Fault::Frozen {}, "100"),
        (offset, "58.5"),
        (Fault::Late { seconds: 5 }, "100"),
    ] {
        let mut feed = opened(&broken(fault), "100");
        feed.observe(at(9), &market("100"));
        assert_eq!(feed.observe(at(10), &market("90")), price(shown));
        assert_eq!(feed.observe(at(20), &market("90")), price("90"));
    }
    let mut late = opened(&broken(Fault::Late { seconds: 5 }), "100");
    late.observe(at(10), &market("90"));
    assert_eq!(late.observe(at(14), &market("80")), price("100"));
    assert_eq!(late.observe(at(15), &market("70")), price("90"));
}

#[test]
fn shares_are_worth_what_their_pricing_says() {
    let one = Tokens::whole(1);
    let before = Reserves {
        token: Tokens::whole(10),
        quote: Tokens::whole(1000),
        shares: one,
    };
    let after = Reserves {
        token: one,
        quote: Tokens::whole(10_000),
        shares: one,
    };
    let hundred = price("100");
    assert_eq!(quote_naive_share(&before, hundred), Some(price("2000")));
    assert_eq!(quote_naive_share(&after, hundred), Some(price("10100")));
    assert_eq!(quote_fair_share(&after, hundred), Some(price("2000")));
    let mut sights = market("100");
    sights.set_reserves("T", before);
    for (pricing, shown) in [(SharePricing::Naive, "10100"), (SharePricing::Fair, "2000")] {
        let config = FeedConfig::LpShare {
            pool: "T".to_owned(),
            pricing,
            price: Box::new(FeedConfig::Fixed { price: hundred }),
        };
        let mut feed = Feed::new(&config, &sights, at(0)).unwrap();
        assert_eq!(feed.shown(), price("2000"));
        let mut moved = sights.clone();
        moved.set_reserves("T", after);
        assert_eq!(feed.observe(at(0), &moved), price(shown));
    }
}

#[test]
fn wrong_feeds_are_refused_with_their_path_and_the_legal_range() {
    let refused = |config: &FeedConfig| {
        let error = Feed::new(config, &market("1"), at(0)).err();
        error.map(|error: FeedError| error.to_string()).unwrap()
    };
    assert_eq!(
        refused(&FeedConfig::PoolSpot {
            pool: "X".to_owned()
        }),
        "no price of a pool X; legal: a pool of this file that is not empty"
    );
    assert_eq!(
        refused(&arithmetic(0)),
        "arithmetic_twap.window = 0; legal: 1 to 86400 s"
    );
    let delayed = FeedConfig::Delayed {
        inner: Box::new(spot()),
        seconds: 0,
        step: 1,
    };
    let median = FeedConfig::Median {
        of: vec![spot(), delayed],
        max_deviation: None,
    };
    assert_eq!(
        refused(&median),
        "median.of.1.delayed.seconds = 0; legal: 1 to 86400 s"
    );
    let clamped = FeedConfig::Clamped {
        inner: Box::new(spot()),
        min: Some(price("2")),
        max: Some(price("1")),
    };
    assert_eq!(
        refused(&clamped),
        "clamped.max = 1.000000000000000000; legal: at least clamped.min"
    );
    let mut deep = spot();
    for _ in 0..8 {
        deep = FeedConfig::Clamped {
            inner: Box::new(deep),
            min: None,
            max: None,
        };
    }
    assert!(refused(&deep).ends_with("legal: 8 feeds within each other"));
}

fn any_price() -> impl Strategy<Value = TokenPrice> {
    (1..=1_000_000_000_000_000_000_000_000_i128)
        .prop_map(|units| TokenPrice::from_units(units).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whoever moves one of three feeds moves the middle at most across the gap between the others.
    #[test]
    fn one_of_three_moves_the_median_at_most_the_gap(
        moved in any_price(), honest in any_price(), second in any_price(), third in any_price(),
    ) {
        let fixed = |price| FeedConfig::Fixed { price };
        let config = FeedConfig::Median {
            of: vec![spot(), fixed(second), fixed(third)],
            max_deviation: None,
        };
        let mut sights = SightTable::default();
        sights.set_spot("T", honest);
        let mut feed = Feed::new(&config, &sights, at(0)).unwrap();
        let before = feed.shown();
        sights.set_spot("T", moved);
        let after = feed.observe(at(0), &sights);
        let gap = second.units().abs_diff(third.units());
        prop_assert!(after.units().abs_diff(before.units()) <= gap);
        prop_assert!(after >= second.min(third) && after <= second.max(third));
    }

    /// A guard decides whether the middle is shown, never what.
    #[test]
    fn a_guard_shows_the_middle_or_what_it_showed(
        first in any_price(), second in any_price(), moved in any_price(), guard in 1..1_000_000_i64,
    ) {
        let config = |max_deviation| FeedConfig::Median {
            of: vec![spot(), FeedConfig::Fixed { price: first }, FeedConfig::Fixed { price: second }],
            max_deviation,
        };
        let guard = Ratio::units_i64(guard * 1_000_000_000_000);
        let mut sights = SightTable::default();
        sights.set_spot("T", first);
        let mut free = Feed::new(&config(None), &sights, at(0)).unwrap();
        let mut guarded = Feed::new(&config(Some(guard)), &sights, at(0)).unwrap();
        let last = guarded.shown();
        sights.set_spot("T", moved);
        let middle = free.observe(at(0), &sights);
        let shown = guarded.observe(at(0), &sights);
        prop_assert!(shown == middle || shown == last);
    }

    /// A swap on x·y = k moves the fair price of a share by roundings only.
    #[test]
    fn a_swap_leaves_the_fair_share_where_it_was(
        token in 1..1_000_000_i32, quote in 1..1_000_000_i32, factor in 2..1000_i32, true_price in 1..10_000_i32,
    ) {
        let (token, quote) = (Tokens::whole(token), Tokens::whole(quote));
        let before = Reserves { token, quote, shares: Tokens::whole(1) };
        let ratio: Ratio = factor.to_string().parse().unwrap();
        // The pool keeps what the division leaves.
        let after = Reserves {
            token: token.mul_div_ceil(Ratio::ONE, ratio).unwrap(),
            quote: quote.mul_floor(ratio),
            shares: Tokens::whole(1),
        };
        let at_price = price(&true_price.to_string());
        let fair = |reserves| quote_fair_share(reserves, at_price).unwrap().units();
        // One unit of a token of 10^18 moves the product by 10^-18/T at most, and the roots by half
        // of that: below 10^-12 of the price for what is left of the tokens here.
        prop_assert!((fair(&after) - fair(&before)).abs() <= fair(&before) / 1_000_000_000_000 + 4);
    }

    /// No feed below a window of averages moves further than what it averages.
    #[test]
    fn an_average_lies_between_what_it_saw(prices in prop::collection::vec(1..1_000_000_i32, 1..8)) {
        for config in [arithmetic(30), geometric(30)] {
            let mut feed = opened(&config, "1000");
            for (round, seen) in prices.iter().enumerate() {
                feed.observe(at(round as u64 * 7 + 7), &market(&seen.to_string()));
            }
            let low = prices.iter().copied().min().unwrap().min(1000);
            let high = prices.iter().copied().max().unwrap().max(1000);
            let ulp = 100_000_000;
            prop_assert!(feed.shown().units() >= price(&low.to_string()).units() - ulp);
            prop_assert!(feed.shown().units() <= price(&high.to_string()).units() + ulp);
        }
    }
}
