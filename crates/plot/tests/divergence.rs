//! The pictures of divergence loss in the documentation are what the code draws.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support {
    pub(crate) mod docs;
}

use seawall_lp::path::{Plan, Point, walk};
use seawall_lp::{Concentrated, ConstantProduct, Curve, PriceRatio, Range, StablePair, Weighted};
use seawall_plot::divergence::{LossCurve, PathPoint, by_price, over_time};
use seawall_plot::lines::{self, Arrangement, Axis, Lines, Look, Panel, Series};
use seawall_scenario::RecordedPrices;
use seawall_units::Usd;
use support::docs::{kept, root};

fn curve(name: &str, curve: &dyn Curve) -> LossCurve {
    let place = |step: i32| PriceRatio::from_ln(f64::from(step) * 5_f64.ln() / 200.0).unwrap();
    let loss = |at: PriceRatio| (at.ratio(), curve.divergence_loss(at).unsigned());
    LossCurve {
        name: name.to_owned(),
        points: (-200..=200).map(|step| loss(place(step))).collect(),
    }
}

#[test]
fn losses_by_price() {
    let range = Range::new(50.0, 200.0).unwrap();
    let weighted = |weight: &str| Weighted::new(weight.parse().unwrap()).unwrap();
    let curves = [
        curve("constant product", &ConstantProduct),
        curve("20 % on the moving asset", &weighted("0.2")),
        curve("80 % on the moving asset", &weighted("0.8")),
        curve(
            "range from half to double",
            &Concentrated::new(range, 100.0).unwrap(),
        ),
        curve("stable pair, A = 20", &StablePair::balanced(20.0).unwrap()),
    ];
    let picture = by_price("Divergence loss by price", &curves);
    kept("divergence-loss.svg", &picture.svg());
    // Each curve in both panels.
    assert_eq!(picture.svg().matches("<path").count(), 10);
}

#[test]
fn a_year_in_a_pool() {
    let file = root().join("fixtures/paths/rise-and-return.csv");
    let read = RecordedPrices::load(&file, None).unwrap();
    let points = read.prices.iter().map(|each| Point {
        volume: each.volume.unwrap_or_default(),
        ..Point::new(each.at, each.price)
    });
    let mut plan = Plan::new("1000000".parse().unwrap());
    (plan.fee, plan.share) = ("0.003".parse().unwrap(), "0.1".parse().unwrap());
    let path = walk(&ConstantProduct, &plan, &points.collect::<Vec<_>>()).unwrap();
    let drawn = path.steps.iter().map(|step| PathPoint {
        at: step.at,
        price: step.price,
        divergence: step.divergence(),
        lvr: step.lvr,
        income: step.fees + step.rewards,
        net: step.net(),
    });
    let picture = over_time(
        "A million USD in a constant-product pool while the price rises fourfold and comes back",
        &drawn.collect::<Vec<_>>(),
    );
    kept("divergence-path.svg", &picture.svg());
    let last = path.last().unwrap();
    assert_eq!(last.divergence(), Usd::ZERO);
}

/// Bars stand on zero: ±2 on an axis from −2 to 2 are half of a plot of 350 pixels each.
#[test]
fn bars_and_steps() {
    let series = |name: &str, look, points| Series {
        name: name.to_owned(),
        look,
        points,
    };
    let panel = |title: &str, series| Panel {
        title: title.to_owned(),
        across: Axis::new("round", 0),
        up: Axis::new("USD", 0),
        series,
    };
    let picture = lines::draw(&Lines {
        title: "Bars and steps".to_owned(),
        subtitle: String::new(),
        arrangement: Arrangement::Stacked,
        panels: vec![
            panel(
                "Bars",
                vec![series("sold", Look::Bars, vec![(0, 2), (1, -2)])],
            ),
            panel(
                "Steps",
                vec![series("depth", Look::Steps, vec![(0, 2), (1, 1)])],
            ),
        ],
        note: String::new(),
    });
    let svg = picture.svg();
    let bars = svg.split("<rect").filter_map(|bar| bar.split('>').next());
    let bars: Vec<&str> = bars.filter(|bar| bar.contains("#0072b2")).collect();
    assert_eq!(bars.len(), 2);
    assert!(
        bars.iter().all(|bar| bar.contains("height=\"175\"")),
        "{bars:?}"
    );
    // Level to the second place, then down: three points.
    let path = svg.split("<path d=\"").nth(1).unwrap();
    let path = path.split('"').next().unwrap();
    assert_eq!(path.matches('L').count(), 2, "{path}");
}
