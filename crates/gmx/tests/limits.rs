//! Each limit of an increase, and what a decrease is adjusted to.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
mod common;

use common::{buy, eth, flat, long_in_usdc, sell, short_in_usdc, signed_usd, usd, usdc};
use common::{linear, without_impact};
use seawall_gmx::adjust::{Grown, adjust};
use seawall_gmx::fees::Dues;
use seawall_gmx::increase::Increase;
use seawall_gmx::liquidation::{Purpose, Reason, health};
use seawall_gmx::{ByToken, DepositTerms, GmxError, I256, Market, Position, Side, U256};

fn opened(market: &mut Market, side: Side, collateral: &str, size: &str) -> Position {
    let mut position = match side {
        Side::Long => long_in_usdc(),
        Side::Short => short_in_usdc(),
    };
    let order = buy(usdc(collateral), size);
    market
        .increase(&mut position, &order, &flat("2000"), 1)
        .unwrap();
    position
}

/// The name of the limit that refuses a long of 100,000 USD with 10,000 USDC.
fn refused_by(change: impl Fn(&mut Market)) -> &'static str {
    let mut market = without_impact();
    change(&mut market);
    let order = buy(usdc("10000"), "100000");
    match market.increase(&mut long_in_usdc(), &order, &flat("2000"), 1) {
        Err(GmxError::Limit { limit, .. } | GmxError::BelowMinimum { limit, .. }) => limit,
        _ => "something else",
    }
}

#[test]
fn each_limit_of_an_increase_refuses_by_its_name() {
    let by = refused_by(|market| market.params.max_open_interest.long = usd("99999.9"));
    assert_eq!(by, "open interest of longs");
    // 50 ETH are reserved against 20,000: 0.25 %.
    let by = refused_by(|market| market.params.reserve_factor.long = usd("0.0024"));
    assert_eq!(by, "reserve of longs");
    let by = refused_by(|market| market.params.open_interest_reserve_factor.long = usd("0.0024"));
    assert_eq!(by, "open interest reserve of longs");
    // 10,000 less the fee of 60.
    let by = refused_by(|market| market.params.max_collateral_sum.long.short = usdc("9939.9"));
    assert_eq!(by, "the collateral of the side in this token");
    let by = refused_by(|market| market.params.collateral.min_position_usd = usd("100001"));
    assert_eq!(by, "the size, USD");
    // 9,940 are 9.94 %.
    let by = refused_by(|market| market.params.collateral.min_factor = usd("0.0995"));
    assert_eq!(by, "the collateral for this size, USD");
    // After 40 for the close 9,900 are left.
    let by = refused_by(|market| market.params.collateral.min_factor = usd("0.09901"));
    assert_eq!(by, "what remains of the collateral after a close, USD");
    let by = refused_by(|market| market.params.collateral.min_usd = usd("9901"));
    assert_eq!(by, "what remains of the collateral after a close, USD");
}

/// A deposit of 10,000 USDC: the pool may then hold so many tokens and be worth so much, not a unit
/// less. Of the fee of 7 USDC the protocol's 37 % leave: 9,997.41 come in.
#[test]
fn each_limit_of_a_deposit_refuses_by_its_name() {
    let amounts = ByToken {
        long: U256::ZERO,
        short: usdc("10000"),
    };
    let deposited = |change: &dyn Fn(&mut Market)| {
        let mut market = without_impact();
        market.params.swap_impact.negative_factor = U256::ZERO;
        change(&mut market);
        let terms = DepositTerms::at(1);
        match market.deposit(&flat("2000"), amounts, terms) {
            Err(GmxError::Limit { limit, .. }) => Some(limit),
            done => done.map(|_| None).unwrap(),
        }
    };
    let after = without_impact().pool.short + usdc("9997.41");
    let by_tokens = |most| deposited(&|market| market.params.max_pool_amount.short = most);
    assert_eq!(by_tokens(after), None);
    assert_eq!(by_tokens(after - U256::ONE), Some("tokens in the pool"));
    // A USDC is worth 10^24 a unit.
    let worth = after * U256::new(10).pow(24);
    let by_usd = |most| deposited(&|market| market.params.max_pool_usd_for_deposit.short = most);
    assert_eq!(by_usd(worth), None);
    let refused = Some("USD of a token in the pool");
    assert_eq!(by_usd(worth - U256::ONE), refused);
}

/// Collateral alone may be added; a position needs a size.
#[test]
fn collateral_alone_is_added_to_a_position_but_opens_none() {
    let mut market = without_impact();
    let mut position = opened(&mut market, Side::Long, "10060", "100000");
    let order = Increase {
        collateral: usdc("500"),
        size_usd: U256::ZERO,
        acceptable_price: None,
    };
    market
        .increase(&mut position, &order, &flat("2000"), 1)
        .unwrap();
    assert_eq!(position.collateral, usdc("10500"));
    let none = market.increase(&mut short_in_usdc(), &order, &flat("2000"), 1);
    assert!(matches!(none, Err(GmxError::Refused { .. })));
}

