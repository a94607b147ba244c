//! Files that state several markets.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Error, Result, anyhow, bail};
use seawall::prelude::*;
use seawall::report::exchange;
use seawall::report::table::Ink;
use seawall::scenario::{Exchange, Imports, Instead};
use seawall::sim::{check_expected, compare_markets};

use crate::args::{CompareArgs, Format, ScenarioArgs};
use crate::compare::laws;
use crate::failure;
use crate::output::{self, Target};

/// Reads a file of one market, or one market of several.
pub(crate) fn load_one(file: &Path, args: &ScenarioArgs) -> Result<Scenario> {
    match load(file, args)? {
        Loaded::One(scenario) => Ok(*scenario),
        Loaded::Several(exchange) => {
            bail!(
                "{} states several markets; legal: --market with one of {}",
                file.display(),
                names(&exchange)
            )
        }
    }
}

/// What a scenario file states.
pub(crate) enum Loaded {
    /// One market.
    One(Box<Scenario>),
    /// Several.
    Several(Exchange),
}

/// Reads a file; of several markets only the named one, if one is named.
pub(crate) fn load(file: &Path, args: &ScenarioArgs) -> Result<Loaded> {
    let Some(name) = &args.market else {
        return load_all(file, args);
    };
    if !Exchange::is_stated_in(file)? {
        bail!(single(file));
    }
    let instead = args.instead()?;
    only_values(file, &instead)?;
    match Exchange::load_market(file, name, &instead.overrides)? {
        Some(scenario) => Ok(Loaded::One(Box::new(scenario))),
        None => Err(unknown(&Exchange::load(file)?, name)),
    }
}

fn only_values(file: &Path, instead: &Instead) -> Result<()> {
    if instead.imports == Imports::default() {
        return Ok(());
    }
    bail!(
        "{} states several markets; legal: --prices and --positions for a file of one market",
        file.display()
    )
}

/// Reads a file with all its markets.
pub(crate) fn load_all(file: &Path, args: &ScenarioArgs) -> Result<Loaded> {
    let instead = args.instead()?;
    if !Exchange::is_stated_in(file)? {
        let scenario = Scenario::load_with(file, &instead)?;
        return Ok(Loaded::One(Box::new(scenario)));
    }
    only_values(file, &instead)?;
    let exchange = Exchange::load_with(file, &instead.overrides)?;
    Ok(Loaded::Several(exchange))
}

/// The error that a market is named where there is one only.
pub(crate) fn single(file: &Path) -> String {
    let file = file.display();
    format!("{file} states one market; legal: no --market")
}

/// The error that no market has this name.
pub(crate) fn unknown(exchange: &Exchange, name: &str) -> Error {
    let names = names(exchange);
    anyhow!("--market names `{name}`; legal: one of {names}")
}

/// The markets' names.
pub(crate) fn names(exchange: &Exchange) -> String {
    let names = exchange.markets().iter().map(|(name, _)| name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// Runs all markets through the venues, writes their figures, and says what is not as it should
/// be. Status 1 when a market reached another.
pub(crate) fn compare(args: &CompareArgs, exchange: &Exchange) -> Result<ExitCode> {
    if args.plot.is_some() {
        bail!(
            "--plot draws one market; legal: with --market, one of {}",
            names(exchange)
        );
    }
    if let Some(out) = &args.out {
        for (_, scenario) in exchange.markets() {
            for input in scenario.input_files() {
                output::refuse_same(input, out)?;
            }
        }
    }
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let outcome = compare_markets(exchange, &args.venues)?;
    let text = |ink| match args.format {
        Format::Table => Ok(exchange::render(&outcome, ink)),
        Format::Json => json::render_exchange(&outcome),
        Format::Markdown => Ok(exchange::markdown(&outcome)),
        Format::Csv => Ok(exchange::csv(&outcome)),
    };
    match target {
        Some(target) => target.fill(text(Ink::Plain)?)?,
        None => output::to_stdout(&text(output::ink())?)?,
    }
    let mut code = ExitCode::SUCCESS;
    for ((name, scenario), market) in exchange.markets().iter().zip(&outcome.markets) {
        // What was worked by hand was worked for the file as it stands.
        let is_changed = !scenario.changes().is_empty();
        for mismatch in check_expected(scenario, &market.comparison) {
            if !is_changed {
                failure::say("warning", &format!("{name}: {mismatch}"));
            }
        }
        for broken in market.isolation.iter().filter(|each| !each.holds()) {
            let venue = broken.venue;
            failure::say(
                "law broken",
                &format!("{venue}: another market reached {name}"),
            );
            code = ExitCode::from(1);
        }
        if laws(&market.comparison.venues) != ExitCode::SUCCESS {
            code = ExitCode::from(1);
        }
    }
    Ok(code)
}
