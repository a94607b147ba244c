//! Pictures of cascades: a run by round, and what a sweep found.

use seawall_cascade::{Run, Verdict};
use seawall_scenario::{Axis as Varied, Cascade};
use seawall_sim::{CascadeSummary, CascadeSweep};
use seawall_units::{Tokens, UnitsError};

use crate::canvas::Picture;
use crate::lines::{Arrangement, Axis, Lines, Look, Panel, Series, draw as draw_lines};
use crate::phase::{Phase, PhaseAxis, PhaseCell, Zone, draw as draw_phase};

impl From<Verdict> for Zone {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Calm => Self::Calm,
            Verdict::Contained => Self::Contained,
            Verdict::Spiral => Self::Spiral,
        }
    }
}

/// Price, depth and forced trades, where there were some, of the pool that is told, by round.
#[must_use]
pub fn draw(cascade: &Cascade, run: &Run) -> Picture {
    let place = run.world.measured().map_or(0, |pool| pool.index());
    let opening = [&run.opening].into_iter();
    let told: Vec<_> = opening
        .chain(&run.rounds)
        .filter_map(|round| Some((i128::from(round.round), round.pools.get(place)?)))
        .collect();
    let line = |name: &str, look: Look, points: Vec<(i128, i128)>| Series {
        name: name.to_owned(),
        look,
        points,
    };
    let price = told
        .iter()
        .filter_map(|(at, pool)| Some((*at, pool.spot?.units())));
    let outside = told
        .iter()
        .filter_map(|(at, pool)| Some((*at, pool.outside?.units())));
    let amounts = |of: fn(&seawall_cascade::PoolReport) -> Tokens| {
        let points = told.iter().map(|(at, pool)| (*at, of(pool).units()));
        points.collect::<Vec<_>>()
    };
    let panel = |title: &str, up: &str, series: Vec<Series>| Panel {
        title: title.to_owned(),
        across: Axis::new("round", 0),
        up: Axis::new(up, 18).from_zero(),
        series,
    };
    let forced = [
        ("Forced sales", "proceeds", amounts(|pool| pool.proceeds)),
        ("Forced purchases", "cost", amounts(|pool| pool.cost)),
    ];
    let forced = forced
        .into_iter()
        .filter(|(_, _, points)| points.iter().any(|(_, amount)| *amount != 0))
        .map(|(title, name, points)| panel(title, "quote", vec![line(name, Look::Bars, points)]));
    let picture = Lines {
        title: cascade.question().to_owned(),
        subtitle: format!(
            "{}.toml, a run called {}",
            cascade.name(),
            run.outcome.verdict.name()
        ),
        arrangement: Arrangement::Stacked,
        panels: vec![
            panel(
                "Price at the end of the round",
                "quote per token",
                vec![
                    line("pool", Look::Line, price.collect()),
                    line("outside", Look::Dashed, outside.collect()),
                ],
            ),
            panel(
                "Depth: what sales fetch until the price is lower by",
                "quote",
                vec![
                    line("2 %", Look::Line, amounts(|pool| pool.depth_2)),
                    line("10 %", Look::Line, amounts(|pool| pool.depth_10)),
                ],
            ),
        ]
        .into_iter()
        .chain(forced)
        .collect(),
        note: String::new(),
    };
    draw_lines(&picture)
}

/// A sweep of one axis as lines, where its values are numbers; else, and of two axes, as a phase
/// diagram. `None` for more.
#[must_use]
pub fn draw_sweep(sweep: &CascadeSweep<'_>, samples: &[CascadeSummary]) -> Option<Picture> {
    match sweep.axes {
        [axis] => Some(match numbers(axis) {
            Some(values) => draw_axis(sweep, axis, &values, samples),
            None => draw_phase(&phase(sweep, (axis, None), samples)),
        }),
        [upward, across] => Some(draw_phase(&phase(sweep, (across, Some(upward)), samples))),
        _ => None,
    }
}

/// The values of an axis when all are numbers, with or without a percent sign.
fn numbers(axis: &Varied) -> Option<Vec<i128>> {
    let value = |name: &str| -> Result<i128, UnitsError> {
        let number = name.trim_end_matches('%').trim_end_matches("bp");
        Ok(number.parse::<Tokens>()?.units())
    };
    let values: Result<Vec<i128>, UnitsError> =
        axis.points.iter().map(|point| value(&point.name)).collect();
    values.ok()
}

fn draw_axis(
    sweep: &CascadeSweep<'_>,
    axis: &Varied,
    values: &[i128],
    samples: &[CascadeSummary],
) -> Picture {
    let panel = |title: &str, up: &str, id: &str| {
        let pairs = values.iter().zip(samples);
        let points = pairs.filter_map(|(at, sample)| Some((*at, sample.units(id)?)));
        Panel {
            title: title.to_owned(),
            across: Axis::new(&axis.name, 18),
            up: Axis::new(up, 18).from_zero(),
            series: vec![Series {
                name: title.to_owned(),
                look: Look::Line,
                points: points.collect(),
            }],
        }
    };
    draw_lines(&Lines {
        title: sweep.cascade.question().to_owned(),
        subtitle: format!("{} by {}", sweep.cascade.name(), axis.name),
        arrangement: Arrangement::Stacked,
        panels: vec![
            panel("amplification", "times", "amplification"),
            panel("price after", "quote per token", "final_spot"),
            panel("shortfall", "quote", "shortfall"),
        ],
        note: String::new(),
    })
}

fn phase(
    sweep: &CascadeSweep<'_>,
    (across, upward): (&Varied, Option<&Varied>),
    samples: &[CascadeSummary],
) -> Phase {
    let of = |axis: &Varied| PhaseAxis {
        name: axis.name.clone(),
        values: axis.points.iter().map(|point| short(&point.name)).collect(),
    };
    let cell = |sample: &CascadeSummary| PhaseCell {
        zone: sample.verdict.into(),
        label: sample
            .units("amplification")
            .map_or_else(String::new, times),
    };
    let width = across.points.len().max(1);
    let rows = samples.chunks(width);
    Phase {
        title: sweep.cascade.question().to_owned(),
        subtitle: format!(
            "{}: the whole fall over the fall that the shock alone made",
            sweep.cascade.name()
        ),
        across: of(across),
        upward: upward.map_or(
            PhaseAxis {
                name: String::new(),
                values: vec![String::new()],
            },
            of,
        ),
        rows: rows.map(|row| row.iter().map(cell).collect()).collect(),
    }
}

/// A value as it stands on an axis: of a number at most two decimals, cut.
fn short(name: &str) -> String {
    let Some((whole, rest)) = name.split_once('.') else {
        return name.to_owned();
    };
    let unit = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let decimals = rest.strip_suffix(unit).unwrap_or(rest);
    match whole.parse::<i64>() {
        Ok(_) => format!("{whole}.{}{unit}", decimals.get(..2).unwrap_or(decimals)),
        Err(_) => name.to_owned(),
    }
}

/// A ratio with one decimal, half up.
fn times(units: i128) -> String {
    const TENTH: i128 = 100_000_000_000_000_000;
    let tenths = (units + TENTH / 2) / TENTH;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn values_on_an_axis_are_short() {
        assert_eq!(short("5.959595959595959%"), "5.95%");
        assert_eq!(short("0.5"), "0.5");
        assert_eq!(short("25%"), "25%");
        assert_eq!(short("spiral.toml"), "spiral.toml");
    }
}
