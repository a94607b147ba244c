use std::collections::BTreeMap;
use std::io::{self, Write};

use seawall_ledger::{Account, BidderId, DeficitId, Entry, Transfer};
use seawall_sim::{JournalSink, Phase, Step};
use seawall_units::Time;
use seawall_venue::{Detail, Event, PositionState, ShareChange, StageId, Venue};

use super::event::{deficit_of, rule};
use super::{EventLine, EventRecord, Header, PositionRecord, ValuesRecord, Writer};

/// A journal as the sink of a run: the first error stops the writing and comes out at the end.
#[derive(Debug)]
pub struct Sink<W> {
    output: Output<W>,
    failed: Option<io::Error>,
    /// Positions and shares as they were set up, until the first step tells of their margin.
    endowed: BTreeMap<Account, PositionState>,
    register: Vec<ShareChange>,
    venue: String,
    /// The second of the last step.
    now: Time,
}

/// The file, from before its first line on.
#[derive(Debug)]
enum Output<W> {
    Waits(W, Box<Header>),
    Begun(Writer<W>),
    Failed,
}

impl<W: Write> Output<W> {
    fn begun(self) -> io::Result<Writer<W>> {
        match self {
            Self::Begun(writer) => Ok(writer),
            Self::Waits(out, header) => Writer::new(out, &header),
            Self::Failed => Err(io::Error::other("the journal was not begun")),
        }
    }
}

/// What the lines of one step have in common.
#[derive(Debug, Clone, Copy)]
struct Moment {
    time: Time,
    phase: Phase,
}

impl<W: Write> Sink<W> {
    /// A sink that writes a journal with this header to `out`.
    pub fn new(out: W, header: Header) -> Self {
        Self {
            output: Output::Waits(out, Box::new(header)),
            failed: None,
            endowed: BTreeMap::new(),
            register: Vec::new(),
            venue: String::new(),
            now: Time::from_secs(0),
        }
    }

    /// Ends the journal and gives its output back, with the last state of the chain.
    ///
    /// **Errors** the first one since the journal began; the journal has no final record then.
    pub fn finish(self) -> io::Result<(W, String)> {
        match self.failed {
            Some(error) => Err(error),
            None => self.output.begun()?.finish(),
        }
    }

    /// A bidder's name stands for the account that it takes positions on as well.
    fn name_bidders(&mut self, venue: &dyn Venue) {
        let Output::Waits(_, header) = &mut self.output else {
            return;
        };
        let parties = header.names.iter().filter_map(|(who, name)| {
            let number = who.strip_prefix("party:")?.parse().ok()?;
            let account = venue.bidder_account(BidderId::new(number))?;
            Some((Account::Margin(account).to_string(), name.clone()))
        });
        let parties: Vec<(String, String)> = parties.collect();
        header.names.extend(parties);
    }

    /// Writes the header, now that the venue's loss order is known.
    fn begin(&mut self, loss_order: &[StageId]) {
        let output = std::mem::replace(&mut self.output, Output::Failed);
        self.output = match output {
            Output::Waits(out, mut header) => {
                header.loss_order = loss_order.to_vec();
                match Writer::new(out, &header) {
                    Ok(writer) => Output::Begun(writer),
                    Err(error) => {
                        self.failed = Some(error);
                        Output::Failed
                    }
                }
            }
            begun => begun,
        };
    }

    fn line(
        &mut self,
        at: Moment,
        (event, deficit): (EventRecord, Option<DeficitId>),
        entries: &[Entry],
        positions: Vec<PositionState>,
    ) {
        let Output::Begun(writer) = &mut self.output else {
            return;
        };
        if self.failed.is_some() {
            return;
        }
        let transfers: Vec<Transfer> = entries.iter().map(|entry| entry.transfer).collect();
        let deficit = deficit.or_else(|| deficit_in(&transfers));
        let line = EventLine {
            seq: 0,
            time: at.time,
            phase: at.phase,
            rule: rule(&event, &self.venue, &transfers).into(),
            deficit,
            event,
            transfers,
            positions: last_of_each(positions),
        };
        if let Err(error) = writer.event(line) {
            self.failed = Some(error);
        }
    }

