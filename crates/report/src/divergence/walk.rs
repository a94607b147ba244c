//! A position over a recorded price path: what its return is made of.

use seawall_lp::path::{Parts, Path, Plan, Step};
use seawall_units::{Ratio, Time, Usd};
use serde::Serialize;

use super::usd;
use crate::digits::rounded;
use crate::grid::{self, Align};
use crate::json::{Money, PriceText};
use crate::table::Ink;
use crate::wrap::wrapped;

/// A walk, and what it was asked of.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// What kind of position it is.
    pub pool: String,
    /// The file of the path.
    pub file: String,
    /// What was put in, what it earns and what its provider does.
    pub plan: Plan,
    /// The walk.
    pub path: Path,
}

/// Characters of a moment up to its minute.
const MINUTE: usize = 16;

/// Moments that the text shows; CSV and JSON have all.
const SHOWN: usize = 13;

const NOTE: &str = "divergence: pool and what was withdrawn against holding the first deposit; it goes when the price \
    comes back. LVR: what the pool's trades were worse than the same trades at the outside price; it \
    never comes back. rotation: what those trades would have gained over holding at the outside price, \
    so that rotation less LVR is divergence. open: mark-to-market, gone when the price returns to the \
    last entry. net: divergence, fees and rewards. Each amount is rounded \
    down to a micro-dollar once and the parts sum to the return to the last of them.";

const HEADS: [&str; 8] = [
    "moment, in USD",
    "price",
    "pool",
    "holding",
    "divergence",
    "LVR",
    "income",
    "net",
];

impl Walk {
    fn title(&self) -> String {
        format!("Divergence (impermanent) loss over a path: {}", self.pool)
    }

    fn facts(&self) -> String {
        let points = self.path.steps.len();
        let percent = |ratio: Ratio| {
            let places = Ratio::PLACES.saturating_sub(2);
            format!("{} %", rounded(ratio.units(), places, 2))
        };
        format!(
            "{}: {points} prices; deposit {} USD, pool fee {}, rewards {} a year",
            self.file,
            usd(self.plan.deposit),
            percent(self.plan.fee),
            percent(self.plan.rewards.apr),
        )
    }

    /// The parts of the return in the end, with what each is called.
    fn parts(&self) -> Vec<(&'static str, Usd)> {
        let Some(last) = self.path.last() else {
            return Vec::new();
        };
        let parts = self.path.parts(last);
        vec![
            ("holding gained", parts.holding),
            ("rotation", parts.rotation),
            ("LVR", -parts.lvr),
            ("= divergence loss (rotation and LVR)", parts.divergence()),
            ("  realised at withdrawal or re-entry", last.realised),
            ("  open since the last entry", last.open),
            ("fees", parts.fees),
            ("rewards", parts.rewards),
            ("return", parts.total()),
            ("net against holding", last.net()),
        ]
    }

    /// The steps that the text shows: at equal distances, the first and the last among them.
    fn shown(&self) -> Vec<&Step> {
        let steps = &self.path.steps;
        let last = steps.len().saturating_sub(1);
        let stride = last.div_ceil(SHOWN.saturating_sub(1)).max(1);
        let places = (0..last).step_by(stride).chain([last]);
        places.filter_map(|place| steps.get(place)).collect()
    }

    fn start(&self) -> Time {
        let first = self.path.steps.first();
        first.map(|step| step.at).unwrap_or_default()
    }

    fn lines(&self) -> Vec<Vec<String>> {
        self.shown().into_iter().map(line).collect()
    }
}

fn line(step: &Step) -> Vec<String> {
    let price = rounded(step.price.units(), seawall_units::Price::PLACES, 2);
    vec![
        moment(step.at).chars().take(MINUTE).collect(),
        price,
        usd(step.value),
        usd(step.hold),
        usd(step.divergence()),
        usd(step.lvr),
        usd(income(step)),
        usd(step.net()),
    ]
}

/// A moment in UTC; seconds for what no calendar reaches.
fn moment(at: Time) -> String {
    let seconds = i64::try_from(at.secs()).ok();
    let stamp = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    match stamp {
        Some(stamp) => stamp.to_string(),
        None => at.secs().to_string(),
    }
}

fn income(step: &Step) -> Usd {
    step.fees + step.rewards
}

/// The walk as text, ending in a newline.
#[must_use]
pub fn table(walk: &Walk, ink: Ink) -> String {
    let mut text = format!("{}\n  {}\n\n", ink.bold(&walk.title()), walk.facts());
    let parts: Vec<Vec<String>> = walk
        .parts()
        .into_iter()
        .map(|(name, amount)| vec![name.to_owned(), usd(amount)])
        .collect();
    text.push_str(&grid::aligned(
        &["what the return is made of", "USD"],
        &parts,
        Align::Left,
    ));
    text.push('\n');
    text.push_str(&grid::aligned(&HEADS, &walk.lines(), Align::Left));
    text.push('\n');
    text.push_str(&wrapped("", NOTE, crate::WIDTH));
    text
}

