//! Phase 8: markets of perpetual futures live through the seconds of the round, and what their
//! liquidations handed over is hedged in the spot pools.

use seawall_units::Tokens;

use crate::books::{Account, Asset, Cause};
use crate::ids::PoolId;
use crate::place::{Place, PlaceSight};
use crate::pool::{Swap, SwapSide};
use crate::report::PerpReport;
use crate::round::{Round, shock::note_fee};
use crate::world::World;

/// In the order of names. Each sees what its feed shows; the price moves in the round's last
/// second.
pub(super) fn run(world: &mut World, places: &mut [Place], round: &mut Round) {
    for place in places {
        let Some(pool) = world.exchange.pools.get(place.pool().index()) else {
            continue;
        };
        let outside = world.exchange.tokens.get(pool.token.index());
        let shown = world.shown(Some(place.feed()));
        let sight = PlaceSight {
            passed: world.now.secs(),
            shown,
            outside: outside.map_or(shown, |token| token.outside),
        };
        let step = place.advance(&sight, &mut world.books);
        if !(step.longs + step.shorts).is_zero() || place.is_busy() {
            round.note();
        }
        let (hedged, fetched) = hedge(world, round, place.pool(), step.hedge);
        round.report.perps.push(PerpReport {
            perp: place.name().to_owned(),
            mark: place.venue().state().mark,
            longs: step.longs,
            shorts: step.shorts,
            deficits: step.deficits,
            hedged,
            fetched,
            owed: place.owed(),
        });
    }
}

/// Sells so many tokens in a pool, or buys as many as are below zero, with funds from outside
/// where the positions were taken over; tells what changed hands, tokens sold and quote fetched
/// above zero.
fn hedge(world: &mut World, round: &mut Round, id: PoolId, amount: Tokens) -> (Tokens, Tokens) {
    let nothing = (Tokens::ZERO, Tokens::ZERO);
    let Some(venue) = world.exchange.pools.get(id.index()) else {
        return nothing;
    };
    let token = Asset::Token(venue.token);
    let swap = match amount.is_negative() {
        true => venue.pool.quote_purchase_of(-amount),
        false => venue.pool.quote_sale(amount),
    };
    if swap.is_empty() {
        return nothing;
    }
    let (given, taken) = match swap.side {
        SwapSide::Sale => (token, Asset::Quote),
        SwapSide::Purchase => (Asset::Quote, token),
    };
    world.draw(Account::Traders, given, swap.paid_in);
    world.commit_swap(Account::Traders, id, &swap);
    let out = (Account::Traders, Account::External);
    world
        .books
        .pay(taken, out, swap.paid_out, Cause::FundsReturned);
    note_fee(round, id, &swap);
    told(round, id, &swap)
}

fn told(round: &mut Round, id: PoolId, swap: &Swap) -> (Tokens, Tokens) {
    if let Some(told) = round.pool(id) {
        told.hedged += swap.quote();
    }
    match swap.side {
        SwapSide::Sale => (swap.token(), swap.quote()),
        SwapSide::Purchase => (-swap.token(), -swap.quote()),
    }
}
