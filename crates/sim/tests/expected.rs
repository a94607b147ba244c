//! The scenarios under `fixtures/scenarios` come to the figures they state, to the last unit.
//!
//! Each file derives its figures by hand in its comments, from M-8 alone.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::fs;
use std::path::{Path, PathBuf};

use seawall_scenario::{Exchange, Scenario};
use seawall_sim::{Comparison, VenueName, VenueOutcome, check_expected, compare};
use seawall_units::Usd;
use seawall_venue::StageId;

/// One question a stage, and the cases around it. All of them state what they must come to.
const STAGES: [&str; 11] = [
    "stage-1-partial-deleverage",
    "stage-2-auction",
    "stage-3-junior",
    "stage-4-insurance",
    "stage-5-adl",
    "senior-pays",
    "residual",
    "adl-last",
    "no-bidders",
    "gap-through-auction",
    "oracle-outage",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios")
}

fn load(path: &Path) -> Scenario {
    Scenario::load(path).unwrap_or_else(|error| panic!("{error}"))
}

fn named(name: &str) -> Scenario {
    load(&folder().join(format!("{name}.toml")))
}

fn run(scenario: &Scenario) -> Comparison {
    compare(scenario, &VenueName::ALL).unwrap_or_else(|error| panic!("{error}"))
}

/// The scenarios that a file states: one, or one a market.
fn markets(path: &Path) -> Vec<Scenario> {
    if !Exchange::is_stated_in(path).unwrap() {
        return vec![load(path)];
    }
    let exchange = Exchange::load(path).unwrap_or_else(|error| panic!("{error}"));
    let markets = exchange.markets().iter();
    markets.map(|(_, scenario)| scenario.clone()).collect()
}

fn states_figures(scenario: &Scenario) -> bool {
    let expected = &scenario.file().expected;
    [&expected.tranched, &expected.hyperliquid, &expected.gmx]
        .iter()
        .any(|venue| venue.is_some())
}

/// Every scenario file that states what it must come to.
fn all_with_figures() -> Vec<Scenario> {
    let entries = fs::read_dir(folder()).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files
        .flat_map(|path| markets(path))
        .filter(states_figures)
        .collect()
}

/// The laws of M-8 that every venue reports by (M-10): what was absorbed and what nobody paid is the
/// opening deficit, no payer comes before its turn, and the books add up to nothing.
fn keeps_the_laws(scenario: &str, venue: &VenueOutcome) {
    let place = format!("{scenario} in {}", venue.name);
    assert_eq!(venue.breaches, Vec::<String>::new(), "{place}");
    assert_eq!(venue.order_violations, 0, "{place}");
    assert_eq!(venue.ledger_sum, Usd::ZERO, "{place}");
    let payers = venue
        .stages
        .iter()
        .filter(|each| each.stage != StageId::Residual);
    let absorbed: Usd = payers.map(|each| each.absorbed).sum();
    assert_eq!(absorbed + venue.residual, venue.opening_deficit, "{place}");
}

#[test]
fn every_scenario_comes_to_its_figures() {
    let scenarios = all_with_figures();
    for scenario in &scenarios {
        let comparison = run(scenario);
        let found: Vec<String> = check_expected(scenario, &comparison)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(found, Vec::<String>::new(), "{}", scenario.name());
        assert_eq!(comparison.venues.len(), VenueName::ALL.len());
        for venue in &comparison.venues {
            keeps_the_laws(scenario.name(), venue);
        }
        // M-8.5: the tranched market takes of winners what it places on ADL and not a unit more.
        let tranched = &comparison.venues[0];
        assert_eq!(tranched.name, "tranched");
        assert_eq!(tranched.winners.overshoot, Usd::ZERO, "{}", scenario.name());
    }
    assert!(scenarios.len() >= STAGES.len());
}

#[test]
fn every_stage_has_a_scenario_that_states_its_figures() {
    for name in STAGES {
        let scenario = named(name);
        assert_eq!(scenario.name(), name);
        let tranched = scenario.file().expected.tranched.as_ref();
        let stated = tranched.unwrap_or_else(|| panic!("{name} states nothing of tranched"));
        assert!(stated.opening_deficit.is_some(), "{name}");
        assert!(stated.last_stage.is_some(), "{name}");
    }
}

/// The seven stages of M-8 are each the last of some scenario.
/// M-1.6: the liquidation order, stage by stage.
#[test]
fn the_scenarios_end_at_every_stage() {
    let last = STAGES.map(|name| named(name).file().expected.tranched.as_ref()?.last_stage);
    for stage in StageId::ALL {
        assert!(last.contains(&Some(stage)), "{}", stage.name());
    }
}

#[test]
fn a_calm_day_liquidates_nobody() {
    let comparison = run(&named("calm-day"));
    assert_eq!(comparison.venues.len(), VenueName::ALL.len());
    for venue in &comparison.venues {
        keeps_the_laws("calm-day", venue);
        assert_eq!(venue.opening_deficit, Usd::ZERO, "{}", venue.name);
        assert_eq!(venue.deficits, 0, "{}", venue.name);
        assert_eq!(venue.liquidated_accounts, 0, "{}", venue.name);
        assert_eq!(venue.winners.taken, Usd::ZERO, "{}", venue.name);
        // The day is no empty one.
        assert!(venue.orders.filled.is_positive(), "{}", venue.name);
    }
}

/// M-3.3: without a valid mark nothing can be opened, neither while the market only reduces nor
/// when it is halted. M-11.3: every venue is asked the same, and a refused order counts as not
/// filled.
#[test]
fn a_silent_oracle_refuses_every_opening() {
    let comparison = run(&named("oracle-outage"));
    for venue in &comparison.venues {
        let orders = venue.orders;
        assert_eq!(orders.sent, 2, "{}", venue.name);
        assert_eq!(orders.asked, comparison.venues[0].orders.asked);
        assert!(orders.asked.is_positive());
    }
    let orders = comparison.venues[0].orders;
    assert_eq!((orders.refused, orders.filled), (2, Usd::ZERO));
}
