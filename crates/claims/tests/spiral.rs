//! What the first article says of pools in a fall, as laws over runs of the cascade engine.
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_cascade::feed::{quote_cost_arithmetic, quote_cost_spot};
use seawall_cascade::pool::Pool;
use seawall_cascade::reuse::{Backing, Reuse};
use seawall_cascade::{Run, Verdict};
use seawall_scenario::{Cascade, Overrides};
use seawall_sim::run_cascade;
use seawall_units::{Ratio, Round, TokenPrice, Tokens};

const SPIRAL: &str = include_str!("../../../fixtures/cascades/spiral.toml");
const OUTSIDE: &str = "feeds.T={ outside = { token = 'T' } }";

fn run(sets: &[&str]) -> Run {
    let none = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    let sets = Overrides::parse(sets).unwrap();
    run_cascade(&Cascade::parse(SPIRAL, "spiral.toml", &none, &sets).unwrap()).unwrap()
}

fn price(text: &str) -> TokenPrice {
    text.parse().unwrap()
}

fn pool(fee: Ratio) -> Pool {
    Pool::constant_product(Tokens::whole(10_000), Tokens::whole(1_000_000), fee).unwrap()
}

/// The pool of ten thousand tokens at another price.
fn at(target: TokenPrice) -> Pool {
    let mut pool = pool(Ratio::ZERO);
    if let Some(swap) = pool.plan_to_exactly(target) {
        pool.commit(&swap);
    }
    pool
}

/// What is left of the price after a sale.
fn kept(pool: &Pool, sold: Tokens) -> Ratio {
    let mut after = pool.clone();
    after.commit(&pool.quote_sale(sold));
    after
        .spot()
        .unwrap()
        .over(pool.spot().unwrap(), Round::Floor)
}

/// Prices from 1 to 10 000.
fn prices() -> impl Strategy<Value = TokenPrice> {
    (1_000_u32..10_000_000).prop_map(|thousandths| {
        price(&format!(
            "{}.{:03}",
            thousandths / 1_000,
            thousandths % 1_000
        ))
    })
}

/// S0-01, S0-11, S0-15, S0-22.
#[test]
fn the_same_shock_with_and_without_the_pool_as_oracle() {
    let (spot, outside) = (run(&[]).outcome, run(&[OUTSIDE]).outcome);
    assert_eq!((spot.accounts, spot.verdict), (10, Verdict::Spiral));
    assert_eq!((outside.accounts, outside.verdict), (1, Verdict::Contained));
    assert!(spot.amplification > outside.amplification);
    // Looking at the outside price is worth the same as not falling for the sale: one loan, one round.
    assert_eq!(outside.rounds, 1);
}

/// S0-12, S0-24, S0-37.
#[test]
fn the_same_world_does_the_same() {
    let (one, other) = (run(&[]), run(&[]));
    assert_eq!(one.rounds, other.rounds);
    assert_eq!(one.outcome, other.outcome);
    assert_eq!(one.world.books().journal(), other.world.books().journal());
    assert_eq!(
        one.outcome.who_paid.of(seawall_cascade::Class::Attacker),
        Tokens::ZERO
    );
}

/// S0-13.
#[test]
fn what_is_seized_is_sold_in_the_same_round() {
    for run in [run(&[]), run(&[OUTSIDE]), run(&["pools.T-USD.depth=0.5"])] {
        let mut sales = 0;
        for round in &run.rounds {
            let seized: Tokens = round.markets.iter().map(|one| one.seized).sum();
            let sold: Tokens = round.pools.iter().map(|one| one.sold).sum();
            assert_eq!(seized, sold);
            sales += u32::from(sold.is_positive());
        }
        assert_eq!(sales, run.outcome.rounds);
        assert!(sales > 0);
    }
}

