//! Positions, equity, requirements, liquidation price, and the index that finds
//! the positions below maintenance without looking at the others (M-6, M-7).
//!
//! **Equity** `E = C + q·(P − E0) − accrued`, where the cost `q·E0` is stored in USD, rounded
//! against the trader. Equity rounds down, a requirement rounds up, what is owed rounds up.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod book;
mod index;
mod position;

pub use book::PositionBook;
#[cfg(feature = "count")]
pub use index::comparisons;
pub use index::{Backing, IndexLevels, LiquidationIndex};
pub use position::{Accrual, Closing, Position, maintenance};
