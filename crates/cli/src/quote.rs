//! `seawall quote`

use std::process::ExitCode;

use anyhow::{Result, bail};
use seawall::report::quote as report;
use seawall::report::table::Ink;
use seawall::sim::QuoteAsk;

use crate::args::{Format, QuoteArgs};
use crate::compare::distinct;
use crate::markets;
use crate::output::{self, Target};
use crate::picture::Frame;

/// Asks the venues what orders would cost, and writes their curves.
pub(crate) fn quote(args: &QuoteArgs) -> Result<ExitCode> {
    distinct(&args.venues)?;
    if let Some(out) = &args.out {
        output::refuse_same(&args.file, out)?;
    }
    let scenario = markets::load_one(&args.file, &args.scenario)?;
    if let Some(out) = &args.out {
        for input in scenario.input_files() {
            output::refuse_same(input, out)?;
        }
    }
    let mut inputs = vec![args.file.clone()];
    inputs.extend(scenario.input_files().iter().cloned());
    let frame = args.plot.as_deref();
    let frame = frame.map(|path| Frame::hang(path, &inputs)).transpose()?;
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let ask = ask(args)?;
    let quotation = seawall::sim::quote(&scenario, &args.venues, &ask)?;
    if let Some(frame) = frame {
        let ask = ask.drawn(quotation.reach());
        let drawn = seawall::sim::quote(&scenario, &args.venues, &ask)?;
        frame.fill(&seawall::plot::curve::draw(&drawn))?;
    }
    let ink = match target {
        Some(_) => Ink::Plain,
        None => output::ink(),
    };
    let text = match args.format {
        Format::Table => report::table(&quotation, ink),
        Format::Json => report::document(&quotation)?,
        Format::Markdown => report::markdown(&quotation),
        Format::Csv => report::csv(&quotation),
    };
    match target {
        Some(target) => target.fill(text)?,
        None => output::to_stdout(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn ask(args: &QuoteArgs) -> Result<QuoteAsk> {
    let mut ask = QuoteAsk {
        at: args.at,
        skew: args.skew,
        ..QuoteAsk::default()
    };
    if !args.sizes.is_empty() {
        ask.sizes.clone_from(&args.sizes);
    }
    if let Some(size) = ask.sizes.iter().find(|size| !size.is_positive()) {
        bail!("--sizes names {size} USD; legal: above 0");
    }
    Ok(ask)
}
