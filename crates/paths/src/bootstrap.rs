use seawall_units::Ratio;
use serde::{Deserialize, Serialize};

use crate::error::{counted, within};
use crate::luck::{Luck, Process, Uniforms};
use crate::walk::{Walk, float};
use crate::{ParamError, PathError, Recorded};

/// Blocks of a recorded path, drawn with replacement and put end to end: what came together stays
/// together within a block.
///
/// **Formula** the moves of ln S are those of the recorded path from a place that is drawn for each
/// block, every place as likely as any other; a block that runs over the end goes on at the
/// beginning. So each recorded move is as likely as any other in every tick.
/// **Source** Politis and Romano (1992) for blocks in a circle, (1994) for random lengths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// How long a block is.
    pub block: Block,
    /// Whether the path keeps the recorded drift. Default: kept.
    #[serde(default)]
    pub drift: RecordedDrift,
    /// By what every move of ln S is multiplied, after the drift: 0 to 100. Default 1.
    #[serde(default = "unscaled")]
    pub scale: Ratio,
}

/// How long a block is, in ticks of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Always this long: 1 to the ticks that were recorded.
    Fixed(u32),
    /// Of a geometric distribution with this mean, 1 to the ticks that were recorded: what makes
    /// the drawn path stationary.
    Geometric(u32),
}

/// What becomes of the mean move of a recorded path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordedDrift {
    /// It stays.
    #[default]
    Kept,
    /// It is subtracted from every move, so that ln S has no drift.
    Removed,
}

/// The range of a scale.
pub(crate) const SCALE: (i32, i32) = (0, 100);

pub(crate) const fn unscaled() -> Ratio {
    Ratio::ONE
}

impl Block {
    const fn ticks(self) -> (&'static str, u32) {
        match self {
            Self::Fixed(ticks) => ("block.fixed", ticks),
            Self::Geometric(ticks) => ("block.geometric", ticks),
        }
    }
}

impl Bootstrap {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        let (field, ticks) = self.block.ticks();
        counted(field, ticks.into(), (1, u32::MAX.into()))?;
        within("scale", self.scale, SCALE)
    }

    pub(crate) fn walk(&self, recorded: &Recorded) -> Result<BootstrapWalk, PathError> {
        let (field, ticks) = self.block.ticks();
        counted(field, ticks.into(), (1, recorded.ticks()))?;
        let mut moves = recorded.moves();
        let scale = float(self.scale);
        let mean = match self.drift {
            RecordedDrift::Kept => 0.0,
            RecordedDrift::Removed => average(&moves),
        };
        for each in &mut moves {
            *each = (*each - mean) * scale;
        }
        Ok(BootstrapWalk {
            moves,
            block: self.block,
        })
    }
}

#[allow(clippy::as_conversions)] // counts of ticks fit an f64
fn average(moves: &[f64]) -> f64 {
    moves.iter().sum::<f64>() / moves.len() as f64
}

#[derive(Debug)]
pub(crate) struct BootstrapWalk {
    moves: Vec<f64>,
    block: Block,
}

impl Walk for BootstrapWalk {
    fn moves(&self, luck: &Luck<'_>, out: &mut [f64]) {
        let mut numbers = luck.uniforms(Process::Blocks);
        let mut rest = out;
        while !rest.is_empty() {
            let start = numbers.place(self.moves.len());
            let length = self.block.length(&mut numbers).min(rest.len());
            let (block, after) = rest.split_at_mut(length);
            let circle = self.moves[start..].iter().chain(self.moves.iter().cycle());
            for (number, recorded) in block.iter_mut().zip(circle) {
                *number = *recorded;
            }
            rest = after;
        }
    }
}

impl Block {
    /// The next block's length. A number is drawn for it in either case.
    #[allow(clippy::as_conversions)] // saturating, and bounded by the path's ticks
    fn length(self, numbers: &mut Uniforms) -> usize {
        let drawn = numbers.unit();
        match self {
            Self::Fixed(ticks) => ticks as usize,
            Self::Geometric(mean) => {
                let stays = 1.0 - 1.0 / f64::from(mean);
                (libm::log(drawn) / libm::log(stays)) as usize + 1
            }
        }
    }
}
