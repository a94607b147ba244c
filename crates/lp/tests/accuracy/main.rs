//! Every stated accuracy, held against the plain definition in sixty decimal digits.
//!
//! The reference knows none of the rearrangements: it takes `1 − V/H` as it stands and has digits
//! enough for what cancels. Its elementary functions are correctly rounded.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests are tests

mod digits;

use digits::{Big, big, ulps, whole};
use proptest::prelude::*;
use seawall_lp::worst_weight::{worse_than_even_beyond, worst_weight};
use seawall_lp::{
    Basket, Concentrated, ConstantProduct, Curve, DivergenceLoss, PriceRatio, Range, StablePair,
    StableSwap, Weighted, Weights, break_even, concentration_factor, depth,
};
use seawall_units::Ratio;

/// A price ratio that is an exact float, from a change of 10⁻¹² to one of 10⁸, and what it is.
fn ratios() -> impl Strategy<Value = PriceRatio> {
    let small = (-12.0..-0.5_f64, any::<bool>())
        .prop_map(|(digits, down)| 10_f64.powf(digits) * if down { -1.0 } else { 1.0 })
        // The nearest that `1 + change` represents, so that the reference sees the same move.
        .prop_map(|change| PriceRatio::new(1.0 + change).unwrap());
    let wide = (-18.0..18.0_f64).prop_map(|ln| PriceRatio::new(ln.exp()).unwrap());
    prop_oneof![small, wide].prop_filter("no change", |at| at.change() != 0.0)
}

fn weights() -> impl Strategy<Value = Ratio> {
    let of = |units| Ratio::from_units(units).unwrap();
    (1..Ratio::ONE_UNITS).prop_map(of)
}

fn exact(weight: Ratio) -> Big {
    whole(weight.units()) / whole(Ratio::ONE_UNITS)
}

/// `1 − V/H`.
fn loss(value: Big, hold: Big) -> Big {
    whole(1) - value / hold
}

fn power(base: &Big, exponent: &Big) -> Big {
    (base.ln() * exponent).exp()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn constant_product(at in ratios()) {
        let r = big(at.ratio());
        let wanted = loss(r.sqrt(), (r.clone() + whole(1)) / whole(2));
        let found = ConstantProduct.divergence_loss(at);
        prop_assert!(ulps(found.unsigned(), &wanted) <= 8.0);
        let fees = wanted.clone() / (whole(1) - wanted);
        prop_assert!(ulps(break_even::fees(&ConstantProduct, at), &fees) <= 8.0);
        let sold = depth::constant_product(at);
        prop_assert!(ulps(sold.quote, &(r.sqrt() - whole(1))) <= 4.0);
        prop_assert!(ulps(sold.risky, &(whole(1) / r.sqrt() - whole(1))) <= 4.0);
        let rise = ConstantProduct.ratio_at(found).unwrap();
        let given = big(found.unsigned());
        let root = (given.clone() * (whole(2) - given.clone())).sqrt() + whole(1);
        let root = root / (whole(1) - given);
        // Where the loss is next to all, what is left of it has few digits in `1 − D`; the float is exact.
        prop_assert!(ulps(rise.change(), &(root.clone() * root - whole(1))) <= 8.0);
    }

    #[test]
    fn two_weights(at in ratios(), weight in weights()) {
        let (r, w) = (big(at.ratio()), exact(weight));
        let hold = w.clone() * r.clone() + whole(1) - w.clone();
        let wanted = loss(power(&r, &w), hold);
        let found = Weighted::new(weight).unwrap().divergence_loss(at);
        prop_assert!(ulps(found.unsigned(), &wanted) <= 12.0, "{}", ulps(found.unsigned(), &wanted));
        let worst = whole(1) / r.ln() - whole(1) / (r - whole(1));
        prop_assert!(ulps(worst_weight(at), &worst) <= 8.0);
    }

    #[test]
    fn many_weights(parts in prop::collection::vec(1..1_000_u32, 2..6), ratios in prop::collection::vec(ratios(), 6)) {
        let weights = Weights::proportional(&parts).unwrap();
        let ratios = &ratios[..parts.len()];
        let (mut logs, mut hold) = (whole(0), whole(0));
        for (weight, ratio) in weights.iter().zip(ratios) {
            logs += exact(weight) * big(ratio.ratio()).ln();
            hold += exact(weight) * big(ratio.ratio());
        }
        let wanted = loss(logs.exp(), hold);
        let found = Basket::new(weights.clone()).divergence_loss(ratios).unwrap();
        prop_assert!(ulps(found.unsigned(), &wanted) <= 16.0, "{}", ulps(found.unsigned(), &wanted));
        let most = ratios.iter().fold(0.0_f64, |most, ratio| most.max(ratio.ln().abs()));
        let value = Basket::new(weights).value(ratios).unwrap();
        prop_assert!(ulps(value, &logs.exp()) <= 2.0 * parts.len() as f64 + most);
    }

    #[test]
    fn thresholds_of_a_weight(weight in weights()) {
        let beyond = worse_than_even_beyond(weight).unwrap().unwrap();
        // The reference's own root of R^w·(1 + R) = 2√R·(w·R + 1 − w) is beyond or short of this by less.
        let w = exact(weight);
        let gap = |ln: f64| {
            let r = big(ln).exp();
            let even = r.sqrt() * whole(2) / (r.clone() + whole(1));
            power(&r, &w) / (w.clone() * r + whole(1) - w.clone()) - even
        };
        let ln = beyond.ln();
        let slack = 128.0 * f64::EPSILON;
        let (near, far) = (gap(ln * (1.0 - slack)), gap(ln * (1.0 + slack)));
        prop_assert!(near > whole(0) && far < whole(0), "{ln}");
    }

    #[test]
    fn a_range(at in ratios(), lower in 0.001..0.999_f64, upper in 1.001..1_000.0_f64, entry in prop_oneof![Just(1.0_f64), 0.0001..10_000.0_f64]) {
        let position = Concentrated::new(Range::new(lower * entry, upper * entry).unwrap(), entry).unwrap();
        // What the range says as multiples of the entry price, as the position was told it.
        let (a, b) = (big(lower * entry) / big(entry), big(upper * entry) / big(entry));
        let (r, one) = (big(at.ratio()), whole(1));
        let amounts = |p: &Big| {
            let held = if *p < a { a.clone() } else if *p > b { b.clone() } else { p.clone() };
            (one.clone() / held.sqrt() - one.clone() / b.sqrt(), held.sqrt() - a.sqrt())
        };
        let ((x0, y0), (x1, y1)) = (amounts(&one), amounts(&r));
        let wanted = loss(x1 * r.clone() + y1, x0 * r + y0);
        let found = position.divergence_loss(at).unsigned();
        prop_assert!(ulps(found, &wanted) <= 12.0, "{}", ulps(found, &wanted));
        let n = big(upper);
        let factor = one.clone() / (one.clone() - one / n.sqrt());
        prop_assert!(ulps(concentration_factor(upper).unwrap(), &factor) <= 4.0);
    }
}

