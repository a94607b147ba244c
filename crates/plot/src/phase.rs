//! A phase diagram: for each pair of two varied parameters, how far the spiral went.

use crate::canvas::{Anchor, Canvas, Pen, Picture, Px, Style, lines, px};
use crate::colour;

const WIDTH: i32 = 1200;
const LEFT: Px = px(150);
const TOP: Px = px(150);
/// The area of the cells, which are drawn as large as fit into it.
const BROAD: Px = px(1010);
const HIGH: Px = px(470);
/// Below this width or height of a cell nothing is written in it, and not every value on its axis.
const READABLE: (Px, Px) = (px(62), px(26));
const LABEL: (Px, Px) = (px(56), px(16));

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// The heading.
    pub title: String,
    /// What is said below it.
    pub subtitle: String,
    /// The parameter from left to right.
    pub across: PhaseAxis,
    /// The parameter from the bottom upwards.
    pub upward: PhaseAxis,
    /// Rows from the bottom upwards, each from left to right.
    pub rows: Vec<Vec<PhaseCell>>,
}

/// One of the two parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseAxis {
    /// Its name.
    pub name: String,
    /// Its values in order.
    pub values: Vec<String>,
}

/// How far one run went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseCell {
    /// Which colour it has.
    pub zone: Zone,
    /// What is written in it where there is room.
    pub label: String,
}

/// The three ends that a shock may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Nobody was forced to sell.
    Calm,
    /// Forced sales came to an end by themselves.
    Contained,
    /// Forced sales fed themselves.
    Spiral,
}

impl Zone {
    /// All of them, the mildest first.
    pub const ALL: [Self; 3] = [Self::Calm, Self::Contained, Self::Spiral];

    const fn colour(self) -> &'static str {
        match self {
            Self::Calm => colour::SKY,
            Self::Contained => colour::YELLOW,
            Self::Spiral => colour::VERMILLION,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Contained => "contained",
            Self::Spiral => "spiral",
        }
    }
}

/// Draws the cells with both axes and a legend.
#[must_use]
pub fn draw(phase: &Phase) -> Picture {
    let columns = count(phase.across.values.len());
    let rows = count(phase.upward.values.len());
    let cell = (BROAD / columns, HIGH / rows);
    let bottom = TOP + cell.1 * rows;
    let height = (bottom / 100).saturating_add(90);
    let mut canvas = Canvas::new(WIDTH, height);
    heading(&mut canvas, phase);
    for (row, cells) in phase.rows.iter().enumerate() {
        let y = bottom - cell.1 * (place(row) + 1);
        for (column, one) in cells.iter().enumerate() {
            let x = LEFT + cell.0 * place(column);
            draw_cell(&mut canvas, one, (x, y), cell);
        }
    }
    axes(&mut canvas, phase, cell, bottom);
    canvas.finish()
}

fn count(values: usize) -> Px {
    Px::try_from(values.max(1)).unwrap_or(Px::MAX)
}

fn place(index: usize) -> Px {
    Px::try_from(index).unwrap_or(Px::MAX)
}

fn heading(canvas: &mut Canvas, phase: &Phase) {
    let mut y = px(36);
    for line in lines(&phase.title, 21, px(1120)).iter().take(2) {
        canvas.text((px(24), y), line, Style::plain(21).bold());
        y += px(27);
    }
    let grey = Style::plain(14).in_colour(colour::GREY);
    canvas.text((px(24), y), &phase.subtitle, grey);
    let mut x = LEFT;
    for zone in Zone::ALL {
        canvas.bar((x, px(118)), (px(18), px(18)), zone.colour());
        canvas.text((x + px(26), px(132)), zone.name(), Style::plain(14));
        x += px(140);
    }
}

