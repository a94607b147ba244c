use std::fmt;
use std::str::FromStr;

/// The venues that a scenario can be run through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VenueName {
    /// The tranched market.
    Tranched,
    /// The order book with Hyperliquid's rules.
    Hyperliquid,
    /// The pool with GMX v2's rules.
    Gmx,
}

impl VenueName {
    /// All of them, in the order of every table.
    pub const ALL: [Self; 3] = [Self::Tranched, Self::Hyperliquid, Self::Gmx];

    /// The name in files and flags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tranched => "tranched",
            Self::Hyperliquid => "hyperliquid",
            Self::Gmx => "gmx",
        }
    }
}

impl fmt::Display for VenueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text names no venue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no venue; legal: tranched, hyperliquid, gmx")]
pub struct UnknownVenue {
    text: String,
}

impl FromStr for VenueName {
    type Err = UnknownVenue;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|name| name.as_str() == text);
        found.ok_or_else(|| UnknownVenue {
            text: text.chars().take(40).collect(),
        })
    }
}
