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
        &self,
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
