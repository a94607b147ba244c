//! Steps of a position worked by hand, figure by figure.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
mod common;

use common::{
    buy, decimal, eth, flat, linear, long_in_usdc, prices, sell, short_in_usdc, signed_usd, usd,
    usdc, without_impact,
};
use seawall_gmx::decrease::{Decrease, Insolvency, Kind};
use seawall_gmx::increase::Increase;
use seawall_gmx::liquidation::Reason;
use seawall_gmx::payment::Step;
use seawall_gmx::{GmxError, I256, Market, PoolToken, Position, Side, U256};

/// 1,001,000 USD long at 2,000 to 2,002 with 200,000 USDC at 0.999 to 1.001.
///
/// - size: 1,001,000 / 2,002 = 500 ETH
/// - impact: the imbalance grows from 0 to 500 · 2,001 = 1,000,500 USD: 0.2 % are 2,001 USD, at the
///   least price 1.0005 ETH
/// - fee: 0.06 % are 600.6 USD, over 0.999 are 601.201201 USDC, of which 222.444444 to the protocol
/// - price: 1,001,000 / (500 − 1.0005) = 2,006.014034082198
#[test]
fn an_open_takes_its_fee_and_keeps_its_impact() {
    let (mut market, mut position) = (linear(), long_in_usdc());
    let order = buy(usdc("200000"), "1001000");
    let report = market
        .increase(&mut position, &order, &prices("2000", "2002"), 1)
        .unwrap();
    assert_eq!(report.size_tokens, eth("500"));
    assert_eq!(report.impact_usd, signed_usd("-2001"));
    assert!(!report.impact.improved);
    let impact_tokens = -I256::try_from(eth("1.0005")).unwrap();
    assert_eq!(report.impact_tokens, impact_tokens);
    assert_eq!(report.price, decimal("2006.014034082198", 12));
    assert_eq!(report.fees.position, usdc("601.201201"));
    assert_eq!(report.fees.for_protocol, usdc("222.444444"));
    assert_eq!(report.fees.for_pool, usdc("378.756757"));
    assert_eq!(position.collateral, usdc("199398.798799"));
    assert_eq!(position.pending_impact, impact_tokens);
    assert_eq!(market.total_pending_impact, impact_tokens);
    assert_eq!(market.impact_pool, eth("100"));
    assert_eq!(market.pool.short, usdc("40000378.756757"));
    assert_eq!(market.protocol_fees.short, usdc("222.444444"));
    assert_eq!(market.open_interest.long.short, usd("1001000"));
    assert_eq!(market.collateral_sum.long.short, position.collateral);
}

