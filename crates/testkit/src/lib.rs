//! What the tests of the whole workspace share: its source files ([`sources`]) and the scanner that
//! finds which function and which test cite a rule of the mechanism ([`rules`]).
//!
//! Development only: no other crate depends on it. This library depends on none of them; the tests
//! beside it may use all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // only tests call this

pub mod rules;
pub mod sources;
