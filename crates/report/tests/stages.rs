//! Who paid at each stage in the scenarios that are worked by hand, and in the crash: one snapshot
//! each, so that a figure that moves is seen and reviewed.
//!
//! A snapshot keeps every venue's figures to the last unit. The tranched column must agree with the
//! derivation in the scenario's own comments, which `crates/sim/tests/expected.rs` checks.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::path::Path;

use seawall_report::stage_table;
use seawall_scenario::Scenario;
use seawall_sim::{VenueName, compare};

/// The question, the terms and the stage table of one scenario.
fn table(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    let scenario = Scenario::load(folder.join(format!("{name}.toml")));
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let run = compare(&scenario, &VenueName::ALL).unwrap_or_else(|error| panic!("{error}"));
    format!("{}\n\n{}", run.question, stage_table::render(&run))
}

/// One test a scenario, so that they run side by side and each names its file.
macro_rules! stages {
    ($($test:ident: $file:literal),* $(,)?) => {$(
        #[test]
        fn $test() {
            insta::assert_snapshot!($file, table($file));
        }
    )*};
}

stages! {
    partial_deleverage_saves: "stage-1-partial-deleverage",
    an_auction_sells: "stage-2-auction",
    junior_pays: "stage-3-junior",
    the_fund_pays: "stage-4-insurance",
    winners_pay: "stage-5-adl",
    senior_pays: "senior-pays",
    nobody_pays: "residual",
    senior_before_adl: "adl-last",
    nobody_bids: "no-bidders",
    a_gap_through_the_auction: "gap-through-auction",
    a_silent_oracle: "oracle-outage",
    a_series_freezes_and_another_opens: "junior-wiped",
    a_recovery_goes_back: "recovery",
    the_crash: "crash-2025-10-10",
}