/// Half of that position at 2,200 to 2,202, at once.
///
/// - profit: 500 · 2,200 − 1,001,000 = 99,000 USD, half of it 49,500; over 2,202 are
///   22.479564032697547683 ETH
/// - impact of the close: the imbalance falls from 500 · 2,201 to 250 · 2,201 = 550,250 USD: 0.1 %
///   are 550.25 USD
/// - pending: half of 1.0005 ETH at 2,202 are 1,101.5505 USD; in total 551.3005 USD are owed
/// - fee: improving, 0.04 % of 500,500 are 200.2 USD, 200.400400 USDC
/// - impact paid: 551.3005 / 0.999 rounded up are 551.852353 USDC; these are 551.300500647 USD, at
///   2,202 they are 0.250363533445504087 ETH of the impact pool
/// - price: 2,200 + (1,001,000 · 550.25 / 500) / 500,500 = 2,202.201
#[test]
fn a_close_in_part_settles_half_of_what_was_kept() {
    let (mut market, mut position) = (linear(), long_in_usdc());
    let order = buy(usdc("200000"), "1001000");
    market
        .increase(&mut position, &order, &prices("2000", "2002"), 1)
        .unwrap();
    let report = market
        .decrease(
            &mut position,
            &sell(usd("500500")),
            &prices("2200", "2202"),
            1,
        )
        .unwrap();
    assert_eq!(report.pnl.realised, signed_usd("49500"));
    assert_eq!(report.profit, eth("22.479564032697547683"));
    assert_eq!(report.outputs.secondary, report.profit);
    assert_eq!(report.outputs.collateral, U256::ZERO);
    assert_eq!(report.impact.close_usd, signed_usd("550.25"));
    assert_eq!(report.impact.pending_usd, signed_usd("-1101.5505"));
    assert_eq!(report.impact.total_usd, signed_usd("-551.3005"));
    assert_eq!(report.price, decimal("2202.201", 12));
    assert_eq!(report.fees.position, usdc("200.4004"));
    assert_eq!(report.fees.for_protocol, usdc("74.148148"));
    assert_eq!(report.payments.impact.in_collateral, usdc("551.852353"));
    assert_eq!(report.impact_flow.added, eth("0.250363533445504087"));
    assert_eq!(market.impact_pool, eth("100.250363533445504087"));
    assert_eq!(position.collateral, usdc("198646.546046"));
    assert_eq!(position.size_tokens, eth("250"));
    assert_eq!(position.size_usd, usd("500500"));
    let rest = -I256::try_from(eth("0.50025")).unwrap();
    assert_eq!(position.pending_impact, rest);
    assert_eq!(market.total_pending_impact, rest);
    assert_eq!(market.pool.long, eth("19977.520435967302452317"));
}

fn opened(market: &mut Market, side: Side, collateral: &str, size: &str) -> Position {
    let mut position = Position::empty(side, PoolToken::Short);
    let order = buy(usdc(collateral), size);
    market
        .increase(&mut position, &order, &flat("2000"), 1)
        .unwrap();
    position
}

/// A short of 100,000 USD (50 ETH) with 1,060 USDC: 60 to the fee, 1,000 remain. At 2,020 it has lost
/// all of it: 1,000 − 1,000 − 40 for the fee of a close is −40.
///
/// It pays no funding (one side is empty) and the loss first. The fee of 0.04 % and the liquidation
/// fee of 0.2 %, 240 USDC, cannot be paid.
#[test]
fn an_insolvent_liquidation_pays_what_there_is_and_drops_the_rest() {
    let mut market = without_impact();
    let mut position = opened(&mut market, Side::Short, "1060", "100000");
    assert_eq!(position.collateral, usdc("1000"));
    let pool = market.pool.short;
    let healthy = market.liquidate(&mut position, &flat("2001"), 1);
    assert!(matches!(healthy, Err(GmxError::NotLiquidatable { .. })));
    let report = market.liquidate(&mut position, &flat("2020"), 1).unwrap();
    assert_eq!(report.health.remaining, signed_usd("-40"));
    assert_eq!(report.health.reason, Some(Reason::MinCollateral));
    let close = report.decrease;
    assert_eq!(
        close.insolvent,
        Some(Insolvency {
            step: Step::Fees,
            unpaid_usd: usd("240"),
        })
    );
    assert_eq!(close.payments.loss.in_collateral, usdc("1000"));
    assert_eq!(close.outputs.collateral, U256::ZERO);
    assert_eq!(close.fees.position, U256::ZERO);
    assert_eq!(market.pool.short, pool + usdc("1000"));
    assert_eq!(position.size_usd, U256::ZERO);
    assert_eq!(market.open_interest_usd(Side::Short).unwrap(), U256::ZERO);
}

/// The same loss by the trader's own order is refused and nothing changes.
#[test]
fn an_order_may_not_end_insolvent() {
    let mut market = without_impact();
    let mut position = opened(&mut market, Side::Short, "1060", "100000");
    let before = (market.clone(), position);
    let refused = market.decrease(&mut position, &sell(usd("100000")), &flat("2030"), 5);
    assert_eq!(
        refused,
        Err(GmxError::Unpaid {
            step: "the loss",
            due: usd("1500"),
            paid: usd("1000"),
        })
    );
    assert_eq!((market, position), before);
}

