//! Markets of perpetual futures of a cascade: each is the venue of a scenario in its first second,
//! driven by what the world shows it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use seawall_cascade::{Config, ConfigError, OpenedVenue, Run, World};
use seawall_ledger::AccountId;
use seawall_scenario::{Cascade, Scenario};

use crate::cascade::opening_venue;
use crate::{SimError, VenueName};

/// The scenarios that a cascade file takes its markets of perpetual futures from, read once for
/// any number of runs of the file with other values.
///
/// A cascade without such markets reads nothing.
#[derive(Debug, Clone, Default)]
pub struct CascadeMarkets {
    scenarios: BTreeMap<PathBuf, Scenario>,
}

impl CascadeMarkets {
    /// Reads what the file names, relative to the file.
    ///
    /// **Errors** [`SimError`] with the place in the scenario that is not legal.
    pub fn load(cascade: &Cascade) -> Result<Self, SimError> {
        let mut scenarios = BTreeMap::new();
        for perp in cascade.config().perps.values() {
            let path = beside(cascade, &perp.scenario);
            if let Entry::Vacant(place) = scenarios.entry(path) {
                let scenario = Scenario::load(place.key())?;
                place.insert(scenario);
            }
        }
        Ok(Self { scenarios })
    }

    /// Runs the cascade, with its markets of perpetual futures if it has any.
    ///
    /// **Errors** [`SimError`] with the place in the file, when no world can be made of it or a
    /// venue cannot be started.
    pub fn run(&self, cascade: &Cascade) -> Result<Run, SimError> {
        let config = cascade.config();
        let refuse = |error: ConfigError| refusal(cascade, &error);
        if config.perps.is_empty() {
            return Ok(World::new(config).map_err(refuse)?.run());
        }
        let venues = self.venues(cascade, config)?;
        let (world, mut places) = World::with_venues(config, venues).map_err(refuse)?;
        Ok(world.run_with(&mut places))
    }

    fn venues(&self, cascade: &Cascade, config: &Config) -> Result<Vec<OpenedVenue>, SimError> {
        let mut venues = Vec::with_capacity(config.perps.len());
        for (name, perp) in &config.perps {
            let path = beside(cascade, &perp.scenario);
            let read;
            let scenario = match self.scenarios.get(&path) {
                Some(scenario) => scenario,
                None => {
                    read = Scenario::load(&path)?;
                    &read
                }
            };
            let venue: VenueName = perp.venue.parse().map_err(|error| {
                let path = format!("perps.{name}.venue");
                let found = format!("not legal: {error}");
                cascade.refuse(&path, &found, "tranched, hyperliquid, gmx")
            })?;
            venues.push(OpenedVenue {
                venue: opening_venue(scenario, venue)?,
                start: scenario.start(),
                accounts: accounts(scenario),
            });
        }
        Ok(venues)
    }
}

fn beside(cascade: &Cascade, named: &str) -> PathBuf {
    let folder = Path::new(cascade.file_name()).parent();
    folder.unwrap_or(Path::new("")).join(named)
}

/// The stated accounts by their names.
fn accounts(scenario: &Scenario) -> BTreeMap<String, AccountId> {
    let stated = scenario.endowments().iter();
    let named = stated.map(|each| (scenario.account_name(each.account), each.account));
    named.collect()
}

fn refusal(cascade: &Cascade, error: &ConfigError) -> SimError {
    cascade
        .refuse(&error.field, &error.found, &error.legal)
        .into()
}
