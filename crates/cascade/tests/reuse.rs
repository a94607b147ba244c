//! LP shares as collateral: what they are worth, when they are liquidated, and loans on loans.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

use proptest::prelude::*;
use seawall_cascade::feed::SharePricing;
use seawall_cascade::pool::{Pool, RangeLiquidity};
use seawall_cascade::reuse::{Backing, Reuse, ReuseError, plan_unwinding};
use seawall_units::{Ratio, TokenPrice, Tokens};

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn price(text: &str) -> TokenPrice {
    text.parse().unwrap()
}

/// Three loans at 60 % and at 70 % against a threshold of 80 %: the LP share is reached between
/// the coin and the basket.
#[test]
fn the_price_at_which_each_backing_is_liquidated() {
    for (ltv, coin, lp, basket) in [
        ("60%", "0.75", "0.5625", "0.5"),
        ("70%", "0.875", "0.765625", "0.75"),
        ("80%", "1", "1", "1"),
    ] {
        let at = |backing: Backing| backing.liquidation_ratio(ratio(ltv), ratio("80%"));
        assert_eq!(at(Backing::Coin), Some(ratio(coin)));
        assert_eq!(at(Backing::LpShare), Some(ratio(lp)));
        assert_eq!(at(Backing::Basket), Some(ratio(basket)));
    }
    // Half of a basket is quote: a loan of 40 % of it is covered by that half at 80 %.
    assert_eq!(
        Backing::Basket.liquidation_ratio(ratio("40%"), ratio("80%")),
        None
    );
    assert_eq!(
        Backing::Coin.liquidation_ratio(ratio("60%"), Ratio::ZERO),
        None
    );
}

/// The LP share at its liquidation price is worth the debt over the threshold, counted in the pool
/// that an arbitrageur has brought there.
#[test]
fn the_pool_agrees_with_the_closed_form() {
    let pool = Pool::constant_product(Tokens::whole(10_000), Tokens::whole(1_000_000), Ratio::ZERO)
        .unwrap();
    let mut there = pool.clone();
    there.commit(&there.plan_to(price("56.25")).unwrap());
    // 60 % of 2 000 000 is 1 200 000, over 80 % it is 1 500 000: three quarters.
    let value = there.naive_value(price("56.25")).unwrap();
    assert!(
        (value - Tokens::whole(1_500_000)).units().abs() <= 500,
        "{value}"
    );
    assert_eq!(there.fair_value(price("56.25")), Some(value));
    // Seen from a pool that has not moved, the fair value is the same, the naive one is not.
    let fair = pool.fair_value(price("56.25")).unwrap();
    assert!((fair - value).units().abs() <= 500, "{fair}");
    assert_eq!(
        pool.naive_value(price("56.25")),
        Some(Tokens::whole(1_562_500))
    );
}

/// One share, before and after somebody pays nine times the quote into the pool: true price 100.
#[test]
fn a_share_by_reserves_is_worth_what_the_attacker_wants() {
    let mut pool =
        Pool::constant_product(Tokens::whole(10), Tokens::whole(1_000), Ratio::ZERO).unwrap();
    let per_share = |pool: &Pool, pricing| pool.quote_share(pricing, price("100")).unwrap();
    // 2 000 of value in √(10·1 000) = 100 shares.
    assert_eq!(per_share(&pool, SharePricing::Naive), price("20"));
    assert_eq!(per_share(&pool, SharePricing::Fair), price("20"));
    pool.commit(&pool.quote_purchase(Tokens::whole(9_000)));
    assert_eq!(per_share(&pool, SharePricing::Naive), price("101"));
    assert_eq!(per_share(&pool, SharePricing::Fair), price("20"));
}

