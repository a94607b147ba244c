//! The summary as Markdown.

use seawall_report::grid::{Align, escaped, markdown};

use crate::text::{SummaryReport, Table};

impl SummaryReport<'_> {
    /// For pages such as GitHub's.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", escaped(&self.summary.head().question));
        for (name, fact) in self.facts() {
            text.push_str(&format!("- {name}: {}\n", escaped(&fact)));
        }
        for table in self.sections() {
            text.push_str(&format!("\n## {}\n\n", escaped(&table.title)));
            text.push_str(&grid(&table));
            for note in &table.notes {
                text.push_str(&format!("\n{}\n", escaped(note)));
            }
        }
        text
    }
}

fn grid(table: &Table) -> String {
    let mut lines = table.lines.iter();
    let head = lines.next().into_iter().flatten().enumerate();
    let head: Vec<(String, Align)> = head
        .map(|(place, name)| match place {
            0 => (escaped(name), Align::Left),
            _ => (escaped(name), Align::Right),
        })
        .collect();
    let lines: Vec<Vec<String>> = lines
        .map(|line| line.iter().map(|cell| escaped(cell.trim())).collect())
        .collect();
    markdown(&head, &lines)
}
