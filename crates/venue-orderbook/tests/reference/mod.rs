//! A slow, obvious order book, written from the rules for comparison with the engine.
//!
//! It keeps every amount as a whole number of grid units, takes every product as an exact rational
//! and rounds it once, in the direction that `docs/rounding.md` names. It looks at every account
//! where the engine keeps an index, tries an order on a copy of the market where the engine plans
//! it, and knows the engine's types only where commands come in and at the `door`.
//!
//! | file | idea |
//! |---|---|
//! | `number` | exact numbers, and the one place where they meet a grid |
//! | `rules` | every parameter as a plain number, and margin by tiers |
//! | `market` | who holds what, the ledger, and how a transition moves it |
//! | `trade` | a position, and what a trade does to both of its parties |
//! | `oracle` | the price of many sources, and what the market may do at it |
//! | `quotes` | the makers' curve, its consumption and its withdrawal |
//! | `funding` | premium, hourly rate, index |
//! | `orders` | commands |
//! | `liquidity` | the makers' capital and its shares |
//! | `liquidation` | the book, and the vaults that take over |
//! | `deficit` | what a bankrupt party owes and who pays it, ADL with its ranking |
//! | `door` | the engine as the reference meets it: opened, sent a second, and read |
//! | `stream` | random markets and the transitions that are sent to them |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests
#![allow(dead_code, unreachable_pub)]

pub mod deficit;
pub mod door;
pub mod funding;
pub mod liquidation;
pub mod liquidity;
pub mod market;
pub mod number;
pub mod oracle;
pub mod orders;
pub mod quotes;
pub mod rules;
pub mod stream;
pub mod trade;
