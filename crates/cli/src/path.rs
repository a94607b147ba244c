//! `seawall path`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use seawall::prelude::*;
use seawall::report::journal::{Header, JournalFile, Sink};
use seawall::sweep::Runner;

use crate::args::Format;
use crate::compare::{laws, write};
use crate::failure::{self, CannotWrite};
use crate::output::{self, Target};
use crate::sweep::{SweptArgs, load};

#[derive(Debug, Args)]
pub(crate) struct PathArgs {
    #[command(flatten)]
    pub(crate) sweep: SweptArgs,

    /// Which path, from 0
    #[arg(long, value_name = "N")]
    pub(crate) path: u64,

    /// Which point of the grid, from 0
    #[arg(long, value_name = "K", default_value_t = 0)]
    pub(crate) point: usize,

    /// One venue only
    #[arg(long, value_name = "NAME")]
    pub(crate) venue: Option<VenueName>,

    /// Write the venue's journal, as JSON lines
    #[arg(long, value_name = "PATH", requires = "venue")]
    pub(crate) journal: Option<PathBuf>,

    /// Write the path's prices, second by second, as `compare --prices` reads them
    #[arg(long, value_name = "PATH")]
    pub(crate) prices: Option<PathBuf>,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

/// Runs one path of a sweep again: its comparison, and on request its journal and its prices.
pub(crate) fn path(args: &PathArgs) -> Result<ExitCode> {
    let plan = load(&args.sweep)?;
    let (paths, points) = (plan.head().paths, plan.head().points.len());
    if args.path >= paths {
        bail!(
            "--path is {}; legal: 0 to {}",
            args.path,
            paths.saturating_sub(1)
        );
    }
    for out in [&args.out, &args.journal, &args.prices]
        .into_iter()
        .flatten()
    {
        for input in plan.sweep().input_files() {
            output::refuse_same(&input, out)?;
        }
    }
    let flags = [
        ("--out", &args.out),
        ("--journal", &args.journal),
        ("--prices", &args.prices),
    ];
    for (place, (flag, one)) in flags.iter().enumerate() {
        for (other, two) in flags.iter().skip(place + 1) {
            if let (Some(one), Some(two)) = (one, two) {
                output::refuse_one_file((flag, one), (other, two))?;
            }
        }
    }
    let runner = Runner::new(&plan)?;
    let Some(scenario) = runner.scenario(args.path, args.point)? else {
        bail!(
            "--point is {}; legal: 0 to {}",
            args.point,
            points.saturating_sub(1)
        );
    };
    let target = args.out.as_deref().map(Target::open).transpose()?;
    if let Some(prices) = &args.prices {
        Target::open(prices)?.fill(table_of(&scenario))?;
        let again = again(&scenario, prices);
        failure::say("note", &format!("the same run from these prices: {again}"));
    }
    let venues = match args.venue {
        Some(venue) => vec![venue],
        None => plan.venues().to_vec(),
    };
    if let (Some(journal), Some(venue)) = (&args.journal, args.venue) {
        keep_journal(journal, &scenario, venue)?;
    }
    let comparison = compare(&scenario, &venues)?;
    write(target, |ink| match args.format {
        Format::Table => Ok(table::render(&comparison, ink)),
        Format::Json => json::render(&comparison),
        Format::Markdown => Ok(table::markdown(&comparison)),
        Format::Csv => Ok(table::csv(&comparison)),
    })?;
    Ok(laws(&comparison.venues))
}

fn keep_journal(journal: &Path, scenario: &Scenario, venue: VenueName) -> Result<()> {
    let header = Header::new(scenario, venue)?;
    let cannot_write = |error| CannotWrite::file(journal, error);
    output::refuse_no_file(journal)?;
    let file = JournalFile::create(journal).map_err(cannot_write)?;
    let mut sink = Sink::new(file, header);
    run_one(scenario, venue, &mut sink)?;
    let (file, chain) = sink.finish().map_err(cannot_write)?;
    file.finish().map_err(cannot_write)?;
    failure::say(
        "note",
        &format!("journal: {}, hash {chain}", journal.display()),
    );
    Ok(())
}

/// The comparison that finds the path's figures again: what the sweep, its flags, the point and the path
/// put in the place of the scenario's statements.
fn again(scenario: &Scenario, prices: &Path) -> String {
    let changes = scenario.changes().iter();
    let set: Vec<String> = changes
        .map(|change| format!("{}={}", change.key, change.after))
        .collect();
    let prices = prices.display().to_string();
    let words = [
        "seawall",
        "compare",
        scenario.file_name(),
        "--prices",
        &prices,
    ];
    let set = set.iter().flat_map(|set| ["--set", set]);
    let words: Vec<&str> = words.into_iter().chain(set).collect();
    // Nothing that came from a flag or a file has the one letter that no shell can quote.
    shlex::try_join(words.iter().copied()).unwrap_or_else(|_| words.join(" "))
}

/// The outside price of every second, in the format of a price table.
fn table_of(scenario: &Scenario) -> String {
    let mut text = String::from("time,price\n");
    for (time, price, _) in scenario.path().iter() {
        text.push_str(&format!("{},{price}\n", time.secs()));
    }
    text
}
