//! What a change of a position comes to in the tranched market (M-4.4, M-6.3).

use crate::books::Books;
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::Usd;
use crate::law::Law;
use crate::names::{Account, AccountKind};
use crate::record::Data;
use crate::wide::{Round, part, value};

use super::Event;
use super::positions::{Change, got, left, paid, price_of};

/// What a sale in lots may miss by the roundings of its parts (M-8.2).
const LOT_ROUNDING: Usd = Usd::from_units(1_000);

/// Holds one change against what it moves. The books are those before the line.
pub(crate) fn settled(books: &Books, change: &Change, event: &Event<'_>, findings: &mut Findings) {
    if matches!(event.data, Data::Endowment(_)) {
        return;
    }
    // A bankrupt's margin goes through clearing, and what is settled is settled there.
    let bankrupt = !paid(event, change.holder, Cause::MarginMoved).is_zero()
        || change.new.is_flat()
            && event
                .line
                .transfers
                .iter()
                .any(|t| t.cause == Cause::DeficitOpened && t.to.kind == AccountKind::Clearing);
    let from = match bankrupt {
        true => Account::one(AccountKind::Clearing),
        false => change.holder,
    };
    realised(books, change, (event, from), findings);
    charged(books, change, (event, from), findings);
}

/// Realised profit and loss, and the cost that is left.
fn realised(
    books: &Books,
    change: &Change,
    (event, from): (&Event<'_>, Account),
    findings: &mut Findings,
) {
    let price = price_of(books, event);
    let (closed, all) = (change.closed(), change.old.size.abs());
    let share = match closed == all {
        true => change.old.cost,
        false => part(change.old.cost, closed.units(), all.units(), Round::Ceil),
    };
    let share = if closed.is_zero() { Usd::ZERO } else { share };
    let pnl = value(change.closed_signed(), price, Round::Floor) - share;
    let (profit, loss) = (
        got(event, from, Cause::ProfitRealised),
        paid(event, from, Cause::LossRealised),
    );
    // A position whose margin does not reach for what is due draws on its open profit.
    let drawn = (profit - pnl.or_zero()).or_zero();
    let short = pnl.or_zero() - profit;
    findings.applied(Law::RealisedPnl);
    let from_pool = profit + got(event, from, Cause::FundingReceived);
    if short.is_positive() && books.pool_cash() > from_pool {
        findings.broken(
            Law::RealisedPnl,
            format_args!("a profit of {}", pnl.or_zero()),
            profit,
        );
    }
    let missing = (-pnl).or_zero() - loss;
    // Where the market is wound up a loss stops at the margin.
    let drained = || left(books, event, from).is_zero();
    let last =
        matches!(event.data, Data::Stage(_)) || matches!(event.data, Data::WoundUp(_)) && drained();
    if missing.is_negative() || (missing > LOT_ROUNDING && !last) {
        findings.broken(
            Law::RealisedPnl,
            format_args!("a loss of {}", (-pnl).or_zero()),
            loss,
        );
    }
    let opened = value(change.opened(), price, Round::Ceil);
    let cost = change.old.cost - share + opened;
    let cost = if change.new.is_flat() {
        Usd::ZERO
    } else {
        cost + drawn
    };
    findings.equal(
        Law::PositionCost,
        &format!("{} at a cost of", change.holder),
        cost,
        change.new.cost,
    );
}

/// Funding and utilisation: all that is due, once.
fn charged(
    books: &Books,
    change: &Change,
    (event, from): (&Event<'_>, Account),
    findings: &mut Findings,
) {
    let law = Law::FundingPayment;
    let owed = books.levels.parts(&change.old);
    let utilisation = paid(event, from, Cause::Utilisation);
    let funding = paid(event, from, Cause::FundingPaid) - got(event, from, Cause::FundingReceived);
    findings.applied(law);
    if change.since_stands()
        && change.delta().is_zero()
        && utilisation.is_zero()
        && funding.is_zero()
    {
        return; // not settled, and nothing was charged
    }
    if let Some(side) = change.new.side() {
        let [first, second, _] = books.levels.now(side);
        if change.new.since != [first, second, 0, 0] {
            findings.broken(
                law,
                format_args!("{} settled at the present indices", change.holder),
                "other indices",
            );
        }
    }
    // What margin does not reach for is not charged.
    let drained = Usd::ZERO == left(books, event, from);
    // What the pool has no cash for is not paid.
    let from_pool =
        got(event, from, Cause::ProfitRealised) + got(event, from, Cause::FundingReceived);
    let dry = books.pool_cash() <= from_pool;
    let due = [
        (owed.utilisation, utilisation, "utilisation"),
        (owed.funding, funding, "funding"),
    ];
    for (asked, taken, what) in due {
        let less = taken < asked && (drained || books.pool_cash().is_zero());
        let short = asked < taken && !taken.is_positive() && dry;
        if taken != asked && !less && !short {
            findings.broken(law, format_args!("{what} of {asked} from {from}"), taken);
        }
    }
}
