//! What a change of a position comes to in a pool of the kind of GMX.

use crate::books::Books;
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::{Base, Price, Ratio, Usd};
use crate::law::Law;
use crate::names::{Account, Side};
use crate::record::Data;
use crate::wide::{Round, part, value};

use super::Event;
use super::positions::{Change, got, left, paid};

/// The two prices around the mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prices {
    pub(crate) min: Price,
    pub(crate) max: Price,
}

impl Books {
    /// `mark · (1 ∓ half-spread)`, both rounded away from the mark.
    pub(crate) fn prices(&self) -> Prices {
        let spread = self.parameters.ratio("half_spread").unwrap_or_default();
        let scaled =
            |factor: Ratio, round| part(self.mark, factor.units(), Ratio::ONE_UNITS, round);
        Prices {
            min: scaled(Ratio::ONE - spread, Round::Floor),
            max: scaled(Ratio::ONE + spread, Round::Ceil),
        }
    }
}

impl Prices {
    /// What a trade of a size is worth: a buyer pays the higher price, a seller gets the lower.
    fn trade(self, side: Side, size: Base) -> Usd {
        match side {
            Side::Long => value(size, self.max, Round::Ceil),
            Side::Short => value(size, self.min, Round::Floor),
        }
    }
}

/// Holds one change against what it moves. The books are those before the line.
pub(crate) fn settled(books: &Books, change: &Change, event: &Event<'_>, findings: &mut Findings) {
    if matches!(event.data, Data::Endowment(_)) {
        return;
    }
    let Some(side) = change.old.side().or(change.new.side()) else {
        return;
    };
    if !change.closed().is_zero() && !change.opened().is_zero() {
        return; // two trades in one line: each leaves the other nothing to compare
    }
    if change.closed().is_zero() {
        let opened = books.prices().trade(side, change.opened().abs());
        let cost = change.old.cost.abs() + opened;
        findings.equal(
            Law::PositionCost,
            &format!("{} at an entry value of", change.holder),
            cost,
            change.new.cost.abs(),
        );
    } else {
        closed(books, (change, side), event, findings);
    }
    dues(books, change, event, findings);
}

/// A close realises the difference of its worth and its share of the entry value.
fn closed(
    books: &Books,
    (change, side): (&Change, Side),
    event: &Event<'_>,
    findings: &mut Findings,
) {
    let round = match side {
        Side::Long => Round::Ceil,
        Side::Short => Round::Floor,
    };
    let (size, all) = (change.closed(), change.old.size.abs());
    let share = match size == all {
        true => change.old.cost.abs(),
        false => part(change.old.cost.abs(), size.units(), all.units(), round),
    };
    findings.equal(
        Law::PositionCost,
        &format!("{} at an entry value of", change.holder),
        change.old.cost.abs() - share,
        change.new.cost.abs(),
    );
    let worth = books.prices().trade(side.opposite(), size);
    let pnl = match side {
        Side::Long => worth - share,
        Side::Short => share - worth,
    };
    let profit = got(event, change.holder, Cause::ProfitRealised);
    let loss = paid(event, change.holder, Cause::LossRealised);
    findings.equal(Law::RealisedPnl, "a profit of", pnl.or_zero(), profit);
    findings.at_most(Law::RealisedPnl, "a loss of", (-pnl).or_zero(), loss);
    let margin = left(books, event, change.holder);
    findings.applied(Law::PoolClose);
    if loss < (-pnl).or_zero() && margin.is_positive() {
        findings.broken(
            Law::PoolClose,
            format_args!("a loss of {} while margin is left", -pnl),
            loss,
        );
    }
    let withheld = paid(event, change.holder, Cause::PnlCap);
    findings.at_most(
        Law::PoolClose,
        "withheld by the cap,",
        pnl.or_zero(),
        withheld,
    );
}

/// Borrowing and funding: all that is due, once; what is received is claimed.
fn dues(books: &Books, change: &Change, event: &Event<'_>, findings: &mut Findings) {
    let law = Law::FundingPayment;
    let owed = books.levels.parts(&change.old);
    let Account { number, .. } = change.holder;
    let free = Account {
        kind: crate::names::AccountKind::Free,
        number,
    };
    let drained = left(books, event, change.holder).is_zero();
    findings.applied(law);
    if let Some(side) = change.new.side() {
        let [first, second, third] = books.levels.now(side);
        let [a, b, c, _] = change.new.since;
        if [a, b, c] != [first, second, third] {
            findings.broken(
                law,
                format_args!("{} settled at the present factors", change.holder),
                "other factors",
            );
        }
    }
    let taken = [
        (
            owed.utilisation,
            paid(event, change.holder, Cause::Utilisation),
            "borrowing",
        ),
        (
            owed.funding,
            paid(event, change.holder, Cause::FundingPaid),
            "funding",
        ),
    ];
    for (asked, taken, what) in taken {
        if taken != asked && !(taken < asked && drained) {
            findings.broken(law, format_args!("{what} of {asked}"), taken);
        }
    }
    let claimed = got(event, free, Cause::FundingReceived);
    if claimed != owed.claim {
        findings.broken(
            law,
            format_args!("funding of {} received", owed.claim),
            claimed,
        );
    }
}
