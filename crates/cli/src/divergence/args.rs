//! Its flags.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use seawall::lp::Weights;
use seawall::units::{Ratio, TokenPrice, Usd};

use crate::args::Format;

#[derive(Debug, Args)]
pub(crate) struct DivergenceArgs {
    #[command(flatten)]
    pub(crate) at: AtArgs,

    #[command(flatten)]
    pub(crate) position: PositionArgs,

    #[command(flatten)]
    pub(crate) walk: WalkArgs,

    /// Fees earned, as a fraction of what the position is worth: 5% or 0.05
    #[arg(
        long,
        value_name = "FRACTION",
        allow_hyphen_values = true,
        conflicts_with = "path"
    )]
    pub(crate) fees: Option<Ratio>,

    /// Rewards earned, as a fraction of the deposit: 20% or 0.2
    #[arg(
        long,
        value_name = "FRACTION",
        allow_hyphen_values = true,
        conflicts_with = "path"
    )]
    pub(crate) rewards: Option<Ratio>,

    /// Rewards per year, as a fraction of the deposit; with --days they are earned for so long
    #[arg(long, value_name = "FRACTION", allow_hyphen_values = true)]
    pub(crate) apr: Option<Ratio>,

    /// For how many days of a year of 365 the rewards of --apr are earned
    #[arg(
        long,
        value_name = "DAYS",
        requires = "apr",
        allow_hyphen_values = true,
        conflicts_with = "path"
    )]
    pub(crate) days: Option<f64>,

    /// What is put in, for figures in money; 10000 with --path
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    pub(crate) deposit: Option<Usd>,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,

    /// Draw a picture too, as SVG or PNG by the ending of its name
    #[arg(long, value_name = "PATH")]
    pub(crate) plot: Option<PathBuf>,
}

/// Which prices are asked about.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct AtArgs {
    /// New prices over the old one, separated by commas, such as 0.5,2,4; for a pool of more than two
    /// assets the ratios of all of them joined by colons, such as 1:2:0.5
    #[arg(
        long,
        value_name = "RATIOS",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    pub(crate) ratio: Vec<String>,

    /// New prices, separated by commas; needs --from
    #[arg(
        long,
        value_name = "PRICES",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    pub(crate) to: Vec<TokenPrice>,

    /// Recorded prices in any format that --prices of a scenario reads: the position over them, its
    /// return split into fees, rewards, divergence loss and LVR
    #[arg(long, value_name = "FILE")]
    pub(crate) path: Option<PathBuf>,

    /// Losses, separated by commas: shows the fall and the rise at which each occurs
    #[arg(
        long,
        value_name = "FRACTIONS",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    pub(crate) loss: Vec<Ratio>,
}

/// What a position over recorded prices earns and when it is taken out.
#[derive(Debug, Args)]
pub(crate) struct WalkArgs {
    /// Which coin of a file of several
    #[arg(long, value_name = "NAME", conflicts_with_all = ["ratio", "to", "loss"])]
    pub(crate) coin: Option<String>,

    /// The fee of the pool on what is paid in, such as 0.3%
    #[arg(
        long,
        value_name = "FRACTION",
        conflicts_with_all = ["ratio", "to", "loss"],
        allow_hyphen_values = true
    )]
    pub(crate) pool_fee: Option<Ratio>,

    /// The part of the pool that the position is: it earns this part of the fees on `volume_usd`,
    /// and has to be said when a file with volumes is walked with a fee
    #[arg(
        long,
        value_name = "FRACTION",
        conflicts_with_all = ["ratio", "to", "loss"],
        allow_hyphen_values = true
    )]
    pub(crate) share: Option<Ratio>,

    /// How far arbitrage moves the pool's price
    #[arg(long, value_enum, value_name = "WHERE", conflicts_with_all = ["ratio", "to", "loss"])]
    pub(crate) arbitrage: Option<Arbitrage>,

    /// Take the position out and put it in again, so many seconds after the first price; separated by
    /// commas
    #[arg(long, value_name = "SECONDS", value_delimiter = ',', conflicts_with_all = ["ratio", "to", "loss"])]
    pub(crate) reenter: Vec<u64>,

    /// Take all of the position out so many seconds after the first price
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["ratio", "to", "loss"])]
    pub(crate) withdraw: Option<u64>,
}

/// How far arbitrage moves a pool's price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Arbitrage {
    /// To the outside price, as if there were no fee
    Market,
    /// To where the fee leaves nothing to gain
    FeeEdge,
}

/// What kind of position it is.
#[derive(Debug, Args)]
pub(crate) struct PositionArgs {
    /// The kind of pool; what --weights, --range or --amplification say without it
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) pool: Option<PoolKind>,

    /// The price at entry
    #[arg(long, value_name = "PRICE", allow_hyphen_values = true)]
    pub(crate) from: Option<TokenPrice>,

    /// Shares of the value, the risky asset first: 80%,20% or 0.5,0.25,0.25 or 1:1:1
    #[arg(long, value_name = "WEIGHTS")]
    pub(crate) weights: Option<Weights>,

    /// Between which prices a concentrated position trades, such as 80..125: prices with --from or
    /// --path, else multiples of the price at entry
    #[arg(long, value_name = "LOWER..UPPER", allow_hyphen_values = true)]
    pub(crate) range: Option<String>,

    /// Amplification of stable coins, as Curve's contracts keep it
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    pub(crate) amplification: Option<f64>,
}

/// The kinds of pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PoolKind {
    /// x·y = k
    ConstantProduct,
    /// Fixed shares of the value; needs --weights
    Weighted,
    /// A range of prices; needs --range
    Concentrated,
    /// Coins that should be worth the same; needs --amplification
    Stable,
}
