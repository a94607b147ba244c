//! `seawall run`

use std::process::ExitCode;

use anyhow::Result;
use seawall::prelude::*;
use seawall::report::journal::{Header, Sink, Writer};

use crate::args::RunArgs;
use crate::compare::laws;
use crate::failure::CannotWrite;
use crate::output::{self, Target};

/// Runs one venue, writes its journal, and says in a sentence what it came to.
pub(crate) fn run(args: &RunArgs) -> Result<ExitCode> {
    output::refuse_same(&args.file, &args.journal)?;
    let scenario = Scenario::load(&args.file)?;
    if let Some(prices) = scenario.price_file() {
        output::refuse_same(&prices, &args.journal)?;
    }
    let seed = scenario.file().seed;
    let header = Header::new(scenario.name(), scenario.hash(), args.venue.as_str(), seed);
    let cannot_write = |error| CannotWrite::file(&args.journal, error);
    let target = Target::open(&args.journal)?;
    let mut sink = Sink::new(Writer::new(target, header).map_err(cannot_write)?);
    let outcome = run_one(&scenario, args.venue, &mut sink)?;
    sink.finish().map_err(cannot_write)?.finish()?;
    let sentence = because::sentence(&outcome);
    output::to_stdout(&format!("{}: {sentence}\n", outcome.name))?;
    Ok(laws(&[outcome]))
}
