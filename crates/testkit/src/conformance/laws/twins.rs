//! Laws that compare runs: determinism, isolation, and what account numbers mean.

use seawall_ledger::{Account, AccountId, Entry, Transfer};
use seawall_units::Time;
use seawall_venue::{Fill, PositionView, Receipt, Refusal, Venue};

use super::Bench;
use super::tape::{Beside, Recorded, Tape, first_of};
use crate::conformance::drive::{Posted, Run, equal};
use crate::conformance::{Fault, Held, Law, Stream, Watch};

/// Account numbers that nobody uses.
const SPARE: u32 = 7;

fn taped<'a>(bench: Bench<'a>, stream: &Stream, beside: Beside) -> Result<Tape<'a>, Fault> {
    let mut tape = Tape::new(bench.world, beside);
    bench.drive(stream, &mut tape)?;
    Ok(tape)
}

fn seconds(tape: &Tape<'_>) -> u64 {
    u64::try_from(tape.seconds.len()).unwrap_or(u64::MAX)
}

/// A run and the same run with something beside it that changes nothing.
pub(super) fn same(law: Law, bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let beside = match law {
        Law::LookingIsFree => Beside::Looking,
        Law::AccrueTwice => Beside::Accruing,
        _ => Beside::Nothing,
    };
    let plain = taped(bench, stream, Beside::Nothing)?;
    let other = taped(bench, stream, beside)?;
    plain.same(&other)?;
    Ok(seconds(&plain))
}

/// Two venues beside each other, second by second, and each alone.
pub(super) fn isolation(
    bench: Bench<'_>,
    (first, second): (&Stream, &Stream),
) -> Result<u64, Fault> {
    let world = bench.world;
    let alone = (
        taped(bench, first, Beside::Nothing)?,
        taped(bench, second, Beside::Nothing)?,
    );
    let mut tapes = (
        Tape::new(world, Beside::Nothing),
        Tape::new(world, Beside::Nothing),
    );
    let mut one = Run::begin(bench.venue()?, world, &mut tapes.0)?;
    let mut two = Run::begin(bench.venue()?, world, &mut tapes.1)?;
    let streams = (first.seconds(world), second.seconds(world));
    for place in 0..streams.0.len().max(streams.1.len()) {
        if let Some(second) = streams.0.get(place) {
            one.second(second, &mut tapes.0)?;
        }
        if let Some(second) = streams.1.get(place) {
            two.second(second, &mut tapes.1)?;
        }
    }
    one.finish(&mut tapes.0)?;
    two.finish(&mut tapes.1)?;
    alone.0.same(&tapes.0)?;
    alone.1.same(&tapes.1)?;
    Ok(seconds(&alone.0).saturating_add(seconds(&alone.1)))
}

/// The same with accounts that nobody uses. Numbers that a venue gives its own parties follow the
/// traders', so entries are compared by the numbers they would have without the spare ones, and
/// events by their kind and place.
pub(super) fn spare_accounts(bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let plain = taped(bench, stream, Beside::Nothing)?;
    let mut setup = bench.world.setup.clone();
    let own = setup.accounts;
    setup.accounts = own.saturating_add(SPARE);
    let mut spare = Tape::new(bench.world, Beside::Nothing);
    crate::conformance::drive(bench.of(&setup)?, bench.world, stream, &mut spare)?;
    let back = |account: AccountId| match account.number() >= own.saturating_add(SPARE) {
        true => AccountId::new(account.number().saturating_sub(SPARE)),
        false => account,
    };
    let entries: Vec<Entry> = spare.entries.iter().map(|each| moved(each, back)).collect();
    first_of("the same entries", &plain.entries, &entries)?;
    let kinds = |tape: &Tape<'_>| -> Vec<_> {
        let told = tape.told.iter();
        told.map(|told| (told.posted, std::mem::discriminant(&told.event)))
            .collect()
    };
    first_of("the same kinds of event", &kinds(&plain), &kinds(&spare))?;
    let numbered = |each: &Recorded| renumbered(each, back);
    let other: Vec<Recorded> = spare.seconds.iter().map(numbered).collect();
    first_of("the same seconds", &plain.seconds, &other)?;
    Ok(seconds(&plain))
}

