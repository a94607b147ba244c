//! Lines over common axes: series of points in one panel or in several.
//!
//! A picture is plain data: [`Lines`] holds [`Panel`]s, a panel its two [`Axis`] and its
//! [`Series`], a series its points as integers on the grids of the axes. An amount goes in as its
//! `units()` with the decimals of its type (6 of `Usd`, 18 of `Ratio` and `Tokens`), a float by
//! [`on_grid`].
//!
//! ```
//! use seawall_plot::lines::{Arrangement, Axis, Lines, Look, Panel, Series, draw};
//! // Depth in micro-dollars by round.
//! let depth = Series {
//!     name: "depth within 2 %".to_owned(),
//!     look: Look::Steps,
//!     points: vec![(0, 5_000_000_000), (1, 3_100_000_000), (2, 2_900_000_000)],
//! };
//! let picture = draw(&Lines {
//!     title: "A spiral".to_owned(),
//!     subtitle: String::new(),
//!     arrangement: Arrangement::Stacked,
//!     panels: vec![Panel {
//!         title: "Depth by round".to_owned(),
//!         across: Axis::new("round", 0),
//!         up: Axis::new("USD", 6).from_zero(),
//!         series: vec![depth],
//!     }],
//!     note: String::new(),
//! });
//! assert!(picture.svg().contains("depth within 2 %"));
//! ```

use crate::canvas::{Anchor, Canvas, Pen, Picture, Px, Style, lines, px};
use crate::colour;
use crate::number;
use crate::span::Span;

const WIDTH: Px = px(1200);
/// Heights of a panel's parts: its title, its row of the legend, its plot, its axis below.
const TITLE: Px = px(26);
const LEGEND_ROW: Px = px(20);
const AXIS: Px = px(62);
const LEFT: Px = px(92);
const GAP: Px = px(100);
const RIGHT: Px = px(24);

/// A picture of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The heading.
    pub title: String,
    /// What is said below it; may be empty.
    pub subtitle: String,
    /// How the panels stand.
    pub arrangement: Arrangement,
    /// The panels in their order.
    pub panels: Vec<Panel>,
    /// What is said at the foot; may be empty.
    pub note: String,
}

/// How panels stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrangement {
    /// From left to right.
    Beside,
    /// One below the other.
    Stacked,
}

/// Lines over two axes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// Its heading.
    pub title: String,
    /// The axis from left to right.
    pub across: Axis,
    /// The axis upwards.
    pub up: Axis,
    /// The lines; the first is drawn first.
    pub series: Vec<Series>,
}

/// What an axis counts and how far it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// What it counts, with the unit.
    pub title: String,
    /// Decimals of the grid on which its figures lie: one is 10^decimals.
    pub decimals: u32,
    /// Figures that it takes in besides those of its series.
    pub including: Vec<i128>,
}

impl Axis {
    /// An axis as far as its series reach.
    #[must_use]
    pub fn new(title: &str, decimals: u32) -> Self {
        Self {
            title: title.to_owned(),
            decimals,
            including: Vec::new(),
        }
    }

    /// The same with zero on it.
    #[must_use]
    pub fn from_zero(mut self) -> Self {
        self.including.push(0);
        self
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its name; series of one name have one colour in all panels.
    pub name: String,
    /// How it is drawn.
    pub look: Look,
    /// Its points from left to right, on the grids of the axes.
    pub points: Vec<(i128, i128)>,
}

/// How a series is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Straight from point to point.
    Line,
    /// The same, dashed.
    Dashed,
    /// Level until the next point.
    Steps,
    /// A bar from zero at each point.
    Bars,
}

/// A float on the grid of an axis, to the nearest; what is not finite lies at zero.
///
/// ```
/// assert_eq!(seawall_plot::lines::on_grid(0.0571909584, 6), 57_191);
/// assert_eq!(seawall_plot::lines::on_grid(f64::NAN, 6), 0);
/// ```
#[must_use]
#[allow(clippy::as_conversions)] // saturating, and NaN is zero
pub fn on_grid(value: f64, decimals: u32) -> i128 {
    let one = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    (value * one).round() as i128
}

