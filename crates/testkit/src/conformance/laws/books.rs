//! Laws of the ledger (M-2.4) and of figures that are kept beside it.

use seawall_ledger::{Account, AccountKind, Replay};
use seawall_units::{Time, Usd};
use seawall_venue::Venue;

use super::Bench;
use crate::conformance::drive::{Posted, equal};
use crate::conformance::{Fault, Held, Law, Stream, Watch};

struct Books {
    law: Law,
    applied: u64,
    replay: Replay,
    /// Postings before the last thing told.
    told_after: u64,
}

pub(super) fn judge(law: Law, bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let mut books = Books {
        law,
        applied: 0,
        replay: Replay::new(),
        told_after: 0,
    };
    bench.drive(stream, &mut books)?;
    Ok(books.applied)
}

impl Watch for Books {
    fn phase(&mut self, posted: &Posted<'_>, venue: &dyn Venue) -> Held {
        self.applied = self.applied.saturating_add(1);
        match self.law {
            Law::SumZero => {
                equal("a sum of", &Usd::ZERO, &venue.ledger().sum())?;
                equal("added up anew", &Usd::ZERO, &venue.ledger().recount())
            }
            Law::Overdraft => overdraft(venue),
            Law::Replay => self.replay(posted, venue),
            Law::Recount => recount(venue),
            _ => self.told(posted, venue),
        }
    }

    fn second(&mut self, _now: Time, _venue: &dyn Venue) -> Held {
        Ok(())
    }
}

fn overdraft(venue: &dyn Venue) -> Held {
    for kind in [AccountKind::Clearing, AccountKind::Funding] {
        let what = format!("in passage at {},", kind.name());
        equal(&what, &Usd::ZERO, &venue.ledger().subtotal(kind))?;
    }
    for (account, balance) in venue.ledger().balances() {
        if balance.is_negative() && !account.kind().may_stay_negative() {
            let expected = format!("{account} not below zero");
            return Err(Fault::new(expected, balance));
        }
    }
    Ok(())
}

fn recount(venue: &dyn Venue) -> Held {
    for row in venue.recount() {
        equal(row.what, &row.counted, &row.kept)?;
    }
    Ok(())
}

impl Books {
    fn replay(&mut self, posted: &Posted<'_>, venue: &dyn Venue) -> Held {
        for entry in posted.entries {
            let next = self.replay.entries();
            if !self.replay.apply(entry) {
                return Err(Fault::new(format_args!("entry {next}"), entry.seq));
            }
        }
        equal("entries", &venue.ledger().posted(), &self.replay.entries())?;
        let kept: Vec<(Account, Usd)> = venue.ledger().balances().collect();
        let replayed: Vec<(Account, Usd)> = self.replay.balances().collect();
        equal("balances by replay", &replayed, &kept)
    }

    fn told(&mut self, posted: &Posted<'_>, venue: &dyn Venue) -> Held {
        let made = venue.ledger().posted();
        for told in posted.told {
            if told.posted < self.told_after || told.posted > made {
                let expected = format!("told after {} to {made} postings", self.told_after);
                return Err(Fault::new(expected, format_args!("{told:?}")));
            }
            self.told_after = told.posted;
        }
        Ok(())
    }
}
