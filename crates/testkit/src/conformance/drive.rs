//! One venue through the phases of every second of a stream, with somebody who watches.

use seawall_ledger::Entry;
use seawall_units::{Price, Ratio, Round, Time};
use seawall_venue::{Command, Detail, SourceQuote, Tick, Told, Venue};

use super::{Feed, Second, Stream, World};

/// What a law asks and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What the law asks.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// When and where, once the driver has said it.
    pub at: Option<(Time, Phase)>,
}

impl Fault {
    /// A fault without a moment.
    pub fn new(expected: impl ToString, found: impl ToString) -> Self {
        Self {
            expected: expected.to_string(),
            found: found.to_string(),
            at: None,
        }
    }
}

/// Nothing, or the first fault.
pub type Held = Result<(), Fault>;

/// The fault of two figures that should be the same.
pub(crate) fn equal<T: PartialEq + std::fmt::Debug>(what: &str, expected: &T, found: &T) -> Held {
    match expected == found {
        true => Ok(()),
        false => Err(Fault::new(
            format_args!("{what} {expected:?}"),
            format_args!("{found:?}"),
        )),
    }
}

/// The phases of a second, with the setup before the first and the last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Capital and initial positions.
    Setup,
    /// Sources become a mark and a status.
    Oracle,
    /// Indices move.
    Funding,
    /// Commands are executed.
    Orders,
    /// Stages that are due run.
    Liquidation,
    /// Fees are distributed, liquidity comes and goes.
    Attribution,
    /// The venue is looked at.
    Check,
    /// Open deficits are driven to their end.
    Finish,
}

/// What a venue has posted and told in one phase.
#[derive(Debug, Clone, Copy)]
pub struct Posted<'a> {
    /// In which second.
    pub time: Time,
    /// In which phase.
    pub phase: Phase,
    /// The postings.
    pub entries: &'a [Entry],
    /// The events, each with its place between the postings.
    pub told: &'a [Told],
}

/// Who watches a run, and may take part in it.
#[allow(unused_variables)] // those who do not care
pub trait Watch {
    /// The venue as it was set up.
    ///
    /// **Errors** the first fault, as everywhere here.
    fn begun(&mut self, venue: &dyn Venue) -> Held {
        Ok(())
    }

    /// Accrues; once, unless somebody wants to see what more does.
    fn accrue(&mut self, venue: &mut dyn Venue) {
        venue.accrue();
    }

    /// The orders of a second are about to come.
    fn before_orders(&mut self, now: Time, venue: &mut dyn Venue) -> Held {
        Ok(())
    }

    /// Executes a command.
    fn ask(&mut self, command: &Command, venue: &mut dyn Venue) -> Held {
        let _ = venue.commit(command);
        Ok(())
    }

    /// A phase has ended.
    fn phase(&mut self, posted: &Posted<'_>, venue: &dyn Venue) -> Held {
        Ok(())
    }

    /// A second has ended.
    fn second(&mut self, now: Time, venue: &dyn Venue) -> Held {
        Ok(())
    }

    /// The run has ended, and deficits with it.
    fn ended(&mut self, venue: &mut dyn Venue) -> Held {
        Ok(())
    }
}

/// A run under way.
pub struct Run<'a> {
    world: &'a World,
    venue: Box<dyn Venue>,
    now: Time,
}

impl<'a> Run<'a> {
    /// Begins a run: the venue tells everything from now on.
    ///
    /// **Errors** the watcher's.
    pub fn begin(
        mut venue: Box<dyn Venue>,
        world: &'a World,
        watch: &mut dyn Watch,
    ) -> Result<Self, Fault> {
        venue.set_detail(Detail::Full);
        watch.begun(venue.as_ref())?;
        let now = world.setup.start;
        let mut run = Self { world, venue, now };
        run.drain(Phase::Setup, watch)?;
        Ok(run)
    }

    /// One second through its phases.
    ///
    /// **Errors** the watcher's, with the moment.
    pub fn second(&mut self, second: &Second, watch: &mut dyn Watch) -> Held {
        self.now = second.now;
        let quotes = quotes(self.world, second);
        self.venue.observe(&Tick {
            now: second.now,
            outside: second.outside,
            quotes: &quotes,
        });
        self.drain(Phase::Oracle, watch)?;
        watch.accrue(self.venue.as_mut());
        self.drain(Phase::Funding, watch)?;
        self.orders(second, watch)
            .map_err(|fault| self.dated(Phase::Orders, fault))?;
        self.drain(Phase::Orders, watch)?;
        self.venue.liquidate();
        self.drain(Phase::Liquidation, watch)?;
        if second.now.is_whole_minute() && second.now > self.world.setup.start {
            self.venue.attribute();
            self.drain(Phase::Attribution, watch)?;
        }
        let held = watch.second(second.now, self.venue.as_ref());
        held.map_err(|fault| self.dated(Phase::Check, fault))
    }

    fn orders(&mut self, second: &Second, watch: &mut dyn Watch) -> Held {
        watch.before_orders(second.now, self.venue.as_mut())?;
        for ask in &second.asks {
            if let Some(command) = ask.command(self.venue.as_ref()) {
                watch.ask(&command, self.venue.as_mut())?;
            }
        }
        Ok(())
    }

    /// Drives open deficits to their end.
    ///
    /// **Errors** the watcher's, with the moment.
    pub fn finish(mut self, watch: &mut dyn Watch) -> Held {
        self.venue.finish();
        self.drain(Phase::Finish, watch)?;
        let held = watch.ended(self.venue.as_mut());
        held.map_err(|fault| self.dated(Phase::Finish, fault))
    }

    fn drain(&mut self, phase: Phase, watch: &mut dyn Watch) -> Held {
        let entries = self.venue.drain_entries();
        let told = self.venue.drain_told();
        let posted = Posted {
            time: self.now,
            phase,
            entries: &entries,
            told: &told,
        };
        let held = watch.phase(&posted, self.venue.as_ref());
        held.map_err(|fault| self.dated(phase, fault))
    }

    fn dated(&self, phase: Phase, fault: Fault) -> Fault {
        let at = fault.at.or(Some((self.now, phase)));
        Fault { at, ..fault }
    }
}

/// Drives a venue through a whole stream and its end.
///
/// **Errors** the watcher's first fault, with the moment.
pub fn drive(venue: Box<dyn Venue>, world: &World, stream: &Stream, watch: &mut dyn Watch) -> Held {
    let mut run = Run::begin(venue, world, watch)?;
    for second in stream.seconds(world) {
        run.second(&second, watch)?;
    }
    run.finish(watch)
}

fn quotes(world: &World, second: &Second) -> Vec<SourceQuote> {
    let (sources, price) = match second.feed {
        Feed::All => (world.sources, second.outside),
        Feed::One => (world.sources.min(1), second.outside),
        Feed::Silent => (0, second.outside),
        Feed::Beside(bps) => (world.sources, beside(second.outside, bps)),
    };
    let quote = |source| SourceQuote::new(source, price, second.now);
    (1..=sources).map(quote).collect()
}

fn beside(price: Price, bps: i32) -> Price {
    let ratio = Ratio::bps(bps.saturating_add(10_000));
    price.scaled(ratio, Round::Floor).unwrap_or(price)
}
