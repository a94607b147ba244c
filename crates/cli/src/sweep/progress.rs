//! How far a sweep is, and how long it will take.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use seawall::results::{Span, Work};
use seawall::sweep::{Runner, Watch};

/// Paths that are tried, at most.
const TRIALS: usize = 3;
/// Sweeps of fewer paths are over before anybody has read how long they take.
const FEW: u64 = 20;
/// Trials end after this.
const PATIENCE: Duration = Duration::from_secs(2);

/// A bar on stderr, which hides itself where that is no terminal.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(paths: u64) -> Self {
        let style =
            ProgressStyle::with_template("{bar:40} {pos}/{len} paths, {per_sec}, {eta} left");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::new(paths).with_style(style))
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}

impl Watch for Progress {
    fn done(&mut self, _: u64) {
        self.0.inc(1);
    }
}

/// How long the paths of a span will take, from a few of them; nothing when there are few.
///
/// The few are noted, and those that were finished before are not run again.
pub(super) fn forecast(
    runner: &Runner<'_>,
    span: Span,
    threads: NonZeroUsize,
    work: Option<&Work>,
) -> Result<String> {
    let is_left = |path: &u64| work.is_none_or(|work| !work.is_finished(*path));
    let finished = work.map_or(0, |work| u64::try_from(work.finished()).unwrap_or(u64::MAX));
    let left = span.paths().saturating_sub(finished);
    if left < FEW {
        return Ok(String::new());
    }
    let begun = Instant::now();
    let mut tried = 0_u32;
    let ahead = (span.from..span.until).filter(is_left);
    for path in ahead.take(TRIALS) {
        runner.take_or_run(path, work)?;
        tried += 1;
        if begun.elapsed() > PATIENCE {
            break;
        }
    }
    let each = begun.elapsed().as_secs_f64() / f64::from(tried.max(1));
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let at_once = threads.get().min(cores) as f64;
    let seconds = each * left as f64 / at_once;
    let whole = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    Ok(format!(", about {}", HumanDuration(whole)))
}
