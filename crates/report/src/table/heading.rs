//! What was asked and what was run, above the table.

use seawall_scenario::Change;
use seawall_sim::{Comparison, VenueOutcome};
use seawall_units::{Price, Ratio, Usd};

use super::Ink;
use crate::WIDTH;
use crate::digits::{count, rounded};
use crate::wrap::wrapped;

/// The question as title, then one line a fact.
pub(super) fn heading(run: &Comparison, ink: Ink) -> String {
    let mut text: String = wrapped("", &run.question, WIDTH)
        .lines()
        .map(|line| format!("{}\n", ink.bold(line)))
        .collect();
    for (head, fact) in facts(run) {
        text.push_str(&wrapped(&format!("  {head:<11}"), &fact, WIDTH));
    }
    text
}

/// What was run, each fact under its word; without a word it belongs to the one above.
pub(super) fn facts(run: &Comparison) -> Vec<(&'static str, String)> {
    let (first, last) = run.span;
    let (long, short) = run.opening_interest;
    let (opening, lowest, end) = run.price;
    let mut facts = vec![("scenario", format!("{}, seed {}", run.scenario, run.seed))];
    let heads = std::iter::once("set").chain(std::iter::repeat(""));
    let changes = heads.zip(&run.overrides);
    facts.extend(changes.map(|(head, change)| (head, changed(change))));
    facts.push(("terms", run.terms.clone()));
    facts.push(("capital", format!("{} USD in each venue", usd(run.capital))));
    facts.extend(run.venues.iter().map(|venue| ("", split(venue))));
    let heads = std::iter::once("payers").chain(std::iter::repeat(""));
    let payers = heads.zip(&run.venues);
    facts.extend(payers.map(|(head, venue)| (head, self::payers(venue))));
    let heads = std::iter::once("imports").chain(std::iter::repeat(""));
    let imports = heads.zip(&run.imports);
    facts.extend(imports.map(|(head, import)| (head, import.clone())));
    let interest = format!(
        "{}: long {} USD, short {} USD at the opening price",
        count(run.positions),
        usd(long),
        usd(short)
    );
    facts.push(("positions", interest));
    if run.scale != Ratio::ONE {
        let scale = rounded(run.scale.units(), Ratio::PLACES, 6);
        let shrunk = format!(
            "all initial positions shrunk to {scale} of their size, for the tightest venue"
        );
        facts.push(("scale", shrunk));
    }
    let prices = [opening, lowest, end].map(price);
    let [opening, lowest, end] = prices;
    facts.push((
        "price",
        format!("from {opening}, lowest {lowest}, last {end} USD"),
    ));
    let seconds = format!(
        "{first} to {last} UTC: the price of {} was observed, of {} interpolated",
        count(run.observed_seconds),
        count(run.interpolated_seconds)
    );
    facts.push(("seconds", seconds));
    facts
}

/// A key, what the file states and what stands in its place.
pub(crate) fn changed(change: &Change) -> String {
    let before = change.before.as_deref().unwrap_or("not stated");
    format!("{}: {before} -> {}", change.key, change.after)
}

/// How one venue splits its capital.
fn split(venue: &VenueOutcome) -> String {
    let part = |(role, amount): &(&str, Usd)| format!("{role} {}", usd(*amount));
    let parts: Vec<String> = venue.capital_split.iter().map(part).collect();
    format!("{} ({}): {}", venue.name, venue.title, parts.join(", "))
}

/// Who pays one venue's deficits, first to last.
fn payers(venue: &VenueOutcome) -> String {
    let payers = venue.loss_order.iter().map(|stage| stage.title());
    let payers: Vec<&str> = payers.collect();
    format!("{}: {}", venue.name, payers.join(", "))
}

fn usd(amount: Usd) -> String {
    rounded(amount.units(), Usd::PLACES, 2)
}

/// Prices below ten dollars need more than cents.
fn price(price: Price) -> String {
    let is_small = price.units() < Price::ONE_UNITS.saturating_mul(10);
    rounded(price.units(), Price::PLACES, if is_small { 6 } else { 2 })
}
