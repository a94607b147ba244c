//! Everything that a run says and does, to be compared with another run.

use seawall_ledger::Entry;
use seawall_units::{Ratio, Side, Time};
use seawall_venue::{
    Command, Event, PositionView, Receipt, Refusal, Standing, Told, Venue, VenueState,
};

use super::commands::Snapshot;
use crate::conformance::drive::{Posted, equal};
use crate::conformance::{Ask, Fault, Held, Watch, World};

/// What the run does beside its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    /// It plans, quotes and reads whatever it can.
    Looking,
    /// It accrues twice.
    Accruing,
}

/// One second of a run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recorded {
    pub(super) now: Time,
    pub(super) answers: Vec<Result<Receipt, Refusal>>,
    pub(super) state: VenueState,
    pub(super) positions: Vec<PositionView>,
    /// Whether a stage has worked on accounts, which ranks them.
    pub(super) ranked: bool,
}

/// A run's recording.
pub(super) struct Tape<'a> {
    world: &'a World,
    beside: Beside,
    answers: Vec<Result<Receipt, Refusal>>,
    ranked: bool,
    pub(super) seconds: Vec<Recorded>,
    pub(super) entries: Vec<Entry>,
    pub(super) told: Vec<Told>,
    standing: Option<Standing>,
}

impl<'a> Tape<'a> {
    pub(super) fn new(world: &'a World, beside: Beside) -> Self {
        Self {
            world,
            beside,
            answers: Vec::new(),
            ranked: false,
            seconds: Vec::new(),
            entries: Vec::new(),
            told: Vec::new(),
            standing: None,
        }
    }

    /// Whether two runs were the same, to the last byte.
    pub(super) fn same(&self, other: &Self) -> Held {
        for (one, two) in self.seconds.iter().zip(&other.seconds) {
            let at = |fault: Fault| Fault {
                at: Some((one.now, crate::conformance::Phase::Check)),
                ..fault
            };
            equal("the same answers", &one.answers, &two.answers).map_err(at)?;
            equal("the same state", &one.state, &two.state).map_err(at)?;
            equal("the same positions", &one.positions, &two.positions).map_err(at)?;
        }
        first_of("the same entries", &self.entries, &other.entries)?;
        first_of("the same events", &self.told, &other.told)?;
        equal(
            "the same seconds",
            &self.seconds.len(),
            &other.seconds.len(),
        )?;
        equal("the same standing", &self.standing, &other.standing)
    }

    /// Looks at everything, and plans what every account could ask for.
    fn look(&self, venue: &dyn Venue) {
        let snapshot = Snapshot::of(venue, self.world);
        drop(snapshot);
        for side in Side::BOTH {
            for percent in [1, 30, 100] {
                let notional = self.world.order.mul_floor(Ratio::bps(percent * 100));
                let _ = venue.quote(side, notional);
                let _ = venue.quote_parts(side, notional);
            }
            let _ = venue.quote_corners(side);
        }
        for number in 0..self.world.setup.accounts {
            let account = seawall_ledger::AccountId::new(number);
            let close = Ask::Close {
                account,
                percent: 100,
            };
            if let Some(command) = close.command(venue) {
                let _ = venue.plan(&command);
            }
            let amount = self.world.order;
            let _ = venue.plan(&Command::AddMargin { account, amount });
            let _ = venue.plan(&Command::Withdraw { account, amount });
        }
    }
}

/// The first difference of two lists.
pub(super) fn first_of<T: PartialEq + std::fmt::Debug>(what: &str, one: &[T], two: &[T]) -> Held {
    for (a, b) in one.iter().zip(two) {
        equal(what, a, b)?;
    }
    let more = one.get(two.len()).or(two.get(one.len()));
    match more {
        Some(more) => Err(Fault::new(
            format_args!("{what}: {}", one.len()),
            format_args!("{} of them; in one only: {more:?}", two.len()),
        )),
        None => Ok(()),
    }
}

impl Watch for Tape<'_> {
    fn accrue(&mut self, venue: &mut dyn Venue) {
        venue.accrue();
        if self.beside == Beside::Accruing {
            venue.accrue();
        }
    }

    fn ask(&mut self, command: &Command, venue: &mut dyn Venue) -> Held {
        if self.beside == Beside::Looking {
            self.look(venue);
            let _ = venue.plan(command);
        }
        self.answers.push(venue.commit(command));
        Ok(())
    }

    fn phase(&mut self, posted: &Posted<'_>, _venue: &dyn Venue) -> Held {
        self.entries.extend_from_slice(posted.entries);
        self.ranked |= posted.told.iter().any(|told| {
            let event = &told.event;
            matches!(
                event,
                Event::Liquidation(_) | Event::Cut(_) | Event::Stage(_) | Event::Lot { .. }
            )
        });
        self.told.extend_from_slice(posted.told);
        Ok(())
    }

    fn second(&mut self, now: Time, venue: &dyn Venue) -> Held {
        if self.beside == Beside::Looking {
            self.look(venue);
        }
        self.seconds.push(Recorded {
            now,
            answers: std::mem::take(&mut self.answers),
            state: venue.state(),
            positions: venue.positions(),
            ranked: self.ranked,
        });
        Ok(())
    }

    fn ended(&mut self, venue: &mut dyn Venue) -> Held {
        self.standing = Some(venue.standing());
        Ok(())
    }
}
