//! The exported books in hledger, which knows nothing of this program.
//!
//! Runs where hledger is installed; with `SEAWALL_HLEDGER=required` its absence is a failure.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

fn seawall(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_seawall"))
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Account and balance, as text, of every account that is not at zero.
type Balances = BTreeMap<String, String>;

fn of_replay(journal: &str) -> Balances {
    let text = seawall(&["replay", journal, "--accounts", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let accounts = document["accounts"].as_array().unwrap().iter();
    let pair = |each: &serde_json::Value| {
        let text = |field: &str| each[field].as_str().unwrap().to_owned();
        (text("account"), text("balance_usd"))
    };
    let is_open = |(_, balance): &(String, String)| balance.trim_start_matches('-') != "0.000000";
    accounts.map(pair).filter(is_open).collect()
}

fn of_hledger(books: &str) -> Option<Balances> {
    let required = std::env::var("SEAWALL_HLEDGER").is_ok_and(|value| value == "required");
    let args = [
        "-f",
        books,
        "balance",
        "--flat",
        "--output-format",
        "csv",
        "--no-total",
    ];
    let output = match Command::new("hledger").args(args).output() {
        Ok(output) => output,
        Err(error) if !required => {
            eprintln!("hledger is not installed ({error}): nothing was compared");
            return None;
        }
        Err(error) => panic!("hledger: {error}"),
    };
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let (account, balance) = line.split_once(',').unwrap();
        let plain = |cell: &str| cell.trim_matches('"').to_owned();
        (
            plain(account),
            plain(balance).trim_end_matches(" USD").to_owned(),
        )
    };
    Some(text.lines().skip(1).map(row).collect())
}

#[test]
fn hledger_comes_to_the_same_balances() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    let folder = tempfile::tempdir().unwrap();
    for (scenario, venue) in [
        ("senior-pays", "tranched"),
        ("stage-5-adl", "hyperliquid"),
        ("residual", "gmx"),
        ("crash-2025-10-10", "tranched"),
    ] {
        let file = scenarios
            .join(format!("{scenario}.toml"))
            .display()
            .to_string();
        let path = |ending: &str| folder.path().join(format!("{scenario}.{ending}"));
        let (journal, books) = (path("jsonl"), path("ledger"));
        let (journal, books) = (journal.display().to_string(), books.display().to_string());
        seawall(&["run", &file, "--venue", venue, "--journal", &journal]);
        seawall(&["export", &journal, "--ledger", "--out", &books]);
        let Some(theirs) = of_hledger(&books) else {
            return;
        };
        let ours = of_replay(&journal);
        assert!(ours.len() >= 3, "{scenario}");
        assert_eq!(theirs, ours, "{scenario} in {venue}");
    }
}

/// The books up to a moment: every transaction whose clock is not past it.
fn until(books: &str, clock: &str) -> String {
    let mut blocks = books.split("\n\n");
    let mut text = String::new();
    for block in blocks.by_ref() {
        let time = block.split("; time: ").nth(1);
        let time = time.and_then(|rest| rest.get(..8));
        if time.is_none_or(|time| time <= clock) {
            text.push_str(block);
            text.push_str("\n\n");
        }
    }
    text
}

/// hledger adds up the transactions to a moment; the trial balance of that moment is our own sum.
#[test]
fn hledger_comes_to_the_same_trial_balances() {
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/scenarios/crash-2025-10-10.toml");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (journal, books) = (path("crash.jsonl"), path("part.ledger"));
    let file = scenario.display().to_string();
    seawall(&["run", &file, "--venue", "tranched", "--journal", &journal]);
    let whole = seawall(&["export", &journal, "--ledger"]);
    let mut sizes = Vec::new();
    for clock in ["21:05:00", "21:19:25", "21:19:30"] {
        std::fs::write(&books, until(&whole, clock)).unwrap();
        let Some(theirs) = of_hledger(&books) else {
            return;
        };
        let ours = seawall(&["export", &journal, "--ledger", "--at", clock]);
        std::fs::write(&books, ours).unwrap();
        assert_eq!(of_hledger(&books).unwrap(), theirs, "{clock}");
        sizes.push(theirs.len());
    }
    assert!(sizes[0] > 20_000 && sizes[0] != sizes[2], "{sizes:?}");
}
