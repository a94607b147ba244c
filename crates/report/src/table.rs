//! The text table of `seawall compare`.

use seawall_sim::{Comparison, VenueOutcome};

use crate::WIDTH;
use crate::wrap::wrapped;

mod heading;
mod layout;
mod long;
mod markdown;
mod notes;
mod rows;

pub(crate) use heading::changed;
pub use long::csv;
pub(crate) use long::lines;
pub use markdown::markdown;
pub(crate) use markdown::markdown_side_by_side;

/// How a text is inked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    /// No escape sequences at all.
    #[default]
    Plain,
    /// ANSI colours: bold headings, green best, red worst.
    Ansi,
}

impl Ink {
    /// `text` in bold, if there is ink for it.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        let bold = anstyle::Style::new().bold();
        match self {
            Self::Plain => text.to_owned(),
            Self::Ansi => format!("{bold}{text}{bold:#}"),
        }
    }
}

const LEGEND: &str = "* best of its row, ! worst; n/a: the venue has no such figure; [1] see the \
    notes. Figures are rounded for reading; the JSON is exact.";

/// The whole comparison as text, at most [`WIDTH`] columns wide and ending in a newline.
///
/// Above the table stand the question and what was run; below it the notes on stages that a
/// venue does not have, and one sentence a venue on why it came out so.
#[must_use]
pub fn render(comparison: &Comparison, ink: Ink) -> String {
    let mut notes = notes::Notes::default();
    let rows = rows::rows(&comparison.venues, &mut notes);
    let names: Vec<&str> = comparison.venues.iter().map(|venue| venue.name).collect();
    let mut text = heading::heading(comparison, ink);
    text.push('\n');
    text.push_str(&layout::layout(&names, &rows, ink));
    text.push('\n');
    text.push_str(&wrapped("", LEGEND, WIDTH));
    text.push_str(&notes.text());
    text.push_str(&breaches(comparison, ink));
    text.push_str(&format!("\n{}\n", ink.bold("Why it came out so")));
    for venue in &comparison.venues {
        let sentence = crate::because::sentence(venue);
        let head = format!("  {}: ", venue.name);
        text.push_str(&wrapped(&head, &sentence, WIDTH));
    }
    text
}

/// The rows of several outcomes of one venue under these names, at most [`WIDTH`] columns wide.
pub(crate) fn side_by_side(names: &[&str], outcomes: &[VenueOutcome], ink: Ink) -> String {
    // The stages' notes are those of the venue and say nothing about what differs.
    let mut rows = rows::rows(outcomes, &mut notes::Notes::default());
    for cell in rows.iter_mut().flat_map(|row| row.cells.iter_mut()) {
        cell.note = None;
    }
    layout::layout(names, &rows, ink)
}

/// What the independent audit found; nothing by law.
fn breaches(comparison: &Comparison, ink: Ink) -> String {
    let mut text = String::new();
    for venue in &comparison.venues {
        for breach in &venue.breaches {
            let head = format!("  {}: ", venue.name);
            text.push_str(&wrapped(&head, breach, WIDTH));
        }
    }
    match text.is_empty() {
        true => text,
        false => format!("\n{}\n{text}", ink.bold("Breaches of a law")),
    }
}
