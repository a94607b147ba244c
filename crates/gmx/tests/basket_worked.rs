//! Figures of a basket of markets worked by hand.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests
mod numbers;

use numbers::{eth, market, prices, usd, usdc};
use seawall_gmx::glv::Shift;
use seawall_gmx::value::Valuation;
use seawall_gmx::{
    Bound, ByToken, Glv, GlvMarket, GlvParams, GmxError, I256, ONE, ONE_TOKEN, U256, value,
};

fn signed(number: U256) -> I256 {
    I256::try_from(number).unwrap()
}

fn basket() -> Glv {
    let mut first = market();
    first.params.swap_impact.negative_factor = U256::ZERO;
    first.params.swap_impact.positive_factor = U256::ZERO;
    let mut second = first.clone();
    second.pool = ByToken {
        long: eth(500),
        short: usdc(1_000_000),
    };
    second.supply = ONE_TOKEN * 1_000_000;
    let markets = vec![GlvMarket::new(first), GlvMarket::new(second)];
    Glv::new(GlvParams::default(), markets).unwrap()
}

/// A token of the second market is worth 2 USD; the first deposit of the basket mints at 1 USD.
#[test]
fn a_basket_mints_at_the_value_of_its_market_tokens() {
    let at = [prices(2_000), prices(2_000)];
    let mut basket = basket();
    let amounts = ByToken {
        long: eth(50),
        short: usdc(100_000),
    };
    let report = basket.deposit(&at, (1, amounts), 0).unwrap();
    // Fee 0.07 % of 200,000 is 140, of it 88.2 in the pool: a market token is worth a little more
    // after it, and that belongs to all.
    let market = &basket.markets[1].market;
    let how = Valuation::for_deposit(0);
    let pool = value::pool_value(market, &at[1], how).unwrap().value;
    assert_eq!(pool, signed(usd(2_200_000) - ONE * 518 / 10));
    let worth = report.received * pool.unsigned_abs() / market.supply;
    assert_eq!(report.minted, worth / 1_000_000_000_000);
    // Half of it out of the market it is in: 0.07 % less.
    let left = basket.withdraw(&at, (1, report.minted / 2), 0).unwrap();
    let half = worth / 2;
    assert!(left.usd <= half && half - left.usd < ONE / 1_000_000);
    assert_eq!(basket.supply, report.minted - report.minted / 2);
    // The other market holds none of it.
    assert!(basket.withdraw(&at, (0, ONE_TOKEN), 0).is_err());
}

#[test]
fn a_basket_shifts_without_fees_within_interval_and_loss() {
    let at = [prices(2_000), prices(2_000)];
    let mut basket = basket();
    let amounts = ByToken {
        long: eth(50),
        short: usdc(100_000),
    };
    basket.deposit(&at, (1, amounts), 0).unwrap();
    let shift = Shift {
        from: 1,
        to: 0,
        tokens: ONE_TOKEN * 1_000,
    };
    let before = basket.value(&at, Bound::Max, 60).unwrap();
    let report = basket.shift(&at, shift, 60).unwrap();
    assert_eq!(report.withdrawal.fees.long.pool, U256::ZERO);
    // One smallest unit of USDC and of ETH is lost in the division, no more.
    assert!(report.loss < ONE / 1_000_000_000, "{}", report.loss);
    let after = basket.value(&at, Bound::Max, 60).unwrap();
    assert!(before.abs_diff(after) < ONE / 100_000);
    let early = basket.shift(&at, shift, 60 + 1_799).unwrap_err();
    assert!(matches!(early, GmxError::Refused { .. }));
    // A market that charges impact loses too much of it.
    basket.markets[0].market.params.swap_impact.negative_factor = ONE / 1_000;
    basket.markets[0].market.params.swap_impact.exponent = ONE;
    basket.markets[0].market.pool.short += usdc(500_000);
    basket.markets[1].market.pool.long = eth(1);
    let unlike = basket.shift(&at, shift, 60 + 1_800);
    assert!(
        matches!(
            unlike,
            Err(GmxError::Limit {
                limit: "loss of a shift",
                ..
            })
        ),
        "{unlike:?}"
    );
}

#[test]
fn a_market_has_its_share_of_a_basket() {
    let at = [prices(2_000), prices(2_000)];
    let mut basket = basket();
    basket.markets[1].max_balance_usd = Some(usd(100_000));
    let amounts = ByToken {
        long: eth(50),
        short: usdc(100_000),
    };
    let before = basket.clone();
    let refused = basket.deposit(&at, (1, amounts), 0);
    assert!(
        matches!(refused, Err(GmxError::Limit { .. })),
        "{refused:?}"
    );
    assert_eq!(basket, before);
    let tenth = ByToken {
        long: eth(5),
        short: usdc(10_000),
    };
    assert!(basket.deposit(&at, (1, tenth), 0).is_ok());
}
