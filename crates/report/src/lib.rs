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
//! | [`cascade`] | a downward spiral by round, its sweeps and its ablation |
//! | [`income`] | what liquidity earns on a calm day beside what a crash costs it |
//! | [`divergence`] | what divergence costs a provider of liquidity, in every format |
//! | [`quote`] | what orders cost by size, in every format |
//! | [`schema`] | the JSON Schema of scenario files and the reference of their keys |
//! | [`figures`] | the rows of the table one by one |
//! | [`sets`] | several sets of parameters side by side, and what differs between them |
//! | [`seeds`] | the same comparison over many seeds |
//! | [`checkpoint`] | the seeds of a sweep that are finished, as JSON lines |
//! | [`condition`] | a condition on a figure, as text |
//! | [`answer`] | the value at which a condition begins or ceases to hold |
//! | [`explain`] | what happened to an account, a deficit, a stage or in a second, from a journal |
//! | [`digits`], [`grid`], [`wrap`] | numbers, grids and running text, as all of them write them |
//! | [`journal`] | the journal of one run as JSON lines, and its replay to balances |
//!
//! Nothing here computes an outcome: figures come exact from `seawall_sim` and are rounded for
//! reading only, where they are printed.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

pub mod answer;
pub mod because;
pub mod cascade;
pub mod checkpoint;
pub mod condition;
pub mod digits;
pub mod divergence;
pub mod exchange;
pub mod explain;
pub mod figures;
pub mod grid;
pub mod income;
pub mod journal;
pub mod json;
pub mod metric;
pub mod quote;
pub mod schema;
pub mod seeds;
pub mod sets;
pub mod stage_table;
pub mod table;
pub mod wrap;

/// Columns that no line of a text table goes beyond.
pub const WIDTH: usize = 100;
