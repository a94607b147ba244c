//! Phase 11: what is left is looked at; nothing moves.

use seawall_units::Ratio;

use crate::gain::ln_fall;
use crate::ids::{MarketId, PoolId};
use crate::lending::{Loan, ltv, quote_rate};
use crate::report::LtvSpread;
use crate::round::{Round, liquidation::frontier};
use crate::world::World;

pub(super) fn run(world: &World, round: &mut Round) {
    for id in world.pool_ids() {
        pool(world, round, id);
    }
    for id in world.market_ids() {
        market(world, round, id);
    }
    let told = world
        .measured()
        .and_then(|id| round.report.pools.get(id.index()));
    let gain = told.and_then(|told| {
        let caused = ln_fall(told.ready?, told.spot?)?;
        let before = ln_fall(world.met?, told.ready?)?;
        caused
            .mul_div_floor(Ratio::ONE, before)
            .filter(|_| before.is_positive())
    });
    round.report.realised_gain = gain;
}

fn pool(world: &World, round: &mut Round, id: PoolId) {
    let (Some(venue), Some(told)) = (world.exchange.pools.get(id.index()), round.pool(id)) else {
        return;
    };
    let outside = world.exchange.tokens.get(venue.token.index());
    told.outside = outside.map(|token| token.outside);
    told.spot = venue.pool.spot();
    told.token = venue.pool.token_reserve();
    told.quote = venue.pool.quote_reserve();
    told.value = venue.pool.value();
    told.depth_2 = venue.pool.depth(Ratio::bps(200));
    told.depth_10 = venue.pool.depth(Ratio::bps(1_000));
}

fn market(world: &World, round: &mut Round, id: MarketId) {
    let (Some(of), Some(told)) = (world.markets.get(id.index()), round.market(id)) else {
        return;
    };
    let loans = of.borrowers.iter().map(|owner| world.backing(id, *owner));
    let loans: Vec<Loan> = loans.filter(|loan| loan.debt.is_positive()).collect();
    let bonus = of.rules.bonus.most();
    // The frontier of the largest loan is the lowest: most loans lie below it.
    let largest = loans.iter().map(|loan| loan.collateral).max();
    let lowest = frontier(world, of, largest.unwrap_or_default(), bonus);
    let mut ratios = Vec::with_capacity(loans.len());
    for loan in &loans {
        told.shortfall += world.shortfall_of(id, loan);
        let Some(ltv) = ltv(loan, &of.shown) else {
            continue;
        };
        ratios.push(ltv);
        let beyond = ltv > lowest && ltv > frontier(world, of, loan.collateral, bonus);
        told.beyond_frontier = told.beyond_frontier.saturating_add(u32::from(beyond));
    }
    told.loans = u32::try_from(loans.len()).unwrap_or(u32::MAX);
    told.ltv = LtvSpread::of(ratios);
    told.collateral_price = Some(of.shown.collateral);
    told.debt_price = Some(of.shown.debt);
    let used = world.market(id).utilisation();
    told.utilisation = used;
    told.borrow_rate = quote_rate(used, &of.rules).borrow;
}
