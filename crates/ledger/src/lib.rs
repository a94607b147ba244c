//! Double entry: every movement of money is a [`Transfer`] between two [`Account`]s with a [`Cause`]
//! (M-2.4).
//!
//! Laws, asserted in release builds too:
//! 1. The sum of all balances is zero after every posting.
//! 2. Only [`Account::External`], [`Account::Variation`] and [`Account::OpenDeficit`] may stay
//!    below zero; [`Account::Clearing`] is zero at the end of every step.
//! 3. A cause moves money only between the accounts its [chart line](Cause::permits) names.
//! 4. Replaying the journal gives the balances ([`Replay`]).
//!
//! Unrealised PnL is a valuation and never appears here.
//!
//! ```
//! use seawall_ledger::{Account, AccountId, Cause, Ledger, Transfer};
//! use seawall_units::{Time, Usd};
//! let mut ledger = Ledger::new(Time::from_secs(0));
//! let trader = AccountId::new(7);
//! ledger.post(Transfer::new(Account::External, Account::Margin(trader), Usd::whole(50), Cause::MarginPosted)?);
//! ledger.end_step();
//! assert_eq!(ledger.balance(Account::Margin(trader)), Usd::whole(50));
//! assert_eq!(ledger.balance(Account::External), Usd::whole(-50));
//! # Ok::<(), seawall_ledger::LedgerError>(())
//! ```
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod account;
mod balances;
mod book;
mod cause;
mod replay;
mod transfer;

pub use account::{Account, AccountId, AccountKind, BidderId, DeficitId, OwnerId, UnknownAccount};
pub use book::Ledger;
pub use cause::{Cause, UnknownCause};
pub use replay::Replay;
pub use transfer::{Entry, LedgerError, Transfer};
