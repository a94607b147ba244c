//! Positions over paths.

use seawall_lp::path::{Action, ArbitrageTo, Path, Plan, Point, Step, walk};
use seawall_lp::{Concentrated, ConstantProduct, Curve, Range};
use seawall_units::{Ratio, Time, Usd};

use crate::{Figures, fixed, percent, root, table};

const WEEK: u64 = 604_800;

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn float(amount: Usd) -> f64 {
    amount.units() as f64 / 1e6
}

/// Prices a week apart.
fn points(prices: &[String]) -> Vec<Point> {
    let each = (0_u64..).zip(prices);
    each.map(|(week, price)| Point::new(Time::from_secs(week * WEEK), price.parse().unwrap()))
        .collect()
}

fn walked(curve: &dyn Curve, plan: &Plan, prices: &[String]) -> Path {
    walk(curve, plan, &points(prices)).unwrap()
}

/// Money as it stands, without zeros that say nothing.
fn told(amount: Usd) -> String {
    let text = amount.to_string();
    let text = text.trim_end_matches(" USD");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    }
}

pub(crate) fn figures() -> Figures {
    let mut figures = Figures::new();
    trend(&mut figures);
    withdrawal(&mut figures);
    reentry(&mut figures);
    year(&mut figures);
    figures
}

fn trend(figures: &mut Figures) {
    let price = |steps: i32| format!("{:.10}", 100.0 * 0.95_f64.powi(steps));
    let down: Vec<String> = (0..=10).map(price).collect();
    let swing: Vec<String> = (0..=10).map(|step| price(step % 2)).collect();
    let plan = Plan::new(usd("1000"));
    let row = |name: &str, prices: &[String]| {
        let path = walked(&ConstantProduct, &plan, prices);
        let parts = path.parts(path.last().unwrap());
        assert_eq!(parts.total(), parts.holding + parts.divergence());
        vec![
            name.to_owned(),
            fixed(path.variance, 6),
            told(parts.holding),
            told(parts.rotation),
            told(parts.lvr),
            told(parts.divergence()),
        ]
    };
    let rows = [row("ten down", &down), row("to and fro", &swing)];
    figures.insert("swing-lvr", rows[1][4].clone());
    let header = [
        "path",
        "sum of squared log returns",
        "holding",
        "rotation",
        "LVR",
        "divergence",
    ];
    figures.insert("table-trend", table(&header, &rows));
}

fn withdrawal(figures: &mut Figures) {
    let mut plan = Plan::new(usd("1000"));
    let at = Time::from_secs(WEEK);
    plan.actions = vec![Action::Withdraw {
        at,
        part: ratio("0.25"),
    }];
    let prices = ["100", "400", "100"].map(str::to_owned);
    let path = walked(&ConstantProduct, &plan, &prices);
    let rows: Vec<Vec<String>> = path
        .steps
        .iter()
        .zip(prices)
        .map(|(step, price)| {
            let amounts = [
                step.value,
                step.withdrawn,
                step.hold,
                step.realised,
                step.open,
            ];
            [price].into_iter().chain(amounts.map(told)).collect()
        })
        .collect();
    let header = [
        "price",
        "in the pool",
        "taken out",
        "held instead",
        "loss, final",
        "loss, open",
    ];
    figures.insert("table-withdrawal", table(&header, &rows));
}

fn reentry(figures: &mut Figures) {
    let mut plan = Plan::new(usd("1000"));
    let at = Time::from_secs(WEEK);
    plan.actions = vec![Action::Reenter { at }];
    let prices = ["100", "400", "100"].map(str::to_owned);
    let path = walked(&ConstantProduct, &plan, &prices);
    let last = path.last().unwrap();
    assert_eq!(last.value, usd("1000"));
    figures.insert("re-first", told(-last.realised));
    figures.insert("re-second", told(-last.open));
    // 2000 of 2500 held, then 1000 of 1250.
    let kept = float(usd("2000")) / float(usd("2000") - last.realised);
    let again = float(last.value) / float(last.value - last.open);
    figures.insert("compound", percent(kept * again, 0));
    let range = Concentrated::new(Range::new(25.0, 400.0).unwrap(), 100.0).unwrap();
    let path = walked(&range, &plan, &prices);
    figures.insert("re-range", told(path.last().unwrap().value));
}

/// The rows of the example file: prices and volumes, a week apart.
fn example() -> Vec<Point> {
    let file = root().join("fixtures/paths/rise-and-return.csv");
    let text = std::fs::read_to_string(file).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let row = |(week, line): (u64, &str)| {
        let cells: Vec<&str> = line.split(',').collect();
        let volume = cells[2].parse().unwrap_or(Usd::ZERO);
        let at = Time::from_secs(week * WEEK);
        Point {
            volume,
            ..Point::new(at, cells[1].parse().unwrap())
        }
    };
    (0..).zip(rows).map(row).collect()
}

fn year(figures: &mut Figures) {
    let mut plan = Plan::new(usd("1000000"));
    (plan.fee, plan.share) = (ratio("0.003"), ratio("0.1"));
    let points = example();
    let path = walk(&ConstantProduct, &plan, &points).unwrap();
    let top = path.steps.iter().max_by_key(|step| step.price).unwrap();
    let last = path.last().unwrap();
    let row = |step: &Step| {
        let parts = path.parts(step);
        assert_eq!(parts.total(), step.wealth() - path.deposit);
        let price = step.price.to_string();
        let price = price.trim_end_matches('0').trim_end_matches('.').to_owned();
        let amounts = [
            parts.holding,
            parts.rotation,
            -parts.lvr,
            parts.divergence(),
            parts.fees,
            parts.total(),
            step.net(),
        ];
        [price]
            .into_iter()
            .chain(amounts.map(told))
            .collect::<Vec<_>>()
    };
    let rows = [row(top), row(last)];
    let header = [
        "price",
        "holding",
        "rotation",
        "− LVR",
        "divergence",
        "fees",
        "wealth − deposit",
        "net against holding",
    ];
    figures.insert("table-path", table(&header, &rows));
    figures.insert("path-predicted", percent(path.variance / 8.0, 4));
    figures.insert("path-lvr", percent(float(last.lvr) / 1e6, 4));
    plan.arbitrage = ArbitrageTo::FeeEdge;
    let edge = walk(&ConstantProduct, &plan, &points).unwrap();
    let profit = edge.last().unwrap().arbitrage_profit();
    figures.insert("edge-profit", told(profit));
    figures.insert("edge-lvr", told(edge.last().unwrap().lvr));
    figures.insert("edge-divergence", told(edge.last().unwrap().divergence()));
}