/// What would be left with less than one USD of size, without tokens or with less than one USD of
/// collateral and open profit, is closed with the rest.
#[test]
fn a_rest_that_could_not_live_is_closed_as_well() {
    let mut market = without_impact();
    let position = opened(&mut market, Side::Long, "100", "100");
    let at = flat("2000");
    let grown = |position: &Position, size: &str| {
        let adjusted = adjust(&market, position, &sell(usd(size)), &at).unwrap();
        assert_eq!(adjusted.grown.is_some(), adjusted.size_usd > usd(size));
        adjusted.grown
    };
    assert_eq!(grown(&position, "99"), None);
    assert_eq!(grown(&position, "99.5"), Some(Grown::LittleSize));
    assert_eq!(grown(&position, "100"), None);
    // All but half a unit of the index token is still one unit.
    let dust = Position {
        size_tokens: U256::ONE,
        collateral: usdc("1000"),
        ..position
    };
    assert_eq!(grown(&dust, "50"), Some(Grown::NoTokens));
    let poor = Position {
        collateral: usdc("0.99"),
        ..position
    };
    assert_eq!(grown(&poor, "10"), Some(Grown::LittleCollateral));
    let more = adjust(&market, &position, &sell(usd("100.1")), &at);
    assert!(matches!(more, Err(GmxError::Insufficient { .. })));
}

/// The least collateral after a decrease is that at the open interest after it, and open profit does
/// not count: at 1e-6 a side of 50,000 USD asks for 5 % of 50,000, 2,500 USD.
#[test]
fn a_withdrawal_is_held_against_the_open_interest_that_is_left() {
    let mut market = without_impact();
    let position = opened(&mut market, Side::Long, "10060", "100000");
    market.params.collateral.open_interest_multiplier.long = usd("0.000001");
    let mut order = sell(usd("50000"));
    for (price, left, withdrawn) in [
        ("2000", "2500", "7500"),
        ("2000", "2499.999999", "0"),
        ("2400", "2499.999999", "0"),
        // A loss of 500 on the part that is closed does.
        ("1980", "2500", "0"),
        ("1980", "3000", "7000"),
    ] {
        order.withdraw = position.collateral - usdc(left);
        let adjusted = adjust(&market, &position, &order, &flat(price)).unwrap();
        assert_eq!(adjusted.withdraw, usdc(withdrawn), "{price} {left}");
        assert_eq!(adjusted.size_usd, usd("50000"));
    }
}

/// The rest of a position may not be liquidatable: 600 USDC are enough for 99,000 USD, and after an
/// interest of 150 they are not.
#[test]
fn the_rest_of_a_position_must_be_healthy() {
    let mut market = without_impact();
    let mut position = opened(&mut market, Side::Long, "660", "100000");
    let order = sell(usd("1000"));
    let dues = |borrowing: &str| Dues {
        borrowing_usd: usd(borrowing),
        ..Dues::default()
    };
    let at = flat("2000");
    let close = |borrowing| {
        let (mut market, mut position) = (market.clone(), position);
        let dues = dues(borrowing);
        seawall_gmx::decrease::decrease(&mut market, &mut position, &order, &at, &dues)
    };
    assert!(close("0").is_ok());
    assert!(matches!(close("150"), Err(GmxError::BelowMinimum { .. })));
    // The keeper comes only below 0.5 %: 600 − 40 of fee against 500.
    assert!(market.liquidate(&mut position, &at, 1).is_err());
}

/// Of the impact the test of a liquidation counts no gain, and a cost only up to its maximum.
#[test]
fn impact_counts_in_the_liquidation_test_up_to_its_maximum() {
    let mut market = linear();
    market.params.impact.negative_factor = U256::ZERO;
    market.params.impact.positive_factor = U256::ZERO;
    let mut position = opened(&mut market, Side::Long, "10060", "100000");
    let mut impact = |pending: &str, most: &str| {
        position.pending_impact = match pending.strip_prefix('-') {
            Some(cost) => -I256::try_from(eth(cost)).unwrap(),
            None => I256::try_from(eth(pending)).unwrap(),
        };
        market.params.impact.max_for_liquidation = usd(most);
        let dues = Dues::default();
        let health = health(
            &market,
            &position,
            &flat("2000"),
            &dues,
            Purpose::Liquidation,
        )
        .unwrap();
        assert_eq!(health.reason, None::<Reason>);
        health.impact
    };
    assert_eq!(impact("1", "0.05"), I256::ZERO);
    assert_eq!(impact("-1", "0"), I256::ZERO);
    assert_eq!(impact("-1", "0.001"), signed_usd("-100"));
    assert_eq!(impact("-1", "0.05"), signed_usd("-2000"));
}

/// Half of the close of `worked.rs` with an excess: 100 of pending impact and 300 of the close are 400,
/// of which 250 count and 150 are the excess. The withdrawal of 5,000 is smaller by it.
#[test]
fn a_withdrawal_is_smaller_by_the_impact_beyond_its_cap() {
    let mut market = without_impact();
    market.params.impact.negative_factor = usd("0.002");
    let mut position = opened(&mut market, Side::Long, "20000", "100000");
    opened(&mut market, Side::Short, "100000", "1000000");
    market.params.impact.negative_factor = usd("0.006");
    let mut order = sell(usd("50000"));
    order.withdraw = usdc("5000");
    let report = market
        .decrease(&mut position, &order, &flat("2000"), 1)
        .unwrap();
    assert_eq!(report.impact.excess_usd, usd("150"));
    assert_eq!(report.outputs.claimable.short, usdc("150"));
    assert_eq!(report.outputs.collateral, usdc("4850"));
    // 20,000 − 60 − 30 − 250 − 150 − 4,850
    assert_eq!(position.collateral, usdc("14660"));
}
