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

pub mod books;
pub mod config;
pub mod feed;
mod ids;
pub mod lending;
pub mod place;
pub mod pool;
pub mod reuse;

pub use config::{Config, ConfigError};
pub use ids::{MarketId, OwnerId, PlaceId, PoolId, TokenId};
