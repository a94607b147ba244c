use seawall_units::{Price, Ratio, Usd};
use serde::Deserialize;

use crate::{Clock, ValidationError};

const TEXT: &str = include_str!("../../../fixtures/validation/oct10-observed.toml");

/// What was seen on the day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// The last second whose figures may choose a parameter.
    pub known_until: Clock,
    /// Where it is from.
    pub source: String,
    /// The first minutes, all coins.
    pub minutes: Vec<ObservedMinute>,
    /// ADL by second and coin, the coins of the model.
    pub bursts: Vec<ObservedBurst>,
    /// Share of ADL fills that closed the winner's whole position.
    pub whole_closes: Ratio,
    /// Share of ADL notional that was the vaults' own.
    pub vault_share: Ratio,
    /// Seconds in which ADL came before a takeover.
    pub order_violations: u64,
    /// The gap between the mark of a batch and the mark at it, whole table; printed only.
    pub gap_printed: Vec<ObservedGap>,
    /// Totals of the day; printed only.
    pub day: ObservedDay,
}

/// One minute, all coins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedMinute {
    /// Its first second.
    pub at: Clock,
    /// Takeovers by the backstop.
    pub takeovers: u64,
    /// ADL fills.
    pub fills: u64,
    /// ADL notional.
    pub notional: Usd,
}

/// What ADL closed in one coin in one second.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedBurst {
    /// When.
    pub at: Clock,
    /// In which coin.
    pub coin: String,
    /// How much.
    pub notional: Usd,
    /// The price of all its fills.
    pub price: Price,
}

/// How far the mark had moved from the price of a coin's batches.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedGap {
    /// In which coin.
    pub coin: String,
    /// The distance over notional.
    pub gap: Ratio,
}

/// Totals of the day, all coins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservedDay {
    /// ADL notional.
    pub notional: Usd,
    /// ADL fills.
    pub fills: u64,
    /// Users who were deleveraged.
    pub users: u64,
    /// The last batch.
    pub last: Clock,
}

impl Observed {
    /// The record that comes with the program.
    ///
    /// **Errors** [`ValidationError::File`] when it is not of this form.
    pub fn of_10_october() -> Result<Self, ValidationError> {
        let fault = |fault: toml::de::Error| ValidationError::file("oct10-observed.toml", &fault);
        toml::from_str(TEXT).map_err(fault)
    }

    /// ADL notional of a coin in the minute that begins at `minute`, as far as it may choose a
    /// parameter.
    #[must_use]
    pub fn notional(&self, coin: &str, minute: Clock) -> Usd {
        let of_minute = self.bursts.iter().filter(|burst| {
            burst.coin == coin && burst.at.minute() == minute && burst.at <= self.known_until
        });
        of_minute.map(|burst| burst.notional).sum()
    }
}