fn draw_cell(canvas: &mut Canvas, cell: &PhaseCell, (x, y): (Px, Px), (wide, high): (Px, Px)) {
    // A thin gap where cells are large; without one where they are small, lest the gaps be all.
    let gap = if wide > px(12) && high > px(12) {
        100
    } else {
        0
    };
    canvas.bar((x, y), (wide - gap, high - gap), cell.zone.colour());
    if wide >= READABLE.0 && high >= READABLE.1 {
        let middle = (x + wide / 2, y + high / 2 + px(5));
        canvas.text(middle, &cell.label, Style::plain(13).at(Anchor::Middle));
    }
}

fn axes(canvas: &mut Canvas, phase: &Phase, (wide, high): (Px, Px), bottom: Px) {
    let columns = count(phase.across.values.len());
    let right = LEFT + wide * columns;
    let pen = Pen {
        colour: colour::BLACK,
        width: 120,
        dashes: None,
    };
    canvas.line((LEFT, bottom), (right, bottom), pen);
    canvas.line((LEFT, TOP), (LEFT, bottom), pen);
    // Every value where there is room, else every so many.
    let every = |cell: Px, least: Px| (least + cell - 1) / cell.max(1);
    let step = usize::try_from(every(wide, LABEL.0)).unwrap_or(1).max(1);
    for (index, value) in phase.across.values.iter().enumerate().step_by(step) {
        let x = LEFT + wide * place(index) + wide / 2;
        let style = Style::plain(12).at(Anchor::Middle);
        canvas.text((x, bottom + px(20)), value, style);
    }
    let step = usize::try_from(every(high, LABEL.1)).unwrap_or(1).max(1);
    for (index, value) in phase.upward.values.iter().enumerate().step_by(step) {
        let y = bottom - high * place(index) - high / 2;
        let style = Style::plain(12).at(Anchor::End);
        canvas.text((LEFT - px(8), y + px(4)), value, style);
    }
    let centred = Style::plain(14).bold().at(Anchor::Middle);
    canvas.text(
        ((LEFT + right) / 2, bottom + px(52)),
        &phase.across.name,
        centred,
    );
    let beside = (px(36), (TOP + bottom) / 2);
    canvas.text(beside, &phase.upward.name, centred.turned(-90));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(columns: usize, rows: usize) -> Phase {
        let axis = |name: &str, count: usize| PhaseAxis {
            name: name.to_owned(),
            values: (0..count).map(|value| value.to_string()).collect(),
        };
        let cell = |row: usize, column: usize| PhaseCell {
            zone: Zone::ALL[(row + column) % 3],
            label: format!("c{row}-{column}"),
        };
        Phase {
            title: String::from("Depth against close factor"),
            subtitle: String::from("Numbers are amplifications."),
            across: axis("depth", columns),
            upward: axis("close factor", rows),
            rows: (0..rows)
                .map(|row| (0..columns).map(|column| cell(row, column)).collect())
                .collect(),
        }
    }

    /// Six cells of 1010/3 = 336.66 by 470/2 = 235 pixels, a pixel of gap: two of each colour, and
    /// one of each in the legend.
    #[test]
    fn every_cell_has_the_colour_of_its_zone() {
        let svg = draw(&phase(3, 2)).svg();
        for zone in Zone::ALL {
            let fill = format!("fill=\"{}\"", zone.colour());
            assert_eq!(svg.matches(&fill).count(), 3, "{zone:?}");
        }
        assert_eq!(svg.matches("width=\"335.66\"").count(), 6);
        // The first row stands at the bottom: 150 + 470 − 235.
        let first = svg.split("<rect").find(|rect| rect.contains("y=\"385\""));
        assert!(first.is_some_and(|rect| rect.contains("x=\"150\"")));
        assert!(svg.contains("c1-2") && svg.contains("close factor"));
    }

    #[test]
    fn many_cells_stay_readable() {
        let svg = draw(&phase(100, 100)).svg();
        assert!(!svg.contains("c3-5"), "no text fits into ten pixels");
        assert!(svg.contains(">0<") && svg.contains(">6<") && !svg.contains(">5<"));
        // Nothing at all breaks nothing.
        assert!(draw(&phase(0, 0)).svg().contains("calm"));
    }
}