/// The walk as Markdown, ending in a newline.
#[must_use]
pub fn markdown(walk: &Walk) -> String {
    let head = |names: &[&str]| -> Vec<(String, Align)> {
        let sides = [Align::Left]
            .into_iter()
            .chain(std::iter::repeat(Align::Right));
        names
            .iter()
            .map(|name| (*name).to_owned())
            .zip(sides)
            .collect()
    };
    let parts: Vec<Vec<String>> = walk
        .parts()
        .into_iter()
        .map(|(name, amount)| vec![name.trim().to_owned(), usd(amount)])
        .collect();
    format!(
        "# {}\n\n{}\n\n{}\n{}\n{}\n",
        grid::escaped(&walk.title()),
        grid::escaped(&walk.facts()),
        grid::markdown(&head(&["what the return is made of", "USD"]), &parts),
        grid::markdown(&head(&HEADS), &walk.lines()),
        grid::escaped(NOTE),
    )
}

/// The walk as CSV, one row a price, every amount to the micro-dollar.
#[must_use]
pub fn csv(walk: &Walk) -> String {
    let head = [
        "utc",
        "seconds",
        "price",
        "value_usd",
        "withdrawn_usd",
        "hold_usd",
        "divergence_usd",
        "realised_usd",
        "open_usd",
        "lvr_usd",
        "traded_usd",
        "fees_usd",
        "rewards_usd",
        "net_usd",
        "wealth_usd",
    ];
    let start = walk.start();
    let row = |step: &Step| {
        let mut cells = vec![
            moment(step.at),
            step.at.since(start).to_string(),
            step.price.to_string(),
        ];
        let amounts = [
            step.value,
            step.withdrawn,
            step.hold,
            step.divergence(),
            step.realised,
            step.open,
            step.lvr,
            step.traded,
            step.fees,
            step.rewards,
            step.net(),
            step.wealth(),
        ];
        cells.extend(amounts.map(|amount| amount.to_string()));
        cells
    };
    let lines: Vec<Vec<String>> = walk.path.steps.iter().map(row).collect();
    grid::csv_text(&head, &lines)
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    schema_version: u32,
    pool: &'a str,
    path: &'a str,
    deposit_usd: Money,
    pool_fee: String,
    share: String,
    rewards_per_year: String,
    variance: f64,
    parts: Option<ReturnParts>,
    steps: Vec<Point>,
}

#[derive(Debug, Serialize)]
struct ReturnParts {
    holding_usd: Money,
    rotation_usd: Money,
    lvr_usd: Money,
    divergence_usd: Money,
    fees_usd: Money,
    rewards_usd: Money,
    total_usd: Money,
}

#[derive(Debug, Serialize)]
struct Point {
    utc: String,
    price: PriceText,
    value_usd: Money,
    withdrawn_usd: Money,
    hold_usd: Money,
    divergence_usd: Money,
    realised_usd: Money,
    open_usd: Money,
    lvr_usd: Money,
    traded_usd: Money,
    fees_usd: Money,
    rewards_usd: Money,
    net_usd: Money,
}

/// The walk as JSON, indented, ending in a newline: money exact in strings.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn document(walk: &Walk) -> serde_json::Result<String> {
    let plan = &walk.plan;
    let last = walk.path.last();
    let document = Document {
        schema_version: 1,
        pool: &walk.pool,
        path: &walk.file,
        deposit_usd: plan.deposit.into(),
        pool_fee: plan.fee.to_string(),
        share: plan.share.to_string(),
        rewards_per_year: plan.rewards.apr.to_string(),
        variance: walk.path.variance,
        parts: last.map(|last| parts(&walk.path.parts(last))),
        steps: walk.path.steps.iter().map(point).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

fn parts(parts: &Parts) -> ReturnParts {
    ReturnParts {
        holding_usd: parts.holding.into(),
        rotation_usd: parts.rotation.into(),
        lvr_usd: parts.lvr.into(),
        divergence_usd: parts.divergence().into(),
        fees_usd: parts.fees.into(),
        rewards_usd: parts.rewards.into(),
        total_usd: parts.total().into(),
    }
}

fn point(step: &Step) -> Point {
    Point {
        utc: moment(step.at),
        price: step.price.into(),
        value_usd: step.value.into(),
        withdrawn_usd: step.withdrawn.into(),
        hold_usd: step.hold.into(),
        divergence_usd: step.divergence().into(),
        realised_usd: step.realised.into(),
        open_usd: step.open.into(),
        lvr_usd: step.lvr.into(),
        traded_usd: step.traded.into(),
        fees_usd: step.fees.into(),
        rewards_usd: step.rewards.into(),
        net_usd: step.net().into(),
    }
}
