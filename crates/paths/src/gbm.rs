use seawall_units::Ratio;
use serde::{Deserialize, Serialize};

use crate::ParamError;
use crate::error::within;
use crate::luck::Luck;
use crate::walk::{Walk, float, years};

/// Geometric Brownian motion, `dS = μ·S·dt + σ·S·dW`.
///
/// **Formula** a tick of `t` years moves ln S by `(μ − σ²/2)·t + σ·√t·z`: exact for any tick.
/// **Source** Samuelson (1965); Black and Scholes (1973).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Gbm {
    /// μ, by which the mean grows a year, continuously compounded: −1000 to 1000. Default 0: the
    /// mean stays at the opening price.
    #[serde(default)]
    pub drift: Ratio,
    /// σ, the standard deviation of the logarithm over a year: 0 to 100.
    pub volatility: Ratio,
}

/// The range of a drift.
pub(crate) const DRIFT: (i32, i32) = (-1_000, 1_000);
/// The range of a volatility.
pub(crate) const VOLATILITY: (i32, i32) = (0, 100);

impl Gbm {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        within("drift", self.drift, DRIFT)?;
        within("volatility", self.volatility, VOLATILITY)
    }

    pub(crate) fn walk(&self, tick_seconds: u32) -> GbmWalk {
        let (time, volatility) = (years(tick_seconds), float(self.volatility));
        GbmWalk {
            mean: (float(self.drift) - volatility * volatility / 2.0) * time,
            deviation: volatility * libm::sqrt(time),
        }
    }
}

#[derive(Debug)]
pub(crate) struct GbmWalk {
    mean: f64,
    deviation: f64,
}

impl Walk for GbmWalk {
    fn moves(&self, luck: &Luck<'_>, out: &mut [f64]) {
        luck.diffusion(out);
        for number in out {
            *number = self.mean + self.deviation * *number;
        }
    }
}
