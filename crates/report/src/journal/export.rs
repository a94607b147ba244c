//! The books of a journal in formats of other tools.

use std::io::{self, BufRead, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use seawall_ledger::Entry;
use seawall_units::Time;

use super::{EventLine, Header, JournalError, Line, Replayed, read::walk};

/// A format of other tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Books {
    /// Plain-text accounting: ledger-cli, hledger.
    Ledger,
    /// Double entry as CSV: two rows a transfer, one with a debit and one with a credit.
    Csv,
}

/// Why books could not be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The journal was refused.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal does not tell of that moment.
    #[error("the journal does not tell of {asked}; legal: {first} to {last}")]
    Moment {
        /// What was asked for.
        asked: String,
        /// The first moment that it tells of.
        first: String,
        /// The last one.
        last: String,
    },
    /// The books could not be written.
    #[error("cannot be written: {0}")]
    Write(io::Error),
}

/// Writes the books of a journal as it is read, and gives what they come to.
///
/// An account is what its holder is owed, so what it receives is a credit and what it pays a
/// debit; in the plain-text books a credit stands above zero, as the balances of
/// [`replay`](super::replay) do, and `external` mirrors all others.
/// Memory grows with the accounts, not with the lines.
///
/// **Units** USD with all six decimals; moments in UTC.
/// **Errors** [`ExportError`]; what was written up to then is not whole.
pub fn export(
    journal: impl BufRead,
    out: &mut dyn Write,
    books: Books,
) -> Result<Replayed, ExportError> {
    let mut writer: Box<dyn Postings + '_> = match books {
        Books::Ledger => Box::new(PlainText { out }),
        Books::Csv => Box::new(Csv::new(out)),
    };
    let mut failed = None;
    let mut seq = 0;
    let replayed = walk(journal, &mut |line| {
        if failed.is_none() {
            failed = match line {
                Line::Header(header) => writer.head(header),
                Line::Event(event) => postings(event, &mut seq, writer.as_mut()),
                Line::End(_) => Ok(()),
            }
            .err();
        }
    })?;
    match failed.map_or_else(|| writer.finish(), Err) {
        Ok(()) => Ok(replayed),
        Err(error) => Err(ExportError::Write(error)),
    }
}

/// Writes the postings of an event, numbered on from `seq`.
fn postings(event: &EventLine, seq: &mut u64, writer: &mut dyn Postings) -> io::Result<()> {
    for transfer in &event.transfers {
        writer.entry(&Entry {
            seq: *seq,
            time: event.time,
            transfer: *transfer,
        })?;
        *seq = seq.saturating_add(1);
    }
    Ok(())
}

/// What writes the books.
pub(super) trait Postings {
    fn head(&mut self, header: &Header) -> io::Result<()>;
    fn entry(&mut self, entry: &Entry) -> io::Result<()>;
    fn finish(&mut self) -> io::Result<()>;
}

pub(super) struct PlainText<'a> {
    pub(super) out: &'a mut dyn Write,
}

impl Postings for PlainText<'_> {
    fn head(&mut self, header: &Header) -> io::Result<()> {
        let Header {
            program,
            scenario,
            scenario_sha256,
            venue,
            seed,
            ..
        } = header;
        // Names come from files: a line break would end the comment.
        let scenario: String = scenario.chars().filter(|c| !c.is_control()).collect();
        let venue: String = venue.chars().filter(|c| !c.is_control()).collect();
        writeln!(
            self.out,
            "; seawall {program}: {scenario} in {venue}, seed {seed}"
        )?;
        writeln!(self.out, "; scenario sha256 {scenario_sha256}")?;
        writeln!(
            self.out,
            "; claims stand above zero; external mirrors them all\n"
        )?;
        writeln!(self.out, "commodity USD\n    format 1000.000000 USD")
    }

    fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        let Entry {
            seq,
            time,
            transfer,
        } = entry;
        let (day, clock) = moment(*time);
        let (cause, amount) = (transfer.cause(), transfer.amount());
        writeln!(self.out, "\n{day} ({seq}) {}", cause.name())?;
        writeln!(self.out, "    ; time: {clock}, rule: {}", cause.rule())?;
        writeln!(self.out, "    {}  {amount} USD", transfer.to())?;
        writeln!(self.out, "    {}  -{amount} USD", transfer.from())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

pub(super) struct Csv<'a> {
    out: csv::Writer<&'a mut dyn Write>,
}

impl<'a> Csv<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out: csv::Writer::from_writer(out),
        }
    }

    /// The writer's own error would hide why the output cannot be written.
    pub(super) fn row(&mut self, row: &[&str]) -> io::Result<()> {
        let written = self.out.write_record(row);
        written.map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })
    }
}

impl Postings for Csv<'_> {
    fn head(&mut self, _: &Header) -> io::Result<()> {
        let columns = [
            "seq",
            "utc",
            "cause",
            "rule",
            "account",
            "debit_usd",
            "credit_usd",
        ];
        self.row(&columns)
    }

    fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        let transfer = &entry.transfer;
        let (seq, amount) = (entry.seq.to_string(), transfer.amount().to_string());
        let (day, clock) = moment(entry.time);
        let utc = format!("{day}T{clock}Z");
        let (cause, rule) = (transfer.cause().name(), transfer.cause().rule());
        let (from, to) = (transfer.from().to_string(), transfer.to().to_string());
        let debit = [&seq, &utc, cause, rule, &from, &amount, ""];
        let credit = [&seq, &utc, cause, rule, &to, "", &amount];
        self.row(&debit)?;
        self.row(&credit)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Day and time of day in UTC.
pub(super) fn moment(time: Time) -> (String, String) {
    let seconds = i64::try_from(time.secs()).unwrap_or(i64::MAX);
    let stamp = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    let at = stamp.to_zoned(TimeZone::UTC);
    (at.date().to_string(), at.strftime("%H:%M:%S").to_string())
}