/// Fair value of a range, from the published holdings of [50, 200]: at a quarter of the price it
/// is 1 − 51.7157287525381 % of holding, whether or not the pool has moved.
#[test]
fn the_fair_value_of_a_range_clamps_the_price() {
    let value = Tokens::whole(2_000_000);
    let pool =
        Pool::concentrated(price("50"), price("200"), price("100"), value, Ratio::ZERO).unwrap();
    for (to, loss) in [
        ("25", "0.517157287525381"),
        ("50", "0.195262145875635"),
        ("400", "0.517157287525381"),
    ] {
        let held = pool.naive_value(price(to)).unwrap();
        let fair = pool.fair_value(price(to)).unwrap();
        let found = (held - fair).ratio_floor(held).unwrap();
        assert!(
            (found - ratio(loss)).units().abs() <= 1_000,
            "{to}: {found}"
        );
    }
}

/// 0.6 three times over: 1 + 0.6 + 0.36 + 0.216 = 2.176 of leverage, 1.176 of debt.
#[test]
fn three_turns_at_sixty_percent() {
    let reuse = Reuse::new(Tokens::whole(1_000), ratio("60%"), 3).unwrap();
    let turns: Vec<(Tokens, Tokens)> = reuse.turns().map(|t| (t.provided, t.borrowed)).collect();
    let whole = |a: i32, b: i32| (Tokens::whole(a), Tokens::whole(b));
    assert_eq!(
        turns,
        [
            whole(1_000, 600),
            whole(600, 360),
            whole(360, 216),
            whole(216, 0)
        ]
    );
    assert_eq!(reuse.leverage(), ratio("2.176"));
    // 1 176 of 2 176 is 0.540441176…, so a fall to (1 176/1 740.8)² = 0.456369… liquidates: a
    // loan of one turn at 60 % is reached at 0.5625.
    assert_eq!(reuse.ltv(), ratio("0.540441176470588236"));
    let reached = Backing::LpShare
        .liquidation_ratio(reuse.ltv(), ratio("80%"))
        .unwrap();
    assert!(
        reached.to_string().starts_with("0.4563697894139"),
        "{reached}"
    );
    // No turn at all is no loan; more turns come nearer to 1/(1 − 0.6).
    let none = Reuse::new(Tokens::whole(1_000), ratio("60%"), 0).unwrap();
    assert_eq!(
        (none.debt(), none.leverage(), none.ltv()),
        (Tokens::ZERO, Ratio::ONE, Ratio::ZERO)
    );
    let many = Reuse::new(Tokens::whole(1_000), ratio("60%"), 100).unwrap();
    assert!(many.leverage() > ratio("2.4999999") && many.leverage() <= ratio("2.5"));
}

#[test]
fn what_cannot_be_reused_is_refused_with_the_legal_range() {
    let one = Tokens::whole(1);
    let refused = |found: Result<Reuse, ReuseError>| found.unwrap_err().to_string();
    assert!(refused(Reuse::new(Tokens::ZERO, ratio("60%"), 3)).contains("above 0"));
    assert!(refused(Reuse::new(one, Ratio::ONE, 3)).contains("below 1"));
    assert!(refused(Reuse::new(one, ratio("-1%"), 3)).contains("ltv is -0.01"));
    assert_eq!(
        refused(Reuse::new(one, ratio("60%"), 101)),
        "depth is 101; it lies from 0 to 100"
    );
    assert!(refused(Reuse::new(Tokens::MAX, ratio("60%"), 1)).contains("put in less"));
}

