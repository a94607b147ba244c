//! Laws of `plan`, `commit` and refusals.

use seawall_ledger::{Account, BidderId};
use seawall_units::Usd;
use seawall_venue::{
    Command, LpHolding, PositionState, PositionView, Recount, ShareChange, Standing, TrancheName,
    TrancheView, Venue, VenueState,
};

use super::Bench;
use crate::conformance::drive::equal;
use crate::conformance::{Fault, Held, Kind, Law, Stream, Watch, World};

struct Commands<'a> {
    law: Law,
    world: &'a World,
    applied: u64,
}

pub(super) fn judge(law: Law, bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let mut commands = Commands {
        law,
        world: bench.world,
        applied: 0,
    };
    bench.drive(stream, &mut commands)?;
    Ok(commands.applied)
}

impl Watch for Commands<'_> {
    fn ask(&mut self, command: &Command, venue: &mut dyn Venue) -> Held {
        match self.law {
            Law::CommitAsPlanned => {
                let planned = venue.plan(command);
                let done = venue.commit(command);
                self.applied = self.applied.saturating_add(1);
                equal("as planned:", &planned, &done)
            }
            Law::RefusalIsEmpty => self.refusal(command, venue),
            Law::RefusedAsStated => {
                let done = venue.commit(command);
                if !self.world.refuses.contains(&Kind::of(command)) {
                    return Ok(());
                }
                self.applied = self.applied.saturating_add(1);
                match done {
                    Ok(receipt) => Err(Fault::new(
                        format_args!("{:?} refused, as stated", Kind::of(command)),
                        format_args!("{receipt:?}"),
                    )),
                    Err(_) => Ok(()),
                }
            }
            _ => {
                self.applied = self.applied.saturating_add(1);
                let _ = venue.plan(command);
                let _ = venue.commit(command);
                Ok(())
            }
        }
    }
}

impl Commands<'_> {
    fn refusal(&mut self, command: &Command, venue: &mut dyn Venue) -> Held {
        // What was told and posted before belongs to nobody here.
        let _ = (venue.drain_entries(), venue.drain_told());
        let before = Snapshot::of(venue, self.world);
        let Err(refusal) = venue.commit(command) else {
            return Ok(());
        };
        self.applied = self.applied.saturating_add(1);
        let said = format!("nothing after {refusal}:");
        equal(&said, &Vec::new(), &venue.drain_entries())?;
        equal(&said, &Vec::new(), &venue.drain_told())?;
        before.same(&Snapshot::of(venue, self.world))
    }
}

/// Everything that a venue shows of itself.
#[derive(Debug, PartialEq)]
pub(super) struct Snapshot {
    balances: Vec<(Account, Usd)>,
    posted: u64,
    state: VenueState,
    tranches: Option<TrancheView>,
    standing: Standing,
    positions: Vec<PositionView>,
    held: Vec<PositionState>,
    shares: Vec<ShareChange>,
    providers: Vec<LpHolding>,
    bidders: Vec<Option<Usd>>,
    recount: Vec<Recount>,
}

impl Snapshot {
    pub(super) fn of(venue: &dyn Venue, world: &World) -> Self {
        let both = [TrancheName::Senior, TrancheName::Junior];
        let providers = world.providers();
        let holdings = providers.flat_map(|lp| both.map(|tranche| venue.lp_holding(lp, tranche)));
        let bidders = (0..world.bidders).map(|bidder| venue.bidder_equity(BidderId::new(bidder)));
        Self {
            balances: venue.ledger().balances().collect(),
            posted: venue.ledger().posted(),
            state: venue.state(),
            tranches: venue.tranches(),
            standing: venue.standing(),
            positions: venue.positions(),
            held: venue.position_states(),
            shares: venue.share_register(),
            providers: holdings.collect(),
            bidders: bidders.collect(),
            recount: venue.recount(),
        }
    }

    fn same(&self, after: &Self) -> Held {
        equal("unchanged balances", &self.balances, &after.balances)?;
        equal("unchanged postings", &self.posted, &after.posted)?;
        equal("unchanged state", &self.state, &after.state)?;
        equal("unchanged tranches", &self.tranches, &after.tranches)?;
        equal("unchanged standing", &self.standing, &after.standing)?;
        equal("unchanged positions", &self.positions, &after.positions)?;
        equal("unchanged positions", &self.held, &after.held)?;
        equal("unchanged shares", &self.shares, &after.shares)?;
        equal("unchanged holdings", &self.providers, &after.providers)?;
        equal("unchanged bidders", &self.bidders, &after.bidders)?;
        equal("unchanged figures", &self.recount, &after.recount)
    }
}
