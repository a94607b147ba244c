//! Journals of tests, and what a forger does to them.
#![allow(dead_code)] // not every test needs everything

use std::path::PathBuf;

use seawall_check::chain::rechain;
use seawall_check::{Options, Report, Verdict, check};
use seawall_report::journal::{Header, Sink};
use seawall_scenario::Scenario;
use seawall_sim::{VenueName, run_one};

/// Where the scenarios stand.
pub(crate) fn scenarios() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/scenarios"
    ))
}

/// The journal of a scenario of the fixtures in a venue.
pub(crate) fn journal(scenario: &str, venue: VenueName) -> String {
    let path = scenarios().join(format!("{scenario}.toml"));
    let scenario = Scenario::load(&path).unwrap();
    written(&scenario, venue)
}

/// The journal of a run.
pub(crate) fn written(scenario: &Scenario, venue: VenueName) -> String {
    let header = Header::new(scenario, venue).unwrap();
    let mut sink = Sink::new(Vec::new(), header);
    run_one(scenario, venue, &mut sink).unwrap();
    let (bytes, _) = sink.finish().unwrap();
    String::from_utf8(bytes).unwrap()
}

/// What a check of a text comes to.
pub(crate) fn checked(text: &str) -> Verdict {
    let options = Options {
        max: 100_000,
        ..Options::default()
    };
    check(text.as_bytes(), &options)
}

/// The report of a text that can be read.
pub(crate) fn report(text: &str) -> Box<Report> {
    match checked(text) {
        Verdict::Read(report) => report,
        Verdict::Unreadable(why) => panic!("{why}"),
    }
}

/// Numbers the events anew, counts anew and writes the chain anew: what a forger would do.
pub(crate) fn forged(lines: &[String]) -> String {
    let mut text = String::new();
    let mut transfers = 0;
    for (place, line) in lines.iter().enumerate() {
        transfers += line.matches("\"cause\":").count();
        let line = match line.strip_prefix("{\"seq\":") {
            Some(rest) => {
                let (_, rest) = rest.split_once(',').unwrap();
                format!("{{\"seq\":{},{rest}", place - 1)
            }
            None if line.starts_with("{\"end\":") => {
                format!(
                    "{{\"end\":{{\"lines\":{place},\"transfers\":{transfers},\"chain\":\"\"}}}}"
                )
            }
            None => line.clone(),
        };
        text.push_str(&line);
        text.push('\n');
    }
    rechain(&text)
}
