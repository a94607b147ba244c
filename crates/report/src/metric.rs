//! The figures of a comparison (M-10): id, label, unit, direction and definition, each stated once.
//!
//! [`METRICS`] is what the table prints and what `docs/metrics.md` is written from ([`markdown`]).

use seawall_sim::{ArbitrageOutcome, CostAtSize, LpRun, StageOutcome, VenueOutcome};
use seawall_units::{Ratio, Usd, mul_div};
use seawall_venue::{StageId, StageRule};

mod list;

pub use list::METRICS;

/// Which of two values of a figure is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The larger.
    HigherIsBetter,
    /// The smaller.
    LowerIsBetter,
    /// Neither: the figure describes.
    None,
}

impl Direction {
    /// For people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::HigherIsBetter => "higher is better",
            Self::LowerIsBetter => "lower is better",
            Self::None => "none",
        }
    }
}

/// What a figure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// US dollars, rounded for reading.
    Usd,
    /// US dollars with all six decimals, for what must be exactly zero.
    ExactUsd,
    /// Units of the base asset.
    Base,
    /// Per cent.
    Percent,
    /// Basis points.
    Bps,
    /// Things.
    Count,
    /// Minutes.
    Minutes,
}

impl Unit {
    /// For row labels; empty for plain counts.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Usd | Self::ExactUsd => "USD",
            Self::Base => "base",
            Self::Percent => "%",
            Self::Bps => "bp",
            Self::Count => "",
            Self::Minutes => "min",
        }
    }

    /// For programs; never empty.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            unit => unit.label(),
        }
    }

    /// Decimal places of the integer that a [`Figure`] gives.
    #[must_use]
    pub const fn places(self) -> u32 {
        match self {
            Self::Usd | Self::ExactUsd | Self::Minutes => 6,
            Self::Base => 8,
            Self::Percent => 16,
            Self::Bps => 14,
            Self::Count => 0,
        }
    }

    /// Decimals to print for a row whose largest magnitude is `largest`.
    pub(crate) fn decimals(self, largest: u128) -> u32 {
        match self {
            Self::Usd | Self::Bps | Self::Minutes => 2,
            Self::ExactUsd => 6,
            Self::Base => 4,
            // Below one per cent two decimals say little.
            Self::Percent if (1..10_000_000_000_000_000).contains(&largest) => 4,
            Self::Percent => 2,
            Self::Count => 0,
        }
    }
}

/// Where in the table a figure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Who paid the deficits.
    WhoPaid,
    /// What the liquidated positions' owners paid before there was a deficit.
    Before,
    /// What winners kept and lost.
    Winners,
    /// What traders could do.
    Trading,
    /// Mean cost of opening orders, by size.
    MeanCost,
    /// Worst cost of opening orders, by size.
    WorstCost,
    /// Filled share of opening orders, by size.
    FilledShare,
    /// What was seen of an order book; left out where no venue has one.
    Book,
    /// What arbitrageurs made of the mark's lag.
    Arbitrage,
    /// What became of the capital.
    Capital,
    /// What those who react did and got; a row of which no venue has a figure is left out here.
    Reactions,
}

impl Section {
    /// All sections in the order of the table.
    pub const ALL: [Self; 11] = [
        Self::WhoPaid,
        Self::Before,
        Self::Winners,
        Self::Trading,
        Self::MeanCost,
        Self::WorstCost,
        Self::FilledShare,
        Self::Book,
        Self::Arbitrage,
        Self::Capital,
        Self::Reactions,
    ];

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::WhoPaid => "Who paid",
            Self::Before => "Liquidated before that",
            Self::Winners => "Winners",
            Self::Trading => "Trading",
            Self::MeanCost => "Cost vs mark, mean",
            Self::WorstCost => "Cost vs mark, worst second",
            Self::FilledShare => "Filled share of an order",
            Self::Book => "Order book",
            Self::Arbitrage => "Latency arbitrage",
            Self::Capital => "Capital",
            Self::Reactions => "Those who react",
        }
    }
}

