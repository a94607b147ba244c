//! Small tables under a heading, as text and as Markdown.

use crate::grid::{Align, aligned, escaped, markdown};
use crate::table::Ink;

/// A table under a heading.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) head: Vec<String>,
    pub(super) lines: Vec<Vec<String>>,
    pub(super) first: Align,
}

impl Section {
    pub(super) fn new(title: impl Into<String>, head: &[&str], first: Align) -> Self {
        Self {
            title: title.into(),
            head: head.iter().map(|&name| name.to_owned()).collect(),
            lines: Vec::new(),
            first,
        }
    }

    pub(super) fn text(&self, ink: Ink) -> String {
        let head: Vec<&str> = self.head.iter().map(String::as_str).collect();
        let table = aligned(&head, &self.lines, self.first);
        format!("\n{}\n{table}", ink.bold(&self.title))
    }

    pub(super) fn markdown(&self) -> String {
        let aligns = (0..self.head.len()).map(|place| match (place, self.first) {
            (0, Align::Left) => Align::Left,
            _ => Align::Right,
        });
        let head: Vec<(String, Align)> = self
            .head
            .iter()
            .map(|name| escaped(name))
            .zip(aligns)
            .collect();
        let lines: Vec<Vec<String>> = self
            .lines
            .iter()
            .map(|line| line.iter().map(|cell| escaped(cell)).collect())
            .collect();
        format!(
            "\n### {}\n\n{}",
            escaped(&self.title),
            markdown(&head, &lines)
        )
    }
}