/// The same with accounts numbered the other way round, as far as no stage has ranked them.
pub(super) fn numbering(bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let mut setup = bench.world.setup.clone();
    let last = setup.accounts.saturating_sub(1);
    let turn = |account: AccountId| AccountId::new(last.saturating_sub(account.number()));
    for endowment in &mut setup.endowments {
        endowment.account = turn(endowment.account);
    }
    setup.endowments.sort_by_key(|each| each.account);
    let turned = stream.clone().map(|ask| ask.renumbered(turn));
    let plain = taped(bench, stream, Beside::Nothing)?;
    let mut other = Tape::new(bench.world, Beside::Nothing);
    crate::conformance::drive(bench.of(&setup)?, bench.world, &turned, &mut other)?;
    let mut applied = 0_u64;
    for (one, two) in plain.seconds.iter().zip(&other.seconds) {
        if one.ranked || two.ranked {
            break;
        }
        let two = renumbered(two, turn);
        equal("the same with other numbers:", &one, &&two)?;
        applied = applied.saturating_add(1);
    }
    Ok(applied)
}

/// The account that nobody uses is never touched.
pub(super) fn bystander(bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let account = bench.world.bystander();
    let endowed = bench.world.setup.endowments.iter();
    if endowed.map(|each| each.account).any(|each| each == account) {
        return Ok(0);
    }
    let stream = stream.clone();
    let stream = stream.keeping(|ask| ask.account() != Some(account));
    let mut idle = Idle {
        account,
        seconds: 0,
    };
    bench.drive(&stream, &mut idle)?;
    Ok(idle.seconds)
}

struct Idle {
    account: AccountId,
    seconds: u64,
}

impl Watch for Idle {
    fn phase(&mut self, posted: &Posted<'_>, _venue: &dyn Venue) -> Held {
        let own = [Account::Margin(self.account), Account::Free(self.account)];
        let mut ends = posted.entries.iter().map(|entry| entry.transfer);
        match ends.find(|moved| own.contains(&moved.from()) || own.contains(&moved.to())) {
            Some(moved) => Err(Fault::new(
                format_args!("nothing posted for account {}", self.account),
                format_args!("{moved:?}"),
            )),
            None => Ok(()),
        }
    }

    fn second(&mut self, _now: Time, venue: &dyn Venue) -> Held {
        self.seconds = self.seconds.saturating_add(1);
        let what = format!("a position of account {}:", self.account);
        equal(&what, &None, &venue.position(self.account))
    }
}

/// An entry with other account numbers.
fn moved(entry: &Entry, number: impl Fn(AccountId) -> AccountId) -> Entry {
    let named = |account| match account {
        Account::Margin(account) => Account::Margin(number(account)),
        Account::Free(account) => Account::Free(number(account)),
        other => other,
    };
    let old = entry.transfer;
    let (from, to) = (named(old.from()), named(old.to()));
    let transfer = Transfer::new(from, to, old.amount(), old.cause()).unwrap_or(old);
    Entry { transfer, ..*entry }
}

/// A second with other account numbers, positions by account.
fn renumbered(second: &Recorded, number: impl Fn(AccountId) -> AccountId) -> Recorded {
    let answers = second.answers.iter().map(|answer| match answer {
        Ok(Receipt::Filled(fill)) => Ok(Receipt::Filled(Fill {
            account: number(fill.account),
            ..*fill
        })),
        Err(Refusal::NoPosition { account }) => Err(Refusal::NoPosition {
            account: number(*account),
        }),
        other => other.clone(),
    });
    let positions = second.positions.iter().map(|position| PositionView {
        account: number(position.account),
        ..*position
    });
    let mut positions: Vec<PositionView> = positions.collect();
    positions.sort_by_key(|position| position.account);
    Recorded {
        answers: answers.collect(),
        positions,
        ..second.clone()
    }
}
