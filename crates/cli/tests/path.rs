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
    let by = ["sweep", "sweep.toml", "--by", "winners_profit_before"];
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
        "seawall path sweep.toml --path {}{point} --venue tranched --journal worst-tranched.jsonl",
        worst["path"]
    );
    assert!(table.contains(&printed), "{table}");
    let words = printed.split(' ').skip(1).chain(["--format", "csv"]);
    let again = place.done(&words.collect::<Vec<&str>>());
    assert_eq!(
        Some(value(&again, "winners_profit_before").as_str()),
        worst["value"].as_str()
    );
    // The journal of that path holds every law.
    place.done(&["check", "worst-tranched.jsonl"]);
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

/// A point, a drawn key, a flag and the path's seed are all in the command that the note gives.
#[test]
fn the_noted_command_finds_the_path_again() {
    let place = Place::new(8);
    let file = place.at("sweep.toml");
    let draw = "[[draw]]\nkey = \"positions.drawn[0].long_share\"\nvalue = { uniform = { min = \"0.3\", max = \"0.9\" } }\n";
    let text = sweeping::sweep_text(8) + draw;
    std::fs::write(&file, text).unwrap();
    let path = [
        "path",
        "sweep.toml",
        "--path",
        "5",
        "--point",
        "1",
        "--format",
        "csv",
        "--prices",
        "five.csv",
        "--set",
        "venues.gmx.half_spread=2bp",
    ];
    let output = place.run(&path);
    assert!(output.status.success(), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    let command = told
        .lines()
        .find_map(|line| line.split("seawall compare ").nth(1));
    let words = shlex::split(command.unwrap()).unwrap();
    let words = words.iter().map(String::as_str);
    let words: Vec<&str> = ["compare"]
        .into_iter()
        .chain(words)
        .chain(["--format", "csv"])
        .collect();
    assert!(
        words
            .iter()
            .any(|word| word.starts_with("positions.drawn[0].long_share="))
    );
    let again = place.done(&words);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), again);
}
