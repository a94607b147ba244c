//! `seawall validate`: its formats, its picture, and what it says about wrong flags.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::process::{Command, Output};

fn seawall(args: &[&str], threads: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seawall"));
    command.args(args).env("RAYON_NUM_THREADS", threads);
    command.output().unwrap()
}

fn text(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn two_seeds_in_every_format_and_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("adl.svg").display().to_string();
    let json = ["validate", "--seeds", "2", "--format", "json"];
    let one = text(&seawall(&json, "1"));
    let with_picture = [&json[..], &["--plot", &picture]].concat();
    assert_eq!(one, text(&seawall(&with_picture, "3")));
    let read: serde_json::Value = serde_json::from_str(&one).unwrap();
    assert_eq!(read["format"], "seawall-validation-1");
    assert_eq!(read["seeds"].as_array().unwrap().len(), 2);
    let svg = std::fs::read_to_string(picture).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("HYPE"), "{svg}");
    let rows: usize = read["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["figures"].as_array().unwrap().len())
        .sum();
    let csv = text(&seawall(
        &["validate", "--seeds", "1", "--format", "csv"],
        "2",
    ));
    assert_eq!(csv.lines().count(), rows + 1);
}

#[test]
fn wrong_flags_are_named() {
    for (args, said) in [
        (
            &["validate", "--seeds", "0"][..],
            "--seeds is 0; legal: 1 to 10000",
        ),
        (&["validate", "--plot", "x.gif"], "legal: .svg, .png"),
        (
            &["validate", "--out", "a.svg", "--plot", "a.svg"],
            "is both --out and --plot",
        ),
        (
            &["validate", "--calibrate", "--seeds", "3"],
            "cannot be used with",
        ),
    ] {
        let output = seawall(args, "1");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(said), "{args:?}: {stderr}");
    }
}
