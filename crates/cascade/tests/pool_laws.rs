//! Laws that hold in every pool and for every trade.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use seawall_cascade::pool::{Pool, RangeLiquidity, Swap, SwapSide};
use seawall_units::{Ratio, TokenPrice, Tokens};

fn units(units: i128) -> Tokens {
    Tokens::from_units(units).unwrap()
}

prop_compose! {
    fn constant_product()(
        token in 10_i128.pow(15)..10_i128.pow(30),
        quote in 10_i128.pow(15)..10_i128.pow(30),
        fee in prop_oneof![Just(0), 1_i32..3_000],
    ) -> Pool {
        Pool::constant_product(units(token), units(quote), Ratio::bps(fee)).unwrap()
    }
}

prop_compose! {
    fn ranges()(
        spot in 10_i128.pow(14)..10_i128.pow(22),
        widths in prop::collection::vec((1_i128..2_000, 1_i128..5_000, 1_i128..10_i128.pow(9)), 1..5),
        fee in prop_oneof![Just(0), 1_i32..3_000],
    ) -> Pool {
        let ranges: Vec<RangeLiquidity> = widths.iter().map(|(down, up, value)| {
            let lower = TokenPrice::from_units(spot * 1_000 / (1_000 + down)).unwrap();
            let upper = TokenPrice::from_units(spot * (1_000 + up) / 1_000).unwrap();
            RangeLiquidity { lower, upper, value: units(value * 10_i128.pow(15)) }
        }).collect();
        Pool::stacked(&ranges, TokenPrice::from_units(spot).unwrap(), Ratio::bps(fee)).unwrap()
    }
}

fn pools() -> impl Strategy<Value = Pool> {
    prop_oneof![constant_product(), ranges()]
}

/// An amount that matters to this pool: a part of a reserve from 10⁻⁹ to three times it.
fn amount(reserve: Tokens, part: i128) -> Tokens {
    reserve.mul_floor(Ratio::from_units(part * 10_i128.pow(9)).unwrap())
}

fn part() -> impl Strategy<Value = i128> {
    prop_oneof![1_i128..1_000_000, 1_000_000_i128..3_000_000_000]
}

