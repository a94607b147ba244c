//! Flags and their help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use seawall::check::ExpectedHash;
use seawall::report::explain::When;
use seawall::scenario::{Imports, Instead, Overrides, OwnPositions, ScenarioError};
use seawall::sim::VenueName;
use seawall::units::Usd;
use seawall::venue::StageId;

use crate::cascade::CascadeArgs;
use crate::claims::ClaimsArgs;
use crate::divergence::DivergenceArgs;
use crate::merge::MergeArgs;
use crate::path::PathArgs;
use crate::results::ResultsArgs;
use crate::sweep::RunSweepArgs;

/// Who pays when everything falls: one scenario, several perpetual-futures venues, every loss
/// followed to the last micro-dollar.
#[derive(Debug, Parser)]
#[command(name = "seawall", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to colour the output
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,

    /// Tell on stderr what is being done; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

const EXAMPLES: &str = "\
Examples:
  seawall compare fixtures/scenarios/crash-2025-10-10.toml
      the table of all venues: who paid, what winners lost, who could trade
  seawall compare crash.toml --venues tranched,gmx --format json --out crash.json
      two venues, every figure exact, into a file
  seawall compare crash.toml --set market.junior=30000000 --against-base
      the same with less Junior, beside the file as it stands
  seawall compare crash.toml --seeds 200 --checkpoint crash.seeds
      medians and ranges over 200 seeds; can be interrupted and taken up again
  seawall solve crash.toml --vary market.junior --from 1000000 --to 40000000 --until 'junior_drawdown < 2%'
      the smallest Junior that does not lose more
  seawall run crash.toml --venue tranched --journal crash.jsonl
      one venue, with every transfer and event written down
  seawall replay crash.jsonl --accounts
      the balances rebuilt from that journal alone
  seawall sweep fixtures/sweeps/crash-futures.toml --paths 10000
      many futures of one minute: means with their errors, tails, worst paths
  seawall check crash.jsonl
      every law of the venue held against that journal, without the engine
  seawall divergence --ratio 0.5,2,4 --fees 5% --deposit 10000
      what liquidity in a pool has less than holding, and what makes up for it
  seawall explain crash.jsonl --account retail-17
      what happened to one account, by which rule, to the last posting

Exit status: 0 done; 1 the program's own failure; 2 bad input, and nothing was written.
Of check: 0 clean; 1 violations; 2 unreadable; 3 valid as far as it goes, without a final record.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a scenario through several venues and put their figures side by side
    Compare(CompareArgs),
    /// Find the value of one key from which on a condition holds
    Solve(SolveArgs),
    /// Run a scenario through one venue and write its journal
    Run(RunArgs),
    /// Rebuild the balances from a journal
    Replay(ReplayArgs),
    /// Check a journal against the laws of its venue, without the engine
    Check(CheckArgs),
    /// Tell from a journal what happened to an account, a deficit, a stage or in a second
    Explain(ExplainArgs),
    /// Take the books of a journal into another tool
    Export(ExportArgs),
    /// Show what orders would cost at one moment, by size
    Quote(QuoteArgs),
    /// Say what divergence (impermanent) loss costs a provider of liquidity
    Divergence(Box<DivergenceArgs>),
    /// Print the JSON Schema of scenario, cascade or sweep files, for editors
    Schema(SchemaArgs),
    /// Hold the order book against the recorded crash of 10 October 2025
    Validate(ValidateArgs),
    /// What four articles claim, whether it is so, our numbers and the tests that show it
    Claims(ClaimsArgs),
    /// Run a cascade: forced sales, draining pools and fleeing liquidity that feed each other
    Cascade(CascadeArgs),
    /// Run a scenario over many price paths and sets of parameters
    Sweep(Box<RunSweepArgs>),
    /// Run one path of a sweep again
    Path(Box<PathArgs>),
    /// Sum up the results of a sweep, or write their rows
    Results(ResultsArgs),
    /// Join the parts of a sweep into the file of one run
    Merge(MergeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The scenario file; several are compared with each other, venue by venue
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) scenario: ScenarioArgs,

    /// Put the file with --set beside the file as it stands
    #[arg(long, requires = "set")]
    pub(crate) against_base: bool,

    #[command(flatten)]
    pub(crate) sweep: SweepArgs,

    /// Which venues, separated by commas, in the order of the table
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_values_t = VenueName::ALL)]
    pub(crate) venues: Vec<VenueName>,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,

    /// Draw a picture too, as SVG or PNG by the ending of its name
    #[arg(long, value_name = "PATH")]
    pub(crate) plot: Option<PathBuf>,

    /// A calm scenario: its returns beside the losses of the file, instead of the whole table
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plot", "seeds", "against_base"])]
    pub(crate) calm: Option<PathBuf>,
}

