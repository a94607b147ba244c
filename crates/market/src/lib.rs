//! The isolated market of the tranched AMM perp: ladder, impact reserve, limits, opening and
//! closing, the vaults behind it, and the port through which the waterfall works on it.
//!
//! One market has its own ledger: nothing in it can reach another market's balances (M-1.5).
//! Entry points: [`IsolatedMarket::plan_order`] and [`IsolatedMarket::commit_order`] for traders,
//! [`IsolatedMarket::accrue_second`] and [`IsolatedMarket::accrue_minute`] for time,
//! [`IsolatedMarket::attribute_minute`] for fees and liquidity, and the implementation of
//! [`seawall_waterfall::Market`] for liquidation.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod bidders;
mod charges;
mod fees;
mod journal;
mod ladder;
mod liquidity;
mod market;
mod order;
mod params;
mod port;
mod profits;
mod providers;
mod quote;
mod recount;
mod recovery;
mod redemption;
mod series;
mod settle;
mod setup;
mod totals;
mod uncovered;
mod value;
mod view;

pub use bidders::{BidderSetup, Bidders};
pub use charges::Charges;
pub use ladder::{Band, Ladder, LadderConfig};
pub use liquidity::LiquidityRequest;
pub use market::{Deleveraging, Gate, IsolatedMarket};
pub use order::{OrderPlan, OrderTerms};
pub use params::{ChargeConfig, LimitConfig, Params};
pub use setup::{Capital, endowment_use};
pub use totals::{SideTotals, Totals};
