//! Price sources, their aggregation into a mark, staleness and deviation (M-3).
//!
//! [`Source`] publishes what its [`Design`] makes of the outside price; [`aggregate`] makes one
//! price of many, or none; [`Oracle`] remembers the last valid one and says what the market may do
//! at it ([`MarketStatus`]).
//!
//! ```
//! use seawall_oracle::{MarketStatus, Oracle, OracleConfig, SourceQuote};
//! use seawall_units::Time;
//! let start = Time::from_secs(1_000);
//! let mut oracle = Oracle::new(OracleConfig::default(), "100".parse()?, start);
//! let quote = |source, price: &str| {
//!     Ok::<_, seawall_units::UnitsError>(SourceQuote::new(source, price.parse()?, start.plus(1)))
//! };
//! // 110 is more than 1 % from the median 100.5, so the median of the other two is taken.
//! let quotes = [quote(1, "100")?, quote(2, "100.5")?, quote(3, "110")?];
//! let mark = oracle.observe(start.plus(1), &quotes);
//! assert_eq!(mark.price, "100.25".parse()?);
//! assert_eq!(mark.status, MarketStatus::Live);
//! // Twenty seconds later the quotes are stale: the mark stands, but only reducing is possible.
//! assert_eq!(oracle.observe(start.plus(21), &quotes).status, MarketStatus::ReduceOnly);
//! # Ok::<(), seawall_units::UnitsError>(())
//! ```
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod aggregate;
mod config;
mod design;
mod oracle;
mod pool;
mod source;
mod status;
mod window;

pub use aggregate::{SourceQuote, aggregate, weighted_median};
pub use config::{OracleConfig, OracleError};
pub use design::{Design, Feed, PoolConfig, PushConfig, TwapConfig, push_only};
pub use oracle::{Mark, Oracle};
pub use source::{Line, Reading, Source};
pub use status::MarketStatus;
