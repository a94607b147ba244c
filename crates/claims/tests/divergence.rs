//! What the articles say of divergence loss, as laws over random prices and weights.
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_lp::break_even::{Income, fees, net_against_hold, rewards};
use seawall_lp::exact::Reserves;
use seawall_lp::worst_weight::{worse_than_even_beyond, worst_weight};
use seawall_lp::{
    Basket, Concentrated, ConstantProduct, Curve, PriceRatio, Range, Volatility, Weighted, Weights,
    concentration_factor, lvr,
};
use seawall_units::{Ratio, Round, TokenPrice, Tokens};

const POOL: ConstantProduct = ConstantProduct;

fn at(ratio: f64) -> PriceRatio {
    PriceRatio::new(ratio).unwrap()
}

fn lost(ratio: f64) -> f64 {
    POOL.divergence_loss(at(ratio)).unsigned()
}

fn of_weight(weight: f64, ratio: f64) -> f64 {
    let weight = Ratio::bps((weight * 10_000.0).round() as i32);
    let pool = Weighted::new(weight).unwrap();
    pool.divergence_loss(at(ratio)).unsigned()
}

/// Price ratios from a millionth to a million, evenly by logarithm.
fn ratios() -> impl Strategy<Value = f64> {
    (-13.8_f64..13.8).prop_map(f64::exp)
}

fn pool() -> Reserves {
    Reserves::new(Tokens::whole(10), Tokens::whole(1_000)).unwrap()
}

/// Whole prices from 1 to a million.
fn price() -> impl Strategy<Value = TokenPrice> {
    (1_u32..1_000_000).prop_map(|whole| whole.to_string().parse().unwrap())
}

