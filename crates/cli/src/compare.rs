//! `seawall compare`

use std::process::ExitCode;

use anyhow::{Result, bail};
use seawall::prelude::*;
use seawall::report::table::Ink;
use seawall::sim::check_expected;

use crate::args::{CompareArgs, Format};
use crate::calm;
use crate::failure;
use crate::markets::{self, Loaded};
use crate::output::{self, Target};
use crate::picture::Frame;

/// Runs the venues, writes their figures, and says what is not as it should be.
pub(crate) fn compare(args: &CompareArgs) -> Result<ExitCode> {
    distinct(&args.venues)?;
    if let Some(out) = &args.out {
        output::refuse_same(&args.file, out)?;
    }
    let scenario = match markets::load(&args.file, args.market.as_deref(), &args.imports.imports())?
    {
        Loaded::One(scenario) => scenario,
        Loaded::Several(exchange) => return markets::compare(args, &exchange),
    };
    for input in scenario.input_files() {
        if let Some(out) = &args.out {
            output::refuse_same(input, out)?;
        }
    }
    if let Some(calm) = &args.calm {
        return calm::compare(args, &scenario, calm);
    }
    failure::tell_imports(&scenario);
    // Before the run, so that an illegal place is told at once.
    let mut inputs = vec![args.file.clone()];
    inputs.extend(scenario.input_files().iter().cloned());
    let frame = args.plot.as_deref();
    let frame = frame.map(|path| Frame::hang(path, &inputs)).transpose()?;
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let comparison = seawall::sim::compare(&scenario, &args.venues)?;
    let text = |ink| match args.format {
        Format::Table => Ok(table::render(&comparison, ink)),
        Format::Json => json::render(&comparison),
        Format::Markdown => Ok(table::markdown(&comparison)),
        Format::Csv => Ok(table::csv(&comparison)),
    };
    if let Some(frame) = frame {
        frame.fill(&seawall::plot::waterfall::draw(&comparison))?;
    }
    match target {
        Some(target) => target.fill(text(Ink::Plain)?)?,
        None => output::to_stdout(&text(output::ink())?)?,
    }
    for mismatch in check_expected(&scenario, &comparison) {
        failure::say("warning", &mismatch.to_string());
    }
    Ok(laws(&comparison.venues))
}

/// A venue stands in the table once.
pub(crate) fn distinct(venues: &[VenueName]) -> Result<()> {
    let mut seen = Vec::new();
    for venue in venues {
        if seen.contains(venue) {
            bail!("--venues names {venue} twice; legal: each venue once");
        }
        seen.push(*venue);
    }
    Ok(())
}

/// Status 1 when a law was broken: the figures cannot be trusted then, and the fault is ours.
pub(crate) fn laws(venues: &[VenueOutcome]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for venue in venues {
        for breach in &venue.breaches {
            failure::say("law broken", &format!("{}: {breach}", venue.name));
            code = ExitCode::from(1);
        }
    }
    code
}