fn trade(pool: &Pool, kind: u8, part: i128) -> Swap {
    let (token, quote) = (pool.token_reserve(), pool.quote_reserve());
    match kind % 4 {
        0 => pool.quote_sale(amount(token.max(Tokens::ULP), part)),
        1 => pool.quote_purchase(amount(quote.max(Tokens::ULP), part)),
        2 => pool.quote_purchase_of(amount(token, part)),
        _ => pool.quote_sale_for(amount(quote, part)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is traded: reserves change by exactly what the plan says, the invariant never
    /// falls, the price moves only the way of the trade, and nothing is paid for nothing.
    #[test]
    fn a_trade_moves_what_it_says_and_never_lowers_the_invariant(
        pool in pools(), trades in prop::collection::vec((any::<u8>(), part()), 1..8),
    ) {
        let mut pool = pool;
        for (kind, part) in trades {
            let (token, quote, before) = (pool.token_reserve(), pool.quote_reserve(), pool.invariant());
            let spot = pool.spot().unwrap();
            let swap = trade(&pool, kind, part);
            pool.commit(&swap);
            prop_assert!(swap.unfilled >= Tokens::ZERO && swap.fee >= Tokens::ZERO);
            prop_assert_eq!(swap.paid_in.is_zero(), swap.paid_out.is_zero());
            prop_assert!(swap.fee >= swap.paid_in.mul_floor(pool.fee()));
            let (token_in, quote_in) = match swap.side {
                SwapSide::Sale => (swap.paid_in, -swap.paid_out),
                SwapSide::Purchase => (-swap.paid_out, swap.paid_in),
            };
            prop_assert_eq!(pool.token_reserve() - token, token_in);
            prop_assert_eq!(pool.quote_reserve() - quote, quote_in);
            prop_assert!(pool.invariant() >= before, "{} < {}", pool.invariant(), before);
            if let Some(now) = pool.spot() {
                match swap.side {
                    SwapSide::Sale => prop_assert!(now <= spot, "{now} > {spot}"),
                    SwapSide::Purchase => prop_assert!(now >= spot, "{now} < {spot}"),
                }
            }
        }
    }

    /// There and back again never gains.
    #[test]
    fn a_round_trip_never_gains(pool in pools(), kind in any::<u8>(), part in part()) {
        let mut pool = pool;
        let there = trade(&pool, kind, part);
        pool.commit(&there);
        let back = match there.side {
            SwapSide::Sale => pool.quote_purchase(there.paid_out),
            SwapSide::Purchase => pool.quote_sale(there.paid_out),
        };
        prop_assert!(back.paid_out <= there.paid_in, "{there:?} {back:?}");
    }

    /// One trade in two pieces never fetches more than in one; without fee in a constant product
    /// it fetches the same but for the rounding of its pieces.
    #[test]
    fn splitting_a_trade_never_helps(pool in pools(), part in part(), cut in 1_i32..10_000) {
        let whole = amount(pool.token_reserve().max(Tokens::ULP), part);
        let first = whole.mul_floor(Ratio::bps(cut));
        let once = pool.quote_sale(whole);
        let mut split = pool.clone();
        let one = split.quote_sale(first);
        split.commit(&one);
        let two = split.quote_sale(whole - first);
        let sum = one.paid_out + two.paid_out;
        prop_assert!(sum <= once.paid_out, "{sum} > {}", once.paid_out);
        if pool.fee().is_zero() && pool.fees_beside() == split.fees_beside() {
            let lost = (once.paid_out - sum).units();
            // A unit of each floor, and at every end of a range a unit of tokens at the price.
            let unit = pool.spot().unwrap().units() / TokenPrice::ONE_UNITS + 1;
            prop_assert!(lost <= 2 + 10 * unit, "{lost}");
        }
    }

    /// More in, more out, and never at a better price than the marginal one.
    #[test]
    fn larger_trades_fetch_more_and_none_beats_the_spot(pool in pools(), a in part(), b in part()) {
        let (small, large) = (a.min(b), a.max(b));
        let token = pool.token_reserve().max(Tokens::ULP);
        let (less, more) = (pool.quote_sale(amount(token, small)), pool.quote_sale(amount(token, large)));
        prop_assert!(less.paid_out <= more.paid_out);
        let spot = pool.spot().unwrap();
        for sale in [less, more] {
            prop_assert!(sale.average_price().is_none_or(|average| average <= spot));
        }
        let bought = pool.quote_purchase(amount(pool.quote_reserve(), a));
        prop_assert!(bought.average_price().is_none_or(|average| average >= spot));
    }

    /// A withdrawal takes its part of both sides; whoever deposits and leaves at once gains
    /// nothing.
    #[test]
    fn shares_are_pro_rata_and_no_way_to_gain(pool in pools(), part in 1_i32..10_000, offer in part()) {
        let (token, quote, shares) = (pool.token_reserve(), pool.quote_reserve(), pool.shares());
        let mut rest = pool.clone();
        let taken = rest.quote_withdrawal(shares.mul_floor(Ratio::bps(part)));
        rest.commit_withdrawal(&taken);
        prop_assert_eq!(rest.token_reserve() + taken.token, token);
        prop_assert_eq!(rest.quote_reserve() + taken.quote, quote);
        prop_assert_eq!(rest.shares() + taken.shares, shares);
        for (out, reserve) in [(taken.token, token), (taken.quote, quote)] {
            let exact = reserve.mul_div_floor(taken.shares, shares).unwrap();
            let short = (exact - out).units();
            prop_assert!((0..=12).contains(&short), "{short}");
        }
        let mut joined = pool.clone();
        let offered = (amount(token, offer), amount(quote, offer));
        let deposit = joined.quote_deposit(offered.0, offered.1);
        prop_assert!(deposit.token <= offered.0 && deposit.quote <= offered.1);
        joined.commit_deposit(&deposit);
        prop_assert_eq!(joined.token_reserve(), token + deposit.token);
        prop_assert_eq!(joined.quote_reserve(), quote + deposit.quote);
        let back = joined.quote_withdrawal(deposit.shares);
        prop_assert!(back.token <= deposit.token && back.quote <= deposit.quote);
    }

    /// A withdrawal leaves the price, to twelve digits.
    #[test]
    fn a_withdrawal_leaves_the_price(pool in pools(), part in 1_i32..9_000) {
        let before = pool.spot().unwrap().units();
        let mut rest = pool.clone();
        rest.commit_withdrawal(&rest.quote_withdrawal(pool.shares().mul_floor(Ratio::bps(part))));
        let gap = (rest.spot().unwrap().units() - before).abs();
        prop_assert!(gap <= before / 10_i128.pow(12) + 1, "{gap} of {before}");
    }

    /// Nothing that can be asked stops the program, at the ends of the ranges too.
    #[test]
    fn no_amount_and_no_price_stops_it(
        pool in pools(), asked in any::<i128>(), to in 1_i128..10_i128.pow(33), by in any::<i64>(),
    ) {
        let asked = units(asked % 10_i128.pow(33));
        let target = TokenPrice::from_units(to).unwrap();
        let by = Ratio::from_units(i128::from(by)).unwrap();
        let plans = [Some(pool.quote_sale(asked)), Some(pool.quote_purchase(asked)),
            Some(pool.quote_purchase_of(asked)), Some(pool.quote_sale_for(asked)),
            pool.plan_to(target), pool.plan_to_exactly(target)];
        for plan in plans.into_iter().flatten() {
            let mut after = pool.clone();
            after.commit(&plan);
            prop_assert!(after.invariant() >= pool.invariant());
            prop_assert!(after.depth(by) >= Tokens::ZERO && after.depth_up(by) >= Tokens::ZERO);
            let _ = after.value();
        }
        let deposit = pool.quote_deposit(asked, Tokens::MAX);
        let mut after = pool.clone();
        after.commit_deposit(&deposit);
        prop_assert!(after.shares() >= pool.shares());
    }
}
