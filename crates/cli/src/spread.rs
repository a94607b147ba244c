//! What a sweep found of one figure, as a picture.

use anyhow::{Result, anyhow};
use seawall::plot::lines::Axis;
use seawall::plot::sweep::{Spread, SweepPicture, SweepRow};
use seawall::sweep::Summary;

/// Units of an estimate in one unit of its figure's grid.
const MILLIONTHS: i128 = 1_000_000;

/// A row for each point and venue.
pub(crate) fn picture(summary: &Summary, by: &str) -> Result<SweepPicture> {
    let head = summary.head();
    let unknown = || anyhow!("--by names no figure: `{by}`");
    let figure = summary.figure(by).map_err(|_| unknown())?;
    let column = summary.column(figure).ok_or_else(unknown)?;
    let mut rows = Vec::new();
    for point in 0..head.points.len() {
        for (venue, name) in head.venues.iter().enumerate() {
            rows.push(SweepRow {
                point: summary.point_name(point),
                venue: name.clone(),
                spread: spread(summary, (point, venue, figure)),
            });
        }
    }
    let paths = summary.paths();
    Ok(SweepPicture {
        title: head.question.clone(),
        subtitle: format!("{} over {paths} paths, seed {}", column.label, head.seed),
        axis: Axis::new(&column.label, column.places),
        rows,
    })
}

/// `None` where no path has the figure.
fn spread(summary: &Summary, (point, venue, figure): (usize, usize, usize)) -> Option<Spread> {
    let cell = summary.cell(point, venue, figure)?;
    let estimate = cell.estimate()?;
    let mut percentiles = [0; 99];
    for (value, percent) in percentiles.iter_mut().zip(1..) {
        *value = nearest(cell.sketch().quantile(percent, 100)?);
    }
    let outwards = |(low, high): (i128, i128)| {
        let up = high.saturating_add(MILLIONTHS - 1);
        (low.div_euclid(MILLIONTHS), up.div_euclid(MILLIONTHS))
    };
    Some(Spread {
        percentiles,
        mean: nearest(estimate.mean),
        interval: estimate.interval.map(outwards),
    })
}

/// An estimate on its figure's grid.
fn nearest(millionths: i128) -> i128 {
    millionths
        .saturating_add(MILLIONTHS / 2)
        .div_euclid(MILLIONTHS)
}