/// Which scenario of a file, and what takes the place of its statements.
#[derive(Debug, Clone, Args)]
pub(crate) struct ScenarioArgs {
    /// Put VALUE in the place of what the file states for KEY, such as
    /// capital.tranched.junior=30000000, positions.drawn[0].count=500 or
    /// market.junior=30000000, which takes the difference from Senior; any number of times
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,

    /// One market of a file that states several
    #[arg(long, value_name = "NAME")]
    pub(crate) market: Option<String>,

    /// Prices instead of the scenario's: a table, or a public format of Binance or Hyperliquid
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,

    /// Positions instead of the scenario's: a table, or a public format of Binance or Hyperliquid
    #[arg(long, value_name = "FILE")]
    positions: Option<PathBuf>,

    /// Keep the scenario's positions beside those of --positions
    #[arg(long, requires = "positions")]
    keep_positions: bool,
}

impl ScenarioArgs {
    /// The same without `--set`.
    pub(crate) fn as_stated(&self) -> Self {
        Self {
            set: Vec::new(),
            ..self.clone()
        }
    }

    /// What takes the place of the file's statements.
    pub(crate) fn instead(&self) -> Result<Instead, ScenarioError> {
        Ok(Instead {
            overrides: Overrides::parse(&self.set)?,
            imports: Imports {
                prices: self.prices.clone(),
                positions: self.positions.clone(),
                own: match self.keep_positions {
                    true => OwnPositions::Kept,
                    false => OwnPositions::Replaced,
                },
            },
        })
    }
}

/// The same over many seeds.
#[derive(Debug, Args)]
pub(crate) struct SweepArgs {
    /// Run so many seeds, from the scenario's own on: medians, ranges, who is best how often
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) seeds: Option<u32>,

    /// Write every finished seed to this file, and take from it those that are finished
    #[arg(long, value_name = "PATH", requires = "seeds")]
    pub(crate) checkpoint: Option<PathBuf>,

    /// The figure whose least and most seed are named
    #[arg(
        long,
        value_name = "METRIC",
        requires = "seeds",
        default_value = "bad_debt"
    )]
    pub(crate) by: String,
}

#[derive(Debug, Args)]
pub(crate) struct SolveArgs {
    /// The scenario file
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) scenario: ScenarioArgs,

    /// The key that is varied
    #[arg(long, value_name = "KEY")]
    pub(crate) vary: String,

    /// What must hold, such as "senior_drawdown < 1%" or "hyperliquid.winners_taken <= 1000"
    #[arg(long, value_name = "CONDITION")]
    pub(crate) until: String,

    /// The least value of the key
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub(crate) from: String,

    /// The largest value of the key
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub(crate) to: String,

    /// Distance of the values that are tried; a thousandth of the bracket by default
    #[arg(long, value_name = "VALUE")]
    pub(crate) tolerance: Option<String>,

    /// Parts of the bracket at whose ends the condition is tried first
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) parts: u32,

    /// Ask over so many seeds, from the scenario's own on
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) seeds: u32,

    /// For which seeds the condition must hold
    #[arg(long, value_enum, default_value_t = Must::Median)]
    pub(crate) must: Must,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

/// For which seeds a condition must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Must {
    /// For the median of the figure
    Median,
    /// For every seed
    All,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The scenario file
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) scenario: ScenarioArgs,

    /// Which venue: tranched, hyperliquid or gmx
    #[arg(long, value_name = "NAME")]
    pub(crate) venue: VenueName,

    /// Where to write the journal, as JSON lines
    #[arg(long, value_name = "PATH")]
    pub(crate) journal: PathBuf,

    /// Of a file of several markets run the one without the others; else all of them run
    #[arg(long, requires = "market")]
    pub(crate) alone: bool,
}

/// Exit status: 0 clean, 1 violations, 2 unreadable, 3 valid as far as it goes but without a final
/// record.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The journal, plain or compressed with Zstandard
    pub(crate) file: PathBuf,

    /// The final hash that it must end in, from elsewhere: 64 hexadecimal digits, or the first 16 or
    /// more of them
    #[arg(long, value_name = "HASH")]
    pub(crate) expect_hash: Option<ExpectedHash>,

    /// How many violations to show; all are counted
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) max: usize,

    /// What to write
    #[arg(long, value_enum, default_value_t = CheckFormat::Table)]
    pub(crate) format: CheckFormat,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

