//! What a comparison found, for people and for programs.
//!
//! | module | what it writes |
//! |---|---|
//! | [`table`] | the text table of `seawall compare`, at most 100 columns |
//! | [`because`] | one sentence a venue: why it came out so |
//! | [`exchange`] | several isolated markets side by side |
//! | [`stage_table`] | the small table of who paid at each stage, for review of changed figures |
//! | [`json`] | the documented JSON and its schema |
//! | [`metric`] | every figure's id, unit, direction and definition |
//! | [`income`] | what liquidity earns on a calm day beside what a crash costs it |
//! | [`quote`] | what orders cost by size, in every format |
//! | [`schema`] | the JSON Schema of scenario files and the reference of their keys |
//! | [`journal`] | the journal of one run as JSON lines, and its replay to balances |
//!
//! Nothing here computes an outcome: figures come exact from `seawall_sim` and are rounded for
//! reading only, where they are printed.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod digits;
mod grid;
pub mod income;
mod wrap;

pub mod because;
pub mod exchange;
pub mod journal;
pub mod json;
pub mod metric;
pub mod quote;
pub mod schema;
pub mod stage_table;
pub mod table;

/// Columns that no line of a text table goes beyond.
pub const WIDTH: usize = 100;
