//! What was claimed, by whom, and what became of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the four articles whose claims are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Article(u8);

impl Article {
    /// All of them.
    pub const ALL: [Self; 4] = [Self(0), Self(1), Self(2), Self(3)];

    /// The article of a number; `None` beyond 3.
    ///
    /// ```
    /// use seawall_claims::Article;
    ///
    /// assert_eq!(Article::new(3).map(|article| article.claims()), Some(36));
    /// assert_eq!(Article::new(4), None);
    /// ```
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        match number {
            0..=3 => Some(Self(number)),
            _ => None,
        }
    }

    /// Its number, 0 to 3.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// What it is about, in a line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self.0 {
            0 => "divergence loss as an amplifier of a falling market",
            1 => "divergence loss as a trap for liquidity providers",
            2 => "the derivation of divergence loss",
            _ => "a perpetual market with tranched vaults",
        }
    }

    /// How many claims it makes.
    #[must_use]
    pub const fn claims(self) -> u32 {
        match self.0 {
            0 => 40,
            1 => 28,
            2 => 22,
            _ => 36,
        }
    }
}

impl fmt::Display for Article {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "article {}", self.0)
    }
}

/// Whether a claim is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it was made.
    Holds,
    /// The direction is right and a figure or a word is not.
    HoldsWithACorrection,
    /// Under a condition that the claim leaves out.
    HoldsInPart,
    /// It does not hold.
    Wrong,
    /// A name, an event or an opinion: nothing to compute.
    Context,
}

impl Verdict {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 5] = [
        Self::Holds,
        Self::HoldsWithACorrection,
        Self::HoldsInPart,
        Self::Wrong,
        Self::Context,
    ];

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::HoldsWithACorrection => "holds with a correction",
            Self::HoldsInPart => "holds in part",
            Self::Wrong => "wrong",
            Self::Context => "context",
        }
    }

    /// As it is written in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::HoldsWithACorrection => "holds_with_a_correction",
            Self::HoldsInPart => "holds_in_part",
            Self::Wrong => "wrong",
            Self::Context => "context",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}

/// One claim, as `fixtures/claims.toml` states it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// `S<article>-<number>`, such as `S1-17`.
    pub id: String,
    /// What the article says, in a few words.
    pub says: String,
    /// Whether that is so.
    pub verdict: Verdict,
    /// Why, in a sentence or two.
    pub reason: String,
    /// Where the answer comes from.
    pub source: String,
    /// Tests that show it, as `crates/…/file.rs: function`; none for context.
    #[serde(default)]
    pub proof: Vec<String>,
    /// What is computed for it, and what it must come to.
    #[serde(default)]
    pub figures: Vec<Expected>,
}

/// A figure that a claim must come to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Its name within the claim.
    pub key: String,
    /// What it is, for people.
    pub what: String,
    /// Its unit; empty for a count, a ratio or a word.
    #[serde(default)]
    pub unit: String,
    /// Its value to the digits that must be met.
    pub is: String,
    /// What the article prints for it.
    #[serde(default)]
    pub printed: Option<String>,
}

impl Claim {
    /// The article that makes it; the list refuses an id without one.
    #[must_use]
    pub fn article(&self) -> Option<Article> {
        let (article, _) = self.id.strip_prefix('S')?.split_once('-')?;
        Article::new(article.parse().ok()?)
    }

    /// The number within its article.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        let (_, number) = self.id.split_once('-')?;
        number.parse().ok()
    }
}

impl Expected {
    /// Decimals of its value.
    #[must_use]
    pub fn decimals(&self) -> usize {
        self.is.split_once('.').map_or(0, |(_, part)| part.len())
    }

    /// A value with its unit: `20 %`.
    #[must_use]
    pub fn with_unit(&self, value: &str) -> String {
        match self.unit.as_str() {
            "" => value.to_owned(),
            unit => format!("{value} {unit}"),
        }
    }
}
