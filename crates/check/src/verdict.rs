//! What a check comes to.

use std::str::FromStr;

use crate::findings::{Tally, Violation};
use crate::law::Law;
use crate::names::Venue;

/// What is asked of a check.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many violations are kept; all of them are counted.
    pub max: usize,
    /// What the final hash must begin with.
    pub expect_hash: Option<ExpectedHash>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max: 50,
            expect_hash: None,
        }
    }
}

/// A final hash that the journal must end in, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedHash(String);

impl ExpectedHash {
    /// Whether a whole hash begins with it.
    #[must_use]
    pub fn fits(&self, hash: &str) -> bool {
        hash.starts_with(&self.0)
    }
}

impl std::fmt::Display for ExpectedHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// The text is no hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no hash; legal: 16 to 64 hexadecimal digits")]
pub struct NoHash {
    text: String,
}

impl FromStr for ExpectedHash {
    type Err = NoHash;
    fn from_str(text: &str) -> Result<Self, NoHash> {
        let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match digits && (16..=64).contains(&text.len()) {
            true => Ok(Self(text.to_ascii_lowercase())),
            false => Err(NoHash {
                text: text.chars().take(80).collect(),
            }),
        }
    }
}

/// Why a file could not be read as a journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The operating system or the compression says no.
    #[error("line {line}: the file cannot be read: {reason}")]
    File {
        /// The line that was being read.
        line: u64,
        /// What was said.
        reason: std::io::Error,
    },
    /// The first line is no header of a journal.
    #[error("line 1: this is no journal; legal: a first line that begins with `{{\"header\":`")]
    NotAJournal,
    /// The header names another format.
    #[error("line 1: the format is `{found}`; legal: `seawall-journal`")]
    Format {
        /// The name.
        found: String,
    },
    /// The header names a version that is not known.
    #[error("line 1: version {found} of the journal; legal: 2")]
    Version {
        /// The version.
        found: u64,
    },
    /// The header does not have what a header has.
    #[error("line 1: the header cannot be read: {reason}")]
    Header {
        /// What is wrong, from JSON.
        reason: String,
    },
    /// A line is longer than is read.
    #[error("line {line} is longer than {limit} bytes")]
    TooLong {
        /// The line.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// A line is not UTF-8.
    #[error("line {line} is not UTF-8")]
    NotText {
        /// The line.
        line: u64,
    },
    /// A line is not JSON.
    #[error("line {line} is not JSON: {reason}")]
    NotJson {
        /// The line.
        line: u64,
        /// What is wrong, from JSON.
        reason: String,
    },
}

/// What was checked and what was found.
#[derive(Debug)]
pub struct Report {
    /// The mechanism, which decides which laws hold.
    pub venue: Venue,
    /// The scenario's name.
    pub scenario: String,
    /// Whole lines, the header and the final record among them.
    pub lines: u64,
    /// Postings.
    pub transfers: u64,
    /// Deficits that were opened.
    pub deficits: u64,
    /// Whether the final record is there.
    pub complete: bool,
    /// The last state of the chain, 64 hexadecimal digits.
    pub hash: String,
    /// The first violations, as many as were asked for.
    pub violations: Vec<Violation>,
    /// Each law with how often it was applied and broken, in the order of [`Law::ALL`].
    pub tallies: Vec<(Law, Tally)>,
    /// Laws that this journal does not hold enough for, and what is missing.
    pub unapplied: Vec<(Law, &'static str)>,
}

impl Report {
    /// All violations, those that were not kept too.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.tallies
            .iter()
            .fold(0, |sum, (_, tally)| sum.saturating_add(tally.violations))
    }
}

/// What a check comes to.
#[derive(Debug)]
pub enum Verdict {
    /// The file was read to its end or to where it was cut off.
    Read(Box<Report>),
    /// The file is no journal that this program knows.
    Unreadable(Unreadable),
}

impl Verdict {
    /// 0 clean, 1 violations, 2 unreadable, 3 valid as far as it goes but without a final record.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Unreadable(_) => 2,
            Self::Read(report) if report.total() > 0 => 1,
            Self::Read(report) if !report.complete => 3,
            Self::Read(_) => 0,
        }
    }

    /// The report, where there is one.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Read(report) => Some(report),
            Self::Unreadable(_) => None,
        }
    }
}
