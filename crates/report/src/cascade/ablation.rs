use seawall_scenario::Cascade;
use seawall_sim::{Ablated, CASCADE_FIGURES, Standing};
use serde_json::{Map, Value, json};

use super::section::Section;
use super::sweep::{HEADS, columns, values};
use super::{heading, heading_markdown};
use crate::WIDTH;
use crate::grid::{Align, csv_text};
use crate::table::Ink;
use crate::wrap::wrapped;

const LEGEND: &str = "Each line is the file with one rule changed; * marks what the file states \
                      itself.";

/// One rule changed at a time.
#[derive(Clone, Copy)]
pub struct AblationReport<'a> {
    /// What was run.
    pub cascade: &'a Cascade,
    /// The file as it stands, then every value of everything that it varies.
    pub rows: &'a [Ablated],
}

impl AblationReport<'_> {
    fn section(&self) -> Section {
        let mut head = vec!["rule", "value"];
        head.extend(HEADS);
        let mut section = Section::new("One rule at a time", &head, Align::Left);
        let mut before = "";
        for row in self.rows {
            let rule = match (row.rule.as_str(), row.rule == before) {
                ("", _) => "as it stands",
                (_, true) => "",
                (rule, false) => rule,
            };
            before = &row.rule;
            let value = match row.stands {
                Standing::Own if !row.value.is_empty() => format!("{}*", row.value),
                _ => row.value.clone(),
            };
            let mut line = vec![rule.to_owned(), value];
            line.extend(columns(&row.summary));
            section.lines.push(line);
        }
        section
    }

    /// For people.
    #[must_use]
    pub fn table(&self, ink: Ink) -> String {
        let mut text = heading(self.cascade, ink);
        text.push_str(&self.section().text(ink));
        text.push('\n');
        text.push_str(&wrapped("", LEGEND, WIDTH));
        text
    }

    /// For pages such as GitHub's.
    #[must_use]
    pub fn markdown(&self) -> String {
        let head = heading_markdown(self.cascade);
        format!("{head}{}\n{LEGEND}\n", self.section().markdown())
    }

    /// For programs and spreadsheets: a row a run, every figure exact.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut head = vec!["rule", "value", "verdict"];
        head.extend(CASCADE_FIGURES.iter().map(|one| one.id));
        let lines = self.rows.iter().map(|row| {
            let verdict = row.summary.verdict.name().to_owned();
            let mut line = vec![row.rule.clone(), row.value.clone(), verdict];
            line.extend(values(&row.summary).map(|(_, value)| value.unwrap_or_default()));
            line
        });
        csv_text(&head, &lines.collect::<Vec<_>>())
    }

    /// For programs: every figure exact.
    ///
    /// **Errors** none in practice: every value has a form in JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        let rows = self.rows.iter().map(|row| {
            let figures = values(&row.summary).map(|(id, value)| (id.to_owned(), json!(value)));
            json!({
                "rule": row.rule,
                "value": row.value,
                "own": row.stands == Standing::Own,
                "verdict": row.summary.verdict,
                "figures": figures.collect::<Map<String, Value>>(),
            })
        });
        let document = json!({
            "cascade": self.cascade.name(),
            "question": self.cascade.question(),
            "hash": self.cascade.hash(),
            "rows": rows.collect::<Vec<Value>>(),
        });
        let mut text = serde_json::to_string_pretty(&document)?;
        text.push('\n');
        Ok(text)
    }
}
