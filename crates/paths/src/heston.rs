use seawall_units::Ratio;
use serde::{Deserialize, Serialize};

use crate::ParamError;
use crate::error::within;
use crate::gbm::DRIFT;
use crate::luck::{Luck, Process};
use crate::walk::{Walk, float, years};

/// A variance that moves: `dS = μ·S·dt + √v·S·dW`, `dv = κ(θ − v)·dt + ξ·√v·dZ`, with the
/// correlation ρ between `W` and `Z`.
///
/// **Formula** full truncation: with `v⁺ = max(v, 0)`, a tick of `t` years moves ln S by
/// `(μ − v⁺/2)·t + √(v⁺·t)·z` and `v` by `κ(θ − v⁺)·t + ξ·√(v⁺·t)·(ρ·z + √(1 − ρ²)·y)`. Of the simple
/// schemes it has the least bias; the price stays a martingale exactly; and the normal numbers
/// enter as they do in [`Gbm`](crate::Gbm), which it is when `ξ = 0`, so that mirrored and scrambled
/// ones work alike. Its bias vanishes with the tick.
/// **Source** Heston (1993); Lord, Koekkoek and van Dijk (2010) for the scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Heston {
    /// μ a year, as [`Gbm::drift`](crate::Gbm::drift). Default 0.
    #[serde(default)]
    pub drift: Ratio,
    /// κ, how fast the variance returns, a year: 0 to 1,000,000, and at most one a tick. Half of a
    /// distance is made up in ln 2 / κ years.
    pub kappa: Ratio,
    /// θ, the variance that it returns to: 0 to 10,000. A volatility of 80 % is a variance of 0.64.
    pub theta: Ratio,
    /// ξ, the volatility of the variance: 0 to 1,000.
    pub xi: Ratio,
    /// ρ, the correlation of price and variance: −1 to 1. Below zero a fall makes a market wilder.
    pub rho: Ratio,
    /// v at the opening: 0 to 10,000. Default: absent, and it begins at θ.
    #[serde(default)]
    pub initial_variance: Option<Ratio>,
}

const VARIANCE: (i32, i32) = (0, 10_000);

impl Heston {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        within("drift", self.drift, DRIFT)?;
        within("kappa", self.kappa, (0, 1_000_000))?;
        within("theta", self.theta, VARIANCE)?;
        within("xi", self.xi, (0, 1_000))?;
        within("rho", self.rho, (-1, 1))?;
        match self.initial_variance {
            Some(variance) => within("initial_variance", variance, VARIANCE),
            None => Ok(()),
        }
    }

    pub(crate) fn walk(&self, tick_seconds: u32) -> Result<HestonWalk, ParamError> {
        let (time, kappa, rho) = (years(tick_seconds), float(self.kappa), float(self.rho));
        if kappa * time > 1.0 {
            let legal = format!("at most one in a tick of {tick_seconds} s: a shorter tick");
            return Err(ParamError::new("kappa", self.kappa, legal));
        }
        Ok(HestonWalk {
            time,
            drift: float(self.drift),
            kappa,
            theta: float(self.theta),
            xi: float(self.xi),
            rho,
            own: libm::sqrt((1.0 - rho * rho).max(0.0)),
            initial: float(self.initial_variance.unwrap_or(self.theta)),
        })
    }
}

#[derive(Debug)]
pub(crate) struct HestonWalk {
    time: f64,
    drift: f64,
    kappa: f64,
    theta: f64,
    xi: f64,
    rho: f64,
    /// √(1 − ρ²)
    own: f64,
    initial: f64,
}

impl Walk for HestonWalk {
    fn moves(&self, luck: &Luck<'_>, out: &mut [f64]) {
        luck.diffusion(out);
        let mut others = luck.uniforms(Process::Variance);
        let mut variance = self.initial;
        for number in out {
            let (price, other) = (*number, others.normal());
            let truncated = variance.max(0.0);
            let deviation = libm::sqrt(truncated * self.time);
            *number = (self.drift - truncated / 2.0) * self.time + deviation * price;
            variance += self.kappa * (self.theta - truncated) * self.time
                + self.xi * deviation * (self.rho * price + self.own * other);
        }
    }
}
