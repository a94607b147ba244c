//! Running paths.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use seawall_chance::Stream;
use seawall_paths::PathSource;
use seawall_results::{Row, Span, Work};
use seawall_scenario::{PricePath, Redraw, Scenario, Setting, SweepDraw};
use seawall_sim::{Draws, Instance, SimError, Template, VenueOutcome};
use seawall_units::Ratio;

use crate::SweepError;
use crate::order::in_order;
use crate::plan::{Plan, Spot, setup, source};
use crate::summary::Summary;

/// A plan with everything prepared that does not depend on a path; any number of threads may run its paths.
pub struct Runner<'p> {
    plan: &'p Plan,
    /// One a point, in their order.
    templates: Vec<Template<'p>>,
    /// One a drawn key.
    draws: Vec<Stream>,
    seeds: Stream,
}

/// What happens while a sweep runs.
pub trait Watch {
    /// A path is done: run, or known before.
    fn done(&mut self, path: u64);
}

impl Watch for () {
    fn done(&mut self, _: u64) {}
}

/// What a sweep came to.
#[derive(Debug)]
pub struct Ran {
    /// Every statistic of the paths of the span.
    pub summary: Summary,
    /// Paths of the span that count: fewer than planned when a stop rule was met.
    pub span: Span,
}

impl<'p> Runner<'p> {
    /// Prepares every point.
    ///
    /// **Errors** [`SweepError::Point`] when a venue's parameter is not legal there.
    pub fn new(plan: &'p Plan) -> Result<Self, SweepError> {
        let prepared = plan.spots.iter().enumerate().map(|(point, spot)| {
            let template = Template::new(&spot.scenario);
            template.map_err(|error| SweepError::Point {
                point,
                error: Box::new(error),
            })
        });
        let templates = prepared.collect::<Result<_, _>>()?;
        let seed = plan.sweep.file().seed;
        let draws = plan.sweep.file().draw.iter();
        let runner = Self {
            templates,
            draws: draws
                .map(|draw| Stream::new(seed, "parameter", &draw.key))
                .collect(),
            seeds: Stream::new(seed, "scenario", ""),
            plan,
        };
        runner.try_draws()?;
        Ok(runner)
    }

    /// Puts one value of each drawn key in its place, so that a key which can never be set is refused
    /// before anything runs.
    fn try_draws(&self) -> Result<(), SweepError> {
        if let Some(spot) = self.plan.spots.first() {
            for drawn in self.drawn(0) {
                self.drawn_point(0, spot, std::slice::from_ref(&drawn))?;
            }
        }
        Ok(())
    }

    /// Runs one path at every point in every venue, on the calling thread. The plan and the number alone
    /// decide what comes of it.
    ///
    /// **Errors** [`SweepError::Path`] when a venue refuses what was drawn, [`SweepError::Prices`] when a price leaves
    /// the range.
    pub fn run(&self, path: u64) -> Result<Vec<Row>, SweepError> {
        let drawn = self.drawn(path);
        let mut prices: Vec<Option<PricePath>> = vec![None; self.plan.sources.len()];
        let mut rows = Vec::new();
        for (point, spot) in self.plan.spots.iter().enumerate() {
            let outcomes = match drawn.is_empty() {
                true => self.run_spot(path, point, &mut prices)?,
                false => self.run_drawn(path, (point, spot), &drawn)?,
            };
            for (venue, outcome) in outcomes.iter().enumerate() {
                rows.push(self.row((path, point, venue), &drawn, outcome));
            }
        }
        Ok(rows)
    }