/// 0.5 % of 100,000 USD is the most that a close may cost: the pending impact of 200 and the close's
/// 600 are 800 USD, of which 300 are the excess: taken, but claimable.
///
/// A second, larger short makes the close of the long one that worsens the balance.
#[test]
fn impact_beyond_its_cap_is_taken_and_claimable() {
    let mut market = without_impact();
    market.params.impact.negative_factor = usd("0.002");
    let mut position = opened(&mut market, Side::Long, "20000", "100000");
    assert_eq!(
        position.pending_impact,
        -I256::try_from(eth("0.1")).unwrap()
    );
    opened(&mut market, Side::Short, "100000", "1000000");
    market.params.impact.negative_factor = usd("0.006");
    let report = market
        .decrease(&mut position, &sell(usd("100000")), &flat("2000"), 1)
        .unwrap();
    assert_eq!(report.impact.close_usd, signed_usd("-600"));
    assert_eq!(report.impact.pending_usd, signed_usd("-200"));
    assert_eq!(report.impact.total_usd, signed_usd("-500"));
    assert_eq!(report.impact.excess_usd, usd("300"));
    assert_eq!(report.outputs.claimable.short, usdc("300"));
    // 20,000 less 60 at the open, 60 at the close, 500 and 300.
    assert_eq!(report.outputs.collateral, usdc("19080"));
    assert_eq!(market.impact_pool, eth("100.25"));
}

/// A gain beyond the impact pool is lent as far as the parameters allow, and repaid first by the next
/// cost.
///
/// A short of 1,000,000 USD gains 0.1 % at its close, 1,000 USD or 0.5 ETH; the impact pool has 0.2,
/// so 0.3 are lent. A long of 200,000 USD then costs 0.2 % at its open, 400 USD or 0.2 ETH.
#[test]
fn a_gain_beyond_the_impact_pool_is_lent_and_repaid_first() {
    let mut market = without_impact();
    market.impact_pool = eth("0.2");
    let mut short = opened(&mut market, Side::Short, "100000", "1000000");
    market.params.impact.negative_factor = usd("0.002");
    market.params.impact.positive_factor = usd("0.001");
    let all = sell(usd("1000000"));
    let capped = market
        .clone()
        .decrease(&mut short.clone(), &all, &flat("2000"), 1)
        .unwrap();
    assert_eq!(capped.impact.total_usd, signed_usd("400"));
    market.params.impact.max_lendable_factor = usd("0.002");
    market.params.impact.max_lendable_usd = usd("25000");
    let report = market.decrease(&mut short, &all, &flat("2000"), 1).unwrap();
    assert_eq!(report.impact.total_usd, signed_usd("1000"));
    assert_eq!(report.impact_flow.paid_by_pool, usdc("1000"));
    assert_eq!(report.impact_flow.taken, eth("0.5"));
    assert_eq!(report.impact_flow.lent, eth("0.3"));
    assert_eq!(market.lent_impact, eth("0.3"));
    assert_eq!(market.impact_pool, U256::ZERO);
    let mut long = opened(&mut market, Side::Long, "50000", "200000");
    market.params.impact.positive_factor = U256::ZERO;
    let report = market
        .decrease(&mut long, &sell(usd("200000")), &flat("2000"), 1)
        .unwrap();
    assert_eq!(report.impact_flow.repaid, eth("0.2"));
    assert_eq!(market.lent_impact, eth("0.1"));
    assert_eq!(market.impact_pool, U256::ZERO);
}

