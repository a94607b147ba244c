//! Exit status, stdout, and files that are written whole or not at all.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use seawall::report::json;

fn seawall(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seawall"));
    command.args(args).env_remove("NO_COLOR");
    command
}

fn output(args: &[&str]) -> Output {
    seawall(args).output().unwrap()
}

fn cases(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cmd")
        .join(folder)
}

fn calm() -> String {
    cases("usage.in/calm.toml").display().to_string()
}

/// A folder and the text of a path in it.
fn folder() -> (tempfile::TempDir, impl Fn(&str) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_path_buf();
    (folder, move |name: &str| {
        path.join(name).display().to_string()
    })
}

fn listed(folder: &tempfile::TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn bad_input_writes_nothing() {
    let mut seen = 0;
    for entry in fs::read_dir(cases("bad.in")).unwrap() {
        let bad = entry.unwrap().path().display().to_string();
        let (folder, path) = folder();
        let journal = path("out.jsonl");
        let out = path("out.json");
        for args in [
            vec!["compare", &bad],
            vec!["compare", &bad, "--format", "json", "--out", &out],
            vec!["run", &bad, "--venue", "tranched", "--journal", &journal],
        ] {
            let output = output(&args);
            assert_eq!(output.status.code(), Some(2), "{args:?}");
            assert!(output.stdout.is_empty(), "{args:?}");
            let message = String::from_utf8(output.stderr).unwrap();
            assert!(message.starts_with("error: "), "{message}");
            assert!(
                message.contains(bad.rsplit('/').next().unwrap()),
                "{message}"
            );
            assert_eq!(listed(&folder), Vec::<String>::new());
            seen += 1;
        }
    }
    assert!(seen >= 39, "only {seen} runs");
}

#[test]
fn a_file_that_stood_there_stays_when_the_input_is_bad() {
    let (folder, path) = folder();
    let out = path("out.txt");
    fs::write(&out, "before").unwrap();
    let bad = cases("bad.in/price-zero.toml").display().to_string();
    assert_eq!(
        output(&["compare", &bad, "--out", &out]).status.code(),
        Some(2)
    );
    assert_eq!(fs::read_to_string(&out).unwrap(), "before");
    assert_eq!(
        output(&["compare", &calm(), "--out", &out]).status.code(),
        Some(0)
    );
    assert!(fs::read_to_string(&out).unwrap().starts_with("Who pays?\n"));
    assert_eq!(listed(&folder), ["out.txt"]);
}

#[test]
fn stdout_and_out_give_the_same_document() {
    let (folder, path) = folder();
    let out = path("out.json");
    let args = ["compare", &calm(), "--format", "json"];
    let shown = output(&args);
    assert_eq!(shown.status.code(), Some(0));
    assert!(
        shown.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&shown.stderr)
    );
    let written = output(&[&args[..], &["--out", &out]].concat());
    assert_eq!(
        (written.status.code(), written.stdout),
        (Some(0), Vec::new())
    );
    assert_eq!(fs::read(&out).unwrap(), shown.stdout);
    let document: json::Comparison = read_json(&shown.stdout);
    let names: Vec<&str> = document
        .venues
        .iter()
        .map(|venue| venue.name.as_str())
        .collect();
    assert_eq!(names, ["tranched", "hyperliquid", "gmx"]);
    drop(folder);
}

fn read_json(bytes: &[u8]) -> json::Comparison {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn venues_stand_in_the_order_asked_for() {
    let shown = output(&[
        "compare",
        &calm(),
        "--venues",
        "gmx,tranched",
        "--format",
        "json",
    ]);
    let document = read_json(&shown.stdout);
    let names: Vec<&str> = document
        .venues
        .iter()
        .map(|venue| venue.name.as_str())
        .collect();
    assert_eq!(names, ["gmx", "tranched"]);
}

#[test]
fn colour_comes_only_when_it_is_asked_for() {
    let escapes = |output: Output| output.stdout.contains(&0x1b);
    let calm = calm();
    assert!(!escapes(output(&["compare", &calm])));
    assert!(!escapes(output(&["compare", &calm, "--color", "never"])));
    assert!(escapes(output(&["compare", &calm, "--color", "always"])));
    let quiet = seawall(&["compare", &calm]).env("NO_COLOR", "1").output();
    assert!(!escapes(quiet.unwrap()));
    let (_folder, path) = folder();
    let out = path("out.txt");
    output(&["compare", &calm, "--color", "always", "--out", &out]);
    assert!(!fs::read(&out).unwrap().contains(&0x1b));
}

#[test]
fn progress_goes_to_stderr() {
    let plain = output(&["compare", &calm()]);
    let told = output(&["compare", &calm(), "-vv"]);
    assert_eq!(plain.stdout, told.stdout);
    assert!(plain.stderr.is_empty());
    assert!(!told.stderr.is_empty());
}

#[test]
fn a_journal_is_replayed_to_balances_that_sum_to_zero() {
    for venue in ["tranched", "hyperliquid", "gmx"] {
        let (folder, path) = folder();
        let journal = path("run.jsonl");
        let ran = output(&["run", &calm(), "--venue", venue, "--journal", &journal]);
        assert_eq!(ran.status.code(), Some(0));
        let said = String::from_utf8(ran.stdout).unwrap();
        assert!(said.starts_with(&format!("{venue}: ")), "{said}");
        assert_eq!(listed(&folder), ["run.jsonl"]);
        let replayed = output(&["replay", &journal, "--format", "json", "--accounts"]);
        assert_eq!(replayed.status.code(), Some(0));
        let document: serde_json::Value = serde_json::from_slice(&replayed.stdout).unwrap();
        assert_eq!(document["venue"], venue);
        assert_eq!(document["sum_usd"], "0.000000");
        assert!(document["entries"].as_u64().unwrap() > 0);
        let again = path("again.jsonl");
        output(&["run", &calm(), "--venue", venue, "--journal", &again]);
        assert_eq!(fs::read(&journal).unwrap(), fs::read(&again).unwrap());
    }
}

/// Whoever closes the pipe has seen enough: that is no failure and no panic.
#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = seawall(&["compare", &calm(), "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut message = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut message).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(message, "");
}

