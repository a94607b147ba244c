use seawall_units::Ratio;
use serde::{Deserialize, Serialize};

use crate::error::within;
use crate::gbm::{DRIFT, GbmWalk, VOLATILITY};
use crate::luck::{Luck, Process};
use crate::walk::{Walk, float, years};
use crate::{Gbm, ParamError};

/// Geometric Brownian motion with jumps: their number is a Poisson process, the logarithm of each
/// is normal.
///
/// **Formula** a tick of `t` years moves ln S by what [`Gbm`] moves it, and by `n·m + √n·s·z` with
/// `n` drawn from a Poisson distribution of mean `λ·t`: exact for any tick. The mean of `S` changes
/// by the factor `1 + k` in a jump, `k = exp(m + s²/2) − 1`; what of it the drift takes back says
/// [`JumpDrift`]. **Source** Merton (1976).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Merton {
    /// μ a year, as [`Gbm::drift`]. Default 0.
    #[serde(default)]
    pub drift: Ratio,
    /// σ a year between jumps: 0 to 100.
    pub volatility: Ratio,
    /// λ, jumps a year on average: 0 to 31,536,000 (one a second), and at most 100 a tick.
    pub jumps_a_year: Ratio,
    /// m, the mean of a jump's logarithm: −10 to 10. A fall by a tenth is ln 0.9 = −0.105.
    pub jump_mean: Ratio,
    /// s, the standard deviation of a jump's logarithm: 0 to 10.
    pub jump_deviation: Ratio,
    /// Whether the drift is that of the mean with the jumps or without. Default: with.
    #[serde(default)]
    pub jump_drift: JumpDrift,
}

/// What the drift of a price with jumps is the drift of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JumpDrift {
    /// Of the price with its jumps: between jumps it drifts by `μ − λ·k`, so that the mean grows
    /// by μ.
    #[default]
    Compensated,
    /// Of the price between jumps: the mean grows by `μ + λ·k`.
    Added,
}

/// Jumps a year at most: one a second.
pub(crate) const MOST_A_YEAR: i32 = 31_536_000;
/// What can happen in a tick on average at most; a longer count would only be drawn slowly.
pub(crate) const MOST_A_TICK: f64 = 100.0;

impl Merton {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        within("drift", self.drift, DRIFT)?;
        within("volatility", self.volatility, VOLATILITY)?;
        within("jumps_a_year", self.jumps_a_year, (0, MOST_A_YEAR))?;
        within("jump_mean", self.jump_mean, (-10, 10))?;
        within("jump_deviation", self.jump_deviation, (0, 10))
    }

    pub(crate) fn walk(&self, tick_seconds: u32) -> Result<MertonWalk, ParamError> {
        let time = years(tick_seconds);
        let a_tick = float(self.jumps_a_year) * time;
        if a_tick > MOST_A_TICK {
            let legal = format!("at most 100 jumps in a tick of {tick_seconds} s");
            return Err(ParamError::new("jumps_a_year", self.jumps_a_year, legal));
        }
        let (mean, deviation) = (float(self.jump_mean), float(self.jump_deviation));
        let taken_back = match self.jump_drift {
            JumpDrift::Compensated => a_tick * libm::expm1(mean + deviation * deviation / 2.0),
            JumpDrift::Added => 0.0,
        };
        let between = Gbm {
            drift: self.drift,
            volatility: self.volatility,
        };
        Ok(MertonWalk {
            between: between.walk(tick_seconds),
            taken_back,
            none: libm::exp(-a_tick),
            a_tick,
            mean,
            deviation,
        })
    }
}

#[derive(Debug)]
pub(crate) struct MertonWalk {
    between: GbmWalk,
    taken_back: f64,
    /// The probability of no jump in a tick.
    none: f64,
    a_tick: f64,
    mean: f64,
    deviation: f64,
}

impl Walk for MertonWalk {
    fn moves(&self, luck: &Luck<'_>, out: &mut [f64]) {
        self.between.moves(luck, out);
        let mut counts = luck.uniforms(Process::Jumps);
        let mut sizes = luck.uniforms(Process::JumpSizes);
        for number in out {
            // Both are drawn every tick, so that a jump has the same size whatever came before.
            let (count, size) = (self.count(counts.unit()), sizes.unit());
            *number -= self.taken_back;
            if count > 0.0 {
                let normal = seawall_chance::normal_quantile(size);
                *number += count * self.mean + libm::sqrt(count) * self.deviation * normal;
            }
        }
    }
}

impl MertonWalk {
    /// The count whose cumulative probability is the first not below `uniform`.
    fn count(&self, uniform: f64) -> f64 {
        let (mut count, mut probability, mut cumulative) = (0.0, self.none, self.none);
        // The end of the tail, where a float adds nothing any more.
        while uniform > cumulative && count < 1_000.0 {
            count += 1.0;
            probability *= self.a_tick / count;
            cumulative += probability;
        }
        count
    }
}
