//! Losses by price.

use seawall_lp::break_even;
use seawall_lp::exact::Reserves;
use seawall_lp::worst_weight::{worse_than_even_beyond, worst_weight};
use seawall_lp::{
    Basket, Concentrated, ConstantProduct, Curve, PriceRatio, Range, StablePair, Weighted, Weights,
    concentration_factor,
};
use seawall_units::{Ratio, Tokens};

use crate::{Figures, fixed, percent, table};

pub(crate) fn at(ratio: f64) -> PriceRatio {
    PriceRatio::new(ratio).unwrap()
}

fn product(ratio: f64) -> f64 {
    ConstantProduct.divergence_loss(at(ratio)).unsigned()
}

fn weighted(weight: &str) -> Weighted {
    Weighted::new(weight.parse().unwrap()).unwrap()
}

fn range(lower: f64, upper: f64) -> Concentrated {
    Concentrated::new(Range::new(lower, upper).unwrap(), 100.0).unwrap()
}

fn loss(curve: &dyn Curve, ratio: f64) -> f64 {
    curve.divergence_loss(at(ratio)).unsigned()
}

pub(crate) fn figures() -> Figures {
    let mut figures = Figures::new();
    products(&mut figures);
    weights(&mut figures);
    ranges(&mut figures);
    stable(&mut figures);
    small_moves(&mut figures);
    breaking_even(&mut figures);
    mistakes(&mut figures);
    figures
}

fn products(figures: &mut Figures) {
    let start = Reserves::new(Tokens::whole(1_000), Tokens::whole(100_000)).unwrap();
    let price = "150".parse().unwrap();
    let after = start.moved_to(price).unwrap();
    let compared = start.compared_at(price, Ratio::ONE).unwrap();
    figures.insert("uni-eth", after.risky().to_string());
    figures.insert("uni-dai", after.quote().to_string());
    figures.insert("uni-pool", compared.value.to_string());
    figures.insert("uni-hold", compared.hold.to_string());
    figures.insert("uni-loss", percent(product(1.5), 14));
    let rows = [
        0.01, 0.1, 0.2, 0.25, 0.5, 0.75, 0.9, 1.1, 1.25, 1.5, 1.75, 2.0, 3.0, 4.0, 5.0, 10.0,
    ];
    let rows = rows.map(|ratio| {
        let short = ConstantProduct.shortfall(at(ratio));
        vec![
            ratio.to_string(),
            percent(product(ratio), 10),
            percent(short, 10),
        ]
    });
    let header = ["R", "loss, % of holding", "short, % of the deposit"];
    figures.insert("table-product", table(&header, &rows));
    figures.insert("two", percent(product(2.0), 6));
    figures.insert("five", percent(product(5.0), 6));
    figures.insert("four", percent(product(4.0), 0));
}

fn weights(figures: &mut Figures) {
    let basket = |parts: &[u32], ratios: &[f64]| {
        let pool = Basket::new(Weights::proportional(parts).unwrap());
        let ratios: Vec<PriceRatio> = ratios.iter().map(|ratio| at(*ratio)).collect();
        percent(pool.divergence_loss(&ratios).unwrap().unsigned(), 10)
    };
    figures.insert("basket-half", basket(&[2, 1, 1], &[1.0, 2.0, 0.5]));
    figures.insert("basket-thirds", basket(&[1, 1, 1], &[1.0, 2.0, 4.0]));
    let ratios = [0.1, 0.25, 0.5, 0.9, 1.1, 2.0, 4.0, 10.0, 100.0];
    let rows: Vec<Vec<String>> = ["0.02", "0.1", "0.2", "0.4", "0.5", "0.8", "0.9"]
        .into_iter()
        .map(|weight| {
            let losses = ratios.map(|ratio| percent(loss(&weighted(weight), ratio), 4));
            [weight.to_owned()].into_iter().chain(losses).collect()
        })
        .collect();
    let header: Vec<String> = ratios.iter().map(|ratio| format!("R = {ratio}")).collect();
    let header: Vec<&str> = ["w"]
        .into_iter()
        .chain(header.iter().map(String::as_str))
        .collect();
    figures.insert("table-weights", table(&header, &rows));
    let worst = worst_weight(at(2.0));
    figures.insert("worst-weight", fixed(worst, 12));
    let weight = Ratio::from_units((worst * 1e18).round() as i128).unwrap();
    figures.insert(
        "worst-loss",
        percent(loss(&Weighted::new(weight).unwrap(), 2.0), 10),
    );
    let beyond = |weight: &str| {
        let ratio = worse_than_even_beyond(weight.parse().unwrap())
            .unwrap()
            .unwrap();
        fixed(ratio.ratio(), 8)
    };
    figures.insert("beyond-20", beyond("0.2"));
    figures.insert("beyond-40", beyond("0.4"));
}

