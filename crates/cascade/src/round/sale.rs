//! Phase 7: what was seized is sold into the pools, in the order in which it was seized.
//!
//! LP shares are first taken out of their pool, in which the tokens are then sold. Who has repaid
//! a loan of tokens buys them back and returns them to where he drew them.

use seawall_units::{Round as Rounding, Tokens};

use crate::books::{Account, Asset, Cause};
use crate::ids::TokenId;
use crate::round::{Lot, Round, shock::note_fee};
use crate::world::World;

pub(super) fn run(world: &mut World, round: &mut Round) {
    for lot in std::mem::take(&mut round.lots) {
        sell(world, round, &lot);
    }
}

fn sell(world: &mut World, round: &mut Round, lot: &Lot) {
    let seller = Account::Liquidator;
    let fetched = match lot.asset {
        Asset::Quote => lot.amount,
        Asset::Token(token) => commit_sale(world, round, (seller, token), lot.amount),
        Asset::Share(pool) => {
            let token = world
                .exchange
                .pools
                .get(pool.index())
                .map(|venue| venue.token);
            let (tokens, quote) = world.commit_withdrawal(seller, pool, lot.amount);
            if let Some(told) = round.pool(pool) {
                told.left_token += tokens;
                told.left_quote += quote;
            }
            let sold = token.map(|token| commit_sale(world, round, (seller, token), tokens));
            quote + sold.unwrap_or_default()
        }
    };
    let spent = match lot.debt {
        Asset::Token(token) => buy_back(world, round, token, lot.paid),
        _ => lot.paid,
    };
    if let Some(told) = round.market(lot.market) {
        told.liquidator_gain += fetched - spent;
    }
}

/// Sells tokens where they fetch most; tells what they fetched. What no pool takes stays with the
/// seller.
pub(crate) fn commit_sale(
    world: &mut World,
    round: &mut Round,
    (seller, token): (Account, TokenId),
    amount: Tokens,
) -> Tokens {
    let Some(id) = world.exchange.best_bid(token, amount) else {
        return Tokens::ZERO;
    };
    let Some(venue) = world.exchange.pools.get(id.index()) else {
        return Tokens::ZERO;
    };
    let swap = venue.pool.quote_sale(amount);
    world.commit_swap(seller, id, &swap);
    if let Some(told) = round.pool(id) {
        told.sold += swap.paid_in;
        told.proceeds += swap.paid_out;
    }
    note_fee(round, id, &swap);
    swap.paid_out
}

/// Buys the tokens that were drawn to repay a loan, where they cost least; tells what they cost,
/// those that no pool has at the outside price.
fn buy_back(world: &mut World, round: &mut Round, token: TokenId, drawn: Tokens) -> Tokens {
    let buyer = Account::Liquidator;
    let mut left = drawn;
    let mut cost = Tokens::ZERO;
    let best = world.exchange.best_ask(token, drawn);
    let swap = best.and_then(|id| {
        let venue = world.exchange.pools.get(id.index())?;
        Some((id, venue.pool.quote_purchase_of(drawn)))
    });
    if let Some((id, swap)) = swap.filter(|(_, swap)| !swap.is_empty()) {
        world.draw(buyer, Asset::Quote, swap.paid_in);
        world.commit_swap(buyer, id, &swap);
        left -= swap.paid_out.min(left);
        cost += swap.paid_in;
        if let Some(told) = round.pool(id) {
            told.bought += swap.paid_out;
            told.cost += swap.paid_in;
        }
        note_fee(round, id, &swap);
    }
    let outside = world
        .exchange
        .tokens
        .get(token.index())
        .map(|one| one.outside);
    if let Some(outside) = outside {
        let rest = outside.value(left, Rounding::Ceil);
        world.draw(buyer, Asset::Quote, rest);
        let cause = Cause::TradedOutside;
        let (here, there) = (buyer, Account::External);
        world.books.pay(Asset::Quote, (here, there), rest, cause);
        world
            .books
            .pay(Asset::Token(token), (there, here), left, cause);
        cost += rest;
    }
    let route = (buyer, Account::External);
    world
        .books
        .pay(Asset::Token(token), route, drawn, Cause::FundsReturned);
    cost
}
