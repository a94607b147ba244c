//! A slow, obvious model of the pool in exact rationals, written from the published rules.
//!
//! It shares no arithmetic with the engine. Amounts are rationals in natural units (USD, tokens,
//! USD per token); each posting is rounded once to the ledger's grid by [`number`]. Sums over
//! positions are added up anew wherever they are needed, an order works on a copy of the whole
//! market that is thrown away when it is refused, and every position is looked at in every
//! liquidation. Only [`door`] knows the engine's types.
//!
//! **Source** the public rules of gmx-synthetics (V2.2, March 2026) with the simplifications that
//! the documentation of the crate states.
// The model may stop by name where a rule is broken; a refusal carries exact figures, and nobody
// minds that they are copied.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::result_large_err
)]

pub(crate) mod accrual;
pub(crate) mod books;
pub(crate) mod close;
pub(crate) mod command;
pub(crate) mod compare;
pub(crate) mod door;
pub(crate) mod edges;
pub(crate) mod impact;
pub(crate) mod liquidate;
pub(crate) mod liquidity;
pub(crate) mod market;
pub(crate) mod number;
pub(crate) mod open;
pub(crate) mod oracle;
pub(crate) mod paths;
pub(crate) mod regimes;
pub(crate) mod rules;
pub(crate) mod setup;
pub(crate) mod stream;
pub(crate) mod tally;
pub(crate) mod value;