/// Where a panel stands: its left, its width, the top of its plot and the bottom.
#[derive(Clone, Copy)]
struct Place {
    left: Px,
    width: Px,
    top: Px,
    bottom: Px,
}

/// Draws the panels, each with its legend and as many ticks as it has room for.
#[must_use]
pub fn draw(picture: &Lines) -> Picture {
    let names = names(picture);
    let head = px(24) + title_rows(picture) * px(27) + px(20);
    let places = places(picture, head);
    let bottom = places.iter().map(|place| place.bottom).max();
    let height = bottom.unwrap_or(head) + AXIS + px(20);
    let mut canvas = Canvas::new(WIDTH / 100, height / 100);
    heading(&mut canvas, picture);
    for (panel, place) in picture.panels.iter().zip(&places) {
        draw_panel(&mut canvas, panel, *place, &names);
    }
    let grey = Style::plain(12).in_colour(colour::GREY);
    canvas.text((LEFT, height - px(14)), &picture.note, grey);
    canvas.finish()
}

/// The names of all series, each once, in the order in which they come.
fn names(picture: &Lines) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for series in picture.panels.iter().flat_map(|panel| &panel.series) {
        if !names.contains(&series.name.as_str()) {
            names.push(&series.name);
        }
    }
    names
}

fn title_rows(picture: &Lines) -> Px {
    let rows = lines(&picture.title, 21, px(1120)).len().min(2);
    Px::try_from(rows).unwrap_or(0)
}

fn heading(canvas: &mut Canvas, picture: &Lines) {
    let mut y = px(36);
    for line in lines(&picture.title, 21, px(1120)).iter().take(2) {
        canvas.text((px(24), y), line, Style::plain(21).bold());
        y += px(27);
    }
    let grey = Style::plain(14).in_colour(colour::GREY);
    canvas.text((px(24), y), &picture.subtitle, grey);
}

/// Entries of the legend in one row of a panel this wide.
fn in_row(width: Px) -> Px {
    (width / px(250)).max(1)
}

fn legend_height(panel: &Panel, width: Px) -> Px {
    let count = Px::try_from(panel.series.len()).unwrap_or(0);
    let rows = (count + in_row(width) - 1) / in_row(width);
    rows * LEGEND_ROW + px(14)
}

fn places(picture: &Lines, head: Px) -> Vec<Place> {
    let count = Px::try_from(picture.panels.len().max(1)).unwrap_or(1);
    let whole = WIDTH - LEFT - RIGHT;
    let mut top = head;
    match picture.arrangement {
        Arrangement::Beside => {
            let width = (whole - (count - 1) * GAP) / count;
            let legends = picture.panels.iter().map(|p| legend_height(p, width));
            top += TITLE + legends.max().unwrap_or(0);
            let left = (0..count).map(|number| LEFT + number * (width + GAP));
            let place = |left| Place {
                left,
                width,
                top,
                bottom: top + px(430),
            };
            left.map(place).collect()
        }
        Arrangement::Stacked => {
            let height = px((700 / i32::max(count, 1)).max(180));
            let mut places = Vec::new();
            for panel in &picture.panels {
                top += TITLE + legend_height(panel, whole);
                places.push(Place {
                    left: LEFT,
                    width: whole,
                    top,
                    bottom: top + height,
                });
                top += height + AXIS;
            }
            places
        }
    }
}

