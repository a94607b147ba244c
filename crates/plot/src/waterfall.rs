//! The loss waterfall of a comparison: who paid, in the published order, venue beside venue.

use seawall_sim::{Comparison, StageOutcome, VenueOutcome};
use seawall_units::Usd;
use seawall_venue::{StageId, StageRule};

use crate::canvas::{Anchor, Canvas, Pen, Picture, Px, Style, lines, px};
use crate::scale::Scale;
use crate::{colour, number};

const WIDTH: i32 = 1200;
const HEIGHT: i32 = 700;
const LEFT: Px = px(92);
const RIGHT: Px = px(1180);
const TOP: Px = px(176);
const BOTTOM: Px = px(572);

/// Breadths in tenths of a bar's place.
const BAR: i32 = 10;
const BETWEEN_GROUPS: i32 = 7;
const BETWEEN_PANELS: i32 = 12;
/// No place is broader than this.
const WIDEST: Px = px(88);

/// One bar, hanging between two levels.
struct Bar {
    label: String,
    fill: &'static str,
    /// The upper level.
    from: Usd,
    /// The lower level.
    to: Usd,
    /// What stands above it.
    value: Usd,
}

/// Bars that belong together.
struct Group {
    caption: &'static str,
    bars: Vec<Bar>,
    /// What is said when all of them are empty.
    empty: Option<String>,
}

struct Panel {
    title: &'static str,
    groups: Vec<Group>,
}

/// Draws the waterfall of every venue on one scale.
///
/// From left to right: the opening deficit; what each payer absorbed of it, as steps down in the
/// order in which the venue's payers pay; what nobody paid. Beside them stand the deficits of the
/// house (makers and backstop vaults) where there are any, and what was taken from winners. A
/// payer that stands for a published stage without being it is marked ≈.
#[must_use]
pub fn draw(comparison: &Comparison) -> Picture {
    let panels: Vec<Panel> = comparison.venues.iter().map(panel).collect();
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    heading(&mut canvas, comparison);
    let bars = || {
        panels
            .iter()
            .flat_map(|panel| &panel.groups)
            .flat_map(|group| &group.bars)
    };
    let largest = bars().map(|bar| bar.from.units()).max().unwrap_or(0);
    let scale = Scale::new(BOTTOM, TOP - BOTTOM, largest);
    if largest > 0 {
        axis(&mut canvas, &scale);
    }
    let unit = place_width(&panels);
    let mut x = LEFT + px(12);
    for (number, panel) in panels.iter().enumerate() {
        if number > 0 {
            separator(&mut canvas, x - BETWEEN_PANELS * unit / 2);
        }
        x = draw_panel(&mut canvas, panel, (x, unit), &scale);
    }
    let base = Pen {
        colour: colour::BLACK,
        width: 120,
        dashes: None,
    };
    canvas.line((LEFT, BOTTOM), (RIGHT, BOTTOM), base);
    let note = "≈ stands in this place without being this stage. All venues on one scale. Taken \
                from winners: by forced closes, for deficits of traders and of the house alike.";
    canvas.text(
        (LEFT, px(684)),
        note,
        Style::plain(12).in_colour(colour::GREY),
    );
    canvas.finish()
}

fn heading(canvas: &mut Canvas, comparison: &Comparison) {
    let mut y = px(36);
    for line in lines(&comparison.question, 21, px(1120)).iter().take(2) {
        canvas.text((px(24), y), line, Style::plain(21).bold());
        y += px(27);
    }
    let under = format!(
        "{}: opening deficits and who paid them, in the order of payers; {} USD of risk capital in each venue",
        comparison.scenario,
        number::usd(comparison.capital),
    );
    canvas.text(
        (px(24), y),
        &under,
        Style::plain(14).in_colour(colour::GREY),
    );
}

/// Gridlines and figures on the left.
fn axis(canvas: &mut Canvas, scale: &Scale) {
    let pen = Pen {
        colour: colour::PALE,
        width: 100,
        dashes: None,
    };
    for tick in scale.ticks() {
        let y = scale.at(tick);
        canvas.line((LEFT, y), (RIGHT, y), pen);
        let text = number::tick(tick);
        let style = Style::plain(12).at(Anchor::End);
        canvas.text((LEFT - px(8), y + px(4)), &text, style);
    }
    let title = Style::plain(13).at(Anchor::Middle).turned(-90);
    canvas.text((px(26), (TOP + BOTTOM) / 2), "USD", title);
}

/// How broad a bar's place is, so that all panels fit.
fn place_width(panels: &[Panel]) -> Px {
    let breadths = panels.iter().map(breadth);
    let gaps = BETWEEN_PANELS.saturating_mul(i32::try_from(panels.len()).unwrap_or(1));
    let all = breadths.sum::<i32>().saturating_add(gaps).max(1);
    ((RIGHT - LEFT - px(12)) / all).min(WIDEST / BAR)
}

/// A panel's breadth in tenths of a place.
fn breadth(panel: &Panel) -> i32 {
    let bars = panel
        .groups
        .iter()
        .map(|group| group.bars.len())
        .sum::<usize>();
    let gaps = panel.groups.len().saturating_sub(1);
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    count(bars).saturating_mul(BAR) + count(gaps).saturating_mul(BETWEEN_GROUPS)
}

/// Draws a panel from `x` on and says where the next one begins.
fn draw_panel(canvas: &mut Canvas, panel: &Panel, (x, unit): (Px, Px), scale: &Scale) -> Px {
    let width = breadth(panel) * unit;
    let middle = x + width / 2;
    let title = Style::plain(15).bold().at(Anchor::Middle);
    canvas.text((middle, TOP - px(42)), panel.title, title);
    let mut at = x;
    for group in &panel.groups {
        let end = draw_group(canvas, group, (at, unit), scale);
        at = end + BETWEEN_GROUPS * unit;
    }
    x + width + BETWEEN_PANELS * unit
}

