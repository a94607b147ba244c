//! A GMX-V2-style market in its own arithmetic: integers with thirty decimals, floor and ceiling
//! as the public contracts state them.
//!
//! A [`Market`] and its [`Position`]s go through whole lives by verbs that first bring funding and
//! borrowing up to date: [`Market::increase`], [`Market::decrease`], [`Market::liquidate`],
//! [`Market::deleverage`], [`Market::deposit`], [`Market::withdraw`]. Each step can be called on its own
//! with plain numbers in the module of its name. A refused step changes nothing; a report has every
//! figure. The page `docs/gmx.md` has units, steps, a worked life and what is left out.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]
#![deny(clippy::float_arithmetic, clippy::as_conversions)]

pub mod adjust;
pub mod adl;
pub mod borrowing;
pub mod collateral;
mod decimal;
pub mod decrease;
pub mod deposit;
pub mod distribution;
mod error;
pub mod fees;
mod files;
pub mod funding;
pub mod glv;
pub mod impact;
pub mod increase;
pub mod liquidation;
mod number;
mod params;
pub mod payment;
pub mod pnl;
pub mod power;
mod prices;
mod ranges;
pub mod reserve;
pub mod settlement;
mod side;
mod state;
pub mod swap_impact;
mod totals;
pub mod value;
mod verbs;
pub mod withdrawal;

pub use deposit::{DepositReport, DepositTerms, Pricing, Receiver};
pub use error::GmxError;
pub use ethnum::{I256, U256};
pub use files::{FileError, NamedMarket, Preset, TokenDecimals, parse};
pub use glv::{Glv, GlvMarket, GlvParams};
pub use number::{
    ONE, ONE_TOKEN, Rounding, add, apply_factor, divide, in_usd, mul_div, or_zero, signed,
    signed_add, signed_in_usd, signed_mul_div, signed_sub, take, to_factor,
};
pub use params::{
    BorrowingCurve, CollateralParams, FeeParams, FundingParams, FundingQuirks, ImpactParams,
    Params, PnlFactors, SwapImpactParams,
};
pub use prices::{Bound, Price, Prices};
pub use side::{BySide, ByToken, PoolToken, Side};
pub use state::{Borrowing, Funding, Market, Position};
pub use verbs::LiquidationReport;
pub use withdrawal::{WithdrawalReport, WithdrawalTerms};

/// The page on this crate: its examples run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/gmx.md")]
struct Page;
