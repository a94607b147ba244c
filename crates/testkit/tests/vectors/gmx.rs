//! Functions of the GMX market that its sources, or their execution, have numbers for.

use seawall_gmx::{
    BorrowingCurve, BySide, I256, ImpactParams, ONE, Params, Preset, U256, apply_factor, borrowing,
    funding, impact,
};

use crate::vector::{Outcome, Vector, one};

pub(crate) fn called(vector: &Vector) -> Option<Outcome> {
    let outcome = match vector.function.as_str() {
        "seawall_gmx::impact::between" => impact(vector),
        "seawall_gmx::funding::next_rate" => {
            let sides = BySide {
                long: usd(vector, "long"),
                short: usd(vector, "short"),
            };
            let seconds = U256::new(vector.given("seconds"));
            let params = params(vector).funding;
            let next = funding::next_rate(&params, I256::ZERO, &sides, seconds).unwrap();
            Outcome::from([("stored_raw", one(next.stored))])
        }
        "seawall_gmx::Preset::market" => constants(vector),
        "seawall_gmx::borrowing::curve_rate" => {
            let curve = params(vector).borrowing.long;
            let (reserved, whole) = (usd(vector, "reserved"), usd(vector, "whole"));
            let rate = borrowing::curve_rate(&curve, reserved, whole).unwrap();
            let (_, above) = kink(&curve);
            Outcome::from([
                ("rate_e8", one(scaled(rate, 8))),
                ("over_above_raw", one(above.abs_diff(rate))),
            ])
        }
        _ => return None,
    };
    Some(outcome)
}

fn params(vector: &Vector) -> Params {
    let preset = match vector.given::<String>("market").as_str() {
        "eth" => Preset::Eth,
        "btc" => Preset::Btc,
        "sol" => Preset::Sol,
        "doge" => Preset::Doge,
        other => panic!("{}: no market {other}", vector.name),
    };
    preset.market().unwrap().params
}

fn usd(vector: &Vector, key: &str) -> U256 {
    U256::new(vector.given(key)) * ONE
}

fn kink(curve: &BorrowingCurve) -> (U256, U256) {
    match curve {
        BorrowingCurve::Kink { base, above, .. } => (*base, *above),
        BorrowingCurve::Power { .. } => panic!("the live markets have the curve with a kink"),
    }
}

/// A number of thirty decimals times a power of ten, as text with twelve decimals, cut off.
fn scaled(number: U256, power: u32) -> String {
    let units = number / U256::new(10_u128.pow(18 - power));
    let whole = U256::new(1_000_000_000_000);
    format!("{}.{:0>12}", units / whole, (units % whole).to_string())
}

/// From one imbalance of longs to another, with a market's parameters or stated ones.
fn impact(vector: &Vector) -> Outcome {
    let params = match vector.has("market") {
        true => params(vector).impact,
        false => {
            let exponent = ONE * U256::new(vector.given("exponent"));
            ImpactParams {
                negative_factor: U256::new(vector.given("negative_factor")),
                positive_factor: U256::new(vector.given("positive_factor")),
                negative_exponent: exponent,
                positive_exponent: exponent,
                ..ImpactParams::default()
            }
        }
    };
    let at = |key: &str| BySide {
        long: usd(vector, key),
        short: U256::ZERO,
    };
    let (found, improved) = impact::between(&params, &at("before"), &at("after")).unwrap();
    let sign = if found.is_negative() { "-" } else { "" };
    let most = apply_factor(usd(vector, "after"), params.max_negative).unwrap();
    Outcome::from([
        ("impact_raw", one(found)),
        (
            "impact",
            one(format!("{sign}{}", scaled(found.unsigned_abs(), 0))),
        ),
        ("improved", one(improved)),
        ("most_at_close", one(scaled(most, 0))),
    ])
}

fn constants(vector: &Vector) -> Outcome {
    let params = params(vector);
    let (base, above) = kink(&params.borrowing.long);
    Outcome::from([
        ("funding_max_e8", one(scaled(params.funding.max, 8))),
        (
            "funding_increase_e12",
            one(scaled(params.funding.increase, 12)),
        ),
        ("funding_min_e10", one(scaled(params.funding.min, 10))),
        ("borrowing_base_e8", one(scaled(base, 8))),
        ("borrowing_above_e8", one(scaled(above, 8))),
        (
            "min_collateral",
            one(scaled(params.collateral.min_factor, 0)),
        ),
        ("exponent", one(scaled(params.impact.negative_exponent, 0))),
    ])
}
