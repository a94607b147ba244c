//! Laws of a position's steps.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
mod common;

use common::{buy, decimal, eth, live, usdc};
use proptest::prelude::*;
use seawall_gmx::decrease::{Decrease, Kind};
use seawall_gmx::increase::Increase;
use seawall_gmx::{GmxError, Market, ONE, PoolToken, Position, Price, Prices, Side, U256};

fn prices() -> impl Strategy<Value = Prices> {
    let one = |unit: &'static str, decimals| {
        (900_000..1_100_000_u64, 0..2_000_u64).prop_map(move |(low, spread)| Price {
            min: decimal(unit, decimals) * U256::from(low) / 1_000_000_u128,
            max: decimal(unit, decimals) * U256::from(low + spread) / 1_000_000_u128,
        })
    };
    (one("2000", 12), one("1", 24)).prop_map(|(eth, short)| Prices {
        index: eth,
        long: eth,
        short,
    })
}

fn position(side: bool, token: bool) -> Position {
    let side = if side { Side::Long } else { Side::Short };
    let token = if token {
        PoolToken::Long
    } else {
        PoolToken::Short
    };
    Position::empty(side, token)
}

/// The live market with open interest of both sides, a skew and an inventory elsewhere.
fn skewed(long: u64, short: u64, elsewhere: i64) -> Market {
    let mut market = live();
    market.open_interest.long.short = ONE * U256::from(long);
    market.open_interest.short.short = ONE * U256::from(short);
    market.open_interest_tokens.long.short = ONE * U256::from(long) / decimal("2000", 12);
    market.open_interest_tokens.short.short = ONE * U256::from(short) / decimal("2000", 12);
    market.virtual_inventory = Some(elsewhere.into());
    market.virtual_inventory = market
        .virtual_inventory
        .map(|tokens| tokens * 1_000_000_000);
    market
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Opened and closed at once, in one step or in two, a position comes back smaller by its fees at
    /// least, even if everything that may be claimed later is counted.
    #[test]
    fn nobody_gains_from_an_open_and_a_close(
        (long, short) in (0..40_000_000_u64, 0..40_000_000_u64),
        elsewhere in -10_000_000_000_000_i64..10_000_000_000_000,
        at in prices(),
        (side, token) in any::<(bool, bool)>(),
        (size, first) in (100_000..12_000_000_u64, 1..1_000_u64),
    ) {
        let mut market = skewed(long, short, elsewhere);
        let mut position = position(side, token);
        let price = at.of(position.collateral_token).min;
        let order = Increase {
            collateral: ONE * U256::from(size) / 4_u128 / price,
            size_usd: ONE * U256::from(size),
            acceptable_price: None,
        };
        let opened = market.increase(&mut position, &order, &at, 7);
        prop_assume!(opened.is_ok());
        let size = position.size_usd;
        let mut back = U256::ZERO;
        let mut fees = opened.unwrap().fees.position * price;
        for part in [size * U256::from(first) / 1_000_u128, U256::MAX] {
            let order = Decrease::of(Kind::Order, part.min(position.size_usd));
            let report = market.decrease(&mut position, &order, &at, 7).unwrap();
            // The first part may be paid a gain that the second pays back.
            let profit = PoolToken::of_profit(position.side);
            let claimable = report.outputs.claimable;
            back += (report.outputs.collateral + claimable.long + claimable.short) * price
                + report.outputs.secondary * at.of(profit).max;
            fees += report.fees.position * price;
        }
        prop_assert_eq!(position.size_usd, U256::ZERO);
        prop_assert!(back + fees <= order.collateral * price, "{} and {}", back, fees);
    }

    /// What is not allowed leaves no trace, whatever is wrong.
    #[test]
    fn a_refused_step_leaves_no_trace(
        at in prices(),
        (side, token) in any::<(bool, bool)>(),
        size in 0..1_000_000_000_u64,
        wrong in 0..6_u8,
    ) {
        let mut market = skewed(1_000_000, 2_000_000, 0);
        let mut position = position(side, token);
        let mut at = at;
        let mut order = buy(usdc("1"), "1000");
        order.size_usd = ONE * U256::from(size);
        match wrong {
            0 => at.short.min = at.short.max + 1_u128,
            1 => at.index.min = U256::ZERO,
            2 => order.size_usd = U256::MAX,
            3 => order.acceptable_price = Some(match position.side {
                Side::Long => U256::ONE,
                Side::Short => U256::MAX >> 1,
            }),
            4 => market.params.single_token = true,
            _ => order.collateral = U256::MAX,
        }
        let before = (market.clone(), position);
        let done = market.increase(&mut position, &order, &at, 1);
        prop_assert!(done.is_err());
        let sold = market.decrease(&mut position, &Decrease::of(Kind::Order, ONE), &at, 1);
        prop_assert!(sold.is_err());
        prop_assert!(market.liquidate(&mut position, &at, 1).is_err());
        prop_assert!(market.deleverage(&mut position, ONE, &at, 1).is_err());
        prop_assert_eq!((market, position), before);
    }
}

/// A position that has lost more than all it has pays nothing out, by whatever way it is closed whole.
#[test]
fn an_insolvent_close_pays_nothing_out() {
    let at = |price: &str| common::flat(price);
    for side in [true, false] {
        for token in [true, false] {
            let mut market = live();
            let mut position = position(side, token);
            let price = at("2000").of(position.collateral_token).min;
            let order = Increase {
                collateral: ONE * U256::new(5_000) / price,
                size_usd: ONE * U256::new(100_000),
                acceptable_price: None,
            };
            market
                .increase(&mut position, &order, &at("2000"), 1)
                .unwrap();
            let crash = if side { at("1500") } else { at("2500") };
            let pool = market.pool;
            let report = market.liquidate(&mut position, &crash, 2).unwrap();
            let outputs = report.decrease.outputs;
            assert!(report.decrease.insolvent.is_some());
            assert_eq!((outputs.collateral, outputs.secondary), Default::default());
            let gained = (market.pool.long - pool.long) + (market.pool.short - pool.short);
            let paid = report.decrease.payments.loss.in_collateral;
            assert_eq!(gained, paid);
            assert_eq!(market.open_interest_usd(position.side).unwrap(), U256::ZERO);
            let empty = Position::empty(position.side, position.collateral_token);
            assert_eq!(position, empty);
        }
    }
}

/// A profit that the pool does not have is not paid: the close is refused.
#[test]
fn a_pool_that_is_too_small_refuses_the_profit() {
    let mut market = live();
    market.params.pnl.long.traders = U256::MAX >> 100;
    let mut position = position(true, false);
    let order = buy(usdc("50000"), "1000000");
    market
        .increase(&mut position, &order, &common::flat("2000"), 1)
        .unwrap();
    market.pool.long = eth("1");
    let order = Decrease::of(Kind::Order, position.size_usd);
    let refused = market.decrease(&mut position, &order, &common::flat("4000"), 1);
    assert!(matches!(refused, Err(GmxError::Insufficient { .. })));
}