/// What the way out costs: at 5 % a sale 706·0.95 = 670.7 is repaid first; 505.3 is left against
/// 1 470, of which 1 470 − 631.625 = 838.375 is free, and 505.3/0.95 = 531.894… ends it.
#[test]
fn the_way_out_is_longer_when_selling_costs() {
    let position = (Tokens::whole(2_176), Tokens::whole(1_176));
    let way = plan_unwinding(position, ratio("80%"), ratio("5%"), 10);
    assert_eq!(way.stuck, Tokens::ZERO);
    let turns: Vec<(Tokens, Tokens)> = way.turns.iter().map(|t| (t.withdrawn, t.repaid)).collect();
    let text = |text: &str| text.parse::<Tokens>().unwrap();
    assert_eq!(
        turns,
        [
            (text("706"), text("670.7")),
            (text("531.894736842105263158"), text("505.3")),
        ]
    );
    // At its threshold nothing is free, and no number of turns helps.
    let stuck = plan_unwinding(
        (Tokens::whole(1_000), Tokens::whole(800)),
        ratio("80%"),
        Ratio::ZERO,
        10,
    );
    assert_eq!((stuck.turns.len(), stuck.stuck), (0, Tokens::whole(800)));
    let one = plan_unwinding(position, ratio("80%"), ratio("5%"), 1);
    assert_eq!(one.stuck, text("505.3"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A trade without fee moves the naive value as far as one likes and the fair one not at all:
    /// only by the units of its rounding.
    #[test]
    fn no_trade_without_fee_moves_the_fair_value(
        token in 10_i128.pow(20)..10_i128.pow(24), quote in 10_i128.pow(20)..10_i128.pow(24),
        sold in 1_i32..100_000, to in 10_i128.pow(16)..10_i128.pow(20), ranged in any::<bool>(),
    ) {
        let units = |amount: i128| Tokens::from_units(amount).unwrap();
        let p = TokenPrice::from_units(to).unwrap();
        let pool = if ranged {
            let at = |percent: i128| TokenPrice::from_units(to * percent / 100).unwrap();
            let ranges = [(30, 110), (80, 200), (300, 500)].map(|(lower, upper)| RangeLiquidity {
                lower: at(lower), upper: at(upper), value: units(quote),
            });
            Pool::stacked(&ranges, at(97), Ratio::ZERO).unwrap()
        } else {
            Pool::constant_product(units(token), units(quote), Ratio::ZERO).unwrap()
        };
        let before = pool.fair_value(p).unwrap();
        let mut after = pool.clone();
        after.commit(&after.quote_sale(pool.token_reserve().mul_floor(Ratio::bps(sold))));
        let gap = (after.fair_value(p).unwrap() - before).units().abs();
        // Units of tokens at prices up to 100, amplified where reserves are far from the price.
        prop_assert!(gap <= before.units() / 10_i128.pow(14) + 2_000, "{gap} of {before}");
        let naive = after.naive_value(p).unwrap();
        prop_assert!(naive.units() + 2_000 >= after.fair_value(p).unwrap().units(), "fair is the least");
    }

    /// Turn by turn, what is borrowed is provided again, and the loan stays below the part.
    #[test]
    fn turns_hang_together(equity in 1_i128..10_i128.pow(30), ltv in 1_i32..9_900, depth in 0_u32..20) {
        let equity = Tokens::from_units(equity).unwrap();
        let reuse = Reuse::new(equity, Ratio::bps(ltv), depth).unwrap();
        prop_assert_eq!(reuse.collateral(), equity + reuse.debt());
        prop_assert_eq!(reuse.turns().count(), usize::try_from(depth).unwrap() + 1);
        prop_assert!(reuse.debt() <= reuse.collateral().mul_ceil(Ratio::bps(ltv)));
    }

    /// No way out takes more than there is, or repays more than is owed.
    #[test]
    fn a_way_out_never_takes_more_than_is_free(
        collateral in 0_i128..10_i128.pow(30), part in 0_i32..11_000,
        threshold in 0_i32..11_000, cost in 0_i32..11_000,
    ) {
        let collateral = Tokens::from_units(collateral).unwrap();
        let debt = collateral.mul_floor(Ratio::bps(part));
        let way = plan_unwinding((collateral, debt), Ratio::bps(threshold), Ratio::bps(cost), 50);
        let (mut left, mut owed) = (collateral, debt);
        for turn in &way.turns {
            left -= turn.withdrawn;
            owed -= turn.repaid;
            prop_assert!(turn.repaid <= turn.withdrawn);
            prop_assert!(left >= Tokens::ZERO && owed >= Tokens::ZERO);
        }
        prop_assert_eq!(owed, way.stuck);
    }
}
