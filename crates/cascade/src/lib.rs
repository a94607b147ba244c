//! The downward spiral: falling prices, forced sales, draining pools and fleeing liquidity that
//! feed each other, in ordered rounds on one ledger.
//!
//! Every amount is counted on the grid of 10⁻¹⁸ ([`Tokens`](seawall_units::Tokens)), on which the
//! contracts that are modelled count, and rounded once in favour of the pool or the protocol.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

pub mod attack;
pub mod books;
mod claims;
pub mod config;
pub mod exchange;
pub mod feed;
pub mod gain;
mod ids;
pub mod lending;
mod outcome;
pub mod place;
pub mod pool;
mod report;
pub mod reuse;
mod round;
mod sheet;
mod who_paid;
mod world;

pub use config::{Config, ConfigError};
pub use ids::{MarketId, OwnerId, PlaceId, PoolId, TokenId};
pub use outcome::{Outcome, Run, Verdict};
pub use report::{
    AuctionReport, Borne, Happened, LtvSpread, MarketReport, PerpReport, PoolReport, RoundReport,
};
pub use round::CashCall;
pub use sheet::{Holding, OwnerSheet, ThenNow};
pub use who_paid::{Class, Gain, WhoPaid};
pub use world::{OpenedVenue, Owner, World};
