//! The trial balance of a journal at a moment, in formats of other tools.

use std::io::{self, BufRead, Write};

use seawall_ledger::{Account, Entry, Replay};
use seawall_units::{Time, Usd};

use super::export::{Books, Csv, ExportError, PlainText, Postings, moment};
use super::{Header, Line, read::walk};
use crate::explain::When;

/// Writes what every account has at the end of a second.
///
/// A credit is what its holder is owed; the sum of all debits equals that of all credits. The
/// plain-text form is one transaction that ledger-cli and hledger read and balance; the CSV ends in
/// a row `total`.
///
/// **Units** USD with all six decimals; moments in UTC.
/// **Errors** [`ExportError`]; nothing is written before the journal was read to its end and
/// found good.
///
/// ```
/// use seawall_report::journal::{Books, trial};
/// let mut out = Vec::new();
/// let error = trial(&b""[..], &mut out, Books::Csv, "21:04:05".parse()?);
/// assert!(error.is_err() && out.is_empty());
/// # Ok::<(), seawall_report::explain::NotAMoment>(())
/// ```
pub fn trial(
    journal: impl BufRead,
    out: &mut dyn Write,
    books: Books,
    when: When,
) -> Result<(), ExportError> {
    let mut at = Time::default();
    let mut balances = Replay::new();
    let replayed = walk(journal, &mut |line| match line {
        Line::Header(header) => at = when.after(header.start),
        Line::Event(event) if event.time <= at => {
            for transfer in &event.transfers {
                balances.apply(&Entry {
                    seq: balances.entries(),
                    time: event.time,
                    transfer: *transfer,
                });
            }
        }
        _ => {}
    })?;
    let (first, last) = replayed
        .span
        .unwrap_or((replayed.header.start, replayed.header.start));
    if at < first || at > last {
        return Err(ExportError::Moment {
            asked: crate::explain::utc(at),
            first: crate::explain::utc(first),
            last: crate::explain::utc(last),
        });
    }
    let rows: Vec<(Account, Usd)> = balances.balances().collect();
    let written = match books {
        Books::Csv => csv(out, &rows),
        Books::Ledger => plain_text(out, (&replayed.header, at), &rows),
    };
    written.map_err(ExportError::Write)
}

fn csv(out: &mut dyn Write, rows: &[(Account, Usd)]) -> io::Result<()> {
    let mut csv = Csv::new(out);
    csv.row(&["account", "debit_usd", "credit_usd"])?;
    let (mut debits, mut credits) = (Usd::ZERO, Usd::ZERO);
    for (account, balance) in rows {
        let [debit, credit] = match balance.is_negative() {
            true => [(-*balance).to_string(), String::new()],
            false => [String::new(), balance.to_string()],
        };
        debits += (-*balance).or_zero();
        credits += balance.or_zero();
        csv.row(&[&account.to_string(), &debit, &credit])?;
    }
    csv.row(&["total", &debits.to_string(), &credits.to_string()])?;
    csv.finish()
}

fn plain_text(
    out: &mut dyn Write,
    (header, at): (&Header, Time),
    rows: &[(Account, Usd)],
) -> io::Result<()> {
    PlainText { out: &mut *out }.head(header)?;
    let (day, clock) = moment(at);
    writeln!(out, "\n{day} trial balance")?;
    writeln!(out, "    ; time: {clock}")?;
    for (account, balance) in rows {
        writeln!(out, "    {account}  {balance} USD")?;
    }
    out.flush()
}
