//! A conformance suite for venues that anybody can run ([`conformance`]), and what the tests of the
//! whole workspace share: its source files ([`sources`]) and the scanner that finds which function
//! and which test cite a rule of the mechanism ([`rules`]).
//!
//! Development only: no other crate of the workspace depends on it but in its tests. This library
//! depends on the floors up to the trait `Venue`; the tests beside it may use all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // only tests call this

pub mod conformance;
pub mod rules;
pub mod sources;
