//! Phase 5: every loan that is liquidatable at the frozen price is liquidated once.
//!
//! Prices are frozen and a liquidation touches nothing but its loan and the market's purses, so
//! what is repaid and seized of a loan does not depend on the order. Who bears bad debt may, when
//! a purse runs dry.

use seawall_units::{Ratio, Round as Rounding, Tokens};

use crate::books::{Account, Cause};
use crate::ids::{MarketId, OwnerId};
use crate::lending::frontier::{toxic_ltv, toxic_ltv_in_pool};
use crate::lending::{CloseRule, Loan, Seizure, WriteOff, ltv, plan_liquidation};
use crate::round::{Lot, Round, auction};
use crate::world::{LendingMarket, World};

/// Market by market in the order of names, loan by loan in the order of the file.
pub(super) fn run(world: &mut World, round: &mut Round) {
    for id in world.market_ids() {
        let held = world.markets.get(id.index());
        if held.is_some_and(|of| of.house.is_some()) {
            auction::seize(world, round, id);
            continue;
        }
        let plans = plan(world, id);
        for (owner, seizure) in plans {
            round.note();
            note(world, round, (id, owner), &seizure);
            commit(world, round, (id, owner), &seizure);
        }
        write_off(world, round, id);
    }
}

/// Every liquidation of a market, before any of them is made.
fn plan(world: &World, id: MarketId) -> Vec<(OwnerId, Seizure)> {
    let Some(of) = world.markets.get(id.index()) else {
        return Vec::new();
    };
    let plans = of.borrowers.iter().filter_map(|owner| {
        let seizure = plan_liquidation(&world.loan(id, *owner), &of.shown, &of.rules)?;
        Some((*owner, seizure))
    });
    plans.collect()
}

fn commit(
    world: &mut World,
    round: &mut Round,
    (id, owner): (MarketId, OwnerId),
    seizure: &Seizure,
) {
    let Some(of) = world.markets.get(id.index()) else {
        return;
    };
    let (collateral, debt) = (of.collateral, of.debt);
    let absorbs = matches!(of.rules.close, CloseRule::CompoundV3(_));
    world.draw(Account::Liquidator, debt, seizure.paid);
    match absorbs {
        true => absorb(world, (id, owner), seizure),
        false => {
            let route = (Account::Liquidator, Account::Loan(id, owner));
            let cause = Cause::LiquidationRepaid;
            world.books.pay(debt, route, seizure.repaid, cause);
        }
    }
    let posted = Account::Collateral(id, owner);
    for (account, amount) in [
        (Account::Liquidator, seizure.to_liquidator()),
        (Account::Treasury, seizure.to_protocol),
    ] {
        let cause = Cause::CollateralSeized;
        world
            .books
            .pay(collateral, (posted, account), amount, cause);
    }
    round.lots.push(Lot {
        market: id,
        asset: collateral,
        amount: seizure.to_liquidator(),
        debt,
        paid: seizure.paid,
    });
}

/// The market takes the loan on itself, sells the collateral at its store front, and credits the
/// owner; what its reserves do not reach, those who lend in it bear.
fn absorb(world: &mut World, (id, owner): (MarketId, OwnerId), seizure: &Seizure) {
    let Some(debt) = world.markets.get(id.index()).map(|of| of.debt) else {
        return;
    };
    let (reserves, lenders) = (Account::Reserves(id), Account::Lenders(id));
    let route = (Account::Liquidator, reserves);
    world
        .books
        .pay(debt, route, seizure.paid, Cause::StorefrontSold);
    for (to, amount, cause) in [
        (
            Account::Loan(id, owner),
            seizure.repaid,
            Cause::LoanAbsorbed,
        ),
        (
            Account::Wallet(owner),
            seizure.credited,
            Cause::AbsorbedCredit,
        ),
    ] {
        let first = amount.min(world.books.balance(debt, reserves));
        world.books.pay(debt, (reserves, to), first, cause);
        world.books.pay(debt, (lenders, to), amount - first, cause);
    }
}

/// Loans without collateral are written off, in the order of payers of the market's rules; what
/// none of them bears stays a debt.
pub(super) fn write_off(world: &mut World, round: &mut Round, id: MarketId) {
    let Some(of) = world.markets.get(id.index()) else {
        return;
    };
    let (debt, losses) = (of.debt, of.rules.losses.clone());
    let bare = bare(world, id);
    if bare.is_empty() || losses.is_empty() {
        return;
    }
    let mut market = world.market(id);
    for (owner, owed) in bare {
        let plan = market.plan_write_off(owed, &losses);
        let WriteOff {
            reserves,
            cover,
            lenders,
            ..
        } = plan;
        for (payer, amount) in [
            (Account::Reserves(id), reserves),
            (Account::Cover(id), cover),
            (Account::Lenders(id), lenders),
        ] {
            let route = (payer, Account::Loan(id, owner));
            let cause = Cause::BadDebtWrittenOff;
            world.books.pay(debt, route, amount, cause);
        }
        market.commit_write_off(&plan);
        if let Some(told) = round.market(id) {
            told.written_off.reserves += reserves;
            told.written_off.cover += cover;
            told.written_off.lenders += lenders;
        }
    }
}

/// Who owes with nothing behind it, neither posted nor waiting in auctions, and how much.
pub(super) fn bare(world: &World, id: MarketId) -> Vec<(OwnerId, Tokens)> {
    let Some(of) = world.markets.get(id.index()) else {
        return Vec::new();
    };
    let loans = of
        .borrowers
        .iter()
        .map(|owner| (*owner, world.backing(id, *owner)));
    let bare = loans.filter(|(_, loan)| loan.collateral.is_zero() && loan.debt.is_positive());
    bare.map(|(owner, loan)| (owner, loan.debt)).collect()
}

fn note(world: &World, round: &mut Round, (id, owner): (MarketId, OwnerId), seizure: &Seizure) {
    let toxic = is_beyond_frontier(world, id, &world.loan(id, owner), seizure.bonus);
    let Some(told) = round.market(id) else {
        return;
    };
    told.liquidated = told.liquidated.saturating_add(1);
    told.toxic = told.toxic.saturating_add(u32::from(toxic));
    told.repaid += seizure.repaid;
    told.seized += seizure.seized;
    told.to_protocol += seizure.to_protocol;
}

/// Whether a liquidation at this bonus, its collateral sold into the pool, would leave the rest of
/// the loan with a higher loan-to-value.
fn is_beyond_frontier(world: &World, id: MarketId, loan: &Loan, bonus: Ratio) -> bool {
    let Some(of) = world.markets.get(id.index()) else {
        return false;
    };
    let frontier = frontier(world, of, loan.collateral, bonus);
    ltv(loan, &of.shown).is_some_and(|ltv| ltv > frontier)
}

/// The loan-to-value from which a liquidation of so much collateral makes things worse: the more
/// there is of it, the lower.
pub(super) fn frontier(
    world: &World,
    of: &LendingMarket,
    collateral: Tokens,
    bonus: Ratio,
) -> Ratio {
    let value = of.shown.collateral.value(collateral, Rounding::Ceil);
    let reserve = world
        .sold_into(of.collateral)
        .map_or(Tokens::ZERO, |venue| venue.pool.quote_reserve());
    match reserve.is_positive() {
        true => toxic_ltv_in_pool(bonus, value, reserve),
        false => toxic_ltv(bonus),
    }
}
