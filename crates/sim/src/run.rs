//! One venue through the fixed phases of every second.

use seawall_ledger::Entry;
use seawall_units::{Base, Time};
use seawall_venue::{Command, Receipt, Tick, Told, Venue, VenueState};

use crate::VenueOutcome;
use crate::agents::arbitrage::{Arbitrage, Arbitrageurs};
use crate::agents::{Cast, Reply, View};
use crate::audit::Auditor;
use crate::commands::{CommandStream, Reach, TimedCommand};
use crate::metrics::{Meter, ProbeSizes};
use crate::sink::{JournalSink, Phase, Step};
use crate::world::{Second, World};

/// What goes to every venue alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Outside prices and oracle sources.
    pub world: World,
    /// The command stream.
    pub commands: CommandStream,
    /// Orders that are quoted every second to measure depth.
    pub probes: ProbeSizes,
    /// Who trades in each venue on the lag of its mark.
    pub arbitrage: Arbitrage,
}

/// Drives a venue from the plan's first second to its last and adds up its figures.
///
/// Each second: **Oracle**, **Funding**, **Orders** (the depth is measured before the first of
/// them; the command stream comes first, then what agents sent in the second before, then
/// arbitrageurs), **Liquidation**, **Attribution** when a minute begins and at least one second
/// has passed, **Check**, after which agents look. The auditor sees every entry and event; it compares books at every whole
/// minute and at the end, after [`Venue::finish`].
pub fn drive(venue: &mut dyn Venue, plan: &Plan, sink: &mut dyn JournalSink) -> VenueOutcome {
    drive_with(venue, plan, Cast::default(), sink)
}

/// Drives a venue as [`drive`] does, with agents that react to it.
///
/// They see each second after its Check; what they send is executed in the next one, after the
/// command stream's orders, and counted apart. What they send in the last second is never executed.
pub fn drive_with(
    venue: &mut dyn Venue,
    plan: &Plan,
    cast: Cast<'_>,
    sink: &mut dyn JournalSink,
) -> VenueOutcome {
    let span = tracing::info_span!("venue", name = venue.profile().name);
    let _in_span = span.enter();
    let mut run = Run::new(venue, plan, cast, sink);
    for second in plan.world.seconds() {
        run.second(second);
    }
    run.finish(plan.world.end())
}

/// One of several markets on one clock: its venue, what goes to it, and where its journal goes.
pub struct Seat<'a> {
    /// The venue with this market and no other.
    pub venue: &'a mut dyn Venue,
    /// The market's world and commands.
    pub plan: &'a Plan,
    /// Who reacts in this market.
    pub cast: Cast<'a>,
    /// The market's journal.
    pub sink: &'a mut dyn JournalSink,
}

/// Drives several markets through the same seconds, each second through all of them in their
/// order (M-1.5); the outcomes are in that order. A market whose plan has ended waits for the
/// others.
pub fn drive_together(seats: Vec<Seat<'_>>) -> Vec<VenueOutcome> {
    let mut runs: Vec<(Run<'_>, &Plan)> = Vec::with_capacity(seats.len());
    for Seat {
        venue,
        plan,
        cast,
        sink,
    } in seats
    {
        runs.push((Run::new(venue, plan, cast, sink), plan));
    }
    let mut clocks: Vec<_> = runs.iter().map(|(_, plan)| plan.world.seconds()).collect();
    loop {
        let mut ended = true;
        for ((run, _), clock) in runs.iter_mut().zip(&mut clocks) {
            if let Some(second) = clock.next() {
                run.second(second);
                ended = false;
            }
        }
        if ended {
            break;
        }
    }
    let finished = runs.into_iter();
    finished
        .map(|(run, plan)| run.finish(plan.world.end()))
        .collect()
}

/// Drives a venue up to one second, where it stands as its orders find it: marked and accrued.
pub(crate) fn lead(venue: &mut dyn Venue, plan: &Plan, cast: Cast<'_>, to: Time) {
    let mut sink = ();
    let mut run = Run::new(venue, plan, cast, &mut sink);
    for second in plan.world.seconds() {
        if second.now >= to {
            return run.open(second);
        }
        run.second(second);
    }
}

struct Run<'a> {
    venue: &'a mut dyn Venue,
    sources: crate::world::PriceSources<'a>,
    /// Commands not yet due.
    ahead: &'a [TimedCommand],
    arbitrageurs: Arbitrageurs<'a>,
    cast: Cast<'a>,
    /// What agents sent in the second before.
    replies: Vec<Reply>,
    start: Time,
    meter: Meter,
    auditor: Auditor,
    sink: &'a mut dyn JournalSink,
    /// Room for what the venue posts and tells in a phase, used again by the next one.
    entries: Vec<Entry>,
    told: Vec<Told>,
}

impl<'a> Run<'a> {
    fn new(
        venue: &'a mut dyn Venue,
        plan: &'a Plan,
        cast: Cast<'a>,
        sink: &'a mut dyn JournalSink,
    ) -> Self {
        let accounts = usize::try_from(plan.commands.accounts()).unwrap_or(usize::MAX);
        let start = plan.world.start();
        let mut meter = Meter::new(venue, accounts, &plan.probes);
        meter.watch(cast.providers, venue);
        let mut run = Self {
            cast,
            replies: Vec::new(),
            sources: plan.world.sources(),
            ahead: plan.commands.commands(),
            arbitrageurs: Arbitrageurs::new(&plan.arbitrage),
            start,
            meter,
            auditor: Auditor::new(venue.profile(), start),
            venue,
            sink,
            entries: Vec::new(),
            told: Vec::new(),
        };
        run.venue.set_detail(run.sink.detail());
        run.sink.begun(run.venue);
        // The postings of the setup.
        run.drain(start, Phase::Setup);
        run
    }

