//! Observed figures beside the ranges of a model, in groups.

use seawall_units::Usd;

use crate::canvas::{Anchor, Canvas, Pen, Picture, Px, Style, lines, px};
use crate::scale::Scale;
use crate::{colour, number};

const WIDTH: i32 = 1200;
const HEIGHT: i32 = 640;
const LEFT: Px = px(92);
const RIGHT: Px = px(1180);
const TOP: Px = px(130);
const BOTTOM: Px = px(540);

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranges {
    /// The heading.
    pub title: String,
    /// What is said below it.
    pub subtitle: String,
    /// Groups from left to right.
    pub groups: Vec<RangeGroup>,
}

/// Figures that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeGroup {
    /// Its name.
    pub caption: String,
    /// The figures.
    pub figures: Vec<RangeFigure>,
}

/// One observed figure and a model's range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeFigure {
    /// Its name.
    pub label: String,
    /// What was seen; `None` where nothing was.
    pub observed: Option<Usd>,
    /// The lower end of the range.
    pub low: Usd,
    /// The middle.
    pub median: Usd,
    /// The upper end.
    pub high: Usd,
}

/// Draws each observed figure as a grey bar and the model's range as a line with its median, all on
/// one scale from zero.
#[must_use]
pub fn draw(ranges: &Ranges) -> Picture {
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    let mut y = px(36);
    for line in lines(&ranges.title, 21, px(1120)).iter().take(2) {
        canvas.text((px(24), y), line, Style::plain(21).bold());
        y += px(27);
    }
    let grey = Style::plain(14).in_colour(colour::GREY);
    canvas.text((px(24), y), &ranges.subtitle, grey);
    let figures = || ranges.groups.iter().flat_map(|group| &group.figures);
    let largest = figures().map(|each| each.high.max(each.observed.unwrap_or_default()).units());
    let scale = Scale::new(BOTTOM, TOP - BOTTOM, largest.max().unwrap_or(0));
    axis(&mut canvas, &scale);
    let places = figures().count() + ranges.groups.len().saturating_sub(1);
    let place = (RIGHT - LEFT) / Px::try_from(places.max(1)).unwrap_or(Px::MAX);
    let mut x = LEFT;
    for group in &ranges.groups {
        let from = x;
        for figure in &group.figures {
            draw_figure(&mut canvas, figure, (x, place), &scale);
            x += place;
        }
        let caption = Style::plain(15).bold().at(Anchor::Middle);
        canvas.text(((from + x) / 2, BOTTOM + px(62)), &group.caption, caption);
        x += place;
    }
    let base = Pen {
        colour: colour::BLACK,
        width: 120,
        dashes: None,
    };
    canvas.line((LEFT, BOTTOM), (RIGHT, BOTTOM), base);
    canvas.finish()
}

fn axis(canvas: &mut Canvas, scale: &Scale) {
    let pen = Pen {
        colour: colour::PALE,
        width: 100,
        dashes: None,
    };
    for tick in scale.ticks() {
        let y = scale.at(tick);
        canvas.line((LEFT, y), (RIGHT, y), pen);
        let style = Style::plain(12).at(Anchor::End);
        canvas.text((LEFT - px(8), y + px(4)), &number::tick(tick), style);
    }
    let title = Style::plain(13).at(Anchor::Middle).turned(-90);
    canvas.text((px(26), (TOP + BOTTOM) / 2), "USD", title);
}

fn draw_figure(canvas: &mut Canvas, figure: &RangeFigure, (x, place): (Px, Px), scale: &Scale) {
    let middle = x + place / 2;
    if let Some(observed) = figure.observed {
        let top = scale.at(observed.units());
        canvas.bar(
            (x + place / 8, top),
            (place * 3 / 4, BOTTOM - top),
            colour::GREY,
        );
    }
    let pen = Pen {
        colour: colour::ORANGE,
        width: 300,
        dashes: None,
    };
    let (low, high) = (scale.at(figure.low.units()), scale.at(figure.high.units()));
    canvas.line((middle, low), (middle, high), pen);
    let median = scale.at(figure.median.units());
    canvas.line(
        (middle - place / 4, median),
        (middle + place / 4, median),
        pen,
    );
    let label = Style::plain(12).at(Anchor::End).turned(-38);
    canvas.text((middle + px(5), BOTTOM + px(16)), &figure.label, label);
}
