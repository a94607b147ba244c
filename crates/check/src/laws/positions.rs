//! Positions change only for a reason that the line states, and money follows from the change.
//!
//! What a change comes to is the venue's: see `tranched.rs`, `book.rs` and `pool.rs` beside this
//! file.

use crate::books::{Books, Held};
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::{Base, Price, Usd};
use crate::law::Law;
use crate::names::{Account, AccountKind, Phase, Stage, Venue};
use crate::record::{AdlClose, Data, Position};
use crate::wide::{Round, part};

use super::book::Book;
use super::{Event, Laws, pool, tranched};

/// The laws of positions.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    book: Book,
    /// What an order has changed in a line before its fill.
    ahead: Option<(Account, Base)>,
}

/// One position before and after a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub(crate) holder: Account,
    pub(crate) old: Held,
    pub(crate) new: Held,
}

impl Change {
    /// Signed size that came.
    pub(crate) fn delta(&self) -> Base {
        self.new.size - self.old.size
    }

    /// Unsigned size of the old position that was closed.
    pub(crate) fn closed(&self) -> Base {
        let opposite = self.delta().signum() == self.old.size.signum().saturating_neg();
        match opposite {
            true => self.delta().abs().min(self.old.size.abs()),
            false => Base::ZERO,
        }
    }

    /// What was closed, with the sign of the old position.
    pub(crate) fn closed_signed(&self) -> Base {
        match self.old.size.is_negative() {
            true => -self.closed(),
            false => self.closed(),
        }
    }

    /// Signed size that was opened.
    pub(crate) fn opened(&self) -> Base {
        self.delta() + self.closed_signed()
    }

    /// Whether what was settled stands as before.
    pub(crate) fn since_stands(&self) -> bool {
        self.old.since == self.new.since
    }
}

impl Laws for Positions {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let changes = event
            .line
            .positions
            .iter()
            .map(|position| change(books, position));
        let settled = self.settled_ahead(event, findings);
        for change in changes {
            match before_fill(books, event) && !change.delta().is_zero() {
                true => self.ahead(&change, findings),
                false => explained(&change, event, findings),
            }
            match books.venue {
                Venue::Tranched => tranched::settled(books, &change, event, findings),
                Venue::Hyperliquid => self.book.settled(books, &change, event, findings),
                Venue::Gmx => pool::settled(books, &change, event, findings),
            }
        }
        if !settled {
            shown(books, event, findings);
        }
        at_mark(books, event, findings);
    }

    fn after(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        if books.venue == Venue::Hyperliquid {
            self.book.booked(books, event, findings);
        }
    }

    fn second_ends(&mut self, books: &Books, findings: &mut Findings) {
        if let Some((holder, delta)) = self.ahead.take() {
            let expected = format_args!("a fill of {delta} of {holder} after what it settled");
            findings.broken(Law::PositionChange, expected, "the end of the second");
        }
        if books.venue == Venue::Hyperliquid {
            self.book.second_ends(findings);
        }
    }
}

impl Positions {
    /// An order changes its position in one of the lines before its fill.
    fn ahead(&mut self, change: &Change, findings: &mut Findings) {
        findings.applied(Law::PositionChange);
        if let Some((holder, _)) = self.ahead.replace((change.holder, change.delta())) {
            let expected = format_args!("a fill of {holder} after what it settled");
            findings.broken(Law::PositionChange, expected, change.holder);
        }
    }

    /// Whether this is the fill of what was settled in the lines before; nothing else may follow.
    fn settled_ahead(&mut self, event: &Event<'_>, findings: &mut Findings) -> bool {
        if settles_before_fill(event) {
            return false;
        }
        let Some((holder, delta)) = self.ahead.take() else {
            return false;
        };
        findings.applied(Law::PositionChange);
        match &event.data {
            Data::Fill(fill) if holder == Account::margin(fill.account) => {
                findings.equal(Law::PositionChange, "filled", delta, fill.filled);
                true
            }
            _ => {
                let expected = format_args!("a fill of {holder} after what it settled");
                findings.broken(Law::PositionChange, expected, event.line.event);
                false
            }
        }
    }
}

/// Whether an order of the tranched market may settle in this line, before its fill: it finds the
/// pool short or a deficit waiting (M-8.3, M-8.5).
pub(crate) fn before_fill(books: &Books, event: &Event<'_>) -> bool {
    books.venue == Venue::Tranched && settles_before_fill(event)
}

fn settles_before_fill(event: &Event<'_>) -> bool {
    let kind = matches!(
        event.data,
        Data::DeficitOpened(_) | Data::DeficitClosed(_) | Data::Stage(_) | Data::Cut(_)
    );
    kind && event.line.phase == Phase::Orders
}

fn change(books: &Books, position: &Position) -> Change {
    Change {
        holder: position.holder,
        old: books.held(position.holder),
        new: Held {
            size: position.size,
            cost: position.cost,
            since: crate::levels::since(books.venue, &position.since),
        },
    }
}

/// What the line says was done to an account's position; `None` when it does not speak of it.
fn stated(event: &Event<'_>, holder: Account) -> Option<Base> {
    let of = |account: u32| holder == Account::margin(account);
    match &event.data {
        Data::Fill(fill) if of(fill.account) => Some(fill.filled),
        // An order book's bankrupt is closed line by line before; see `book.rs`.
        Data::Liquidation(taken) if of(taken.account) && taken.stage == Stage::Adl => None,
        Data::Liquidation(taken) if of(taken.account) => Some(-taken.size),
        Data::Liquidation(taken) if taken.taker == Some(holder) => Some(taken.size),
        Data::Unwound(unwound) if unwound.vault == holder => Some(unwound.size),
        _ => None,
    }
}

