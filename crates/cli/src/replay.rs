//! `seawall replay`

use std::fs::File;
use std::io::BufReader;
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use seawall::report::journal::{self, Detail, JournalError};

use crate::args::{Format, ReplayArgs};
use crate::output;

/// Rebuilds the balances from a journal and shows them.
pub(crate) fn replay(args: &ReplayArgs) -> Result<ExitCode> {
    let name = args.file.display();
    if args.file.is_dir() {
        bail!("{name} is a directory; legal: a journal");
    }
    let file = File::open(&args.file).map_err(|error| anyhow!("{name} cannot be read: {error}"))?;
    let at = |error: JournalError| anyhow!("{}\n --> {name}:{}", error.fault, error.line);
    let replayed = journal::replay(BufReader::new(file)).map_err(at)?;
    let detail = match args.accounts {
        true => Detail::Accounts,
        false => Detail::Kinds,
    };
    let text = match args.format {
        Format::Table => journal::table(&replayed, detail),
        Format::Json => journal::document(&replayed, detail)?,
    };
    output::to_stdout(&text)?;
    Ok(ExitCode::SUCCESS)
}
