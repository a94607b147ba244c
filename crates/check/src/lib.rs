//! Checks a journal against the laws of its venue, without the engine that wrote it.
//!
//! This crate depends on no other crate of the workspace and shares no arithmetic with them: it has
//! the format (`docs/journal.md`), the rules (`docs/mechanism.md`) and its own integers. What it
//! finds wrong is therefore wrong in one of two programs, not in both by the same mistake.
//!
//! ```
//! use seawall_check::{Options, Verdict, check};
//! let verdict = check("not a journal\n".as_bytes(), &Options::default());
//! assert!(matches!(verdict, Verdict::Unreadable(_)));
//! assert_eq!(verdict.exit_code(), 2);
//! ```

#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::indexing_slicing
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::indexing_slicing
    )
)]

mod batches;
mod books;
pub mod chain;
mod chart;
mod direct;
mod findings;
mod fixed;
mod law;
mod laws;
mod levels;
mod lines;
mod names;
mod record;
mod slots;
mod text;
mod totals;
mod verdict;
mod verify;
mod wide;

pub use findings::{Tally, Violation};
pub use law::Law;
pub use lines::LINE_LIMIT;
pub use names::Venue;
pub use text::{json, table};
pub use verdict::{ExpectedHash, Options, Report, Unreadable, Verdict};
pub use verify::check;
