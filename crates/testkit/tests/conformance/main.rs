//! The conformance suite on the three venues, on venues with one defect each, and on journals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

mod bent;
mod journal;
mod laws;
mod planted;
mod subjects;