/// How a figure is read off an outcome: an integer with the decimal places of its [`Unit`], `None`
/// where a venue has no such figure.
#[derive(Debug, Clone, Copy)]
pub enum Figure {
    /// One figure a venue.
    Venue(fn(&VenueOutcome) -> Option<i128>),
    /// One figure a venue, of something that most runs do not have: a row that is nothing in every
    /// venue is left out.
    Rare(fn(&VenueOutcome) -> Option<i128>),
    /// One figure of a stage; absent when the venue has no such stage.
    Stage(StageId, fn(&VenueOutcome, &StageOutcome) -> i128),
    /// One row for each size of order.
    Size(fn(&CostAtSize) -> Option<i128>),
    /// One row for each arbitrageur of the scenario.
    Arbitrageur(fn(&ArbitrageOutcome) -> Option<i128>),
}

/// One figure of a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name in the documentation.
    pub id: &'static str,
    /// Its row label.
    pub label: &'static str,
    /// Where it stands.
    pub section: Section,
    /// What it is counted in.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// How it is read.
    pub figure: Figure,
    /// What it means.
    pub definition: &'static str,
}

/// What a stage came to in a venue; what an absent stage paid all the same is shown, not hidden.
pub(crate) fn stage_units(
    venue: &VenueOutcome,
    stage: StageId,
    figure: fn(&VenueOutcome, &StageOutcome) -> i128,
) -> Option<i128> {
    let outcome = venue.stages.iter().find(|each| each.stage == stage)?;
    let units = figure(venue, outcome);
    let is_absent = matches!(outcome.rule, StageRule::Absent(_));
    (!is_absent || units != 0).then_some(units)
}

/// What orders of one size would have cost in a venue.
pub(crate) fn cost_at(venue: &VenueOutcome, size: Usd) -> Option<&CostAtSize> {
    venue.cost_vs_mark.iter().find(|cost| cost.notional == size)
}

/// The share `part / whole`, `None` when there is no whole.
fn share(part: Usd, whole: Usd) -> Option<i128> {
    part.ratio_floor(whole).map(Ratio::units)
}

/// What owners paid for liquidations; nothing to tell where neither stage before the payers, nor
/// an equivalent of one, tells it.
fn owner_cost(venue: &VenueOutcome) -> Option<i128> {
    let before = venue
        .stages
        .iter()
        .filter(|each| matches!(each.stage, StageId::PartialDeleverage | StageId::Auction));
    let mut told = before.filter(|each| !matches!(each.rule, StageRule::Absent(_)));
    told.next()?;
    let costs = venue.stages.iter().map(|each| each.owner_cost);
    Some(costs.sum::<Usd>().units())
}

/// What leaving first was worth: its price less the price of what stayed.
fn run_price(lps: Option<LpRun>) -> Option<i128> {
    let lps = lps?;
    Some((lps.first_exit? - lps.stayed?).units())
}

/// A Herfindahl-Hirschman index in points of which 10 000 are one, to the nearest.
fn points(index: Option<Ratio>) -> Option<i128> {
    let doubled = index?.mul_floor(Ratio::whole(20_000)) + Ratio::ONE;
    let halves = Ratio::ONE_UNITS.checked_mul(2)?;
    doubled.units().checked_div(halves)
}

/// Seconds as minutes with six decimals, rounded down.
pub(crate) fn minutes(seconds: u64) -> i128 {
    let floor = seawall_units::Round::Floor;
    mul_div(i128::from(seconds), 1_000_000, 60, floor).unwrap_or(0)
}

/// The documentation of every figure, `docs/metrics.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from(INTRODUCTION);
    for section in Section::ALL {
        text.push_str(&format!("\n## {}\n\n", section.title()));
        text.push_str("| id | row | unit | better | definition |\n|---|---|---|---|---|\n");
        for metric in METRICS.iter().filter(|metric| metric.section == section) {
            let unit = metric.unit.name();
            text.push_str(&format!(
                "| `{}` | {} | {unit} | {} | {} |\n",
                metric.id,
                metric.label,
                metric.direction.title(),
                metric.definition,
            ));
        }
    }
    text
}

const INTRODUCTION: &str = "\
# The figures of a comparison

Written from the table of metrics in `crates/report/src/metric/list.rs`; a test holds the two
equal (`UPDATE_DOCS=1 cargo test -p seawall-report` rewrites this file). Every venue is measured
the same way, from the same commands and the same outside prices. A figure with a direction marks
the best venue of its row with `*` and the worst with `!`; venues without the figure are left out,
figures that read alike are marked alike, and a row in which all read alike has no marks. Money is
exact in the JSON and rounded for reading in the table; what is not zero never reads as zero
(`<0.01`).
";
