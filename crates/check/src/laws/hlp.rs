//! The parent vault of an order book: who pays for whom, what its shares are worth, and what moves
//! between it and its children (HL-5).

use std::collections::BTreeSet;

use crate::books::Books;
use crate::findings::Findings;
use crate::fixed::Usd;
use crate::law::Law;
use crate::names::{Account, AccountKind, Stage, Tranche};
use crate::record::{Data, Rebalanced, SharesMoved, StageReport};

use super::requirement::Requirement;
use super::{Event, Laws};

/// Who pays for an account below zero before ADL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Payers {
    Nobody,
    Taker,
    Liquidators,
    WholeHlp,
}

/// The rules of the header, with a parent or without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hlp {
    has_parent: bool,
    /// Whether children stand for each other.
    shared: bool,
    payers: Payers,
}

impl Hlp {
    pub(crate) fn new(books: &Books) -> Self {
        let word = |path| books.parameters.at(path).and_then(|value| value.as_str());
        let has_parent = books.parameters.at("hlp").is_some();
        let shared = word("hlp.rules") == Some("before_march_2025");
        let payers = match (word("hlp.payers"), has_parent, shared) {
            (Some("nobody"), ..) => Payers::Nobody,
            (Some("taker"), ..) => Payers::Taker,
            (Some("whole_hlp"), ..) | (None, true, true) => Payers::WholeHlp,
            (None, true, false) => Payers::Taker,
            _ => Payers::Liquidators,
        };
        Self {
            has_parent,
            shared,
            payers,
        }
    }

    /// What the vaults may have had to give for a deficit: one of these.
    pub(crate) fn capacities(self, books: &Books, deficit: Option<u32>) -> Vec<Usd> {
        let liquidators: Vec<Usd> = vaults(books)
            .into_iter()
            .map(|vault| books.equity(vault).or_zero())
            .collect();
        let all: Usd = liquidators.iter().copied().sum();
        let makers = books.equity(Account::one(AccountKind::Makers)).or_zero();
        let family = all + makers + books.of(AccountKind::Parent);
        let of_child = deficit.is_some_and(|id| is_of_child(books, id));
        match (of_child && self.has_parent, self.shared, self.payers) {
            (true, true, _) | (false, _, Payers::WholeHlp) => vec![family],
            (true, false, _) | (false, _, Payers::Nobody) => Vec::new(),
            (false, _, Payers::Taker) => liquidators,
            (false, _, Payers::Liquidators) => vec![all],
        }
    }

    /// What stands behind a vault besides its own equity.
    pub(crate) fn backing(self, books: &Books, vault: Account) -> Usd {
        match self.has_parent && self.shared {
            true => family(books, false) - books.equity(vault).or_zero(),
            false => Usd::ZERO,
        }
    }
}

/// Every backstop that has had cash or a position.
pub(crate) fn vaults(books: &Books) -> BTreeSet<Account> {
    let kind = AccountKind::Backstop;
    let held = books.positions.of_kind(kind).map(|(account, _)| account);
    let cash = books.balances.of_kind(kind).map(|(account, _)| account);
    held.chain(cash).collect()
}

/// What all depositors together own: the parent's cash and its children at the mark. One below zero
/// counts only where the others stand for it.
fn family(books: &Books, signed: bool) -> Usd {
    let makers = Account::one(AccountKind::Makers);
    let children = vaults(books).into_iter().chain([makers]);
    let worth = |child| match signed {
        true => books.equity(child),
        false => books.equity(child).or_zero(),
    };
    let children: Usd = children.map(worth).sum();
    (books.of(AccountKind::Parent) + children).or_zero()
}

/// Whether a deficit is one of the makers or of a vault.
fn is_of_child(books: &Books, deficit: u32) -> bool {
    let found = books.deficits.get(&deficit);
    found.is_some_and(|open| open.of_house)
}

/// The laws of a parent vault.
#[derive(Debug)]
pub(crate) struct ParentVault {
    rules: Hlp,
    requirement: Option<Requirement>,
}

impl ParentVault {
    pub(crate) fn new(books: &Books) -> Self {
        Self {
            rules: Hlp::new(books),
            requirement: Requirement::of(books),
        }
    }
}

impl Laws for ParentVault {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        match &event.data {
            Data::Shares(moved) => self.value(books, moved, findings),
            Data::Stage(report) => self.fence(books, (event.line.deficit, report), findings),
            Data::Rebalanced(moved) => self.seed(books, moved, event, findings),
            _ => {}
        }
    }

    fn after(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        if let Data::Rebalanced(moved) = &event.data {
            self.sweep(books, moved, findings);
        }
    }
}

impl ParentVault {
    fn value(&self, books: &Books, moved: &SharesMoved, findings: &mut Findings) {
        if let (Tranche::Hlp, Some(value)) = (moved.tranche, moved.value) {
            let derived = family(books, self.rules.shared);
            findings.equal(Law::HlpValue, "children and cash worth", derived, value);
        }
    }

    fn fence(
        &self,
        books: &Books,
        (deficit, report): (Option<u32>, &StageReport),
        findings: &mut Findings,
    ) {
        let Some(id) = deficit.filter(|_| report.stage == Stage::Junior) else {
            return;
        };
        if self.rules.has_parent && !self.rules.shared && is_of_child(books, id) {
            let paid = report.absorbed;
            findings.equal(Law::RingFence, "paid for a child,", Usd::ZERO, paid);
        }
    }

    /// Cash moves between parent and child, as stated; a ring-fenced child below zero gets none.
    fn seed(&self, books: &Books, moved: &Rebalanced, event: &Event<'_>, findings: &mut Findings) {
        let law = Law::Rebalancing;
        let posted = event.line.transfers.iter();
        let posted = posted.filter(|each| (each.from, each.to) == (moved.from, moved.to));
        let posted: Usd = posted.map(|each| each.amount).sum();
        findings.equal(law, "postings of", moved.amount, posted);
        let below = books.equity(moved.to).is_negative();
        if moved.from.kind == AccountKind::Parent && !self.rules.shared && below {
            findings.applied(Law::RingFence);
            let found = format_args!("{} to {}", moved.amount, moved.to);
            findings.broken(Law::RingFence, "nothing for a child below zero", found);
        }
    }

    /// A child gives nothing that its positions need.
    fn sweep(&self, books: &Books, moved: &Rebalanced, findings: &mut Findings) {
        let Some(requirement) = &self.requirement else {
            return;
        };
        if moved.to.kind == AccountKind::Parent {
            let needed = requirement.of_position(books, &books.held(moved.from));
            let left = books.equity(moved.from);
            findings.at_least(Law::Rebalancing, "left in a child,", needed, left);
        }
    }
}
