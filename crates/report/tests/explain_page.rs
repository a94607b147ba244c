//! The examples of docs/explain.md are what the explanations of the crash say.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::path::{Path, PathBuf};

use seawall_report::explain::{Question, explain, table};
use seawall_report::journal::{Header, Sink};
use seawall_report::table::Ink;
use seawall_scenario::Scenario;
use seawall_sim::{VenueName, run_one};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn told(venue: VenueName, who: &str) -> String {
    let file = root().join("fixtures/scenarios/crash-2025-10-10.toml");
    let scenario = Scenario::load(file).unwrap();
    let mut sink = Sink::new(Vec::new(), Header::new(&scenario, venue).unwrap());
    run_one(&scenario, venue, &mut sink).unwrap();
    let journal = sink.finish().unwrap().0;
    let story = explain(journal.as_slice(), &Question::Account(who.to_owned())).unwrap();
    table(&story, Ink::Plain)
}

#[test]
fn each_example_is_told() {
    let page = std::fs::read_to_string(root().join("docs/explain.md")).unwrap();
    let blocks = page.split("```text\n").skip(1);
    let examples: Vec<&str> = blocks.filter_map(|rest| rest.split("```").next()).collect();
    let answers = [
        told(VenueName::Tranched, "retail-14553"),
        told(VenueName::Hyperliquid, "retail-11839"),
        told(VenueName::Tranched, "junior"),
    ];
    assert_eq!(examples.len(), answers.len());
    for (example, answer) in examples.iter().zip(&answers) {
        for line in example.lines().filter(|line| line.trim() != "…") {
            assert!(
                answer
                    .lines()
                    .any(|told| told.trim_end() == line.trim_end()),
                "docs/explain.md shows a line that is not told any more:\n{line}"
            );
        }
    }
}
