//! Per-minute funding and utilisation rates and their cumulative indices (M-6).
//!
//! Once a minute the market asks its [`MinuteAverage`]s for the skew and the utilisation and moves
//! its [`Indices`]; positions remember the indices at which they were last settled and owe the
//! difference ([`owed_funding`], [`owed_utilisation`]). No account is touched by a minute, and a
//! minute without a valid mark is never charged: it is simply not accrued (M-3).
//!
//! ```
//! use seawall_funding::{Indices, RateConfig, owed_funding};
//! use seawall_units::{Price, Ratio, Usd};
//! let mut now = Indices::default();
//! let then = now;
//! // One minute of longs only at half utilisation: funding 0.5 %/year, utilisation 25 %/year.
//! now.accrue_minute(&RateConfig::default(), Ratio::ONE, Ratio::bps(5_000), "100000".parse()?);
//! // 10 BTC, 1 000 000 USD: 1 000 000 · 0.005 / 525 600 = 0.009512.. USD, rounded up.
//! let owed = owed_funding("10".parse()?, now.funding, then.funding);
//! assert_eq!(owed, "0.009513".parse::<Usd>()?);
//! # Ok::<(), seawall_units::UnitsError>(())
//! ```
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod average;
mod config;
mod indices;
mod rates;

pub use average::MinuteAverage;
pub use config::{FundingConfig, FundingError, RateConfig, UtilisationConfig};
pub use indices::{Indices, owed_funding, owed_utilisation};
pub use rates::{crowded_share, next_rate, utilisation_rate};
