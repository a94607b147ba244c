//! A designer's questions: other values, sets side by side, many seeds, and the value that answers.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn fixture(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    root.join(name).display().to_string()
}

fn calm() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/usage.in/calm.toml");
    root.display().to_string()
}

fn seawall(args: &[&str], threads: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seawall"));
    command.args(args).env("RAYON_NUM_THREADS", threads);
    command.output().unwrap()
}

fn said(args: &[&str]) -> String {
    let output = seawall(args, "2");
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{args:?}: {message}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(args: &[&str]) -> String {
    let output = seawall(args, "2");
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A small crowd, so that seeds differ.
fn crowd(folder: &Path) -> String {
    let text = fs::read_to_string(calm()).unwrap();
    let crowd = "
[[positions.drawn]]
name = \"crowd\"
count = 30
long_share = \"0.6\"
notional = { uniform = { min = \"100\", max = \"2000\" } }
leverage = { uniform = { min = \"5\", max = \"40\" } }
";
    let path = folder.join("crowd.toml");
    fs::write(&path, format!("{text}{crowd}")).unwrap();
    path.display().to_string()
}

/// senior-pays.toml, by hand: of D = 100 000 the fund pays 15 000 and ten batches 62 195.774412.
/// Junior pays what it is worth before the step, J + 150 000 − 155 000. Senior is not touched when
/// J − 5 000 ≥ 100 000 − 15 000 − 62 195.774412 = 22 804.225588, so from J = 27 804.225588 on.
#[test]
fn the_smallest_junior_that_spares_senior_is_the_one_worked_by_hand() {
    let file = fixture("senior-pays.toml");
    let text = said(&[
        "solve",
        &file,
        "--vary",
        "market.junior",
        "--from",
        "15000",
        "--to",
        "40000",
        "--tolerance",
        "0.000001",
        "--until",
        "absorbed_senior <= 0",
        "--format",
        "json",
    ]);
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["answer"], "smallest");
    assert_eq!(found["holds"]["value"], "27804.225588");
    assert_eq!(found["holds"]["figure"], "0.000000");
    assert_eq!(found["fails"]["value"], "27804.225587");
    assert_eq!(found["fails"]["figure"], "0.000001");
}

/// The auction sells a position in a narrow band of prices: above it nothing is liquidated, below
/// it the price has gapped through the bankruptcy price and the pool takes all.
#[test]
fn a_question_that_is_not_monotone_is_refused_with_the_contradiction() {
    let file = fixture("stage-2-auction.toml");
    let ask = |from: &str, to: &str| {
        let key = "price.points.points[2].price";
        let until = "owner_cost_auction > 0";
        refused(&[
            "solve", &file, "--vary", key, "--from", from, "--to", to, "--until", until,
        ])
    };
    let message = ask("80", "99");
    let expect = "is not monotone: it fails at 89.5, holds at 91.875, and fails again at 94.25";
    assert!(message.contains(expect), "{message}");
    let message = ask("80", "88");
    assert!(
        message.contains("fails at both ends of the bracket and between"),
        "{message}"
    );
}

#[test]
fn a_condition_over_seeds_may_ask_for_the_median_or_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = crowd(folder.path());
    let ask = |must: &str| {
        let text = said(&[
            "solve",
            &file,
            "--vary",
            "positions.drawn[0].count",
            "--from",
            "0",
            "--to",
            "40",
            "--until",
            "liquidated_accounts <= 8",
            "--seeds",
            "5",
            "--must",
            must,
            "--format",
            "json",
        ]);
        let found: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(found["answer"], "largest");
        found["holds"]["value"]
            .as_str()
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    assert!(ask("all") <= ask("median"));
}

#[test]
fn seeds_come_to_the_same_bytes_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let file = crowd(folder.path());
    for format in ["table", "json"] {
        let args = ["compare", &file, "--seeds", "7", "--format", format];
        let (one, two) = (seawall(&args, "1"), seawall(&args, "2"));
        assert!(one.status.success());
        assert_eq!(one.stdout, two.stdout);
    }
}

/// A kill leaves whole lines and one that is cut off: both are what the file then holds.
#[test]
fn a_checkpoint_is_taken_up_and_comes_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let file = crowd(folder.path());
    let place = folder.path().join("seeds.jsonl");
    let checkpoint = place.display().to_string();
    let args = [
        "compare",
        &file,
        "--seeds",
        "6",
        "--checkpoint",
        &checkpoint,
        "--format",
        "json",
    ];
    let whole = said(&["compare", &file, "--seeds", "6", "--format", "json"]);
    assert_eq!(said(&args), whole);
    let full = fs::read_to_string(&place).unwrap();
    let lines: Vec<&str> = full.lines().collect();
    assert_eq!(lines.len(), 7, "a head and six seeds");
    let cut = format!(
        "{}\n{}\n{}\n{}",
        lines[0],
        lines[3],
        lines[1],
        &lines[2][..40]
    );
    fs::write(&place, cut).unwrap();
    assert_eq!(said(&args), whole);
    // The seeds that were finished were not run again: their lines stand where they stood.
    let again = fs::read_to_string(&place).unwrap();
    assert!(again.starts_with(&format!("{}\n{}\n{}\n", lines[0], lines[3], lines[1])));
    assert_eq!(again.lines().count(), 7);
    let message = refused(&[&args[..], &["--set", "capital.total=1"]].concat());
    assert!(message.contains("capital.orderbook") || message.contains("capital.tranched"));
    let message = refused(&[&args[..], &["--set", "market.junior=150000"]].concat());
    assert!(
        message.contains("it was written for another scenario"),
        "{message}"
    );
}

#[test]
fn sets_are_told_apart_by_what_differs_and_nothing_else() {
    let file = calm();
    let text = said(&[
        "compare",
        &file,
        "--set",
        "venues.tranched.waterfall.loss_order=adl_last",
        "--against-base",
        "--venues",
        "tranched",
        "--format",
        "json",
    ]);
    let found: Value = serde_json::from_str(&text).unwrap();
    let differences = found["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 1, "{differences:?}");
    // The file states none of it: the value of A is the default.
    assert_eq!(
        differences[0]["key"],
        "venues.tranched.waterfall.loss_order"
    );
    assert_eq!(differences[0]["values"][1], "adl_last");
    let text = said(&["compare", &file, &file, "--venues", "gmx"]);
    assert!(text.contains("nothing: the sets are the same"), "{text}");
}

/// Two files that ask different things are headed by neither question alone.
#[test]
fn sets_that_ask_different_things_name_every_question() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(calm()).unwrap();
    let asked = text
        .lines()
        .find(|line| line.starts_with("question"))
        .unwrap();
    let asked = asked.split('"').nth(1).unwrap();
    let other = folder.path().join("other.toml");
    fs::write(&other, text.replacen(asked, "Who sleeps?", 1)).unwrap();
    let (one, other) = (calm(), other.display().to_string());
    let mut args = vec!["compare", &one, &other, "--venues", "gmx"];
    let told = said(&args);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "A and B side by side");
    assert!(
        lines[1].starts_with("  A: ") && lines[3].starts_with("  B: "),
        "{told}"
    );
    assert_eq!(
        [lines[2], lines[4]],
        [&format!("     {asked}"), "     Who sleeps?"]
    );
    args.extend(["--format", "markdown"]);
    let told = said(&args);
    assert!(
        told.starts_with("# A and B side by side\n\n- **A** "),
        "{told}"
    );
    assert!(told.contains(&format!("  - {asked}\n- **B** ")), "{told}");
    assert!(told.contains("  - Who sleeps?\n"), "{told}");
    // One question of all is still the heading.
    let told = said(&["compare", &one, &one, "--venues", "gmx"]);
    assert!(told.starts_with(&format!("{asked}\n  A: ")), "{told}");
}

#[test]
fn an_answer_goes_into_a_file_as_a_comparison_does() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scenario.toml");
    let stated = fs::read_to_string(fixture("senior-pays.toml")).unwrap();
    fs::write(&file, &stated).unwrap();
    let file = file.display().to_string();
    let question = [
        "solve",
        &file,
        "--vary",
        "market.junior",
        "--from",
        "27000",
        "--to",
        "29000",
        "--tolerance",
        "1000",
        "--parts",
        "1",
        "--until",
        "absorbed_senior <= 0",
    ];
    for format in ["table", "json", "markdown", "csv"] {
        let mut args = question.to_vec();
        args.extend(["--format", format]);
        let told = said(&args);
        let out = folder.path().join(format).display().to_string();
        args.extend(["--out", &out]);
        assert_eq!(said(&args), "");
        assert_eq!(fs::read_to_string(&out).unwrap(), told, "{format}");
    }
    // Not over what is read, not into nowhere; and nothing is written then.
    let nowhere = folder.path().join("nowhere/answer").display().to_string();
    for (out, why) in [
        (&file, "would be written over"),
        (&nowhere, "is not a directory"),
    ] {
        let mut args = question.to_vec();
        args.extend(["--out", out]);
        assert!(refused(&args).contains(why));
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), stated);
}

#[test]
fn the_journal_of_a_changed_scenario_has_its_own_hash() {
    let folder = tempfile::tempdir().unwrap();
    let hash = |set: &[&str]| {
        let text = said(&[&["compare", &calm(), "--format", "json"], set].concat());
        let found: Value = serde_json::from_str(&text).unwrap();
        let journal = folder.path().join("run.jsonl").display().to_string();
        let args = ["run", &calm(), "--venue", "gmx", "--journal", &journal];
        said(&[&args, set].concat());
        let journal = fs::read_to_string(journal).unwrap();
        let hash = found["scenario_hash"].as_str().unwrap().to_owned();
        assert!(journal.contains(&hash));
        (hash, found["overrides"].as_array().unwrap().len())
    };
    let (before, none) = hash(&[]);
    let (after, one) = hash(&["--set", "seed=8"]);
    assert_ne!(before, after);
    assert_eq!((none, one), (0, 1));
}
