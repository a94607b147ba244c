//! Phase 9: providers whose rule says so withdraw.

use seawall_units::{Ratio, Round as Rounding, TokenPrice};

use crate::books::{Account, Asset};
use crate::config::{Trigger, WithdrawalConfig};
use crate::exchange::Venue;
use crate::ids::{OwnerId, PoolId};
use crate::round::Round;
use crate::world::World;

/// All look at the pools as the sales left them, then they leave in the order of names.
pub(super) fn run(world: &mut World, round: &mut Round) {
    let providers = world.providers.iter();
    let leaving = providers.filter_map(|one| {
        let rule = one.withdrawal?;
        let venue = world.exchange.pools.get(one.pool.index())?;
        let before = round.report.pools.get(one.pool.index())?.before;
        let due = is_due(&rule, venue, before) && rule.share.is_positive();
        due.then_some((one.owner, one.pool, rule.share))
    });
    let leaving: Vec<_> = leaving.collect();
    for (owner, pool, share) in leaving {
        leave(world, round, (owner, pool), share);
    }
}

fn is_due(rule: &WithdrawalConfig, venue: &Venue, before: Option<TokenPrice>) -> bool {
    match rule.when {
        Trigger::RoundFall(most) => fell_by_more(before, venue.pool.spot(), most),
        Trigger::FallSinceStart(most) => {
            fell_by_more(venue.opening.spot(), venue.pool.spot(), most)
        }
        Trigger::DivergenceLoss(most) => venue.divergence_loss().is_some_and(|loss| loss > most),
    }
}

/// Whether a price is below what is left of another after a fall; one that is gone has fallen.
fn fell_by_more(before: Option<TokenPrice>, now: Option<TokenPrice>, most: Ratio) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => {
            let bound = before.scaled(Ratio::ONE - most, Rounding::Floor);
            bound.is_some_and(|bound| now < bound)
        }
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Withdraws a part of the shares that an owner holds freely; posted ones are not his to take.
fn leave(world: &mut World, round: &mut Round, (owner, pool): (OwnerId, PoolId), share: Ratio) {
    let wallet = Account::Wallet(owner);
    let held = world.books.balance(Asset::Share(pool), wallet);
    let shares = held.mul_floor(share);
    if !shares.is_positive() {
        return;
    }
    let (token, quote) = world.commit_withdrawal(wallet, pool, shares);
    round.note();
    if let Some(told) = round.pool(pool) {
        told.left_token += token;
        told.left_quote += quote;
    }
}

/// A provider, or each of its number, withdraws now.
pub(super) fn commit_exit(world: &mut World, round: &mut Round, provider: &str, share: Ratio) {
    let named = world.providers.iter().filter(|one| one.name == provider);
    let leaving: Vec<_> = named.map(|one| (one.owner, one.pool)).collect();
    for one in leaving {
        leave(world, round, one, share);
    }
}
