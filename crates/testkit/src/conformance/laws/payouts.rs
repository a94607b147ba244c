//! Laws of what goes out: nothing below zero, and no more than came in.

use seawall_ledger::Account;
use seawall_units::{Time, Usd};
use seawall_venue::{Command, Event, LpHolding, Receipt, TrancheName, Venue};

use super::Bench;
use crate::conformance::drive::Posted;
use crate::conformance::{Fault, Held, Law, Stream, Watch, World};

struct Payouts<'a> {
    law: Law,
    world: &'a World,
    outside: Usd,
    applied: u64,
}

pub(super) fn judge(law: Law, bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let mut payouts = Payouts {
        law,
        world: bench.world,
        outside: Usd::ZERO,
        applied: 0,
    };
    bench.drive(stream, &mut payouts)?;
    Ok(payouts.applied)
}

fn not_below_zero(what: &str, amount: Usd) -> Held {
    match amount.is_negative() {
        true => Err(Fault::new(format_args!("{what} not below zero"), amount)),
        false => Ok(()),
    }
}

impl Watch for Payouts<'_> {
    fn ask(&mut self, command: &Command, venue: &mut dyn Venue) -> Held {
        let Ok(receipt) = venue.commit(command) else {
            return Ok(());
        };
        if self.law != Law::Payouts {
            return Ok(());
        }
        self.applied = self.applied.saturating_add(1);
        match receipt {
            Receipt::Filled(fill) => not_below_zero("notional filled", fill.notional),
            Receipt::Moved { amount } => not_below_zero("the amount moved", amount),
            Receipt::Liquidity { amount, .. } => not_below_zero("liquidity", amount),
            Receipt::Requested { amount, .. } => not_below_zero("the amount requested", amount),
            _ => Ok(()),
        }
    }

    fn phase(&mut self, posted: &Posted<'_>, _venue: &dyn Venue) -> Held {
        if self.law == Law::Payouts {
            return posted.told.iter().try_for_each(|told| match &told.event {
                Event::Withdrawn { amount, .. } => not_below_zero("a withdrawal", *amount),
                Event::Claimed { amount, .. } => not_below_zero("a claim", *amount),
                Event::Cut(cut) => not_below_zero("what a cut takes", cut.taken),
                _ => Ok(()),
            });
        }
        for moved in posted.entries.iter().map(|entry| entry.transfer) {
            if moved.from() == Account::External {
                self.outside -= moved.amount();
            }
            if moved.to() == Account::External {
                self.outside += moved.amount();
            }
            self.applied = self.applied.saturating_add(1);
            if self.outside.is_positive() {
                return Err(Fault::new(
                    format_args!("no more out than in after {moved:?}"),
                    format_args!("{} more", self.outside),
                ));
            }
        }
        Ok(())
    }

    fn second(&mut self, _now: Time, venue: &dyn Venue) -> Held {
        if self.law != Law::Payouts {
            return Ok(());
        }
        for lp in self.world.providers() {
            for tranche in [TrancheName::Senior, TrancheName::Junior] {
                holding(&venue.lp_holding(lp, tranche))?;
            }
        }
        let view = venue.tranches().unwrap_or_default();
        not_below_zero("what waits", view.waiting)?;
        not_below_zero("what is granted and not claimed", view.claimable)
    }
}

fn holding(holding: &LpHolding) -> Held {
    if holding.shares < 0 {
        return Err(Fault::new("shares not below zero", holding.shares));
    }
    not_below_zero("the value of shares", holding.value)?;
    not_below_zero("the exit value of shares", holding.exit_value)?;
    not_below_zero("what a provider waits for", holding.waiting)?;
    not_below_zero("what a provider was granted", holding.granted)?;
    not_below_zero("what a provider recovered", holding.recovered)?;
    not_below_zero("what a provider can claim", holding.claimable)
}
