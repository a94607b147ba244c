//! `seawall validate`

use std::process::ExitCode;

use anyhow::{Result, bail};
use seawall::plot::ranges::{self, RangeFigure, RangeGroup, Ranges};
use seawall::units::Usd;
use seawall::validation::{Assumptions, Model, Observed, Report, Step, calibrate};

use crate::args::{Format, ValidateArgs};
use crate::output::{self, Target};
use crate::picture::Frame;
use crate::seeds::bar;

/// Holds the order book against the recorded crash, or repeats the calibration.
pub(crate) fn validate(args: &ValidateArgs) -> Result<ExitCode> {
    if !(1..=10_000).contains(&args.seeds) {
        bail!("--seeds is {}; legal: 1 to 10000", args.seeds);
    }
    output::refuse_out_as_plot(args.out.as_deref(), args.plot.as_deref())?;
    let frame = args.plot.as_deref();
    let frame = frame.map(|path| Frame::hang(path, &[])).transpose()?;
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let text = match args.calibrate {
        true => calibration()?,
        false => {
            let model = Model::fitted()?;
            let bar = bar(u64::from(args.seeds));
            let samples = model.sweep(args.seeds, &|| bar.inc(1))?;
            bar.finish_and_clear();
            let report = Report::new(&model, &samples);
            if let Some(frame) = frame {
                frame.fill(&ranges::draw(&picture(&report)))?;
            }
            match args.format {
                Format::Table => report.table(),
                Format::Json => report.json()?,
                Format::Markdown => report.markdown(),
                Format::Csv => report.csv(),
            }
        }
    };
    match target {
        Some(target) => target.fill(text)?,
        None => output::to_stdout(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The search for the fitted values from their priors, as the file that holds them.
fn calibration() -> Result<String> {
    let model = Model {
        all: Assumptions::priors()?,
        observed: Observed::of_10_october()?,
    };
    let bar = bar(0);
    let mut tried = |step: &Step| {
        bar.inc_length(1);
        bar.inc(1);
        bar.set_message(format!("loss {}.{:03}", step.loss / 1000, step.loss % 1000));
    };
    let trace = calibrate(&model, &mut tried)?;
    bar.finish_and_clear();
    Ok(trace.file()?)
}

/// ADL by minute and coin: the first table.
fn picture(report: &Report<'_>) -> Ranges {
    let coins = report
        .model()
        .all
        .coins
        .iter()
        .map(|coin| coin.name.as_str());
    let block = report.blocks().first();
    let rows = block.map_or(&[][..], |block| &block.rows);
    let group = |coin: &str| {
        let of = rows
            .iter()
            .filter(|row| row.title.ends_with(coin) && row.key.contains(':'));
        let figures = of.filter_map(|row| {
            let written = report.written(row);
            let amount = |units| Usd::from_units(units).unwrap_or_default();
            let spread = written.spread?;
            Some(RangeFigure {
                label: row.title.chars().take(5).collect(),
                observed: written.observed.map(amount),
                low: amount(spread.low),
                median: amount(spread.median),
                high: amount(spread.high),
            })
        });
        RangeGroup {
            caption: coin.to_owned(),
            figures: figures.collect(),
        }
    };
    Ranges {
        title: "ADL on 10 October 2025 by coin and minute: observed and modelled".to_owned(),
        subtitle: format!(
            "grey: observed; orange: the model's median and its 5 % to 95 % over {} seeds",
            report.seeds()
        ),
        groups: coins.map(group).collect(),
    }
}
