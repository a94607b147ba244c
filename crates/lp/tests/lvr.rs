//! LVR: the published rates, one formula for all curves, and what may be asked.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_lp::lvr::{self, Covariance};
use seawall_lp::{
    Concentrated, ConstantProduct, Curve, LpError, PriceRatio, Range, Span, StablePair, Volatility,
    Weighted, Weights,
};
use seawall_units::{Ratio, Usd};

fn yearly(sigma: f64) -> Volatility {
    Volatility::per_year(sigma).unwrap()
}

fn close(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * b.abs(), "{a} {b}");
}

/// arXiv:2208.06046: σ = 5 % a day costs 3.125 bp a day, 11.4 % a year.
#[test]
fn the_published_rates_of_a_constant_product() {
    let rate = lvr::constant_product(Volatility::per_day(0.05).unwrap());
    assert_eq!(format!("{:.13}", rate.per_day() * 1e4), "3.1250000000000");
    assert_eq!(
        format!("{:.12}", rate.per_year() * 100.0),
        "11.406250000000"
    );
    for (sigma, percent) in [(0.5, 3.125), (0.8, 8.0), (1.0, 12.5)] {
        close(
            lvr::constant_product(yearly(sigma)).per_year() * 100.0,
            percent,
            1e-15,
        );
    }
}

#[test]
fn the_published_rates_of_weighted_pools() {
    for (weight, expect) in [("0.1", 0.045), ("0.2", 0.08), ("0.5", 0.125), ("0.8", 0.08)] {
        let rate = lvr::weighted(weight.parse().unwrap(), yearly(1.0)).unwrap();
        close(rate.per_year(), expect, 1e-15);
    }
    let whole = lvr::weighted(Ratio::ONE, yearly(1.0));
    assert!(matches!(whole, Err(LpError::Weight { .. })));
}

/// Uniswap v3: `ℓ = σ²·L·√P/4`, and `(σ²/8)/(1 − 1/√n)` of the value at the centre of `[P/n, nP]`.
#[test]
fn the_rates_of_a_range() {
    for (n, factor) in [
        (1.01, 201.498756),
        (1.25, 9.47213595),
        (2.0, 3.41421356),
        (4.0, 2.0),
    ] {
        let position = Concentrated::new(Range::around(100.0, n).unwrap(), 100.0).unwrap();
        let centre = lvr::of(&position, PriceRatio::ONE, yearly(1.0)).per_year();
        close(centre, 0.125 * factor, 5e-9);
        close(
            lvr::centred(n, yearly(1.0)).unwrap().per_year(),
            centre,
            1e-12,
        );
    }
    // Off the centre: L·√P/4 over the value, with L and V by hand. [64, 144] entered at 100:
    // V₀ = L(2·10 − 100/12 − 8) = L·11/3, and at 81, V = L(2·9 − 81/12 − 8) = L·3.25; ℓ/V = 9/(4·3.25).
    let position = Concentrated::new(Range::new(64.0, 144.0).unwrap(), 100.0).unwrap();
    let at = PriceRatio::from_prices(100.0, 81.0).unwrap();
    close(
        lvr::of(&position, at, yearly(1.0)).per_year(),
        9.0 / 13.0,
        1e-13,
    );
    for outside in [50.0, 64.0, 144.0, 200.0] {
        let at = PriceRatio::from_prices(100.0, outside).unwrap();
        assert_eq!(
            lvr::of(&position, at, yearly(1.0)).per_year(),
            0.0,
            "{outside}"
        );
    }
}

#[test]
fn money_is_rounded_up() {
    let rate = lvr::constant_product(Volatility::per_day(0.05).unwrap());
    let usd = |text: &str| text.parse::<Usd>().unwrap();
    assert_eq!(rate.money(usd("1"), Span::DAY), usd("0.000313"));
    assert_eq!(rate.money(usd("0"), Span::DAY), Usd::ZERO);
}

