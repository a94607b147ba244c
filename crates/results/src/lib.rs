//! Results of a sweep: one row for each path, point and venue, in that order.
//!
//! A figure is a whole number of grid units; its [`Column`] says how many decimal places the grid
//! has. So a row holds exactly what the run came to, and money never passes through a float.
//!
//! | file | idea |
//! |---|---|
//! | `head`, `row`, `order` | what was asked, what one run came to, in which order |
//! | `work` | finished paths, appended as they finish, safe against a kill at any byte |
//! | `span`, `merge` | parts of a sweep, and how they become one again |
//! | `file/writer`, `file/reader`, `table` | Parquet: rows as columns and back |
//! | `seal`, `hash` | what says that bytes, and rows, are those that were written |
//! | `export`, `select` | rows as CSV; some points and venues of them |
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod encoding;
mod error;
mod export;
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
mod select;
mod span;
#[cfg(feature = "parquet")]
mod table;
mod work;

/// What a writer of CSV says.
pub use csv::Error as CsvError;

pub use error::ResultsError;
pub use export::RowsCsv;
#[cfg(feature = "parquet")]
pub use file::reader::Reader;
#[cfg(feature = "parquet")]
pub use file::writer::{Finished, Writer, find_part};
pub use hash::ContentHash;
pub use head::{Better, Column, Head, Point};
#[cfg(feature = "parquet")]
pub use merge::{merge, parts_in};
pub use row::Row;
pub use select::Selection;
pub use span::{Shard, Span};
pub use work::Work;
