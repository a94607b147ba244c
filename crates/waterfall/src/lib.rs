//! The liquidation stages in order, and the order of who pays (M-8).
//!
//! Read [`waterfall`](Waterfall) top to bottom: it is the whole order. Each stage's arithmetic is a
//! file of its own beside it, named as the stage. The crate knows no vaults and no ladder: it works
//! through the port [`Market`], asks it for amounts and has it post transfers.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod adl;
mod adl_batch;
mod auction;
mod auction_house;
mod config;
mod insurance;
mod junior;
mod loss_order;
mod market;
mod partial_deleverage;
pub mod policy;
mod ranking;
mod reports;
mod residual;
mod senior;
mod waterfall;

pub use adl::{AdlBatch, AdlCaps, plan_batch};
pub use auction::{Lot, lot_limit, lot_price, share_takes};
pub use config::{AdlConfig, AuctionConfig, JuniorConfig, PartialConfig, WaterfallConfig};
pub use junior::JuniorEpoch;
pub use loss_order::LossOrder;
pub use market::{Bid, Health, Market, Winner};
pub use partial_deleverage::{CloseTerms, PartialStep, StepsTaken, close_amount, plan_partial};
pub use ranking::score_cmp;
pub use waterfall::Waterfall;