/// Longs of 30 million USD (15,000 ETH) against a pool of 20,000 ETH: at 10,000 USD their profit is
/// 120 million and 90 % of the pool's 200 million is not reached; with 4,000 ETH in the pool the cap is
/// 36 million, 30 % of the profit.
#[test]
fn beyond_the_cap_every_profit_is_cut_by_the_same_share() {
    let mut market = without_impact();
    let mut position = opened(&mut market, Side::Long, "2000000", "30000000");
    let order = sell(usd("3000000"));
    let whole = market
        .clone()
        .decrease(&mut position.clone(), &order, &flat("10000"), 1)
        .unwrap();
    assert_eq!(whole.pnl.realised, signed_usd("12000000"));
    market.pool.long = eth("4000");
    let cut = market
        .decrease(&mut position, &order, &flat("10000"), 1)
        .unwrap();
    assert_eq!(cut.pnl.realised, signed_usd("3600000"));
    assert_eq!(cut.pnl.realised_uncapped, signed_usd("12000000"));
    assert_eq!(cut.profit, eth("360"));
}

/// Collateral is withdrawn with a decrease, but not when too little would be left; alone, such a
/// withdrawal is refused.
#[test]
fn collateral_is_withdrawn_as_far_as_the_rest_allows() {
    let mut market = without_impact();
    let mut position = opened(&mut market, Side::Long, "10060", "100000");
    let mut order = sell(usd("50000"));
    order.withdraw = usdc("5000");
    let report = market
        .decrease(&mut position, &order, &flat("2000"), 1)
        .unwrap();
    // The fee of 0.04 % is 20 USDC; 10,000 − 20 − 5,000 stay.
    assert_eq!(report.outputs.collateral, usdc("5000"));
    assert_eq!(position.collateral, usdc("4980"));
    order.withdraw = usdc("4900");
    order.size_usd = usd("10000");
    let report = market
        .decrease(&mut position, &order, &flat("2000"), 1)
        .unwrap();
    assert_eq!(report.adjusted.withdraw, U256::ZERO);
    assert_eq!(report.outputs.collateral, U256::ZERO);
    order.size_usd = U256::ZERO;
    let refused = market.decrease(&mut position, &order, &flat("2000"), 1);
    assert!(matches!(refused, Err(GmxError::Refused { .. })));
}

/// A close of 50 % of an insolvent position by ADL grows to a full close, as it was seen when
/// the contracts were executed.
#[test]
fn half_of_an_insolvent_position_is_closed_whole_by_adl() {
    let mut market = without_impact();
    let mut position = opened(&mut market, Side::Short, "1060", "100000");
    let half = Decrease::of(Kind::Adl, usd("50000"));
    let dues = seawall_gmx::fees::Dues::default();
    let report =
        seawall_gmx::decrease::decrease(&mut market, &mut position, &half, &flat("2100"), &dues)
            .unwrap();
    assert!(report.closed);
    assert_eq!(report.adjusted.size_usd, usd("100000"));
    assert_eq!(
        report.insolvent,
        Some(Insolvency {
            step: Step::Loss,
            unpaid_usd: usd("4000"),
        })
    );
    assert_eq!(report.outputs.collateral, U256::ZERO);
}

/// A deleveraging in part that cannot pay its fees is refused, since what is left has profit to pay
/// them: half of 10,000 USD of profit and 1,000 of collateral are less than 8,000 of borrowing, the
/// whole of it is more.
#[test]
fn a_part_may_not_end_insolvent_even_by_adl() {
    let mut market = without_impact();
    let mut position = opened(&mut market, Side::Long, "1060", "100000");
    let dues = seawall_gmx::fees::Dues {
        borrowing_usd: usd("8000"),
        ..Default::default()
    };
    let mut close = |size| {
        let order = Decrease::of(Kind::Adl, usd(size));
        seawall_gmx::decrease::decrease(&mut market, &mut position, &order, &flat("2200"), &dues)
    };
    let part = close("50000");
    assert!(matches!(part, Err(GmxError::Unpaid { .. })));
    let whole = close("100000").unwrap();
    assert_eq!(whole.insolvent, None);
}

