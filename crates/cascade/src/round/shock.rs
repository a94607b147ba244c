//! Phase 1: what is scheduled from outside happens.

use std::sync::Arc;

use crate::books::{Account, Asset};
use crate::config::ShockAct;
use crate::ids::PoolId;
use crate::pool::{Pool, Swap, SwapSide};
use crate::round::{Round, liquidity};
use crate::world::World;

/// Outside prices follow their paths; then shocks happen in the order of their names.
pub(super) fn run(world: &mut World, round: &mut Round) {
    follow_paths(world, round);
    let config = Arc::clone(&world.config);
    let due = config
        .shocks
        .values()
        .filter(|shock| shock.round == world.round);
    let acts: Vec<&ShockAct> = due.map(|shock| &shock.act).collect();
    for act in acts {
        round.note();
        commit(world, round, act);
    }
    let spots = world.spots();
    for (told, spot) in round.report.pools.iter_mut().zip(spots) {
        told.shocked = spot;
    }
}

fn follow_paths(world: &mut World, round: &mut Round) {
    let place = usize::try_from(world.round).unwrap_or(usize::MAX);
    for token in &mut world.exchange.tokens {
        if let Some(price) = token.path.get(place.saturating_sub(1)) {
            token.outside = *price;
            round.note();
        }
    }
}

fn commit(world: &mut World, round: &mut Round, act: &ShockAct) {
    match act {
        ShockAct::Sell { pool, amount } => {
            trade(world, round, pool, |pool| Some(pool.quote_sale(*amount)));
        }
        ShockAct::Buy { pool, quote } => {
            trade(world, round, pool, |pool| Some(pool.quote_purchase(*quote)));
        }
        ShockAct::TradeTo { pool, price } => {
            trade(world, round, pool, |pool| pool.plan_to_exactly(*price));
        }
        ShockAct::Outside { token, price } => {
            let token = world.exchange.token_named(token);
            let token = token.and_then(|id| world.exchange.tokens.get_mut(id.index()));
            if let Some(token) = token {
                token.outside = *price;
            }
        }
        ShockAct::Withdraw { provider, share } => {
            liquidity::commit_exit(world, round, provider, *share);
        }
        ShockAct::Attack(attack) => {
            let told = world.commit_attack(attack);
            round.report.attacks.push(told);
        }
        ShockAct::Fault { feed, fault } => {
            let now = world.now;
            if let Some(one) = world.feeds.iter_mut().find(|one| one.name == *feed) {
                one.feed.set_fault(now, *fault);
            }
        }
    }
}

/// Somebody from outside trades with a pool, with funds that he brings along.
fn trade(
    world: &mut World,
    round: &mut Round,
    pool: &str,
    plan: impl FnOnce(&Pool) -> Option<Swap>,
) {
    let Some(id) = world.exchange.pool_named(pool) else {
        return;
    };
    let Some(venue) = world.exchange.pools.get(id.index()) else {
        return;
    };
    let Some(swap) = plan(&venue.pool).filter(|swap| !swap.is_empty()) else {
        return;
    };
    let given = match swap.side {
        SwapSide::Sale => Asset::Token(venue.token),
        SwapSide::Purchase => Asset::Quote,
    };
    world.draw(Account::Traders, given, swap.paid_in);
    world.commit_swap(Account::Traders, id, &swap);
    if let Some(told) = round.pool(id) {
        told.shocks += swap.quote();
    }
    note_fee(round, id, &swap);
}

/// Tells the fee of a trade.
pub(super) fn note_fee(round: &mut Round, id: PoolId, swap: &Swap) {
    if let Some(told) = round.pool(id) {
        match swap.side {
            SwapSide::Sale => told.fee_token += swap.fee,
            SwapSide::Purchase => told.fee_quote += swap.fee,
        }
    }
}
