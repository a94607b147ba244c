//! A sweep that is killed, refused, starved and started again.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod sweeping;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sweeping::{Place, sweep_text};

const RESUME: [&str; 5] = ["sweep", "sweep.toml", "--results", "r.parquet", "--resume"];
const WORK: &str = "r.parquet.work";

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// Starts the sweep and kills it when its work file has grown by some bytes; whether it lived to
/// its end before that.
fn killed(place: &Place, grown: u64, after: Duration) -> bool {
    let work = place.at(WORK);
    let enough = size(&work) + grown;
    let mut child = place.command(&RESUME);
    child.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = child.args(["--threads", "2"]).spawn().unwrap();
    let patience = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
            return true;
        }
        if size(&work) > enough {
            std::thread::sleep(after);
            // SIGKILL: nothing can be tidied up.
            child.kill().unwrap();
            child.wait().unwrap();
            return false;
        }
        assert!(
            patience.elapsed() < Duration::from_secs(120),
            "nothing is noted"
        );
        std::thread::sleep(Duration::from_micros(300));
    }
}

#[test]
fn a_sweep_that_is_killed_again_and_again_ends_as_if_nothing_had_been() {
    let place = Place::new(600);
    let args = [
        "sweep",
        "sweep.toml",
        "--results",
        "one.parquet",
        "--format",
        "json",
    ];
    let told = place.done(&args);
    let mut kept: Vec<u8> = Vec::new();
    let mut kills = 0_u64;
    // Bytes and microseconds that differ from one kill to the next, from nothing to some paths.
    while kills < 8 {
        let step = (kills * 7919) % 5000;
        if killed(&place, step, Duration::from_micros(step)) {
            break;
        }
        kills += 1;
        let now = place.read(WORK);
        // What was finished before stands where it stood, and nothing of it was run again: a path
        // that is there twice is refused below.
        let whole = kept.len().saturating_sub(1000);
        assert!(
            now.len() >= whole && now[..whole] == kept[..whole],
            "after {kills} kills"
        );
        kept = now;
    }
    assert!(
        kills >= 3,
        "only {kills} kills: too few paths for this machine"
    );
    let args = [&RESUME[..], &["--format", "json"]].concat();
    let work = place.read(WORK);
    assert_eq!(place.done(&args), told);
    assert!(place.read("r.parquet") == place.read("one.parquet"));
    assert!(!place.at(WORK).exists());
    // Once more: it is all there. What a kill between the last two steps would have left is taken away.
    fs::write(place.at(WORK), work).unwrap();
    assert_eq!(place.done(&args), told);
    assert!(!place.at(WORK).exists());
}

#[test]
fn threads_and_parts_change_no_byte() {
    let place = Place::new(12);
    for threads in ["1", "2", "8"] {
        let file = format!("{threads}.parquet");
        place.done(&[
            "sweep",
            "sweep.toml",
            "--results",
            &file,
            "--threads",
            threads,
        ]);
        assert!(
            place.read(&file) == place.read("1.parquet"),
            "{threads} threads"
        );
    }
    for index in 1..=5 {
        let shard = format!("{index}/5");
        place.done(&[
            "sweep",
            "sweep.toml",
            "--results",
            "parts",
            "--shard",
            &shard,
        ]);
    }
    let said = place.done(&["merge", "parts", "--out", "merged.parquet"]);
    assert!(place.read("merged.parquet") == place.read("1.parquet"));
    assert!(
        said.starts_with("merged.parquet: 12 paths from 5 parts\ncontent hash "),
        "{said}"
    );
}

#[test]
fn the_file_says_what_the_sweep_said() {
    let place = Place::new(8);
    let sweep = [
        "sweep",
        "sweep.toml",
        "--results",
        "r.parquet",
        "--by",
        "liquidated_accounts",
    ];
    for format in ["table", "json", "csv", "markdown"] {
        let args = [&sweep[..], &["--resume", "--format", format]].concat();
        let told = place.done(&args);
        let results = [
            "results",
            "r.parquet",
            "--by",
            "liquidated_accounts",
            "--sweep",
            "sweep.toml",
        ];
        let again = place.done(&[&results[..], &["--format", format]].concat());
        assert_eq!(again, told, "{format}");
    }
    let rows = place.done(&["results", "r.parquet", "--rows", "csv"]);
    assert!(
        rows.starts_with("path,point,point.market.junior,venue,"),
        "{rows}"
    );
    assert_eq!(rows.lines().count(), 1 + 8 * 2 * 3);
    let one = [
        "--where",
        "venue=tranched",
        "--where",
        "market.junior=100000",
    ];
    let some = place.done(&[&["results", "r.parquet", "--rows", "csv"], &one[..]].concat());
    assert_eq!(some.lines().count(), 1 + 8);
    place.done(&[&["results", "r.parquet"], &one[..]].concat());
    let (status, said) = place.refused(&["results", "r.parquet", "--by", "moon"]);
    assert_eq!(status, 2);
    assert!(
        said.contains("`--by moon` is no figure of these results; legal: one of "),
        "{said}"
    );
    let (status, said) = place.refused(&["results", "r.parquet", "--where", "venue=moon"]);
    assert_eq!(status, 2);
    assert!(
        said.contains("legal: one of tranched, hyperliquid, gmx"),
        "{said}"
    );
    let (status, said) = place.refused(&["results", "sweep.toml"]);
    assert_eq!(
        (status, said.as_str()),
        (
            2,
            "error: sweep.toml is no file of results: it is not Parquet\n"
        )
    );
}

