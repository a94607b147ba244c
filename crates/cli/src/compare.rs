//! `seawall compare`

use std::process::ExitCode;

use anyhow::{Result, bail};
use seawall::prelude::*;
use seawall::report::sets::Sets;
use seawall::report::table::Ink;
use seawall::sim::check_expected;

use crate::args::{CompareArgs, Format};
use crate::failure;
use crate::markets::{self, Loaded};
use crate::output::{self, Target};
use crate::seeds;

/// Runs the venues, writes their figures, and says what is not as it should be.
pub(crate) fn compare(args: &CompareArgs) -> Result<ExitCode> {
    distinct(&args.venues)?;
    for (file, out) in args.files.iter().zip(args.out.iter().cycle()) {
        output::refuse_same(file, out)?;
    }
    if let ([file], None, false) = (args.files.as_slice(), args.sweep.seeds, args.against_base) {
        let overrides = Overrides::parse(&args.scenario.set)?;
        return match markets::load(file, args.market.as_deref(), &overrides)? {
            Loaded::One(scenario) => one(args, &scenario),
            Loaded::Several(exchange) => markets::compare(args, &exchange),
        };
    }
    if args.market.is_some() {
        bail!(
            "--market goes with one file and one seed; legal: without --seeds and --against-base"
        );
    }
    let scenarios = scenarios(args)?;
    apart(args, &scenarios)?;
    match args.sweep.seeds {
        Some(count) => seeds::seeds(args, &scenarios, count),
        None => several(args, &scenarios),
    }
}

/// What is written is none of the price files that are read.
fn apart(args: &CompareArgs, scenarios: &[Scenario]) -> Result<()> {
    let Some(out) = &args.out else {
        return Ok(());
    };
    for scenario in scenarios {
        if let Some(prices) = scenario.price_file() {
            output::refuse_same(&prices, out)?;
        }
    }
    Ok(())
}

/// The sets of parameters: one a file, or the file before and after `--set`.
fn scenarios(args: &CompareArgs) -> Result<Vec<Scenario>> {
    let overrides = Overrides::parse(&args.scenario.set)?;
    let mut list = Vec::new();
    for file in &args.files {
        if args.against_base {
            list.push(Scenario::load(file)?);
        }
        list.push(Scenario::load_with(file, &overrides)?);
    }
    Ok(list)
}

fn one(args: &CompareArgs, scenario: &Scenario) -> Result<ExitCode> {
    apart(args, std::slice::from_ref(scenario))?;
    // Before the run, so that an illegal place is told at once.
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let comparison = seawall::sim::compare(scenario, &args.venues)?;
    let text = |ink| match args.format {
        Format::Table => Ok(table::render(&comparison, ink)),
        Format::Json => json::render(&comparison),
    };
    write(target, text)?;
    // What was worked by hand was worked for the file as it stands.
    if scenario.changes().is_empty() {
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
        Some(target) => target.fill(&text(Ink::Plain)?),
        None => output::to_stdout(&text(output::ink())?),
    }
}

/// A venue stands in the table once.
fn distinct(venues: &[VenueName]) -> Result<()> {
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
