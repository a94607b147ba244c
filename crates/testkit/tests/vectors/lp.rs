//! Divergence losses and their kin, to the digits that sources or plain evaluation give.

use rust_decimal::Decimal;
use seawall_lp::exact::Reserves;
use seawall_lp::worst_weight::{worse_than_even_beyond, worst_weight};
use seawall_lp::{
    Basket, Concentrated, ConstantProduct, Curve, DivergenceLoss, PriceRatio, Range, StableSwap,
    Weighted, Weights, break_even, concentration_factor, depth,
};
use seawall_units::{Ratio, TokenPrice, Tokens};

use crate::vector::{Outcome, Vector, many, one};

pub(crate) fn called(vector: &Vector) -> Option<Outcome> {
    let name = vector.function.strip_prefix("seawall_lp::")?;
    let outcome = match name {
        "ConstantProduct::divergence_loss" => losses(vector, &ConstantProduct),
        "ConstantProduct::ratio_at" => rises(vector),
        "Weighted::divergence_loss" => losses(vector, &weighted(vector.given("weight"))),
        "worst_weight::worst_weight" => worst(vector),
        "worst_weight::worse_than_even_beyond" => {
            let beyond = worse_than_even_beyond(vector.given("weight")).unwrap();
            Outcome::from([("ratio", one(figure(beyond.unwrap().ratio())))])
        }
        "Basket::divergence_loss" => {
            let pool = Basket::new(Weights::proportional(&vector.list("parts")).unwrap());
            let loss = pool.divergence_loss(&ratios(vector)).unwrap();
            Outcome::from([("percent", one(figure(loss.percent())))])
        }
        "Concentrated::divergence_loss" => losses(vector, &range(vector)),
        "Concentrated::risky_share" => {
            Outcome::from([("share", one(figure(range(vector).risky_share())))])
        }
        "concentration_factor" => {
            let factor = |n: &f64| concentration_factor(*n).unwrap();
            let factors = vector.list("n");
            Outcome::from([("factors", figures(factors.iter().map(factor)))])
        }
        "break_even::fees" => percent(vector, |at| break_even::fees(&ConstantProduct, at)),
        "break_even::rewards" => percent(vector, |at| break_even::rewards(&ConstantProduct, at)),
        "depth::constant_product" => {
            let out = |fall: &f64| {
                let to = PriceRatio::from_change(-fall).unwrap();
                -depth::constant_product(to).quote
            };
            Outcome::from([("quote_out", figures(vector.list("falls").iter().map(out)))])
        }
        "exact::Reserves::compared_at" if vector.has("ratios") => exact_losses(vector),
        "exact::Reserves::compared_at" => exact(vector),
        "StableSwap::invariant" => {
            let found = pools(vector).map(|(pool, held)| pool.invariant(&held).unwrap());
            Outcome::from([("invariants", figures(found))])
        }
        "StableSwap::price" => {
            let of_first = |held: &[f64]| (0, held.len() - 1);
            let price = |pool: StableSwap, held: &[f64]| pool.price(held, of_first(held)).unwrap();
            let found = pools(vector).map(|(pool, held)| price(pool, &held));
            Outcome::from([("prices", figures(found))])
        }
        _ => return None,
    };
    Some(outcome)
}

/// A float with digits enough for any that is printed.
fn figure(float: f64) -> String {
    format!("{float:.20}")
}

fn figures(floats: impl Iterator<Item = f64>) -> crate::vector::Value {
    many(floats.map(figure))
}

fn ratios(vector: &Vector) -> Vec<PriceRatio> {
    // Decimals as they stand: a float would move 0.9 by a ninth part of its last bit.
    let ratios = vector.list::<TokenPrice>("ratios").into_iter();
    ratios
        .map(|ratio| PriceRatio::between(TokenPrice::ONE, ratio))
        .collect()
}

fn percent(vector: &Vector, of: impl Fn(PriceRatio) -> f64) -> Outcome {
    let each = ratios(vector).into_iter().map(|at| of(at) * 100.0);
    Outcome::from([("percent", figures(each))])
}

fn losses(vector: &Vector, curve: &dyn Curve) -> Outcome {
    percent(vector, |at| curve.divergence_loss(at).unsigned())
}

fn weighted(weight: Ratio) -> Weighted {
    Weighted::new(weight).unwrap()
}

fn range(vector: &Vector) -> Concentrated {
    let range = Range::new(vector.given("lower"), vector.given("upper")).unwrap();
    Concentrated::new(range, vector.given("entry")).unwrap()
}

fn rises(vector: &Vector) -> Outcome {
    let rise = |loss: f64| {
        let loss = DivergenceLoss::from_unsigned(loss).unwrap();
        ConstantProduct.ratio_at(loss).unwrap()
    };
    let rises: Vec<PriceRatio> = vector.list("losses").into_iter().map(rise).collect();
    let falls = rises.iter().map(|rise| rise.inverse().ratio());
    Outcome::from([
        ("rises", figures(rises.iter().map(|rise| rise.ratio()))),
        ("falls", figures(falls)),
    ])
}

fn worst(vector: &Vector) -> Outcome {
    let loss = |at: PriceRatio| {
        let weight = figure(worst_weight(at))[..20].parse().unwrap();
        weighted(weight).divergence_loss(at).percent()
    };
    let at = ratios(vector);
    Outcome::from([
        ("weights", figures(at.iter().map(|at| worst_weight(*at)))),
        ("percent", figures(at.iter().map(|at| loss(*at)))),
    ])
}

fn pools(vector: &Vector) -> impl Iterator<Item = (StableSwap, Vec<f64>)> {
    let amplifications = vector.list::<f64>("amplifications").into_iter();
    let pool = |(amplification, held): (f64, Vec<f64>)| {
        let pool = StableSwap::new(amplification, held.len()).unwrap();
        (pool, held)
    };
    amplifications.zip(vector.lists("balances")).map(pool)
}

/// What a pool of a million and a million loses.
fn exact_losses(vector: &Vector) -> Outcome {
    let pool = Reserves::new(Tokens::whole(1_000_000), Tokens::whole(1_000_000)).unwrap();
    let percent = |ratio: &TokenPrice| {
        let loss = pool.compared_at(*ratio, Ratio::ONE).unwrap().loss;
        loss.to_decimal().unwrap() * Decimal::ONE_HUNDRED
    };
    let ratios = vector.list("ratios");
    Outcome::from([("percent", many(ratios.iter().map(percent)))])
}

/// The whole pool at the price, and the part of it that a provider has.
fn exact(vector: &Vector) -> Outcome {
    let pool = Reserves::new(vector.given("risky"), vector.given("quote")).unwrap();
    let price = vector.given("price");
    let moved = pool.moved_to(price).unwrap();
    let compared = pool.compared_at(price, vector.given("share")).unwrap();
    Outcome::from([
        ("risky", one(moved.risky())),
        ("quote", one(moved.quote())),
        ("value", one(compared.value)),
        ("hold", one(compared.hold)),
        ("shortfall", one(compared.shortfall)),
        ("loss", one(compared.loss)),
    ])
}
