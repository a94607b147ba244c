use seawall_units::{Price, Ratio};
use serde::{Deserialize, Serialize};

use crate::bootstrap::{SCALE, unscaled};
use crate::error::within;
use crate::luck::{Luck, Process};
use crate::walk::float;
use crate::{ParamError, PathError, Recorded, grid};

/// A recorded path as it was, moved to the opening price.
///
/// **Formula** `S(k) = opening · (R(o + k)/R(o))^scale` from the recorded price `R` at the start
/// `o`. With a scale of 1 no float is involved, so from its own opening price a recording comes
/// back to the last unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// Where in the recording a path begins. Default: at its first price.
    #[serde(default)]
    pub start: Start,
    /// By what every move of ln S is multiplied: 0 to 100. Default 1.
    #[serde(default = "unscaled")]
    pub scale: Ratio,
}

/// Where in a recording a path begins. A path never runs over the recording's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Every path at its first price: all have the same prices.
    #[default]
    First,
    /// Each path one tick after the one before it, and again at the first price when there is no
    /// room left.
    InTurn,
    /// Each path at a place of its own that is drawn.
    Drawn,
}

impl Replay {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        within("scale", self.scale, SCALE)
    }

    pub(crate) fn walk(&self, recorded: Recorded, ticks: usize) -> Result<ReplayWalk, PathError> {
        recorded.holds(u64::try_from(ticks).unwrap_or(u64::MAX))?;
        Ok(ReplayWalk {
            starts: recorded.prices().len().saturating_sub(ticks),
            recorded,
            ticks,
            start: self.start,
            scale: (self.scale != Ratio::ONE).then(|| float(self.scale)),
        })
    }
}

#[derive(Debug)]
pub(crate) struct ReplayWalk {
    recorded: Recorded,
    ticks: usize,
    /// Places where a path can begin: at least one.
    starts: usize,
    start: Start,
    /// What is not one.
    scale: Option<f64>,
}

impl ReplayWalk {
    /// The prices after the opening, each `None` beyond the range of prices.
    pub(crate) fn prices(
        &self,
        opening: Price,
        luck: &Luck<'_>,
    ) -> impl Iterator<Item = Option<Price>> {
        let from = match self.start {
            Start::First => 0,
            Start::InTurn => {
                let starts = u64::try_from(self.starts.max(1)).unwrap_or(u64::MAX);
                usize::try_from(luck.path % starts).unwrap_or(0)
            }
            Start::Drawn => luck.uniforms(Process::Blocks).place(self.starts),
        };
        let span = self.recorded.prices().iter().skip(from);
        let base = span.clone().next().copied().unwrap_or(opening);
        let span = span.skip(1).take(self.ticks);
        span.map(move |price| match self.scale {
            None => grid::scaled(opening, (price.units(), base.units())),
            Some(scale) => grid::moved(opening, scale * logarithm(*price, base)),
        })
    }
}

#[allow(clippy::as_conversions)] // a price's units to the nearest float
fn logarithm(price: Price, base: Price) -> f64 {
    libm::log(price.units() as f64 / base.units() as f64)
}
