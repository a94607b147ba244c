//! The curves of quotes: what an order costs by its size, both sides, venue over venue.

use seawall_sim::{Quotation, QuotePoint, VenueCurve};
use seawall_units::{Ratio, Side, Usd};

use crate::canvas::{Anchor, Canvas, Pen, Picture, Px, Style, lines, px};
use crate::scale::Scale;
use crate::{colour, number};

const WIDTH: i32 = 1200;
const HEIGHT: i32 = 700;
const TOP: Px = px(168);
const BOTTOM: Px = px(600);
/// The two panels' left edges and their width.
const EDGES: [Px; 2] = [px(92), px(664)];
const BROAD: Px = px(500);

/// A line of the picture.
struct Line {
    name: String,
    pen: Pen,
    /// For each side, sizes and what they cost.
    points: [Vec<(Usd, Ratio)>; 2],
}

/// Draws the cost of orders against the mark over their size, longs on the left, shorts on the
/// right: of every venue the whole cost as far as one account is filled whole; of a venue that
/// tells the parts of its curve also the distance of the average and of the last price, and where
/// its bands end.
///
/// Between two sizes that were asked the line is straight: ask for many.
#[must_use]
pub fn draw(quotation: &Quotation) -> Picture {
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    let curves = quotation.venues.iter().enumerate();
    let all: Vec<Line> = curves
        .flat_map(|(place, curve)| curve_lines(place, curve))
        .collect();
    heading(&mut canvas, quotation, &all);
    let points = || all.iter().flat_map(|line| line.points.iter().flatten());
    let costs = points().map(|(_, cost)| cost.units());
    let (lowest, highest) = (costs.clone().min().unwrap_or(0), costs.max().unwrap_or(0));
    let sizes = points().map(|(size, _)| size.units());
    let broadest = sizes.max().unwrap_or(0);
    let height = Scale::new(BOTTOM, TOP - BOTTOM, highest.max(-lowest));
    for (side, left) in Side::BOTH.into_iter().zip(EDGES) {
        let across = Scale::new(left, BROAD, broadest);
        // Room below zero only where a cost lies there.
        axes(&mut canvas, (&across, &height), side);
        edges(&mut canvas, quotation, (&across, side));
        for line in &all {
            let place = usize::from(side == Side::Short);
            let points = line.points.get(place).into_iter().flatten();
            let path = points.map(|(size, cost)| {
                let level = height.at(cost.units().max(0));
                (across.at(size.units()), level)
            });
            let path: Vec<(Px, Px)> = path.collect();
            if path.len() > 1 {
                canvas.path(&path, line.pen);
            }
        }
    }
    let note = match lowest < 0 {
        true => "Below zero, where an order earns more than it costs, lines are drawn at zero.",
        false => {
            "Thin vertical lines: the ends of bands. Costs against the mark, on both sides of it."
        }
    };
    canvas.text(
        (EDGES[0], px(684)),
        note,
        Style::plain(12).in_colour(colour::GREY),
    );
    canvas.finish()
}

fn heading(canvas: &mut Canvas, quotation: &Quotation, all: &[Line]) {
    let state = match quotation.skew {
        Some(skew) => format!("at a net skew of {} USD", number::usd(skew)),
        None => format!("{} s after the start", quotation.after),
    };
    let title = format!(
        "What an order costs, by its size: {}, {state}",
        quotation.scenario
    );
    let mut y = px(36);
    for line in lines(&title, 21, px(1120)).iter().take(2) {
        canvas.text((px(24), y), line, Style::plain(21).bold());
        y += px(27);
    }
    // The legend: a stroke and its name, side by side, three in a row.
    for (place, line) in all.iter().enumerate() {
        let place = i32::try_from(place).unwrap_or(0);
        let x = px(24) + (place % 3) * px(385);
        let y = px(84) + (place / 3) * px(22);
        canvas.line((x, y - px(5)), (x + px(34), y - px(5)), line.pen);
        canvas.text((x + px(42), y), &line.name, Style::plain(13));
    }
}

