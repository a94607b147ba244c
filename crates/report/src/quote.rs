//! What orders would cost, by size: text, Markdown, CSV and JSON of a [`Quotation`].

use seawall_sim::{Quotation, QuotePoint, VenueCurve};
use seawall_units::{Ratio, Usd};
use seawall_venue::MarketStatus;
use serde::Serialize;

use crate::digits::{exact, rounded};
use crate::grid::{self, Align};
use crate::json::{Money, Number, PriceText};
use crate::table::Ink;

/// The columns of a curve for people; those after the cost only where a venue tells the parts.
const HEAD: [&str; 9] = [
    "size USD",
    "filled %",
    "cost bp",
    "fee bp",
    "average bp",
    "last bp",
    "impact USD",
    "left USD",
    "",
];

const NOTE: &str = "filled, cost: what one new account would get, everything against the mark. fee, average, \
    last, impact, left: the market's curve, whatever one account may hold: the fee apart, the \
    distance of the average price and of the last unit's price from the mark, what is paid for \
    moving the skew, and the depth that is left. |: a band ends here.";

/// The curves as text, at most [`WIDTH`](crate::WIDTH) columns wide, ending in a newline.
#[must_use]
pub fn table(quotation: &Quotation, ink: Ink) -> String {
    let mut text = format!("{}\n", ink.bold(&title(quotation)));
    for curve in &quotation.venues {
        text.push_str(&format!(
            "\n{}\n  {}\n",
            ink.bold(curve.title),
            facts(curve)
        ));
        for side in seawall_units::Side::BOTH {
            let points = curve.points.iter().filter(|point| point.side == side);
            let lines: Vec<Vec<String>> = points.map(line).collect();
            text.push_str(&format!("\n{side}\n"));
            text.push_str(&grid::aligned(head(curve), &lines, Align::Right));
        }
    }
    text.push('\n');
    text.push_str(&crate::wrap::wrapped("", NOTE, crate::WIDTH));
    text
}

/// The curves as Markdown, one table a venue and side.
#[must_use]
pub fn markdown(quotation: &Quotation) -> String {
    let mut text = format!("# {}\n", grid::escaped(&title(quotation)));
    for curve in &quotation.venues {
        let facts = grid::escaped(&facts(curve));
        text.push_str(&format!("\n## {}\n\n{facts}\n", grid::escaped(curve.title)));
        for side in seawall_units::Side::BOTH {
            let head = head(curve)
                .iter()
                .map(|name| ((*name).to_owned(), Align::Right));
            let head: Vec<(String, Align)> = head.collect();
            let points = curve.points.iter().filter(|point| point.side == side);
            let cells = |point| line(point).iter().map(|cell| grid::escaped(cell)).collect();
            let lines: Vec<Vec<String>> = points.map(cells).collect();
            text.push_str(&format!("\n**{side}**\n\n"));
            text.push_str(&grid::markdown(&head, &lines));
        }
    }
    text.push_str(&format!("\n{}\n", grid::escaped(NOTE)));
    text
}

/// The columns of [`csv`].
const COLUMNS: [&str; 14] = [
    "venue",
    "side",
    "size_usd",
    "filled_usd",
    "cost_usd",
    "cost_bp",
    "priced_usd",
    "spread_usd",
    "fee_usd",
    "impact_usd",
    "average_distance_bp",
    "last_distance_bp",
    "depth_left_usd",
    "band_edge",
];

/// The curves as CSV, one row an order: money and basis points with all their decimals, empty
/// where nothing would be filled or a venue does not tell.
#[must_use]
pub fn csv(quotation: &Quotation) -> String {
    let mut lines = Vec::new();
    for curve in &quotation.venues {
        for point in &curve.points {
            let parts = point.parts;
            let usd = |part: Option<Usd>| part.map(|part| part.to_string()).unwrap_or_default();
            let bps = |ratio: Option<Ratio>| {
                let text = ratio.map(|ratio| exact(ratio.units(), BPS_PLACES));
                text.unwrap_or_default()
            };
            lines.push(vec![
                curve.name.to_owned(),
                point.side.to_string(),
                point.size.to_string(),
                point.quote.filled.to_string(),
                point.quote.cost.to_string(),
                bps(point.cost()),
                usd(parts.map(|parts| parts.priced)),
                usd(parts.map(|parts| parts.spread)),
                usd(parts.map(|parts| parts.fee)),
                usd(parts.map(|parts| parts.impact)),
                bps(point.distance()),
                bps(parts.map(|parts| parts.marginal)),
                usd(parts.map(|parts| parts.depth_left)),
                point.is_corner.to_string(),
            ]);
        }
    }
    grid::csv_text(&COLUMNS, &lines)
}