fn near(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// S0-03, S1-05, S2-19, S2-21: more of what has fallen, less of what has risen.
    #[test]
    fn the_pool_trades_against_the_market(prices in prop::collection::vec(price(), 2..8)) {
        let mut held = pool();
        let mut last = held.price(Round::Floor).unwrap();
        for next in prices {
            let moved = held.moved_to(next).unwrap();
            match next.cmp(&last) {
                std::cmp::Ordering::Less => prop_assert!(moved.risky() > held.risky() && moved.quote() < held.quote()),
                std::cmp::Ordering::Greater => prop_assert!(moved.risky() < held.risky() && moved.quote() > held.quote()),
                std::cmp::Ordering::Equal => {}
            }
            (held, last) = (moved, next);
        }
    }

    /// S1-07, S1-08, S2-01, S2-06: the product is kept, within the unit by which reserves round up.
    #[test]
    fn the_product_is_kept(to in price()) {
        let root = |pool: Reserves, round| Tokens::geometric_mean(pool.risky(), pool.quote(), round);
        let moved = pool().moved_to(to).unwrap();
        let before = root(pool(), Round::Ceil);
        let after = root(moved, Round::Ceil);
        prop_assert!(after >= root(pool(), Round::Floor));
        // A unit more of one reserve moves the root by half the root of the ratio of the two.
        let step = (moved.quote().units() as f64 / moved.risky().units() as f64).sqrt();
        prop_assert!(((after - before).units() as f64) <= 1.0 + step.max(1.0 / step));
    }

    /// S0-04, S1-04, S2-03, S2-05, S2-07: both sides are worth the same after arbitrage.
    #[test]
    fn both_sides_are_worth_the_same(ratio in ratios()) {
        let held = POOL.holdings(at(ratio));
        prop_assert!(near(held.quote, held.risky * ratio, 1e-14));
        prop_assert!(near(held.quote + held.risky * ratio, at(ratio).sqrt(), 1e-14));
    }

    /// S1-02, S1-13, S1-15, S1-22, S2-08: never below zero, and zero only where nothing changed.
    #[test]
    fn the_loss_is_zero_only_at_no_change(ratio in ratios(), weight in 1_u32..100) {
        prop_assert!(lost(ratio) > 0.0 || ratio == 1.0);
        let weight = f64::from(weight) / 100.0;
        prop_assert!(of_weight(weight, ratio) > 0.0 || ratio == 1.0);
        prop_assert_eq!(lost(1.0), 0.0);
        prop_assert_eq!(of_weight(weight, 1.0), 0.0);
    }

    /// S2-12, S2-15: equal for R and 1/R.
    #[test]
    fn a_multiple_and_its_inverse_lose_the_same(ratio in ratios()) {
        let there = POOL.divergence_loss(at(ratio)).unsigned();
        let back = POOL.divergence_loss(at(ratio).inverse()).unsigned();
        prop_assert!(near(there, back, 1e-12), "{there} {back}");
    }

    /// S1-16, S1-18: for the same percentage the fall is the worse, relative and in money.
    #[test]
    fn a_fall_loses_more_than_a_rise_of_the_same_size(change in 0.001_f64..0.999) {
        let up = PriceRatio::from_change(change).unwrap();
        let down = PriceRatio::from_change(-change).unwrap();
        prop_assert!(POOL.divergence_loss(down).unsigned() > POOL.divergence_loss(up).unsigned());
        prop_assert!(POOL.shortfall(down) > POOL.shortfall(up));
    }

    /// S1-11, S2-04, S2-09: the articles' two formulas and the library's.
    #[test]
    fn both_ways_of_writing_the_loss_agree(change in prop_oneof![-0.99_f64..-0.01, 0.01_f64..50.0]) {
        let first = ((change + 2.0) - 2.0 * (change + 1.0).sqrt()) / (change + 2.0);
        let second = 2.0 * (1.0 + change).sqrt() / (2.0 + change) - 1.0;
        let found = POOL.divergence_loss(PriceRatio::from_change(change).unwrap());
        prop_assert!((found.unsigned() - first).abs() < 1e-15);
        prop_assert!((found.signed() - second).abs() < 1e-15);
    }

    /// S1-12, S2-10: two tokens that move together lose nothing, and only their ratio counts.
    #[test]
    fn only_the_relative_price_matters(one in 0.01_f64..100.0, other in 0.01_f64..100.0) {
        let basket = Basket::new(Weights::proportional(&[1, 1]).unwrap());
        let of = |a: f64, b: f64| basket.divergence_loss(&[at(a), at(b)]).unwrap().unsigned();
        prop_assert!(of(one, one) < 1e-15);
        prop_assert!((of(one, other) - lost(one / other)).abs() < 1e-13);
    }

    /// S1-06, S2-11, S2-17: the way between two prices leaves the reserves where the direct one does.
    #[test]
    fn only_two_dates_matter(way in prop::collection::vec(price(), 1..8)) {
        let last = *way.last().unwrap();
        let mut walked = pool();
        for each in &way {
            walked = walked.moved_to(*each).unwrap();
        }
        let direct = pool().moved_to(last).unwrap();
        // Each step rounds the reserves up by less than a unit, for the pool; a unit is at most a part
        // in 10^16 of a reserve.
        let same = |walked: Tokens, direct: Tokens| {
            walked >= direct && near(walked.units() as f64, direct.units() as f64, 1e-15)
        };
        prop_assert!(same(walked.quote(), direct.quote()));
        prop_assert!(same(walked.risky(), direct.risky()));
    }

    /// S1-19: beyond a small move the worst weight is not one half.
    #[test]
    fn the_loss_is_not_monotone_in_the_weight(ratio in prop_oneof![0.001_f64..0.5, 2.0_f64..1_000.0]) {
        let worst = worst_weight(at(ratio));
        let even = lost(ratio);
        let rounded = (worst * 10_000.0).round() / 10_000.0;
        prop_assert!(of_weight(rounded, ratio) > even);
        prop_assert_eq!(worst < 0.5, ratio > 1.0);
    }

    /// S1-26: for the same capital a range multiplies the loss as long as the price is in it.
    #[test]
    fn concentration_multiplies_the_loss(n in 1.05_f64..10.0, place in 0.01_f64..0.99) {
        let range = Range::new(100.0 / n, 100.0 * n).unwrap();
        let position = Concentrated::new(range, 100.0).unwrap();
        let up = PriceRatio::from_ln(place * n.ln()).unwrap();
        prop_assert!(position.divergence_loss(up).unsigned() > POOL.divergence_loss(up).unsigned());
        let factor = concentration_factor(n).unwrap();
        prop_assert!(near(position.divergence_loss(up).unsigned(), factor * POOL.divergence_loss(up).unsigned(), 1e-6));
    }
}

#[test]
fn a_halving_and_a_doubling_lose_the_same_known_number() {
    // (3 − 2√2)/3 = (3 − 2.8284271247461903)/3
    let known = (3.0 - 2.0 * 2.0_f64.sqrt()) / 3.0;
    for ratio in [0.5, 2.0] {
        assert!((lost(ratio) - known).abs() < 1e-15);
        assert!((lost(ratio) - 0.057_190_958_417_936_63).abs() < 1e-15);
    }
    // The figures of the article belong to R = 4 and R = 5.
    assert_eq!(lost(4.0), 0.2);
    assert!((lost(5.0) - 0.254_644_007_500_070).abs() < 1e-15);
}

