//! One scenario through several venues.

use std::sync::Arc;

use rayon::prelude::*;
use seawall_scenario::Scenario;
use seawall_scenario::model::Terms;
use seawall_units::{Ratio, Side, Time, Usd};
use seawall_venue::{Endowment, Setup, SetupError, Venue};

use crate::agents::Cast;
use crate::entrants::{Entrant, refusal};
use crate::run::{Plan, drive_with, lead};
use crate::sink::JournalSink;
use crate::template::{Instance, Template};
use crate::{Comparison, SimError, VenueName, VenueOutcome};

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
    pub(crate) scenario: &'a Scenario,
    pub(crate) entrants: Arc<[Box<dyn Entrant>]>,
    /// What everything is drawn by.
    pub(crate) seed: u64,
    pub(crate) setup: Setup,
    pub(crate) plan: Plan,
    pub(crate) scale: Ratio,
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(scenario: &'a Scenario) -> Result<Self, SimError> {
        Template::new(scenario)?.prepared(&Instance::of(scenario))
    }

    pub(crate) fn run(
        &self,
        name: VenueName,
        sink: &mut dyn JournalSink,
    ) -> Result<VenueOutcome, SimError> {
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
        let built = entrant.build(self.setup.clone(), self.seed);
        let mut venue = built.map_err(error)?;
        self.hand_over(name, venue.as_mut())?;
        Ok(venue)
    }

    /// Everybody who reacts, as they are before the first second of a venue.
    pub(crate) fn cast(&self) -> Cast<'a> {
        let scenario = self.scenario;
        Cast::new(scenario.behaviour(), self.seed, scenario.start())
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
        let (file, path) = (scenario.file(), self.plan.world.path());
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
            seed: self.seed,
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