#[cfg(unix)]
#[test]
fn a_link_keeps_leading_to_its_file() {
    let (folder, path) = folder();
    fs::write(path("real.txt"), "before").unwrap();
    std::os::unix::fs::symlink(path("real.txt"), path("link.txt")).unwrap();
    let link = path("link.txt");
    assert_eq!(
        output(&["compare", &calm(), "--out", &link]).status.code(),
        Some(0)
    );
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(
        fs::read_to_string(path("real.txt"))
            .unwrap()
            .starts_with("Who pays?")
    );
    assert_eq!(listed(&folder), ["link.txt", "real.txt"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_our_failure_and_not_replaced() {
    let calm = calm();
    for args in [
        vec!["compare", &calm, "--out", "/dev/full"],
        vec!["run", &calm, "--venue", "gmx", "--journal", "/dev/full"],
    ] {
        let output = output(&args);
        assert_eq!(output.status.code(), Some(1));
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(
            message.starts_with("error: /dev/full cannot be written"),
            "{message}"
        );
    }
    assert!(!fs::metadata("/dev/full").unwrap().is_file());
}

const CRASH: &str = "[price.csv]\nfile = \"path.csv\"\n";
const PRICES: &str = "utc,coin,price,kind,source\n2025-10-10T21:00:00Z,BTC,100,mark,by hand\n2025-10-10T21:05:00Z,BTC,90,mark,by hand\n";

fn calm_text() -> String {
    fs::read_to_string(calm()).unwrap()
}

/// Nothing that a run reads is written over, neither under its name nor through a link.
#[cfg(unix)]
#[test]
fn the_recorded_prices_are_not_written_over() {
    let (folder, path) = folder();
    let points =
        "[price.points]\npoints = [{ at = 0, price = \"100\" }, { at = 300, price = \"90\" }]\n";
    let text = calm_text().replace(points, CRASH);
    assert!(text.contains("path.csv"));
    let (scenario, prices, link) = (path("s.toml"), path("path.csv"), path("link"));
    fs::write(&scenario, text).unwrap();
    fs::write(&prices, PRICES).unwrap();
    std::os::unix::fs::symlink(&prices, &link).unwrap();
    for target in [&prices, &link] {
        for args in [
            vec!["compare", &scenario, "--out", target],
            vec!["run", &scenario, "--venue", "gmx", "--journal", target],
        ] {
            let output = output(&args);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(
                said.contains("path.csv would be written over; legal: another file"),
                "{said}"
            );
            assert_eq!(fs::read_to_string(&prices).unwrap(), PRICES);
        }
    }
    assert_eq!(
        output(&["compare", &scenario, "--out", &path("new")])
            .status
            .code(),
        Some(0)
    );
    drop(folder);
}

#[test]
fn a_place_where_no_file_can_be_is_bad_input() {
    let (folder, path) = folder();
    let (calm, missing) = (calm(), path("missing/x"));
    let here = folder.path().display().to_string();
    let new = path("new/");
    for (target, reason) in [
        (&missing, "missing is not a directory"),
        (&here, "is a directory; legal: a file"),
        (&new, "is a directory; legal: a file"),
    ] {
        for args in [
            vec!["compare", &calm, "--out", target],
            vec!["run", &calm, "--venue", "gmx", "--journal", target],
        ] {
            let output = output(&args);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(
                said.contains(reason) && said.contains(target.as_str()),
                "{said}"
            );
        }
    }
    let replay = output(&["replay", &here]);
    assert_eq!(replay.status.code(), Some(2));
    let said = String::from_utf8(replay.stderr).unwrap();
    assert_eq!(
        said,
        format!("error: {here} is a directory; legal: a journal\n")
    );
    assert_eq!(listed(&folder), Vec::<String>::new());
}

/// What a venue refuses at its start has a place in the file, too.
#[test]
fn a_venue_that_cannot_start_names_the_place() {
    let (_folder, path) = folder();
    let file = path("s.toml");
    let said = |text: &str, venue: &str| {
        fs::write(&file, text).unwrap();
        let output = output(&["compare", &file, "--venues", venue]);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let calm = calm_text();
    let all = |said: &str, parts: &[&str]| {
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
    };
    let oracle = format!("{calm}\n[venues.tranched.oracle]\nquorum = 0\n");
    all(
        &said(&oracle, "tranched"),
        &[
            "`venues.tranched.oracle.quorum` is 0; legal: 1 to 65535",
            "s.toml:38:10",
        ],
    );
    // A long of 10 from 100 at 1000 times leverage has 1 USD; 1 % of 1 000 is 10.
    let thin = calm.replace("leverage = \"10\"", "leverage = \"1000\"");
    for venue in ["tranched", "hyperliquid", "gmx"] {
        all(
            &said(&thin, venue),
            &[
                "positions.each[0]",
                "account `ann`",
                venue,
                "legal: ",
                "s.toml:23:1",
            ],
        );
    }
    let large = calm.replace("size = \"10\"", "size = \"10000000\"");
    for venue in ["tranched", "hyperliquid", "gmx"] {
        all(
            &said(&large, venue),
            &[
                venue,
                "legal: at most",
                "set `positions.scale` = true",
                "s.toml:23:",
            ],
        );
    }
    let start = calm.find("[[positions.each]]").unwrap();
    let calm = calm[..start].to_owned();
    let none = calm.replace(
        "makers = \"900000\", backstops = [\"100000\"]",
        "makers = \"0\", backstops = [\"1000000\"]",
    );
    all(
        &said(&none, "hyperliquid"),
        &["`capital.orderbook.makers`", "above 0", "s.toml:14:24"],
    );
    let bare = calm.replace(
        "senior = \"790000\", junior = \"200000\"",
        "senior = \"0\", junior = \"990000\"",
    );
    all(
        &said(&bare, "tranched"),
        &["`capital.tranched`", "open no senior vault", "s.toml:13:"],
    );
}

/// M-1.5 as a user checks it: the journal of a market beside a ruined one, and alone.
#[test]
fn a_market_writes_the_same_journal_with_and_without_the_others() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    let two = scenarios.join("two-markets-isolated.toml");
    let two = two.display().to_string();
    let (_folder, path) = folder();
    let (beside, alone) = (path("beside.jsonl"), path("alone.jsonl"));
    let run = |journal: &str, more: &[&str]| {
        let mut args = vec!["run", &two, "--venue", "tranched", "--market", "btc"];
        args.extend(["--journal", journal]);
        args.extend(more);
        let output = output(&args);
        assert!(output.status.success(), "{output:?}");
    };
    run(&beside, &[]);
    run(&alone, &["--alone"]);
    let bytes = fs::read(&beside).unwrap();
    assert!(bytes.len() > 100_000);
    assert_eq!(bytes, fs::read(&alone).unwrap());
    assert!(output(&["replay", &beside]).status.success());
}

/// A picture stands beside the text, as SVG or PNG by its ending, and the text is the same.
#[test]
fn a_picture_is_drawn_beside_the_text() {
    let (_folder, path) = folder();
    let plain = output(&["compare", &calm()]);
    for (name, begins) in [("out.svg", &b"<"[..]), ("out.png", &b"\x89PNG"[..])] {
        let picture = path(name);
        let drawn = output(&["compare", &calm(), "--plot", &picture]);
        assert!(drawn.status.success(), "{drawn:?}");
        assert_eq!(drawn.stdout, plain.stdout);
        let bytes = fs::read(&picture).unwrap();
        assert!(bytes.starts_with(begins), "{name}");
        // The same figures are the same picture.
        output(&["compare", &calm(), "--plot", &picture]);
        assert_eq!(bytes, fs::read(&picture).unwrap());
    }
    let text = fs::read_to_string(path("out.svg")).unwrap();
    assert!(
        text.contains("<svg") && text.contains("no deficit"),
        "{text}"
    );
}

#[test]
fn divergence_is_drawn_at_prices_and_over_a_path() {
    let (_folder, path) = folder();
    let prices = path("prices.csv");
    fs::write(&prices, "time,price\n0,100\n86400,200\n172800,100\n").unwrap();
    let at_prices = ["divergence", "--ratio", "0.5,2", "--range", "0.5..2"];
    let over_path = ["divergence", "--path", prices.as_str()];
    let cases = [(&at_prices[..], "ln R", 3), (&over_path[..], "LVR", 4)];
    for (asked, holds, lines) in cases {
        let (picture, table) = (path("out.svg"), path("out.csv"));
        let mut args = asked.to_vec();
        args.extend(["--format", "csv", "--out", &table, "--plot", &picture]);
        let drawn = output(&args);
        assert!(drawn.status.success(), "{drawn:?}");
        assert!(drawn.stdout.is_empty());
        assert!(fs::read_to_string(&picture).unwrap().contains(holds));
        assert_eq!(fs::read_to_string(&table).unwrap().lines().count(), lines);
    }
    // What is read is not written over.
    let over = output(&["divergence", "--path", &prices, "--out", &prices]);
    assert_eq!(over.status.code(), Some(2));
}
