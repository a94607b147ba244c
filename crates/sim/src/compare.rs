//! One scenario through several venues.

use rayon::prelude::*;
use seawall_scenario::Scenario;
use seawall_scenario::model::Terms;
use seawall_units::{Price, Ratio, Side, Time, Usd};
use seawall_venue::{Endowment, Setup, SetupError, Venue};

use crate::agents::Cast;
use crate::agents::arbitrage::Arbitrage;
use crate::commands::{CommandSources, CommandStream};
use crate::endow::{draw_crowd, fitting_factor, shrunk, topped_up};
use crate::entrants::{Entrant, load, refusal};
use crate::metrics::ProbeSizes;
use crate::run::{Plan, drive_with, lead};
use crate::sink::JournalSink;
use crate::world::World;
use crate::{Comparison, SimError, VenueName, VenueOutcome};

/// Rounds in which the common factor is looked for: a limit need not move in proportion to it.
const MAX_SCALING_ROUNDS: usize = 16;

/// Runs a scenario through the venues, in parallel; the outcomes are in the order asked for and
/// the same on any number of threads.
///
/// **Errors** [`SimError`] when a parameter is not legal or a venue cannot be started; the first
/// one in the order asked for.
pub fn compare(scenario: &Scenario, venues: &[VenueName]) -> Result<Comparison, SimError> {
    let prepared = Prepared::new(scenario)?;
    let run = |name: &VenueName| prepared.run(*name, &mut ());
    let outcomes: Vec<Result<VenueOutcome, SimError>> = venues.par_iter().map(run).collect();
    let outcomes: Result<Vec<VenueOutcome>, SimError> = outcomes.into_iter().collect();
    Ok(prepared.comparison(outcomes?))
}

/// The same, one venue after the other: for callers that run many comparisons at once and want no
/// more worlds in memory than threads.
pub(crate) fn compare_in_turn(
    scenario: &Scenario,
    venues: &[VenueName],
) -> Result<Comparison, SimError> {
    let prepared = Prepared::new(scenario)?;
    let outcomes = venues.iter().map(|name| prepared.run(*name, &mut ()));
    let outcomes = outcomes.collect::<Result<Vec<VenueOutcome>, SimError>>()?;
    Ok(prepared.comparison(outcomes))
}

/// Runs a scenario through one venue and hands its journal to `sink` as it is written.
///
/// The initial positions are those of a comparison of all venues, whichever is run.
///
/// **Errors** [`SimError`] when a parameter is not legal or the venue cannot be started.
pub fn run_one(
    scenario: &Scenario,
    venue: VenueName,
    sink: &mut dyn JournalSink,
) -> Result<VenueOutcome, SimError> {
    Prepared::new(scenario)?.run(venue, sink)
}

