//! A story for people: as text, or as Markdown.

use super::story::{Section, Step, Story};
use super::value::{Grid, Value};
use crate::WIDTH;
use crate::grid::{self, Align, escaped};
use crate::table::Ink;
use crate::wrap::wrapped;

/// The story as text, at most [`WIDTH`] columns wide, ending in a newline.
#[must_use]
pub fn table(story: &Story, ink: Ink) -> String {
    let mut text = format!("{}\n", ink.bold(&story.title()));
    if let Some(note) = &story.note {
        text.push_str(&wrapped("", note, WIDTH));
    }
    for section in &story.sections {
        text.push('\n');
        text.push_str(&ink.bold(&section.title));
        text.push('\n');
        for sentence in &section.says {
            text.push_str(&wrapped("  ", sentence, WIDTH));
        }
        for step in section.told() {
            text.push_str(&line(step));
        }
        if section.untold() > 0 {
            text.push_str(&format!("  {} more in the JSON\n", section.untold()));
        }
        for each in &section.grids {
            text.push_str(&grid_text(each, ink));
        }
    }
    text
}

/// A step: its time and rule, then what happened.
fn line(step: &Step) -> String {
    let head = format!("  {} {:<8} ", super::clock(step.time), step.rule);
    wrapped(&head, &step.says, WIDTH)
}

/// A table, without cents where it would not fit.
fn grid_text(grid: &Grid, ink: Ink) -> String {
    let fits = |text: &String| text.lines().all(|line| line.chars().count() <= WIDTH);
    let whole = Some(padded(grid, Value::read)).filter(fits);
    let mut text = format!("\n  {}\n", ink.bold(&grid.title));
    text.push_str(&whole.unwrap_or_else(|| padded(grid, Value::short)));
    if grid.hidden() > 0 {
        text.push_str(&format!("  {} more in the JSON\n", grid.hidden()));
    }
    text
}

/// The rows of a table, each column as wide as its widest cell.
fn padded(grid: &Grid, read: fn(&Value) -> String) -> String {
    let row = |row: &Vec<Value>| row.iter().take(grid.wide).map(read).collect();
    let rows: Vec<Vec<String>> = grid.head().iter().map(row).collect();
    let long = |text: &str| text.chars().count();
    let columns = grid.columns.iter().take(grid.wide).enumerate();
    let widths = columns.map(|(place, (_, head))| {
        let cells = rows.iter().filter_map(|row| row.get(place));
        let widest = cells.map(|cell| long(cell)).chain([long(head)]).max();
        widest.unwrap_or(0)
    });
    let widths: Vec<usize> = widths.collect();
    let aligns = grid.aligns();
    let mut text = String::new();
    let mut push = |cells: &mut dyn Iterator<Item = &str>| {
        let cells = cells.zip(&widths).zip(&aligns);
        let padded = cells.map(|((cell, width), align)| match align {
            Align::Left => format!("  {cell:<width$}"),
            Align::Right => format!("  {cell:>width$}"),
        });
        let row: String = padded.collect();
        text.push_str(row.trim_end());
        text.push('\n');
    };
    push(&mut grid.columns.iter().map(|(_, head)| head.as_str()));
    for row in &rows {
        push(&mut row.iter().map(String::as_str));
    }
    text
}

/// The story as an annex in Markdown.
#[must_use]
pub fn markdown(story: &Story) -> String {
    let mut text = format!("# {}\n", escaped(&story.title()));
    if let Some(note) = &story.note {
        text.push_str(&format!("\n{}\n", escaped(note)));
    }
    for section in &story.sections {
        text.push_str(&format!("\n## {}\n\n", escaped(&section.title)));
        for sentence in &section.says {
            text.push_str(&format!("{}\n", escaped(sentence)));
        }
        if !section.steps.is_empty() {
            text.push('\n');
            text.push_str(&steps(section));
            if section.untold() > 0 {
                text.push_str(&format!("\n{} more in the JSON.\n", section.untold()));
            }
        }
        for each in &section.grids {
            text.push_str(&grid_markdown(each));
        }
    }
    text
}

fn steps(section: &Section) -> String {
    let head = ["time", "rule", "what happened"].map(str::to_owned);
    let head: Vec<(String, Align)> = head.into_iter().map(|name| (name, Align::Left)).collect();
    let lines: Vec<Vec<String>> = section
        .told()
        .iter()
        .map(|step| {
            let time = super::clock(step.time);
            vec![time, escaped(&step.rule), escaped(&step.says)]
        })
        .collect();
    grid::markdown(&head, &lines)
}

fn grid_markdown(each: &Grid) -> String {
    let heads = each
        .columns
        .iter()
        .take(each.wide)
        .map(|(_, head)| escaped(head));
    let head: Vec<(String, Align)> = heads.zip(each.aligns()).collect();
    let cells = |row: &Vec<Value>| {
        row.iter()
            .take(each.wide)
            .map(|cell| escaped(&cell.read()))
            .collect()
    };
    let lines: Vec<Vec<String>> = each.head().iter().map(cells).collect();
    let mut text = format!("\n### {}\n\n", escaped(&each.title));
    text.push_str(&grid::markdown(&head, &lines));
    if each.hidden() > 0 {
        text.push_str(&format!("\n{} more in the JSON.\n", each.hidden()));
    }
    text
}
