//! A small scenario that uses every table of the format, and how tests read it.
#![allow(dead_code)]

use std::io::{Error, ErrorKind, Result as IoResult};
use std::path::Path;

use seawall_scenario::{Scenario, ScenarioError};

/// Every table of the format once; the figures are arbitrary.
pub(crate) const FULL: &str = include_str!("full.toml");

/// The recorded path that [`FULL`] names.
pub(crate) const RECORD: &str = "\
# a comment
utc,coin,price,kind,source
2025-10-10T20:59:00Z,BTC,120,bar,by hand
2025-10-10T21:00:00Z,BTC,100,mark,by hand
2025-10-10T21:00:01Z,BTC,5,bar,by hand

# another
2025-10-10T21:00:02Z,BTC,121,mark,by hand
2025-10-10T21:00:00Z,ETH,7,mark,by hand
";

/// A file beside the scenario: the recorded path or nothing.
pub(crate) fn beside(path: &Path) -> IoResult<Vec<u8>> {
    match path.to_str() {
        Some("dir/path.csv") => Ok(RECORD.into()),
        _ => Err(Error::new(ErrorKind::NotFound, "no such file")),
    }
}

pub(crate) fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    Scenario::parse(text, "dir/full.toml", &beside)
}
