//! Holds a run of the bench `instructions`, on standard input, against `benches/instructions.toml`;
//! `record` writes that file instead. `.ci/instructions` calls it.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};

use seawall_benches::counts::{Record, counts, percent};

const HEAD: &str = "\
# Instructions of benches/benches/instructions.rs, counted by Callgrind.
# `.ci/instructions` holds a run against them, `.ci/instructions record` writes them anew.
";

/// What a program says first when it is asked for its version.
fn version(program: &str) -> Result<String, Box<dyn Error>> {
    let output = Command::new(program).arg("--version").output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// The model of the first processor, where Linux tells it.
fn machine() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = told
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map(|rest| rest.trim_matches([' ', '\t', ':']));
    format!(
        "{} ({})",
        model.unwrap_or("unknown"),
        std::env::consts::ARCH
    )
}

fn record(path: &Path, counts: BTreeMap<String, u64>) -> Result<(), Box<dyn Error>> {
    let record = Record {
        machine: machine(),
        rustc: version("rustc")?,
        valgrind: version("valgrind")?,
        tolerance_percent: 3,
        counts,
    };
    std::fs::write(path, format!("{HEAD}{}", toml::to_string(&record)?))?;
    println!("wrote {}", path.display());
    Ok(())
}

/// The table of both, and whether they agree.
fn compare(path: &Path, run: &BTreeMap<String, u64>) -> Result<ExitCode, Box<dyn Error>> {
    let record: Record = toml::from_str(&std::fs::read_to_string(path)?)?;
    println!(
        "on record: {}, {}, {}",
        record.machine, record.rustc, record.valgrind
    );
    println!(
        "this run: {}, {}, {}",
        machine(),
        version("rustc")?,
        version("valgrind")?
    );
    println!("| bench | on record | this run | change |\n|---|---:|---:|---:|");
    for (name, new) in run {
        match record.counts.get(name) {
            Some(old) => println!("| {name} | {old} | {new} | {:+.2} % |", percent(*old, *new)),
            None => println!("| {name} | | {new} | |"),
        }
    }
    let differences = record.differences(run);
    for difference in &differences {
        println!("{difference}; allowed: {} %", record.tolerance_percent);
    }
    Ok(match differences.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let run = counts(&std::io::read_to_string(std::io::stdin())?)?;
    if run.is_empty() {
        return Err("nothing was counted".into());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.toml");
    match std::env::args().nth(1).as_deref() {
        None => compare(&path, &run),
        Some("record") => record(&path, run).map(|()| ExitCode::SUCCESS),
        Some(other) => Err(format!("`{other}`; legal: nothing, or `record`").into()),
    }
}
