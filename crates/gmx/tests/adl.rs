//! Deleveraging stays within its bounds.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
mod common;

use common::{buy, eth, flat, sell, usd, usdc, without_impact};
use seawall_gmx::adl::{AdlPolicy, choose, greatest_size};
use seawall_gmx::fees::Dues;
use seawall_gmx::{GmxError, I256, Market, PoolToken, Position, Side, U256};

/// Three longs opened at 2,000 USD: 10m, 20m and 5m at 2,100 (so the last is the youngest and has
/// the least profit), against a pool of 10,000 ETH.
fn market() -> (Market, Vec<Position>) {
    let mut market = without_impact();
    let mut positions = Vec::new();
    for (size, price, now) in [
        ("10000000", "2000", 1),
        ("20000000", "2000", 2),
        ("5000000", "2100", 3),
    ] {
        let mut position = Position::empty(Side::Long, PoolToken::Short);
        let order = buy(usdc("2000000"), size);
        market
            .increase(&mut position, &order, &flat(price), now)
            .unwrap();
        positions.push(position);
    }
    market.pool.long = eth("10000");
    (market, positions)
}

/// At 4,000 USD the longs have 10m + 20m + 4.5m of profit against 40m: beyond 85 %.
#[test]
fn it_needs_the_flag_and_lands_at_or_above_its_minimum() {
    let (mut market, mut positions) = market();
    let at = flat("4000");
    let position = &mut positions[1];
    let size = usd("1000000");
    let without_flag = market.deleverage(position, size, &at, 3);
    assert!(matches!(without_flag, Err(GmxError::Refused { .. })));
    let state = market.update_adl(Side::Long, &at).unwrap();
    assert!(state.enabled);
    // (17,380.952380952380952380 ETH · 4,000 − 35m) / 40m
    assert_eq!(state.factor.to_string(), "863095238095238095238000000000");
    let before = (market.clone(), *position);
    let too_much = market.deleverage(position, usd("20000000"), &at, 3);
    assert!(matches!(too_much, Err(GmxError::BelowMinimum { .. })));
    assert_eq!((market.clone(), *position), before);
    let most = greatest_size(&market, position, &at, &Dues::default())
        .unwrap()
        .unwrap();
    let report = market.deleverage(position, most, &at, 3).unwrap();
    let least = I256::try_from(usd("0.77")).unwrap();
    assert!(report.after < report.before && report.after >= least);
    // No more than a billionth above the minimum is left to take.
    assert!(report.after < I256::try_from(usd("0.77000001")).unwrap());
    let again = market.deleverage(position, size, &at, 3);
    assert!(matches!(again, Err(GmxError::Refused { .. })));
    assert!(!market.update_adl(Side::Long, &at).unwrap().enabled);
}

/// Closing a position with a loss raises the profit of its side.
#[test]
fn a_loser_is_not_deleveraged() {
    let (mut market, _) = market();
    let mut loser = Position::empty(Side::Long, PoolToken::Short);
    let order = buy(usdc("500000"), "1000000");
    market
        .increase(&mut loser, &order, &flat("5000"), 3)
        .unwrap();
    let at = flat("4100");
    assert!(market.update_adl(Side::Long, &at).unwrap().enabled);
    let refused = market.deleverage(&mut loser, usd("1000000"), &at, 3);
    let reason = "the profit of this side over its pool does not fall";
    assert_eq!(refused, Err(GmxError::Refused { reason }));
}

#[test]
fn each_policy_names_its_own_winner() {
    let (market, positions) = market();
    let at = flat("4000");
    let chosen = |policy| choose(&market, &positions, Side::Long, policy, &at).unwrap();
    assert_eq!(chosen(AdlPolicy::LargestProfit), Some(1));
    assert_eq!(chosen(AdlPolicy::Oldest), Some(0));
    assert_eq!(chosen(AdlPolicy::Random { seed: 5 }), Some(2));
    // At 2,050 the youngest has a loss: two are left.
    let low = flat("2050");
    let policy = AdlPolicy::Random { seed: 5 };
    let chosen = choose(&market, &positions, Side::Long, policy, &low).unwrap();
    assert_eq!(chosen, Some(1));
    let shorts = choose(&market, &positions, Side::Short, policy, &low).unwrap();
    assert_eq!(shorts, None);
}

/// An ordinary close at the same prices is no deleveraging: it may bring the factor anywhere.
#[test]
fn a_traders_own_close_is_not_bound() {
    let (mut market, mut positions) = market();
    let report = market
        .decrease(&mut positions[1], &sell(usd("20000000")), &flat("4000"), 3)
        .unwrap();
    assert!(report.closed && report.profit > U256::ZERO);
}