/// In which form a check is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people
    Table,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The journal
    pub(crate) file: PathBuf,

    /// Show every account, not only the kinds of accounts
    #[arg(long)]
    pub(crate) accounts: bool,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The journal
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) subject: SubjectArgs,

    /// What to write
    #[arg(long, value_enum, default_value_t = Retold::Table)]
    pub(crate) format: Retold,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

/// What is to be explained; without it, whom and what to ask about.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct SubjectArgs {
    /// A trader by name or number, a liquidity provider by name or as party:N, or a part of the
    /// capital: senior, junior, insurance, pool, makers, backstop:0
    #[arg(long, value_name = "WHO")]
    pub(crate) account: Option<String>,

    /// A deficit by its number
    #[arg(long, value_name = "N", value_parser = deficit_number)]
    pub(crate) deficit: Option<u32>,

    /// A stage of the liquidation order
    #[arg(long, value_enum, value_name = "STAGE")]
    pub(crate) stage: Option<Stage>,

    /// A second: a time of day, a moment in UTC, or seconds after the start
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,
}

fn deficit_number(text: &str) -> Result<u32, String> {
    let bad = "no deficit; legal: a whole number from 0 to the last deficit of the journal, which \
               `seawall explain JOURNAL` tells";
    text.parse().map_err(|_| String::from(bad))
}

/// A stage of the liquidation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Part of the position is closed
    PartialDeleverage,
    /// The rest is sold in small lots
    Auction,
    /// The first-loss capital pays
    Junior,
    /// The insurance fund pays
    Insurance,
    /// Winners give up a part of their profit
    Adl,
    /// The last-loss capital pays
    Senior,
    /// What nobody could pay
    Residual,
}

impl Stage {
    pub(crate) const fn id(self) -> StageId {
        match self {
            Self::PartialDeleverage => StageId::PartialDeleverage,
            Self::Auction => StageId::Auction,
            Self::Junior => StageId::Junior,
            Self::Insurance => StageId::Insurance,
            Self::Adl => StageId::Adl,
            Self::Senior => StageId::Senior,
            Self::Residual => StageId::Residual,
        }
    }
}

/// How an explanation is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Retold {
    /// For people: rounded for reading
    Table,
    /// For programs: every figure exact
    Json,
    /// As an annex of a report
    Markdown,
}

#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// How many seeds; 100 are those of docs/validation.md
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    pub(crate) seeds: u32,

    /// Repeat the calibration instead and write the file of what it chose, with its trace
    #[arg(long, conflicts_with_all = ["seeds", "format", "plot"])]
    pub(crate) calibrate: bool,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,

    /// Draw ADL by minute and coin too, as SVG or PNG by the ending of its name
    #[arg(long, value_name = "PATH")]
    pub(crate) plot: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct QuoteArgs {
    /// The scenario file
    pub(crate) file: PathBuf,

    /// Which venues, separated by commas, in the order of the tables
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_values_t = [VenueName::Tranched])]
    pub(crate) venues: Vec<VenueName>,

    #[command(flatten)]
    pub(crate) scenario: ScenarioArgs,

    /// How many seconds after the start
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) at: u64,

    /// A net skew in USD at the start, long above zero, instead of the scenario's positions
    #[arg(
        long,
        value_name = "USD",
        allow_hyphen_values = true,
        conflicts_with = "at"
    )]
    pub(crate) skew: Option<Usd>,

    /// Sizes of the orders in USD, separated by commas; band edges are added
    #[arg(long, value_name = "USD", value_delimiter = ',')]
    pub(crate) sizes: Vec<Usd>,

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

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The journal
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) books: BooksArgs,

    /// Only what every account has at the end of that second: a trial balance. A time of day, a
    /// moment in UTC, or seconds after the start
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<When>,

    /// Where to write them instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

/// One of the two formats.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct BooksArgs {
    /// Plain-text accounting, for hledger and ledger-cli
    #[arg(long)]
    pub(crate) ledger: bool,

    /// Double entry as CSV, two rows a transfer
    #[arg(long)]
    pub(crate) csv: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Of which kind of file
    #[arg(value_enum, default_value_t = Kind::Scenario)]
    pub(crate) kind: Kind,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Of `seawall compare` and `seawall run`
    Scenario,
    /// Of `seawall cascade`
    Cascade,
    /// Of `seawall sweep`
    Sweep,
}

/// What to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: rounded for reading
    Table,
    /// For programs: every figure exact
    Json,
    /// For pages such as GitHub's: rounded for reading
    Markdown,
    /// For programs and spreadsheets: one exact figure a row
    Csv,
}

/// When to colour the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    pub(crate) const fn as_choice(self) -> anstream::ColorChoice {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
    }
}
