//! A GMX-V2-style isolated pool behind the [`Venue`](seawall_venue::Venue) trait: profile `gmx`.
//!
//! One pool of LP capital is the counterparty of every trader in one market. Orders execute at an
//! oracle price with a price impact that depends on the balance of longs and shorts, and at no
//! other depth limit than the reserve. A liquidation closes a whole position; what an insolvent
//! one cannot pay, the pool does not get. There is no insurance fund and no tranche. When a
//! side's open profit is more than 85 % of its half of the pool, a keeper closes winners; beyond
//! 90 %, every profit that is realised is cut pro rata.
//!
//! **Source** the public rules of gmx-synthetics (V2.2, March 2026), re-implemented; parameters of
//! its Arbitrum configuration ([`Params::btc`], [`Params::eth`], [`Params::sol`],
//! [`Params::doge`]). The market in the contracts' own units is the crate [`seawall_gmx`]; the
//! formulas of rates, powers and pending impact are called there, and a test sends the same random
//! commands through both.
//!
//! # Numbers
//! Factors, cumulative rates and price impact have thirty decimals in 256 bits, as in the
//! contracts, and meet the ledger's grid of 10⁻⁶ USD once, against the trader. Impact with
//! exponents 1 and 2 is exact here, while the contracts take a power of eighteen decimals (relative
//! difference 10⁻¹⁷); with any other exponent it is their power. Orders name tokens, not USD: a
//! position's entry value is rounded up for a long and down for a short, also of the part that is
//! closed.
//!
//! # Funding
//! The rate is the live one: it moves with the skew and is remembered between the minutes
//! ([`Funding::Adaptive`]). What one side pays is the rate on the larger side's size, also while
//! the rate has not turned yet and the smaller side pays: it then pays more per dollar than the
//! rate says. When a side is empty the rate is forgotten or kept, as its quirk says.
//!
//! # The order of payment at a close
//! 1. Earned funding goes to free collateral (it is claimed, not collateral).
//! 2. Profit, cut by the cap, and a gain of impact come in.
//! 3. Funding, loss, fees, impact cost, impact cost beyond its cap are paid in this order. Fees
//!    that cannot be paid in full go to the pool as far as they can and the rest is dropped.
//! 4. The rest of a whole close is the trader's; of a part, what came in and was not needed.
//!
//! Only a liquidation or a whole deleveraging may end insolvent. Its deficit is what the pool
//! does not get of funding and loss, never of fees.
//!
//! # What is simplified
//! - The pool holds one stable token. As where both tokens of a market are the same, each side
//!   has half of the pool: for reserves, profit factors and caps.
//! - The impact pool holds USD in its own account instead of index tokens in the pool; an
//!   impact that is pending is index tokens, as in the contracts. Nothing is lent to it and it
//!   does not drip to LPs (both are zero in the live markets modelled). Impact beyond the
//!   cap at a close is kept by the pool; the contracts make it claimable by the trader after five
//!   days.
//! - Funding passes through the pool's cash, is kept apart from the LPs' value, and what a payer
//!   cannot pay is the LPs' loss.
//! - The feed's bid and ask are the mark and a fixed half-spread. A market without a valid mark
//!   executes nothing; borrowing and funding of that time are charged with the next one.
//! - What other markets of the same token hold ([`VirtualInventory`]) is given from outside and
//!   stays as it is. No basket of pools, no swaps, no execution fee, no referral discount, no
//!   collateral factor by price age. Deposits pay no fee. Market tokens are counted, not
//!   held: any LP may redeem of the whole supply. A request that fails is cancelled; one that is
//!   executed is paid at once, so nothing waits to be claimed.
//! - An order executes at the mark of its own second; ages and signatures of prices are left out. Each
//!   rule with its source stands in `docs/comparators.md`.
//! - Nothing is recovered: the contracts know no transfer that goes back to who bore a loss.
//! - Reducing leaves the margin in the position; a flip takes it along.
//! - Positions that are liquidated or deleveraged pay the position fee and the closing impact;
//!   keepers cost nothing.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod accrued;
mod adaptive;
mod adl;
mod borrowing;
mod close;
mod deficit;
mod draft;
mod funding;
mod impact;
mod journal;
mod liquidation;
mod lp;
mod open;
mod order;
mod params;
mod pool;
mod position;
mod presets;
mod prices;
mod recount;
mod setup;
mod terms;
mod venue;
mod watch;
mod wide;

pub use accrued::Accrued;
pub use adaptive::AdaptiveFunding;
pub use params::{
    AdlOrder, Balance, BorrowingCurve, BorrowingParams, CollateralParams, FeeParams, Funding,
    ImpactParams, Params, PnlParams, SmallerSide, VirtualInventory,
};
pub use seawall_gmx::FundingQuirks;
pub use setup::endowment_use;
pub use venue::PoolVenue;