/// `½·(Σ wσ² − w′Σw)` worked out: weights ½, ¼, ¼; volatilities 1, 0.4, 0; ρ₁₂ = 0.3. The sum of own
/// variances is 0.5 + 0.04 = 0.54; the portfolio's is 0.25 + 0.01 + 2·⅛·0.12 = 0.29: half of 0.25.
#[test]
fn three_assets_by_hand() {
    let volatilities = vec![yearly(1.0), yearly(0.4), yearly(0.0)];
    let correlation = vec![
        vec![1.0, 0.3, 0.0],
        vec![0.3, 1.0, 0.0],
        vec![0.0, 0.0, 1.0],
    ];
    let moves = Covariance::new(volatilities, correlation).unwrap();
    let weights = Weights::proportional(&[2, 1, 1]).unwrap();
    close(
        lvr::basket(&weights, &moves, Span::YEAR).unwrap(),
        0.125,
        1e-15,
    );
    let four = Weights::proportional(&[1, 1, 1, 1]).unwrap();
    assert!(matches!(
        lvr::basket(&four, &moves, Span::YEAR),
        Err(LpError::Mismatch { .. })
    ));
}

#[test]
fn correlations_that_no_prices_can_have_are_refused() {
    let two = |rows: [[f64; 2]; 2]| {
        let rows = rows.into_iter().map(Vec::from).collect();
        Covariance::new(vec![yearly(1.0); 2], rows)
    };
    assert!(two([[1.0, -1.0], [-1.0, 1.0]]).is_ok());
    for wrong in [
        [[1.0, 1.1], [1.1, 1.0]],
        [[0.9, 0.0], [0.0, 1.0]],
        [[1.0, 0.2], [0.3, 1.0]],
        [[1.0, f64::NAN], [f64::NAN, 1.0]],
    ] {
        assert!(
            matches!(two(wrong), Err(LpError::OutOfRange { .. })),
            "{wrong:?}"
        );
    }
    // Two that move alike and a third that follows one of them only.
    let broken = vec![
        vec![1.0, 1.0, 0.9],
        vec![1.0, 1.0, -0.9],
        vec![0.9, -0.9, 1.0],
    ];
    assert!(Covariance::new(vec![yearly(1.0); 3], broken).is_err());
    let spread = vec![
        vec![1.0, -0.9, -0.9],
        vec![-0.9, 1.0, -0.9],
        vec![-0.9, -0.9, 1.0],
    ];
    assert!(Covariance::new(vec![yearly(1.0); 3], spread).is_err());
    assert!(Covariance::new(vec![yearly(1.0); 3], vec![vec![1.0; 3]; 2]).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Half the variance times gamma is what a small move costs, on every curve: the divergence
    /// loss of a move ±h just then is ℓ·h²/σ² in the mean.
    #[test]
    fn the_rate_is_the_loss_of_small_moves(ln in -1.5_f64..1.5, weight in 1_i64..99) {
        let weight = Ratio::units_i64(weight * 10_000_000_000_000_000);
        let range = Range::new(10.0, 1000.0).unwrap();
        let curves: [Box<dyn Curve>; 4] = [
            Box::new(ConstantProduct),
            Box::new(Weighted::new(weight).unwrap()),
            Box::new(Concentrated::new(range, 100.0).unwrap()),
            Box::new(StablePair::new(10.0, PriceRatio::ONE).unwrap()),
        ];
        for curve in &curves {
            let at = |ln: f64| PriceRatio::from_ln(ln).unwrap();
            let here = curve.holdings(at(ln));
            let h = 1e-3;
            let lost = |to: f64| here.value(at(to)) - curve.holdings(at(to)).value(at(to));
            let mean = (lost(ln + h) + lost(ln - h)) / 2.0;
            let rate = lvr::of(curve.as_ref(), at(ln), yearly(1.0)).per_year();
            let expect = rate * h * h * curve.value(at(ln));
            prop_assert!((mean - expect).abs() < 1e-4 * expect + 1e-14, "{mean} {expect}");
        }
    }

    /// Two assets in a basket are a weighted pool; and the rate never falls below zero.
    #[test]
    fn a_basket_of_two_is_a_weighted_pool(weight in 1_i64..99, sigma in 0.01_f64..3.0) {
        let weight = Ratio::units_i64(weight * 10_000_000_000_000_000);
        let moves = Covariance::new(
            vec![yearly(sigma), yearly(0.0)],
            vec![vec![1.0, 0.0], vec![0.0, 1.0]],
        ).unwrap();
        let weights = Weights::new([weight, Ratio::ONE - weight]).unwrap();
        let many = lvr::basket(&weights, &moves, Span::YEAR).unwrap();
        let two = lvr::weighted(weight, yearly(sigma)).unwrap().per_year();
        prop_assert!((many - two).abs() <= 1e-14 * two);
    }
}
