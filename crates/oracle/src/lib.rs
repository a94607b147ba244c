//! Price sources, their aggregation into a mark, staleness and deviation (M-3).
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

use seawall_units::{Price, Time};

/// One observation of one price source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceQuote {
    /// The source's number.
    pub source: u16,
    /// The price it published.
    pub price: Price,
    /// When it published it.
    pub at: Time,
}

/// What a market may do at the present mark.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum MarketStatus {
    /// A valid mark: everything runs.
    Live,
    /// The market has just come back from a halt: reducing and adding margin only.
    Reopening,
    /// No valid mark: the last one stands, reducing only, no liquidation, ADL, exit or accrual.
    ReduceOnly,
    /// No valid mark for longer than the grace time: nothing runs.
    Halted,
}
