//! `seawall cascade`

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use seawall::plot::Picture;
use seawall::report::cascade::{AblationReport, CascadeReport, SweepReport};
use seawall::scenario::{Axis, Cascade, Overrides};
use seawall::sim::{CascadeSweep, ablate, ablations, check_cascade, on_threads, run_cascade};

use crate::args::Format;
use crate::compare::write;
use crate::failure;
use crate::output::{self, Target};
use crate::picture::Frame;
use crate::seeds::bar;

#[derive(Debug, Args)]
pub(crate) struct CascadeArgs {
    /// The cascade file
    pub(crate) file: PathBuf,

    /// Put VALUE in the place of what the file states for KEY, such as pools.T-USD.depth=2 or
    /// loans.borrower.count=20; any number of times
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,

    /// Vary a key: KEY=FROM..TO..POINTS, KEY=VALUE,VALUE or a name that the file gives under `vary`;
    /// several times for every combination, and with two a phase diagram
    #[arg(long, value_name = "KEY=A..B..N")]
    pub(crate) sweep: Vec<String>,

    /// Change one rule at a time: every value of everything that the file says it varies
    #[arg(long, conflicts_with = "sweep")]
    pub(crate) ablation: bool,

    /// How many threads a sweep or an ablation may use; all by default. Figures are the same on any
    /// number
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,

    /// Draw a picture too, as SVG or PNG by the ending of its name: price, depth and forced sales by
    /// round, or what a sweep of one or two keys found
    #[arg(long, value_name = "PATH", conflicts_with = "ablation")]
    pub(crate) plot: Option<PathBuf>,
}

/// Runs the cascade, every combination of a sweep, or an ablation, and writes what came of it.
pub(crate) fn cascade(args: &CascadeArgs) -> Result<ExitCode> {
    output::refuse_out_as_plot(args.out.as_deref(), args.plot.as_deref())?;
    if let Some(threads) = args.threads.filter(|threads| threads.get() > MOST_THREADS) {
        bail!("--threads is {threads}; legal: 1 to {MOST_THREADS}");
    }
    let overrides = Overrides::parse(&args.set)?;
    let cascade = Cascade::load(&args.file, &overrides)?;
    let inputs = cascade.input_files();
    if let Some(out) = &args.out {
        apart(&inputs, out)?;
    }
    if args.ablation {
        return ablation(args, &cascade);
    }
    let axes = args.sweep.iter();
    let axes = axes.map(|text| Axis::parse(text, cascade.vary()));
    let axes = axes.collect::<std::result::Result<Vec<Axis>, _>>()?;
    refuse_twice(&axes)?;
    let places = Places::look(args, &inputs)?;
    match axes.is_empty() {
        true => one(args, &cascade, places),
        false => sweep(args, &cascade, &axes, places),
    }
}

/// More threads than any machine has cores cost memory and bring nothing.
const MOST_THREADS: usize = 1_024;

/// Refuses two axes that set one key: the later would win, and rows would tell the earlier's value.
fn refuse_twice(axes: &[Axis]) -> Result<()> {
    let keys = |axis: &Axis| -> BTreeSet<String> {
        let set = axis.points.iter().flat_map(|point| &point.set);
        set.map(|(key, _)| key.clone()).collect()
    };
    for (place, axis) in axes.iter().enumerate() {
        let mine = keys(axis);
        for other in axes.iter().take(place) {
            if let Some(key) = keys(other).intersection(&mine).next() {
                bail!(
                    "--sweep {} and --sweep {} both set {key}; legal: one axis for a key",
                    other.name,
                    axis.name
                );
            }
        }
    }
    Ok(())
}

/// Where things are written, looked at before anything runs.
struct Places {
    target: Option<Target>,
    frame: Option<Frame>,
}

impl Places {
    fn look(args: &CascadeArgs, inputs: &[PathBuf]) -> Result<Self> {
        if args.plot.is_some() && args.sweep.len() > 2 {
            let count = args.sweep.len();
            bail!("--plot has no picture of a sweep of {count} keys; legal: one or two --sweep");
        }
        let frame = args.plot.as_deref();
        Ok(Self {
            frame: frame.map(|path| Frame::hang(path, inputs)).transpose()?,
            target: args.out.as_deref().map(Target::open).transpose()?,
        })
    }

    fn hang(frame: Option<Frame>, picture: impl FnOnce() -> Option<Picture>) -> Result<()> {
        let Some(frame) = frame else {
            return Ok(());
        };
        picture().map_or(Ok(()), |picture| frame.fill(&picture))
    }
}

fn apart(inputs: &[PathBuf], out: &Path) -> Result<()> {
    inputs
        .iter()
        .try_for_each(|input| output::refuse_same(input, out))
}

fn one(args: &CascadeArgs, cascade: &Cascade, places: Places) -> Result<ExitCode> {
    let run = run_cascade(cascade)?;
    let report = CascadeReport { cascade, run: &run };
    Places::hang(places.frame, || {
        Some(seawall::plot::cascade::draw(cascade, &run))
    })?;
    write(places.target, |ink| match args.format {
        Format::Table => Ok(report.table(ink)),
        Format::Json => report.json(),
        Format::Markdown => Ok(report.markdown()),
        Format::Csv => report.csv(),
    })?;
    // What was worked out was worked out for the file as it stands.
    if cascade.changes().is_empty() {
        for mismatch in check_cascade(cascade, &run) {
            failure::say("warning", &mismatch.to_string());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn sweep(args: &CascadeArgs, cascade: &Cascade, axes: &[Axis], places: Places) -> Result<ExitCode> {
    let sweep = CascadeSweep { cascade, axes };
    let Some(count) = sweep.count() else {
        bail!("--sweep asks for too many cascades; legal: at most 1000000 in all combinations");
    };
    sweep.check()?;
    failure::say("note", &format!("{count} cascades"));
    let bar = bar(u64::try_from(count).unwrap_or(u64::MAX));
    let samples = on_threads(args.threads, || sweep.run(&|| bar.inc(1)));
    bar.finish_and_clear();
    let samples = samples?;
    let report = SweepReport {
        sweep: &sweep,
        samples: &samples,
    };
    Places::hang(places.frame, || {
        seawall::plot::cascade::draw_sweep(&sweep, &samples)
    })?;
    write(places.target, |ink| match args.format {
        Format::Table => Ok(report.table(ink)),
        Format::Json => report.json(),
        Format::Markdown => Ok(report.markdown()),
        Format::Csv => Ok(report.csv()),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn ablation(args: &CascadeArgs, cascade: &Cascade) -> Result<ExitCode> {
    if cascade.vary().is_empty() {
        let legal = "`[[vary]]` with what --ablation is to change, or --sweep";
        return Err(cascade.refuse("vary", "not there", legal).into());
    }
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let count = ablations(cascade);
    failure::say("note", &format!("{count} cascades"));
    let bar = bar(u64::try_from(count).unwrap_or(u64::MAX));
    let rows = on_threads(args.threads, || ablate(cascade, &|| bar.inc(1)));
    bar.finish_and_clear();
    let rows = rows?;
    let report = AblationReport {
        cascade,
        rows: &rows,
    };
    write(target, |ink| match args.format {
        Format::Table => Ok(report.table(ink)),
        Format::Json => report.json(),
        Format::Markdown => Ok(report.markdown()),
        Format::Csv => Ok(report.csv()),
    })?;
    Ok(ExitCode::SUCCESS)
}
