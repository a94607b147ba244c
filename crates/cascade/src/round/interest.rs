//! Phase 4: debts grow by the seconds of the round.

use seawall_units::{Rate, Tokens};

use crate::books::{Account, Cause};
use crate::ids::MarketId;
use crate::lending::{RateModel, accrue_interest, quote_rate};
use crate::round::Round;
use crate::world::World;

/// Every market at the rate of its utilisation before the round.
pub(super) fn run(world: &mut World, round: &mut Round) {
    for id in world.market_ids() {
        accrue(world, round, id);
    }
}

fn accrue(world: &mut World, round: &mut Round, id: MarketId) {
    let seconds = world.config.rounds.seconds;
    let Some(of) = world.markets.get(id.index()) else {
        return;
    };
    let rules = &of.rules;
    if is_free(&rules.rate) {
        return;
    }
    let market = world.market(id);
    let rates = quote_rate(market.utilisation(), rules);
    let (debt, how) = (of.debt, rules.compounding);
    let reserve_factor = rules.reserve_factor;
    let own_line = matches!(rules.rate, RateModel::TwoLines { .. });
    let mut interest = Tokens::ZERO;
    let mut kept = Tokens::ZERO;
    for owner in of.borrowers.clone() {
        let owed = world.loan(id, owner).debt;
        let due = accrue_interest(owed, rates.borrow, seconds, how);
        // Lenders with a rate of their own are paid from the reserves below.
        let part = if own_line {
            due
        } else {
            due.mul_ceil(reserve_factor)
        };
        let loan = Account::Loan(id, owner);
        for (account, amount) in [
            (Account::Reserves(id), part),
            (Account::Lenders(id), due - part),
        ] {
            let cause = Cause::InterestAccrued;
            world.books.pay(debt, (loan, account), amount, cause);
        }
        interest += due;
        kept += part;
    }
    if own_line {
        let claim = world.books.balance(debt, Account::Lenders(id));
        let earned = accrue_interest(claim, rates.supply, seconds, how);
        let reserves = world.books.balance(debt, Account::Reserves(id));
        let route = (Account::Reserves(id), Account::Lenders(id));
        let paid = earned.min(reserves);
        world
            .books
            .pay(debt, route, paid, Cause::InterestSubsidised);
    }
    if let Some(told) = round.market(id) {
        told.interest = interest;
    }
}

/// Whether nothing is ever charged.
fn is_free(rate: &RateModel) -> bool {
    match rate {
        RateModel::Kinked {
            base,
            slope_1,
            slope_2,
            ..
        } => [base, slope_1, slope_2]
            .into_iter()
            .all(|rate| *rate == Rate::ZERO),
        RateModel::Jump(line) => [line.base, line.slope, line.jump]
            .into_iter()
            .all(|rate| rate == Rate::ZERO),
        RateModel::TwoLines { .. } => false,
    }
}
