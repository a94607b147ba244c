//! What the capital of the other two venues is worth, and their fees.

use crate::books::Books;
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::{Ratio, Usd};
use crate::law::Law;
use crate::levels::Levels;
use crate::names::{Account, AccountKind, Side, Venue};
use crate::record::{Data, Fill, Values};
use crate::wide::{Round, times, value};

use super::positions::{got, left, paid};
use super::{Event, Laws};

/// The laws of makers, backstops and pools.
#[derive(Debug)]
pub(crate) struct House {
    /// The fee rates of the venue.
    rates: Vec<Ratio>,
    protocol: Ratio,
}

impl House {
    pub(crate) fn new(books: &Books) -> Self {
        let rate = |path| books.parameters.ratio(path);
        let rates = match books.venue {
            Venue::Hyperliquid => vec![rate("fees.taker")],
            _ => vec![rate("fees.improving"), rate("fees.worsening")],
        };
        Self {
            rates: rates.into_iter().flatten().collect(),
            protocol: rate("fees.protocol_share").unwrap_or_default(),
        }
    }
}

impl Laws for House {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        match (&event.data, books.venue) {
            (Data::Values(said), _) => self.values(books, said, findings),
            (Data::Fill(fill), Venue::Hyperliquid) => self.book_fill(books, fill, event, findings),
            (Data::Fill(_) | Data::Liquidation(_) | Data::Cut(_), Venue::Gmx) => {
                self.pool_fee(books, event, findings)
            }
            _ => {}
        }
    }
}

impl House {
    fn values(&self, books: &Books, said: &Values, findings: &mut Findings) {
        for (role, stated) in &said.values {
            let derived = match (Account::of(role), books.venue) {
                (Some(account), Venue::Hyperliquid) => books.equity(account),
                (_, Venue::Gmx) => books.pool_value(self.protocol),
                _ => continue,
            };
            findings.equal(Law::Values, &format!("{role} worth"), derived, *stated);
        }
    }

    /// The fee is a share of what was traded, and cost and position say the same of that.
    fn book_fill(&self, books: &Books, fill: &Fill, event: &Event<'_>, findings: &mut Findings) {
        let holder = Account::margin(fill.account);
        let fee = paid(event, holder, Cause::TakerFee);
        let traded = fill.cost - fee + value(fill.filled, books.mark, Round::Floor);
        let Some(rate) = self.rates.first() else {
            return;
        };
        let due = times(traded.abs(), *rate, Round::Ceil);
        findings.applied(Law::TakerFee);
        if fee != due && !(fee < due && left(books, event, holder).is_zero()) {
            findings.broken(Law::TakerFee, format_args!("a fee of {due}"), fee);
        }
        let new = event
            .line
            .positions
            .iter()
            .find(|position| position.holder == holder);
        if let Some(new) = new {
            let realised = got(event, holder, Cause::ProfitRealised)
                - paid(event, holder, Cause::LossRealised);
            let moved = new.cost - books.held(holder).cost - realised;
            findings.equal(Law::RealisedPnl, "traded for", traded, moved);
        }
    }

    /// A position fee is one of two shares of the entry value that was opened or closed; an order
    /// through zero pays one for what it closes and one for what it opens.
    fn pool_fee(&self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        for position in &event.line.positions {
            let old = books.held(position.holder);
            let (closed, opened) = (old.cost.abs(), position.cost.abs());
            let legs = match old.size.signum() == position.size.signum().saturating_neg() {
                true => [closed, opened],
                false => [(opened - closed).abs(), Usd::ZERO],
            };
            let fee = paid(event, position.holder, Cause::TakerFee);
            let drained = left(books, event, position.holder).is_zero();
            let [first, second] = legs.map(|size| {
                let rates = self.rates.iter();
                rates.map(move |rate| times(size, *rate, Round::Ceil))
            });
            let due: Vec<Usd> = first
                .flat_map(|one| second.clone().map(move |other| one + other))
                .collect();
            let less = drained && due.iter().any(|due| fee < *due);
            findings.applied(Law::TakerFee);
            if !due.contains(&fee) && !less {
                let due: Vec<String> = due.iter().map(ToString::to_string).collect();
                findings.broken(
                    Law::TakerFee,
                    format_args!("a fee of {}", due.join(" or ")),
                    fee,
                );
            }
        }
    }
}

impl Books {
    /// The pool at the mark: its own cash, its share of borrowing fees that are owed, less both
    /// sides' open profit.
    fn pool_value(&self, protocol: Ratio) -> Usd {
        let Levels::Pool(levels) = &self.levels else {
            return Usd::ZERO;
        };
        let pending = [(Side::Long, &levels.long), (Side::Short, &levels.short)]
            .map(|(side, level)| self.totals.side(side).pending(level.borrowing));
        let pending: Usd = pending.into_iter().sum();
        let income = pending - times(pending, protocol, Round::Ceil);
        let (long, short) = (self.totals.side(Side::Long), self.totals.side(Side::Short));
        let long = value(long.size, self.mark, Round::Ceil) - long.cost.abs();
        let short = short.cost.abs() - value(short.size, self.mark, Round::Floor);
        self.of(AccountKind::Pool) - self.funding_float + income - long - short
    }
}
