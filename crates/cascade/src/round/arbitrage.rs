//! Phase 2: pools are traded to the edge of what their fee leaves of the outside price.

use std::sync::Arc;

use seawall_units::{Round as Rounding, TokenPrice};

use crate::books::{Account, Asset, Cause};
use crate::config::{ArbitrageConfig, ArbitrageMode};
use crate::ids::PoolId;
use crate::pool::{Swap, SwapSide};
use crate::round::{Round, shock::note_fee};
use crate::world::World;

/// One trade a pool, in the order of names. Afterwards, with enough capital, no pool's price lies
/// outside of `[p·(1 − fee), p/(1 − fee)]`.
pub(super) fn run(world: &mut World, round: &mut Round) {
    let config = Arc::clone(&world.config);
    if config.arbitrage.mode == ArbitrageMode::EveryRound {
        for id in world.pool_ids() {
            if let Some((swap, outside)) = plan(world, &config.arbitrage, id) {
                commit(world, round, (id, outside), &swap);
            }
        }
    }
    let spots = world.spots();
    for (told, spot) in round.report.pools.iter_mut().zip(spots) {
        told.ready = spot;
    }
}

/// The trade in one pool, and the outside price at which it is closed again.
fn plan(world: &World, rule: &ArbitrageConfig, id: PoolId) -> Option<(Swap, TokenPrice)> {
    let venue = world.exchange.pools.get(id.index())?;
    let named = rule.pools.is_empty() || rule.pools.contains(&venue.name);
    let outside = world.exchange.tokens.get(venue.token.index())?.outside;
    let swap = venue.pool.plan_to(outside).filter(|_| named)?;
    let swap = match rule.capital {
        None => swap,
        Some(_) => {
            let purse = world.books.balance(Asset::Quote, Account::Arbitrageur);
            match swap.side {
                SwapSide::Purchase if swap.paid_in > purse => venue.pool.quote_purchase(purse),
                SwapSide::Sale => {
                    // What he sells here he first buys outside.
                    let most = outside.amount(purse, Rounding::Floor);
                    match swap.paid_in > most {
                        true => venue.pool.quote_sale(most),
                        false => swap,
                    }
                }
                SwapSide::Purchase => swap,
            }
        }
    };
    (!swap.is_empty()).then_some((swap, outside))
}

/// He buys where it is cheap and sells where it is dear, one side in the pool and one outside.
fn commit(world: &mut World, round: &mut Round, (id, outside): (PoolId, TokenPrice), swap: &Swap) {
    let Some(token) = world
        .exchange
        .pools
        .get(id.index())
        .map(|venue| venue.token)
    else {
        return;
    };
    let token = Asset::Token(token);
    let (here, there) = (Account::Arbitrageur, Account::External);
    let cause = Cause::TradedOutside;
    match swap.side {
        SwapSide::Purchase => {
            world.draw(here, Asset::Quote, swap.paid_in);
            world.commit_swap(here, id, swap);
            let fetched = outside.value(swap.paid_out, Rounding::Floor);
            world.books.pay(token, (here, there), swap.paid_out, cause);
            world.books.pay(Asset::Quote, (there, here), fetched, cause);
        }
        SwapSide::Sale => {
            let cost = outside.value(swap.paid_in, Rounding::Ceil);
            world.draw(here, Asset::Quote, cost);
            world.books.pay(Asset::Quote, (here, there), cost, cause);
            world.books.pay(token, (there, here), swap.paid_in, cause);
            world.commit_swap(here, id, swap);
        }
    }
    round.note();
    if let Some(told) = round.pool(id) {
        told.arbitrage += swap.quote();
    }
    note_fee(round, id, swap);
}
