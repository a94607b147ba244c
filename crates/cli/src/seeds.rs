//! `seawall compare --seeds`

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;

use anyhow::{Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};
use seawall::prelude::*;
use seawall::report::checkpoint::{self, Finished, Head};
use seawall::report::figures::{Row, rows_of};
use seawall::report::seeds::{SeedFigures, Seeds, measure};
use seawall::report::sets::Sets;
use seawall::scenario::nearest;
use seawall::sim::{Sample, Sweep};

use crate::args::{CompareArgs, Format};
use crate::compare::write;
use crate::failure::{self, CannotWrite};
use crate::output::{self, Target};

/// Runs every seed that is not finished yet, and writes what all of them came to.
pub(crate) fn seeds(args: &CompareArgs, scenarios: &[Scenario], count: u32) -> Result<ExitCode> {
    let by = metric(&args.sweep.by, scenarios)?;
    let differences = seawall::sim::differences(scenarios)?;
    let sets = Sets {
        scenarios,
        differences: &differences,
    };
    let sweep = Sweep {
        scenarios,
        venues: &args.venues,
        seeds: count,
    };
    let notes = match &args.sweep.checkpoint {
        None => Notes::default(),
        Some(path) => {
            apart(args, scenarios, path)?;
            Notes::open(path, &Head::new(scenarios, &args.venues))?
        }
    };
    let target = args.out.as_deref().map(Target::open).transpose()?;
    let samples = run(&sweep, &notes)?;
    let found = Seeds {
        sets,
        venues: &args.venues,
        samples: &samples,
        by: &by,
    };
    write(target, |ink| match args.format {
        Format::Table => Ok(found.table(ink)),
        Format::Json => found.json(),
        Format::Markdown => Ok(found.markdown()),
        Format::Csv => Ok(found.csv()),
    })?;
    Ok(laws(&samples))
}

fn run(sweep: &Sweep<'_>, notes: &Notes) -> Result<Vec<Sample<SeedFigures>>> {
    let bar = bar(u64::from(sweep.seeds));
    let known = |seed: u64| {
        let figures = notes.finished.seeds.get(&seed).cloned();
        bar.inc(u64::from(figures.is_some()));
        figures
    };
    let done = |seed: u64, figures: &SeedFigures| {
        notes.note(seed, figures);
        bar.inc(1);
    };
    let samples = seawall::sim::sweep(sweep, &measure, &known, &done)?;
    bar.finish_and_clear();
    notes.written()?;
    Ok(samples)
}

/// A bar on stderr, which hides itself where that is no terminal.
pub(crate) fn bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} runs, {eta} left {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn metric(id: &str, scenarios: &[Scenario]) -> Result<Row> {
    let rows = rows_of(scenarios);
    match rows.iter().find(|row| row.id == id) {
        Some(row) => Ok(row.clone()),
        None => {
            let near = nearest(id, rows.iter().map(|row| row.id.as_str()));
            let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            bail!("--by names no metric: `{id}`{hint}; legal: a metric of docs/metrics.md")
        }
    }
}

/// The checkpoint is none of the files that are read or written.
fn apart(args: &CompareArgs, scenarios: &[Scenario], path: &Path) -> Result<()> {
    for scenario in scenarios {
        output::refuse_same(Path::new(scenario.file_name()), path)?;
        for input in scenario.input_files() {
            output::refuse_same(input, path)?;
        }
    }
    match &args.out {
        Some(out) if out == path => bail!(
            "{} is both --out and --checkpoint; legal: two files",
            path.display()
        ),
        Some(out) => output::refuse_same(path, out),
        None => Ok(()),
    }
}

/// Status 1 when a law was broken in any seed.
fn laws(samples: &[Sample<SeedFigures>]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for sample in samples {
        for breach in &sample.figures.breaches {
            failure::say("law broken", &format!("seed {}: {breach}", sample.seed));
            code = ExitCode::from(1);
        }
    }
    code
}

/// The checkpoint: what was found in it, and where further seeds are noted.
#[derive(Default)]
struct Notes {
    finished: Finished,
    file: Option<Mutex<(File, Option<io::Error>)>>,
    name: String,
}

impl Notes {
    /// Takes up a checkpoint, or begins one.
    fn open(path: &Path, head: &Head) -> Result<Self> {
        let name = path.display().to_string();
        if path.exists() && !path.is_file() {
            bail!("{name} is no file; legal: the path of a checkpoint");
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => bail!("{name} cannot be read: {error}"),
        };
        let finished = head.finished(&text);
        let finished = finished.map_err(|error| anyhow!("the checkpoint {name}: {error}"))?;
        let line = head.line()?;
        let open = || -> io::Result<File> {
            let options = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(path);
            let mut file = options?;
            // A line that was cut off is written anew.
            file.set_len(u64::try_from(finished.whole).unwrap_or(0))?;
            file.seek(SeekFrom::End(0))?;
            if finished.whole == 0 {
                file.write_all(line.as_bytes())?;
            }
            Ok(file)
        };
        let file = open().map_err(|error| CannotWrite::file(path, error))?;
        Ok(Self {
            finished,
            file: Some(Mutex::new((file, None))),
            name,
        })
    }

    /// Notes a finished seed at once, so that an interrupt loses no more than the seeds that run.
    fn note(&self, seed: u64, figures: &SeedFigures) {
        let Some(Ok(mut held)) = self.file.as_ref().map(Mutex::lock) else {
            return;
        };
        let (file, fault) = &mut *held;
        let line = checkpoint::line(seed, figures).map_err(io::Error::from);
        let written = line.and_then(|line| file.write_all(line.as_bytes()));
        if let (Err(error), None) = (written, &fault) {
            *fault = Some(error);
        }
    }

    /// The first failure to note a seed.
    fn written(&self) -> Result<()> {
        let Some(Ok(mut held)) = self.file.as_ref().map(Mutex::lock) else {
            return Ok(());
        };
        match held.1.take() {
            Some(error) => Err(CannotWrite::file(Path::new(&self.name), error).into()),
            None => Ok(()),
        }
    }
}
