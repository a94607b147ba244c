//! `seawall replay`

use std::io::BufRead;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Error, Result, anyhow, bail};
use seawall::report::journal::{self, Detail, JournalError};

use crate::args::{Format, ReplayArgs};
use crate::output;

/// Rebuilds the balances from a journal and shows them.
pub(crate) fn replay(args: &ReplayArgs) -> Result<ExitCode> {
    if let Some(out) = &args.out {
        output::refuse_same(&args.file, out)?;
    }
    let replayed = journal::replay(open(&args.file)?);
    let replayed = replayed.map_err(|error| refused(&args.file, &error))?;
    let detail = match args.accounts {
        true => Detail::Accounts,
        false => Detail::Kinds,
    };
    let text = match args.format {
        Format::Table => journal::table(&replayed, detail),
        Format::Json => journal::document(&replayed, detail)?,
        Format::Markdown => journal::markdown(&replayed, detail),
        Format::Csv => journal::csv(&replayed, detail),
    };
    output::write(args.out.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}

/// Opens a journal.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    let name = path.display();
    if path.is_dir() {
        bail!("{name} is a directory; legal: a journal");
    }
    journal::open(path).map_err(|error| anyhow!("{name} cannot be read: {error}"))
}

/// The error that a journal is not good, with its line.
pub(crate) fn refused(path: &Path, error: &JournalError) -> Error {
    anyhow!("{}\n --> {}:{}", error.fault, path.display(), error.line)
}
