//! Where a venue's journal goes.

use seawall_ledger::Entry;
use seawall_units::Time;
use seawall_venue::{Detail, Event, Told, Venue};

/// The phases of a second, in their order, with the setup before the first and the last step.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Capital and initial positions.
    Setup,
    /// Sources become a mark and a status.
    Oracle,
    /// Indices move.
    Funding,
    /// Commands are executed.
    Orders,
    /// Stages that are due run.
    Liquidation,
    /// Fees are distributed, liquidity comes and goes.
    Attribution,
    /// The venue is looked at.
    Check,
    /// Open deficits are driven to their end.
    Finish,
}

impl Phase {
    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Oracle => "oracle",
            Self::Funding => "funding",
            Self::Orders => "orders",
            Self::Liquidation => "liquidation",
            Self::Attribution => "attribution",
            Self::Check => "check",
            Self::Finish => "finish",
        }
    }
}

/// What a venue has posted and told since the last step.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// In which phase.
    pub phase: Phase,
    /// In which second.
    pub time: Time,
    /// The postings.
    pub entries: &'a [Entry],
    /// The events, each with its place between the postings.
    pub told: &'a [Told],
}

/// Where a venue's journal goes as it is written, phase by phase.
pub trait JournalSink {
    /// How much the venue is to tell.
    fn detail(&self) -> Detail {
        Detail::Figures
    }

    /// The venue as it was set up, before its first step.
    fn begun(&mut self, _venue: &dyn Venue) {}

    /// The next step. Without an implementation of its own, every entry and then every event goes
    /// to [`JournalSink::entry`] and [`JournalSink::event`].
    fn step(&mut self, step: &Step<'_>) {
        for entry in step.entries {
            self.entry(entry);
        }
        for told in step.told {
            self.event(&told.event);
        }
    }

    /// The next journal entry.
    fn entry(&mut self, _entry: &Entry) {}

    /// The next event.
    fn event(&mut self, _event: &Event) {}

    /// A second has ended; what follows belongs to the next one, or to the venue's last step.
    fn end_second(&mut self, _now: Time) {}

    /// The venue as it stands when a second has ended.
    fn standing(&mut self, _now: Time, _venue: &dyn Venue) {}

    /// The venue as it stands after its last step.
    fn ended(&mut self, _venue: &dyn Venue) {}
}

/// Keeps nothing.
impl JournalSink for () {
    fn step(&mut self, _: &Step<'_>) {}
}
