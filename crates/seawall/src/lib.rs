//! Seawall models perpetual-futures mechanisms under stress and shows, to the last micro-dollar,
//! who pays when everything falls.
//!
//! One scenario file goes through several venues: the tranched market, an order book with
//! Hyperliquid's rules and a pool with GMX v2's. All start with the same capital and the same
//! positions, see the same prices and get the same commands; the comparison says what each stage
//! of the liquidation order paid, what winners lost and who could still trade.
//!
//! ```
//! use seawall::prelude::*;
//!
//! let text = r#"
//! question = "Who pays when the price halves in a minute?"
//! seed = 1
//! [time]
//! start = "2025-10-10T21:00:00Z"
//! end = "2025-10-10T21:05:00Z"
//! [market]
//! coin = "BTC"
//! [capital]
//! total = "1000000"
//! tranched = { senior = "790000", junior = "200000", insurance = "10000" }
//! orderbook = { makers = "900000", backstops = ["100000"] }
//! [terms.common]
//! initial = "2%"
//! maintenance = "1%"
//! [price.points]
//! points = [{ at = 0, price = "100" }, { at = "21:01:00", price = "50" }]
//! "#;
//! let scenario = Scenario::parse(text, "halved.toml", &|_| unreachable!("it names no file"))?;
//! let comparison = compare(&scenario, &VenueName::ALL)?;
//! for venue in &comparison.venues {
//!     println!("{}: {}", venue.title, because::sentence(venue));
//!     assert_eq!(venue.ledger_sum, Usd::ZERO);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Floors
//! A crate depends only on those above it in this table.
//!
//! | module | idea |
//! |---|---|
//! | [`units`] | numbers with a dimension, rounded once in a named direction |
//! | [`chance`] | random numbers, each with an address |
//! | [`paths`] | price models as random paths |
//! | [`ledger`] | accounts, transfers with a cause, journal, replay |
//! | [`oracle`] | price sources and the mark |
//! | [`gmx`] | a GMX v2 market in its own arithmetic, step by step |
//! | [`lp`] | divergence (impermanent) loss and the value functions of pools, in floats |
//! | [`funding`] | per-minute rates and cumulative indices |
//! | [`vault`] | the senior and junior vaults |
//! | [`venue`] | what every mechanism has in common |
//! | [`margin`] | positions, equity, the liquidation key |
//! | [`waterfall`] | the liquidation stages, and the order of who pays |
//! | [`market`] | the isolated tranched market |
//! | [`venue_tranched`], [`venue_pool`], [`venue_orderbook`] | the mechanisms behind [`venue::Venue`] |
//! | [`cascade`] | the downward spiral: pools, lending markets and forced sales in ordered rounds |
//! | [`scenario`] | scenario files |
//! | [`sim`] | the clock, the command stream, the comparison |
//! | [`report`] | tables, Markdown, CSV, JSON, journals, sentences |
//! | [`check`] | journals against the laws, without the engine |
//! | [`plot`] | pictures of a comparison and of quotes |
//! | [`sweep`], [`results`] | a scenario over many price paths, and what that came to |
//! | [`validation`] | the order book held against a recorded crash |
//! | [`claims`] | what four articles claim, with verdicts and computed figures |

pub use seawall_cascade as cascade;
pub use seawall_chance as chance;
pub use seawall_check as check;
pub use seawall_claims as claims;
pub use seawall_funding as funding;
pub use seawall_gmx as gmx;
pub use seawall_ledger as ledger;
pub use seawall_lp as lp;
pub use seawall_margin as margin;
pub use seawall_market as market;
pub use seawall_oracle as oracle;
pub use seawall_paths as paths;
pub use seawall_plot as plot;
pub use seawall_report as report;
pub use seawall_results as results;
pub use seawall_scenario as scenario;
pub use seawall_sim as sim;
pub use seawall_sweep as sweep;
pub use seawall_units as units;
pub use seawall_validation as validation;
pub use seawall_vault as vault;
pub use seawall_venue as venue;
pub use seawall_venue_orderbook as venue_orderbook;
pub use seawall_venue_pool as venue_pool;
pub use seawall_venue_tranched as venue_tranched;
pub use seawall_waterfall as waterfall;

/// What a program that compares venues needs, in one `use`.
pub mod prelude {
    pub use seawall_ledger::{Account, AccountId, Cause, Entry};
    pub use seawall_report::{because, journal, json, stage_table, table};
    pub use seawall_scenario::{Overrides, Scenario, ScenarioError};
    pub use seawall_sim::{
        Comparison, JournalSink, SimError, StageOutcome, VenueName, VenueOutcome, compare, run_one,
    };
    pub use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
    pub use seawall_venue::{Event, StageEnd, StageId, StageRule, Venue};
}

/// The library example of the README runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;

/// The library example of docs/questions.md runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/questions.md")]
pub struct Questions;
