//! Every scenario's journal is clean in every venue: two programs that share nothing agree on every
//! figure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

mod common;

use seawall_check::table;
use seawall_scenario::{Instead, Overrides, Scenario};
use seawall_sim::VenueName;

fn every_scenario_is_clean(venue: VenueName) {
    let mut files: Vec<_> = std::fs::read_dir(common::scenarios())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    let mut checked = 0;
    for path in files {
        // A file of several markets is no single scenario.
        let Ok(scenario) = Scenario::load(&path) else {
            continue;
        };
        let verdict = common::checked(&common::written(&scenario, venue));
        assert_eq!(
            verdict.exit_code(),
            0,
            "{}:\n{}",
            path.display(),
            table(&verdict)
        );
        checked += 1;
    }
    assert!(checked > 20, "only {checked} scenarios");
}

#[test]
fn every_scenario_is_clean_in_the_tranched_market() {
    every_scenario_is_clean(VenueName::Tranched);
}

#[test]
fn every_scenario_is_clean_in_the_order_book() {
    every_scenario_is_clean(VenueName::Hyperliquid);
}

#[test]
fn every_scenario_is_clean_in_the_pool() {
    every_scenario_is_clean(VenueName::Gmx);
}

/// An auction of ten seconds: several bidders share one offer of a lot, at the figures of the offer.
#[test]
fn a_lot_that_bidders_share_is_clean() {
    let overrides = Overrides::parse(["venues.tranched.waterfall.auction.duration=10"]).unwrap();
    let path = common::scenarios().join("crash-2025-10-10.toml");
    let scenario = Scenario::load_with(path, &Instead::from(overrides)).unwrap();
    let verdict = common::checked(&common::written(&scenario, VenueName::Tranched));
    assert_eq!(verdict.exit_code(), 0, "{}", table(&verdict));
}

/// A parent vault under both sets of rules: sisters that pay, and sisters that are ring-fenced.
#[test]
fn a_parent_vault_is_clean_under_both_rules() {
    for (name, more) in [
        ("jelly-style-squeeze", "rebalanced_at=48000"),
        ("jelly-style-squeeze", "carrier=\"largest_equity\""),
        ("crash-2025-10-10", "payers=\"nobody\""),
        ("crash-2025-10-10", "adl_loss=\"50%\""),
        ("residual", "payers=\"liquidators\""),
        ("residual", "carrier=\"round_robin\""),
    ] {
        for rules in ["before_march_2025", "since_march_2025"] {
            let rules = format!("venues.hyperliquid.hlp.rules=\"{rules}\"");
            let more = format!("venues.hyperliquid.hlp.{more}");
            let overrides = Overrides::parse([rules.as_str(), more.as_str()]).unwrap();
            let path = common::scenarios().join(format!("{name}.toml"));
            let scenario = Scenario::load_with(path, &Instead::from(overrides)).unwrap();
            let verdict = common::checked(&common::written(&scenario, VenueName::Hyperliquid));
            assert_eq!(
                verdict.exit_code(),
                0,
                "{name}, {rules}, {more}:\n{}",
                table(&verdict)
            );
        }
    }
}

/// A deficit of a winner whom the guard of the capital closes: nobody was bankrupt, and Junior was not
/// asked.
#[test]
fn winners_closed_early_are_clean() {
    let path = "tests/winners-closed-early.toml";
    let scenario = Scenario::load(path).unwrap();
    for venue in VenueName::ALL {
        let verdict = common::checked(&common::written(&scenario, venue));
        assert_eq!(verdict.exit_code(), 0, "{venue}: {}", table(&verdict));
    }
}
