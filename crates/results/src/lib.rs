//! Results of a sweep: one row for each path, point and venue, in that order.
//!
//! A figure is a whole number of grid units; its [`Column`] says how many decimal places the grid
//! has. So a row holds exactly what the run came to, and money never passes through a float.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod head;
mod row;

pub use head::{Better, Column, Head, Point};
pub use row::Row;
