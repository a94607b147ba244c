//! What happens as time goes by: LVR, random prices, fees and blocks.

use seawall_lp::blocks::{Arbitrage, OVERSHOOT, break_even_turnover};
use seawall_lp::{Fee, Span, Volatility, expected, lvr};
use seawall_units::Usd;

use crate::{Figures, fixed, percent, table};

fn daily() -> Volatility {
    Volatility::per_day(0.05).unwrap()
}

fn yearly(sigma: f64) -> Volatility {
    Volatility::per_year(sigma).unwrap()
}

fn at(seconds: f64, fee: f64) -> Arbitrage {
    let fee = Fee::of_log(fee).unwrap();
    Arbitrage::new(daily(), Span::seconds(seconds).unwrap(), fee).unwrap()
}

pub(crate) fn figures() -> Figures {
    let mut figures = Figures::new();
    rates(&mut figures);
    random(&mut figures);
    blocks(&mut figures);
    figures
}

fn rates(figures: &mut Figures) {
    let row = |name: &str, formula: &str, rate: fn(Volatility) -> lvr::LvrRate| {
        let a_year = |sigma| percent(rate(yearly(sigma)).per_year(), 4);
        vec![
            name.to_owned(),
            formula.to_owned(),
            fixed(rate(daily()).per_day() * 1e4, 4),
            percent(rate(daily()).per_year(), 4),
            a_year(0.5),
            a_year(1.0),
        ]
    };
    let rows = [
        row("constant product", "`σ²/8`", lvr::constant_product),
        row("weight 0.2", "`½·w(1 − w)·σ²`", |sigma| {
            lvr::weighted("0.2".parse().unwrap(), sigma).unwrap()
        }),
        row("weight 0.1", "", |sigma| {
            lvr::weighted("0.1".parse().unwrap(), sigma).unwrap()
        }),
        row(
            "range [P/2, 2P], at P",
            "`σ²/8 · 1/(1 − 1/√n)`",
            |sigma| lvr::centred(2.0, sigma).unwrap(),
        ),
        row("range [P/1.25, 1.25P], at P", "", |sigma| {
            lvr::centred(1.25, sigma).unwrap()
        }),
    ];
    let header = [
        "pool",
        "rate",
        "5 % a day: bp a day",
        "% a year",
        "50 % a year: % a year",
        "100 % a year: % a year",
    ];
    figures.insert("table-lvr", table(&header, &rows));
    let rate = lvr::constant_product(daily());
    figures.insert("lvr-million", fixed(rate.per_day() * 1e6, 1));
    figures.insert("lvr-bp", fixed(rate.per_day() * 1e4, 3));
    let million: Usd = "1000000".parse().unwrap();
    let paid = rate.money(million, Span::DAY);
    assert!((paid - "312.5".parse().unwrap()) <= Usd::ULP);
}

fn random(figures: &mut Figures) {
    let rows = [0.5, 0.8, 1.0].map(|sigma| {
        let even = expected::constant_product(yearly(sigma), Span::YEAR);
        let fifth = expected::weighted("0.2".parse().unwrap(), yearly(sigma), Span::YEAR).unwrap();
        let range = seawall_lp::Range::around(100.0, 2.0).unwrap();
        let month = Span::days(30.0).unwrap();
        let ranged = expected::concentrated(range, 100.0, yearly(sigma), month).unwrap();
        let product = expected::constant_product(yearly(sigma), month);
        vec![
            percent(sigma, 0),
            percent(even, 8),
            percent(fifth, 8),
            percent(product, 6),
            percent(ranged, 6),
        ]
    });
    let header = [
        "σ, % a year",
        "constant product, a year, %",
        "weight 0.2, a year, %",
        "constant product, 30 days, %",
        "range [50, 200] at 100, 30 days, %",
    ];
    figures.insert("table-expected", table(&header, &rows));
    let drift = |m: f64| percent(expected::with_drift(yearly(0.8), m, Span::YEAR).unwrap(), 6);
    figures.insert("drift-none", drift(0.0));
    figures.insert("drift-fall", drift(0.25_f64.ln()));
}

fn blocks(figures: &mut Figures) {
    let fees = [0.0001, 0.0005, 0.001, 0.003, 0.01];
    let spans = [
        ("10 min", 600.0),
        ("2 min", 120.0),
        ("12 s", 12.0),
        ("2 s", 2.0),
        ("50 ms", 0.05),
    ];
    let rows = spans.map(|(name, seconds)| {
        let each = fees.map(|fee| percent(at(seconds, fee).trade_probability(), 4));
        [name.to_owned()].into_iter().chain(each).collect()
    });
    let header = ["blocks", "1 bp", "5 bp", "10 bp", "30 bp", "100 bp"];
    figures.insert("table-trade", table(&header, &rows));
    let taken = |fee| fixed(at(12.0, fee).constant_product(Span::DAY) * 1e4, 10);
    figures.insert("arb-5", taken(0.0005));
    figures.insert("arb-30", taken(0.003));
    figures.insert("overshoot", fixed(OVERSHOOT, 7));
    let rows = [("5 bp", 0.0005), ("10 bp", 0.001), ("30 bp", 0.003)].map(|(name, fee)| {
        let at = at(12.0, fee);
        vec![
            name.to_owned(),
            fixed(fee / at.block_deviation(), 4),
            fixed(at.trade_probability(), 5),
            fixed(at.constant_spacing_ratio(), 5),
        ]
    });
    let header = ["fee", "f/σ_b", "of LVR is left: Poisson", "equal spacing"];
    figures.insert("table-spacing", table(&header, &rows));
    let trap = |fee: f64| {
        let at = at(12.0, fee);
        let wrong = 2.0 / (2.0 + OVERSHOOT * fee / at.block_deviation());
        fixed(wrong / at.constant_spacing_ratio(), 2)
    };
    figures.insert("trap-5", trap(0.0005));
    figures.insert("trap-30", trap(0.003));
    let fee = "0.003".parse().unwrap();
    let turnover = break_even_turnover(daily(), fee, Span::DAY).unwrap();
    figures.insert("turnover", fixed(turnover, 7));
}
