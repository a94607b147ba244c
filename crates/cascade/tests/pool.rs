//! Pools against numbers from outside: identities of the constant product, published tables and
//! the first sale of the cascade of ten borrowers.

#![allow(clippy::unwrap_used)]

use seawall_cascade::pool::{Pool, PoolError, RangeLiquidity, SwapSide};
use seawall_units::{Ratio, Round, TokenPrice, Tokens};

fn tokens(text: &str) -> Tokens {
    text.parse().unwrap()
}

fn price(text: &str) -> TokenPrice {
    text.parse().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn pool(token: i32, quote: i32, fee: &str) -> Pool {
    Pool::constant_product(Tokens::whole(token), Tokens::whole(quote), ratio(fee)).unwrap()
}

/// One range at a spot price of 100.
fn range(lower: &str, upper: &str, value: i32, fee: &str) -> Pool {
    let value = Tokens::whole(value);
    Pool::concentrated(price(lower), price(upper), price("100"), value, ratio(fee)).unwrap()
}

/// Equal to so many units of the grid of 10⁻¹⁸.
#[track_caller]
fn close(left: Tokens, right: &str, units: i128) {
    let gap = (left - tokens(right)).units().abs();
    assert!(gap <= units, "{left} against {right}: {gap} units");
}

/// What a sale of 100 at a price of one loses against quote reserves of 1 000 and 1 000·√½: the
/// price falls by 17.3553719 % and by 23.2447639 %.
#[test]
fn a_scarcer_stable_side_means_more_slippage() {
    for (quote, after) in [
        ("1000", "0.826446281"),                   // (1000/1100)²
        ("707.106781186547524400", "0.767552361"), // (707.1…/807.1…)²
    ] {
        let mut pool = Pool::constant_product(tokens(quote), tokens(quote), Ratio::ZERO).unwrap();
        pool.commit(&pool.quote_sale(Tokens::whole(100)));
        let gap = pool.spot().unwrap().units() - price(after).units();
        assert!(gap.abs() <= 500_000_000, "{:?}", pool.spot()); // half of the last digit
    }
}

/// The first sale of the fixture: 10 000 T against 1 000 000, from 100 to 95.
#[test]
fn the_shock_of_the_fixture_is_met_to_the_digit() {
    let mut pool = pool(10_000, 1_000_000, "0");
    let shock = pool.plan_to_exactly(price("95")).unwrap();
    assert_eq!(shock.side, SwapSide::Sale);
    // 10 000·(√(100/95) − 1), published with fifteen decimals.
    close(shock.token(), "259.783520851540955", 500);
    pool.commit(&shock);
    // A unit more or less of the token moves the price by 2·95/10 260 of a unit.
    let gap = pool.spot().unwrap().units() - price("95").units();
    assert!((0..=1).contains(&gap), "{gap}");
    assert_eq!(
        pool.plan_to(price("95"))
            .map(|swap| swap.paid_in > tokens("0.000000000000000002")),
        None
    );
}

/// Quote obtained by pushing the price down by d, as parts of the quote reserve.
#[test]
fn depth_is_the_identity() {
    let pool = pool(10_000, 1_000_000, "0.3%");
    for (fall, part) in [
        ("1%", "0.00501256289338"),
        ("5%", "0.0253205655191"),
        ("10%", "0.0513167019495"),
        ("20%", "0.105572809"),
        ("50%", "0.292893218813"),
    ] {
        let found = pool
            .depth(ratio(fall))
            .ratio_floor(Tokens::whole(1_000_000))
            .unwrap();
        let digits = u32::try_from(part.len() - 2).unwrap();
        let last = 10_i128.pow(18 - digits); // a published number may be cut or rounded
        assert!(
            (found - ratio(part)).units().abs() <= last,
            "{fall}: {found}"
        );
    }
    let tvl = pool.value().unwrap();
    assert_eq!(tvl, Tokens::whole(2_000_000));
    let part = |fall: &str| {
        pool.depth(ratio(fall))
            .ratio_floor(tvl)
            .unwrap()
            .to_string()
    };
    assert!(part("2%").starts_with("0.00502525"), "{}", part("2%")); // 0.502525 %
    assert!(part("10%").starts_with("0.02565835"), "{}", part("10%")); // 2.565835 %
    // To double the price costs y(√2 − 1).
    close(pool.depth_up(Ratio::ONE), "414213.562373095048801689", 2);
    // The edges: nothing for no fall, all for a fall to nothing.
    assert_eq!(pool.depth(Ratio::ZERO), Tokens::ZERO);
    assert_eq!(pool.depth(Ratio::ONE), Tokens::whole(1_000_000));
    assert_eq!(pool.depth_up(Ratio::ZERO), Tokens::ZERO);
}

/// After a fall to one half the pool holds 41.4214 % more tokens and 29.2893 % less quote, worth
/// the same as each other; after one to a quarter, half the quote.
#[test]
fn a_falling_price_fills_the_pool_with_the_falling_token() {
    for (to, token, quote) in [
        (
            "50",
            "14142.135623730950488016",
            "707106.781186547524400844",
        ),
        ("25", "20000", "500000"),
        (
            "200",
            "7071.067811865475244008",
            "1414213.562373095048801689",
        ),
    ] {
        let mut pool = pool(10_000, 1_000_000, "0");
        pool.commit(&pool.plan_to(price(to)).unwrap());
        close(pool.token_reserve(), token, 3);
        close(pool.quote_reserve(), quote, 200);
        let worth = price(to).value(pool.token_reserve(), Round::Floor);
        assert!(
            (worth - pool.quote_reserve()).units().abs() <= 400,
            "{worth}"
        );
    }
}

/// The band of an arbitrageur who pays 30 bp: he stops at target/(1 − f) from above and at
/// target·(1 − f) from below, and does nothing between.
#[test]
fn an_arbitrageur_stops_at_the_edge_of_the_band() {
    for start in [
        pool(10_000, 1_000_000, "0.3%"),
        range("25", "400", 2_000_000, "0.3%"),
    ] {
        for target in ["60", "95", "105", "170"] {
            let mut pool = start.clone();
            let trade = pool.plan_to(price(target)).unwrap();
            pool.commit(&trade);
            let spot = pool.spot().unwrap().units();
            let low = price(target)
                .scaled(ratio("0.997"), Round::Floor)
                .unwrap()
                .units();
            let high = TokenPrice::of(tokens(target), tokens("0.997"), Round::Ceil)
                .unwrap()
                .units();
            // Within the band but for a unit of rounding, and at the edge that he came from: the
            // fee in the reserves takes it no farther than a fraction f of the move.
            assert!(
                low - 1 <= spot && spot <= high + 1,
                "{target}: {low} {spot} {high}"
            );
            let edge = if trade.side == SwapSide::Sale {
                high
            } else {
                low
            };
            assert!((edge - spot).abs() < edge / 500, "{target}: {spot} {edge}");
            let again = pool
                .plan_to(price(target))
                .map_or(Tokens::ZERO, |swap| swap.paid_in);
            assert!(again <= tokens("0.000000000000001"), "{again}");
        }
        assert_eq!(start.plan_to(price("100.2")), None);
        assert_eq!(start.plan_to(price("99.8")), None);
    }
}

/// No trade gains more than the arbitrageur's: one that is smaller or larger gains less.
#[test]
fn the_trade_of_the_arbitrageur_is_the_best() {
    let pool = pool(10_000, 1_000_000, "0.3%");
    let target = price("90");
    let gain = |sold: Tokens| pool.quote_sale(sold).paid_out - target.value(sold, Round::Ceil);
    let best = pool.plan_to(target).unwrap().paid_in;
    for part in ["0.9", "0.99", "0.999", "1.001", "1.01", "1.1"] {
        assert!(gain(best.mul_floor(ratio(part))) < gain(best), "{part}");
    }
}

/// With the fee on top the price ends where it was told to, wherever the fee goes.
#[test]
fn a_shock_ends_at_its_price_with_the_fee_on_top() {
    for start in [
        pool(10_000, 1_000_000, "1%"),
        range("25", "400", 2_000_000, "1%"),
    ] {
        for target in ["95", "30", "101", "390"] {
            let mut pool = start.clone();
            let shock = pool.plan_to_exactly(price(target)).unwrap();
            assert!(shock.fee >= shock.paid_in.mul_floor(ratio("1%")));
            pool.commit(&shock);
            let gap = (pool.spot().unwrap().units() - price(target).units()).abs();
            assert!(gap <= 2_000, "{target}: {gap} units of 10⁻¹⁸");
        }
    }
}

/// Loss of a range against holding, as published to fifteen digits, in and out of range.
#[test]
fn a_range_loses_what_the_table_says() {
    for (lower, upper, to, loss) in [
        ("50", "200", "200", "0.195262145875635"),
        ("50", "200", "50", "0.195262145875635"),
        ("50", "200", "25", "0.517157287525381"),
        ("50", "200", "400", "0.517157287525381"),
        ("50", "200", "90", "0.00473210700372514"),
        ("80", "125", "110", "0.0107454781670201"),
        ("25", "400", "50", "0.114381916835873"),
        ("90", "120", "90", "0.0202986643741435"),
        ("90", "120", "110", "0.0161886724046250"),
        ("90", "120", "400", "0.632942197431137"),
        ("90", "120", "25", "0.517019101365560"),
    ] {
        let mut pool = range(lower, upper, 2_000_000, "0");
        let held = pool.value_at(price(to)).unwrap();
        pool.commit(&pool.plan_to(price(to)).unwrap());
        let now = pool.value_at(price(to)).unwrap();
        let found = (held - now).ratio_floor(held).unwrap();
        let gap = (found - ratio(loss)).units().abs();
        assert!(
            gap <= 1_000,
            "[{lower}, {upper}] to {to}: {found}, {gap} units"
        );
    }
}

/// The share of [90, 120] at 100 that is risky is 0.629337169917; outside the range it is all or
/// nothing, and the value is that at the spot price all the same.
#[test]
fn a_range_off_centre_holds_more_of_one_side() {
    let value = Tokens::whole(1_000);
    let pool = range("90", "120", 1_000, "0");
    let risky = price("100").value(pool.token_reserve(), Round::Floor);
    let share = risky.ratio_floor(value).unwrap();
    assert!(share.to_string().starts_with("0.629337169917"), "{share}");
    let at = |spot: &str| {
        Pool::concentrated(price("90"), price("120"), price(spot), value, Ratio::ZERO).unwrap()
    };
    let above = at("150");
    assert_eq!(
        (above.token_reserve(), above.spot()),
        (Tokens::ZERO, Some(price("120")))
    );
    close(above.quote_reserve(), "1000", 10_000);
    let below = at("50");
    assert_eq!(below.quote_reserve(), Tokens::ZERO);
    close(below.token_reserve(), "20", 1_000);
    assert_eq!(below.spot(), Some(price("90")));
}

/// A side that is gone fills what it can and says what it did not.
#[test]
fn a_drained_range_fills_what_it_can() {
    let mut pool = range("90", "120", 1_000, "0.3%");
    let quote = pool.quote_reserve();
    let sale = pool.quote_sale(Tokens::whole(1_000_000));
    assert_eq!(sale.paid_out, quote);
    assert!(sale.unfilled > Tokens::whole(999_000));
    assert_eq!(sale.paid_in + sale.unfilled, Tokens::whole(1_000_000));
    pool.commit(&sale);
    assert_eq!(pool.quote_reserve(), Tokens::ZERO);
    assert_eq!(pool.quote_sale(Tokens::whole(1)).unfilled, Tokens::whole(1));
    assert_eq!(pool.depth(ratio("10%")), Tokens::ZERO);
    // Back up, beyond the top: every token leaves, and the fees stay beside the range.
    let asked = pool.quote_purchase_of(Tokens::whole(1_000));
    assert_eq!(asked.paid_out + asked.unfilled, Tokens::whole(1_000));
    pool.commit(&asked);
    let (fee_token, fee_quote) = pool.fees_beside();
    assert_eq!((pool.token_reserve(), fee_quote), (fee_token, asked.fee));
    assert_eq!(fee_token, sale.fee);
}

/// A range inside another adds up with it, and a gap between ranges is jumped over.
#[test]
fn stacked_ranges_add_up() {
    let part = |lower: &str, upper: &str, value: i32| RangeLiquidity {
        lower: price(lower),
        upper: price(upper),
        value: Tokens::whole(value),
    };
    let stack =
        |ranges: &[RangeLiquidity]| Pool::stacked(ranges, price("100"), Ratio::ZERO).unwrap();
    let (inner, outer) = (part("95", "105", 10_000), part("50", "200", 30_000));
    let both = stack(&[inner, outer]);
    for fall in ["1%", "5%", "10%", "40%"] {
        let sum = stack(&[inner]).depth(ratio(fall)) + stack(&[outer]).depth(ratio(fall));
        let gap = (both.depth(ratio(fall)) - sum).units().abs();
        assert!(gap <= 1_000_000, "{fall}: {gap}"); // 10⁻¹² of 10⁴
    }
    let mut gap = stack(&[outer, part("10", "20", 500)]);
    assert_eq!(gap.spot(), Some(price("100")));
    gap.commit(&gap.plan_to(price("30")).unwrap());
    close(gap.quote_reserve(), "500", 100);
    gap.commit(&gap.quote_sale(Tokens::whole(10)));
    assert!(gap.quote_reserve() < Tokens::whole(500) && gap.quote_reserve() > Tokens::whole(300));
    gap.commit(&gap.plan_to(price("12")).unwrap());
    assert!(
        gap.plan_to(price("12"))
            .is_none_or(|swap| swap.paid_in < tokens("0.000001"))
    );
}

/// What nobody can trade against: nothing moves, nothing is paid for nothing.
#[test]
fn empty_trades_are_empty() {
    let mut pool = pool(10_000, 1_000_000, "0.3%");
    for asked in [Tokens::ZERO, Tokens::whole(-5)] {
        let swaps = [
            pool.quote_sale(asked),
            pool.quote_purchase(asked),
            pool.quote_purchase_of(asked),
            pool.quote_sale_for(asked),
        ];
        for swap in swaps {
            assert!(swap.is_empty() && swap.paid_in.is_zero(), "{swap:?}");
            assert!(swap.fee.is_zero() && swap.unfilled.is_zero(), "{swap:?}");
        }
    }
    // One unit of quote buys no unit of a token that costs a hundred.
    assert_eq!(pool.quote_purchase(Tokens::ULP).unfilled, Tokens::ULP);
    // A constant product never gives its last token.
    let all = pool.quote_purchase_of(Tokens::whole(10_000));
    assert!(all.is_empty() && all.unfilled == Tokens::whole(10_000));
    // When everybody has left there is no price and no trade.
    pool.commit_withdrawal(&pool.quote_withdrawal(pool.shares()));
    assert_eq!(
        (pool.spot(), pool.value(), pool.shares()),
        (None, None, Tokens::ZERO)
    );
    assert!(pool.quote_sale(Tokens::whole(1)).is_empty() && pool.plan_to(price("1")).is_none());
    let late = pool.quote_deposit(Tokens::whole(1), Tokens::whole(1));
    assert_eq!(late.shares, Tokens::ZERO);
}

/// What is refused, and in which words.
#[test]
fn what_is_no_pool_is_refused_with_the_legal_range() {
    #[track_caller]
    fn refused(result: Result<Pool, PoolError>, words: &[&str]) {
        let message = result.unwrap_err().to_string();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
    let one = Tokens::whole(1);
    let of = Pool::constant_product;
    refused(
        of(Tokens::ZERO, one, Ratio::ZERO),
        &["token is 0", "more than 0", "1000000000000000"],
    );
    refused(of(one, -one, Ratio::ZERO), &["quote is -1"]);
    refused(of(one, one, ratio("-0.001")), &["fee is -0.001", "from 0"]);
    refused(of(one, one, Ratio::ONE), &["fee is 1.0", "not including"]);
    refused(
        of(tokens("1000000000000000"), tokens("0.0001"), Ratio::ZERO),
        &["give no price"],
    );
    let ranged = |lower: &str, upper: &str, value: Tokens| {
        Pool::concentrated(price(lower), price(upper), price("1"), value, Ratio::ZERO)
    };
    refused(ranged("2", "1", one), &["from 2.0", "below its upper end"]);
    refused(ranged("1", "1", one), &["below its upper end"]);
    refused(ranged("1", "2", Tokens::ZERO), &["value is 0"]);
    refused(
        ranged("1", "1.000000000000000009", tokens("1000000000")),
        &["widen"],
    );
    refused(
        Pool::stacked(&[], price("1"), Ratio::ZERO),
        &["0 ranges", "from 1 to 1000"],
    );
}
