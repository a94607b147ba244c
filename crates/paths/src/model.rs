use serde::{Deserialize, Serialize};

use crate::{Bootstrap, Gbm, Heston, Merton, ParamError, Regimes, Replay};

/// What an outside price may do.
///
/// ```
/// use seawall_paths::PriceModel;
/// let model: PriceModel = toml::from_str("gbm = { drift = '5%', volatility = '80%' }")?;
/// assert_eq!(model.name(), "gbm");
/// assert!(model.validate().is_ok());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum PriceModel {
    /// Geometric Brownian motion.
    Gbm(Gbm),
    /// Geometric Brownian motion with lognormal jumps.
    Merton(Merton),
    /// A variance that moves and returns to its mean.
    Heston(Heston),
    /// Regimes that follow each other, each with a drift and a volatility.
    Regimes(Regimes),
    /// Blocks of a recorded path in a random order.
    Bootstrap(Bootstrap),
    /// A recorded path as it was.
    Replay(Replay),
}

impl PriceModel {
    /// The model's key in a file.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Gbm(_) => "gbm",
            Self::Merton(_) => "merton",
            Self::Heston(_) => "heston",
            Self::Regimes(_) => "regimes",
            Self::Bootstrap(_) => "bootstrap",
            Self::Replay(_) => "replay",
        }
    }

    /// Whether it needs a recorded path.
    #[must_use]
    pub const fn needs_recording(&self) -> bool {
        matches!(self, Self::Bootstrap(_) | Self::Replay(_))
    }

    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`ParamError`] for the first one that does not. What depends on the length of a
    /// tick or of a recorded path is checked by [`PathSource::new`](crate::PathSource::new).
    pub fn validate(&self) -> Result<(), ParamError> {
        match self {
            Self::Gbm(model) => model.validate(),
            Self::Merton(model) => model.validate(),
            Self::Heston(model) => model.validate(),
            Self::Regimes(model) => model.validate(),
            Self::Bootstrap(model) => model.validate(),
            Self::Replay(model) => model.validate(),
        }
    }
}
