//! Sweeps: one scenario over many price paths and sets of parameters.
//!
//! | file | idea |
//! |---|---|
//! | `plan` | points, venues, paths, and where prices come from |
//! | `run`, `order` | paths on many threads, taken in order |
//! | `stop` | when enough paths were run |
//! | `summary` | every statistic of a sweep, path by path, in flat memory |
//! | `moments` | mean, standard error and interval from exact sums |
//! | `sketch` | quantiles and tails from bins of stated width |
//! | `paired` | differences between venues and between points on the same paths |
//! | `student` | how far a 95 % interval reaches |
//! | `text`, `markdown`, `long`, `document` | the summary for people and for programs |
//!
//! All sums are exact integers, so the order in which paths finish changes no digit.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::as_conversions
    )
)]

mod document;
mod error;
mod figure;
mod long;
mod markdown;
mod moments;
mod order;
mod paired;
mod plan;
mod run;
mod sketch;
mod stop;
mod student;
mod summary;
mod text;

pub use error::SweepError;
pub use moments::{Estimate, Moments};
pub use paired::{Contrast, Difference};
pub use plan::Plan;
pub use run::{Ran, Runner, Watch};
pub use sketch::{Sketch, Tail};
pub use student::reach;
pub use summary::{Breach, Cell, Summary, UnknownMetric};
pub use text::SummaryReport;

/// Parts of a grid unit in which statistics are given: millionths.
const FINE: i128 = 1_000_000;
/// Their decimal places.
const FINE_PLACES: u32 = 6;
