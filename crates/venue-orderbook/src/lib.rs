//! A Hyperliquid-style order book with backstop vaults and ADL behind the
//! [`Venue`](seawall_venue::Venue) trait: profile `hyperliquid`.
//!
//! | file | idea |
//! |---|---|
//! | `params` | every threshold, with its documented default |
//! | `tiers` | initial and maintenance margin by size of the position |
//! | `depth` | the makers' curve around the outside price, its withdrawal and its return |
//! | `funding` | premium, hourly rate, cumulative index |
//! | `position` | one account's net position and what a trade does to it |
//! | `index` | finds the positions below maintenance without looking at the others |
//! | `parties` | users, makers, backstop vaults; every trade has two of them |
//! | `setup` | capital, endowments and the state at the opening |
//! | `execute` | deciding and executing commands |
//! | `liquidity` | whose the makers' capital is, and how it comes and goes |
//! | `quoters` | bidders who take their share of the quotes with them |
//! | `liquidation` | trigger and market order to the book |
//! | `backstop` | takeover by a ring-fenced vault, and its way out |
//! | `deficit` | what a bankrupt account owes, and who pays: vault, ADL, residual |
//! | `adl` | ranking and closing winners at the previous mark |
//! | `venue` | the phases of one second |
//!
//! # Where the money stands
//! A trade writes a *cost* on both sides and moves no cash; a close moves the realised profit or
//! loss through [`Account::Variation`](seawall_ledger::Account::Variation). Every trade has two
//! parties whose costs change by opposite amounts, so at all times, exactly,
//! `Variation = Σ funding settled − Σ open costs` over users, makers and vaults, and the sum of
//! all sizes is zero. Both are in [`Venue::recount`](seawall_venue::Venue::recount).
//!
//! # Names in events
//! Users have their own numbers, 0 up to [`Setup::accounts`](seawall_venue::Setup); a deficit of
//! the makers carries the number `accounts`, one of vault n `accounts + 1 + n`.
//!
//! # What is simplified
//! - One coin and isolated margin for each account; cross margin over several coins is not here.
//! - Makers are one aggregate provider of liquidity. They are not in the ADL queue.
//! - The mark is the median of the scenario's oracle sources, not of index, book and other venues.
//! - With no valid mark the book still trades around the outside price (the status only tells that
//!   liquidation, ADL and funding stand still); the venue itself has no halt.
//! - Liquidity is provided and redeemed as amounts; whose share it is the caller keeps. What is
//!   redeemed is paid at once, so nothing waits to be claimed, and no loss is recovered.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod account;
mod adl;
mod backstop;
mod book;
mod chronicle;
mod coin;
mod command;
mod deficit;
mod depth;
mod exchange;
mod execute;
mod funding;
mod holder;
mod index;
mod journal;
mod liquidation;
mod liquidity;
mod opening;
mod params;
mod parties;
mod position;
mod quoters;
mod setup;
mod several;
mod terms;
mod tiers;
mod timer;
mod value;
mod venue;
mod view;

pub use account::MarginMode;
pub use adl::{ShortReading, ranking_score};
pub use coin::{CoinId, CoinSetup};
pub use command::ExchangeCommand;
pub use depth::{half_life_ratio, quoted_share};
pub use exchange::{CoinTick, Exchange};
pub use funding::{funding_rate, premium};
pub use opening::{CoinEndowment, Deposit, ExchangeSetup};
pub use params::{
    AdlParams, BackstopParams, BookParams, FeeParams, FundingParams, LiquidationParams, Params,
    Segment, Tier,
};
pub use position::bankruptcy_price;
pub use setup::{Capital, endowment_use};
pub use terms::{AccountParams, CoinMargin, CoinParams, ExchangeParams, LiquidationOrder};
pub use tiers::{MarginTiers, liquidation_price};
pub use venue::OrderBookVenue;
pub use view::{CoinPosition, CoinView, HouseView};