fn ranges(figures: &mut Figures) {
    let rows = [1.01, 1.05, 1.1, 1.25, 1.5, 2.0, 4.0].map(|n: f64| {
        let edge = loss(&range(100.0 / n, 100.0 * n), n);
        let factor = concentration_factor(n).unwrap();
        // The factor is exact in range: here at its end.
        assert!((edge / product(n) / factor - 1.0).abs() < 1e-10);
        vec![n.to_string(), fixed(factor, 6), percent(edge, 6)]
    });
    let header = ["n", "factor", "loss at the end of the range, %"];
    figures.insert("table-factors", table(&header, &rows));
    let ratios = [0.25, 0.5, 0.9, 1.1, 2.0, 4.0];
    let rows =
        [(50.0, 200.0), (80.0, 125.0), (25.0, 400.0), (90.0, 120.0)].map(|(lower, upper)| {
            let losses = ratios.map(|ratio| percent(loss(&range(lower, upper), ratio), 8));
            let name = format!("[{lower}, {upper}]");
            [name].into_iter().chain(losses).collect()
        });
    let header: Vec<String> = ratios.iter().map(|ratio| format!("R = {ratio}")).collect();
    let header: Vec<&str> = ["range"]
        .into_iter()
        .chain(header.iter().map(String::as_str))
        .collect();
    figures.insert("table-ranges", table(&header, &rows));
    let half_to_double = range(50.0, 200.0);
    let factor = concentration_factor(2.0).unwrap();
    figures.insert("range-2", percent(loss(&half_to_double, 2.0), 6));
    figures.insert("range-2-factor", fixed(factor, 6));
    figures.insert("range-4", percent(loss(&half_to_double, 4.0), 6));
    figures.insert("range-4-wrong", percent(product(4.0) * factor, 6));
}

fn stable(figures: &mut Figures) {
    let pool = StablePair::balanced(100.0).unwrap();
    let held = pool.holdings(at(0.88));
    figures.insert(
        "stable-part",
        percent(held.risky / (held.risky + held.quote), 2),
    );
    figures.insert("stable-loss", percent(loss(&pool, 0.88), 4));
    figures.insert("stable-product", percent(product(0.88), 4));
}

fn small_moves(figures: &mut Figures) {
    // The law for a move of 1 %, and that it is nearly the loss.
    let mut small = |name, curve: &dyn Curve, law: f64| {
        let law = law * 1e-4;
        assert!((loss(curve, 1.01) / law - 1.0).abs() < 0.02);
        figures.insert(name, fixed(law * 1e4, 4));
    };
    small("small-product", &ConstantProduct, 0.125);
    small("small-weight", &weighted("0.2"), 0.5 * 0.2 * 0.8);
    let factor = concentration_factor(1.25).unwrap();
    small("small-range", &range(80.0, 125.0), 0.125 * factor);
}

fn breaking_even(figures: &mut Figures) {
    let phi = |ratio: f64| break_even::fees(&ConstantProduct, at(ratio));
    let rho = |ratio: f64| break_even::rewards(&ConstantProduct, at(ratio));
    let rows = [0.2, 0.25, 0.5, 0.9, 1.1, 2.0, 4.0, 5.0];
    let rows = rows.map(|ratio| {
        let loss = percent(product(ratio), 6);
        vec![
            ratio.to_string(),
            loss,
            percent(phi(ratio), 8),
            percent(rho(ratio), 8),
        ]
    });
    let header = [
        "R",
        "loss, %",
        "φ*, % of the position",
        "ρ*, % of the deposit",
    ];
    figures.insert("table-break-even", table(&header, &rows));
    figures.insert("rho-4", percent(rho(4.0), 0));
    figures.insert("phi-4", percent(phi(4.0), 0));
    figures.insert("three-months", percent(1.0 / 4.0, 0));
    let years = break_even::years(&ConstantProduct, at(4.0), 1.0).unwrap();
    figures.insert("years-4", years.to_string());
}

fn mistakes(figures: &mut Figures) {
    figures.insert("up-50", percent(product(1.5), 6));
    let value = ConstantProduct.value(at(0.5));
    figures.insert("half-value", percent(value, 4));
    figures.insert("half-down", percent(1.0 - value, 4));
    figures.insert("half-hold", percent(1.0 - ConstantProduct.hold(at(0.5)), 0));
    figures.insert("eighty-up", percent(loss(&weighted("0.8"), 4.0), 4));
    figures.insert("twenty-up", percent(loss(&weighted("0.2"), 4.0), 4));
}