    /// The capital, the shares, and every initial position with its margin.
    fn setup(&mut self, at: Moment, entries: &[Entry]) {
        let owner = |entry: &Entry| match entry.transfer.to() {
            Account::Margin(account) | Account::Free(account) => Some(account),
            _ => None,
        };
        let (own, capital): (Vec<Entry>, Vec<Entry>) =
            entries.iter().partition(|entry| owner(entry).is_some());
        let mut endowed = std::mem::take(&mut self.endowed);
        let house = |holder: &Account| !matches!(holder, Account::Margin(_));
        let names: Vec<Account> = endowed.keys().copied().filter(house).collect();
        let positions = names.iter().filter_map(|holder| endowed.remove(holder));
        let positions = positions.collect();
        self.line(at, (EventRecord::Opening, None), &capital, positions);
        for change in std::mem::take(&mut self.register) {
            let record = EventRecord::Shares(change.into());
            self.line(at, (record, None), &[], Vec::new());
        }
        for entry in own {
            if let Some(account) = owner(&entry) {
                let position = endowed.remove(&Account::Margin(account));
                let record = EventRecord::Endowment { account };
                self.line(at, (record, None), &[entry], position.into_iter().collect());
            }
        }
    }

    /// What stands in buffers is lost when the program is stopped: a minute of it at most.
    fn flush(&mut self) {
        if let Output::Begun(writer) = &mut self.output
            && let Err(error) = writer.flush()
        {
            self.failed.get_or_insert(error);
        }
    }

    fn values(&mut self, at: Moment, venue: &dyn Venue) {
        let record = EventRecord::Values(ValuesRecord::from(venue.standing()));
        self.line(at, (record, None), &[], Vec::new());
    }
}

/// The deficit that the postings of an event are about.
fn deficit_in(transfers: &[Transfer]) -> Option<DeficitId> {
    let accounts = transfers.iter().flat_map(|t| [t.from(), t.to()]);
    let mut found = accounts.filter_map(|account| match account {
        Account::OpenDeficit(id) => Some(id),
        _ => None,
    });
    found.next()
}

/// Where one event changes a position twice, only how it stands after it is told.
fn last_of_each(positions: Vec<PositionState>) -> Vec<PositionRecord> {
    let mut last: Vec<PositionRecord> = Vec::with_capacity(positions.len());
    for position in positions {
        last.retain(|each| each.holder != position.holder);
        last.push(position.into());
    }
    last
}

impl<W: Write> JournalSink for Sink<W> {
    fn detail(&self) -> Detail {
        Detail::Full
    }

    fn begun(&mut self, venue: &dyn Venue) {
        let profile = venue.profile();
        self.venue = profile.name.to_owned();
        self.name_bidders(venue);
        self.begin(&profile.loss_order);
        self.flush();
        let positions = venue.position_states().into_iter();
        self.endowed = positions.map(|each| (each.holder, each)).collect();
        self.register = venue.share_register();
    }

    fn step(&mut self, step: &Step<'_>) {
        let at = Moment {
            time: step.time,
            phase: step.phase,
        };
        self.now = step.time;
        if step.phase == Phase::Setup {
            return self.setup(at, step.entries);
        }
        let mut entries = step.entries;
        let mut positions = Vec::new();
        for told in step.told {
            if let Event::Position(position) = &told.event {
                positions.push(position.clone());
                continue;
            }
            let own = entries.partition_point(|entry| entry.seq < told.posted);
            let (own, rest) = entries.split_at(own);
            entries = rest;
            if let Some(event) = EventRecord::of(&told.event) {
                let deficit = deficit_of(&told.event);
                self.line(at, (event, deficit), own, std::mem::take(&mut positions));
            }
        }
        if !entries.is_empty() || !positions.is_empty() {
            self.line(at, (EventRecord::Postings, None), entries, positions);
        }
    }

    fn standing(&mut self, now: Time, venue: &dyn Venue) {
        if now.is_whole_minute() {
            let phase = Phase::Check;
            self.values(Moment { time: now, phase }, venue);
            self.flush();
        }
    }

    fn ended(&mut self, venue: &dyn Venue) {
        let at = Moment {
            time: self.now,
            phase: Phase::Finish,
        };
        self.values(at, venue);
    }
}