fn draw_panel(canvas: &mut Canvas, panel: &Panel, place: Place, names: &[&str]) {
    let figures = |pick: fn(&(i128, i128)) -> i128| {
        let points = panel.series.iter().flat_map(|series| &series.points);
        points.map(pick).collect::<Vec<_>>()
    };
    let across = Span::tight(
        (place.left, place.width),
        figures(|point| point.0),
        &panel.across,
    );
    let bars = panel.series.iter().any(|series| series.look == Look::Bars);
    let mut levels = figures(|point| point.1);
    levels.extend(bars.then_some(0));
    let up = Span::over((place.bottom, place.top - place.bottom), levels, &panel.up);
    let y = place.top - legend_height(panel, place.width) - px(8);
    let bold = Style::plain(15).bold();
    canvas.text((place.left, y), &panel.title, bold);
    axes(canvas, panel, place, (&across, &up));
    for (number, series) in panel.series.iter().enumerate() {
        let pen = pen(series, names);
        legend(
            canvas,
            (number, series),
            place,
            pen,
            legend_height(panel, place.width),
        );
        draw_series(canvas, series, (&across, &up), pen);
    }
}

fn pen(series: &Series, names: &[&str]) -> Pen {
    let place = names.iter().position(|name| *name == series.name);
    let colour = colour::SERIES.get(place.unwrap_or(0) % colour::SERIES.len());
    Pen {
        colour: colour.copied().unwrap_or(colour::BLACK),
        width: 240,
        dashes: (series.look == Look::Dashed).then_some("8 4"),
    }
}

fn legend(
    canvas: &mut Canvas,
    (number, series): (usize, &Series),
    place: Place,
    pen: Pen,
    height: Px,
) {
    let number = Px::try_from(number).unwrap_or(0);
    let broad = place.width / in_row(place.width);
    let x = place.left + number % in_row(place.width) * broad;
    let y = place.top - height + number / in_row(place.width) * LEGEND_ROW + px(12);
    canvas.line((x, y - px(4)), (x + px(28), y - px(4)), pen);
    canvas.text((x + px(35), y), &series.name, Style::plain(13));
}

fn axes(canvas: &mut Canvas, panel: &Panel, place: Place, (across, up): (&Span, &Span)) {
    let pale = Pen {
        colour: colour::PALE,
        width: 100,
        dashes: None,
    };
    let black = Pen {
        colour: colour::BLACK,
        width: 120,
        dashes: None,
    };
    let right = place.left + place.width;
    for tick in up.ticks() {
        let y = up.at(tick);
        let pen = if tick == 0 { black } else { pale };
        canvas.line((place.left, y), (right, y), pen);
        let style = Style::plain(12).at(Anchor::End);
        let text = number::on_axis(tick, up.step, panel.up.decimals);
        canvas.text((place.left - px(8), y + px(4)), &text, style);
    }
    for tick in across.ticks() {
        let x = across.at(tick);
        canvas.line((x, place.bottom), (x, place.bottom + px(5)), black);
        let style = Style::plain(12).at(Anchor::Middle);
        let text = number::on_axis(tick, across.step, panel.across.decimals);
        canvas.text((x, place.bottom + px(20)), &text, style);
    }
    canvas.line((place.left, place.bottom), (right, place.bottom), black);
    let centred = Style::plain(13).at(Anchor::Middle);
    let middle = place.left + place.width / 2;
    canvas.text(
        (middle, place.bottom + px(42)),
        &panel.across.title,
        centred,
    );
    let beside = (place.left - px(62), (place.top + place.bottom) / 2);
    canvas.text(beside, &panel.up.title, centred.turned(-90));
}

fn draw_series(canvas: &mut Canvas, series: &Series, (across, up): (&Span, &Span), pen: Pen) {
    let at = |point: &(i128, i128)| (across.at(point.0), up.at(point.1));
    let mut path: Vec<(Px, Px)> = Vec::new();
    for (x, y) in series.points.iter().map(at) {
        if let (Look::Steps, Some((_, level))) = (series.look, path.last().copied()) {
            path.push((x, level));
        }
        path.push((x, y));
    }
    match series.look {
        Look::Bars => {
            let zero = up.at(0);
            for (x, y) in path {
                let (top, bottom) = (y.min(zero), y.max(zero));
                canvas.bar((x - px(4), top), (px(8), bottom - top), pen.colour);
            }
        }
        _ if path.len() > 1 => canvas.path(&path, pen),
        _ => {}
    }
}
