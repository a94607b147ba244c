//! `seawall export`

use std::io::{self, BufRead, BufWriter, Write};
use std::process::ExitCode;

use anyhow::{Error, Result};
use seawall::report::journal::{self, Books, ExportError};

use crate::args::ExportArgs;
use crate::failure::CannotWrite;
use crate::output::{self, Target};
use crate::replay;

/// Writes the books of a journal that has been found good.
pub(crate) fn export(args: &ExportArgs) -> Result<ExitCode> {
    let at = |error: ExportError, cannot_write: &dyn Fn(io::Error) -> CannotWrite| match error {
        ExportError::Journal(error) => replay::refused(&args.file, &error),
        ExportError::Write(error) => Error::new(cannot_write(error)),
        other => Error::new(other),
    };
    match &args.out {
        Some(path) => {
            output::refuse_same(&args.file, path)?;
            let input = replay::open(&args.file)?;
            let mut target = Target::open(path)?;
            let cannot_write = |error| CannotWrite::file(path, error);
            books_of(input, &mut target, args).map_err(|e| at(e, &cannot_write))?;
            target.finish()?;
        }
        None => {
            // Once for its faults, so that nothing is shown of a journal that is not good.
            let read = journal::replay(replay::open(&args.file)?);
            read.map_err(|error| replay::refused(&args.file, &error))?;
            let mut stdout = BufWriter::new(io::stdout().lock());
            let exported = books_of(replay::open(&args.file)?, &mut stdout, args);
            let flushed = exported.and_then(|()| {
                let flushed = stdout.flush();
                flushed.map_err(ExportError::Write)
            });
            match flushed {
                // A reader that has closed the pipe has seen enough.
                Err(ExportError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
                other => other.map_err(|error| at(error, &CannotWrite::stdout))?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The whole books, or the trial balance of a moment.
fn books_of(
    input: impl BufRead,
    out: &mut dyn Write,
    args: &ExportArgs,
) -> Result<(), ExportError> {
    let books = match args.books.csv {
        true => Books::Csv,
        false => Books::Ledger,
    };
    match args.at {
        Some(when) => journal::trial(input, out, books, when),
        None => journal::export(input, out, books).map(drop),
    }
}
