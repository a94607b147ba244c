//! Scenario files: one question about a market under stress, in TOML, with every number exact.
//!
//! [`Scenario::load`] reads a file, refuses whatever is not legal with file, line, column, field
//! and the legal range, and resolves the rest: names to numbers, moments to seconds, recorded
//! prices to one price per second ([`PricePath`]). [`model::ScenarioFile`] is the format.
//!
//! Nothing is drawn here: a [`Crowd`] and a [`TimedFlow`] describe what the simulation draws.
//!
//! ```
//! use seawall_scenario::Scenario;
//! let text = r#"
//! question = "Does a calm minute cost anybody anything?"
//! seed = 1
//! [time]
//! start = "2025-10-10T21:00:00Z"
//! end = "2025-10-10T21:01:00Z"
//! [market]
//! coin = "BTC"
//! [capital]
//! total = "1000"
//! tranched = { senior = "790", junior = "200", insurance = "10" }
//! orderbook = { makers = "900", backstops = ["100"] }
//! [terms.common]
//! initial = "2%"
//! maintenance = "1%"
//! [price.points]
//! points = [{ at = 0, price = "100" }, { at = "21:01:00", price = "121" }]
//! "#;
//! let scenario = Scenario::parse(text, "calm.toml", &|_| unreachable!("it names no file"))?;
//! assert_eq!(scenario.path().price_at(scenario.start().plus(30)).to_string(), "110.0000000000");
//!
//! let wrong = text.replace("\"790\"", "\"780\"");
//! let error = Scenario::parse(&wrong, "calm.toml", &|_| unreachable!()).unwrap_err();
//! assert!(error.to_string().starts_with("\
//! error: `capital.tranched` is 990 in sum; legal: exactly `capital.total` = 1000
//!   --> calm.toml:11:12
//!    |
//! 11 | tranched = { senior = \"780\", junior = \"200\", insurance = \"10\" }
//!    |            ^^^"));
//! # Ok::<(), seawall_scenario::ScenarioError>(())
//! ```
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod arbitrageur;
mod at;
mod behaviour;
mod cascade;
mod check;
mod check_oracle;
mod concentration;
mod distribution;
mod document;
mod error;
mod exchange;
mod fault;
mod feed;
mod fits;
mod import;
mod instead;
pub mod model;
mod named;
mod names;
mod overrides;
mod path;
mod priced;
mod recorded;
mod resolve;
mod resolve_behaviour;
mod resolved;
mod resolved_behaviour;
mod scenario;
#[cfg(feature = "schema")]
mod schema;
mod source;
mod suggest;
mod sweep;
mod text;
mod varied;
mod whole;

pub use at::{At, Moment, NotAMoment};
pub use cascade::{Axis, AxisPoint, Cascade, CascadeHead, Observed, Vary, VaryPoint};
pub use concentration::{concentrated, herfindahl};
pub use error::{Diagnostic, ScenarioError};
pub use exchange::Exchange;
pub use import::{Format, Imported, Imports, OwnPositions};
pub use instead::Instead;
pub use model::{PriceKind, ScenarioFile};
pub use overrides::{Change, Overrides};
pub use path::{Between, Observation, PricePath, PriceTag};
pub use recorded::{Recorded, RecordedPrices};
pub use resolved::{
    Amount, Collateral, Crowd, Flow, TimedArbitrageur, TimedBidder, TimedFault, TimedFlow,
    TimedLiquidity, TimedMargin, TimedOrder, TimedRecovery, TimedTrade, Window, Wish,
};
pub use resolved_behaviour::{
    Act, Behaviour, LeaveCause, LeaveRule, LpGroup, Reaction, Signal, TimedTrader, TimedVanish,
    TradeCause, VanishCause,
};
pub use scenario::{ReadFile, Scenario};
/// The world of a cascade file.
pub use seawall_cascade::Config as CascadeConfig;
pub use suggest::nearest;
pub use sweep::{
    Redraw, Setting, StopRule, Sweep, SweepAxis, SweepDraw, SweepFile, SweepPoint, SweepPrices,
};