    fn second(&mut self, second: Second) {
        self.open(second);
        let now = second.now;
        self.meter.probe(self.venue);
        self.orders(second);
        self.replies();
        self.drain(now, Phase::Orders);
        self.arbitrage(second);
        self.venue.liquidate();
        self.drain(now, Phase::Liquidation);
        if now.is_whole_minute() && now > self.start {
            self.venue.attribute();
            self.drain(now, Phase::Attribution);
            self.meter.attributed(now, self.venue);
        }
        let state = self.check(now);
        self.let_react(second, &state);
    }

    /// Lets every agent look at the second that has passed.
    fn let_react(&mut self, second: Second, state: &VenueState) {
        let view = View {
            now: second.now,
            outside: second.outside,
            venue: self.venue,
            state,
        };
        for agent in &mut self.cast.agents {
            self.replies.extend(agent.react(&view));
        }
    }

    /// Executes what agents sent in the second before.
    fn replies(&mut self) {
        for reply in std::mem::take(&mut self.replies) {
            if let Some(command) = self.within_reach(reply.reach, reply.command) {
                self.meter.sent(&command);
                let receipt = self.venue.commit(&command).ok();
                self.meter.reaction(receipt.as_ref());
                if let Some(receipt) = &receipt {
                    self.meter.accepted(&command, receipt);
                }
            }
        }
    }

    /// The phases before the orders: oracle and funding.
    fn open(&mut self, second: Second) {
        let Second { now, outside } = second;
        let quotes = self.sources.observe(now);
        self.venue.observe(&Tick {
            now,
            outside,
            quotes,
        });
        self.drain(now, Phase::Oracle);
        self.venue.accrue();
        self.drain(now, Phase::Funding);
    }

    fn orders(&mut self, second: Second) {
        let due = self.ahead.partition_point(|each| each.at <= second.now);
        let (due, ahead) = self.ahead.split_at(due);
        self.ahead = ahead;
        for timed in due {
            if let Some(command) = self.within_reach(timed.reach, timed.command) {
                self.meter.sent(&command);
                let receipt = self.venue.commit(&command).ok();
                self.count(&command, second, receipt.as_ref());
            }
        }
    }

    /// Orders of arbitrageurs that are due, after those of the command stream; each of them then
    /// looks at the mark of this second.
    fn arbitrage(&mut self, second: Second) {
        let Second { now, outside } = second;
        let count = self.arbitrageurs.count();
        if count == 0 {
            return;
        }
        let state = self.venue.state();
        for who in 0..count {
            loop {
                let view = View {
                    now,
                    outside,
                    venue: self.venue,
                    state: &state,
                };
                let Some(command) = self.arbitrageurs.command(who, &view) else {
                    break;
                };
                let receipt = self.venue.commit(&command).ok();
                self.arbitrageurs.answered(who, now, receipt.as_ref());
                self.drain(now, Phase::Orders);
            }
        }
    }

    /// The command as this venue is asked it; `None` when it has no position left to reduce.
    fn within_reach(&self, reach: Reach, mut command: Command) -> Option<Command> {
        if let (Command::Order { account, size, .. }, Reach::Reduce) = (&mut command, reach) {
            let held = self.venue.position(*account)?.size;
            let left = held.side()?;
            if size.side() != Some(left.opposite()) {
                return None;
            }
            *size = left.opposite().signed(size.abs().min(held.abs()));
        }
        Some(command)
    }

    fn count(&mut self, command: &Command, second: Second, receipt: Option<&Receipt>) {
        if let Command::Order { size, .. } = command {
            let size: Base = *size;
            self.meter.order(size, second.outside, receipt);
        } else if let Some(receipt) = receipt {
            self.meter.accepted(command, receipt);
        }
    }

    /// Hands on what the venue has posted and told since the last call.
    fn drain(&mut self, time: Time, phase: Phase) {
        self.venue.take_entries(&mut self.entries);
        self.venue.take_told(&mut self.told);
        for entry in &self.entries {
            self.auditor.entry(entry);
            self.meter.entry(entry);
            self.arbitrageurs.entry(entry);
        }
        for each in &self.told {
            self.auditor.event(&each.event);
            self.meter.event(&each.event);
        }
        self.sink.step(&Step {
            phase,
            time,
            entries: &self.entries,
            told: &self.told,
        });
    }

    fn check(&mut self, now: Time) -> VenueState {
        let state = self.venue.state();
        self.sink.end_second(now);
        self.sink.standing(now, self.venue);
        self.auditor.end_second(now);
        self.auditor.sum(now, self.venue.ledger());
        self.meter.end_second(&state);
        if now.is_whole_minute() {
            self.compare(now);
            self.meter.minute(now, &state, self.venue);
            let (mark, status) = (state.mark, state.status);
            tracing::info!(%now, %mark, ?status, "minute");
        }
        state
    }

    fn compare(&mut self, now: Time) {
        let recounts = self.venue.recount();
        self.auditor.compare(now, self.venue.ledger(), &recounts);
    }

    fn finish(mut self, now: Time) -> VenueOutcome {
        self.venue.finish();
        self.drain(now, Phase::Finish);
        self.meter.attributed(now, self.venue);
        self.sink.end_second(now);
        self.sink.ended(self.venue);
        self.auditor.end_second(now);
        self.compare(now);
        self.auditor.finish(now);
        self.meter.end_second(&self.venue.state());
        let arbitrage = self.arbitrageurs.outcome(self.venue);
        VenueOutcome {
            arbitrage,
            ..self.meter.outcome(self.venue, &self.auditor)
        }
    }
}
