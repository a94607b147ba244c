//! What a change of a position comes to in an order book.
//!
//! A trade has two parties, so variation margin mirrors all positions: its balance is always what
//! they have settled less what they have cost.

use std::collections::BTreeMap;

use crate::books::{Books, Held};
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::{Base, Usd};
use crate::law::Law;
use crate::names::{Account, AccountKind, Phase, Stage};
use crate::record::Data;
use crate::wide::{Round, part, value};

use super::Event;
use super::positions::{Change, left};

/// Sums over traders and house.
#[derive(Debug, Default)]
pub(crate) struct Book {
    size: Base,
    cost: Usd,
    settled: Usd,
    changed: u64,
    /// Sizes of bankrupts when their deficits were opened: winners close them line by line.
    bankrupt: BTreeMap<u32, Base>,
}

impl Book {
    /// Holds one change against itself. The books are those before the line.
    pub(crate) fn settled(
        &mut self,
        books: &Books,
        change: &Change,
        event: &Event<'_>,
        findings: &mut Findings,
    ) {
        let settled = |held: &Held| {
            let [settled, ..] = held.since;
            Usd::from_units(settled)
        };
        self.size += change.delta();
        self.cost += change.new.cost - change.old.cost;
        self.settled += settled(&change.new) - settled(&change.old);
        self.changed = self.changed.saturating_add(1);
        cost(books, change, event, findings);
        findings.applied(Law::FundingPayment);
        if change.new.is_flat() && !settled(&change.new).is_zero() {
            findings.broken(
                Law::FundingPayment,
                "a flat position with nothing settled",
                settled(&change.new),
            );
        }
        if !change.delta().is_zero() && !change.new.is_flat() {
            let due = books.levels.owed(&change.new);
            let cash = left(books, event, change.holder);
            // One unit is not worth a posting and a trade rounds once more; beyond that only who has
            // nothing owes.
            let small = due.abs() <= Usd::from_units(2);
            let spent = due.is_positive() && cash.is_zero();
            if !(small || spent) {
                findings.broken(
                    Law::FundingPayment,
                    format_args!("{} settled", change.holder),
                    due,
                );
            }
        }
    }

    /// The books are those after the line.
    pub(crate) fn booked(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        match &event.data {
            Data::DeficitOpened(opened) => {
                let size = books.held(Account::margin(opened.account)).size;
                self.bankrupt.insert(opened.account, size);
            }
            Data::Liquidation(taken) => {
                let before = self.bankrupt.remove(&taken.account);
                if let Some(before) = before.filter(|_| taken.stage == Stage::Adl) {
                    let closed = before - books.held(Account::margin(taken.account)).size;
                    findings.equal(
                        Law::PositionChange,
                        "closed since the deficit,",
                        closed,
                        taken.size,
                    );
                }
            }
            _ => {}
        }
        // The house's side of what is endowed stands in the opening, before the others.
        let setup = event.line.phase == Phase::Setup;
        if setup || (event.line.transfers.is_empty() && event.line.positions.is_empty()) {
            return;
        }
        let mirrored = self.settled - self.cost;
        findings.equal(
            Law::FundingBalance,
            "variation margin",
            mirrored,
            books.of(AccountKind::Variation),
        );
    }

    pub(crate) fn second_ends(&mut self, findings: &mut Findings) {
        if self.changed > 0 {
            findings.equal(Law::BookSum, "a sum of sizes of", Base::ZERO, self.size);
        }
        self.changed = 0;
    }
}

/// The rest of a position keeps its cost less the closed share; only a trade realises.
fn cost(books: &Books, change: &Change, event: &Event<'_>, findings: &mut Findings) {
    let realised = realised(event, change.holder);
    let marked = value(change.old.size, books.mark, Round::Floor);
    findings.applied(Law::PositionCost);
    if change.new.is_flat() {
        if !change.new.cost.is_zero() {
            findings.broken(
                Law::PositionCost,
                "a flat position without cost",
                change.new.cost,
            );
        }
        return;
    }
    if change.delta().is_zero() {
        // Marked to the mark: all of its profit is realised and its cost is its value.
        let fits = [change.old.cost, marked].contains(&change.new.cost);
        if !fits {
            let expected =
                format_args!("{} at its cost or at its value of {marked}", change.holder);
            findings.broken(Law::PositionCost, expected, change.new.cost);
        }
        return;
    }
    if change.opened().is_zero() {
        let (closed, all) = (change.closed().units(), change.old.size.abs().units());
        let rest = |cost: Usd| cost - part(cost, closed, all, Round::Floor);
        let fits = [rest(change.old.cost), rest(marked)].contains(&change.new.cost);
        if !fits {
            let expected = format_args!("{} at a cost of {}", change.holder, rest(change.old.cost));
            findings.broken(Law::PositionCost, expected, change.new.cost);
        }
    } else if change.closed().is_zero()
        && change.holder.kind == AccountKind::Margin
        && !realised.is_zero()
    {
        findings.applied(Law::RealisedPnl);
        findings.broken(
            Law::RealisedPnl,
            "nothing realised by a position that grows",
            realised,
        );
    }
}

/// What a line realises for a party, net.
fn realised(event: &Event<'_>, holder: Account) -> Usd {
    let mut sum = Usd::ZERO;
    for posted in &event.line.transfers {
        match posted.cause {
            Cause::ProfitRealised | Cause::CounterpartyProfit if posted.to == holder => {
                sum += posted.amount
            }
            Cause::LossRealised | Cause::CounterpartyLoss if posted.from == holder => {
                sum -= posted.amount
            }
            _ => {}
        }
    }
    sum
}
