//! Divergence (impermanent) loss, loss versus rebalancing (LVR) and the value functions of pools.
//!
//! | look for | in |
//! |---|---|
//! | a position of two assets along a curve: value, holdings, delta, gamma, loss | [`Curve`] |
//! | `x·y = k` | [`ConstantProduct`]; to the last unit in [`exact`] |
//! | weights, two assets or many | [`Weighted`], [`Basket`], [`worst_weight`] |
//! | a range of prices | [`Concentrated`], [`concentration_factor`] |
//! | coins that should be worth the same | [`StablePair`], [`StableSwap`] |
//! | fees and rewards that make up for the loss | [`break_even`] |
//! | the price at which a loss occurs | [`level`] |
//! | what it takes to move a price | [`depth`] |
//! | what arbitrage takes as time goes by, with fees and without | [`lvr`], [`blocks`] |
//! | what to expect of a random price | [`expected`] |
//! | a position over a recorded price path, and the parts of its return | [`path`] |
//! | a position of any kind: all of this at once | [`outlook`] |
//!
//! Nothing here moves money. Closed forms are evaluated in `f64` with the accuracy that each
//! function states (`tests/accuracy` holds it against sixty digits); where algebra is exact, so
//! is the function. Elementary functions come from `libm`, so that a figure is the same on every
//! platform. No divergence loss is ever negative: each is written as a sum whose terms cannot be.
//!
//! An **ulp** is one unit in the last of the 53 bits of a float, between 1.1 and 2.2·10⁻¹⁶ of it;
//! bounds are held by the smaller.

pub mod blocks;
pub mod break_even;
mod concentrated;
mod constant_product;
mod curve;
pub mod depth;
mod error;
pub mod exact;
pub mod expected;
pub mod level;
mod loss;
pub mod lvr;
mod money;
mod numeric;
pub mod outlook;
pub mod path;
mod range;
mod ratio;
mod stable;
mod volatility;
mod weighted;
mod weights;
pub mod worst_weight;

pub use blocks::Fee;
pub use concentrated::{Concentrated, concentration_factor};
pub use constant_product::ConstantProduct;
pub use curve::{Curve, Holdings};
pub use error::LpError;
pub use loss::{DivergenceLoss, ImpermanentLoss};
pub use range::Range;
pub use ratio::PriceRatio;
pub use stable::{StablePair, StableSwap};
pub use volatility::{Span, Volatility};
pub use weighted::{Basket, Weighted};
pub use weights::{Weights, WeightsError};
