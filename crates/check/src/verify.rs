//! Reads a journal from its first line to its last and holds it against every law.

use std::io::Read;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use serde::de::IgnoredAny;

use crate::batches::{Batch, Batches};
use crate::books::{Books, Held, OpenDeficit};
use crate::chain::{Chain, split};
use crate::direct;
use crate::findings::Findings;
use crate::law::Law;
use crate::laws::{self, Event, Laws};
use crate::levels::{Levels, since};
use crate::lines::{LINE_LIMIT, Lines, Next};
use crate::names::{AccountKind, End, Phase, Venue};
use crate::record::{Data, EndLine, HeaderLine, Line, Probe};
use crate::verdict::{Options, Report, Unreadable, Verdict};

const FORMAT: &str = "seawall-journal";
const VERSION: u64 = 2;

/// Batches that are read and wait to be checked.
const WAITING: usize = 4;

/// How the work is divided. The verdict is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Threads {
    One,
    /// One reads, splits and hashes, one checks.
    Two,
}

/// Checks a journal, plain or compressed with Zstandard, as it is read: a few hundred lines are in
/// memory at a time, and one balance and one position for each account. Where there are two
/// processors, a second thread reads ahead.
#[must_use]
pub fn check(journal: impl Read + Send, options: &Options) -> Verdict {
    let threads = match thread::available_parallelism() {
        Ok(count) if count.get() > 1 => Threads::Two,
        _ => Threads::One,
    };
    check_on(threads, journal, options)
}

fn check_on(threads: Threads, journal: impl Read + Send, options: &Options) -> Verdict {
    match read(threads, journal, options) {
        Ok(report) => Verdict::Read(Box::new(report)),
        Err(unreadable) => Verdict::Unreadable(unreadable),
    }
}

fn read(
    threads: Threads,
    journal: impl Read + Send,
    options: &Options,
) -> Result<Report, Unreadable> {
    let at = |line: u64| move |reason| Unreadable::File { line, reason };
    let mut lines = Lines::new(journal).map_err(at(1))?;
    let mut verifier = match lines.next().map_err(at(1))? {
        Next::Line => Verifier::new(&lines.line, options)?,
        Next::End | Next::CutOff => return Err(Unreadable::NotAJournal),
        Next::TooLong if lines.line.starts_with(b"{\"header\":") => {
            return Err(Unreadable::TooLong {
                line: 1,
                limit: LINE_LIMIT,
            });
        }
        Next::TooLong => return Err(Unreadable::NotAJournal),
    };
    let mut batches = Batches::after(lines, verifier.chain);
    if threads == Threads::Two {
        let read = thread::scope(|scope| {
            let (to, from) = sync_channel(WAITING);
            let ahead = thread::Builder::new().spawn_scoped(scope, || read_ahead(&mut batches, to));
            ahead.ok().map(|_| verifier.batches(from))
        });
        // Without a second thread nothing has been read.
        if let Some(read) = read {
            return read.map(|()| verifier.finish(options));
        }
    }
    verifier.batches(batches)?;
    Ok(verifier.finish(options))
}

/// Reads until the journal ends or nobody wants more.
fn read_ahead(batches: &mut Batches<impl Read>, to: SyncSender<Batch>) {
    for batch in batches {
        if to.send(batch).is_err() {
            return;
        }
    }
}

/// What stands between two lines.
struct Verifier {
    scenario: String,
    books: Books,
    laws: Vec<Box<dyn Laws>>,
    findings: Findings,
    chain: Chain,
    /// A line did not carry the hash of all before it: later ones cannot.
    chain_broken: bool,
    next_seq: u64,
    phase: Option<Phase>,
    transfers: u64,
    deficits: u64,
    complete: bool,
}

