use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use seawall::results::Shard;
use seawall::sim::VenueName;

use crate::args::Format;

/// A sweep's file and what takes the place of its statements.
#[derive(Debug, Clone, Args)]
pub(crate) struct SweptArgs {
    /// The sweep file
    pub(crate) file: PathBuf,

    /// Put VALUE in the place of what the file states for KEY, such as grid[0].count=5 or
    /// price.gbm.volatility=90%; a key that is none of the sweep's, such as market.junior, is the
    /// scenario's; any number of times
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,

    /// Run so many paths
    #[arg(long, value_name = "N")]
    pub(crate) paths: Option<u64>,

    /// The seed from which every path's numbers come
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// Which venues, separated by commas, in the order of the table
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) venues: Vec<VenueName>,
}

#[derive(Debug, Args)]
pub(crate) struct RunSweepArgs {
    #[command(flatten)]
    pub(crate) sweep: SweptArgs,

    /// How many threads; as many as the machine runs at once by default. Figures are the same on any
    /// number
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,

    /// The figure that is looked at closely: its distribution, its differences, its worst paths
    #[arg(long, value_name = "METRIC")]
    pub(crate) by: Option<String>,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,

    /// Draw the figure too, by venue and point, as SVG or PNG by the ending of its name
    #[arg(long, value_name = "PATH")]
    pub(crate) plot: Option<PathBuf>,

    /// Keep a row for each path, point and venue in this Parquet file; with --shard in this folder
    #[arg(long, value_name = "PATH")]
    pub(crate) results: Option<PathBuf>,

    /// Take up the paths that are finished: after a kill, or in a script that may run twice
    #[arg(long, requires = "results")]
    pub(crate) resume: bool,

    /// Run one part of the paths only, such as 2/10; `seawall merge` joins the parts
    #[arg(long, value_name = "I/N", requires = "results")]
    pub(crate) shard: Option<Shard>,

    /// Say how many runs there would be and how long they would take, which up to three of the paths
    /// tell, and write nothing
    #[arg(long, conflicts_with_all = ["out", "results", "plot"])]
    pub(crate) plan: bool,
}