fn axes(canvas: &mut Canvas, (across, height): (&Scale, &Scale), side: Side) {
    let pale = Pen {
        colour: colour::PALE,
        width: 100,
        dashes: None,
    };
    let right = across.zero + across.length;
    for tick in height.ticks() {
        let y = height.at(tick);
        canvas.line((across.zero, y), (right, y), pale);
        let text = number::bps(Ratio::from_units(tick).unwrap_or_default());
        let style = Style::plain(12).at(Anchor::End);
        canvas.text((across.zero - px(8), y + px(4)), &text, style);
    }
    for tick in across.ticks() {
        let text = number::tick(tick);
        let style = Style::plain(12).at(Anchor::Middle);
        canvas.text((across.at(tick), BOTTOM + px(20)), &text, style);
    }
    let black = Pen {
        colour: colour::BLACK,
        width: 120,
        dashes: None,
    };
    canvas.line((across.zero, BOTTOM), (right, BOTTOM), black);
    let middle = (across.zero + right) / 2;
    let centred = Style::plain(13).at(Anchor::Middle);
    let title = match side {
        Side::Long => "Buying (long)",
        Side::Short => "Selling (short)",
    };
    canvas.text(
        (middle, TOP - px(12)),
        title,
        Style::plain(15).bold().at(Anchor::Middle),
    );
    canvas.text((middle, BOTTOM + px(44)), "size of the order, USD", centred);
    let beside = (across.zero - px(52), (TOP + BOTTOM) / 2);
    canvas.text(beside, "basis points of the order", centred.turned(-90));
}

/// Thin lines where bands end.
fn edges(canvas: &mut Canvas, quotation: &Quotation, (across, side): (&Scale, Side)) {
    let pen = Pen {
        colour: colour::GREY,
        width: 60,
        dashes: Some("1 4"),
    };
    let points = quotation.venues.iter().flat_map(|curve| &curve.points);
    for point in points.filter(|point| point.is_corner && point.side == side) {
        if point.size.units() <= across.top {
            let x = across.at(point.size.units());
            canvas.line((x, TOP), (x, BOTTOM), pen);
        }
    }
}

/// The lines of the venue at this place.
fn curve_lines(place: usize, curve: &VenueCurve) -> Vec<Line> {
    let colours = [
        colour::BLUE,
        colour::VERMILLION,
        colour::GREEN,
        colour::PURPLE,
    ];
    let solid = |colour| Pen {
        colour,
        width: 260,
        dashes: None,
    };
    let name = curve.name;
    let colour = colours
        .get(place % colours.len())
        .copied()
        .unwrap_or(colour::BLACK);
    let mut all = vec![Line {
        name: format!("{name}: whole cost, one new account"),
        pen: solid(colour),
        points: both(curve, |point| match point.quote.filled == point.size {
            true => point.cost(),
            false => None,
        }),
    }];
    if curve.points.iter().any(|point| point.parts.is_some()) {
        let dashed = |colour, dashes| Pen {
            dashes: Some(dashes),
            ..solid(colour)
        };
        let whole = |point: &&QuotePoint| point.parts.is_some_and(|p| p.priced == point.size);
        all.push(Line {
            name: format!("{name}: average price, without the fee"),
            pen: dashed(colour::ORANGE, "8 4"),
            points: both(curve, |point| whole(&point).then(|| point.distance())?),
        });
        all.push(Line {
            name: format!("{name}: last price, without the fee"),
            pen: dashed(colour::SKY, "2 3"),
            points: both(curve, |point| {
                whole(&point).then_some(point.parts?.marginal)
            }),
        });
    }
    all
}

fn both(
    curve: &VenueCurve,
    figure: impl Fn(&QuotePoint) -> Option<Ratio>,
) -> [Vec<(Usd, Ratio)>; 2] {
    Side::BOTH.map(|side| {
        let points = curve.points.iter().filter(|point| point.side == side);
        let told = points.filter_map(|point| Some((point.size, figure(point)?)));
        told.collect()
    })
}