impl Verifier {
    fn new(line: &[u8], options: &Options) -> Result<Self, Unreadable> {
        if !line.starts_with(b"{\"header\":") {
            return Err(Unreadable::NotAJournal);
        }
        let text = std::str::from_utf8(line).map_err(|_| Unreadable::NotText { line: 1 })?;
        let probe: Probe = serde_json::from_str(text).map_err(|_| Unreadable::NotAJournal)?;
        if probe.header.format != FORMAT {
            let found = probe.header.format.chars().take(40).collect();
            return Err(Unreadable::Format { found });
        }
        if probe.header.version != VERSION {
            return Err(Unreadable::Version {
                found: probe.header.version,
            });
        }
        let header: HeaderLine =
            serde_json::from_str(text).map_err(|error| Unreadable::Header {
                reason: error.to_string(),
            })?;
        let books = Books::new(&header.header);
        let mut findings = Findings::new(options.max);
        let mut verifier = Self {
            scenario: header.header.scenario,
            laws: laws::of(&books, &mut findings),
            books,
            findings,
            chain: Chain::default(),
            chain_broken: false,
            next_seq: 0,
            phase: None,
            transfers: 0,
            deficits: 0,
            complete: false,
        };
        verifier.findings.line = 1;
        let (body, _) = split(line).unwrap_or((line, b""));
        verifier.chain(line, Chain::default().with(body));
        Ok(verifier)
    }

    /// Every line after the first, and the end of the journal.
    fn batches(&mut self, batches: impl IntoIterator<Item = Batch>) -> Result<(), Unreadable> {
        for batch in batches {
            for (line, chain) in batch.lines() {
                self.line(self.findings.line.saturating_add(1), line, chain)?;
            }
            let line = self.findings.line.saturating_add(1);
            match batch.end {
                None | Some(Ok(Next::Line | Next::End)) => {}
                Some(Ok(Next::CutOff)) => self.cut_off(line),
                Some(Ok(Next::TooLong)) => {
                    let limit = LINE_LIMIT;
                    return Err(Unreadable::TooLong { line, limit });
                }
                Some(Err(reason)) => return Err(Unreadable::File { line, reason }),
            }
        }
        Ok(())
    }