/// A line between two panels.
fn separator(canvas: &mut Canvas, x: Px) {
    let pen = Pen {
        colour: colour::GREY,
        width: 80,
        dashes: Some("2 4"),
    };
    canvas.line((x, TOP - px(56)), (x, BOTTOM + px(80)), pen);
}

/// Draws bars with their steps, labels and caption, and says where they end.
fn draw_group(canvas: &mut Canvas, group: &Group, (x, unit): (Px, Px), scale: &Scale) -> Px {
    let place = BAR * unit;
    let margin = place / 8;
    let step = Pen {
        colour: colour::GREY,
        width: 100,
        dashes: Some("3 3"),
    };
    let mut at = x;
    for (number, bar) in group.bars.iter().enumerate() {
        let (top, bottom) = (scale.at(bar.from.units()), scale.at(bar.to.units()));
        // What is not zero is seen.
        let height = match bar.value.is_zero() {
            true => 0,
            false => (bottom - top).max(px(1)),
        };
        if number > 0 && bar.from.is_positive() {
            canvas.line((at - margin, top), (at + margin, top), step);
        }
        if height > 0 {
            canvas.bar((at + margin, top), (place - 2 * margin, height), bar.fill);
        }
        let middle = at + place / 2;
        let value = Style::plain(11).at(Anchor::Middle);
        canvas.text((middle, top - px(6)), &number::usd(bar.value), value);
        let label = Style::plain(12).at(Anchor::End).turned(-38);
        canvas.text((middle + px(5), BOTTOM + px(18)), &bar.label, label);
        at += place;
    }
    let middle = (x + at) / 2;
    let caption = Style::plain(12).at(Anchor::Middle).in_colour(colour::GREY);
    canvas.text((middle, TOP - px(22)), group.caption, caption);
    if let Some(text) = &group.empty {
        let style = Style::plain(13).at(Anchor::Middle).in_colour(colour::GREY);
        let breadth = (at - x).max(px(140));
        let mut y = (TOP + BOTTOM) / 2;
        for line in lines(text, 13, breadth) {
            canvas.text((middle, y), &line, style);
            y += px(18);
        }
    }
    at
}

fn panel(venue: &VenueOutcome) -> Panel {
    let mut groups = vec![traders(venue)];
    if let Some(house) = venue.house.filter(|house| house.opened.is_positive()) {
        let payers = [
            ("backstops", colour::YELLOW, house.backstop),
            ("ADL", colour::PURPLE, house.adl),
        ];
        let payers = payers.map(|(label, fill, paid)| (label.to_owned(), fill, paid));
        groups.push(Group {
            caption: "house",
            bars: steps(house.opened, &payers, ("unpaid", house.residual)),
            empty: None,
        });
    }
    let taken = venue.winners.taken;
    groups.push(Group {
        caption: "winners",
        bars: vec![Bar {
            label: String::from("taken"),
            fill: colour::PURPLE,
            from: taken.or_zero(),
            to: Usd::ZERO,
            value: taken,
        }],
        empty: None,
    });
    Panel {
        title: venue.title,
        groups,
    }
}

fn traders(venue: &VenueOutcome) -> Group {
    let payers = venue
        .loss_order
        .iter()
        .filter(|stage| **stage != StageId::Residual);
    let before = [StageId::PartialDeleverage, StageId::Auction];
    let found = |stage: &StageId| venue.stages.iter().find(|each| each.stage == *stage);
    let acted = before
        .iter()
        .filter_map(found)
        .filter(|stage| !stage.absorbed.is_zero());
    let stages = acted.chain(payers.filter_map(found));
    let payers: Vec<(String, &'static str, Usd)> = stages.map(payer).collect();
    let deficit = venue.opening_deficit;
    let empty = match venue.liquidated_accounts {
        0 => String::from("no deficit: nobody was liquidated"),
        many => format!(
            "no deficit: the margin of all {} liquidated accounts sufficed",
            number::count(many)
        ),
    };
    Group {
        caption: "traders' deficits",
        bars: steps(deficit, &payers, ("residual", venue.residual)),
        empty: deficit.is_zero().then_some(empty),
    }
}

fn payer(stage: &StageOutcome) -> (String, &'static str, Usd) {
    let label = match stage.rule {
        StageRule::Equivalent(_) => format!("≈ {}", stage.stage.title()),
        StageRule::Native | StageRule::Absent(_) => stage.stage.title().to_owned(),
    };
    let fill = match stage.stage {
        StageId::PartialDeleverage | StageId::Auction => colour::GREEN,
        StageId::Junior => colour::ORANGE,
        StageId::Insurance => colour::SKY,
        StageId::Adl => colour::PURPLE,
        StageId::Senior => colour::BLUE,
        StageId::Residual => colour::VERMILLION,
    };
    (label, fill, stage.absorbed)
}

/// The deficit, one step down for each payer, and what is left.
fn steps(
    deficit: Usd,
    payers: &[(String, &'static str, Usd)],
    (rest, left): (&str, Usd),
) -> Vec<Bar> {
    let mut bars = vec![Bar {
        label: String::from("deficit"),
        fill: colour::GREY,
        from: deficit,
        to: Usd::ZERO,
        value: deficit,
    }];
    let mut level = deficit;
    for (label, fill, paid) in payers {
        let below = level - *paid;
        bars.push(Bar {
            label: label.clone(),
            fill,
            from: level,
            to: below,
            value: *paid,
        });
        level = below;
    }
    bars.push(Bar {
        label: rest.to_owned(),
        fill: colour::VERMILLION,
        from: left,
        to: Usd::ZERO,
        value: left,
    });
    bars
}
