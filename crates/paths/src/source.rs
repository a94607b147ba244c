use seawall_units::{Price, Ratio};
use serde::{Deserialize, Serialize};

use crate::error::counted;
use crate::luck::Streams;
use crate::replay::ReplayWalk;
use crate::walk::Walk;
use crate::{ParamError, PathError, PriceModel, Recorded, Sampling, Start, grid};

/// Everything that decides the prices of a path besides its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The model.
    pub model: PriceModel,
    /// How paths relate to each other.
    pub sampling: Sampling,
    /// What happens to every path.
    pub shocks: Vec<Shock>,
    /// From which all numbers come.
    pub seed: u64,
    /// The first price of every path.
    pub opening: Price,
    /// Moves of a path, 1 to 10,000,000; it has one price more.
    pub ticks: u32,
    /// Seconds from one price to the next, 1 to 31,536,000.
    pub tick_seconds: u32,
    /// What a bootstrap or a replay takes its moves from.
    pub recorded: Option<Recorded>,
}

/// A move that every path makes at the same tick, on top of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Shock {
    /// The first tick whose price is multiplied; so are all after it. 1 to the ticks of the path.
    pub tick: u32,
    /// By what: above 0, at most 1,000. 0.7 is a fall by 30 %.
    pub factor: Ratio,
}

impl Setup {
    fn validate(&self) -> Result<(), PathError> {
        self.model.validate()?;
        self.sampling.validate()?;
        counted("ticks", self.ticks.into(), (1, 10_000_000))?;
        counted("tick_seconds", self.tick_seconds.into(), (1, 31_536_000))?;
        for (place, shock) in self.shocks.iter().enumerate() {
            let field = |name: &str| format!("shocks[{place}].{name}");
            counted(&field("tick"), shock.tick.into(), (1, self.ticks.into()))?;
            if !shock.factor.is_positive() || shock.factor > Ratio::whole(1_000) {
                let legal = "above 0, at most 1000";
                return Err(ParamError::new(&field("factor"), shock.factor, legal).into());
            }
        }
        let (sampling, model) = (self.sampling.name(), self.model.name());
        match self.acts() {
            true => Ok(()),
            false => Err(PathError::Sampling { sampling, model }),
        }
    }

    /// Whether the model draws what the sampling is about.
    const fn acts(&self) -> bool {
        match (&self.model, self.sampling) {
            (_, Sampling::Independent) => true,
            (PriceModel::Replay(replay), Sampling::Antithetic) => {
                matches!(replay.start, Start::Drawn)
            }
            (_, Sampling::Antithetic) => true,
            (model, Sampling::Sobol { .. }) => !model.needs_recording(),
        }
    }

    fn moves(&self, ticks: usize) -> Result<Moves, PathError> {
        let recorded = || match &self.recorded {
            Some(recorded) => recorded.in_ticks_of(self.tick_seconds),
            None => Err(PathError::NoRecording {
                model: self.model.name(),
            }),
        };
        let walk: Box<dyn Walk> = match &self.model {
            PriceModel::Gbm(model) => Box::new(model.walk(self.tick_seconds)),
            PriceModel::Merton(model) => Box::new(model.walk(self.tick_seconds)?),
            PriceModel::Heston(model) => Box::new(model.walk(self.tick_seconds)?),
            PriceModel::Regimes(model) => Box::new(model.walk(self.tick_seconds)?),
            PriceModel::Bootstrap(model) => Box::new(model.walk(&recorded()?)?),
            PriceModel::Replay(model) => {
                return Ok(Moves::Recorded(model.walk(recorded()?, ticks)?));
            }
        };
        Ok(Moves::Walked(walk))
    }
}

/// Where a path's moves come from.
#[derive(Debug)]
enum Moves {
    Walked(Box<dyn Walk>),
    Recorded(ReplayWalk),
}

/// The price paths of a setup, each by its number.
#[derive(Debug)]
pub struct PathSource {
    setup: Setup,
    ticks: usize,
    moves: Moves,
    streams: Streams,
}

impl PathSource {
    /// Prepares whatever does not depend on the path.
    ///
    /// **Errors** [`PathError`] for a parameter outside of its range, a recorded path that is
    /// missing or too short, and a sampling that has nothing to act on.
    pub fn new(setup: Setup) -> Result<Self, PathError> {
        setup.validate()?;
        let ticks = usize::try_from(setup.ticks).unwrap_or(usize::MAX);
        let moves = setup.moves(ticks)?;
        Ok(Self {
            ticks,
            moves,
            streams: Streams::new(setup.seed, setup.sampling, ticks),
            setup,
        })
    }

    /// What was asked for.
    #[must_use]
    pub const fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The prices of a path: the opening, then one for each tick. Nothing but the setup and the
    /// number decides them.
    ///
    /// **Rounding** each to the nearest grid unit; below the grid, its smallest unit.
    /// **Errors** [`PathError::Beyond`] when a price leaves the range of prices upwards.
    pub fn prices(&self, path: u64) -> Result<Vec<Price>, PathError> {
        let (luck, opening) = (self.streams.of(path), self.setup.opening);
        let mut prices = Vec::with_capacity(self.ticks.saturating_add(1));
        prices.push(opening);
        match &self.moves {
            Moves::Recorded(replay) => {
                for price in replay.prices(opening, &luck) {
                    let tick = prices.len();
                    prices.push(price.ok_or(beyond(path, tick))?);
                }
            }
            Moves::Walked(walk) => {
                let mut moves = vec![0.0; self.ticks];
                walk.moves(&luck, &mut moves);
                let mut moved = 0.0;
                for each in moves {
                    moved += each;
                    let tick = prices.len();
                    prices.push(grid::moved(opening, moved).ok_or(beyond(path, tick))?);
                }
            }
        }
        self.shock(path, &mut prices)?;
        Ok(prices)
    }

    fn shock(&self, path: u64, prices: &mut [Price]) -> Result<(), PathError> {
        for shock in &self.setup.shocks {
            let from = usize::try_from(shock.tick).unwrap_or(usize::MAX);
            let factor = (shock.factor.units(), Ratio::ONE_UNITS);
            for (tick, price) in prices.iter_mut().enumerate().skip(from) {
                *price = grid::scaled(*price, factor).ok_or(beyond(path, tick))?;
            }
        }
        Ok(())
    }
}

fn beyond(path: u64, tick: usize) -> PathError {
    PathError::Beyond {
        path,
        tick: u64::try_from(tick).unwrap_or(u64::MAX),
    }
}
