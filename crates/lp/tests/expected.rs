//! Expected losses: the published figures, and paths that know nothing of the formulas.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use seawall_lp::lvr::Covariance;
use seawall_lp::{
    Basket, Concentrated, ConstantProduct, Curve, PriceRatio, Range, Span, Volatility, Weighted,
    Weights, expected,
};
use support::{Chance, Mean};

fn yearly(sigma: f64) -> Volatility {
    Volatility::per_year(sigma).unwrap()
}

fn close(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * b.abs(), "{a} {b}");
}

/// `1 − exp(−σ²/8)` after a year.
#[test]
fn a_constant_product_after_a_year() {
    let figures = [
        (0.5, "3.07667655236559", 14),
        (0.8, "7.68836536133642", 14),
        (1.0, "11.7503097415405", 13),
    ];
    for (sigma, expect, decimals) in figures {
        let loss = expected::constant_product(yearly(sigma), Span::YEAR);
        assert_eq!(format!("{:.decimals$}", loss * 100.0), expect);
    }
}

/// A log-normal price of mean one after a time of this variance.
fn price(normal: f64, variance: f64) -> PriceRatio {
    PriceRatio::from_ln(variance.sqrt() * normal - variance / 2.0).unwrap()
}

/// The mean money loss of a curve over many ends; each with its mirror image, which halves the
/// work for the same error.
fn sampled(curve: &dyn Curve, variance: f64, seed: u64) -> Mean {
    let mut chance = Chance::new(seed);
    let samples = (0..100_000).map(|_| {
        let [normal, _] = chance.normals();
        let loss = |normal| curve.shortfall(price(normal, variance));
        (loss(normal) + loss(-normal)) / 2.0
    });
    Mean::of(&samples.collect::<Vec<_>>())
}

#[test]
fn means_over_random_ends() {
    let variance = 0.64;
    let even = expected::constant_product(yearly(0.8), Span::YEAR);
    sampled(&ConstantProduct, variance, 1).check("even", even, 0.01);
    let weight = "0.2".parse().unwrap();
    let fifth = expected::weighted(weight, yearly(0.8), Span::YEAR).unwrap();
    sampled(&Weighted::new(weight).unwrap(), variance, 2).check("a fifth", fifth, 0.01);
    let range = Range::new(80.0, 150.0).unwrap();
    let ranged = expected::concentrated(range, 100.0, yearly(0.8), Span::YEAR).unwrap();
    let position = Concentrated::new(range, 100.0).unwrap();
    sampled(&position, variance, 3).check("a range", ranged, 0.01);
    let beside = Range::new(120.0, 150.0).unwrap();
    let outside = expected::concentrated(beside, 100.0, yearly(0.8), Span::YEAR).unwrap();
    let position = Concentrated::new(beside, 100.0).unwrap();
    sampled(&position, variance, 4).check("a range above", outside, 0.02);
}

#[test]
fn the_mean_over_two_prices_that_move_together() {
    let correlation = vec![
        vec![1.0, 0.6, 0.0],
        vec![0.6, 1.0, 0.0],
        vec![0.0, 0.0, 1.0],
    ];
    let volatilities = vec![yearly(0.9), yearly(0.5), yearly(0.0)];
    let moves = Covariance::new(volatilities, correlation).unwrap();
    let weights = Weights::proportional(&[2, 1, 1]).unwrap();
    let expect = expected::basket(&weights, &moves, Span::YEAR).unwrap();
    let pool = Basket::new(weights);
    let mut chance = Chance::new(5);
    let samples = (0..200_000).map(|_| {
        let [one, other] = chance.normals();
        let with = 0.6 * one + 0.8 * other;
        let ratios = [price(one, 0.81), price(with, 0.25), PriceRatio::ONE];
        pool.hold(&ratios).unwrap() - pool.value(&ratios).unwrap()
    });
    Mean::of(&samples.collect::<Vec<_>>()).check("three assets", expect, 0.02);
}

#[test]
fn a_range_that_is_wide_enough_is_the_whole_line() {
    let range = Range::new(1e-30, 1e30).unwrap();
    let wide = expected::concentrated(range, 1.0, yearly(0.8), Span::YEAR).unwrap();
    close(
        wide,
        expected::constant_product(yearly(0.8), Span::YEAR),
        1e-12,
    );
    assert_eq!(
        expected::concentrated(range, 1.0, yearly(0.0), Span::YEAR),
        Ok(0.0)
    );
}

/// For small variance the fraction lost is the money lost; for larger ones holders who win weigh
/// less in the fraction. σ²T/8 − …: at 1 % volatility both are 1.25e-5 to four digits.
#[test]
fn the_mean_fraction_and_the_mean_money() {
    let small = yearly(0.01);
    let money = expected::constant_product(small, Span::YEAR);
    let fraction = expected::relative(&ConstantProduct, small, Span::YEAR);
    close(fraction, money, 1e-4);
    // E[1 − sech(x/2)], x normal of mean −v/2 and variance v. By Simpson's rule at another spacing:
    let deviation = 0.8_f64;
    let simpson: f64 = (-1000..=1000)
        .map(|node: i32| {
            let z = f64::from(node) / 100.0;
            let weight = if node % 2 == 0 { 2.0 } else { 4.0 } / 300.0;
            let x = deviation * z - deviation * deviation / 2.0;
            let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
            weight * density * (1.0 - 1.0 / (x / 2.0).cosh())
        })
        .sum();
    let fraction = expected::relative(&ConstantProduct, yearly(0.8), Span::YEAR);
    close(fraction, simpson, 1e-12);
    assert!(fraction < expected::constant_product(yearly(0.8), Span::YEAR));
}

#[test]
fn a_drift_costs_on_its_own() {
    // A price that surely quarters costs (1 − ½)²/2; with volatility on top, half of the value that
    // is left is exposed to it.
    let drift = 0.25_f64.ln();
    let loss = expected::with_drift(yearly(0.8), drift, Span::YEAR).unwrap();
    close(loss, 0.125 + 0.5 * 0.0768836536133642, 1e-13);
    assert!(expected::with_drift(yearly(0.8), f64::NAN, Span::YEAR).is_err());
}
