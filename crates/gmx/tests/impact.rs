//! Price impact against published figures, and its virtual inventory.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
mod common;

use common::{eth, flat, live, usd};
use seawall_gmx::impact::{Change, Direction, quote};
use seawall_gmx::{I256, Market, ONE, Preset, Price, Side, U256};

fn change(side: Side, direction: Direction, million: u128) -> Change {
    let size = usd("1000000") * U256::new(million);
    Change {
        side,
        direction,
        usd: size,
        tokens: size / U256::new(2_000_000_000_000_000),
    }
}

/// Whole dollars, to the nearest.
fn dollars(impact: I256) -> i128 {
    let half = ONE / U256::new(2);
    let magnitude: U256 = (impact.unsigned_abs() + half) / ONE;
    let magnitude = magnitude.as_i128();
    if impact.is_negative() {
        -magnitude
    } else {
        magnitude
    }
}

/// A trade from balance: ETH 1m costs 90 and 10m 9,000 USD, SOL 1m 1,350, DOGE 1m 1,669 and 10m
/// 69,571 USD.
#[test]
fn a_trade_from_balance_costs_what_is_published() {
    for (preset, million, cost) in [
        (Preset::Eth, 1, 90),
        (Preset::Eth, 10, 9_000),
        (Preset::Sol, 1, 1_350),
        (Preset::Doge, 1, 1_669),
        (Preset::Doge, 10, 69_571),
    ] {
        let mut params = preset.market().unwrap().params;
        params.virtual_inventory = false;
        params.impact.balance_in_tokens = false;
        let market = Market::new(params).unwrap();
        let change = change(Side::Long, Direction::Increase, million);
        let impact = quote(&market, &change, Price::at(U256::new(1_000_000_000_000))).unwrap();
        assert_eq!(dollars(impact.usd), -cost, "{preset:?} {million}m");
        assert!(!impact.improved);
    }
}

fn skewed(long: &str, short: &str) -> Market {
    let mut market = live();
    market.open_interest_tokens.long.short = eth(long);
    market.open_interest_tokens.short.short = eth(short);
    market
}

/// From 4m to 2m of skew: 3e-11·(16e12 − 4e12) = 360 USD earned. Across: from 1m long to 1m short
/// 3e-11·1e12 − 9e-11·1e12 = −60 USD, and the balance is no better.
#[test]
fn improving_earns_a_third_and_crossing_pays_the_difference() {
    let index = flat("2000").index;
    let mut market = skewed("3000", "1000");
    market.virtual_inventory = None;
    let near = quote(&market, &change(Side::Short, Direction::Increase, 2), index).unwrap();
    assert_eq!(dollars(near.usd), 360);
    assert!(near.improved);
    let mut market = skewed("500", "0");
    market.virtual_inventory = None;
    let across = quote(&market, &change(Side::Short, Direction::Increase, 2), index).unwrap();
    assert_eq!(dollars(across.usd), -60);
    assert!(!across.improved);
    // To 600,000 of the other side: 30 − 9e-11·0.36e12 = −2.4 USD, yet the balance improves.
    let mut to = change(Side::Short, Direction::Increase, 1);
    to.usd = usd("1600000");
    to.tokens = eth("800");
    let improved = quote(&market, &to, index).unwrap();
    assert_eq!(dollars(improved.usd), -2);
    assert!(improved.improved);
}

/// A balanced market of an index that is 4m long elsewhere: a long of 1m costs 9e-11·(25e12 − 16e12)
/// = 810 USD instead of 90; a short costs 90, since on the inventory it would earn.
#[test]
fn the_worse_of_market_and_virtual_inventory_counts() {
    let index = flat("2000").index;
    let mut market = skewed("1000", "1000");
    market.virtual_inventory = Some(-I256::try_from(eth("2000")).unwrap());
    let long = quote(&market, &change(Side::Long, Direction::Increase, 1), index).unwrap();
    assert_eq!((dollars(long.own), dollars(long.usd)), (-90, -810));
    let short = quote(&market, &change(Side::Short, Direction::Increase, 1), index).unwrap();
    assert_eq!(dollars(short.usd), -90);
    assert_eq!(short.of_virtual.map(dollars), Some(210));
    // Closing a long of 1m from balance takes it from 5m of longs and leaves 1m of shorts elsewhere.
    let close = quote(&market, &change(Side::Long, Direction::Decrease, 1), index).unwrap();
    assert_eq!((dollars(close.own), dollars(close.usd)), (-90, -90));
    assert_eq!(close.of_virtual.map(dollars), Some(210));
    // A gain on the market itself is not held against the inventory.
    let mut market = skewed("3000", "1000");
    market.virtual_inventory = Some(I256::try_from(eth("2000")).unwrap());
    let gain = quote(&market, &change(Side::Short, Direction::Increase, 1), index).unwrap();
    assert_eq!(gain.of_virtual, None);
    assert_eq!(dollars(gain.usd), 210);
}

/// A skew below one USD has no impact, even at the exponent one.
#[test]
fn a_skew_below_one_dollar_has_no_impact() {
    let mut market = skewed("0", "0");
    market.params.impact.negative_exponent = ONE;
    let mut tiny = change(Side::Long, Direction::Increase, 1);
    tiny.tokens = eth("0.000499999999999999");
    let impact = quote(&market, &tiny, flat("2000").index).unwrap();
    assert_eq!(impact.usd, I256::ZERO);
}

/// A decrease by more than the open interest leaves none, and not less.
#[test]
fn a_decrease_beyond_the_open_interest_leaves_zero() {
    let mut market = skewed("500", "0");
    market.virtual_inventory = None;
    let index = flat("2000").index;
    let beyond = quote(&market, &change(Side::Long, Direction::Decrease, 9), index).unwrap();
    let all = quote(&market, &change(Side::Long, Direction::Decrease, 1), index).unwrap();
    assert_eq!(beyond, all);
    assert_eq!(dollars(all.usd), 30);
}
