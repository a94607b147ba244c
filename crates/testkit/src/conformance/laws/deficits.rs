//! Laws of deficits: each is paid in full or has a residual, and none outlives the run (M-8).

use std::collections::BTreeMap;

use seawall_ledger::DeficitId;
use seawall_units::Usd;
use seawall_venue::{Event, StageId, Venue};

use super::Bench;
use crate::conformance::drive::{Posted, equal};
use crate::conformance::{Fault, Held, Law, Stream, Watch};

struct Deficits {
    law: Law,
    /// What each opened with, and what its payers have absorbed.
    open: BTreeMap<DeficitId, (Usd, Usd)>,
    applied: u64,
}

pub(super) fn judge(law: Law, bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let mut deficits = Deficits {
        law,
        open: BTreeMap::new(),
        applied: 0,
    };
    bench.drive(stream, &mut deficits)?;
    Ok(deficits.applied)
}

impl Watch for Deficits {
    fn phase(&mut self, posted: &Posted<'_>, _venue: &dyn Venue) -> Held {
        for told in posted.told {
            match &told.event {
                Event::DeficitOpened { id, amount, .. } => {
                    self.open.insert(*id, (*amount, Usd::ZERO));
                }
                Event::Stage(report) if report.stage != StageId::Residual => {
                    let open = report.deficit.and_then(|id| self.open.get_mut(&id));
                    if let Some((_, absorbed)) = open {
                        *absorbed += report.absorbed;
                    }
                }
                Event::DeficitClosed { id, residual, .. } => self.closed(*id, *residual)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn ended(&mut self, venue: &mut dyn Venue) -> Held {
        if self.law != Law::FinishCloses {
            return Ok(());
        }
        self.applied = self.applied.saturating_add(1);
        equal("open deficits of", &Usd::ZERO, &venue.state().open_deficit)?;
        let open: Vec<&DeficitId> = self.open.keys().collect();
        equal("open deficits", &Vec::new(), &open)?;
        venue.finish();
        equal(
            "entries of another finish",
            &Vec::new(),
            &venue.drain_entries(),
        )?;
        equal("events of another finish", &Vec::new(), &venue.drain_told())
    }
}

impl Deficits {
    fn closed(&mut self, id: DeficitId, residual: Usd) -> Held {
        let opened = self.open.remove(&id);
        if self.law != Law::DeficitSum {
            return Ok(());
        }
        self.applied = self.applied.saturating_add(1);
        let Some((opening, absorbed)) = opened else {
            let found = format!("deficit {id}, which is not open");
            return Err(Fault::new("the end of an open deficit", found));
        };
        let what = format!("absorbed plus residual of deficit {id}:");
        equal(&what, &opening, &(absorbed + residual))
    }
}