    /// One whole line after the first, and the state of the chain after it.
    fn line(&mut self, number: u64, line: &[u8], chain: Chain) -> Result<(), Unreadable> {
        self.findings.line = number;
        let text = std::str::from_utf8(line).map_err(|_| Unreadable::NotText { line: number })?;
        if self.complete {
            self.findings
                .broken(Law::EndRecord, "nothing after the final record", "a line");
            return is_json(number, text);
        }
        if text.starts_with("{\"end\":") {
            return self.end(number, text);
        }
        self.chain(line, chain);
        self.findings.applied(Law::Record);
        let parsed = direct::line(text).map_or_else(|| serde_json::from_str::<Line<'_>>(text), Ok);
        let event = parsed.and_then(|line| line.data().map(|data| (line, data)));
        match event {
            Ok((line, data)) => self.event(&line, data),
            Err(error) => {
                is_json(number, text)?;
                self.findings
                    .broken(Law::Record, "a record of the format", error);
                // The number that stood here is used up, so that later lines are not blamed.
                self.next_seq = self.next_seq.saturating_add(1);
            }
        }
        Ok(())
    }

    fn chain(&mut self, line: &[u8], chain: Chain) {
        self.findings.applied(Law::Chain);
        let (_, digits) = split(line).unwrap_or((line, b"none"));
        self.chain = chain;
        let state = self.chain.short();
        if digits != state && !self.chain_broken {
            self.chain_broken = true;
            let show = |digits: &[u8]| String::from_utf8_lossy(digits).into_owned();
            self.findings.broken(Law::Chain, show(&state), show(digits));
        }
    }

    fn event(&mut self, line: &Line<'_>, data: Data<'_>) {
        self.order(line);
        let venue = self.books.venue;
        let fits = line.positions.iter().all(|position| position.fits(venue));
        if !fits || !rule_fits(line.rule) {
            let expected = format_args!(
                "rules M-, HL- or GMX- and positions of {}",
                self.books.venue
            );
            self.findings.broken(Law::Record, expected, line.rule);
        }
        let event = Event { line, data };
        for laws in &mut self.laws {
            laws.before(&self.books, &event, &mut self.findings);
        }
        self.book(&event);
        for laws in &mut self.laws {
            laws.after(&self.books, &event, &mut self.findings);
        }
    }

    /// Sequence, time and phase.
    fn order(&mut self, line: &Line<'_>) {
        self.findings
            .equal(Law::Sequence, "seq", self.next_seq, line.seq);
        self.next_seq = line.seq.saturating_add(1);
        self.findings
            .at_least(Law::TimeOrder, "time", self.books.now, line.time);
        if line.time > self.books.now {
            self.end_second();
            self.phase = None;
        }
        self.findings.time = Some(line.time);
        self.findings.applied(Law::PhaseOrder);
        if let Some(phase) = self.phase.filter(|phase| *phase > line.phase) {
            self.findings.broken(
                Law::PhaseOrder,
                format_args!("{phase} or later"),
                line.phase,
            );
        }
        self.phase = Some(line.phase);
        self.books.now = line.time;
    }

    fn end_second(&mut self) {
        let line = self.findings.line;
        self.findings.line = line.saturating_sub(1);
        for laws in &mut self.laws {
            laws.second_ends(&self.books, &mut self.findings);
        }
        self.findings.line = line;
    }

    /// Takes the event into the books.
    fn book(&mut self, event: &Event<'_>) {
        let books = &mut self.books;
        for posted in &event.line.transfers {
            *books.balances.at_mut(posted.from) -= posted.amount;
            *books.balances.at_mut(posted.to) += posted.amount;
            if books.venue == Venue::Tranched {
                books.claim += laws::claim_change(posted);
            }
        }
        let count = u64::try_from(event.line.transfers.len()).unwrap_or(u64::MAX);
        self.transfers = self.transfers.saturating_add(count);
        for position in &event.line.positions {
            let new = Held {
                size: position.size,
                cost: position.cost,
                since: since(books.venue, &position.since),
            };
            if books.venue == Venue::Gmx {
                let owed = books.levels.parts(&books.positions.at(position.holder));
                books.funding_float += owed.funding - owed.claim;
            }
            let slot = books.positions.at_mut(position.holder);
            if position.holder.kind == AccountKind::Margin {
                books.totals.replace(slot, &new);
            }
            *slot = new;
        }
        match &event.data {
            Data::Mark(mark) => books.marked(mark),
            Data::Status(changed) => books.status = changed.status,
            Data::Index(index) => match Levels::read(books.venue, index.levels.get()) {
                Ok(levels) => books.levels = levels,
                Err(error) => self
                    .findings
                    .broken(Law::Record, "the indices of the venue", error),
            },
            Data::DeficitOpened(opened) => {
                self.deficits = self.deficits.saturating_add(1);
                let (side, left) = (opened.side, opened.amount);
                let open = OpenDeficit {
                    side,
                    left,
                    turn: 0,
                    of_house: event.line.positions.iter().any(|each| {
                        matches!(
                            each.holder.kind,
                            AccountKind::Makers | AccountKind::Backstop
                        )
                    }),
                };
                books.deficits.insert(opened.id, open);
            }
            Data::DeficitClosed(closed) => {
                books.deficits.remove(&closed.id);
            }
            Data::Stage(report) => {
                let turn = books.turn_after(report.stage);
                if let Some(open) = event
                    .line
                    .deficit
                    .and_then(|id| books.deficits.get_mut(&id))
                {
                    open.left -= report.absorbed;
                    if report.end != End::Waiting {
                        open.turn = turn;
                    }
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, number: u64, text: &str) -> Result<(), Unreadable> {
        self.end_second();
        self.findings.line = number;
        self.complete = true;
        self.findings.applied(Law::EndRecord);
        let end = match serde_json::from_str::<EndLine>(text) {
            Ok(line) => line.end,
            Err(error) => {
                is_json(number, text)?;
                self.findings
                    .broken(Law::EndRecord, "a final record", error);
                return Ok(());
            }
        };
        let lines = number.saturating_sub(1);
        self.findings
            .equal(Law::EndRecord, "lines before it,", lines, end.lines);
        self.findings
            .equal(Law::EndRecord, "transfers", self.transfers, end.transfers);
        if !self.chain_broken {
            self.findings.equal(
                Law::EndRecord,
                "the last hash,",
                self.chain.hex(),
                end.chain,
            );
        }
        for laws in &mut self.laws {
            laws.journal_ends(&self.books, &mut self.findings);
        }
        Ok(())
    }

    /// What stands after the last line feed does not count.
    fn cut_off(&mut self, number: u64) {
        if self.complete {
            self.findings.line = number;
            self.findings.broken(
                Law::EndRecord,
                "nothing after the final record",
                "a part of a line",
            );
        }
    }

    fn finish(mut self, options: &Options) -> Report {
        if let Some(expected) = &options.expect_hash {
            self.findings.applied(Law::ExpectedHash);
            let hash = self.chain.hex();
            if !expected.fits(&hash) {
                self.findings.broken(Law::ExpectedHash, expected, hash);
            }
        }
        let lines = self.findings.line;
        let (violations, tallies, unapplied) = self.findings.take();
        Report {
            venue: self.books.venue,
            scenario: self.scenario,
            lines,
            transfers: self.transfers,
            deficits: self.deficits,
            complete: self.complete,
            hash: self.chain.hex(),
            violations,
            tallies: Law::ALL.iter().copied().zip(tallies).collect(),
            unapplied,
        }
    }
}

fn rule_fits(rule: &str) -> bool {
    ["M-", "HL-", "GMX-"]
        .iter()
        .any(|prefix| rule.starts_with(prefix))
}

/// A line that is no record is a violation; one that is no JSON cannot be read.
fn is_json(line: u64, text: &str) -> Result<(), Unreadable> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(Unreadable::NotJson {
            line,
            reason: error.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use seawall_report::journal::{Header, Sink};
    use seawall_scenario::Scenario;
    use seawall_sim::{VenueName, run_one};

    use super::*;

    fn journal() -> Vec<u8> {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../fixtures/scenarios/crash-2025-10-10.toml"
        );
        let scenario = Scenario::load(std::path::Path::new(file)).unwrap();
        let venue = VenueName::Tranched;
        let mut sink = Sink::new(Vec::new(), Header::new(&scenario, venue).unwrap());
        run_one(&scenario, venue, &mut sink).unwrap();
        sink.finish().unwrap().0
    }

    /// Whole, cut off, packed, packed and cut off, with broken digits here and there, without a line,
    /// with a line that is no text, no JSON or gigantic: the verdict is the same to the byte.
    #[test]
    fn two_threads_find_what_one_finds() {
        let whole = journal();
        assert!(whole.len() > 1024 * 1024, "{} bytes", whole.len());
        // Three batches are enough to mangle; the whole is checked once.
        let part = &whole[..700_000];
        let half = part.len() / 2;
        let packed = zstd::encode_all(part, 1).unwrap();
        let mut journals = vec![packed[..packed.len() / 2].to_vec(), packed];
        for step in [7_919, 104_729] {
            let mut changed = part.to_vec();
            for byte in changed.iter_mut().skip(4_000).step_by(step) {
                *byte = if byte.is_ascii_digit() { b'7' } else { *byte };
            }
            journals.push(changed);
        }
        let feed = half + part[half..].iter().position(|b| *b == b'\n').unwrap() + 1;
        let next = feed + part[feed..].iter().position(|b| *b == b'\n').unwrap() + 1;
        let gigantic = vec![b'x'; LINE_LIMIT + 1];
        for line in [&b""[..], b"\xff\n", b"{\n", b"{}\n", &gigantic] {
            journals.push([&part[..feed], line, &part[next..]].concat());
        }
        journals.push(part.to_vec());
        journals.push([&whole, &b"{}\n"[..]].concat());
        journals.push(whole);
        let options = Options {
            max: 100_000,
            expect_hash: None,
        };
        let mut words = std::collections::BTreeSet::new();
        for journal in journals {
            let one = check_on(Threads::One, journal.as_slice(), &options);
            let two = check_on(Threads::Two, journal.as_slice(), &options);
            assert_eq!(crate::json(&one), crate::json(&two));
            words.insert(one.exit_code());
        }
        assert_eq!(words.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}