/// A profit in ETH pays what the USDC collateral cannot: fees then go to the pool alone.
///
/// A long of 100,000 USD with 1,060 USDC (1,000 after the fee). At 2,200 it has 10,000 USD of profit,
/// 4.5454... ETH. It owes 1,500 USD of borrowing (a due given here) and 40 of fee: 1,000 are paid in
/// USDC, 540 USD in ETH: 0.245454545454545454 ETH.
#[test]
fn fees_paid_partly_in_profit_go_to_the_pool_alone() {
    let mut market = without_impact();
    let mut position = opened(&mut market, Side::Long, "1060", "100000");
    let protocol = market.protocol_fees;
    let dues = seawall_gmx::fees::Dues {
        borrowing_usd: usd("1500"),
        ..Default::default()
    };
    let pool = market.pool;
    let order = sell(usd("100000"));
    let report =
        seawall_gmx::decrease::decrease(&mut market, &mut position, &order, &flat("2200"), &dues)
            .unwrap();
    assert_eq!(report.payments.fees.in_collateral, usdc("1000"));
    assert_eq!(
        report.payments.fees.in_secondary,
        eth("0.245454545454545454")
    );
    assert_eq!(report.fees, Default::default());
    assert_eq!(market.protocol_fees, protocol);
    assert_eq!(market.pool.short, pool.short + usdc("1000"));
    assert_eq!(report.outputs.secondary, eth("4.300000000000000000"));
    assert_eq!(market.pool.long, pool.long - eth("4.3"));
}

/// Before V2.2 the impact changes the size in tokens and the impact pool at once: 200 USD on 100,000
/// are 0.1 ETH.
#[test]
fn before_v2_2_impact_changes_the_size_at_once() {
    let mut market = linear();
    market.params.impact.settled_at_close = false;
    let position = opened(&mut market, Side::Long, "20000", "100000");
    assert_eq!(position.size_tokens, eth("49.9"));
    assert_eq!(position.pending_impact, I256::ZERO);
    assert_eq!(market.impact_pool, eth("100.1"));
}

/// The limit of the trader is held against the price with impact: 1,001,000 / 498.9995.
#[test]
fn the_price_limit_counts_the_impact() {
    let mut market = linear();
    let order = Increase {
        acceptable_price: Some(decimal("2006.014034082197", 12)),
        ..buy(usdc("200000"), "1001000")
    };
    let before = market.clone();
    let at = prices("2000", "2002");
    let refused = market.increase(&mut long_in_usdc(), &order, &at, 1);
    assert!(matches!(refused, Err(GmxError::Limit { .. })));
    assert_eq!(market, before);
    let order = Increase {
        acceptable_price: Some(decimal("2006.014034082198", 12)),
        ..order
    };
    assert!(market.increase(&mut long_in_usdc(), &order, &at, 1).is_ok());
    let short = Increase {
        acceptable_price: Some(decimal("2003", 12)),
        ..order
    };
    assert!(
        market
            .increase(&mut short_in_usdc(), &short, &at, 1)
            .is_err()
    );
}

/// 0.5 % of 100,000 USD is the least collateral: 500 USD. With 599 USDC and a fee of 60 there are 539
/// left, but the close costs 40 more: 499 remain.
#[test]
fn an_open_needs_its_collateral_after_the_cost_of_a_close() {
    let mut market = without_impact();
    let at = flat("2000");
    let mut position = short_in_usdc();
    let refused = market.increase(&mut position, &buy(usdc("599"), "100000"), &at, 1);
    assert!(matches!(refused, Err(GmxError::BelowMinimum { .. })));
    let report = market
        .increase(&mut position, &buy(usdc("600"), "100000"), &at, 1)
        .unwrap();
    assert_eq!(report.health.remaining, signed_usd("500"));
    // A side at 100 million USD asks for 100m · 6e-11 = 0.6 %.
    market.open_interest.short.short = usd("100000000");
    let next = market.increase(&mut position, &buy(U256::ZERO, "1"), &at, 1);
    assert!(matches!(next, Err(GmxError::BelowMinimum { .. })));
}