proptest! {
    // Two hundred roots of two hundred bits for each.
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The reference bisects the invariant itself, at a point the position claims to be at.
    #[test]
    fn stable_coins_from_balance(at in ratios(), digits in 0.0..4.0_f64) {
        let amplification = 10_f64.powf(digits);
        let pair = StablePair::balanced(amplification).unwrap();
        let (x, y) = digits::stable_pair(amplification, &big(at.ratio()));
        let (r, two) = (big(at.ratio()), whole(2));
        let value = (x.clone() * r.clone() + y.clone()) / two.clone();
        let hold = (r + whole(1)) / two.clone();
        let wanted = loss(value, hold);
        let found = pair.divergence_loss(at).unsigned();
        let off = ulps(found, &wanted) * f64::EPSILON / 2.0;
        prop_assert!(off <= 1e-13, "{off:e} of {found:e}");
        let held = pair.holdings(at);
        prop_assert!(ulps(held.risky, &(x / two.clone())) * f64::EPSILON / 2.0 <= 1e-14 * (1.0 + amplification));
        prop_assert!(ulps(held.quote, &(y / two)) * f64::EPSILON / 2.0 <= 1e-14 * (1.0 + amplification));
    }
}

#[test]
fn the_invariant_of_coins() {
    for (amplification, balances) in [
        (1.0, vec![1.0, 1e-6]),
        (100.0, vec![3.0, 1.0, 0.25]),
        (2_000.0, vec![1e6, 2e6, 3e6, 4e5]),
        (1e6, vec![1e15, 1e-3]),
    ] {
        let pool = StableSwap::new(amplification, balances.len()).unwrap();
        let found = pool.invariant(&balances).unwrap();
        let fault = |d: f64| digits::invariant_fault(amplification, &balances, &big(d));
        let slack = 16.0 * f64::EPSILON;
        assert!(fault(found * (1.0 - slack)) < whole(0), "{balances:?}");
        assert!(fault(found * (1.0 + slack)) > whole(0), "{balances:?}");
    }
}

#[test]
fn a_loss_keeps_its_digits_where_the_plain_definition_has_none() {
    let at = PriceRatio::from_change(1e-9).unwrap();
    let found = ConstantProduct.divergence_loss(at).unsigned();
    // r²/8 − r³/8, by hand.
    assert!((found / 1.25e-19 - 1.0 + 1e-9).abs() < 1e-15);
    let plain = 1.0 - 2.0 * at.sqrt() / (1.0 + at.ratio());
    assert!(
        (plain - found).abs() > 0.1 * found,
        "the plain form would do as well"
    );
    assert!(DivergenceLoss::ZERO < ConstantProduct.divergence_loss(at));
}
