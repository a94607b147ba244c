//! Cells padded so that the decimal points of a venue stand below each other.

use comfy_table::{Attribute, Cell as Box, CellAlignment, Color, Table, TableStyle};

use super::Ink;
use super::rows::{Cell, Rank, Row};
use crate::WIDTH;
use crate::digits::rounded;
use crate::metric::Unit;

/// How finely money is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Cents,
    Dollars,
    Millions,
}

/// A cell's text before and from its decimal point on, its mark and its note.
#[derive(Debug)]
struct Parts {
    whole: String,
    part: String,
    rank: Rank,
    note: String,
}

/// The widest of each of the [`Parts`].
#[derive(Debug, Default, Clone, Copy)]
struct Widths {
    whole: usize,
    part: usize,
    note: usize,
}

/// The table's lines, with money as fine as [`WIDTH`] has room for.
pub(super) fn layout(names: &[&str], rows: &[Row], ink: Ink) -> String {
    let fits = |scale: &Scale| {
        let plain = lines(names, rows, Ink::Plain, *scale);
        plain.lines().all(|line| line.chars().count() <= WIDTH)
    };
    let scale = [Scale::Cents, Scale::Dollars].into_iter().find(fits);
    lines(names, rows, ink, scale.unwrap_or(Scale::Millions))
}

fn lines(names: &[&str], rows: &[Row], ink: Ink, scale: Scale) -> String {
    let parts: Vec<Vec<Parts>> = rows.iter().map(|row| row_parts(row, scale)).collect();
    let widths = widths(parts.iter().flatten());
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    match ink {
        Ink::Plain => table.force_no_tty(),
        Ink::Ansi => table.enforce_styling(),
    };
    let name = |name: &&str| {
        let name = Box::new(*name).set_alignment(CellAlignment::Right);
        name.add_attribute(Attribute::Bold)
    };
    let header = std::iter::once(Box::new("")).chain(names.iter().map(name));
    table.set_header(header);
    let mut section = None;
    for (row, parts) in rows.iter().zip(&parts) {
        if section.replace(row.section) != Some(row.section) {
            table.add_row([Box::new(row.section.title()).add_attribute(Attribute::Bold)]);
        }
        let cells = parts.iter().map(|cell| boxed(cell, widths));
        let label = Box::new(format!("  {}", title(row, scale)));
        table.add_row(std::iter::once(label).chain(cells));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A row's label with its unit.
fn title(row: &Row, scale: Scale) -> String {
    match (row.unit, scale) {
        (Unit::Usd, Scale::Millions) => format!("{} (USD m)", row.label),
        (Unit::Count, _) => row.label.clone(),
        (unit, _) => format!("{} ({})", row.label, unit.label()),
    }
}

fn widths<'a>(cells: impl Iterator<Item = &'a Parts>) -> Widths {
    cells.fold(Widths::default(), |widest, cell| Widths {
        whole: widest.whole.max(cell.whole.len()),
        part: widest.part.max(cell.part.len()),
        note: widest.note.max(cell.note.len()),
    })
}

fn row_parts(row: &Row, scale: Scale) -> Vec<Parts> {
    let (places, decimals) = match (row.unit, scale) {
        (Unit::Usd, Scale::Dollars) => (Unit::Usd.places(), 0),
        (Unit::Usd, Scale::Millions) => (Unit::Usd.places().saturating_add(6), 2),
        (unit, Scale::Cents) => (unit.places(), row.decimals()),
        (unit, _) => (unit.places(), row.decimals().min(2)),
    };
    let cells = row.cells.iter().zip(row.ranks((places, decimals)));
    cells
        .map(|(cell, rank)| {
            let text = cell_text(cell.units, row.unit, (places, decimals));
            parts(&text, *cell, rank)
        })
        .collect()
}

/// A value for people, with so many decimal places in its integer and so many shown.
pub(super) fn cell_text(units: Option<i128>, unit: Unit, (places, shown): (u32, u32)) -> String {
    match (units, unit) {
        (None, _) => String::from("n/a"),
        (Some(0), Unit::ExactUsd) => String::from("0"),
        (Some(units), Unit::ExactUsd) => rounded(units, places, places),
        (Some(units), _) => rounded(units, places, shown),
    }
}

fn parts(text: &str, cell: Cell, rank: Rank) -> Parts {
    let point = text.find('.').unwrap_or(text.len());
    let (whole, part) = text.split_at(point);
    Parts {
        whole: whole.to_owned(),
        part: part.to_owned(),
        rank,
        note: cell
            .note
            .map(|note| format!("[{note}]"))
            .unwrap_or_default(),
    }
}

fn boxed(cell: &Parts, widths: Widths) -> Box {
    let mark = match cell.rank {
        Rank::Best => "*",
        Rank::Worst => "!",
        Rank::Unmarked => " ",
    };
    let text = format!(
        "{:>whole$}{:<part$}{mark}{:<note$}",
        cell.whole,
        cell.part,
        cell.note,
        whole = widths.whole,
        part = widths.part,
        note = widths.note,
    );
    let cell_box = Box::new(text).set_alignment(CellAlignment::Right);
    match cell.rank {
        Rank::Best => cell_box.fg(Color::Green),
        Rank::Worst => cell_box.fg(Color::Red),
        Rank::Unmarked => cell_box,
    }
}
