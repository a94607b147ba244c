//! What is told, before it is written down.

use seawall_ledger::Transfer;
use seawall_units::Time;

use super::value::{Grid, Value};
use crate::journal::Header;

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The journal that it is told from.
    pub header: Header,
    /// What was asked.
    pub question: String,
    /// What is wrong with the journal, if it was cut off.
    pub note: Option<String>,
    /// The answer.
    pub sections: Vec<Section>,
}

impl Story {
    pub(super) fn new(
        header: &Header,
        question: String,
        note: Option<String>,
        sections: Vec<Section>,
    ) -> Self {
        Self {
            header: header.clone(),
            question,
            note,
            sections,
        }
    }

    /// Scenario, venue and question in one line.
    pub(super) fn title(&self) -> String {
        let Header {
            scenario,
            venue,
            seed,
            ..
        } = &self.header;
        format!("{scenario} in {venue}, seed {seed}: {}", self.question)
    }
}

/// A part of the answer under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// Its name in files.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// What it comes to, in sentences.
    pub says: Vec<String>,
    /// The same in figures: name in files and value.
    pub figures: Vec<(&'static str, Value)>,
    /// What happened, in its order.
    pub steps: Vec<Step>,
    /// How many of the steps people are shown, where not all; all of them are written for programs.
    pub shown: Option<usize>,
    /// Tables.
    pub grids: Vec<Grid>,
}

impl Section {
    /// The steps that people are shown.
    pub(super) fn told(&self) -> &[Step] {
        let told = self.shown.and_then(|shown| self.steps.get(..shown));
        told.unwrap_or(&self.steps)
    }

    /// How many steps people are not shown.
    pub(super) fn untold(&self) -> usize {
        self.steps.len().saturating_sub(self.told().len())
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub time: Time,
    /// The event's place in the journal.
    pub seq: u64,
    /// The rule that decided it.
    pub rule: String,
    /// In words.
    pub says: String,
    /// In figures: name in files and value.
    pub figures: Vec<(&'static str, Value)>,
    /// The postings that it made for whom it is told.
    pub postings: Vec<Transfer>,
}