/// Whether an account of this kind can hold a position in the venue's house.
const fn is_house(holder: Account) -> bool {
    matches!(holder.kind, AccountKind::Makers | AccountKind::Backstop)
}

fn explained(change: &Change, event: &Event<'_>, findings: &mut Findings) {
    let law = Law::PositionChange;
    let (holder, delta) = (change.holder, change.delta());
    findings.applied(law);
    if let Some(expected) = stated(event, holder) {
        if delta != expected {
            findings.broken(law, format_args!("{holder} changes by {expected}"), delta);
        }
        return;
    }
    if delta.is_zero() {
        return;
    }
    let smaller = change.opened().is_zero();
    let fits = match &event.data {
        Data::Endowment(given) => {
            holder == Account::margin(given.account) && change.old.is_flat() || is_house(holder)
        }
        Data::Opening => is_house(holder),
        // The order book's house is the other side of a fill or of a liquidation.
        Data::Liquidation(taken) if taken.stage == Stage::Adl => smaller || is_house(holder),
        Data::Fill(_) | Data::Liquidation(_) | Data::Postings => is_house(holder),
        Data::Cut(cut) if holder == Account::margin(cut.account) => {
            smaller && delta.abs() == cut.closed.abs()
        }
        // The loser whose position is closed against winners.
        Data::Cut(cut) => smaller && delta.abs() == cut.closed.abs(),
        Data::AdlClose(close) if holder == Account::margin(close.account) => {
            smaller && delta.abs() == close.size
        }
        Data::WoundUp(whose) => holder == Account::margin(whose.account) && change.new.is_flat(),
        Data::Unwound(_) => is_house(holder),
        _ => false,
    };
    if !fits {
        let found = format_args!(
            "{holder} changes by {delta} in a line of {}",
            event.line.event
        );
        findings.broken(law, "a change of size that the line states", found);
    }
}

/// What a line says was filled, taken or closed stands among its positions.
fn shown(books: &Books, event: &Event<'_>, findings: &mut Findings) {
    let (account, size) = match &event.data {
        Data::Fill(fill) => (fill.account, fill.filled),
        Data::Liquidation(taken) if taken.stage != Stage::Adl => (taken.account, taken.size),
        Data::AdlClose(close) if close.profit.is_zero() && unpayable(books, close) => return,
        Data::AdlClose(close) => (close.account, close.size),
        Data::Cut(cut) if books.venue == Venue::Hyperliquid => (cut.account, cut.closed),
        _ => return,
    };
    let holder = Account::margin(account);
    findings.applied(Law::PositionChange);
    let told = event
        .line
        .positions
        .iter()
        .any(|position| position.holder == holder);
    if !size.is_zero() && !told {
        findings.broken(
            Law::PositionChange,
            format_args!("the position of {holder}"),
            "no position of it in the line",
        );
    }
}

/// Whether the pool has not the cash for a winner's profit and what he is owed: he stays as he is.
fn unpayable(books: &Books, close: &AdlClose) -> bool {
    let held = books.held(Account::margin(close.account));
    let (profit, size) = (held.pnl(books.mark), close.size.units());
    let profit = part(profit, size, held.size.abs().units(), Round::Ceil);
    books.pool_cash() < profit + books.owed(&held).abs()
}

/// Executions stand at the last mark that a line has stated (M-3.2).
fn at_mark(books: &Books, event: &Event<'_>, findings: &mut Findings) {
    let mark = match &event.data {
        Data::Fill(fill) => fill.mark,
        Data::Liquidation(taken) => taken.mark,
        Data::DeficitOpened(opened) => opened.mark,
        _ => return,
    };
    findings.equal(Law::ExecutionPrice, "the mark", books.mark, mark);
}

/// The sum of a line's transfers of a cause that leave an account.
pub(crate) fn paid(event: &Event<'_>, from: Account, cause: Cause) -> Usd {
    let posted = event.line.transfers.iter();
    posted
        .filter(|t| t.cause == cause && t.from == from)
        .map(|t| t.amount)
        .sum()
}

/// The sum of a line's transfers of a cause that come to an account.
pub(crate) fn got(event: &Event<'_>, to: Account, cause: Cause) -> Usd {
    let posted = event.line.transfers.iter();
    posted
        .filter(|t| t.cause == cause && t.to == to)
        .map(|t| t.amount)
        .sum()
}

/// The price at which a line trades a holder's position.
pub(crate) fn price_of(books: &Books, event: &Event<'_>) -> Price {
    match &event.data {
        // Without a taker the pool takes the lot, and realises it at the mark.
        Data::Liquidation(taken) if taken.stage == Stage::Auction && taken.taker.is_some() => {
            taken.price
        }
        _ => books.mark,
    }
}

/// What an account holds after the charges of a line: its balance and every transfer but a release.
pub(crate) fn left(books: &Books, event: &Event<'_>, account: Account) -> Usd {
    let mut balance = books.balance(account);
    for posted in event
        .line
        .transfers
        .iter()
        .filter(|t| t.cause != Cause::MarginReleased)
    {
        if posted.from == account {
            balance -= posted.amount;
        }
        if posted.to == account {
            balance += posted.amount;
        }
    }
    balance
}
