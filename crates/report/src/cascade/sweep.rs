use seawall_cascade::Verdict;
use seawall_scenario::Axis;
use seawall_sim::{CASCADE_FIGURES, CascadeFigure, CascadeSummary, CascadeSweep};
use serde_json::{Map, Value, json};

use super::number::figure;
use super::section::Section;
use super::{heading, heading_markdown};
use crate::digits::{count, exact};
use crate::grid::{Align, csv_text};
use crate::table::Ink;

/// The figures of a line, those that answer most questions.
pub(super) const COLUMNS: [&str; 8] = [
    "final_spot",
    "fall",
    "amplification",
    "loop_gain",
    "rounds",
    "accounts",
    "sold",
    "shortfall",
];
/// Their heads.
pub(super) const HEADS: [&str; 9] = [
    "verdict",
    "price",
    "fall",
    "ampl.",
    "gain",
    "rounds",
    "loans",
    "sold",
    "shortfall",
];
/// More lines than this are counted only.
const MOST: usize = 200;
/// A grid of more columns than this is no table.
const BROADEST: usize = 10;

/// Every combination of the points of several axes.
#[derive(Clone, Copy)]
pub struct SweepReport<'a> {
    /// What was run.
    pub sweep: &'a CascadeSweep<'a>,
    /// What came of each, in order.
    pub samples: &'a [CascadeSummary],
}

impl SweepReport<'_> {
    /// For people: of two axes a grid, then a line a run, as long as they can be read; how many
    /// came out how.
    #[must_use]
    pub fn table(&self, ink: Ink) -> String {
        let mut text = heading(self.sweep.cascade, ink);
        for section in self.sections() {
            text.push_str(&section.text(ink));
        }
        text
    }

    /// For pages such as GitHub's.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = heading_markdown(self.sweep.cascade);
        for section in self.sections() {
            text.push_str(&section.markdown());
        }
        text
    }

    fn sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        sections.extend(self.grid());
        sections.extend(self.lines());
        sections.push(self.counts());
        sections
    }

    /// Amplification and verdict over two axes.
    fn grid(&self) -> Option<Section> {
        let [down, across] = self.sweep.axes else {
            return None;
        };
        let width = across.points.len();
        if width > BROADEST || self.samples.len() > MOST {
            return None;
        }
        let title = format!("Amplification by {} and {}", down.name, across.name);
        let mut head = vec![down.name.as_str()];
        head.extend(across.points.iter().map(|point| point.name.as_str()));
        let mut section = Section::new(title, &head, Align::Left);
        for (row, samples) in down.points.iter().zip(self.samples.chunks(width)) {
            let mut line = vec![row.name.clone()];
            line.extend(samples.iter().map(cell));
            section.lines.push(line);
        }
        Some(section)
    }

    /// A line a run.
    fn lines(&self) -> Option<Section> {
        if self.samples.len() > MOST {
            return None;
        }
        let mut head: Vec<&str> = names(self.sweep.axes).collect();
        head.extend(HEADS);
        let mut section = Section::new("Every run", &head, Align::Left);
        for (number, sample) in self.samples.iter().enumerate() {
            let points = self.sweep.points(number);
            let mut line: Vec<String> = points.iter().map(|point| point.name.clone()).collect();
            line.extend(columns(sample));
            section.lines.push(line);
        }
        Some(section)
    }

    fn counts(&self) -> Section {
        let of = |verdict| {
            self.samples
                .iter()
                .filter(move |one| one.verdict == verdict)
        };
        let number = |verdict| u64::try_from(of(verdict).count()).unwrap_or(u64::MAX);
        let total = u64::try_from(self.samples.len()).unwrap_or(u64::MAX);
        let title = format!("{} runs", count(total));
        let mut section = Section::new(title, &["verdict", "runs", "worst ampl."], Align::Left);
        for verdict in [Verdict::Calm, Verdict::Contained, Verdict::Spiral] {
            let worst = of(verdict)
                .filter_map(|one| one.units("amplification"))
                .max();
            let unit = CascadeFigure::named("amplification");
            let worst = unit.map_or_else(String::new, |one| figure(worst, one.unit));
            section.lines.push(vec![
                verdict.name().to_owned(),
                count(number(verdict)),
                worst,
            ]);
        }
        section
    }

    /// For programs and spreadsheets: a row a run, every figure exact.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut head: Vec<&str> = names(self.sweep.axes).collect();
        head.push("verdict");
        head.extend(CASCADE_FIGURES.iter().map(|one| one.id));
        let lines = self.samples.iter().enumerate().map(|(number, sample)| {
            let points = self.sweep.points(number);
            let mut line: Vec<String> = points.iter().map(|point| point.name.clone()).collect();
            line.push(sample.verdict.name().to_owned());
            line.extend(values(sample).map(|(_, value)| value.unwrap_or_default()));
            line
        });
        csv_text(&head, &lines.collect::<Vec<_>>())
    }

    /// For programs: every figure exact.
    ///
    /// **Errors** none in practice: every value has a form in JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        let runs = self.samples.iter().enumerate().map(|(number, sample)| {
            let points = self.sweep.points(number);
            let points: Vec<&str> = points.iter().map(|point| point.name.as_str()).collect();
            let figures = values(sample).map(|(id, value)| (id.to_owned(), json!(value)));
            json!({
                "points": points,
                "verdict": sample.verdict,
                "figures": figures.collect::<Map<String, Value>>(),
            })
        });
        let cascade = self.sweep.cascade;
        let document = json!({
            "cascade": cascade.name(),
            "question": cascade.question(),
            "hash": cascade.hash(),
            "axes": names(self.sweep.axes).collect::<Vec<_>>(),
            "runs": runs.collect::<Vec<Value>>(),
        });
        let mut text = serde_json::to_string_pretty(&document)?;
        text.push('\n');
        Ok(text)
    }
}

fn names(axes: &[Axis]) -> impl Iterator<Item = &str> {
    axes.iter().map(|axis| axis.name.as_str())
}

/// The figures of a run by their ids, exact.
pub(super) fn values(
    sample: &CascadeSummary,
) -> impl Iterator<Item = (&'static str, Option<String>)> + '_ {
    let pairs = CASCADE_FIGURES.iter().zip(&sample.figures);
    pairs.map(|(one, units)| (one.id, units.map(|units| exact(units, one.unit.places()))))
}

/// The cells of a line.
pub(super) fn columns(sample: &CascadeSummary) -> Vec<String> {
    let mut line = vec![sample.verdict.name().to_owned()];
    line.extend(COLUMNS.iter().map(|id| match CascadeFigure::named(id) {
        Some(one) => figure(sample.units(id), one.unit),
        None => String::new(),
    }));
    line
}

fn cell(sample: &CascadeSummary) -> String {
    let unit = CascadeFigure::named("amplification");
    let times = unit.map_or_else(String::new, |one| {
        figure(sample.units("amplification"), one.unit)
    });
    match sample.verdict {
        Verdict::Calm => String::from("calm"),
        Verdict::Contained => times,
        Verdict::Spiral => format!("{times} !"),
    }
}
