//! The comparison as a Markdown page.

use seawall_sim::{Comparison, VenueOutcome};

use super::heading::facts;
use super::layout::cell_text;
use super::notes::Notes;
use super::rows::{Rank, Row, rows};
use crate::grid::{self, Align};
use crate::metric::{Section, Unit};

/// The comparison as GitHub-flavoured Markdown: the question as title, what was run, one table a
/// section, notes, and why it came out so. Figures are rounded for reading, as in the text table;
/// the best of a row is bold, the worst in italics.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    let mut notes = Notes::default();
    let rows = rows(&comparison.venues, &mut notes);
    let mut text = format!("# {}\n\n", grid::escaped(&comparison.question));
    for (head, fact) in facts(comparison) {
        match head {
            "" => text.push_str(&format!("  - {}\n", grid::escaped(&fact))),
            head => text.push_str(&format!("- **{head}** {}\n", grid::escaped(&fact))),
        }
    }
    let names: Vec<&str> = comparison.venues.iter().map(|venue| venue.name).collect();
    text.push_str(&sections("##", &names, &rows));
    text.push_str("\n**Best** of its row, *worst*; n/a: the venue has no such figure; [1]: see the notes. Figures are rounded for reading.\n\n");
    for (number, note) in (1_u32..).zip(notes.texts()) {
        text.push_str(&format!("{number}. {}\n", grid::escaped(note)));
    }
    text.push_str("\n## Why it came out so\n\n");
    for venue in &comparison.venues {
        let sentence = crate::because::sentence(venue);
        let sentence = grid::escaped(&sentence);
        text.push_str(&format!("- **{}**: {sentence}\n", venue.name));
    }
    for venue in &comparison.venues {
        for breach in &venue.breaches {
            let breach = grid::escaped(breach);
            text.push_str(&format!(
                "- **breach of a law**, {}: {breach}\n",
                venue.name
            ));
        }
    }
    text
}

/// The same venue in several sets: one table a section, without notes on its stages.
pub(crate) fn markdown_side_by_side(names: &[&str], outcomes: &[VenueOutcome]) -> String {
    let mut rows = rows(outcomes, &mut Notes::default());
    for cell in rows.iter_mut().flat_map(|row| row.cells.iter_mut()) {
        cell.note = None;
    }
    sections("###", names, &rows)
}

/// One table a section, below a heading of this level; a section without rows is left out.
fn sections(level: &str, names: &[&str], rows: &[Row]) -> String {
    let mut text = String::new();
    for section in Section::ALL {
        let below: Vec<&Row> = rows.iter().filter(|row| row.section == section).collect();
        if !below.is_empty() {
            text.push_str(&format!("\n{level} {}\n\n", section.title()));
            text.push_str(&table(names, &below));
        }
    }
    text
}

fn table(names: &[&str], rows: &[&Row]) -> String {
    let names = names.iter().map(|name| ((*name).to_owned(), Align::Right));
    let head: Vec<(String, Align)> = std::iter::once((String::new(), Align::Left))
        .chain(names)
        .collect();
    let lines: Vec<Vec<String>> = rows.iter().map(|row| line(row)).collect();
    grid::markdown(&head, &lines)
}

fn line(row: &Row) -> Vec<String> {
    let label = match row.unit {
        Unit::Count => row.label.clone(),
        unit => format!("{} ({})", row.label, unit.label()),
    };
    let digits = (row.unit.places(), row.decimals());
    let cells = row.cells.iter().zip(row.ranks(digits)).map(|(cell, rank)| {
        let text = cell_text(cell.units, row.unit, digits);
        let text = grid::escaped(&text);
        let note = cell.note.map(|note| format!(" [{note}]"));
        let text = match rank {
            Rank::Best => format!("**{text}**"),
            Rank::Worst => format!("*{text}*"),
            Rank::Unmarked => text,
        };
        format!("{text}{}", note.unwrap_or_default())
    });
    std::iter::once(label).chain(cells).collect()
}
