//! The tranched, oracle-anchored AMM perp behind the [`Venue`](seawall_venue::Venue) trait: the
//! oracle, the isolated market and the waterfall, driven through the phases of a second.
//!
//! ```
//! use seawall_units::{Base, Time, Usd};
//! use seawall_venue::{Endowment, Setup, SourceQuote, Tick, Venue};
//! use seawall_venue_tranched::{Capital, Params, TranchedVenue};
//!
//! let opening = "100".parse()?;
//! let long = Endowment {
//!     account: seawall_ledger::AccountId::new(0),
//!     size: Base::whole(10),
//!     entry: opening,
//!     margin: Usd::whole(50),
//! };
//! let start = Time::from_secs(0);
//! let setup = Setup { start, opening, margin: None, endowments: vec![long], accounts: 1 };
//! let capital = Capital {
//!     senior: Usd::whole(80_000),
//!     junior: Usd::whole(20_000),
//!     insurance: Usd::whole(800),
//! };
//! let mut venue = TranchedVenue::new(setup, capital, Params::default(), Vec::new())?;
//! // The price gaps to 90: equity is 50 − 100 = −50, and Junior pays 50.
//! let now = start.plus(1);
//! let price = "90".parse()?;
//! let quotes: Vec<_> = (0..3).map(|source| SourceQuote::new(source, price, now)).collect();
//! venue.observe(&Tick { now, outside: price, quotes: &quotes });
//! venue.liquidate();
//! let junior = venue.state().capital.iter().find(|part| part.role == "junior").map(|p| p.value);
//! assert_eq!(junior, Some(Usd::whole(20_000) + Usd::whole(50)));
//! assert!(venue.ledger().sum().is_zero());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod profile;
mod venue;

pub use seawall_market::{BidderSetup, Capital, Params, endowment_use};
pub use venue::TranchedVenue;