#[test]
fn a_changed_sweep_does_not_go_on_with_the_old_paths() {
    let place = Place::new(600);
    assert!(
        !killed(&place, 0, Duration::ZERO),
        "it ended before it was killed"
    );
    let work = place.read(WORK);
    let text = sweep_text(600);
    for (changed, what) in [
        (
            text.replace("seed = 7", "seed = 8"),
            "its seed is 7; here it is 8",
        ),
        (
            text.replace("900%", "901%"),
            "its plan (the sweep's file, what flags put in the place of its statements, the scenario and its prices) is",
        ),
        (
            sweep_text(601),
            "its number of paths is 600; here it is 601",
        ),
    ] {
        fs::write(place.at("sweep.toml"), changed).unwrap();
        let (status, said) = place.refused(&RESUME);
        assert!(status == 2 && said.contains(what), "{said}");
    }
    fs::write(place.at("sweep.toml"), text).unwrap();
    let scenario = String::from_utf8(place.read("scenario.toml")).unwrap();
    fs::write(
        place.at("scenario.toml"),
        scenario.replace("count = 20", "count = 21"),
    )
    .unwrap();
    let (status, said) = place.refused(&RESUME);
    assert!(status == 2 && said.contains("its plan"), "{said}");
    // Without --resume nothing is written over either.
    let (status, said) = place.refused(&RESUME[..4]);
    assert!(status == 2 && said.contains("exists already"), "{said}");
    assert!(place.read(WORK) == work);
}

#[test]
fn a_full_disk_says_so_and_costs_nothing() {
    let place = Place::new(60);
    place.done(&["sweep", "sweep.toml", "--results", "one.parquet"]);
    // A limit on the size of files, in kibibytes; the signal that comes with it is ignored.
    let limited = |kibibytes: u64| {
        let mut command = Command::new("bash");
        command.arg("-c");
        command.arg(format!(
            "trap '' XFSZ; ulimit -f {kibibytes}; exec \"$0\" \"$@\""
        ));
        command.arg(env!("CARGO_BIN_EXE_seawall"));
        command.args(RESUME).current_dir(place.folder());
        command.output().unwrap()
    };
    let output = limited(12);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("r.parquet.work cannot be written: File too large"),
        "{said}"
    );
    assert!(!place.at("r.parquet").exists());
    // With more room it goes on; what did not fit is all that is run.
    place.done(&RESUME);
    assert!(place.read("r.parquet") == place.read("one.parquet"));
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_anything_runs() {
    let place = Place::new(5);
    let (status, said) = place.refused(&["sweep", "sweep.toml", "--results", "none/r.parquet"]);
    assert!(status != 0 && said.contains("none"), "{said}");
    let (status, said) = place.refused(&[
        "sweep",
        "sweep.toml",
        "--results",
        "sweep.toml/parts",
        "--shard",
        "1/2",
    ]);
    assert!(status != 0 && said.contains("sweep.toml/parts"), "{said}");
    fs::write(place.at("r.parquet"), "mine").unwrap();
    for resume in [&["--resume"][..], &[]] {
        let args = [&["sweep", "sweep.toml", "--results", "r.parquet"], resume].concat();
        let (status, said) = place.refused(&args);
        assert!(status == 2 && said.contains("r.parquet"), "{said}");
    }
    assert_eq!(place.read("r.parquet"), b"mine");
}

/// A named pipe would be waited for.
#[cfg(unix)]
#[test]
fn a_pipe_is_no_file_of_results() {
    let place = Place::new(4);
    for name in ["p.parquet", "q.parquet.work"] {
        let made = std::process::Command::new("mkfifo")
            .arg(place.at(name))
            .status();
        assert!(made.unwrap().success());
    }
    let resume = |file| ["sweep", "sweep.toml", "--results", file, "--resume"];
    let commands: [&[&str]; 4] = [
        &["results", "p.parquet"],
        &["merge", "p.parquet", "--out", "m.parquet"],
        &resume("p.parquet"),
        &resume("q.parquet"),
    ];
    for command in commands {
        let (status, said) = place.refused(command);
        assert_eq!(status, 2, "{command:?}: {said}");
        assert!(
            said.contains("it is not a regular file"),
            "{command:?}: {said}"
        );
    }
}

/// Asked to end, a sweep says where its finished paths are.
#[cfg(unix)]
#[test]
fn an_interrupted_sweep_says_how_to_go_on() {
    let place = Place::new(5_000);
    let args = ["sweep", "sweep.toml", "--results", "r.parquet"];
    let mut command = place.command(&args);
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while size(&place.at(WORK)) < 10_000 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let asked = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(asked.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("finished paths are in r.parquet.work: --resume goes on"),
        "{said}"
    );
    assert!(size(&place.at(WORK)) >= 10_000);
}
