//! A scenario prepared once and run at many seeds and prices.

use std::sync::Arc;

use seawall_scenario::{PricePath, Scenario};
use seawall_venue::Setup;

use crate::agents::arbitrage::Arbitrage;
use crate::commands::{CommandSources, CommandStream};
use crate::compare::Prepared;
use crate::entrants::{Entrant, load};
use crate::metrics::ProbeSizes;
use crate::positions::Drawn;
use crate::run::Plan;
use crate::sink::JournalSink;
use crate::world::World;
use crate::{Comparison, SimError, VenueName, VenueOutcome};

/// A scenario prepared once: its file is read and its venues' parameters are checked no more, and
/// what does not depend on a seed or on prices is drawn no more.
///
/// Any number of threads may run instances of one template.
pub struct Template<'a> {
    scenario: &'a Scenario,
    entrants: Arc<[Box<dyn Entrant>]>,
    /// The positions of the scenario's own seed and opening.
    own: Drawn,
}

/// One run of a template: what everything is drawn by, and the prices of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// As a scenario file states it.
    pub seed: u64,
    /// The outside price of every second; `None` for the scenario's own.
    pub prices: Option<PricePath>,
}

impl Instance {
    /// The scenario as its file states it.
    #[must_use]
    pub const fn of(scenario: &Scenario) -> Self {
        Self {
            seed: scenario.stated_seed(),
            prices: None,
        }
    }
}

impl<'a> Template<'a> {
    /// Prepares a scenario.
    ///
    /// **Errors** [`SimError`] when a parameter of a venue is not legal.
    pub fn new(scenario: &'a Scenario) -> Result<Self, SimError> {
        let entrants = VenueName::ALL.iter().map(|name| load(*name, scenario));
        let entrants: Arc<[Box<dyn Entrant>]> = entrants.collect::<Result<_, _>>()?;
        let drawn_by = (scenario.file().seed, scenario.opening());
        Ok(Self {
            own: Drawn::new(scenario, &entrants, drawn_by),
            scenario,
            entrants,
        })
    }

    /// Runs an instance through the venues, one after the other on the calling thread; the outcomes
    /// are in the order asked for.
    ///
    /// They are those of [`compare`](crate::compare()) for the scenario with this seed and these
    /// prices, bit for bit.
    ///
    /// **Errors** [`SimError`] when the prices do not fit the scenario, as
    /// [`Scenario::admit`] says, or a venue cannot be started.
    pub fn run(
        &self,
        instance: &Instance,
        venues: &[VenueName],
    ) -> Result<Vec<VenueOutcome>, SimError> {
        let prepared = self.prepared(instance)?;
        let outcomes = venues.iter().map(|name| prepared.run(*name, &mut ()));
        outcomes.collect()
    }

    /// Runs an instance through one venue and hands its journal to `sink` as it is written.
    ///
    /// **Errors** as [`Template::run`].
    pub fn run_one(
        &self,
        instance: &Instance,
        venue: VenueName,
        sink: &mut dyn JournalSink,
    ) -> Result<VenueOutcome, SimError> {
        self.prepared(instance)?.run(venue, sink)
    }

    /// The same as [`Template::run`], with what a comparison says beside the outcomes. Its hash
    /// and its changes are those of the scenario that the template was made of.
    pub(crate) fn compare(
        &self,
        instance: &Instance,
        venues: &[VenueName],
    ) -> Result<Comparison, SimError> {
        let prepared = self.prepared(instance)?;
        let outcomes = venues.iter().map(|name| prepared.run(*name, &mut ()));
        let outcomes = outcomes.collect::<Result<Vec<VenueOutcome>, SimError>>()?;
        Ok(prepared.comparison(outcomes))
    }

    /// An instance with everything drawn.
    pub(crate) fn prepared(&self, instance: &Instance) -> Result<Prepared<'a>, SimError> {
        let scenario = self.scenario;
        if let Some(prices) = &instance.prices {
            scenario.admit(prices)?;
        }
        let path = instance.prices.as_ref().unwrap_or(scenario.path());
        let drawn_by = (scenario.seed_of(instance.seed), path.opening());
        let drawn = match drawn_by == (self.own.seed, self.own.opening) {
            true => self.own.clone(),
            false => Drawn::new(scenario, &self.entrants, drawn_by),
        };
        let commands = CommandSources {
            seed: drawn.seed,
            accounts: scenario.accounts(),
            orders: scenario.orders(),
            flows: scenario.flows(),
            margins: scenario.margin_added(),
            liquidity: scenario.liquidity(),
            delay: scenario.execution_delay(),
            recoveries: scenario.recoveries(),
        };
        let commands = CommandStream::new(&commands, path, &drawn.endowments);
        let feeds = scenario.feeds().to_vec();
        let world = World::new(path.clone(), feeds, scenario.faults().to_vec());
        Ok(Prepared {
            scenario,
            entrants: Arc::clone(&self.entrants),
            seed: drawn.seed,
            setup: Setup {
                start: scenario.start(),
                opening: drawn.opening,
                margin: scenario.margin_table(),
                endowments: drawn.endowments,
                accounts: commands.accounts(),
            },
            plan: Plan {
                world: world.with_trades(scenario.trades().to_vec()),
                commands,
                probes: ProbeSizes::default(),
                arbitrage: Arbitrage {
                    each: scenario.arbitrageurs().to_vec(),
                    delay: scenario.execution_delay(),
                },
            },
            scale: drawn.scale,
        })
    }
}
