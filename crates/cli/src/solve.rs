//! `seawall solve`

use std::process::ExitCode;
use std::sync::Mutex;

use anyhow::{Error, Result, anyhow};
use seawall::prelude::*;
use seawall::report::answer;
use seawall::report::condition::Condition;
use seawall::report::figures::rows_of;
use seawall::report::table::Ink;
use seawall::sim::{Key, Question, SolveError, Trial};

use crate::args::{Format, Must, SolveArgs};
use crate::compare::{apart, write};
use crate::failure;
use crate::markets;
use crate::output::{self, Target};
use crate::seeds::bar;

/// Halves the bracket and says where the condition begins or ceases to hold.
pub(crate) fn solve(args: &SolveArgs) -> Result<ExitCode> {
    let out = args.out.as_deref();
    if let Some(path) = out {
        output::refuse_same(&args.file, path)?;
    }
    let scenario = markets::load_one(&args.file, &args.scenario)?;
    apart(out, std::slice::from_ref(&scenario))?;
    failure::tell_imports(&scenario);
    let rows = rows_of(std::slice::from_ref(&scenario));
    let condition = Condition::parse_among(&args.until, &rows);
    let condition = condition.map_err(|error| anyhow!("--until {error}"))?;
    let bracket = (args.from.as_str(), args.to.as_str());
    let key = Key::new(&scenario, &args.vary, bracket, args.tolerance.as_deref())?;
    // A figure of a run that broke a law cannot be trusted.
    let breaches = Mutex::new(Vec::new());
    let figure = |venue: &VenueOutcome| {
        if let (false, Ok(mut list)) = (venue.breaches.is_empty(), breaches.lock()) {
            list.extend(venue.breaches.iter().cloned());
        }
        condition.row.units(venue)
    };
    let question = Question {
        key: &key,
        venue: condition.venue,
        figure: &figure,
        bound: condition.bound,
        seeds: (
            args.seeds,
            match args.must {
                Must::Median => seawall::sim::Must::Median,
                Must::All => seawall::sim::Must::All,
            },
        ),
        parts: args.parts,
    };
    // Before the trials, so that an illegal place is told at once.
    let target = out.map(Target::open).transpose()?;
    let bar = bar(question.most_trials());
    let mut tell = |trial: &Trial| {
        bar.set_message(format!("{} = {}", key.name(), trial.value));
        bar.inc(1);
    };
    let answer = seawall::sim::solve(&scenario, &question, &mut tell);
    bar.finish_and_clear();
    let answer = answer.map_err(|error| refused(&condition, error))?;
    write(target, |ink| match args.format {
        Format::Table => Ok(answer::table(&key, &condition, &answer, ink)),
        Format::Json => answer::json(&key, &condition, &answer, scenario.hash()),
        Format::Markdown => Ok(answer::markdown(&key, &condition, &answer)),
        Format::Csv => Ok(answer::csv(&condition, &answer)),
    })?;
    let mut list = breaches.into_inner().unwrap_or_default();
    list.sort();
    for breach in &list {
        failure::say("law broken", breach);
    }
    Ok(ExitCode::from(u8::from(!list.is_empty())))
}

/// Why there is no answer, with every value that was tried.
fn refused(condition: &Condition, error: SolveError) -> Error {
    let (trials, legal) = match &error {
        SolveError::SameAtBothEnds { trials, .. } => {
            (trials, "a bracket with one end on each side of the answer")
        }
        SolveError::NotMonotone { trials, .. } => (trials, "a bracket in which it changes once"),
        _ => return error.into(),
    };
    let found = answer::steps(condition, trials, Ink::Plain);
    anyhow!("`{condition}`: {error}; legal: {legal}\n{found}")
}
