//! `seawall sweep`

mod args;
mod kept;
mod progress;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use seawall::results::{Span, Work};
use seawall::scenario::{Overrides, Sweep, nearest};
use seawall::sweep::{Plan, Ran, Runner, Summary, SummaryReport};

pub(crate) use args::{RunSweepArgs, SweptArgs};
use kept::Kept;
use progress::{Progress, forecast};

use crate::args::Format;
use crate::compare::write;
use crate::failure;
use crate::output::{self, Target};
use crate::picture::Frame;
use crate::spread;

/// More threads than any machine has cores cost memory and bring nothing.
const MOST_THREADS: usize = 1_024;

/// Runs every path of the sweep that is not finished, and writes what all of them came to.
pub(crate) fn sweep(args: &RunSweepArgs) -> Result<ExitCode> {
    let threads = threads(args.threads)?;
    let plan = load(&args.sweep)?;
    if args.shard.is_some() && plan.may_stop() {
        let legal = "no stop rule beside --shard: a part does not know what the others found";
        return Err(plan.sweep().refuse("stop", "there", legal).into());
    }
    let inputs = plan.sweep().input_files();
    apart(args, &inputs)?;
    let by = by(args, &plan)?;
    let span = match args.shard {
        Some(shard) => shard.span(plan.head().paths, plan.head().sample),
        None => Span::whole(plan.head().paths),
    };
    let runner = Runner::new(&plan)?;
    let what = announced(&plan, span, threads);
    if args.plan {
        let forecast = forecast(&runner, span, threads, None)?;
        output::to_stdout(&format!("{what}{forecast}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let outputs = Outputs::open(args, &inputs)?;
    let kept = Kept::open(args, plan.head(), span)?;
    kept.tell_when_interrupted()?;
    remarks(&plan);
    let (ran, finished) = match kept {
        Kept::Done(reader, finished) => (kept::summed(reader, plan.head())?, Some(finished)),
        kept => {
            let ran = forecast(&runner, span, threads, kept.work()).and_then(|forecast| {
                let known = match kept.work().map_or(0, Work::finished) {
                    0 => String::new(),
                    finished => format!(", {finished} finished before"),
                };
                failure::say("note", &format!("{what}{known}{forecast}"));
                let mut progress = Progress::new(span.paths());
                let ran = runner.run_all(span, threads, kept.work(), &mut progress);
                progress.end();
                Ok(ran?)
            });
            let ran = match ran {
                Ok(ran) => ran,
                Err(error) => {
                    kept.leave();
                    return Err(error);
                }
            };
            stopped(&ran, span);
            let finished = kept.finish(&plan, &ran)?;
            (ran, finished)
        }
    };
    tell(args, (&ran, by), outputs)?;
    if let Some(finished) = finished {
        let shown = finished.file.display();
        failure::say(
            "note",
            &format!("results: {shown}, content hash {}", finished.hash),
        );
    }
    Ok(laws(&ran.summary))
}

/// What a reader of the figures should know of how the paths were made.
fn remarks(plan: &Plan) {
    if plan.sweep().scenario().file().positions.scale {
        failure::say(
            "note",
            "`positions.scale` shrinks each path's positions at each point until every venue can hold them; \
             `seawall path` tells by how much",
        );
    }
    if plan.sampling_misses_draws() {
        failure::say(
            "note",
            "positions, orders and drawn keys are drawn for each path by itself: mirrored or Sobol's \
             numbers are of prices alone (`redraw = \"prices\"` leaves the scenario's own draws alone)",
        );
    }
}

/// Says that a stop rule has ended the sweep.
fn stopped(ran: &Ran, span: Span) {
    if ran.span.until < span.until {
        let (ran, most) = (ran.span.paths(), span.paths());
        failure::say(
            "note",
            &format!("stopped by its rule after {ran} of at most {most} paths"),
        );
    }
}

/// The plan of a sweep with what its flags put in the place of the file's statements.
pub(crate) fn load(args: &SweptArgs) -> Result<Plan> {
    let mut texts = args.set.clone();
    if let Some(paths) = args.paths {
        texts.push(format!("paths={paths}"));
    }
    if let Some(seed) = args.seed {
        texts.push(format!("seed={seed}"));
    }
    if !args.venues.is_empty() {
        let names: Vec<String> = args
            .venues
            .iter()
            .map(|venue| format!("\"{venue}\""))
            .collect();
        texts.push(format!("venues=[{}]", names.join(", ")));
    }
    let sweep = Sweep::load(&args.file, &Overrides::parse(&texts)?)?;
    Ok(Plan::new(sweep)?)
}

/// The threads to run on: those of the machine by default.
fn threads(asked: Option<NonZeroUsize>) -> Result<NonZeroUsize> {
    match asked {
        Some(threads) if threads.get() > MOST_THREADS => {
            bail!("--threads is {threads}; legal: 1 to {MOST_THREADS}")
        }
        Some(threads) => Ok(threads),
        None => Ok(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)),
    }
}

/// What is written is none of what is read, and no two things are written into one file.
fn apart(args: &RunSweepArgs, inputs: &[PathBuf]) -> Result<()> {
    output::refuse_out_as_plot(args.out.as_deref(), args.plot.as_deref())?;
    for out in [&args.out, &args.results].into_iter().flatten() {
        for input in inputs {
            output::refuse_same(input, out)?;
        }
    }
    let Some(results) = args.results.as_deref() else {
        return Ok(());
    };
    let work = kept::work_file(results, args.shard);
    for (flag, other) in [("--out", &args.out), ("--plot", &args.plot)] {
        if let Some(other) = other.as_deref() {
            output::refuse_one_file(("--results", results), (flag, other))?;
            output::refuse_one_file(("the work file of --results", &work), (flag, other))?;
        }
    }
    Ok(())
}

/// How many runs there will be, in words.
fn announced(plan: &Plan, span: Span, threads: NonZeroUsize) -> String {
    let head = plan.head();
    let runs = span.paths().saturating_mul(plan.runs_a_path());
    let part = match span == Span::whole(head.paths) {
        true => String::new(),
        false => format!(" ({span} of {})", head.paths),
    };
    let most = if plan.may_stop() { "at most " } else { "" };
    let points = counted(head.points.len() as u64, "point");
    let paths = counted(span.paths(), "path");
    let venues = counted(head.venues.len() as u64, "venue");
    let runs = counted(runs, "run");
    let threads = counted(threads.get() as u64, "thread");
    format!("{points} x {most}{paths}{part} x {venues} = {most}{runs} on {threads}")
}

/// A number of things.
fn counted(number: u64, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

/// Where the summary and its picture go, opened before anything runs.
struct Outputs {
    target: Option<Target>,
    frame: Option<Frame>,
}

impl Outputs {
    fn open(args: &RunSweepArgs, inputs: &[PathBuf]) -> Result<Self> {
        let frame = args.plot.as_deref();
        Ok(Self {
            target: args.out.as_deref().map(Target::open).transpose()?,
            frame: frame.map(|path| Frame::hang(path, inputs)).transpose()?,
        })
    }
}

/// The figure that is looked at closely.
fn by<'a>(args: &'a RunSweepArgs, plan: &'a Plan) -> Result<&'a str> {
    let Some(by) = args.by.as_deref() else {
        return Ok(&plan.sweep().file().by);
    };
    let ids = || plan.head().figures.iter().map(|column| column.id.as_str());
    if ids().any(|id| id == by) {
        return Ok(by);
    }
    let near = nearest(by, ids());
    let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    bail!("--by names no metric: `{by}`{hint}; legal: a metric of docs/metrics.md")
}

fn tell(args: &RunSweepArgs, (ran, by): (&Ran, &str), outputs: Outputs) -> Result<()> {
    let source = args.sweep.file.display().to_string();
    let report = SummaryReport::new(&ran.summary, by, &source);
    let report = report.map_err(|error| anyhow::anyhow!("--by names no figure: `{}`", error.id))?;
    if let Some(frame) = outputs.frame {
        let picture = spread::picture(&ran.summary, by)?;
        frame.fill(&seawall::plot::sweep::draw(&picture))?;
    }
    write(outputs.target, |ink| match args.format {
        Format::Table => Ok(report.table(ink)),
        Format::Json => report.json(),
        Format::Markdown => Ok(report.markdown()),
        Format::Csv => Ok(report.csv()),
    })
}

/// Status 1 when a law was broken on any path.
pub(crate) fn laws(summary: &Summary) -> ExitCode {
    for breach in summary.breaches() {
        let venue = usize::try_from(breach.venue).ok();
        let venue = venue.and_then(|venue| summary.head().venues.get(venue));
        let place = format!("path {}, point {}", breach.path, breach.point);
        let venue = venue.map_or("", String::as_str);
        failure::say(
            "law broken",
            &format!("{place}, {venue}: {} breaches", breach.count),
        );
    }
    match summary.broken() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    }
}
