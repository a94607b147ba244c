//! `seawall run`

use std::process::ExitCode;

use anyhow::{Result, bail};
use seawall::prelude::*;
use seawall::report::journal::{Header, JournalFile, Sink};
use seawall::scenario::Exchange;
use seawall::sim::run_market;

use crate::args::RunArgs;
use crate::compare::laws;
use crate::failure::{self, CannotWrite};
use crate::markets::{self, Loaded};
use crate::output;

/// Runs one venue, writes its journal, and says in a sentence what it came to.
pub(crate) fn run(args: &RunArgs) -> Result<ExitCode> {
    output::refuse_same(&args.file, &args.journal)?;
    let (scenario, exchange) = chosen(args)?;
    for input in scenario.input_files() {
        output::refuse_same(input, &args.journal)?;
    }
    failure::tell_imports(&scenario);
    let header = Header::new(&scenario, args.venue)?;
    let cannot_write = |error| CannotWrite::file(&args.journal, error);
    output::refuse_no_file(&args.journal)?;
    let file = JournalFile::create(&args.journal).map_err(cannot_write)?;
    let mut sink = Sink::new(file, header);
    let outcome = match (exchange, &args.scenario.market) {
        (Some(exchange), Some(market)) => {
            let outcome = run_market(&exchange, market, args.venue, &mut sink)?;
            outcome.ok_or_else(|| markets::unknown(&exchange, market))?
        }
        _ => run_one(&scenario, args.venue, &mut sink)?,
    };
    let (file, chain) = sink.finish().map_err(cannot_write)?;
    file.finish().map_err(cannot_write)?;
    let sentence = because::sentence(&outcome);
    output::to_stdout(&format!(
        "{}: {sentence}\njournal hash: {chain}\n",
        outcome.name
    ))?;
    Ok(laws(&[outcome]))
}

/// The scenario whose journal is asked for, and the markets that run beside it.
fn chosen(args: &RunArgs) -> Result<(Scenario, Option<Exchange>)> {
    let market = args.scenario.market.as_deref();
    if args.alone {
        return Ok((markets::load_one(&args.file, &args.scenario)?, None));
    }
    match (markets::load_all(&args.file, &args.scenario)?, market) {
        (Loaded::One(scenario), None) => Ok((*scenario, None)),
        (Loaded::One(_), Some(_)) => bail!(markets::single(&args.file)),
        (Loaded::Several(exchange), Some(market)) => {
            let scenario = exchange.market(market).cloned();
            let scenario = scenario.ok_or_else(|| markets::unknown(&exchange, market))?;
            Ok((scenario, Some(exchange)))
        }
        (Loaded::Several(exchange), None) => {
            bail!(
                "{} states several markets; legal: --market with one of {}",
                args.file.display(),
                markets::names(&exchange)
            )
        }
    }
}
