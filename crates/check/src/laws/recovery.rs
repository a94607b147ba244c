//! A recovery gives back what was lost and not got back yet, the last loser first (M-9.4).

use std::collections::BTreeMap;

use crate::books::Books;
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::Usd;
use crate::law::Law;
use crate::names::{AccountKind, Stage};
use crate::record::{Data, Transfer};

use super::{Event, Laws};

/// What each has lost and not got back.
#[derive(Debug, Default)]
pub(crate) struct Recoveries {
    residual: BTreeMap<u32, Usd>,
    adl: BTreeMap<u32, Usd>,
    /// Senior, with who has left it since.
    senior: Usd,
    insurance: Usd,
    /// All junior series together: who leaves a series takes his part of its loss with him.
    junior: Usd,
    /// Whether this line has parted Senior's loss among who held its shares, and whether it is
    /// through with that.
    parted: Parted,
    /// What was left of Senior's loss when it had been parted: that of shares that belong to nobody,
    /// which does not come back. How many these were is not derived.
    nobodys: Usd,
}

/// How far a line is with the claims of who held Senior's shares when it lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Parted {
    #[default]
    No,
    Running,
    Done,
}

/// Whose turn it is to get something back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Residual,
    Payer(usize),
}

impl Laws for Recoveries {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let mut back = Usd::ZERO;
        self.parted = Parted::No;
        for posted in &event.line.transfers {
            match posted.cause {
                Cause::Recovery => {
                    back += posted.amount;
                    self.given(books, posted, findings);
                }
                _ => self.lost(posted),
            }
        }
        if let Data::Recovery(recovery) = &event.data {
            findings.equal(Law::Recovery, "postings of", recovery.amount, back);
            findings.applied(Law::Recovery);
            if !books.deficits.is_empty() {
                findings.broken(
                    Law::Recovery,
                    "no recovery while a deficit is open",
                    recovery.amount,
                );
            }
        } else if !back.is_zero() {
            findings.broken(
                Law::Recovery,
                "a recovery in its own line",
                event.line.event,
            );
        }
    }
}

impl Recoveries {
    fn lost(&mut self, posted: &Transfer) {
        let number = posted.from.number;
        let account = match posted.cause {
            Cause::ResidualCut => self.residual.entry(number).or_default(),
            Cause::AdlCut => self.adl.entry(number).or_default(),
            Cause::SeniorLoss => &mut self.senior,
            Cause::InsuranceLoss => &mut self.insurance,
            Cause::JuniorLoss => &mut self.junior,
            _ => return,
        };
        *account += posted.amount;
    }

    /// One posting: to somebody who has lost at least as much, after all who lost later.
    fn given(&mut self, books: &Books, posted: &Transfer, findings: &mut Findings) {
        let law = Law::Recovery;
        findings.applied(law);
        let (stage, owed) = self.owed(posted);
        let turn = turn(books, stage);
        let before = [Stage::Residual, Stage::Senior, Stage::Adl, Stage::Insurance];
        for earlier in before
            .into_iter()
            .filter(|earlier| self::turn(books, *earlier) < turn)
        {
            let left = self.left(earlier);
            let nobodys = match (earlier, self.parted) {
                (Stage::Senior, Parted::Done) => left,
                (Stage::Senior, _) => self.nobodys,
                _ => Usd::ZERO,
            };
            if left > nobodys {
                findings.broken(
                    law,
                    format_args!("{left} of {earlier} first"),
                    format_args!("{} to {}", posted.amount, posted.to),
                );
            }
        }
        if posted.amount > owed {
            findings.broken(
                law,
                format_args!("at most {owed} to {}", posted.to),
                posted.amount,
            );
        }
        self.take(stage, posted);
    }

    /// What an account has lost, and at which stage; a trader's residual comes before his cut, and
    /// who has left a tranche is given his part as a claim: Senior's before Junior's.
    fn owed(&mut self, posted: &Transfer) -> (Stage, Usd) {
        let to = posted.to;
        if to.kind == AccountKind::PendingRedemption
            && self.parted != Parted::Done
            && posted.amount <= self.senior
        {
            self.parted = Parted::Running;
            return (Stage::Senior, self.senior);
        }
        if self.parted == Parted::Running {
            self.parted = Parted::Done;
            self.nobodys = self.senior;
        }
        let of = |lost: &BTreeMap<u32, Usd>| lost.get(&to.number).copied().unwrap_or_default();
        match to.kind {
            AccountKind::Free if of(&self.residual).is_positive() => {
                (Stage::Residual, of(&self.residual))
            }
            AccountKind::Free => (Stage::Adl, of(&self.adl)),
            AccountKind::Senior => (Stage::Senior, self.senior),
            AccountKind::Insurance => (Stage::Insurance, self.insurance),
            _ => (Stage::Junior, self.junior),
        }
    }

    fn left(&self, stage: Stage) -> Usd {
        match stage {
            Stage::Residual => self.residual.values().copied().sum(),
            Stage::Adl => self.adl.values().copied().sum(),
            Stage::Senior => self.senior,
            Stage::Insurance => self.insurance,
            _ => self.junior,
        }
    }

    fn take(&mut self, stage: Stage, posted: &Transfer) {
        let account = match stage {
            Stage::Residual => self.residual.entry(posted.to.number).or_default(),
            Stage::Adl => self.adl.entry(posted.to.number).or_default(),
            Stage::Senior => &mut self.senior,
            Stage::Insurance => &mut self.insurance,
            _ => &mut self.junior,
        };
        *account -= posted.amount;
    }
}

/// The residual first, then the payers from the last to the first.
fn turn(books: &Books, stage: Stage) -> Turn {
    let from_last = books.payers.iter().rev().position(|payer| *payer == stage);
    match from_last {
        Some(place) => Turn::Payer(place),
        None => Turn::Residual,
    }
}