/// Decimal places of a ratio that is read as basis points.
const BPS_PLACES: u32 = Ratio::PLACES.saturating_sub(4);

fn title(quotation: &Quotation) -> String {
    let state = match quotation.skew {
        Some(skew) => format!("at a net skew of {} USD", whole(skew)),
        None => format!("{} s after its start", quotation.after),
    };
    format!("What an order costs in {}, {state}", quotation.scenario)
}

fn facts(curve: &VenueCurve) -> String {
    let (long, short) = curve.open_interest;
    let status = match curve.status {
        MarketStatus::Live => "live",
        MarketStatus::ReduceOnly => "reduce only",
        MarketStatus::Halted => "halted",
        MarketStatus::Reopening => "reopening",
    };
    format!(
        "{}: mark {} USD, {status}; open interest long {} USD, short {} USD",
        curve.name,
        rounded(curve.mark.units(), seawall_units::Price::PLACES, 2),
        whole(long),
        whole(short),
    )
}

/// How many columns a venue can fill.
fn head(curve: &VenueCurve) -> &'static [&'static str] {
    match curve.points.iter().any(|point| point.parts.is_some()) {
        true => &HEAD,
        false => HEAD.get(..3).unwrap_or_default(),
    }
}

fn line(point: &QuotePoint) -> Vec<String> {
    let filled = point
        .quote
        .filled
        .ratio_floor(point.size)
        .unwrap_or_default();
    let bps = |ratio: Option<Ratio>| match ratio {
        Some(ratio) => rounded(ratio.units(), BPS_PLACES, 2),
        None => String::from("–"),
    };
    let mut cells = vec![
        whole(point.size),
        rounded(filled.units(), Ratio::PLACES.saturating_sub(2), 1),
        bps(point.cost()),
    ];
    if let Some(parts) = point.parts {
        cells.extend([
            bps(point.fee()),
            bps(point.distance()),
            bps(Some(parts.marginal)),
            rounded(parts.impact.units(), Usd::PLACES, 2),
            whole(parts.depth_left),
            String::from(if point.is_corner { "|" } else { "" }),
        ]);
    }
    cells
}

fn whole(amount: Usd) -> String {
    rounded(amount.units(), Usd::PLACES, 0)
}

#[derive(Debug, Serialize)]
struct Document {
    schema_version: u32,
    scenario: String,
    time: u64,
    seconds_after_start: u64,
    skew_usd: Option<Money>,
    outside: PriceText,
    venues: Vec<Curve>,
}

#[derive(Debug, Serialize)]
struct Curve {
    name: &'static str,
    title: &'static str,
    mark: PriceText,
    open_interest_long_usd: Money,
    open_interest_short_usd: Money,
    points: Vec<Point>,
}

#[derive(Debug, Serialize)]
struct Point {
    side: seawall_units::Side,
    size_usd: Money,
    filled_usd: Money,
    cost_usd: Money,
    cost_bp: Option<Number>,
    parts: Option<Parts>,
    band_edge: bool,
}

#[derive(Debug, Serialize)]
struct Parts {
    priced_usd: Money,
    spread_usd: Money,
    fee_usd: Money,
    impact_usd: Money,
    average_distance_bp: Option<Number>,
    last_distance_bp: Number,
    depth_left_usd: Money,
}

/// The curves as JSON, indented, ending in a newline: money exact in strings.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn document(quotation: &Quotation) -> serde_json::Result<String> {
    let document = Document {
        schema_version: 1,
        scenario: quotation.scenario.clone(),
        time: quotation.at.secs(),
        seconds_after_start: quotation.after,
        skew_usd: quotation.skew.map(Money),
        outside: quotation.outside.into(),
        venues: quotation.venues.iter().map(as_json).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

fn as_json(curve: &VenueCurve) -> Curve {
    let point = |point: &QuotePoint| Point {
        side: point.side,
        size_usd: point.size.into(),
        filled_usd: point.quote.filled.into(),
        cost_usd: point.quote.cost.into(),
        cost_bp: point.cost().map(Number::bps),
        parts: point.parts.map(|parts| Parts {
            priced_usd: parts.priced.into(),
            spread_usd: parts.spread.into(),
            fee_usd: parts.fee.into(),
            impact_usd: parts.impact.into(),
            average_distance_bp: point.distance().map(Number::bps),
            last_distance_bp: Number::bps(parts.marginal),
            depth_left_usd: parts.depth_left.into(),
        }),
        band_edge: point.is_corner,
    };
    Curve {
        name: curve.name,
        title: curve.title,
        mark: curve.mark.into(),
        open_interest_long_usd: curve.open_interest.0.into(),
        open_interest_short_usd: curve.open_interest.1.into(),
        points: curve.points.iter().map(point).collect(),
    }
}
