use std::collections::BTreeMap;

use seawall_ledger::{Account, DeficitId, Transfer};
use seawall_scenario::Scenario;
use seawall_sim::{Phase, VenueName};
use seawall_units::{Base, Price, Time, Usd};
use seawall_venue::{MarginTable, PositionState, StageId};
use serde::{Deserialize, Serialize};

use super::{EventRecord, FORMAT, VERSION};

/// One line of a journal.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// The first line.
    Header(Box<Header>),
    /// What happened, with its postings.
    Event(Box<EventLine>),
    /// The last line.
    End(End),
}

/// What a journal is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// The scenario's name.
    pub scenario: String,
    /// SHA-256 of the scenario, in hexadecimal digits.
    pub scenario_sha256: String,
    /// Seed of every random draw.
    pub seed: u64,
    /// The venue's name.
    pub venue: String,
    /// The first second.
    pub start: Time,
    /// The outside price then.
    pub opening: Price,
    /// The margin table common to all venues; `None` for the venue's own.
    pub margin: Option<MarginTable>,
    /// The payers in their order, ending in the residual.
    pub loss_order: Vec<StageId>,
    /// Every parameter of the venue, defaults included.
    pub parameters: serde_json::Value,
    /// Names of the scenario for accounts (`margin:0`, a crowd `margin:3-9`), bidders and
    /// liquidity providers (`party:0`).
    pub names: BTreeMap<String, String>,
}

impl Header {
    /// The header of the journal of a scenario in a venue; the loss order is the venue's own, and
    /// [`Sink`](super::Sink) asks it for it.
    ///
    /// **Errors** those of [`seawall_sim::venue_parameters`].
    pub fn new(scenario: &Scenario, venue: VenueName) -> Result<Self, seawall_sim::SimError> {
        let parameters = seawall_sim::venue_parameters(scenario, venue)?;
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.name().to_owned(),
            scenario_sha256: scenario.hash().to_owned(),
            seed: scenario.file().seed,
            venue: venue.to_string(),
            start: scenario.start(),
            opening: scenario.opening(),
            margin: scenario.margin_table(),
            loss_order: Vec::new(),
            parameters,
            names: scenario.names(),
        })
    }
}

/// One event with its place, its postings and the positions that it changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventLine {
    /// Place in the journal, from zero, without gaps.
    pub seq: u64,
    /// When.
    pub time: Time,
    /// In which phase of its second.
    pub phase: Phase,
    /// What happened: `event` and `data`.
    #[serde(flatten)]
    pub event: EventRecord,
    /// The rule that decided it.
    pub rule: std::borrow::Cow<'static, str>,
    /// The deficit that it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deficit: Option<DeficitId>,
    /// The postings that it made, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Transfer>,
    /// The positions that it changed, as they stand after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub positions: Vec<PositionRecord>,
}

/// A position as it stands after an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PositionRecord {
    /// The account that holds its margin.
    pub holder: Account,
    /// Signed size.
    pub size: Base,
    /// Signed cost of entry.
    pub cost: Usd,
    /// What it was settled at.
    pub since: BTreeMap<String, String>,
}

impl From<PositionState> for PositionRecord {
    fn from(state: PositionState) -> Self {
        let since = state.since.into_iter();
        Self {
            holder: state.holder,
            size: state.size,
            cost: state.cost,
            since: since
                .map(|level| (level.name.to_owned(), level.value))
                .collect(),
        }
    }
}

/// The final record: a journal without it was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Lines before it.
    pub lines: u64,
    /// Transfers in them.
    pub transfers: u64,
    /// The last state of the chain, in hexadecimal digits.
    pub chain: String,
}