    /// A path at a point that nothing is drawn for but prices and the scenario's own draws.
    fn run_spot(
        &self,
        path: u64,
        point: usize,
        known: &mut [Option<PricePath>],
    ) -> Result<Vec<VenueOutcome>, SweepError> {
        let (Some(spot), Some(template)) = (self.plan.spots.get(point), self.templates.get(point))
        else {
            unreachable!("invariant: every point has a template")
        };
        let prices = match spot.source {
            None => None,
            Some(place) => {
                let slot = known.get_mut(place);
                match slot {
                    Some(Some(prices)) => Some(prices.clone()),
                    slot => {
                        let source = self.plan.sources.get(place);
                        let prices = source.map(|source| self.prices(source, &spot.scenario, path));
                        let prices = prices.transpose()?;
                        if let (Some(slot), Some(prices)) = (slot, &prices) {
                            *slot = Some(prices.clone());
                        }
                        prices
                    }
                }
            }
        };
        let instance = self.instance(&spot.scenario, path, prices);
        let outcomes = template.run(&instance, &self.plan.venues);
        outcomes.map_err(|error| failed(path, point, error))
    }

    /// A path at a point with what was drawn for it.
    fn run_drawn(
        &self,
        path: u64,
        (point, spot): (usize, &Spot),
        drawn: &[Setting],
    ) -> Result<Vec<VenueOutcome>, SweepError> {
        let (scenario, prices) = self.drawn_point(path, spot, drawn)?;
        let failed = |error| failed(path, point, error);
        let instance = self.instance(&scenario, path, prices);
        let outcomes = match (&scenario, self.templates.get(point)) {
            (Cow::Borrowed(_), Some(template)) => template.run(&instance, &self.plan.venues),
            _ => Template::new(&scenario)
                .map_err(failed)?
                .run(&instance, &self.plan.venues),
        };
        outcomes.map_err(failed)
    }

