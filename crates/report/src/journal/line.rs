use serde::{Deserialize, Serialize};

use seawall_ledger::Entry;

use super::{EventRecord, FORMAT, VERSION};

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The first line.
    Header(Header),
    /// A transfer in its place.
    Entry(Entry),
    /// What happened.
    Event(EventRecord),
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
    /// The venue's name.
    pub venue: String,
    /// Seed of every random draw.
    pub seed: u64,
}

impl Header {
    /// The header of a journal that this program writes.
    #[must_use]
    pub fn new(scenario: &str, scenario_sha256: &str, venue: &str, seed: u64) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: scenario.to_owned(),
            scenario_sha256: scenario_sha256.to_owned(),
            venue: venue.to_owned(),
            seed,
        }
    }
}

/// The final record: a journal without it was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Entries before it.
    pub entries: u64,
    /// Events before it.
    pub events: u64,
    /// SHA-256 of every byte before this line, in hexadecimal digits.
    pub sha256: String,
}
