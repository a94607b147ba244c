//! Many cascades: every combination of the points of several axes, in parallel.

use std::num::NonZeroUsize;

use rayon::prelude::*;
use seawall_cascade::{Outcome, Verdict};
use seawall_scenario::{Axis, AxisPoint, Cascade, Overrides};

use crate::SimError;
use crate::cascade::CascadeMarkets;
use crate::cascade::figure::CASCADE_FIGURES;
use crate::cascade::run::run_in;

/// The most cascades of one sweep.
const MOST: usize = 1_000_000;

/// What a sweep keeps of one cascade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CascadeSummary {
    /// How it is called.
    pub verdict: Verdict,
    /// The figures of [`CASCADE_FIGURES`], in units of their grids.
    pub figures: Vec<Option<i128>>,
}

impl CascadeSummary {
    /// Of an outcome.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        let figures = CASCADE_FIGURES.iter().map(|one| one.units(outcome));
        Self {
            verdict: outcome.verdict,
            figures: figures.collect(),
        }
    }

    /// The figure with this id.
    #[must_use]
    pub fn units(&self, id: &str) -> Option<i128> {
        let place = CASCADE_FIGURES.iter().position(|one| one.id == id)?;
        *self.figures.get(place)?
    }
}

/// A cascade and what is varied of it.
#[derive(Debug, Clone, Copy)]
pub struct CascadeSweep<'a> {
    /// The cascade, with what stands for all points.
    pub cascade: &'a Cascade,
    /// What is varied.
    pub axes: &'a [Axis],
}

impl<'a> CascadeSweep<'a> {
    /// How many cascades it is; `None` for more than a million.
    #[must_use]
    pub fn count(&self) -> Option<usize> {
        let lengths = self.axes.iter().map(|axis| axis.points.len());
        let mut count = 1_usize;
        for length in lengths {
            count = count.checked_mul(length).filter(|count| *count <= MOST)?;
        }
        Some(count)
    }

    /// The points of one cascade: of the last axis the next one each time.
    #[must_use]
    pub fn points(&self, mut number: usize) -> Vec<&'a AxisPoint> {
        let mut points = Vec::with_capacity(self.axes.len());
        for axis in self.axes.iter().rev() {
            let length = axis.points.len().max(1);
            let place = number.checked_rem(length).unwrap_or(0);
            points.extend(axis.points.get(place));
            number = number.checked_div(length).unwrap_or(0);
        }
        points.reverse();
        points
    }

    /// Whether every point of every axis is legal beside the file as it stands: before any runs.
    ///
    /// **Errors** [`SimError::Scenario`] for the first that is not.
    pub fn check(&self) -> Result<(), SimError> {
        for point in self.axes.iter().flat_map(|axis| &axis.points) {
            self.with(&[point])?;
        }
        Ok(())
    }

    fn with(&self, points: &[&AxisPoint]) -> Result<Cascade, SimError> {
        let mut overrides: Overrides = self.cascade.overrides().clone();
        for point in points {
            overrides = point.on(&overrides)?;
        }
        Ok(self.cascade.with(&overrides)?)
    }

    /// Runs every combination, in parallel; the summaries are in order and the same on any number
    /// of threads. `done` is told of each that is finished.
    ///
    /// **Errors** [`SimError`] of the first combination, in order, that cannot be run.
    pub fn run(&self, done: &(dyn Fn() + Sync)) -> Result<Vec<CascadeSummary>, SimError> {
        let markets = CascadeMarkets::load(self.cascade)?;
        let one = |number: usize| {
            let cascade = self.with(&self.points(number))?;
            let summary = CascadeSummary::of(&run_in(&markets, &cascade)?.outcome);
            done();
            Ok(summary)
        };
        let count = self.count().unwrap_or(0);
        let summaries: Vec<Result<CascadeSummary, SimError>> =
            (0..count).into_par_iter().map(one).collect();
        summaries.into_iter().collect()
    }
}

/// One row of an ablation: what was changed, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ablated {
    /// The rule; empty for the file as it stands.
    pub rule: String,
    /// Its value.
    pub value: String,
    /// Whether that is what the file states anyhow.
    pub stands: Standing,
    /// What it came to.
    pub summary: CascadeSummary,
}

/// Whether a value is the file's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The file states it.
    Own,
    /// It is another.
    Other,
}

/// The same shock with one rule changed at a time: every value of everything that the file says it
/// varies, after the file as it stands.
///
/// **Errors** [`SimError`] of the first that cannot be run.
pub fn ablate(cascade: &Cascade, done: &(dyn Fn() + Sync)) -> Result<Vec<Ablated>, SimError> {
    let axes: Vec<Axis> = cascade.vary().iter().map(Axis::of).collect();
    let whole = CascadeSweep {
        cascade,
        axes: &axes,
    };
    let mut list: Vec<(&str, Option<&AxisPoint>)> = vec![("", None)];
    for axis in &axes {
        list.extend(
            axis.points
                .iter()
                .map(|point| (axis.name.as_str(), Some(point))),
        );
    }
    let markets = CascadeMarkets::load(cascade)?;
    let one = |(rule, point): (&str, Option<&AxisPoint>)| {
        let points: Vec<&AxisPoint> = point.into_iter().collect();
        let varied = whole.with(&points)?;
        let stands = match varied.config() == cascade.config() {
            true => Standing::Own,
            false => Standing::Other,
        };
        let summary = CascadeSummary::of(&run_in(&markets, &varied)?.outcome);
        done();
        Ok(Ablated {
            rule: rule.to_owned(),
            value: point.map_or_else(String::new, |point| point.name.clone()),
            stands,
            summary,
        })
    };
    let rows: Vec<Result<Ablated, SimError>> = list.into_par_iter().map(one).collect();
    rows.into_iter().collect()
}

/// How many cascades an ablation runs.
#[must_use]
pub fn ablations(cascade: &Cascade) -> usize {
    let points = cascade
        .vary()
        .iter()
        .map(|vary| Axis::of(vary).points.len());
    points.sum::<usize>().saturating_add(1)
}

/// Does something on so many threads, or on all that there are.
pub fn on_threads<T: Send>(threads: Option<NonZeroUsize>, work: impl FnOnce() -> T + Send) -> T {
    let Some(threads) = threads else {
        return work();
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get());
    match pool.build() {
        Ok(pool) => pool.install(work),
        // Threads that the system does not give change no figure.
        Err(_) => work(),
    }
}
