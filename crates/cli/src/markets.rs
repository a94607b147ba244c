//! Files that state several markets.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Error, Result, anyhow, bail};
use seawall::prelude::*;
use seawall::report::exchange;
use seawall::report::table::Ink;
use seawall::scenario::Exchange;
use seawall::sim::{check_expected, compare_markets};

use crate::args::{CompareArgs, Format};
use crate::compare::laws;
use crate::failure;
use crate::output::{self, Target};

/// What a scenario file states.
pub(crate) enum Loaded {
    /// One market.
    One(Box<Scenario>),
    /// Several.
    Several(Exchange),
}

/// Reads a file; of several markets only the named one, if one is named.
pub(crate) fn load(file: &Path, market: Option<&str>, overrides: &Overrides) -> Result<Loaded> {
    if !Exchange::is_stated_in(file)? {
        if market.is_some() {
            bail!(single(file));
        }
        return Ok(Loaded::One(Box::new(Scenario::load_with(file, overrides)?)));
    }
    let exchange = Exchange::load_with(file, overrides)?;
    let Some(name) = market else {
        return Ok(Loaded::Several(exchange));
    };
    match exchange.market(name) {
        Some(scenario) => Ok(Loaded::One(Box::new(scenario.clone()))),
        None => Err(unknown(&exchange, name)),
    }
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
    if let Some(out) = &args.out {
        for (_, scenario) in exchange.markets() {
            if let Some(prices) = scenario.price_file() {
                output::refuse_same(&prices, out)?;
            }
        }
    }
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let outcome = compare_markets(exchange, &args.venues)?;
    let text = |ink| match args.format {
        Format::Table => Ok(exchange::render(&outcome, ink)),
        Format::Json => json::render_exchange(&outcome),
    };
    match target {
        Some(target) => target.fill(&text(Ink::Plain)?)?,
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
