//! The classes of bugs that public audits of perpetual markets and tranched vaults have found, each
//! as a law, as a test of that law on the real engine, and as a test that the law finds the defect
//! when it is planted. docs/bug-classes.md is the table of them.
//!
//! A law knows nothing of the engine's insides: it judges a small abstract subject or a record of
//! what happened. The defect is planted in a wrapper around the engine, in a record that is
//! doctored at one place, or, where the engine cannot be wrapped, in a small faulty subject that is
//! otherwise right.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects
)] // helpers of tests are tests

mod accrual;
mod adl;
mod desk;
mod fees;
mod law;
mod liquidation;
mod order;
mod page;
mod pair;
mod positions;
mod shares;
mod splitting;
mod vaults;
mod world;

mod accounting;
mod losses;
