//! What a sweep found of one figure: how it is spread over the paths, and its mean.
//!
//! One row for each point and venue. With one point the share of paths up to each value stands
//! above the rows, over the same axis.

use crate::canvas::{Anchor, Canvas, Pen, Picture, Px, Style, lines, px};
use crate::colour;
use crate::lines::Axis;
use crate::number;
use crate::span::Span;

const WIDTH: Px = px(1200);
const LEFT: Px = px(300);
const RIGHT: Px = px(1170);
const ROW: Px = px(28);
const CURVES: Px = px(300);
/// Rows that are drawn; a longer sweep has a table.
const MOST_ROWS: usize = 90;

/// A picture of one figure of a sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepPicture {
    /// The heading.
    pub title: String,
    /// What is said below it; may be empty.
    pub subtitle: String,
    /// What the figure counts, and the decimals of its grid.
    pub axis: Axis,
    /// The rows: all venues of a point, then those of the next.
    pub rows: Vec<SweepRow>,
}

/// One venue at one point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepRow {
    /// The point, as the sweep names it; empty when there is one.
    pub point: String,
    /// The venue; rows of one venue have one colour.
    pub venue: String,
    /// What the paths came to; `None` where the venue has no such figure.
    pub spread: Option<Spread>,
}

/// How a figure is spread over the paths, in units of its grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    /// What 1 % to 99 % of the paths do not exceed, in this order.
    pub percentiles: [i128; 99],
    /// The mean.
    pub mean: i128,
    /// The interval of the mean; `None` where there is no standard error.
    pub interval: Option<(i128, i128)>,
}

impl Spread {
    fn percentile(&self, percent: usize) -> i128 {
        let value = self.percentiles.get(percent.saturating_sub(1));
        value.copied().unwrap_or(self.mean)
    }

    fn figures(&self) -> impl Iterator<Item = i128> + '_ {
        let (low, high) = self.interval.unwrap_or((self.mean, self.mean));
        self.percentiles.iter().copied().chain([low, high])
    }
}

/// Draws the rows: a thin bar from 5 % to 95 % of the paths, a broad one from 25 % to 75 %, the
/// median in white, and the mean with its interval in black.
#[must_use]
pub fn draw(picture: &SweepPicture) -> Picture {
    let rows = &picture.rows[..picture.rows.len().min(MOST_ROWS)];
    let head = lines(&picture.title, 21, px(1150));
    let top = px(24) + px(27) * count(head.len().min(2)) + px(30);
    let curves = if one_point(rows) { CURVES + px(40) } else { 0 };
    let captions = groups(rows).filter(|point| !point.is_empty()).count();
    let bottom = top + curves + ROW * count(rows.len()) + px(24) * count(captions) + px(14);
    let mut canvas = Canvas::new(WIDTH / 100, (bottom + px(92)) / 100);
    for (number, line) in head.iter().take(2).enumerate() {
        let y = px(36) + px(27) * count(number);
        canvas.text((px(24), y), line, Style::plain(21).bold());
    }
    let grey = Style::plain(14).in_colour(colour::GREY);
    canvas.text((px(24), top - px(18)), &picture.subtitle, grey);

    let figures = rows.iter().filter_map(|row| row.spread.as_ref());
    let figures = figures.flat_map(Spread::figures).collect();
    let across = Span::over((LEFT, RIGHT - LEFT), figures, &picture.axis);
    grid(&mut canvas, (&across, &picture.axis), (top, bottom));
    let venues = venues(rows);
    if curves > 0 {
        draw_curves(&mut canvas, (rows, &venues), &across, top);
    }
    draw_rows(&mut canvas, (rows, &venues), &across, top + curves);
    foot(&mut canvas, picture.rows.len(), bottom + px(66));
    canvas.finish()
}

fn count(number: usize) -> Px {
    Px::try_from(number).unwrap_or(Px::MAX)
}

fn one_point(rows: &[SweepRow]) -> bool {
    groups(rows).count() == 1
}

/// The points, each once.
fn groups(rows: &[SweepRow]) -> impl Iterator<Item = &str> {
    let before = std::iter::once(None).chain(rows.iter().map(|row| Some(&row.point)));
    let changed = before
        .zip(rows)
        .filter(|(before, row)| *before != Some(&row.point));
    changed.map(|(_, row)| row.point.as_str())
}

/// The venues in the order in which they come, each once.
fn venues(rows: &[SweepRow]) -> Vec<&str> {
    let mut venues: Vec<&str> = Vec::new();
    for row in rows {
        if !venues.contains(&row.venue.as_str()) {
            venues.push(&row.venue);
        }
    }
    venues
}

fn colour_of(venue: &str, venues: &[&str]) -> &'static str {
    let place = venues.iter().position(|each| *each == venue).unwrap_or(0);
    let colour = colour::SERIES.get(place % colour::SERIES.len());
    colour.copied().unwrap_or(colour::BLACK)
}

