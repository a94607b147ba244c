//! Several isolated markets side by side: who paid in each, and whether one reached another.

use comfy_table::{Cell, CellAlignment, Table, TableStyle};
use seawall_sim::{ExchangeOutcome, Isolation, MarketOutcome, VenueOutcome};
use seawall_units::{Ratio, Usd};
use seawall_venue::StageId;

use crate::WIDTH;
use crate::digits::rounded;
use crate::grid;
use crate::table::{self, Ink};
use crate::wrap::wrapped;

/// Digits of a fingerprint that are shown to people.
const SHOWN: usize = 12;

/// The summary over all markets, then each market's own table, ending in a newline.
#[must_use]
pub fn render(exchange: &ExchangeOutcome, ink: Ink) -> String {
    let mut text = summary(exchange, ink);
    for market in &exchange.markets {
        let title = format!("Market {}", market.name);
        text.push_str(&format!("\n{}\n\n", ink.bold(&title)));
        text.push_str(&table::render(&market.comparison, ink));
    }
    text
}

/// Each market's page of Markdown under its name, after what isolation says of them.
#[must_use]
pub fn markdown(exchange: &ExchangeOutcome) -> String {
    let title = grid::escaped(&exchange.question);
    let mut text = format!("# {title}\n\nIsolated: {}.\n", isolated(exchange));
    for market in &exchange.markets {
        let page = table::markdown(&market.comparison);
        // A market's headings stand below the title of all.
        let page = page.replace("\n## ", "\n### ");
        let page = page.split_once('\n').map_or("", |(_, below)| below);
        text.push_str(&format!(
            "\n## Market {}\n{page}",
            grid::escaped(&market.name)
        ));
    }
    text
}

/// All markets as CSV in long form: `market,metric,unit,venue,value`.
#[must_use]
pub fn csv(exchange: &ExchangeOutcome) -> String {
    let [metric, unit, venue, value] = grid::LONG;
    let mut all = Vec::new();
    for market in &exchange.markets {
        for line in table::lines(&market.comparison) {
            all.push(std::iter::once(market.name.clone()).chain(line).collect());
        }
    }
    grid::csv_text(&["market", metric, unit, venue, value], &all)
}

/// One line a market and venue: its deficits, who paid them, and the fingerprint of the run.
#[must_use]
pub fn summary(exchange: &ExchangeOutcome, ink: Ink) -> String {
    let (first, last) = exchange.span;
    let names: Vec<&str> = exchange.markets.iter().map(|m| m.name.as_str()).collect();
    let mut text: String = wrapped("", &exchange.question, WIDTH)
        .lines()
        .map(|line| format!("{}\n", ink.bold(line)))
        .collect();
    let facts = [
        ("scenario", exchange.scenario.clone()),
        (
            "markets",
            format!("{} on one clock, {first} to {last} UTC", names.join(", ")),
        ),
        ("isolated", isolated(exchange)),
    ];
    for (head, fact) in facts {
        text.push_str(&wrapped(&format!("  {head:<11}"), &fact, WIDTH));
    }
    text.push('\n');
    text.push_str(&lines(exchange));
    text
}

fn isolated(exchange: &ExchangeOutcome) -> String {
    let of = |market: &MarketOutcome| {
        let broken: Vec<&Isolation> = market.isolation.iter().filter(|i| !i.holds()).collect();
        let name = market.name.clone();
        broken
            .into_iter()
            .map(move |each| format!("{name} in {}", each.venue))
            .collect::<Vec<_>>()
    };
    let broken: Vec<String> = exchange.markets.iter().flat_map(of).collect();
    match broken.is_empty() {
        true => String::from(
            "yes: every balance, position and journal line of each market is the same, bit for \
             bit, when it runs without the others",
        ),
        false => format!("NO: changed by the other markets: {}", broken.join(", ")),
    }
}

fn lines(exchange: &ExchangeOutcome) -> String {
    let mut table = Table::new();
    table.load_style(TableStyle::new());
    table.force_no_tty();
    let heads = ["deficits (USD)", "paid by", "LP return (%)", "fingerprint"];
    let right = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
    table.set_header([
        Cell::new("market"),
        Cell::new("venue"),
        right(heads[0]),
        Cell::new(heads[1]),
        right(heads[2]),
        Cell::new(heads[3]),
    ]);
    for market in &exchange.markets {
        for (venue, isolation) in market.comparison.venues.iter().zip(&market.isolation) {
            table.add_row([
                Cell::new(&market.name),
                Cell::new(venue.name),
                right(&usd(venue.opening_deficit)),
                Cell::new(payers(venue)),
                right(&percent(venue.lp_return)),
                Cell::new(isolation.together.get(..SHOWN).unwrap_or_default()),
            ]);
        }
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Who paid how much, in the venue's loss order; a dash when nothing was to be paid.
fn payers(venue: &VenueOutcome) -> String {
    let paid = |stage: &StageId| {
        let of = venue.stages.iter().find(|each| each.stage == *stage);
        let amount = match stage {
            StageId::Residual => venue.residual,
            _ => of.map_or(Usd::ZERO, |stage| stage.absorbed),
        };
        let name = stage.name();
        amount
            .is_positive()
            .then(|| format!("{name} {}", usd(amount)))
    };
    let paid: Vec<String> = venue.loss_order.iter().filter_map(paid).collect();
    match paid.is_empty() {
        true => String::from("-"),
        false => paid.join("\n"),
    }
}

fn usd(amount: Usd) -> String {
    rounded(amount.units(), Usd::PLACES, 2)
}

fn percent(ratio: Ratio) -> String {
    rounded(ratio.units(), Ratio::PLACES.saturating_sub(2), 4)
}
