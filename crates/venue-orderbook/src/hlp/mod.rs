//! The parent vault and its ring-fenced children.
//!
//! | file | idea |
//! |---|---|
//! | `params` | the rules by name, before and since March 2025, and every threshold |
//! | `losses` | which child takes a position over, who pays for whom, when a child has lost enough |
//! | `rebalancing` | what goes up to the parent and down to its children, and when |
//! | `depositors` | shares at net asset value, the lock, the daily cap |
//!
//! The parent holds cash only. Its children are *strategies*, which make markets, and
//! *liquidators*, which take distressed positions over. Each child is an account of its own with
//! its own equity; depositors own the parent. Nothing here moves money: these are the decisions,
//! pure, and the venue posts them.
//!
//! **Source** Hyperliquid docs, hypercore/vaults/protocol-vaults; flows between parent and children
//! from the public vault history of 7 to 11 October 2025 (hlp-cascade-handoff, `vault_flows.csv`).

mod depositors;
mod losses;
mod params;
mod rebalancing;

pub use depositors::{Depositors, Grant, HlpCapital, Locked, Withdrawal};
pub use losses::{Carrier, DeficitPayers, Payer, is_spent, payers_of};
pub use params::{HlpParams, HlpRules, Ring};
pub use rebalancing::{
    Child, Moments, Move, Target, net_asset_value, plan_raising, plan_rebalancing,
};