fn pen(colour: &'static str, width: Px) -> Pen {
    Pen {
        colour,
        width,
        dashes: None,
    }
}

fn grid(canvas: &mut Canvas, (across, axis): (&Span, &Axis), (top, bottom): (Px, Px)) {
    for tick in across.ticks() {
        let x = across.at(tick);
        let pale = if tick == 0 {
            colour::GREY
        } else {
            colour::PALE
        };
        canvas.line((x, top), (x, bottom), pen(pale, 100));
        let text = number::on_axis(tick, across.step, axis.decimals);
        let style = Style::plain(12).at(Anchor::Middle);
        canvas.text((x, bottom + px(18)), &text, style);
    }
    canvas.line((LEFT, bottom), (RIGHT, bottom), pen(colour::BLACK, 120));
    let middle = ((LEFT + RIGHT) / 2, bottom + px(40));
    canvas.text(middle, &axis.title, Style::plain(13).at(Anchor::Middle));
}

/// The share of paths that do not exceed a value, venue by venue.
fn draw_curves(
    canvas: &mut Canvas,
    (rows, venues): (&[SweepRow], &[&str]),
    across: &Span,
    top: Px,
) {
    let level = |percent: Px| top + CURVES - CURVES / 100 * percent;
    for percent in [0, 25, 50, 75, 100] {
        let y = level(percent);
        canvas.line((LEFT, y), (RIGHT, y), pen(colour::PALE, 100));
        let style = Style::plain(12).at(Anchor::End);
        canvas.text((LEFT - px(8), y + px(4)), &format!("{percent} %"), style);
    }
    let style = Style::plain(13).at(Anchor::Middle).turned(-90);
    canvas.text(
        (LEFT - px(62), top + CURVES / 2),
        "share of paths up to it",
        style,
    );
    for row in rows {
        let Some(spread) = &row.spread else { continue };
        let mut path = Vec::with_capacity(200);
        let mut below = 0;
        for (value, percent) in spread.percentiles.iter().zip(1..) {
            let x = across.at(*value);
            path.extend([(x, level(below)), (x, level(percent))]);
            below = percent;
        }
        canvas.path(&path, pen(colour_of(&row.venue, venues), 240));
    }
}

fn draw_rows(canvas: &mut Canvas, (rows, venues): (&[SweepRow], &[&str]), across: &Span, top: Px) {
    let mut y = top;
    let mut point = "";
    for row in rows {
        if row.point != point {
            point = &row.point;
            let caption = Style::plain(13).bold();
            canvas.text((px(24), y + px(16)), point, caption);
            y += px(24);
        }
        let style = Style::plain(13).at(Anchor::End);
        canvas.text((LEFT - px(12), y + ROW / 2 + px(4)), &row.venue, style);
        match &row.spread {
            Some(spread) => {
                let colour = colour_of(&row.venue, venues);
                draw_spread(canvas, spread, (across, y + ROW / 2), colour);
            }
            None => {
                let grey = Style::plain(12).in_colour(colour::GREY);
                canvas.text((LEFT + px(8), y + ROW / 2 + px(4)), "no such figure", grey);
            }
        }
        y += ROW;
    }
}

fn draw_spread(
    canvas: &mut Canvas,
    spread: &Spread,
    (across, middle): (&Span, Px),
    colour: &'static str,
) {
    for (from, to, height) in [(5, 95, px(4)), (25, 75, px(12))] {
        let (left, right) = (
            across.at(spread.percentile(from)),
            across.at(spread.percentile(to)),
        );
        // A figure that is the same on all these paths is still to be seen.
        let width = (right - left).max(px(2));
        canvas.bar((left, middle - height / 2), (width, height), colour);
    }
    let median = across.at(spread.percentile(50));
    canvas.line(
        (median, middle - px(6)),
        (median, middle + px(6)),
        pen("#ffffff", 200),
    );
    let (low, high) = spread.interval.unwrap_or((spread.mean, spread.mean));
    let (low, high, mean) = (across.at(low), across.at(high), across.at(spread.mean));
    let black = pen(colour::BLACK, 160);
    canvas.line((low, middle), (high, middle), black);
    canvas.line((mean, middle - px(10)), (mean, middle + px(10)), black);
}

fn foot(canvas: &mut Canvas, rows: usize, y: Px) {
    let grey = Style::plain(12).in_colour(colour::GREY);
    let text = "Thin bar: 5 % to 95 % of the paths; broad bar: 25 % to 75 %, the median in white. Black: the mean with its interval.";
    canvas.text((px(24), y), text, grey);
    if let Some(hidden) = rows.checked_sub(MOST_ROWS).filter(|hidden| *hidden > 0) {
        let text = format!("{hidden} more rows are in the table only.");
        canvas.text((px(24), y + px(17)), &text, grey);
    }
}
