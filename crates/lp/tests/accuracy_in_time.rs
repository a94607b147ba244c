//! The stated accuracy of what depends on time, held against sixty digits.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

#[allow(dead_code)] // these tests use some of it
#[path = "accuracy/digits.rs"]
mod digits;

use digits::{Big, big, ulps, whole};
use proptest::prelude::*;
use seawall_lp::blocks::{Arbitrage, break_even_turnover};
use seawall_lp::lvr::Covariance;
use seawall_lp::path::{Plan, Point, walk};
use seawall_lp::{
    Concentrated, ConstantProduct, Curve, Fee, PriceRatio, Range, Span, Volatility, Weights,
    expected, lvr,
};
use seawall_units::{Ratio, Time, Usd};

fn ratio(units: i128) -> Ratio {
    Ratio::from_units(units).unwrap()
}

fn exact(weight: Ratio) -> Big {
    whole(weight.units()) / whole(Ratio::ONE_UNITS)
}

/// `1 − e^(−x)`.
fn decayed(x: &Big) -> Big {
    whole(1) - (-x.clone()).exp()
}

fn half() -> Big {
    whole(1) / whole(2)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn rates_and_means(sigma in 1e-4_f64..2.0, days in 1e-3_f64..1000.0, units in 1_i128..1_000_000_000_000_000_000) {
        let volatility = Volatility::per_day(sigma).unwrap();
        let span = Span::days(days).unwrap();
        let variance = big(sigma) * big(sigma) * big(days);
        prop_assert!(ulps(volatility.variance(span), &variance) <= 5.0);

        let eighth = &variance / whole(8);
        prop_assert!(ulps(lvr::constant_product(volatility).over(span), &eighth) <= 6.0);
        prop_assert!(ulps(expected::constant_product(volatility, span), &decayed(&eighth)) <= 8.0);

        let weight = ratio(units);
        let (w, rest) = (exact(weight), whole(1) - exact(weight));
        let rate = &w * &rest * half() * &variance;
        let found = lvr::weighted(weight, volatility).unwrap().over(span);
        prop_assert!(ulps(found, &rate) <= 12.0);
        let found = expected::weighted(weight, volatility, span).unwrap();
        prop_assert!(ulps(found, &decayed(&rate)) <= 14.0);
    }

    #[test]
    fn a_drift(sigma in 1e-4_f64..2.0, drift in -5.0_f64..5.0) {
        let found = expected::with_drift(Volatility::per_year(sigma).unwrap(), drift, Span::YEAR);
        let mean = (big(drift) * half()).exp();
        let square = big(sigma) * big(sigma) / whole(8);
        let wanted = (whole(1) + &mean * &mean) * half() - mean * (-square).exp();
        prop_assert!(ulps(found.unwrap(), &wanted) <= 16.0);
    }

    #[test]
    fn arbitrage(deviation in 1e-5_f64..1.0, fee in 1e-5_f64..1.0, rate in 1_i128..600_000_000_000_000_000) {
        let volatility = Volatility::per_day(deviation).unwrap();
        let at = Arbitrage::new(volatility, Span::DAY, Fee::of_log(fee).unwrap()).unwrap();
        let (s, f) = (big(deviation), big(fee));
        let trades = whole(1) / (whole(1) + whole(2).sqrt() * &f / &s);
        prop_assert!(ulps(at.trade_probability(), &trades) <= 6.0);
        let square = &s * &s / whole(8);
        let root = (&f * half()).exp();
        let cosh = (&root + whole(1) / &root) * half();
        let taken = &square * trades * cosh / (whole(1) - &square);
        prop_assert!(ulps(at.constant_product(Span::DAY), &taken) <= 14.0);

        let rate = ratio(rate);
        let log = -(whole(1) - exact(rate)).ln();
        prop_assert!(ulps(Fee::of_rate(rate).unwrap().log(), &log) <= 6.0);
        let turnover = break_even_turnover(volatility, rate, Span::DAY).unwrap();
        prop_assert!(ulps(turnover, &(square / exact(rate))) <= 8.0);
    }

    #[test]
    fn a_basket(sigmas in prop::array::uniform3(0.0_f64..2.0), rho in -0.49_f64..1.0, parts in prop::array::uniform3(1_u32..1000)) {
        let volatilities = sigmas.map(|sigma| Volatility::per_day(sigma).unwrap());
        let correlation = (0..3).map(|i| (0..3).map(|j| if i == j { 1.0 } else { rho }).collect());
        let moves = Covariance::new(volatilities.to_vec(), correlation.collect()).unwrap();
        let weights = Weights::proportional(&parts).unwrap();
        let each: Vec<Big> = weights.iter().map(exact).collect();
        // ½·(Σ wσ² − w′Σw), as it stands.
        let (mut own, mut together) = (whole(0), whole(0));
        for (i, a) in each.iter().enumerate() {
            own += a * big(sigmas[i]) * big(sigmas[i]);
            for (j, b) in each.iter().enumerate() {
                let rho = if i == j { whole(1) } else { big(rho) };
                together += a * b * big(sigmas[i]) * big(sigmas[j]) * rho;
            }
        }
        let found = lvr::basket(&weights, &moves, Span::DAY).unwrap();
        let wanted = (own - together) * half();
        prop_assert!(found >= 0.0);
        prop_assert!(wanted == whole(0) || ulps(found, &wanted) <= 24.0, "{found}");
    }

    /// A billion USD: 10¹⁵ micro-dollars, of which an ulp of holding is a tenth.
    #[test]
    fn the_value_of_a_path(prices in prop::collection::vec(1_i128..100_000_000_000_000, 2..6)) {
        let point = |(minute, units): (u64, &i128)| {
            let price = seawall_units::Price::from_units(*units).unwrap();
            Point::new(Time::from_secs(minute * 60), price)
        };
        let points: Vec<Point> = (0..).zip(&prices).map(point).collect();
        let deposit = Usd::whole(1_000_000_000);
        let path = walk(&ConstantProduct, &Plan::new(deposit), &points).unwrap();
        for (step, units) in path.steps.iter().zip(&prices) {
            let moved = whole(*units) / whole(prices[0]);
            let value = moved.sqrt() * whole(deposit.units());
            let hold = (moved + whole(1)) * half() * whole(deposit.units());
            if hold > whole(Usd::MAX.units()) {
                return Ok(());
            }
            let off = (whole(step.value.units()) - value).to_f64().value().abs();
            let ulp = hold.to_f64().value() * f64::EPSILON / 2.0;
            prop_assert!(off <= 1.0 + 32.0 * ulp, "{off} of {ulp}");
        }
    }

    /// The mean loss of a range against the mean value of the options that it has written,
    /// `∫ |γ(K)|·option(K) dK`, by Simpson's rule on each side of the entry price.
    #[test]
    fn a_range_is_a_strip_of_options(lower in 0.5_f64..0.99, upper in 1.01_f64..2.0, sigma in 0.05_f64..1.5) {
        let range = Range::new(lower, upper).unwrap();
        let position = Concentrated::new(range, 1.0).unwrap();
        let volatility = Volatility::per_year(sigma).unwrap();
        let found = expected::concentrated(range, 1.0, volatility, Span::YEAR).unwrap();
        let below = |x: f64| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
        // Black's formula at forward 1, out of the money.
        let option = |strike: f64| {
            let d = -strike.ln() / sigma + sigma / 2.0;
            match strike < 1.0 {
                true => strike * below(sigma - d) - below(-d),
                false => below(d) - strike * below(d - sigma),
            }
        };
        // In the logarithm of the strike, which keeps every strike inside the range.
        let written = |ln: f64| {
            let strike = ln.exp();
            let at = PriceRatio::new(strike.clamp(lower * (1.0 + 1e-12), upper * (1.0 - 1e-12))).unwrap();
            position.gamma(at).abs() * option(strike) * strike
        };
        let simpson = |from: f64, to: f64| {
            let step = (to - from) / 2000.0;
            let inner: f64 = (1..2000).map(|n| {
                let factor = if n % 2 == 0 { 2.0 } else { 4.0 };
                factor * written(from + step * f64::from(n))
            }).sum();
            step / 3.0 * (written(from) + inner + written(to))
        };
        let wanted = simpson(lower.ln(), 0.0) + simpson(0.0, upper.ln());
        prop_assert!((found - wanted).abs() < 1e-10, "{found} {wanted}");
    }
}
