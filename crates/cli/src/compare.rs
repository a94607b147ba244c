//! `seawall compare`

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use seawall::prelude::*;
use seawall::report::sets::Sets;
use seawall::report::table::Ink;
use seawall::sim::check_expected;

use crate::args::{CompareArgs, Format};
use crate::calm;
use crate::failure;
use crate::markets::{self, Loaded};
use crate::output::{self, Target};
use crate::picture::Frame;
use crate::seeds;

/// Runs the venues, writes their figures, and says what is not as it should be.
pub(crate) fn compare(args: &CompareArgs) -> Result<ExitCode> {
    distinct(&args.venues)?;
    for (file, out) in args.files.iter().zip(args.out.iter().cycle()) {
        output::refuse_same(file, out)?;
    }
    if let ([file], None, false) = (args.files.as_slice(), args.sweep.seeds, args.against_base) {
        return match markets::load(file, &args.scenario)? {
            Loaded::One(scenario) => one(args, file, &scenario),
            Loaded::Several(_) if args.calm.is_some() => bail!(
                "{} states several markets; legal: --market beside --calm",
                file.display()
            ),
            Loaded::Several(exchange) => markets::compare(args, &exchange),
        };
    }
    if args.plot.is_some() || args.calm.is_some() {
        bail!("--plot and --calm go with one file and one seed; legal: one file alone");
    }
    let scenarios = scenarios(args)?;
    apart(args.out.as_deref(), &scenarios)?;
    scenarios.iter().for_each(failure::tell_imports);
    match args.sweep.seeds {
        Some(count) => seeds::seeds(args, &scenarios, count),
        None => several(args, &scenarios),
    }
}

/// What is written is none of the files that are read.
pub(crate) fn apart(out: Option<&Path>, scenarios: &[Scenario]) -> Result<()> {
    let Some(out) = out else {
        return Ok(());
    };
    for input in scenarios.iter().flat_map(Scenario::input_files) {
        output::refuse_same(input, out)?;
    }
    Ok(())
}

/// The sets of parameters: one a file, or the file before and after `--set`.
fn scenarios(args: &CompareArgs) -> Result<Vec<Scenario>> {
    let mut list = Vec::new();
    for file in &args.files {
        if args.against_base {
            list.push(markets::load_one(file, &args.scenario.as_stated())?);
        }
        list.push(markets::load_one(file, &args.scenario)?);
    }
    Ok(list)
}

fn one(args: &CompareArgs, file: &Path, scenario: &Scenario) -> Result<ExitCode> {
    apart(args.out.as_deref(), std::slice::from_ref(scenario))?;
    failure::tell_imports(scenario);
    if let Some(calm) = &args.calm {
        return calm::compare(args, scenario, calm);
    }
    // Before the run, so that an illegal place is told at once.
    let mut inputs = vec![file.to_path_buf()];
    inputs.extend(scenario.input_files().iter().cloned());
    let frame = args.plot.as_deref();
    let frame = frame.map(|path| Frame::hang(path, &inputs)).transpose()?;
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let comparison = seawall::sim::compare(scenario, &args.venues)?;
    let text = |ink| match args.format {
        Format::Table => Ok(table::render(&comparison, ink)),
        Format::Json => json::render(&comparison),
        Format::Markdown => Ok(table::markdown(&comparison)),
        Format::Csv => Ok(table::csv(&comparison)),
    };
    if let Some(frame) = frame {
        frame.fill(&seawall::plot::waterfall::draw(&comparison))?;
    }
    write(target, text)?;
    // What was worked by hand was worked for the file as it stands.
    if scenario.changes().is_empty() && scenario.imported().is_empty() {
        for mismatch in check_expected(scenario, &comparison) {
            failure::say("warning", &mismatch.to_string());
        }
    }
    Ok(laws(&comparison.venues))
}

fn several(args: &CompareArgs, scenarios: &[Scenario]) -> Result<ExitCode> {
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let differences = seawall::sim::differences(scenarios)?;
    let sets = Sets {
        scenarios,
        differences: &differences,
    };
    let runs = scenarios.iter();
    let runs = runs.map(|scenario| seawall::sim::compare(scenario, &args.venues));
    let comparisons = runs.collect::<Result<Vec<Comparison>, SimError>>()?;
    let text = |ink| match args.format {
        Format::Table => Ok(sets.table(&comparisons, ink)),
        Format::Json => sets.json(&comparisons),
        Format::Markdown => Ok(sets.markdown(&comparisons)),
        Format::Csv => Ok(sets.csv(&comparisons)),
    };
    write(target, text)?;
    let venues: Vec<VenueOutcome> = comparisons.into_iter().flat_map(|one| one.venues).collect();
    Ok(laws(&venues))
}

/// Writes a text to its target, or to stdout in colour.
pub(crate) fn write<E>(
    target: Option<Target>,
    text: impl Fn(Ink) -> std::result::Result<String, E>,
) -> Result<()>
where
    anyhow::Error: From<E>,
{
    match target {
        Some(target) => target.fill(text(Ink::Plain)?),
        None => output::to_stdout(&text(output::ink())?),
    }
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
