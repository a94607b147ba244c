//! Where roundings stay in the order book.

use seawall_ledger::{Account, AccountKind, Cause};
use seawall_units::Usd;
use seawall_venue::Venue;
use seawall_venue_orderbook::{FeeParams, OrderBookVenue};

use crate::left::{Budget, exact, share, units};
use crate::second::Second;

pub(crate) fn look(budget: &mut Budget, fees: &FeeParams, venue: &OrderBookVenue, second: &Second) {
    order_fees(budget, fees, venue, second);
    if second.now.is_whole_minute() {
        valuation(budget, venue);
    }
}

/// Taker's and maker's fee of every order, each against the value that was traded.
fn order_fees(budget: &mut Budget, fees: &FeeParams, venue: &OrderBookVenue, second: &Second) {
    let mut makers = second.paid_by(Account::Makers, Cause::TakerFee);
    let fills: Vec<_> = second.fills().collect();
    for (place, fill) in fills.iter().enumerate() {
        let margin = Account::Margin(fill.account);
        let earlier = fills[..place]
            .iter()
            .filter(|other| other.account == fill.account)
            .count();
        let taker = second
            .paid_by(margin, Cause::TakerFee)
            .nth(earlier)
            .unwrap_or(Usd::ZERO);
        let maker = makers.next().unwrap_or(Usd::ZERO);
        // cost = value − value at the mark + fee, all signed but the fee.
        let value = fill.cost + fill.mark.value_floor(fill.filled) - taker;
        let value = exact(value.abs());
        let spent = venue.ledger().balance(margin).is_zero();
        if !spent {
            budget.note(
                "taker fee",
                exact(taker) - share(value, fees.taker),
                units(1),
            );
        }
        if venue.ledger().balance(Account::Makers).is_positive() {
            budget.note(
                "maker fee",
                exact(maker) - share(value, fees.maker),
                units(1),
            );
        }
    }
}

/// Cash of all parties and what waits in `Variation`, less everybody's equity: each equity is
/// rounded down twice. Nothing of it is ever posted.
fn valuation(budget: &mut Budget, venue: &OrderBookVenue) {
    let ledger = venue.ledger();
    let views = venue.positions();
    let residual = -ledger.subtotal(AccountKind::OpenDeficit);
    let state = venue.state();
    let mut cash = ledger.subtotal(AccountKind::Variation);
    let mut equities = Usd::ZERO;
    for view in &views {
        cash += view.margin;
        equities += view.equity;
    }
    for part in &state.capital {
        if part.role == "makers" {
            // Makers who are worth less than the residual are not shown in full.
            if !part.value.is_positive() {
                return;
            }
            equities += residual;
        }
        equities += part.value;
    }
    cash += ledger.subtotal(AccountKind::Makers) + ledger.subtotal(AccountKind::Backstop);
    let parties = u64::try_from(views.len() + state.capital.len()).unwrap();
    budget.note("valuation", exact(cash - equities), units(2 * parties));
}
