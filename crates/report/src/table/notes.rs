use seawall_sim::{StageOutcome, VenueOutcome};
use seawall_venue::{StageId, StageRule};

use crate::WIDTH;
use crate::wrap::wrapped;

/// Numbered notes below the table, each text once.
#[derive(Debug, Default)]
pub(super) struct Notes {
    texts: Vec<String>,
}

impl Notes {
    /// The number of the note on a stage that the venue does not have, or on who bears the
    /// residual; `None` when there is nothing to say.
    pub(super) fn number(&mut self, venue: &VenueOutcome, stage: &StageOutcome) -> Option<usize> {
        let text = match stage.rule {
            StageRule::Native if stage.stage == StageId::Residual => residual(venue),
            StageRule::Native => return None,
            StageRule::Equivalent(text) => format!("{}, in this place: {text}", venue.title),
            StageRule::Absent(text) => format!("{}, no such stage: {text}", venue.title),
        };
        let place = self.texts.iter().position(|each| *each == text);
        let place = place.unwrap_or_else(|| {
            self.texts.push(text);
            self.texts.len().saturating_sub(1)
        });
        Some(place.saturating_add(1))
    }

    /// The texts, the first with number 1.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }

    /// One note a paragraph.
    pub(super) fn text(&self) -> String {
        let numbered = self.texts.iter().zip(1_u32..);
        numbered
            .map(|(text, number)| wrapped(&format!("{:>4} ", format!("[{number}]")), text, WIDTH))
            .collect()
    }
}

/// Who bears the residual: a market with tranches is wound up, the others leave it open.
fn residual(venue: &VenueOutcome) -> String {
    let bearer = match venue.senior_change {
        Some(_) => "cut pro rata from traders' positive equity",
        None => "stays unpaid",
    };
    format!("{}, residual: {bearer}", venue.title)
}
