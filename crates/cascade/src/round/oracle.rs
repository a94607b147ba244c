//! Phase 3: every feed looks once, and what it shows is frozen for the round.

use crate::gain::loop_gain;
use crate::lending::Prices;
use crate::round::Round;
use crate::world::World;

/// What stands until the next round is what the trades of this one left: averages count it for the
/// seconds between.
pub(super) fn note_standing(world: &mut World) {
    for one in &mut world.feeds {
        one.feed.observe(world.now, &world.exchange);
    }
}

/// Feeds look in the order of their names.
pub(super) fn run(world: &mut World, round: &mut Round) {
    for one in &mut world.feeds {
        let before = one.feed.shown();
        if one.feed.observe(world.now, &world.exchange) != before {
            round.note();
        }
    }
    for id in world.market_ids() {
        let Some(market) = world.markets.get(id.index()) else {
            continue;
        };
        let shown = Prices {
            collateral: world.shown(Some(market.feed)),
            debt: world.shown(market.debt_feed),
        };
        if let Some(market) = world.markets.get_mut(id.index()) {
            market.shown = shown;
        }
        let gain = loop_gain(world, id);
        if let Some(told) = round.market(id) {
            told.loop_gain = gain;
        }
    }
}
