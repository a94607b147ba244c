//! `seawall compare --calm`

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use seawall::prelude::*;
use seawall::report::income;
use seawall::report::table::Ink;

use crate::args::{CompareArgs, Format};
use crate::compare::laws;
use crate::output::{self, Target};

/// Runs both scenarios and puts the calm one's returns beside the other one's losses.
pub(crate) fn compare(args: &CompareArgs, crash: &Scenario, file: &Path) -> Result<ExitCode> {
    let calm = Scenario::load(file)?;
    if let Some(out) = &args.out {
        output::refuse_same(file, out)?;
        for input in calm.input_files().iter().chain(crash.input_files()) {
            output::refuse_same(input, out)?;
        }
    }
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let calm = seawall::sim::compare(&calm, &args.venues)?;
    let crash = seawall::sim::compare(crash, &args.venues)?;
    let both = income::Income {
        calm: &calm,
        crash: &crash,
    };
    let ink = match target {
        Some(_) => Ink::Plain,
        None => output::ink(),
    };
    let text = match args.format {
        Format::Table => income::table(both, ink),
        Format::Json => income::document(both)?,
        Format::Markdown => income::markdown(both),
        Format::Csv => income::csv(both),
    };
    match target {
        Some(target) => target.fill(text)?,
        None => output::to_stdout(&text)?,
    }
    let codes = [laws(&calm.venues), laws(&crash.venues)];
    let broken = codes.contains(&ExitCode::from(1));
    Ok(ExitCode::from(u8::from(broken)))
}
