//! What must hold of every curve at every price.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

use proptest::prelude::*;
use seawall_lp::exact::Reserves;
use seawall_lp::level::levels;
use seawall_lp::worst_weight::{worse_than_even_beyond, worst_weight};
use seawall_lp::{
    Basket, Concentrated, ConstantProduct, Curve, DivergenceLoss, PriceRatio, Range, StablePair,
    StableSwap, Weighted, Weights, break_even, concentration_factor,
};
use seawall_units::{Ratio, Round, TokenPrice, Tokens};

/// Price ratios from a billionth of a change to a billionfold.
fn ratios() -> impl Strategy<Value = PriceRatio> {
    let small = (-9.0..-0.5_f64, any::<bool>()).prop_map(|(digits, down)| {
        let change = 10_f64.powf(digits);
        PriceRatio::from_change(if down { -change } else { change }).unwrap()
    });
    let wide = (-20.0..20.0_f64).prop_map(|ln| PriceRatio::from_ln(ln).unwrap());
    prop_oneof![small, wide, Just(PriceRatio::ONE)]
}

fn weights() -> impl Strategy<Value = Ratio> {
    (1..1_000_000_i32).prop_map(|millionths| {
        Ratio::from_units(i128::from(millionths) * (Ratio::ONE_UNITS / 1_000_000)).unwrap()
    })
}

