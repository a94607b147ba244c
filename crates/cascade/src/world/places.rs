use std::collections::BTreeMap;

use seawall_ledger::AccountId;
use seawall_units::{Round, Time, TokenPrice};
use seawall_venue::Venue;

use super::World;
use crate::config::{Config, ConfigError, refused};
use crate::ids::PlaceId;
use crate::place::{Place, Seat};

/// A venue in its first second, for a market of perpetual futures of a cascade.
pub struct OpenedVenue {
    /// The venue.
    pub venue: Box<dyn Venue>,
    /// The second of the opening by its clock.
    pub start: Time,
    /// The numbers of its accounts by their names.
    pub accounts: BTreeMap<String, AccountId>,
}

impl std::fmt::Debug for OpenedVenue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedVenue")
            .field("venue", &self.venue.profile().name)
            .field("start", &self.start)
            .finish_non_exhaustive()
    }
}

impl World {
    /// The world of a file with markets of perpetual futures, and these, for
    /// [`World::step_with`] and [`World::run_with`]: one venue for each of `perps`, in the order of
    /// names.
    ///
    /// **Errors** [`ConfigError`] as [`World::new`]; when there are more or fewer venues, when a
    /// venue opens at another price than its feed shows, and for an owner of an account that the
    /// venue does not have.
    pub fn with_venues(
        config: &Config,
        venues: Vec<OpenedVenue>,
    ) -> Result<(Self, Vec<Place>), ConfigError> {
        let mut world = Self::open(config)?;
        if venues.len() != config.perps.len() {
            let legal = format!("{} venues, one for each", config.perps.len());
            return Err(refused("perps".to_owned(), venues.len(), legal));
        }
        let mut places = Vec::with_capacity(venues.len());
        for (index, opened) in venues.into_iter().enumerate() {
            places.push(world.open_place(index, opened)?);
        }
        world.note_opening();
        Ok((world, places))
    }

    fn open_place(&mut self, index: usize, opened: OpenedVenue) -> Result<Place, ConfigError> {
        let config = std::sync::Arc::clone(&self.config);
        let Some((name, perp)) = config.perps.iter().nth(index) else {
            let legal = "a venue for each of `perps`";
            return Err(refused("perps".to_owned(), index, legal));
        };
        let path = |field: &str| format!("perps.{name}.{field}");
        let feed = self.feeds.iter().position(|one| one.name == perp.feed);
        let pool = self.exchange.pool_named(&perp.pool);
        let (Some(feed), Some(pool)) = (feed, pool) else {
            let legal = "a feed and a pool of this file";
            return Err(refused(path("feed"), &perp.feed, legal));
        };
        let mark = opened.venue.state().mark;
        let shown = self.shown(Some(feed));
        if shown.to_price(Round::Floor) != Some(mark) {
            let found = format!("a feed that shows {shown} at the opening");
            let legal = format!("{}, at which the scenario opens", TokenPrice::from(mark));
            return Err(refused(path("feed"), found, legal));
        }
        let mut owners = BTreeMap::new();
        for (account, owner) in &perp.owners {
            let Some(id) = opened.accounts.get(account) else {
                let names: Vec<&str> = opened.accounts.keys().map(String::as_str).collect();
                let field = path(&format!("owners.{account}"));
                return Err(refused(
                    field,
                    "no account of the scenario",
                    names.join(", "),
                ));
            };
            let Some(owner) = self.owner_named(owner) else {
                continue;
            };
            owners.insert(*id, owner);
        }
        let seat = Seat {
            id: PlaceId::at(index),
            name: name.clone(),
            rules: perp.rules.clone(),
            feed,
            pool,
            owners,
        };
        Ok(Place::new(
            seat,
            opened.venue,
            opened.start,
            &mut self.books,
        ))
    }
}
