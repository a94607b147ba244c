//! One path of a sweep by itself: its figures are those of the sweep, and its files say the same.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod sweeping;

use serde_json::Value;
use sweeping::Place;

/// The value of a metric in the long CSV of a comparison of one venue.
fn value(csv: &str, metric: &str) -> String {
    let line = csv
        .lines()
        .find(|line| line.starts_with(&format!("{metric},")));
    let value = line.unwrap().rsplit(',').next().unwrap();
    match value.contains('.') {
        true => value.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => value.to_owned(),
    }
}

#[test]
fn the_worst_path_is_run_again_by_the_command_that_the_sweep_prints() {
    let place = Place::new(6);
    let by = ["sweep", "sweep.toml", "--by", "bad_debt"];
    let told = place.done(&[&by[..], &["--format", "json"]].concat());
    let told: Value = serde_json::from_str(&told).unwrap();
    let worst = &told["worst"][0];
    assert_eq!(worst["venue"], "tranched");
    let table = place.done(&by);
    let point = match worst["point"].as_u64().unwrap() {
        0 => String::new(),
        number => format!(" --point {number}"),
    };
    let printed = format!(
        "seawall path sweep.toml --path {}{point} --venue tranched --journal worst.jsonl",
        worst["path"]
    );
    assert!(table.contains(&printed), "{table}");
    let words = printed.split(' ').skip(1).chain(["--format", "csv"]);
    let again = place.done(&words.collect::<Vec<&str>>());
    assert_eq!(
        Some(value(&again, "bad_debt").as_str()),
        worst["value"].as_str()
    );
    // The journal of that path holds every law.
    place.done(&["check", "worst.jsonl"]);
}

#[test]
fn the_prices_of_a_path_can_be_compared() {
    let place = Place::new(8);
    // The draws of the scenario's own seed, so that prices alone make the path.
    let path = |number: &str, prices: &str| {
        let own = [
            "--set",
            "redraw=prices",
            "--venue",
            "gmx",
            "--format",
            "csv",
        ];
        let path = ["path", "sweep.toml", "--path", number, "--prices", prices];
        place.done(&[&path[..], &own[..]].concat())
    };
    let once = path("5", "five.csv");
    let compare = [
        "compare",
        "scenario.toml",
        "--venues",
        "gmx",
        "--format",
        "csv",
    ];
    let set = ["--set", "market.junior=100000", "--prices", "five.csv"];
    assert_eq!(once, place.done(&[&compare[..], &set[..]].concat()));
    // A head and a minute's seconds with both ends; another path has other prices.
    let five = String::from_utf8(place.read("five.csv")).unwrap();
    assert_eq!(five.lines().count(), 62);
    path("6", "six.csv");
    assert_ne!(five.into_bytes(), place.read("six.csv"));
}
