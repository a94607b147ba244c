//! Reading a journal back to balances, one line at a time.

use std::io::{self, BufRead};

use seawall_ledger::{AccountKind, Entry, Replay};
use seawall_units::{Time, Usd};
use sha2::{Digest, Sha256};

use super::{End, FORMAT, Fault, Header, JournalError, Line, VERSION, write::hex};

/// The longest line that is read: a stage report may list a transfer for every account.
const LINE_LIMIT: u64 = 64 << 20;

/// What a journal comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// What it is of.
    pub header: Header,
    /// The balances.
    pub balances: Replay,
    /// How many events it tells.
    pub events: u64,
    /// Times of the first and last entry; `None` without entries.
    pub span: Option<(Time, Time)>,
}

/// Rebuilds the balances from a journal; memory grows with the accounts, not with the lines.
///
/// **Errors** [`JournalError`] with the first line that breaks a rule of the format or a law of
/// the ledger: a gap in the places, a transfer outside the chart, an overdraft, a sum other than
/// zero, a missing final record, bytes other than those written.
pub fn replay(input: impl BufRead) -> Result<Replayed, JournalError> {
    walk(input, &mut |_| {})
}

/// [`replay`], with every line shown once it has been found good.
pub(super) fn walk(
    input: impl BufRead,
    visit: &mut dyn FnMut(&Line),
) -> Result<Replayed, JournalError> {
    let mut lines = Lines::new(input);
    let header = lines.header()?;
    visit(&Line::Header(header.clone()));
    let mut books = Books::default();
    loop {
        let before = lines.digest.clone();
        let line = match lines.next()? {
            Some(line) => line,
            None => return Err(lines.at(Fault::CutOff)),
        };
        let outcome = match &line {
            Line::Entry(entry) => books.entry(entry),
            Line::Event(_) => {
                books.events = books.events.saturating_add(1);
                Ok(())
            }
            Line::Header(_) => Err(Fault::SecondHeader),
            Line::End(end) => books.close(end, &hex(before)),
        };
        outcome.map_err(|fault| lines.at(fault))?;
        visit(&line);
        if matches!(line, Line::End(_)) {
            break;
        }
    }
    if lines.read()?.is_some() {
        return Err(lines.at(Fault::AfterEnd));
    }
    Ok(Replayed {
        header,
        balances: books.balances,
        events: books.events,
        span: books.span,
    })
}

/// Balances, counts and times so far.
#[derive(Debug, Default)]
struct Books {
    balances: Replay,
    events: u64,
    span: Option<(Time, Time)>,
}

impl Books {
    fn entry(&mut self, entry: &Entry) -> Result<(), Fault> {
        let expected = self.balances.entries();
        if !self.balances.apply(entry) {
            return Err(Fault::Seq {
                found: entry.seq,
                expected,
            });
        }
        let (first, before) = self.span.unwrap_or((entry.time, entry.time));
        if entry.time < before {
            return Err(Fault::TimeBackwards {
                found: entry.time,
                before,
            });
        }
        self.span = Some((first, entry.time));
        let account = entry.transfer.from();
        let balance = self.balances.balance(account);
        if balance.is_negative() && !account.kind().may_be_negative() {
            return Err(Fault::Overdrawn { account, balance });
        }
        Ok(())
    }

    /// Holds the final record against what was read.
    fn close(&self, end: &End, sha256: &str) -> Result<(), Fault> {
        let counts = [
            ("entries", end.entries, self.balances.entries()),
            ("events", end.events, self.events),
        ];
        for (field, found, counted) in counts {
            if found != counted {
                return Err(Fault::Count {
                    field,
                    found,
                    counted,
                });
            }
        }
        if end.sha256 != sha256 {
            return Err(Fault::Changed);
        }
        let sum = self.balances.sum();
        if !sum.is_zero() {
            return Err(Fault::Sum { sum });
        }
        for kind in [AccountKind::Clearing, AccountKind::Funding] {
            let of_kind = self.balances.balances().filter(|(a, _)| a.kind() == kind);
            let balance: Usd = of_kind.map(|(_, balance)| balance).sum();
            if !balance.is_zero() {
                return Err(Fault::InPassage { kind, balance });
            }
        }
        Ok(())
    }
}

/// The lines of the file, with their number and the digest of all that was read.
struct Lines<R> {
    input: R,
    number: u64,
    digest: Sha256,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            number: 0,
            digest: Sha256::new(),
            buffer: Vec::new(),
        }
    }

    fn at(&self, fault: Fault) -> JournalError {
        JournalError {
            line: self.number.max(1),
            fault,
        }
    }

    /// The next line's bytes, without the line end; `None` at the end of the file.
    fn read(&mut self) -> Result<Option<()>, JournalError> {
        self.buffer.clear();
        let limit = LINE_LIMIT.saturating_add(1);
        let mut input = io::Read::take(&mut self.input, limit);
        let length = match input.read_until(b'\n', &mut self.buffer) {
            Ok(length) => length,
            Err(error) => return Err(self.at(error.into())),
        };
        if length == 0 {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        self.digest.update(&self.buffer);
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if u64::try_from(length).is_ok_and(|length| length > LINE_LIMIT) {
            return Err(self.at(Fault::TooLong { limit: LINE_LIMIT }));
        }
        Ok(Some(()))
    }

    fn next(&mut self) -> Result<Option<Line>, JournalError> {
        if self.read()?.is_none() {
            return Ok(None);
        }
        let text = str::from_utf8(&self.buffer).map_err(|_| self.at(Fault::NotText))?;
        match serde_json::from_str(text) {
            Ok(line) => Ok(Some(line)),
            Err(error) => Err(self.at(Fault::of_json(text, &error))),
        }
    }

    fn header(&mut self) -> Result<Header, JournalError> {
        let line = self.next();
        if !self.buffer.starts_with(br#"{"header":"#) {
            return Err(self.at(Fault::NoHeader));
        }
        let Some(Line::Header(header)) = line? else {
            return Err(self.at(Fault::NoHeader));
        };
        if header.format != FORMAT {
            let found = header.format.chars().take(40).collect();
            return Err(self.at(Fault::Format { found }));
        }
        if header.version != VERSION {
            let found = header.version;
            return Err(self.at(Fault::Version { found }));
        }
        Ok(header)
    }
}
