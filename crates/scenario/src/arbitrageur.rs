use seawall_units::{Ratio, Usd};
use serde::{Deserialize, Serialize};

use crate::At;

/// Somebody who trades in every venue whenever its mark lags behind the outside price.
///
/// In each second he compares the outside price with the venue's mark. While he holds nothing and
/// the gap, in the direction of an order, is at least what the venue asks for that order now plus
/// his `edge`, he decides to open; he closes by his `exit`. Either order is sent `lag` seconds
/// after he has seen the reason and is executed like everybody's, at the first mark observed after
/// it was sent (M-3.2). He has one order or one position at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Arbitrageur {
    /// His name; his account is called so.
    pub name: String,
    /// Size of his positions, at the venue's mark when he decides.
    pub notional: Usd,
    /// Margin posted with each, from what earlier ones left first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<Usd>,
    /// Value over margin, instead of a margin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leverage: Option<Ratio>,
    /// Seconds between what he sees and the sending of his order; 0 to 86400.
    #[serde(default)]
    pub lag: u64,
    /// The least share of the notional by which the gap must exceed the quoted cost; -1 to 1.
    #[serde(default)]
    pub edge: Ratio,
    /// What he trades on.
    #[serde(default)]
    pub trades_on: TradesOn,
    /// When he closes.
    #[serde(default)]
    pub exit: Exit,
    /// From when he opens; the start by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<At>,
    /// Until when he opens; the end by default. He closes what he holds whenever it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<At>,
}

/// What an arbitrageur trades on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TradesOn {
    /// The lag of the mark behind the outside price.
    #[default]
    MarkLag,
    /// Stale quotes: he takes, up to his notional, what is quoted better than the outside price as
    /// he sees it by at least his edge, and no unit beyond; fees included, it must be worth the
    /// edge in all.
    StaleQuotes,
}

/// When an arbitrageur closes his position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Exit {
    /// When the outside price is no longer beyond the mark on his side; of who trades on stale
    /// quotes, when none are left on his side.
    #[default]
    GapGone,
    /// When he has held it for so many seconds; 1 to 86400.
    After(u64),
}
