//! Double entry: what may be posted and what may be left.

use crate::books::Books;
use crate::findings::Findings;
use crate::fixed::Usd;
use crate::law::Law;
use crate::names::{Account, AccountKind};

use super::{Event, Laws};

/// The laws of the ledger.
#[derive(Debug)]
pub(crate) struct Ledger;

impl Laws for Ledger {
    fn after(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        for posted in &event.line.transfers {
            findings.applied(Law::Amount);
            if !posted.amount.is_positive() || posted.from == posted.to {
                let found = format!("{} from {} to {}", posted.amount, posted.from, posted.to);
                findings.broken(Law::Amount, "more than 0 between two accounts", found);
            }
            let (from, to) = (posted.from.kind, posted.to.kind);
            findings.applied(Law::Chart);
            if !posted.cause.permits(from, to) {
                let found = format!("{} from {} to {}", posted.cause, posted.from, posted.to);
                findings.broken(
                    Law::Chart,
                    format_args!("a line of the chart of {}", posted.cause),
                    found,
                );
            }
            findings.applied(Law::VenueAccount);
            for account in [posted.from, posted.to] {
                if !account.kind.fits(books.venue) {
                    findings.broken(
                        Law::VenueAccount,
                        format_args!("an account of {}", books.venue),
                        account,
                    );
                }
            }
            // Only who paid can have come to stand below zero.
            self.overdraft(books, posted.from, findings);
        }
    }

    fn second_ends(&mut self, books: &Books, findings: &mut Findings) {
        findings.applied(Law::Passage);
        for kind in [AccountKind::Clearing, AccountKind::Funding] {
            let left = books.of(kind);
            if !left.is_zero() {
                findings.broken(
                    Law::Passage,
                    format_args!("{kind} 0.000000 when the second ends"),
                    left,
                );
            }
        }
    }

    fn journal_ends(&mut self, books: &Books, findings: &mut Findings) {
        let sum: Usd = books.balances.iter().map(|(_, balance)| balance).sum();
        findings.equal(Law::SumZero, "a sum of", Usd::ZERO, sum);
        for (account, _) in books.balances.iter() {
            self.overdraft(books, account, findings);
        }
    }
}

impl Ledger {
    fn overdraft(&self, books: &Books, account: Account, findings: &mut Findings) {
        if account.kind.may_be_negative() || account.kind.is_passage() {
            return;
        }
        findings.applied(Law::Overdraft);
        let left = books.balance(account);
        if left.is_negative() {
            findings.broken(
                Law::Overdraft,
                format_args!("{account} at least 0.000000"),
                left,
            );
        }
    }
}