/// Every kind of curve, entered inside of a range.
fn curves() -> impl Strategy<Value = Box<dyn Curve>> {
    prop_oneof![
        Just(()).prop_map(|()| Box::new(ConstantProduct) as Box<dyn Curve>),
        weights().prop_map(|w| Box::new(Weighted::new(w).unwrap()) as Box<dyn Curve>),
        (0.01..0.99_f64, 1.01..100.0_f64).prop_map(|(lower, upper)| {
            let range = Range::new(lower, upper).unwrap();
            Box::new(Concentrated::new(range, 1.0).unwrap()) as Box<dyn Curve>
        }),
        (1.0..10_000.0_f64)
            .prop_map(|a| Box::new(StablePair::balanced(a).unwrap()) as Box<dyn Curve>),
    ]
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_loss_is_never_negative_and_zero_only_at_no_change(curve in curves(), at in ratios()) {
        let loss = curve.divergence_loss(at);
        prop_assert!(loss.unsigned() >= 0.0 && loss.unsigned() <= 1.0);
        prop_assert_eq!(loss.unsigned() == 0.0, at.change() == 0.0);
        prop_assert_eq!(loss.signed(), 0.0 - loss.unsigned());
        prop_assert_eq!(curve.impermanent_loss(at), loss);
    }

    /// The loss is the missing part of the holder's value, by the plain definition.
    #[test]
    fn a_loss_is_what_its_definition_says(curve in curves(), at in ratios()) {
        let plain = 1.0 - curve.value(at) / curve.hold(at);
        prop_assert!((curve.divergence_loss(at).unsigned() - plain).abs() < 1e-12);
        prop_assert!(close(curve.shortfall(at), curve.divergence_loss(at).unsigned() * curve.hold(at), 1e-12));
        prop_assert!(close(curve.value(PriceRatio::ONE), 1.0, 1e-14));
    }

    #[test]
    fn equal_weights_lose_alike_up_and_down(at in ratios(), a in 1.0..10_000.0_f64) {
        let back = at.inverse();
        let even: [Box<dyn Curve>; 3] = [
            Box::new(ConstantProduct),
            Box::new(Weighted::new("0.5".parse().unwrap()).unwrap()),
            Box::new(StablePair::balanced(a).unwrap()),
        ];
        for curve in even {
            let (there, here) = (curve.divergence_loss(at), curve.divergence_loss(back));
            prop_assert!(close(there.unsigned(), here.unsigned(), 1e-12));
        }
    }

    #[test]
    fn a_weight_upwards_is_the_other_weight_downwards(weight in weights(), at in ratios()) {
        let up = Weighted::new(weight).unwrap().divergence_loss(at);
        let down = Weighted::new(Ratio::ONE - weight).unwrap().divergence_loss(at.inverse());
        prop_assert!(close(up.unsigned(), down.unsigned(), 1e-12));
    }

    /// Amounts are the slope of the value, and gamma the slope of the amounts.
    #[test]
    fn slopes_are_what_they_say(curve in curves(), ln in -1.0..1.0_f64) {
        let at = |ln: f64| PriceRatio::from_ln(ln).unwrap();
        let step = 1e-5;
        let (before, here, after) = (at(ln - step), at(ln), at(ln + step));
        let width = after.ratio() - before.ratio();
        let delta = (curve.value(after) - curve.value(before)) / width;
        prop_assert!((delta - curve.delta(here)).abs() < 1e-3 * (1.0 + delta.abs()));
        let gamma = (curve.delta(after) - curve.delta(before)) / width;
        // An end of a range within the step has two slopes.
        let (low, high) = (curve.gamma(before), curve.gamma(after));
        let at_an_end = (low == 0.0) != (high == 0.0);
        prop_assert!(at_an_end || close(gamma, curve.gamma(here), 1e-2) || gamma.abs() < 1e-9,
            "{gamma} is not {}", curve.gamma(here));
        prop_assert!(curve.gamma(here) <= 0.0);
    }

    #[test]
    fn a_loss_grows_with_the_distance(curve in curves(), near in 0.001..5.0_f64, more in 0.001..5.0_f64) {
        for sign in [-1.0, 1.0] {
            let at = |ln: f64| curve.divergence_loss(PriceRatio::from_ln(sign * ln).unwrap());
            prop_assert!(at(near) < at(near + more));
        }
    }

    #[test]
    fn the_price_of_a_loss_has_that_loss(curve in curves(), loss in 0.0001..0.9_f64) {
        let found = levels(curve.as_ref(), DivergenceLoss::from_unsigned(loss).unwrap());
        for (at, end) in [(found.below, PriceRatio::MIN), (found.above, PriceRatio::MAX)] {
            match at {
                Some(at) => prop_assert!(close(curve.divergence_loss(at).unsigned(), loss, 1e-11)),
                None => prop_assert!(curve.divergence_loss(PriceRatio::new(end).unwrap()).unsigned() < loss),
            }
        }
        let rise = ConstantProduct.ratio_at(DivergenceLoss::from_unsigned(loss).unwrap()).unwrap();
        prop_assert!(close(ConstantProduct.divergence_loss(rise).unsigned(), loss, 1e-14));
    }

    #[test]
    fn break_evens_close_the_gap(curve in curves(), at in ratios()) {
        let fees = break_even::Income { fees: break_even::fees(curve.as_ref(), at), rewards: 0.0 };
        let rewards = break_even::Income { fees: 0.0, rewards: break_even::rewards(curve.as_ref(), at) };
        for income in [fees, rewards] {
            let net = break_even::net_against_hold(curve.as_ref(), at, income);
            prop_assert!(net.abs() <= 1e-15 * curve.hold(at));
        }
    }

    #[test]
    fn only_relative_moves_count_in_a_basket(
        parts in prop::collection::vec(1..1_000_u32, 2..6),
        ratio in ratios(), common in -10.0..10.0_f64,
    ) {
        let pool = Basket::new(Weights::proportional(&parts).unwrap());
        let common = PriceRatio::from_ln(common).unwrap();
        prop_assert_eq!(pool.divergence_loss(&vec![common; parts.len()]).unwrap(), DivergenceLoss::ZERO);
        let mut moved = vec![PriceRatio::ONE; parts.len()];
        moved[0] = ratio;
        let loss = pool.divergence_loss(&moved).unwrap().unsigned();
        let pair = Weighted::new(pool.weights().iter().next().unwrap()).unwrap();
        prop_assert!(close(loss, pair.divergence_loss(ratio).unsigned(), 1e-13));
    }

    #[test]
    fn deltas_and_gammas_of_a_basket_are_slopes(
        parts in prop::collection::vec(1..100_u32, 2..5), lns in prop::collection::vec(-1.0..1.0_f64, 5),
    ) {
        let pool = Basket::new(Weights::proportional(&parts).unwrap());
        let at = |bump: Option<usize>| -> Vec<PriceRatio> {
            let step = |i: usize| if bump == Some(i) { 1e-6 } else { 0.0 };
            let each = (0..parts.len()).map(|i| PriceRatio::new(libm_exp(lns[i]) + step(i)).unwrap());
            each.collect()
        };
        let (here, gamma) = (pool.holdings(&at(None)).unwrap(), pool.gamma(&at(None)).unwrap());
        for i in 0..parts.len() {
            let there = pool.holdings(&at(Some(i))).unwrap();
            let slope = (pool.value(&at(Some(i))).unwrap() - pool.value(&at(None)).unwrap()) / 1e-6;
            prop_assert!((slope - here[i]).abs() < 1e-4);
            for j in 0..parts.len() {
                prop_assert!(((there[j] - here[j]) / 1e-6 - gamma[i][j]).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn the_worst_weight_is_the_worst(at in ratios(), other in weights()) {
        let worst = worst_weight(at);
        prop_assert!(worst > 0.0 && worst < 1.0);
        let weight = Ratio::from_units((worst * 1e18) as i128).unwrap();
        let loss = |weight| Weighted::new(weight).unwrap().divergence_loss(at).unsigned();
        prop_assert!(loss(weight) >= loss(other) * (1.0 - 1e-13));
    }

    #[test]
    fn thresholds_part_the_better_from_the_worse(weight in weights()) {
        prop_assume!(weight != Ratio::bps(5_000));
        let beyond = worse_than_even_beyond(weight).unwrap().unwrap();
        let gap = |ln: f64| {
            let at = PriceRatio::from_ln(ln).unwrap();
            let own = Weighted::new(weight).unwrap().divergence_loss(at);
            own.unsigned() - ConstantProduct.divergence_loss(at).unsigned()
        };
        prop_assert!(gap(beyond.ln() * 1.01) > 0.0);
        prop_assert!(gap(beyond.ln() * 0.99) < 0.0);
        prop_assert_eq!(beyond.change() > 0.0, weight < Ratio::bps(5_000));
    }

    #[test]
    fn a_range_multiplies_the_loss_while_the_price_stays_in_it(n in 1.001..100.0_f64, place in -0.99..0.99_f64) {
        let position = Concentrated::new(Range::around(1.0, n).unwrap(), 1.0).unwrap();
        let at = PriceRatio::from_ln(place * n.ln()).unwrap();
        let plain = ConstantProduct.divergence_loss(at).unsigned();
        let loss = position.divergence_loss(at).unsigned();
        prop_assert!(close(loss, plain * concentration_factor(n).unwrap(), 1e-12));
    }

    /// A position entered outside of its range loses nothing until the price comes to it.
    #[test]
    fn outside_of_its_range_a_position_is_one_asset(entry in 2.1..10.0_f64, to in 2.0..20.0_f64, back in 0.01..1.99_f64) {
        let position = Concentrated::new(Range::new(1.0, 2.0).unwrap(), entry).unwrap();
        let loss = |price: f64| {
            let at = PriceRatio::from_prices(entry, price).unwrap();
            prop_assert!(position.divergence_loss(at).unsigned() >= 0.0);
            Ok(position.divergence_loss(at).unsigned())
        };
        prop_assert!(loss(to)? < 1e-15, "{}", loss(to)?);
        prop_assert!(loss(back)? > 0.0);
        prop_assert_eq!(position.risky_share(), 0.0);
    }

    #[test]
    fn balances_of_coins_lie_on_the_curve_at_their_price(a in 1.0..10_000.0_f64, lns in prop::collection::vec(-1.5..1.5_f64, 2..6)) {
        let pool = StableSwap::new(a, lns.len()).unwrap();
        let prices: Vec<PriceRatio> = lns.iter().map(|ln| PriceRatio::from_ln(*ln).unwrap()).collect();
        let balances = pool.balances(&prices).unwrap();
        // Far from balance a balance is below the legal range of what a pool is asked about.
        prop_assume!(balances.iter().all(|x| *x > 1e-6));
        prop_assert!(close(pool.invariant(&balances).unwrap(), lns.len() as f64, 1e-11));
        for (coin, price) in prices.iter().enumerate() {
            let wanted = price.ratio() / prices[0].ratio();
            prop_assert!(close(pool.price(&balances, (coin, 0)).unwrap(), wanted, 1e-9));
        }
        let start = vec![PriceRatio::ONE; lns.len()];
        let loss = pool.divergence_loss(&start, &prices).unwrap().unsigned();
        let hold: f64 = prices.iter().map(|price| price.ratio()).sum::<f64>() / lns.len() as f64;
        prop_assert!((loss - (1.0 - pool.value(&prices).unwrap() / hold)).abs() < 1e-12);
    }

    /// The pool keeps what rounding leaves: its product never falls, and not by a unit too much.
    #[test]
    fn exact_reserves_keep_their_product(risky in 1..1_000_000_i32, quote in 1..1_000_000_000_i32, price in 1..1_000_000_i64) {
        let pool = Reserves::new(Tokens::whole(risky), Tokens::whole(quote)).unwrap();
        let price = TokenPrice::from_units(i128::from(price) * 1_000_000_000_000_001).unwrap();
        let moved = pool.moved_to(price).unwrap();
        let product = |pool: Reserves| pool.risky().geometric_mean(pool.quote(), Round::Ceil);
        prop_assert!(product(moved) >= product(pool));
        let (least, most) = (pool.value_at(price, Round::Floor).unwrap(), pool.value_at(price, Round::Ceil).unwrap());
        prop_assert!(most - least <= Tokens::ULP);
        let worth = price.value(moved.risky(), Round::Ceil) + moved.quote();
        prop_assert!(worth >= least);
        let at = PriceRatio::between(pool.price(Round::Floor).unwrap(), price);
        let compared = pool.compared_at(price, Ratio::ONE).unwrap();
        let float = ConstantProduct.divergence_loss(at).unsigned();
        let exact = compared.loss.units() as f64 / 1e18;
        prop_assert!((exact - float).abs() < 1e-14);
    }
}

fn libm_exp(ln: f64) -> f64 {
    PriceRatio::from_ln(ln).unwrap().ratio()
}
