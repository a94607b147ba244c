//! Price paths: what an outside price may do, from addressed random numbers.
//!
//! | look for | in |
//! |---|---|
//! | a model and its parameters | [`PriceModel`] |
//! | geometric Brownian motion | [`Gbm`] |
//! | jumps | [`Merton`] |
//! | volatility that moves | [`Heston`], [`Regimes`] |
//! | what was recorded, in blocks or as it was | [`Bootstrap`], [`Replay`], [`Recorded`] |
//! | pairs of mirrored paths, scrambled sequences | [`Sampling`] |
//! | a fall that every path has | [`Shock`] |
//! | the prices of a path | [`PathSource::prices`] |
//!
//! A path is a pure function of its setup and its number. A model walks in logarithms, in floats
//! that go through `libm` and plain arithmetic, so that they have the same bits on every machine;
//! each price is rounded once, to the nearest unit of the price grid, where it leaves. A year has
//! 365 days, as everywhere in Seawall. `docs/price-models.md` has the formulas.
//!
//! ```
//! use seawall_paths::{Gbm, PathSource, PriceModel, Sampling, Setup};
//! let source = PathSource::new(Setup {
//!     model: PriceModel::Gbm(Gbm { drift: "0".parse()?, volatility: "80%".parse()? }),
//!     sampling: Sampling::Independent,
//!     shocks: Vec::new(),
//!     seed: 7,
//!     opening: "100".parse()?,
//!     ticks: 60,
//!     tick_seconds: 60,
//!     recorded: None,
//! })?;
//! let prices = source.prices(0)?;
//! assert_eq!((prices.len(), prices[0]), (61, "100".parse()?));
//! assert_eq!(prices, source.prices(0)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bootstrap;
mod bridge;
mod error;
mod gbm;
mod grid;
mod heston;
mod luck;
mod merton;
mod model;
mod recorded;
mod regimes;
mod replay;
mod sampling;
mod source;
mod walk;

pub use bootstrap::{Block, Bootstrap, RecordedDrift};
pub use error::{ParamError, PathError};
pub use gbm::Gbm;
pub use heston::Heston;
pub use merton::{JumpDrift, Merton};
pub use model::PriceModel;
pub use recorded::Recorded;
pub use regimes::{Regime, Regimes};
pub use replay::{Replay, Start};
pub use sampling::Sampling;
pub use source::{PathSource, Setup, Shock};

/// The examples of docs/price-models.md run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/price-models.md")]
pub struct PriceModels;
