//! Cumulative indices, and what a position owes since it was settled.

use serde::Deserialize;

use crate::books::Held;
use crate::fixed::{Factor, Fixed, Ratio, Usd};
use crate::names::{Side, Venue};
use crate::record::Since;
use crate::wide::{Round, owed, part};

/// The levels of the indices of a venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Levels {
    Tranched(TranchedLevels),
    Book(BookLevels),
    Pool(PoolLevels),
}

/// USD per base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TranchedLevels {
    /// What one unit long has paid in funding.
    pub(crate) funding: Ratio,
    /// What one unit long has paid for utilisation.
    pub(crate) long: Ratio,
    /// What one unit short has paid for utilisation.
    pub(crate) short: Ratio,
}

/// USD per base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BookLevels {
    /// What one unit long has paid in funding.
    pub(crate) funding: Ratio,
}

/// The factors of both sides, per USD of entry value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "PoolNames")]
pub(crate) struct PoolLevels {
    pub(crate) long: PoolSide,
    pub(crate) short: PoolSide,
}

/// The factors of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PoolSide {
    pub(crate) borrowing: Factor,
    pub(crate) funding_paid: Factor,
    pub(crate) funding_received: Factor,
}

/// The factors by their names in files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PoolNames {
    #[serde(rename = "long.borrowing")]
    long_borrowing: Factor,
    #[serde(rename = "long.funding_paid")]
    long_funding_paid: Factor,
    #[serde(rename = "long.funding_received")]
    long_funding_received: Factor,
    #[serde(rename = "short.borrowing")]
    short_borrowing: Factor,
    #[serde(rename = "short.funding_paid")]
    short_funding_paid: Factor,
    #[serde(rename = "short.funding_received")]
    short_funding_received: Factor,
}

impl From<PoolNames> for PoolLevels {
    fn from(names: PoolNames) -> Self {
        Self {
            long: PoolSide {
                borrowing: names.long_borrowing,
                funding_paid: names.long_funding_paid,
                funding_received: names.long_funding_received,
            },
            short: PoolSide {
                borrowing: names.short_borrowing,
                funding_paid: names.short_funding_paid,
                funding_received: names.short_funding_received,
            },
        }
    }
}

/// What a position owes, part by part; what it receives is below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Owed {
    pub(crate) funding: Usd,
    /// Utilisation or borrowing.
    pub(crate) utilisation: Usd,
    /// A pool's funding to receive, above zero.
    pub(crate) claim: Usd,
}

impl Owed {
    pub(crate) fn total(&self) -> Usd {
        self.funding + self.utilisation - self.claim
    }
}

impl Levels {
    pub(crate) fn none(venue: Venue) -> Self {
        match venue {
            Venue::Tranched => Self::Tranched(TranchedLevels::default()),
            Venue::Hyperliquid => Self::Book(BookLevels::default()),
            Venue::Gmx => Self::Pool(PoolLevels::default()),
        }
    }

    pub(crate) fn read(venue: Venue, text: &str) -> serde_json::Result<Self> {
        Ok(match venue {
            Venue::Tranched => Self::Tranched(serde_json::from_str(text)?),
            Venue::Hyperliquid => Self::Book(serde_json::from_str(text)?),
            Venue::Gmx => Self::Pool(serde_json::from_str(text)?),
        })
    }

    /// What a position owes in all.
    pub(crate) fn owed(&self, held: &Held) -> Usd {
        self.parts(held).total()
    }

    /// What a position owes since it was settled, each part rounded once: who pays up, who
    /// receives down.
    pub(crate) fn parts(&self, held: &Held) -> Owed {
        let Some(side) = held.side() else {
            return Owed::default();
        };
        let [first, second, third, _] = held.since;
        let far = |level: Ratio, then: i128| level - Ratio::from_units(then);
        match self {
            Self::Tranched(levels) => {
                let utilisation = match side {
                    Side::Long => levels.long,
                    Side::Short => levels.short,
                };
                Owed {
                    funding: owed(held.size, far(levels.funding, first), Round::Ceil),
                    utilisation: owed(held.size.abs(), far(utilisation, second), Round::Ceil),
                    claim: Usd::ZERO,
                }
            }
            Self::Book(levels) => Owed {
                funding: owed(held.size, levels.funding, Round::Ceil) - Usd::from_units(first),
                ..Owed::default()
            },
            Self::Pool(levels) => {
                let level = match side {
                    Side::Long => &levels.long,
                    Side::Short => &levels.short,
                };
                let on = |now: Factor, then: i128, round| {
                    let distance = now.units().saturating_sub(then);
                    part(held.cost.abs(), distance, Factor::ONE_UNITS, round)
                };
                Owed {
                    utilisation: on(level.borrowing, first, Round::Ceil),
                    funding: on(level.funding_paid, second, Round::Ceil),
                    claim: on(level.funding_received, third, Round::Floor),
                }
            }
        }
    }

    /// What a position that is settled now carries.
    pub(crate) fn now(&self, side: Side) -> [i128; 3] {
        match (self, side) {
            (Self::Tranched(l), Side::Long) => [l.funding.units(), l.long.units(), 0],
            (Self::Tranched(l), Side::Short) => [l.funding.units(), l.short.units(), 0],
            (Self::Book(_), _) => [0; 3],
            (Self::Pool(l), Side::Long) => l.long.units(),
            (Self::Pool(l), Side::Short) => l.short.units(),
        }
    }
}

impl PoolSide {
    const fn units(&self) -> [i128; 3] {
        [
            self.borrowing.units(),
            self.funding_paid.units(),
            self.funding_received.units(),
        ]
    }
}

/// What a position says it was settled at, as units in the order of the format's page.
pub(crate) fn since(venue: Venue, since: &Since) -> [i128; 4] {
    fn units<const D: u32>(number: Option<Fixed<D>>) -> i128 {
        number.map_or(0, Fixed::units)
    }
    match venue {
        Venue::Tranched => [units(since.funding), units(since.utilisation), 0, 0],
        Venue::Hyperliquid => [units(since.settled), 0, 0, 0],
        Venue::Gmx => [
            units(since.borrowing),
            units(since.funding_paid),
            units(since.funding_received),
            units(since.pending_impact),
        ],
    }
}