/// S0-16, S0-17, S0-18, S0-30, S0-36.
#[test]
fn who_flees_makes_it_worse() {
    let flee = |percent: u32| {
        let rule = format!(
            "providers.all.withdrawal={{ when = {{ round_fall = '2%' }}, share = '{percent}%' }}"
        );
        run(&[&rule])
    };
    let stay = run(&[]).outcome;
    for percent in [10, 20, 30, 40] {
        let run = flee(percent);
        let now = run.outcome;
        assert!(now.final_spot < stay.final_spot, "{percent}");
        assert!(now.shortfall > stay.shortfall, "{percent}");
        assert!(now.quote_left < stay.quote_left, "{percent}");
        // Whoever leaves has seen a sale in the same round.
        for round in &run.rounds {
            let pool = &round.pools[0];
            assert!(!pool.left_quote.is_positive() || pool.sold.is_positive());
        }
    }
    let whale = [
        "providers.all.share=0.25",
        "providers.whale={ pool = 'T-USD', share = '0.75' }",
    ];
    let leaves =
        "shocks.exit={ round = 1, act = { withdraw = { provider = 'whale', share = '1' } } }";
    let (stays, leaves) = (
        run(&whale).outcome,
        run(&[whale[0], whale[1], leaves]).outcome,
    );
    assert!(leaves.final_spot < stays.final_spot && leaves.shortfall > stays.shortfall);
    // 0.75² + 0.25²
    assert_eq!(leaves.concentration, Some("0.625".parse().unwrap()));
}

/// S0-19.
#[test]
fn loops_add_up() {
    for (depth, sum) in [
        (0, "1"),
        (1, "1.6"),
        (2, "1.96"),
        (3, "2.176"),
        (5, "2.38336"),
    ] {
        let turned = Reuse::new(Tokens::whole(100), Ratio::bps(6_000), depth).unwrap();
        assert_eq!(turned.leverage(), sum.parse::<Ratio>().unwrap(), "{depth}");
    }
}

/// S0-23, S0-25.
#[test]
fn an_average_costs_more_to_bend_than_a_spot_price() {
    let pool = Tokens::whole(1_000_000);
    for percent in [110, 150, 200, 400] {
        let to = Ratio::bps(100 * percent);
        let spot = quote_cost_spot(pool, to, Ratio::ZERO).unwrap();
        for blocks in [2, 10, 150] {
            assert!(quote_cost_arithmetic(pool, to, blocks).unwrap() > spot);
        }
    }
}

/// S0-26, S0-27, S0-29.
#[test]
fn smaller_steps_and_deeper_pools_are_calmer() {
    let amplified = |set: &str| run(&[set]).outcome.amplification.unwrap();
    let depths =
        ["0.5", "1", "2", "4"].map(|depth| amplified(&format!("pools.T-USD.depth={depth}")));
    assert!(
        depths.windows(2).all(|pair| pair[0] > pair[1]),
        "{depths:?}"
    );
    let close = |percent: u32| format!("lending.main.rules.close.fixed.factor={percent}%");
    assert!(amplified(&close(25)) < amplified(&close(50)));
    assert!(amplified(&close(25)) < amplified(&close(100)));
    let largest = |percent: u32| run(&[&close(percent)]).outcome.largest_round.unwrap();
    assert!(largest(100) > largest(50));
}

/// S0-28.
#[test]
fn a_higher_bonus_leaves_more_bad_debt() {
    let short = |percent: u32| {
        let set = format!("lending.main.rules.bonus.fixed={percent}%");
        run(&[&set]).outcome.shortfall
    };
    let shorts = [0, 5, 10, 15].map(short);
    assert!(
        shorts.windows(2).all(|pair| pair[0] < pair[1]),
        "{shorts:?}"
    );
}

/// S0-31, S0-32, S0-40.
#[test]
fn one_hit_triggers_the_others() {
    let loan = "loans.whale={ market = 'main', collateral = '500', debt = { liquidation_price = '96' }, owner = 'whale' }";
    let stays = "providers.whale={ pool = 'T-USD', share = '0.75' }";
    let raises = "providers.whale={ pool = 'T-USD', share = '0.75', withdrawal = { when = { round_fall = '2%' }, share = '100%' } }";
    let later = "shocks.later={ round = 3, act = { sell = { pool = 'T-USD', amount = '100' } } }";
    let of = |whale: &str| {
        run(&[
            later,
            "providers.all.share=0.25",
            "pools.T-USD.depth=4",
            loan,
            whale,
        ])
        .outcome
    };
    let (idle, raised) = (of(stays), of(raises));
    // The shock reaches the two loans at 96, the later sale the one at 93, and there it ends.
    assert_eq!((idle.accounts, idle.verdict), (3, Verdict::Contained));
    assert!(raised.accounts > idle.accounts && raised.final_spot < idle.final_spot);
    assert_eq!(raised.verdict, Verdict::Spiral);
    for outcome in [&idle, &raised] {
        let holders = &outcome.who_paid.holders;
        assert_eq!(
            holders.iter().filter(|one| one.holder == "whale").count(),
            1
        );
        assert_eq!(outcome.who_paid.sum(), Tokens::ZERO);
    }
}

