//! Laws of when something is settled: it changes neither what a position is worth nor who is
//! liquidated (M-6).

use std::collections::BTreeSet;

use seawall_ledger::AccountId;
use seawall_units::{Time, Usd};
use seawall_venue::{Command, Event, Venue};

use super::Bench;
use crate::conformance::drive::Posted;
use crate::conformance::{Fault, Held, Phase, Stream, Watch};

/// A run in which one account adds the least margin there is, every so many seconds.
struct Touched {
    account: AccountId,
    every: Option<u64>,
    touches: i128,
    /// Equity without what was added, with the touches so far, second by second, until a stage has
    /// worked on an account.
    worth: Vec<(Time, Option<Usd>, i128)>,
    /// The first second in which others were liquidated, and who; before the account itself was.
    others: Option<(Time, BTreeSet<AccountId>)>,
    worked: bool,
    gone: bool,
}

fn touched(
    bench: Bench<'_>,
    stream: &Stream,
    (account, every): (AccountId, Option<u64>),
) -> Result<Touched, Fault> {
    let mut touched = Touched {
        account,
        every,
        touches: 0,
        worth: Vec::new(),
        others: None,
        worked: false,
        gone: false,
    };
    let quiet = stream.clone().keeping(|_| false);
    bench.drive(&quiet, &mut touched)?;
    Ok(touched)
}

impl Watch for Touched {
    fn before_orders(&mut self, now: Time, venue: &mut dyn Venue) -> Held {
        let due = self
            .every
            .is_some_and(|every| now.secs().is_multiple_of(every));
        if !due || venue.position(self.account).is_none() {
            return Ok(());
        }
        let add = Command::AddMargin {
            account: self.account,
            amount: Usd::ULP,
        };
        if venue.commit(&add).is_ok() {
            self.touches = self.touches.saturating_add(1);
        }
        Ok(())
    }

    fn phase(&mut self, posted: &Posted<'_>, _venue: &dyn Venue) -> Held {
        let taken: BTreeSet<AccountId> = posted
            .told
            .iter()
            .filter_map(|told| match &told.event {
                Event::Liquidation(taken) => Some(taken.account),
                Event::Cut(cut) => Some(cut.account),
                Event::Lot { account, .. } => Some(*account),
                _ => None,
            })
            .collect();
        self.worked |= !taken.is_empty();
        let own = taken.contains(&self.account);
        if self.others.is_none() && !self.gone && !taken.is_empty() && !own {
            self.others = Some((posted.time, taken));
        }
        self.gone |= own;
        Ok(())
    }

    fn second(&mut self, now: Time, venue: &dyn Venue) -> Held {
        if !self.worked {
            let position = venue.position(self.account);
            let given = Usd::from_units(self.touches).unwrap_or(Usd::ZERO);
            let equity = position.map(|position| position.equity - given);
            self.worth.push((now, equity, self.touches));
        }
        Ok(())
    }
}

/// The endowed account that a stream is about: another one for streams of another length.
fn chosen(bench: Bench<'_>, stream: &Stream) -> Option<AccountId> {
    let endowed = &bench.world.setup.endowments;
    let place = stream.rounds.len().checked_rem(endowed.len())?;
    endowed.get(place).map(|each| each.account)
}

/// Settled every second, every minute, never: the same equity, up to the stated rounding against
/// the owner.
pub(super) fn frequency(bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let Some(account) = chosen(bench, stream) else {
        return Ok(0);
    };
    let never = touched(bench, stream, (account, None))?;
    let mut applied = 0_u64;
    for every in [1, 60] {
        let often = touched(bench, stream, (account, Some(every)))?;
        for ((now, once, _), (_, many, touches)) in never.worth.iter().zip(&often.worth) {
            let (Some(once), Some(many)) = (once, many) else {
                continue;
            };
            if *touches == 0 {
                continue;
            }
            applied = applied.saturating_add(1);
            let most = touches.saturating_mul(bench.world.settlement_rounding);
            let lost = (*once - *many).units();
            if !(0..=most).contains(&lost) {
                let expected =
                    format!("equity of account {account} at most {most} units below {once}");
                let found = format!("{many} after {touches} settlements");
                return Err(Fault {
                    at: Some((*now, Phase::Check)),
                    ..Fault::new(expected, found)
                });
            }
        }
    }
    Ok(applied)
}

/// Touching an account does not change who else is liquidated, and when.
pub(super) fn touch_order(bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let Some(account) = chosen(bench, stream) else {
        return Ok(0);
    };
    let plain = touched(bench, stream, (account, None))?;
    let other = touched(bench, stream, (account, Some(1)))?;
    if plain.others != other.others {
        let expected = format!(
            "liquidated, account {account} touched or not: {:?}",
            plain.others
        );
        return Err(Fault::new(expected, format_args!("{:?}", other.others)));
    }
    Ok(u64::from(plain.others.is_some()))
}
