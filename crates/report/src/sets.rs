//! Several sets of parameters side by side.

use seawall_scenario::{OwnPositions, Scenario};
use seawall_sim::{Comparison, Difference, VenueName, VenueOutcome};
use serde::Serialize;

use crate::WIDTH;
use crate::grid::{self, Align};
use crate::json;
use crate::table::lines as table_lines;
use crate::table::{Ink, changed, markdown_side_by_side, side_by_side};
use crate::wrap::wrapped;

/// Differences that are listed; the JSON has them all.
const MOST_LISTED: usize = 60;

/// Scenarios that are compared with each other, and how their parameters differ.
#[derive(Debug, Clone, Copy)]
pub struct Sets<'a> {
    /// The scenarios, called A, B, C and so on.
    pub scenarios: &'a [Scenario],
    /// The parameters that are not the same in all of them.
    pub differences: &'a [Difference],
}

/// The letter of a set: A to Z, then a number.
pub(crate) fn letter(place: usize) -> String {
    match ('A'..='Z').nth(place) {
        Some(letter) => letter.to_string(),
        None => format!("set {}", place.saturating_add(1)),
    }
}

impl Sets<'_> {
    /// The question that all sets ask; `None` when they ask different ones.
    fn question(&self) -> Option<&str> {
        let mut questions = self.scenarios.iter().map(|one| &one.file().question);
        let first = questions.next()?;
        questions.all(|other| other == first).then_some(first)
    }

    /// What stands above all: the one question, or which sets stand side by side, each of which
    /// has its question below.
    fn title(&self) -> String {
        match self.question() {
            Some(question) => question.to_owned(),
            None => {
                let mut letters: Vec<String> = (0..self.scenarios.len()).map(letter).collect();
                let last = letters.pop().unwrap_or_default();
                format!("{} and {last} side by side", letters.join(", "))
            }
        }
    }

    /// What one set asks, where it is not what all ask.
    fn own_question(&self, scenario: &Scenario) -> Option<String> {
        let differs = self.question().is_none();
        differs.then(|| scenario.file().question.clone())
    }

    /// The question, one line a set, and what differs between them, key by key.
    pub(crate) fn heading(&self, ink: Ink) -> String {
        let mut text: String = wrapped("", &self.title(), WIDTH)
            .lines()
            .map(|line| format!("{}\n", ink.bold(line)))
            .collect();
        for (place, scenario) in self.scenarios.iter().enumerate() {
            let name = if self.scenarios.len() == 1 {
                String::from("scenario")
            } else {
                letter(place)
            };
            let hash: String = scenario.hash().chars().take(12).collect();
            let fact = format!(
                "{}, seed {}, hash {hash}",
                scenario.file_name(),
                scenario.stated_seed()
            );
            text.push_str(&wrapped(&format!("  {name}: "), &fact, WIDTH));
            if let Some(question) = self.own_question(scenario) {
                text.push_str(&wrapped("     ", &question, WIDTH));
            }
            for change in scenario.changes() {
                text.push_str(&wrapped("     set ", &changed(change), WIDTH));
            }
        }
        if self.scenarios.len() > 1 {
            text.push_str(&self.listed(ink));
        }
        text
    }

    fn listed(&self, ink: Ink) -> String {
        let names = (0..self.scenarios.len()).map(letter);
        let mut lines = vec![
            std::iter::once(String::from("What differs"))
                .chain(names)
                .collect(),
        ];
        for each in self.differences.iter().take(MOST_LISTED) {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
            let values = each.values.iter().map(value);
            let key = format!("  {}", each.key);
            lines.push(std::iter::once(key).chain(values).collect());
        }
        let mut text = format!("\n{}", columns(&lines, ink));
        let more = self.differences.len().saturating_sub(MOST_LISTED);
        match (self.differences.len(), more) {
            (0, _) => text.push_str("  nothing: the sets are the same\n"),
            (_, 0) => {}
            (_, more) => text.push_str(&format!("  and {more} keys more; the JSON has them all\n")),
        }
        text
    }

    /// The figures of every venue, one column a set: `*` marks the better of its row.
    #[must_use]
    pub fn table(&self, comparisons: &[Comparison], ink: Ink) -> String {
        let mut text = self.heading(ink);
        let letters: Vec<String> = (0..comparisons.len()).map(letter).collect();
        let names: Vec<&str> = letters.iter().map(String::as_str).collect();
        let venues = comparisons.first().map_or(0, |one| one.venues.len());
        for place in 0..venues {
            let outcomes: Vec<VenueOutcome> = comparisons
                .iter()
                .filter_map(|one| one.venues.get(place).cloned())
                .collect();
            let Some(first) = outcomes.first() else {
                continue;
            };
            let title = format!("{} ({})", first.name, first.title);
            text.push_str(&format!("\n{}\n", ink.bold(&title)));
            text.push_str(&side_by_side(&names, &outcomes, ink));
            for (name, outcome) in names.iter().zip(&outcomes) {
                let sentence = crate::because::sentence(outcome);
                text.push_str(&wrapped(&format!("  {name}: "), &sentence, WIDTH));
                for breach in &outcome.breaches {
                    text.push_str(&wrapped("  breach of a law: ", breach, WIDTH));
                }
            }
        }
        text.push('\n');
        let legend = "* best of its row, ! worst; n/a: the venue has no such figure. Figures are \
            rounded for reading; the JSON is exact.";
        text.push_str(&wrapped("", legend, WIDTH));
        text
    }

    /// Question, sets and what differs between them, as Markdown.
    pub(crate) fn markdown_heading(&self) -> String {
        let mut text = format!("# {}\n\n", grid::escaped(&self.title()));
        for (place, scenario) in self.scenarios.iter().enumerate() {
            let seed = scenario.stated_seed();
            let name = grid::escaped(scenario.file_name());
            let letter = letter(place);
            text.push_str(&format!("- **{letter}** {name}, seed {seed}\n"));
            if let Some(question) = self.own_question(scenario) {
                text.push_str(&format!("  - {}\n", grid::escaped(&question)));
            }
            for change in scenario.changes() {
                let change = grid::escaped(&changed(change));
                text.push_str(&format!("  - set {change}\n"));
            }
        }
        if self.scenarios.len() > 1 {
            let key = (String::from("what differs"), Align::Left);
            let names = (0..self.scenarios.len()).map(|place| (letter(place), Align::Right));
            let head: Vec<(String, Align)> = std::iter::once(key).chain(names).collect();
            let lines = self.differences.iter().map(|each| {
                let value = |value: &Option<String>| match value {
                    Some(value) => grid::escaped(value),
                    None => String::from("-"),
                };
                let key = std::iter::once(grid::escaped(&each.key));
                key.chain(each.values.iter().map(value)).collect()
            });
            text.push('\n');
            text.push_str(&grid::markdown(&head, &lines.collect::<Vec<Vec<String>>>()));
        }
        text
    }

    /// The figures of every venue as GitHub-flavoured Markdown, one column a set.
    #[must_use]
    pub fn markdown(&self, comparisons: &[Comparison]) -> String {
        let mut text = self.markdown_heading();
        let letters: Vec<String> = (0..comparisons.len()).map(letter).collect();
        let names: Vec<&str> = letters.iter().map(String::as_str).collect();
        let venues = comparisons.first().map_or(0, |one| one.venues.len());
        for place in 0..venues {
            let each = comparisons.iter();
            let outcomes = each.filter_map(|one| one.venues.get(place).cloned());
            let outcomes: Vec<VenueOutcome> = outcomes.collect();
            if let Some(first) = outcomes.first() {
                text.push_str(&format!("\n## {} ({})\n", first.name, first.title));
                text.push_str(&markdown_side_by_side(&names, &outcomes));
            }
        }
        text
    }

    /// The figures as CSV, one row a figure, venue and set: `metric,unit,venue,set,value`, exact.
    #[must_use]
    pub fn csv(&self, comparisons: &[Comparison]) -> String {
        let mut lines = Vec::new();
        for (place, comparison) in comparisons.iter().enumerate() {
            for mut line in table_lines(comparison) {
                line.insert(3.min(line.len()), letter(place));
                lines.push(line);
            }
        }
        grid::csv_text(&["metric", "unit", "venue", "set", "value"], &lines)
    }

    /// The comparisons whole, with what differs between them.
    ///
    /// **Errors** none in practice: every value has a form in JSON.
    pub fn json(&self, comparisons: &[Comparison]) -> serde_json::Result<String> {
        #[derive(Serialize)]
        struct Document {
            schema_version: u32,
            differences: Vec<Differing>,
            sets: Vec<json::Comparison>,
        }
        let document = Document {
            schema_version: json::SCHEMA_VERSION,
            differences: self.differing(),
            sets: comparisons.iter().map(json::Comparison::from).collect(),
        };
        let mut text = serde_json::to_string_pretty(&document)?;
        text.push('\n');
        Ok(text)
    }

    pub(crate) fn differing(&self) -> Vec<Differing> {
        let each = self.differences.iter().map(|each| Differing {
            key: each.key.clone(),
            values: each.values.clone(),
        });
        each.collect()
    }

    /// The command that runs one seed of one set in one venue again.
    pub(crate) fn replay(&self, set: usize, venue: VenueName, seed: u64) -> String {
        let Some(scenario) = self.scenarios.get(set) else {
            return String::new();
        };
        let mut command = format!("seawall compare {}", quoted(scenario.file_name()));
        let imports = &scenario.instead().imports;
        let file = |path: &Option<std::path::PathBuf>| {
            let path = path.as_ref()?;
            Some(path.display().to_string())
        };
        let flags = [
            ("market", scenario.market().map(str::to_owned)),
            ("prices", file(&imports.prices)),
            ("positions", file(&imports.positions)),
        ];
        for (flag, value) in flags {
            if let Some(value) = value {
                command.push_str(&format!(" --{flag} {}", quoted(&value)));
            }
        }
        if imports.own == OwnPositions::Kept {
            command.push_str(" --keep-positions");
        }
        for (key, value) in scenario.overrides().iter() {
            if key != "seed" {
                command.push_str(&format!(" --set {}", quoted(&format!("{key}={value}"))));
            }
        }
        command.push_str(&format!(" --set seed={seed} --venues {venue}"));
        command
    }
}

/// A key that is not the same in all sets, as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Differing {
    key: String,
    values: Vec<Option<String>>,
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-=:%+,".contains(c);
    match word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// Lines of cells in columns, the first to the left and the others to the right; the first line
/// in bold.
#[must_use]
pub fn columns(lines: &[Vec<String>], ink: Ink) -> String {
    let count = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        let mut row = String::new();
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            match column {
                0 => row.push_str(&format!("{cell:<width$}")),
                _ => row.push_str(&format!("  {cell:>width$}")),
            }
        }
        let row = row.trim_end();
        text.push_str(&if number == 0 {
            ink.bold(row)
        } else {
            row.to_owned()
        });
        text.push('\n');
    }
    text
}
