//! The files that a scenario names, or that take their place.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::document::Document;
use crate::import::{self, Given, Imports, OwnPositions};
use crate::model::{PriceSource, ScenarioFile};
use crate::resolve::{Asked, GivenPrices};
use crate::scenario::Place;
use crate::source::Source;
use crate::{ReadFile, ScenarioError};

/// What a scenario names, and how it is read.
pub(crate) struct Named<'a> {
    pub(crate) file_name: &'a str,
    pub(crate) document: &'a Document<'a>,
    pub(crate) file: &'a ScenarioFile,
    pub(crate) read_file: ReadFile<'a>,
}

impl Named<'_> {
    pub(crate) fn prices(&self, imports: &Imports) -> Result<Option<GivenPrices>, ScenarioError> {
        let (given, asked) = match (&imports.prices, &self.file.price) {
            (Some(path), _) => (self.instead(path)?, Asked::Instead),
            (None, PriceSource::Csv { file, .. }) => {
                (self.beside("price.csv.file", file)?, Asked::ByScenario)
            }
            (None, PriceSource::Points { .. }) => return Ok(None),
        };
        Ok(Some(GivenPrices { given, asked }))
    }

    pub(crate) fn positions(
        &self,
        imports: &Imports,
    ) -> Result<Option<(Given, Asked)>, ScenarioError> {
        Ok(match (&imports.positions, &self.file.positions.file) {
            (Some(path), _) => Some((self.instead(path)?, Asked::Instead)),
            (None, Some(file)) => {
                let given = self.beside("positions.file", file)?;
                Some((given, Asked::ByScenario))
            }
            (None, None) => None,
        })
    }

    /// A file that the scenario names, looked for beside it.
    fn beside(&self, field: &str, name: &str) -> Result<Given, ScenarioError> {
        let beside = beside(self.file_name, name);
        let file = beside.display().to_string();
        let bytes = (self.read_file)(&beside).map_err(|error| {
            let found = format!("`{name}`, and {file} cannot be read: {error}");
            let legal = "a file, relative to the scenario file";
            self.document.fail(field, found, legal)
        })?;
        import_within_size(file, bytes)
    }

    /// A file that takes the place of what the scenario names.
    fn instead(&self, path: &Path) -> Result<Given, ScenarioError> {
        let file = path.display().to_string();
        let bytes = (self.read_file)(path).map_err(|error| ScenarioError::Unreadable {
            file: file.clone(),
            reason: error.to_string(),
        })?;
        import_within_size(file, bytes)
    }
}

pub(crate) fn import_within_size(file: String, bytes: Vec<u8>) -> Result<Given, ScenarioError> {
    let most = import::MAX_BYTES;
    match u64::try_from(bytes.len()) {
        Ok(len) if len <= most => Ok(Given { file, bytes }),
        _ => Err(ScenarioError::TooLarge { file, most }),
    }
}

impl Asked {
    /// The same bytes say something else where they replace what the scenario says.
    pub(crate) fn mark(self, hash: &mut Sha256, what: &str) {
        if self == Self::Instead {
            hash.update(format!("\0{what} instead\0"));
        }
    }
}

impl OwnPositions {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Replaced => "positions",
            Self::Kept => "positions kept and not",
        }
    }
}

/// A file that is looked for beside the scenario file.
pub(crate) fn beside(file_name: &str, name: &str) -> PathBuf {
    let folder = Path::new(file_name).parent();
    folder.unwrap_or(Path::new("")).join(name)
}

/// SHA-256 of the text, of the files beside it and of what takes the place of both.
pub(crate) fn hash(
    (source, market): (&Source, Option<&Place>),
    imports: &Imports,
    (prices, positions): (Option<&GivenPrices>, Option<&(Given, Asked)>),
) -> String {
    let mut hash = Sha256::new_with_prefix(&source.text);
    if let Some(market) = market {
        hash.update(format!("\0market {}\0", market.name));
    }
    if let Some(prices) = prices {
        prices.asked.mark(&mut hash, "prices");
        hash.update(&prices.given.bytes);
    }
    if let Some((given, asked)) = positions {
        asked.mark(&mut hash, imports.own.word());
        hash.update(&given.bytes);
    }
    for change in &source.changes {
        hash.update(format!("\0{}={}", change.key, change.after));
    }
    hex(&hash.finalize())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
