//! Divergence loss by price, and a position over a price path.

use seawall_units::{Price, Time, Usd};

use crate::canvas::Picture;
use crate::lines::{Arrangement, Axis, Lines, Look, Panel, Series, draw, on_grid};

/// The loss of a pool by price.
#[derive(Debug, Clone, PartialEq)]
pub struct LossCurve {
    /// The pool.
    pub name: String,
    /// Price ratios from the least on, and the loss at each as a fraction, zero or above.
    pub points: Vec<(f64, f64)>,
}

/// A moment of a path: what has come together since its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathPoint {
    /// When.
    pub at: Time,
    /// The price.
    pub price: Price,
    /// Signed divergence loss.
    pub divergence: Usd,
    /// Gross LVR, zero or above; drawn below zero.
    pub lvr: Usd,
    /// Fees and rewards.
    pub income: Usd,
    /// Against holding: divergence and income together.
    pub net: Usd,
}

/// Decimals of the axes that carry ratios, logarithms and percents.
const FINE: u32 = 9;

/// Draws the loss of several pools against the price ratio, where falls and rises look different, and against its
/// logarithm, where a loss that is the same both ways is symmetric.
///
/// The points are joined by straight lines: give many, best at equal distances in the logarithm.
#[must_use]
pub fn by_price(title: &str, curves: &[LossCurve]) -> Picture {
    let panel = |title: &str, across: Axis, place: fn(f64) -> f64| Panel {
        title: title.to_owned(),
        across,
        up: Axis::new("divergence loss, % of holding", FINE).from_zero(),
        series: curves
            .iter()
            .map(|curve| Series {
                name: curve.name.clone(),
                look: Look::Line,
                points: curve
                    .points
                    .iter()
                    .map(|(ratio, loss)| {
                        (on_grid(place(*ratio), FINE), on_grid(loss * 100.0, FINE))
                    })
                    .collect(),
            })
            .collect(),
    };
    let plain = Axis::new("new price over old, R", FINE).from_zero();
    let log = Axis::new("ln R", FINE);
    draw(&Lines {
        title: title.to_owned(),
        subtitle: "What a position has less than the first deposit, held".to_owned(),
        arrangement: Arrangement::Beside,
        panels: vec![
            panel("Against the price", plain, |ratio| ratio),
            panel("Against its logarithm", log, f64::ln),
        ],
        note: String::new(),
    })
}

/// Draws a path: the price above; below it the position against holding, with its loss and its
/// income, and what arbitrage took.
#[must_use]
pub fn over_time(title: &str, points: &[PathPoint]) -> Picture {
    let first = points.first().map(|point| point.at).unwrap_or_default();
    let (unit, seconds) = unit_of_time(points);
    // Hundredths of the unit of time.
    let place = |at: Time| i128::from(at.since(first)) * 100 / seconds;
    let series = |name: &str, look, figure: fn(&PathPoint) -> i128| Series {
        name: name.to_owned(),
        look,
        points: points
            .iter()
            .map(|point| (place(point.at), figure(point)))
            .collect(),
    };
    let across = || Axis::new(&format!("{unit} since the start"), 2);
    let price = Panel {
        title: "Price".to_owned(),
        across: across(),
        up: Axis::new("USD", Price::PLACES),
        series: vec![series("price", Look::Line, |point| point.price.units())],
    };
    let money = Panel {
        title: "Against holding the first deposit".to_owned(),
        across: across(),
        up: Axis::new("USD", Usd::PLACES).from_zero(),
        series: vec![
            series("divergence loss", Look::Line, |p| p.divergence.units()),
            series("fees and rewards", Look::Line, |p| p.income.units()),
            series("net", Look::Line, |p| p.net.units()),
            series("LVR, gross", Look::Dashed, |p| -p.lvr.units()),
        ],
    };
    draw(&Lines {
        title: title.to_owned(),
        subtitle: String::new(),
        arrangement: Arrangement::Stacked,
        panels: vec![price, money],
        note: "Net is divergence loss with fees and rewards. LVR is another measure of the loss, against trading at the outside price, and never comes back.".to_owned(),
    })
}

/// The largest unit of which the path has three or more, and its seconds.
fn unit_of_time(points: &[PathPoint]) -> (&'static str, i128) {
    let first = points.first().map(|point| point.at).unwrap_or_default();
    let last = points.last().map(|point| point.at).unwrap_or_default();
    match last.since(first) {
        0..180 => ("seconds", 1),
        180..10_800 => ("minutes", 60),
        10_800..259_200 => ("hours", 3_600),
        _ => ("days", 86_400),
    }
}
