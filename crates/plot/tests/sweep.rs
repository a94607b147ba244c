//! The pictures of sweeps: what they show, and the one of the documentation.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support {
    pub(crate) mod docs;
}

use seawall_paths::{
    Gbm, Heston, Merton, PathSource, PriceModel, Regime, Regimes, Sampling, Setup,
};
use seawall_plot::lines::Axis;
use seawall_plot::sweep::{Spread, SweepPicture, SweepRow, draw};
use seawall_units::{Price, Ratio};
use support::docs::kept;

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

/// Four models of one variance, 0.64 a year.
fn models() -> [(&'static str, PriceModel); 4] {
    let regime = |name: &str, volatility, to: &str, rate| Regime {
        name: name.to_owned(),
        drift: Ratio::ZERO,
        volatility: ratio(volatility),
        switch: [(to.to_owned(), ratio(rate))].into(),
    };
    let gbm = Gbm {
        drift: Ratio::ZERO,
        volatility: ratio("80%"),
    };
    // 0.36 + 70·(0.04² + 0.0489897948556636²) = 0.36 + 70·0.004
    let merton = Merton {
        drift: Ratio::ZERO,
        volatility: ratio("60%"),
        jumps_a_year: ratio("70"),
        jump_mean: ratio("-0.04"),
        jump_deviation: ratio("0.0489897948556636"),
        jump_drift: Default::default(),
    };
    let heston = Heston {
        drift: Ratio::ZERO,
        kappa: ratio("200"),
        theta: ratio("0.64"),
        xi: ratio("16"),
        rho: ratio("-0.7"),
        initial_variance: None,
    };
    // Shares of 0.9 and 0.1: 0.9·0.3² + 0.1·2.3643181…² = 0.64.
    let regimes = Regimes {
        initial: None,
        regimes: vec![
            regime("calm", "30%", "wild", "40"),
            regime("wild", "2.36431808", "calm", "360"),
        ],
    };
    [
        ("gbm", PriceModel::Gbm(gbm)),
        ("merton", PriceModel::Merton(merton)),
        ("heston", PriceModel::Heston(heston)),
        ("regimes", PriceModel::Regimes(regimes)),
    ]
}

/// The spread of the last prices of a day of minutes.
fn spread(model: PriceModel) -> Spread {
    let source = PathSource::new(Setup {
        model,
        sampling: Sampling::Independent,
        shocks: Vec::new(),
        seed: 1,
        opening: "100".parse().unwrap(),
        ticks: 1_440,
        tick_seconds: 60,
        recorded: None,
    })
    .unwrap();
    let last = |path| {
        source
            .prices(path)
            .unwrap()
            .last()
            .copied()
            .map(Price::units)
    };
    let mut last: Vec<i128> = (0..1_000).map(|path| last(path).unwrap()).collect();
    last.sort_unstable();
    let mean = last.iter().sum::<i128>() / 1_000;
    let squares: f64 = last.iter().map(|each| ((each - mean) as f64).powi(2)).sum();
    let error = (1.96 * (squares / 999.0 / 1_000.0).sqrt()) as i128;
    Spread {
        percentiles: std::array::from_fn(|percent| last[(percent + 1) * 10 - 1]),
        mean,
        interval: Some((mean - error, mean + error)),
    }
}

#[test]
fn four_models_of_one_variance() {
    let row = |(name, model): (&str, PriceModel)| SweepRow {
        point: String::new(),
        venue: name.to_owned(),
        spread: Some(spread(model)),
    };
    let picture = draw(&SweepPicture {
        title: "The same variance a year, another day".to_owned(),
        subtitle: "The price after a day of minutes from 100 USD; 1,000 paths of each model, on the same numbers"
            .to_owned(),
        axis: Axis::new("price (USD)", 10),
        rows: models().into_iter().map(row).collect(),
    });
    kept("price-models.svg", &picture.svg());
    for text in [
        "gbm",
        "regimes",
        "100 %",
        "price (USD)",
        "share of paths up to it",
    ] {
        assert!(picture.svg().contains(text), "{text}");
    }
    // One curve for each model.
    assert_eq!(picture.svg().matches("<path").count(), 4);
    if let Ok(folder) = std::env::var("PNG") {
        std::fs::write(format!("{folder}/price-models.png"), picture.png().unwrap()).unwrap();
    }
}

/// Figures of 0 to 98 on an axis from 0 to 100 of 870 pixels: 5 % lies at 4, 95 % at 94, so the thin
/// bar is 90 · 8.7 = 783 pixels long from 300 + 34.8 on; the broad one, from 24 to 74, 435.
#[test]
fn bars_are_as_long_as_their_figures() {
    let spread = Spread {
        percentiles: std::array::from_fn(|place| i128::try_from(place).unwrap()),
        mean: 40,
        interval: Some((30, 50)),
    };
    let row = |point: &str, venue: &str, spread: Option<&Spread>| SweepRow {
        point: point.to_owned(),
        venue: venue.to_owned(),
        spread: spread.cloned(),
    };
    let sweep = |rows| SweepPicture {
        title: "Loss".to_owned(),
        subtitle: String::new(),
        axis: Axis::new("USD", 0),
        rows,
    };
    let two = sweep(vec![
        row("leverage 10", "tranched", Some(&spread)),
        row("leverage 10", "gmx", None),
        row("leverage 20", "tranched", Some(&spread)),
    ]);
    let svg = draw(&two).svg();
    assert_eq!(svg, draw(&two).svg());
    assert_eq!(svg.matches(r#"x="334.8""#).count(), 2, "{svg}");
    assert_eq!(svg.matches(r#"width="783""#).count(), 2);
    assert_eq!(svg.matches(r#"width="435""#).count(), 2);
    // The mean's interval, from 300 + 261 to 300 + 435.
    assert_eq!(svg.matches(r#"x1="561""#).count(), 2);
    for text in ["leverage 10", "leverage 20", "no such figure"] {
        assert_eq!(svg.matches(text).count(), 1, "{text}");
    }
    // Several points have no curves.
    assert!(!svg.contains("share of paths"));
    let rows = vec![row("", "tranched", Some(&spread)); 100];
    assert!(draw(&sweep(rows)).svg().contains("10 more rows"));
    let empty = draw(&sweep(Vec::new())).svg();
    assert!(empty.contains("Loss"));
}