#[test]
fn nine_to_one_loses_less_up_to_its_crossing() {
    let crossing = worse_than_even_beyond(Ratio::bps(1_000)).unwrap().unwrap();
    assert!((crossing.ratio() - 32.927_285_595_461_69).abs() < 1e-12);
    for step in 1..400 {
        let ratio = f64::from(step) * 0.1;
        if ratio == 1.0 {
            continue;
        }
        let less = of_weight(0.1, ratio) < lost(ratio);
        assert_eq!(less, ratio < crossing.ratio(), "{ratio}");
    }
    assert!(of_weight(0.1, 0.000_1) < lost(0.000_1));
}

/// S1-21: the traded value is w(1 − w) times a small move.
#[test]
fn a_small_move_trades_with_the_product_of_the_weights() {
    for weight in [1_i32, 10, 25, 50, 75, 90, 99] {
        let pool = Weighted::new(Ratio::bps(100 * weight)).unwrap();
        let move_ = 1e-6;
        let after = pool.holdings(PriceRatio::from_change(move_).unwrap());
        let traded = after.quote - pool.holdings(PriceRatio::ONE).quote;
        let part = f64::from(weight) / 100.0;
        assert!(near(traded, part * (1.0 - part) * move_, 1e-5), "{weight}");
    }
}

/// S1-25: the same position, another reference.
#[test]
fn entering_again_begins_with_a_new_reference() {
    let (down, up) = (at(0.5), at(2.0));
    // What comes out at half the price is balanced at that price and goes in as it is.
    let out = POOL.holdings(down);
    assert!(near(out.quote, out.risky * 0.5, 1e-15));
    assert!(near(POOL.value(down) * POOL.value(up), 1.0, 1e-15));
    // (1 − 0.0571909584)² = 1/1.125, as holding afresh gives 0.75 and 1.5.
    let kept = (1.0 - lost(0.5)) * (1.0 - lost(2.0));
    assert!(near(kept, 1.0 / 1.125, 1e-14));
}

/// S1-01, S1-23, S2-18.
#[test]
fn fees_and_rewards_break_even_where_they_should() {
    assert_eq!(fees(&POOL, at(4.0)), 0.25);
    assert_eq!(rewards(&POOL, at(4.0)), 0.5);
    assert_eq!(rewards(&POOL, at(0.25)), 0.125);
    let net = |fees: f64| net_against_hold(&POOL, at(4.0), Income::new(fees, 0.0).unwrap());
    assert_eq!(net(0.25), 0.0);
    // Fees of 5 % on a position of 2 are 0.1, and 0.5 is missing.
    assert!((net(0.05) + 0.4).abs() < 1e-15);
    for step in 0..100 {
        let fees = f64::from(step) / 100.0;
        assert_eq!(net(fees) < 0.0, fees < 0.25, "{fees}");
    }
}

/// S2-16.
#[test]
fn both_names_are_one_function() {
    for ratio in [0.01, 0.3, 1.0, 2.0, 50.0] {
        assert_eq!(
            POOL.divergence_loss(at(ratio)),
            POOL.impermanent_loss(at(ratio))
        );
    }
}

/// S2-20, S0-34, S0-39: the loss against holding comes and goes, the loss against rebalancing adds up.
#[test]
fn what_arbitrageurs_take_only_grows() {
    // An arbitrageur who brings the pool from √P₀ to √P₁ takes L·(√P₁ − √P₀)² of value.
    let taken = |from: f64, to: f64| (to.sqrt() - from.sqrt()).powi(2) / 2.0;
    let oscillating = [1.0, 1.1, 1.0, 1.1, 1.0, 1.1, 1.0];
    let trending: Vec<f64> = (0..7).map(|step| 1.1_f64.powi(-step)).collect();
    for path in [&oscillating[..], &trending] {
        let mut total = 0.0;
        for pair in path.windows(2) {
            let before = total;
            total += taken(pair[0], pair[1]);
            assert!(total > before);
        }
        assert!(total > 0.0);
    }
    // The same steps in logarithm, so the same realised variance; one returns and one does not.
    assert_eq!(lost(1.0), 0.0);
    assert!(lost(*trending.last().unwrap()) > 0.038);
    let rate = lvr::constant_product(Volatility::per_day(0.05).unwrap());
    assert!((rate.per_year() - 0.114_062_5).abs() < 1e-16);
}
