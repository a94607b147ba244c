//! What stands on the accounts of deficits, and whose deficits they are (M-8.2).

use std::collections::{BTreeMap, BTreeSet};

use crate::books::Books;
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::Usd;
use crate::law::Law;
use crate::names::{Account, AccountKind, Phase, Side, Venue};
use crate::record::{Data, DeficitOpened};

use super::{Event, Laws};

/// The laws of the accounts of deficits.
#[derive(Debug, Default)]
pub(crate) struct OpenDeficits {
    /// Numbers that postings of this second touched.
    touched: BTreeSet<u32>,
    /// What closed deficits left unpaid, where it is more than nothing.
    unpaid: BTreeMap<u32, Usd>,
    /// Time, account and side of the last liquidation.
    last: Option<(u64, u32, Side)>,
    /// Winners for whose close the pool misses something, until they are closed.
    early: BTreeSet<u32>,
}

impl Laws for OpenDeficits {
    fn after(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        for posted in &event.line.transfers {
            for account in [posted.from, posted.to] {
                if account.kind == AccountKind::OpenDeficit {
                    self.touched.insert(account.number);
                }
            }
        }
        match &event.data {
            Data::Liquidation(taken) => {
                let side = match taken.size.is_negative() {
                    true => Side::Short,
                    false => Side::Long,
                };
                self.last = Some((books.now, taken.account, side));
            }
            // A pool's keeper closes winners as well, and a close can be insolvent.
            Data::Cut(cut) if books.venue == Venue::Gmx => {
                let side = match cut.closed.is_negative() {
                    true => Side::Short,
                    false => Side::Long,
                };
                self.last = Some((books.now, cut.account, side));
            }
            Data::AdlClose(close) => {
                self.early.remove(&close.account);
            }
            Data::DeficitOpened(opened) => self.whose(books, (event, opened), findings),
            Data::DeficitClosed(closed) => {
                let left = books.balance(Account::deficit(closed.id));
                if !left.is_zero() {
                    self.unpaid.insert(closed.id, left);
                }
            }
            _ => {}
        }
    }

    fn second_ends(&mut self, books: &Books, findings: &mut Findings) {
        for account in std::mem::take(&mut self.early) {
            let expected = format_args!("margin:{account} closed as a winner in the same second");
            findings.broken(Law::DeficitOwner, expected, "no close of his");
        }
        for id in std::mem::take(&mut self.touched) {
            let account = Account::deficit(id);
            let expected = match books.deficits.get(&id) {
                Some(open) => -open.left,
                None => self.unpaid.get(&id).copied().unwrap_or_default(),
            };
            findings.equal(
                Law::OpenDeficit,
                &format!("{account} when the second ends,"),
                expected,
                books.balance(account),
            );
        }
    }
}

impl OpenDeficits {
    /// A bankrupt position's deficit follows the liquidation of its account; in an order book the
    /// line itself takes what the margin holds.
    fn whose(
        &mut self,
        books: &Books,
        (event, opened): (&Event<'_>, &DeficitOpened),
        findings: &mut Findings,
    ) {
        let law = Law::DeficitOwner;
        if books.venue == Venue::Hyperliquid {
            for posted in &event.line.transfers {
                if posted.cause == Cause::LossRealised && posted.from.kind == AccountKind::Margin {
                    let account = Account::margin(opened.account);
                    findings.equal(law, "the deficit of", posted.from, account);
                }
            }
            return;
        }
        if event.line.phase != Phase::Liquidation {
            return;
        }
        findings.applied(law);
        // What the line books itself is missing for a winner, who is closed after it (M-8.3).
        if books.venue == Venue::Tranched && !event.line.transfers.is_empty() {
            self.early.insert(opened.account);
            let held = books.held(Account::margin(opened.account)).side();
            if held.is_none() || held == Some(opened.side) {
                let expected = format_args!("a winner against {}", opened.side);
                findings.broken(law, expected, format_args!("margin:{}", opened.account));
            }
            return;
        }
        let found = (books.now, opened.account, opened.side);
        if self.last != Some(found) {
            let expected = self.last.filter(|last| last.0 == books.now).map_or_else(
                || String::from("a liquidation in the same second"),
                |(_, account, side)| format!("margin:{account}, {side}"),
            );
            let found = format_args!("margin:{}, {}", opened.account, opened.side);
            findings.broken(law, expected, found);
        }
    }
}
