//! `--plot` of a sweep and of its results: the same picture from both.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::path::Path;
use std::process::{Command, Output};

const SWEEP: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/sweeps/crash-futures.toml"
);

fn seawall(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seawall"));
    command.args(args).output().unwrap()
}

fn file(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_sweep_and_its_results_draw_the_same_picture() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name| file(folder.path(), name);
    let (swept, read, rows) = (place("swept.svg"), place("read.svg"), place("rows.parquet"));
    let ran = seawall(&[
        "sweep",
        SWEEP,
        "--paths",
        "3",
        "--threads",
        "1",
        "--by",
        "winners_taken",
        "--results",
        &rows,
        "--plot",
        &swept,
    ]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    let by = "winners_taken";
    let summed = seawall(&["results", &rows, "--by", by, "--plot", &read]);
    assert!(summed.status.success());
    let svg = std::fs::read_to_string(swept).unwrap();
    assert_eq!(svg, std::fs::read_to_string(read).unwrap());
    for text in ["tranched", "share of paths up to it", "over 3 paths"] {
        assert!(svg.contains(text), "{text}");
    }
}

/// Before a single path has run.
#[test]
fn a_picture_that_cannot_be_drawn_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name| file(folder.path(), name);
    let (pdf, one) = (place("figure.pdf"), place("one.svg"));
    for (args, reason) in [
        (vec!["--plot", &pdf], "ends in neither; legal: .svg, .png"),
        (
            vec!["--plot", &one, "--out", &one],
            "is both --out and --plot",
        ),
        (vec!["--plot", &one, "--plan"], "cannot be used with"),
    ] {
        let refused = seawall(&[["sweep", SWEEP].as_slice(), args.as_slice()].concat());
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains(reason), "{said}");
        assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
    }
}
