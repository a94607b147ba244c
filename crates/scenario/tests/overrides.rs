//! Other values in the place of the file's: the same rules, and errors that name the flag.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod common;

use common::{FULL, beside, parse};
use proptest::prelude::*;
use seawall_scenario::{Overrides, Scenario, ScenarioError};
use seawall_units::Usd;

fn with(flags: &[&str]) -> Result<Scenario, ScenarioError> {
    let overrides = Overrides::parse(flags)?;
    Scenario::parse_with(FULL, "dir/full.toml", &beside, &overrides.into())
}

fn refused(flags: &[&str]) -> String {
    match with(flags) {
        Ok(_) => panic!("{flags:?} was taken"),
        Err(error) => error.to_string(),
    }
}

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

#[test]
fn values_stand_in_the_place_of_the_files() {
    let scenario = with(&["seed=11", "market.coin=BTC", "question=Why me?"]).unwrap();
    assert_eq!(scenario.file().seed, 11);
    assert_eq!(scenario.file().question, "Why me?");
    let keys: Vec<&str> = scenario.changes().iter().map(|c| c.key.as_str()).collect();
    assert_eq!(keys, ["question", "seed"], "the coin is the same");
    assert_eq!(scenario.changes()[1].before.as_deref(), Some("7"));
    assert_ne!(scenario.hash(), parse(FULL).unwrap().hash());
}

#[test]
fn what_changes_nothing_is_the_same_scenario() {
    let scenario = with(&["seed=7"]).unwrap();
    assert_eq!(scenario.changes(), []);
    assert_eq!(scenario.hash(), parse(FULL).unwrap().hash());
}

#[test]
fn tables_that_are_absent_are_made() {
    let scenario = with(&["venues.gmx.fees.improving=4bp"]).unwrap();
    let fees = &scenario.file().venues.gmx["fees"];
    assert_eq!(fees["improving"].as_str(), Some("4bp"));
    assert_eq!(scenario.changes()[0].before, None);
}

#[test]
fn places_in_lists_are_keys() {
    let scenario = with(&["positions.drawn[0].count=6"]).unwrap();
    assert_eq!(scenario.file().positions.drawn[0].count, 6);
    let message = refused(&["positions.drawn[9].count=6"]);
    assert!(
        message.contains("`9` is no place in a list of"),
        "{message}"
    );
    assert!(message.contains("--> --set:1:1"), "{message}");
}

/// 1 000 = 790 + 200 + 10. Junior 300 takes 100 from Senior; Senior 700 gives 90 to Junior.
#[test]
fn short_keys_keep_the_capital_equal() {
    let check = |flags: &[&str], [senior, junior, insurance]: [&str; 3]| {
        let capital = with(flags).unwrap().file().capital.clone();
        assert_eq!(capital.tranched.senior, usd(senior));
        assert_eq!(capital.tranched.junior, usd(junior));
        assert_eq!(capital.tranched.insurance, usd(insurance));
        assert_eq!(capital.total, usd("1000"));
    };
    check(&["market.junior=300"], ["690", "300", "10"]);
    check(&["market.insurance=40"], ["760", "200", "40"]);
    check(&["market.senior=700"], ["700", "290", "10"]);
    check(
        &["market.junior=300", "market.insurance=0.5"],
        ["699.5", "300", "0.5"],
    );
    check(
        &["market.senior=700", "market.insurance=50"],
        ["700", "250", "50"],
    );
}

#[test]
fn errors_name_the_flag() {
    let check = |flags: &[&str], expect: &[&str]| {
        let message = refused(flags);
        for part in expect {
            assert!(message.contains(part), "{flags:?}: {message}");
        }
    };
    check(&["seed"], &["`--set seed` has no `=`"]);
    check(&["se ed=1"], &["names no key"]);
    check(&["seed="], &["has no value"]);
    check(
        &["seed=-7"],
        &[
            "--> --set:1:6",
            "legal: 0 to 9223372036854775807",
            "seed=-7",
        ],
    );
    check(
        &["capital.totl=5"],
        &["--> --set:1:9", "`capital.totl`", "did you mean `total`?"],
    );
    check(
        &["capital.total=-5"],
        &["`capital.total` is -5; legal: above 0", "--> --set:1:15"],
    );
    check(
        &["seed.x=1"],
        &["there is no `x` in a single integer", "--> --set:1:1"],
    );
    check(
        &["capital.tranched.senior=780"],
        &[
            "is 990 in sum",
            "(with `--set capital.tranched.senior=780`)",
            "dir/full.toml:15",
        ],
    );
    check(
        &["market.junior=lots"],
        &["`--set market.junior=lots` is not an amount"],
    );
    check(&["market.junior=5000"], &["--> --set:1:15"]);
    check(&["market.junior=5", "market.senior=5"], &["contradicts"]);
    check(
        &["market.junior=5", "capital.tranched.junior=6"],
        &["contradicts"],
    );
    check(&["orders=[1\n2]"], &["--set"]);
    check(
        &["seed=[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]"],
        &["nested", "--set"],
    );
}

#[test]
fn a_second_set_of_values_replaces_the_first() {
    let scenario = with(&["seed=11"]).unwrap().with("seed", "12").unwrap();
    assert_eq!(scenario.file().seed, 12);
    assert_eq!(scenario.hash(), with(&["seed=12"]).unwrap().hash());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// No flag makes the loader panic.
    #[test]
    fn any_flag_is_taken_or_refused(
        key in "(seed|capital|market\\.(junior|senior|insurance)|positions(\\.drawn\\[[0-9]\\])?|[a-z.\\[\\]]{0,9})",
        value in "([0-9]{1,16}|\\PC{0,20}|\\{ *[a-z] = [0-9] *\\})",
    ) {
        let _ = with(&[&format!("{key}={value}")]);
    }
}
