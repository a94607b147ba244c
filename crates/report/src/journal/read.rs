//! Reading a journal back to balances, one line at a time.

use std::io::{self, BufRead};

use seawall_ledger::{AccountKind, Entry, Replay};
use seawall_units::{Time, Usd};

use super::chain::Chain;
use super::{End, EventLine, FORMAT, Fault, Header, JournalError, Line, VERSION};

/// The longest line that is read.
const LINE_LIMIT: u64 = 16 << 20;

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
/// the ledger: a broken chain, a gap in the places, a transfer outside the chart, an overdraft, a
/// sum other than zero, a missing final record.
pub fn replay(input: impl BufRead) -> Result<Replayed, JournalError> {
    walk(input, &mut |_| {})
}

/// [`replay`], with every line shown once it has been found good.
///
/// **Errors** as [`replay`]; what was shown up to then stands.
pub fn walk(input: impl BufRead, visit: &mut dyn FnMut(&Line)) -> Result<Replayed, JournalError> {
    let mut lines = Lines::new(input);
    let header = lines.header()?;
    visit(&Line::Header(Box::new(header.clone())));
    let mut books = Books::default();
    loop {
        let line = match lines.next()? {
            Some(line) => line,
            None => return Err(lines.at(Fault::CutOff)),
        };
        let outcome = match &line {
            Line::Event(event) => books.event(event),
            Line::Header(_) => Err(Fault::SecondHeader),
            Line::End(end) => books.close(end, &lines.chain.digits()),
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
    fn event(&mut self, event: &EventLine) -> Result<(), Fault> {
        if event.seq != self.events {
            return Err(Fault::Seq {
                found: event.seq,
                expected: self.events,
            });
        }
        self.events = self.events.saturating_add(1);
        let (first, before) = self.span.unwrap_or((event.time, event.time));
        if event.time < before {
            return Err(Fault::TimeBackwards {
                found: event.time,
                before,
            });
        }
        self.span = Some((first, event.time));
        for transfer in &event.transfers {
            self.balances.apply(&Entry {
                seq: self.balances.entries(),
                time: event.time,
                transfer: *transfer,
            });
            let account = transfer.from();
            let balance = self.balances.balance(account);
            if balance.is_negative() && !account.kind().may_be_negative() {
                return Err(Fault::Overdrawn { account, balance });
            }
        }
        Ok(())
    }

    /// Holds the final record against what was read.
    fn close(&self, end: &End, chain: &str) -> Result<(), Fault> {
        let counts = [
            ("lines", end.lines, self.events.saturating_add(1)),
            ("transfers", end.transfers, self.balances.entries()),
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
        if end.chain != chain {
            let expected = chain.to_owned();
            return Err(Fault::Chain { expected });
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

/// The lines of the file, with their number and the chain of all that was read.
struct Lines<R> {
    input: R,
    number: u64,
    chain: Chain,
    buffer: Vec<u8>,
    /// Whether the last line read had a line end.
    ended: bool,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    header: Header,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Last {
    end: End,
}

/// What every version's header has.
#[derive(serde::Deserialize)]
struct AnyFirst {
    header: AnyHeader,
}

#[derive(serde::Deserialize)]
struct AnyHeader {
    format: String,
    version: u32,
}

impl<R: BufRead> Lines<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            number: 0,
            chain: Chain::default(),
            buffer: Vec::new(),
            ended: true,
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
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
            Err(error) => return Err(self.at(error.into())),
        };
        if length == 0 {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        self.ended = self.buffer.last() == Some(&b'\n');
        if self.ended {
            self.buffer.pop();
        } else if u64::try_from(length).is_ok_and(|length| length > LINE_LIMIT) {
            return Err(self.at(Fault::TooLong { limit: LINE_LIMIT }));
        }
        Ok(Some(()))
    }

    fn text(&self) -> Result<&str, JournalError> {
        str::from_utf8(&self.buffer).map_err(|_| self.at(Fault::NotText))
    }

    fn parse<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, JournalError> {
        let text = self.text()?;
        serde_json::from_str(text).map_err(|error| self.at(Fault::of_json(text, &error)))
    }

    fn next(&mut self) -> Result<Option<Line>, JournalError> {
        if self.read()?.is_none() {
            return Ok(None);
        }
        if self.buffer.starts_with(br#"{"end":"#) {
            return Ok(Some(Line::End(self.parse::<Last>()?.end)));
        }
        if !self.ended {
            return Err(self.at(Fault::CutOff));
        }
        let broken = self.chain.unseal(&mut self.buffer).err();
        let line = match self.buffer.starts_with(br#"{"header":"#) {
            true => Line::Header(Box::new(self.parse::<First>()?.header)),
            false => Line::Event(Box::new(self.parse::<EventLine>()?)),
        };
        match broken {
            Some(expected) => Err(self.at(Fault::Chain { expected })),
            None => Ok(Some(line)),
        }
    }

    fn header(&mut self) -> Result<Header, JournalError> {
        if self.read()?.is_none() || !self.buffer.starts_with(br#"{"header":"#) {
            return Err(self.at(Fault::NoHeader));
        }
        let AnyHeader { format, version } = self.parse::<AnyFirst>()?.header;
        if format != FORMAT {
            let found = format.chars().take(40).collect();
            return Err(self.at(Fault::Format { found }));
        }
        if version != VERSION {
            return Err(self.at(Fault::Version { found: version }));
        }
        let broken = self.chain.unseal(&mut self.buffer).err();
        let header = self.parse::<First>()?.header;
        match broken {
            Some(expected) => Err(self.at(Fault::Chain { expected })),
            None => Ok(header),
        }
    }
}