/// A scenario with everything drawn.
pub(crate) struct Prepared<'a> {
    scenario: &'a Scenario,
    entrants: Vec<Box<dyn Entrant>>,
    pub(crate) setup: Setup,
    plan: Plan,
    scale: Ratio,
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(scenario: &'a Scenario) -> Result<Self, SimError> {
        let entrants = VenueName::ALL.iter().map(|name| load(*name, scenario));
        let entrants: Vec<Box<dyn Entrant>> = entrants.collect::<Result<_, _>>()?;
        let positions = Positions::new(scenario, &entrants);
        let mut setup = Setup {
            start: scenario.start(),
            opening: scenario.opening(),
            margin: scenario.margin_table(),
            endowments: positions.times(Ratio::ONE),
            accounts: scenario.accounts(),
        };
        let scale = match scenario.file().positions.scale {
            true => positions.fitted(&mut setup),
            false => Ratio::ONE,
        };
        let commands = CommandSources {
            seed: scenario.file().seed,
            accounts: scenario.accounts(),
            orders: scenario.orders(),
            flows: scenario.flows(),
            margins: scenario.margin_added(),
            liquidity: scenario.liquidity(),
            delay: scenario.execution_delay(),
            recoveries: scenario.recoveries(),
        };
        let commands = CommandStream::new(&commands, scenario.path(), &setup.endowments);
        setup.accounts = commands.accounts();
        let (path, feeds) = (scenario.path().clone(), scenario.feeds().to_vec());
        let world = World::new(path, feeds, scenario.faults().to_vec());
        Ok(Self {
            scenario,
            plan: Plan {
                world: world.with_trades(scenario.trades().to_vec()),
                commands,
                probes: ProbeSizes::default(),
                arbitrage: Arbitrage {
                    each: scenario.arbitrageurs().to_vec(),
                    delay: scenario.execution_delay(),
                },
            },
            entrants,
            setup,
            scale,
        })
    }

    fn run(&self, name: VenueName, sink: &mut dyn JournalSink) -> Result<VenueOutcome, SimError> {
        let mut venue = self.build(name)?;
        Ok(drive_with(venue.as_mut(), &self.plan, self.cast(), sink))
    }

    /// What goes to every venue.
    pub(crate) const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// A venue in its first second.
    pub(crate) fn build(&self, name: VenueName) -> Result<Box<dyn Venue>, SimError> {
        let error = |error: SetupError| refusal(name, self.scenario, error);
        let entrant = self.entrant(name);
        for each in entrant.limit_use(&self.setup) {
            if each.value > each.allowed {
                return Err(error(SetupError::Limit {
                    venue: name.as_str(),
                    limit: each.limit,
                    value: each.value,
                    allowed: each.allowed,
                }));
            }
        }
        let mut venue = entrant.build(self.setup.clone()).map_err(error)?;
        self.hand_over(name, venue.as_mut())?;
        Ok(venue)
    }

    /// Everybody who reacts, as they are before the first second of a venue.
    pub(crate) fn cast(&self) -> Cast<'a> {
        Cast::of(self.scenario)
    }

    /// Hands the stated liquidity providers their part of the opening capital.
    fn hand_over(&self, name: VenueName, venue: &mut dyn Venue) -> Result<(), SimError> {
        for (index, group) in self.scenario.behaviour().lps.iter().enumerate() {
            for (lp, stake) in &group.stakes {
                let handed = venue.endow_lp(*lp, group.tranche, *stake);
                handed.map_err(|refusal| {
                    let path = format!("lps[{index}].stake");
                    let message = format!(
                        "`{path}`: {name} cannot hand it over: {refusal}; legal: at most the opening capital of which it is a part, less what the vault keeps for nobody"
                    );
                    self.scenario.say_at(&path, &message)
                })?;
            }
        }
        Ok(())
    }

    /// A venue as the orders of one second find it.
    pub(crate) fn led(&self, name: VenueName, to: Time) -> Result<Box<dyn Venue>, SimError> {
        let mut venue = self.build(name)?;
        lead(venue.as_mut(), &self.plan, self.cast(), to);
        Ok(venue)
    }

    pub(crate) fn entrant(&self, name: VenueName) -> &dyn Entrant {
        let entrant = self.entrants.iter().find(|each| each.name() == name);
        let Some(entrant) = entrant else {
            unreachable!("invariant: every venue was loaded")
        };
        entrant.as_ref()
    }

    pub(crate) fn comparison(&self, venues: Vec<VenueOutcome>) -> Comparison {
        let scenario = self.scenario;
        let (file, path) = (scenario.file(), scenario.path());
        let notional = |side: Side| -> Usd {
            let held = self.setup.endowments.iter();
            let held = held.filter(|each| each.size.side() == Some(side));
            let value = |each: &Endowment| self.setup.opening.value_floor(each.size.abs());
            held.map(value).sum()
        };
        Comparison {
            scenario: scenario.name().to_owned(),
            question: file.question.clone(),
            scenario_hash: scenario.hash().to_owned(),
            overrides: scenario.changes().to_vec(),
            seed: file.seed,
            terms: terms_text(&file.terms),
            capital: file.capital.total,
            span: (scenario.start(), scenario.end()),
            imports: scenario
                .imported()
                .iter()
                .map(ToString::to_string)
                .collect(),
            observed_seconds: path.observed_seconds(),
            interpolated_seconds: path.interpolated_seconds(),
            scale: self.scale,
            positions: u64::try_from(self.setup.endowments.len()).unwrap_or(u64::MAX),
            opening_interest: (notional(Side::Long), notional(Side::Short)),
            price: (path.opening(), path.lowest(), path.last()),
            venues,
        }
    }
}

/// The initial positions, stated and drawn.
struct Positions<'a> {
    stated: &'a [Endowment],
    drawn: Vec<Endowment>,
    opening: Price,
    entrants: &'a [Box<dyn Entrant>],
}

impl<'a> Positions<'a> {
    /// Stated positions as they stand, and the crowds as every venue could hold them.
    fn new(scenario: &'a Scenario, entrants: &'a [Box<dyn Entrant>]) -> Self {
        let (seed, opening) = (scenario.file().seed, scenario.opening());
        let required = |notional| required(entrants, notional);
        let crowds = scenario.crowds().iter();
        let drawn = crowds.flat_map(|crowd| draw_crowd(seed, crowd, opening, &required));
        Self {
            stated: scenario.endowments(),
            drawn: drawn.collect(),
            opening,
            entrants,
        }
    }

    /// All of them times a factor. A drawn one that became too small for a venue's fixed minimum
    /// is topped up.
    fn times(&self, factor: Ratio) -> Vec<Endowment> {
        let required = |notional| required(self.entrants, notional);
        let drawn = shrunk(&self.drawn, factor).into_iter();
        let drawn = drawn.map(|each| topped_up(each, self.opening, &required));
        shrunk(self.stated, factor)
            .into_iter()
            .chain(drawn)
            .collect()
    }

    /// The factor by which all positions shrink until no limit of any venue is broken, and the
    /// setup with them; what cannot be fitted so is left for the venue to refuse.
    fn fitted(&self, setup: &mut Setup) -> Ratio {
        let mut scale = Ratio::ONE;
        for _ in 0..MAX_SCALING_ROUNDS {
            let uses = self.entrants.iter().flat_map(|each| each.limit_use(setup));
            let uses: Vec<_> = uses.collect();
            let factor = fitting_factor(&uses);
            if factor == Ratio::ONE {
                break;
            }
            scale = scale.mul_floor(factor);
            setup.endowments = self.times(scale);
        }
        scale
    }
}

/// The initial margin of the tightest venue.
fn required(entrants: &[Box<dyn Entrant>], notional: Usd) -> Usd {
    let each = entrants.iter();
    let each = each.map(|entrant| entrant.initial_margin(notional));
    each.max().unwrap_or_default()
}

fn terms_text(terms: &Terms) -> String {
    let percent = |ratio: &Ratio| {
        let text = ratio.mul_floor(Ratio::whole(100)).to_string();
        format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
    };
    match terms {
        Terms::Common {
            initial,
            maintenance,
        } => format!(
            "common: initial margin {}, maintenance margin {}",
            percent(initial),
            percent(maintenance)
        ),
        Terms::Native {} => "native".to_owned(),
    }
}
