//! Orders and margin at the very edge: what a refusal says is missing is tried again, to the unit.
use std::rc::Rc;

use proptest::prelude::*;
use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Usd};
use seawall_venue::Command;

use super::command::No;
use super::door;
use super::market::Market;
use super::number::{MONEY, PRICE, TOKENS, down, units, zero};
use super::regimes::ACCOUNTS;
use super::stream::Step;

/// Grid units beside the edge.
fn beside() -> impl Strategy<Value = i128> {
    prop::sample::select(vec![-1i128, 0, 0, 1])
}

/// Orders that were refused for a limit, a price or their margin, with just enough of it.
pub(crate) fn orders(orders: BoxedStrategy<Step>, market: Rc<Market>) -> BoxedStrategy<Step> {
    let build = move |(step, beside): (Step, i128)| match step {
        // A size within its limit may still lack margin.
        Step::Command(order) => {
            let order = at_edge(&market, order, beside);
            Step::Command(at_edge(&market, order, beside))
        }
        other => other,
    };
    (orders, beside()).prop_map(build).boxed()
}

fn at_edge(market: &Market, order: Command, beside: i128) -> Command {
    let Command::Order {
        account,
        mut size,
        mut margin,
        mut limit,
        fill,
    } = order
    else {
        return order;
    };
    match market.clone().command(&door::ask(&order)) {
        Err(No::InitialMargin(there, required)) => {
            let missing = units(&(required - there), MONEY) + beside;
            margin = Usd::from_units(margin.units() + missing).unwrap_or(margin);
        }
        Err(No::Limit(_, value, allowed)) => {
            let most = down(&(door::tokens(size) * allowed / value), TOKENS);
            size = Base::from_units(units(&most, TOKENS) + beside).unwrap_or(size);
        }
        Err(No::LimitPrice(found, _)) => {
            limit = Price::from_units(units(&found, PRICE) + beside).ok();
        }
        _ => {}
    }
    Command::Order {
        account,
        size,
        margin,
        limit,
        fill,
    }
}

/// As much margin as keeps a position from its liquidation.
pub(crate) fn margins(market: Rc<Market>) -> BoxedStrategy<Step> {
    let build = move |(account, beside): (u32, i128)| {
        let missing = market.held.get(&account).map_or_else(zero, |held| {
            let (remaining, required) = market.health(account, held);
            required - remaining
        });
        let amount = units(&missing, MONEY) + beside;
        Step::Command(Command::AddMargin {
            account: AccountId::new(account),
            amount: Usd::from_units(amount).unwrap(),
        })
    };
    (0..ACCOUNTS, beside()).prop_map(build).boxed()
}