    /// A point's scenario and prices with what was drawn: the point's own scenario where no key of it
    /// was.
    fn drawn_point<'s>(
        &self,
        path: u64,
        spot: &'s Spot,
        drawn: &[Setting],
    ) -> Result<(Cow<'s, Scenario>, Option<PricePath>), SweepError> {
        let sweep = &self.plan.sweep;
        let mut settings = spot.settings.clone();
        settings.extend_from_slice(drawn);
        let scenario = match drawn.iter().all(|(key, _)| sweep.is_price(key)) {
            true => Cow::Borrowed(&spot.scenario),
            false => Cow::Owned(sweep.scenario_at(&settings)?),
        };
        let prices = match setup(sweep, &scenario, &settings)? {
            None => None,
            Some(setup) => Some(self.prices(&source(sweep, setup)?, &scenario, path)?),
        };
        Ok((scenario, prices))
    }

    /// The scenario of one path at one point: its prices and its seed are those of the path, and what a
    /// comparison finds in it is what the sweep finds.
    ///
    /// **Errors** as [`Runner::run`], and [`SweepError::Scenario`] when the prices do not fit the scenario.
    pub fn scenario(&self, path: u64, point: usize) -> Result<Option<Scenario>, SweepError> {
        let Some(spot) = self.plan.spots.get(point) else {
            return Ok(None);
        };
        let (scenario, prices) = self.drawn_point(path, spot, &self.drawn(path))?;
        let seed = self.seed(&scenario, path).to_string();
        let scenario = scenario.with("seed", &seed)?;
        Ok(Some(match prices {
            None => scenario,
            Some(prices) => scenario.with_prices(prices)?,
        }))
    }

    fn prices(
        &self,
        source: &PathSource,
        scenario: &Scenario,
        path: u64,
    ) -> Result<PricePath, SweepError> {
        let list = source.prices(path)?;
        let between = self
            .plan
            .sweep
            .file()
            .price
            .as_ref()
            .map(|price| price.between);
        let ticks = between.and_then(|between| {
            PricePath::from_ticks(
                scenario.start(),
                source.setup().tick_seconds,
                &list,
                between,
            )
        });
        match ticks {
            Some(prices) => Ok(prices),
            None => unreachable!("invariant: a tick divides the scenario's length"),
        }
    }

    fn instance(&self, scenario: &Scenario, path: u64, prices: Option<PricePath>) -> Instance {
        let seed = self.seed(scenario, path);
        Instance { seed, prices }
    }

    /// The scenario's seed on a path: one that a file can state.
    fn seed(&self, scenario: &Scenario, path: u64) -> u64 {
        match self.plan.sweep.file().redraw {
            Redraw::All => self.seeds.path(path).next_u64() >> 1,
            Redraw::Prices => scenario.stated_seed(),
        }
    }

    /// The keys that are drawn, with their values on a path.
    fn drawn(&self, path: u64) -> Vec<Setting> {
        let draws = self.plan.sweep.file().draw.iter().zip(&self.draws);
        let drawn = draws.map(|(draw, stream)| {
            let value = Draws::from(stream.path(path)).value(&draw.value);
            (draw.key.clone(), written(value, draw))
        });
        drawn.collect()
    }

    fn row(&self, place: (u64, usize, usize), drawn: &[Setting], outcome: &VenueOutcome) -> Row {
        let (path, point, venue) = place;
        let figures = self.plan.figures.iter();
        Row {
            path,
            point: u32::try_from(point).unwrap_or(u32::MAX),
            venue: u32::try_from(venue).unwrap_or(u32::MAX),
            drawn: drawn.iter().map(|(_, value)| value.clone()).collect(),
            figures: figures.map(|figure| figure.units(outcome)).collect(),
            breaches: u32::try_from(outcome.breaches.len()).unwrap_or(u32::MAX),
        }
    }

    /// Runs every path of a span that is not finished yet on so many threads, notes each one as it ends, and
    /// sums all of them in their order; the same on any number of threads.
    ///
    /// **Errors** that of the first path, in order, that cannot be run, read or noted. What was noted before stays.
    pub fn run_all(
        &self,
        span: Span,
        threads: NonZeroUsize,
        work: Option<&Work>,
        watch: &mut dyn Watch,
    ) -> Result<Ran, SweepError> {
        let mut summary = Summary::new(self.plan.head());
        let mut fault = None;
        let mut until = span.from;
        let run = |path: u64| self.take_or_run(path, work).map(|rows| (path, rows));
        in_order(span.from..span.until, threads, &run, &mut |result| {
            let (path, rows) = match result {
                Ok(done) => done,
                Err(error) => {
                    fault = Some(error);
                    return ControlFlow::Break(());
                }
            };
            summary.take(&rows);
            watch.done(path);
            until = path.saturating_add(1);
            match self
                .plan
                .stop
                .as_ref()
                .is_some_and(|stop| stop.is_met(&summary))
            {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        if let Some(error) = fault {
            return Err(error);
        }
        if until < span.until {
            summary.end_at(until);
        }
        let from = span.from;
        Ok(Ran {
            summary,
            span: Span { from, until },
        })
    }

    /// A path's rows as they were noted, or what running it comes to, which is noted.
    ///
    /// **Errors** as [`Runner::run`], and [`SweepError`] of the file of finished paths.
    pub fn take_or_run(&self, path: u64, work: Option<&Work>) -> Result<Vec<Row>, SweepError> {
        match work {
            Some(work) if work.is_finished(path) => Ok(work.rows(path)?),
            Some(work) => {
                let rows = self.run(path)?;
                work.note(path, &rows)?;
                Ok(rows)
            }
            None => self.run(path),
        }
    }
}

fn failed(path: u64, point: usize, error: SimError) -> SweepError {
    let error = Box::new(error);
    SweepError::Path { path, point, error }
}

/// A drawn value as `--set` takes it, rounded down to its decimals.
fn written(value: Ratio, draw: &SweepDraw) -> String {
    let places = Ratio::PLACES.saturating_sub(draw.decimals);
    let step = 10_i128.checked_pow(places).unwrap_or(1);
    let units = value.units();
    let units = units.saturating_sub(units.checked_rem_euclid(step).unwrap_or(0));
    let text = seawall_report::digits::exact(units, Ratio::PLACES);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
