//! Every kind of event stands in a phase of its own; what begins and ends a journal does so once.

use crate::books::Books;
use crate::findings::Findings;
use crate::law::Law;
use crate::names::{Kind, Phase, SharesWhy, Tranche, Venue};
use crate::record::{Data, SharesMoved};

use super::{Event, Laws};

/// How far the journal is.
#[derive(Debug, Default)]
pub(crate) struct Kinds {
    begun: bool,
    /// The second of the finish.
    finished: Option<u64>,
    /// Dead shares were made of a tranche: its new series has to follow.
    dead: Option<Tranche>,
}

impl Laws for Kinds {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let law = Law::KindPhase;
        let (kind, phase, time) = (event.line.event, event.line.phase, event.line.time);
        findings.applied(law);
        if !stands(books.venue, kind, phase) {
            findings.broken(law, format_args!("no `{kind}` in {phase}"), kind);
        }
        self.begun |= phase != Phase::Setup;
        if self.begun && phase == Phase::Setup {
            findings.broken(law, "setup before everything else", kind);
        }
        if self.finished.is_some_and(|finished| finished != time) {
            findings.broken(law, "nothing after the second of the finish", kind);
        }
        if phase == Phase::Finish {
            self.finished = self.finished.or(Some(time));
        }
        self.shares(event, findings);
    }
}

impl Kinds {
    fn shares(&mut self, event: &Event<'_>, findings: &mut Findings) {
        let law = Law::KindPhase;
        let moved = match &event.data {
            Data::Shares(moved) => Some(moved),
            _ => None,
        };
        if let Some(tranche) = self.dead.take() {
            let next =
                |moved: &SharesMoved| (moved.why, moved.tranche) == (SharesWhy::NewSeries, tranche);
            if !moved.is_some_and(next) {
                let expected = format_args!("a new series of {tranche} after its dead shares");
                findings.broken(law, expected, event.line.event);
            }
        }
        let Some(moved) = moved else { return };
        let setup = event.line.phase == Phase::Setup;
        match moved.why {
            SharesWhy::Opening if !setup => {
                findings.broken(law, "opening shares in setup", event.line.phase);
            }
            SharesWhy::Deposit | SharesWhy::Redemption | SharesWhy::NewSeries if setup => {
                findings.broken(law, "opening or dead shares in setup", moved.why);
            }
            SharesWhy::Dead if !setup => self.dead = Some(moved.tranche),
            _ => {}
        }
    }
}

/// The phases of a kind.
const fn stands(venue: Venue, kind: Kind, phase: Phase) -> bool {
    let placing = matches!(phase, Phase::Liquidation | Phase::Orders | Phase::Finish);
    match kind {
        Kind::Opening | Kind::Endowment => matches!(phase, Phase::Setup),
        Kind::Shares => matches!(phase, Phase::Setup | Phase::Attribution),
        Kind::Mark | Kind::Status => matches!(phase, Phase::Oracle),
        Kind::Index => matches!(phase, Phase::Funding),
        Kind::Fill
        | Kind::MarginAdded
        | Kind::Withdrawn
        | Kind::Requested
        | Kind::Claimed
        | Kind::Recovery => matches!(phase, Phase::Orders),
        Kind::Lot | Kind::Unwound => matches!(phase, Phase::Liquidation),
        // Whoever closes a bankrupt position opens the deficit and places it.
        Kind::DeficitOpened | Kind::Stage | Kind::Cut | Kind::DeficitClosed => match venue {
            Venue::Tranched | Venue::Gmx => placing,
            Venue::Hyperliquid => matches!(phase, Phase::Liquidation | Phase::Finish),
        },
        // What is due at the last mark is still done in the finish.
        Kind::Liquidation | Kind::Released | Kind::AdlClose | Kind::WoundUp => {
            matches!(phase, Phase::Liquidation | Phase::Finish)
        }
        Kind::Fees | Kind::Rebalanced => matches!(phase, Phase::Attribution),
        Kind::Values => matches!(phase, Phase::Check | Phase::Finish),
        Kind::Postings => true,
    }
}
