//! `seawall merge`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use seawall::results::{self, Span};

use crate::output;

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// Every part of the sweep, in any order; a folder stands for the parts in it
    #[arg(required = true, value_name = "PART")]
    parts: Vec<PathBuf>,

    /// The file of the whole sweep
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Joins parts into the file that one run of all paths would have written.
pub(crate) fn merge(args: &MergeArgs) -> Result<ExitCode> {
    output::refuse_no_file(&args.out)?;
    let mut parts = Vec::new();
    for part in &args.parts {
        match part.is_dir() {
            true => parts.extend(results::parts_in(part)?),
            false => parts.push(part.clone()),
        }
    }
    let finished = results::merge(&parts, &args.out)?;
    let paths = results::Reader::open(&finished.file)?.span();
    output::to_stdout(&told(&args.out, parts.len(), paths, &finished))?;
    Ok(ExitCode::SUCCESS)
}

fn told(out: &std::path::Path, parts: usize, paths: Span, finished: &results::Finished) -> String {
    let parts = match parts {
        1 => String::from("1 part"),
        many => format!("{many} parts"),
    };
    format!(
        "{}: {} paths from {parts}\ncontent hash {}\n",
        out.display(),
        paths.paths(),
        finished.hash
    )
}
