//! Results of a sweep: one row for each path, point and venue, in that order.
//!
//! A figure is a whole number of grid units; its [`Column`] says how many decimal places the grid
//! has. So a row holds exactly what the run came to, and money never passes through a float.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod encoding;
mod error;
#[cfg(feature = "parquet")]
mod file;
mod hash;
mod head;
#[cfg(feature = "parquet")]
mod merge;
mod order;
mod row;
#[cfg(feature = "parquet")]
mod seal;
mod span;
#[cfg(feature = "parquet")]
mod table;
mod work;

pub use error::ResultsError;
#[cfg(feature = "parquet")]
pub use file::reader::Reader;
#[cfg(feature = "parquet")]
pub use file::writer::{Finished, Writer, find_part};
pub use hash::ContentHash;
pub use head::{Better, Column, Head, Point};
#[cfg(feature = "parquet")]
pub use merge::{merge, parts_in};
pub use row::Row;
pub use span::{Shard, Span};
pub use work::Work;