/// S0-38.
#[test]
fn the_gain_of_the_loop_tells_the_spiral_from_the_rest() {
    let gain = |sets: &[&str]| {
        let out = run(sets).outcome;
        (out.loop_gain.unwrap(), out.verdict)
    };
    let (base, verdict) = gain(&[]);
    assert!(base > Ratio::ONE && verdict == Verdict::Spiral);
    for set in [
        "pools.T-USD.depth=2",
        "pools.T-USD.depth=4",
        "lending.main.rules.close.fixed.factor=25%",
    ] {
        let (less, verdict) = gain(&[set]);
        assert!(less < Ratio::ONE && verdict == Verdict::Contained, "{set}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// S0-05: within the fee of the outside price, and not a unit is traded inside of it.
    #[test]
    fn an_arbitrageur_stops_within_the_fee(outside in prices(), fee in 0_i32..500) {
        let fee = Ratio::bps(fee);
        let mut pool = pool(fee);
        if let Some(swap) = pool.plan_to(outside) {
            pool.commit(&swap);
        }
        let spot = pool.spot().unwrap();
        let (low, high) = (Ratio::ONE - fee, Ratio::ONE.mul_div_ceil(Ratio::ONE, Ratio::ONE - fee).unwrap());
        let off = spot.over(outside, Round::Floor);
        let unit = Ratio::from_units(1_000_000).unwrap();
        prop_assert!(off >= low - unit && off <= high + unit, "{off}");
        let again = pool.plan_to(outside).map_or(Tokens::ZERO, |swap| swap.token());
        prop_assert!(again <= Tokens::from_units(1_000_000_000_000).unwrap(), "{again}");
    }

    /// S0-07, S0-08, S0-09, S0-14: the same value, and the same number of tokens.
    #[test]
    fn the_same_sale_costs_more_the_further_the_price_has_fallen(one in prices(), other in prices()) {
        let (high, low) = (one.max(other), one.min(other));
        prop_assume!(high > low.scaled(Ratio::bps(10_100), Round::Ceil).unwrap());
        let (above, below) = (at(high), at(low));
        prop_assert!(below.quote_reserve() < above.quote_reserve());
        let value = Tokens::whole(1_000);
        let worth = |price: TokenPrice| price.amount(value, Round::Floor);
        prop_assert!(kept(&below, worth(low)) < kept(&above, worth(high)));
        let tokens = Tokens::whole(10);
        prop_assert!(kept(&below, tokens) > kept(&above, tokens));
    }

    /// S0-10, S0-35: (1 − √(1 − d))/2 of the value, at any price.
    #[test]
    fn depth_is_a_small_and_fixed_part_of_value(to in prices()) {
        let pool = at(to);
        let part = |fall: i32| pool.depth(Ratio::bps(fall)).ratio_floor(pool.value().unwrap()).unwrap();
        let close = |part: Ratio, known: &str| (part - known.parse().unwrap()).abs() < Ratio::from_units(1_000_000_000).unwrap();
        prop_assert!(close(part(200), "0.005025253169416733"));
        prop_assert!(close(part(1_000), "0.025658350974743100"));
    }

    /// S0-20, S0-21.
    #[test]
    fn shares_are_reached_after_the_coin_and_before_the_basket(ltv in 4_100_i32..7_900) {
        let (ltv, threshold) = (Ratio::bps(ltv), Ratio::bps(8_000));
        let at = |backing: Backing| backing.liquidation_ratio(ltv, threshold).unwrap();
        prop_assert!(at(Backing::Coin) > at(Backing::LpShare));
        prop_assert!(at(Backing::LpShare) > at(Backing::Basket));
    }
}
