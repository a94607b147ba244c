//! The JSON of a sweep against its rows as pyarrow reads them.
//!
//! Runs where `SEAWALL_PYTHON` (else `python3`) can import pyarrow; with `SEAWALL_PYARROW=required`
//! its absence is a failure.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod sweeping;

use std::fs;
use std::process::Command;

use sweeping::{Place, python, required};

#[test]
fn the_summary_is_that_of_the_rows() {
    let imported = Command::new(python())
        .args(["-c", "import pyarrow"])
        .output();
    if !imported.is_ok_and(|output| output.status.success()) {
        assert!(!required("PYARROW"), "pyarrow cannot be imported");
        eprintln!("pyarrow is not installed: nothing was compared");
        return;
    }
    let place = Place::new(25);
    let told = place.done(&[
        "sweep",
        "sweep.toml",
        "--results",
        "r.parquet",
        "--format",
        "json",
    ]);
    fs::write(place.at("r.json"), told).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outside/summary.py");
    let mut command = Command::new(python());
    command
        .arg(script)
        .args([place.at("r.parquet"), place.at("r.json")]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let (count, _) = said.split_once(' ').unwrap();
    assert!(count.parse::<u32>().unwrap() > 100, "{said}");
}
