//! The file of finished paths: what survives, and what is refused.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod sample;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sample::{anew, head, rows, small};
use seawall_results::{Head, ResultsError, Work};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Notes some paths, in this order.
fn noted(path: &Path, head: &Head, paths: &[u64]) {
    let work = Work::begin(path, head).unwrap();
    for path in paths {
        work.note(*path, &rows(head, *path)).unwrap();
    }
}

fn finished(work: &Work) -> Vec<u64> {
    let paths = 0..work.head().paths;
    let finished = paths.filter(|path| work.is_finished(*path));
    for path in finished.clone() {
        assert_eq!(work.rows(path).unwrap(), rows(work.head(), path));
    }
    finished.collect()
}

#[test]
fn what_is_noted_is_there_after_a_resume() {
    let (dir, head) = (folder(), head(10));
    let file = dir.path().join("w");
    noted(&file, &head, &[3, 0, 9]);
    let work = Work::resume(&file, &head).unwrap();
    assert_eq!(finished(&work), [0, 3, 9]);
    assert_eq!(work.finished(), 3);
    work.note(4, &rows(&head, 4)).unwrap();
    drop(work);
    assert_eq!(finished(&Work::resume(&file, &head).unwrap()), [0, 3, 4, 9]);
}

#[test]
fn resume_begins_when_there_is_nothing() {
    let (dir, head) = (folder(), head(3));
    let work = Work::resume(&dir.path().join("w"), &head).unwrap();
    assert_eq!(work.finished(), 0);
    let error = work.rows(1).unwrap_err();
    assert_eq!(error.to_string(), "path 1 is not finished");
}

#[test]
fn a_file_cut_at_any_byte_keeps_every_whole_path() {
    let (dir, head) = (folder(), small(5));
    let file = dir.path().join("w");
    noted(&file, &head, &[]);
    let opening = fs::metadata(&file).unwrap().len();
    fs::remove_file(&file).unwrap();
    // Where each record ends.
    let work = Work::begin(&file, &head).unwrap();
    let mut ends = Vec::new();
    for path in [2, 4, 1] {
        work.note(path, &rows(&head, path)).unwrap();
        ends.push(fs::metadata(&file).unwrap().len());
    }
    drop(work);
    let bytes = fs::read(&file).unwrap();
    for cut in 0..=bytes.len() {
        anew(&file, &bytes[..cut]);
        let work = Work::resume(&file, &head).unwrap();
        let whole = ends.iter().filter(|end| **end <= cut as u64).count();
        assert_eq!(work.finished(), whole, "cut at {cut}");
        // And it goes on as if nothing had been there.
        work.note(0, &rows(&head, 0)).unwrap();
        drop(work);
        let work = Work::resume(&file, &head).unwrap();
        assert_eq!(work.finished(), whole + 1, "cut at {cut}");
        assert_eq!(work.rows(0).unwrap(), rows(&head, 0));
    }
    assert!(opening < ends[0]);
}

#[test]
fn a_changed_byte_is_refused_with_its_place_wherever_it_is() {
    let (dir, head) = (folder(), small(5));
    let file = dir.path().join("w");
    noted(&file, &head, &[]);
    let opening = fs::metadata(&file).unwrap().len() as usize;
    fs::remove_file(&file).unwrap();
    noted(&file, &head, &[2, 4]);
    let bytes = fs::read(&file).unwrap();
    let second = opening + (bytes.len() - opening) / 2;
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        anew(&file, &changed);
        let error = Work::resume(&file, &head).unwrap_err();
        if let ResultsError::Damaged { byte, .. } = error {
            let place = match at {
                at if at < opening => 0,
                at if at < second => opening,
                _ => second,
            };
            assert_eq!(byte, place as u64, "byte {at}");
        } else {
            assert!(at < 15, "byte {at}: {error}");
        }
        assert_eq!(fs::read(&file).unwrap(), changed, "it is left alone");
    }
}

#[test]
fn a_damaged_length_does_not_pass_for_a_cut_end() {
    let (dir, head) = (folder(), head(5));
    let file = dir.path().join("w");
    noted(&file, &head, &[]);
    let opening = fs::metadata(&file).unwrap().len() as usize;
    fs::remove_file(&file).unwrap();
    noted(&file, &head, &[0, 1, 2]);
    let mut bytes = fs::read(&file).unwrap();
    // The length of the first record says four gibibytes.
    bytes[opening + 8..opening + 12].fill(0xff);
    fs::write(&file, &bytes).unwrap();
    let error = Work::resume(&file, &head).unwrap_err().to_string();
    assert!(
        error.contains(&format!("damaged at byte {opening}")),
        "{error}"
    );
}

#[test]
fn another_head_is_refused_with_what_differs() {
    let (dir, old) = (folder(), head(5));
    let file = dir.path().join("w");
    noted(&file, &old, &[1]);
    let bytes = fs::read(&file).unwrap();
    let refusal = |change: fn(&mut Head)| {
        let mut new = old.clone();
        change(&mut new);
        let error = Work::resume(&file, &new).unwrap_err();
        assert!(matches!(error, ResultsError::Other { .. }), "{error}");
        let name = file.display().to_string();
        error.to_string().replace(&name, "w")
    };
    assert_eq!(
        refusal(|head| head.seed = 8),
        "w is of another sweep: its seed is 7; here it is 8"
    );
    assert_eq!(
        refusal(|head| head.engine = String::from("0.2.0")),
        "w is of another sweep: its program is 0.1.0; here it is 0.2.0"
    );
    assert!(refusal(|head| head.plan = "6".repeat(64)).contains("its plan (the sweep's file,"));
    assert!(refusal(|head| head.paths = 6).contains("number of paths is 5; here it is 6"));
    assert!(refusal(|head| drop(head.venues.pop())).contains("choice of venues"));
    assert!(refusal(|head| head.figures[0].places = 2).contains("head"));
    // A longer head and a shorter one are no cut ends.
    assert!(refusal(|head| head.question.push_str(&"x".repeat(9999))).contains("question"));
    assert!(refusal(|head| head.question.clear()).contains("question"));
    assert_eq!(fs::read(&file).unwrap(), bytes, "it is left alone");
}

#[test]
fn what_is_something_else_is_refused_and_left_alone() {
    let (dir, head) = (folder(), head(5));
    let file = dir.path().join("w");
    for (content, part) in [
        (
            &b"a letter to my mother, longer than a head is"[..],
            "is no file of finished paths",
        ),
        (b"x", "is no file of finished paths"),
        (b"seawall work 2\nwhatever", "has format 2; legal: 1"),
    ] {
        fs::write(&file, content).unwrap();
        let error = Work::resume(&file, &head).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
        let error = Work::begin(&file, &head).unwrap_err().to_string();
        assert!(
            error.contains("exists already; legal: a new name, or --resume"),
            "{error}"
        );
        assert_eq!(fs::read(&file).unwrap(), content);
    }
    let missing = dir.path().join("no/folder/w");
    for error in [Work::begin(&missing, &head), Work::resume(&missing, &head)] {
        let error = error.unwrap_err();
        assert!(error.is_write());
        assert!(error.to_string().contains("cannot be written"), "{error}");
    }
    let error = Work::resume(dir.path(), &head).unwrap_err().to_string();
    assert!(error.contains("it is not a regular file"), "{error}");
}

#[test]
fn rows_that_are_not_those_of_the_path_are_refused() {
    let (dir, head) = (folder(), head(5));
    let work = Work::begin(&dir.path().join("w"), &head).unwrap();
    let refusal = |path, change: fn(&mut Vec<seawall_results::Row>)| {
        let mut rows = rows(&head, 1);
        change(&mut rows);
        work.note(path, &rows).unwrap_err().to_string()
    };
    assert!(refusal(1, |rows| drop(rows.pop())).contains("end before path 1, point 1, venue 2"));
    assert!(
        refusal(1, |rows| rows.swap(0, 1))
            .contains("the next row is that of path 1, point 0, venue 0")
    );
    assert!(refusal(1, |rows| rows.push(rows[0].clone())).contains("complete before it"));
    assert!(
        refusal(1, |rows| rows[3].figures.truncate(3))
            .contains("1 drawn values and 3 figures; legal: 1 and 4")
    );
    assert!(
        refusal(1, |rows| rows[3].figures[0] = Some(10_i128.pow(38))).contains("legal: 38 digits")
    );
    assert!(refusal(1, |rows| rows[3].figures[0] = Some(i128::MIN)).contains("legal: 38 digits"));
    assert!(refusal(2, |_| ()).contains("the next row is that of path 2"));
    assert!(refusal(5, |_| ()).contains("path 5 is not in the sweep; legal: below 5"));
    assert_eq!(work.finished(), 0);
    work.note(1, &rows(&head, 1)).unwrap();
    assert_eq!(
        refusal(1, |_| ()),
        "path 1 is finished already; legal: each path once"
    );
}

#[test]
fn threads_note_at_the_same_time() {
    let (dir, head) = (folder(), head(400));
    let file = dir.path().join("w");
    let work = Work::begin(&file, &head).unwrap();
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (work, head) = (&work, &head);
            scope.spawn(move || {
                for path in (worker..400).step_by(4) {
                    work.note(path, &rows(head, path)).unwrap();
                    assert_eq!(work.rows(path).unwrap(), rows(head, path));
                }
            });
        }
    });
    drop(work);
    assert_eq!(finished(&Work::resume(&file, &head).unwrap()).len(), 400);
}

#[test]
fn two_who_write_the_same_file_are_kept_apart() {
    let (dir, head) = (folder(), head(5));
    let file = dir.path().join("w");
    let work = Work::begin(&file, &head).unwrap();
    let error = Work::resume(&file, &head).unwrap_err().to_string();
    assert!(
        error.contains("is being written by another process"),
        "{error}"
    );
    drop(work);
    Work::resume(&file, &head).unwrap();
}

/// Runs in a process of its own with a limit on the size of files: a disk that is full.
#[test]
fn a_full_disk_loses_nothing() {
    let dir = folder();
    let file = dir.path().join("w");
    let child = Command::new("bash")
        .args([
            "-c",
            r#"trap "" XFSZ; ulimit -f 8; exec "$0" --exact full_disk_child --ignored"#,
        ])
        .arg(std::env::current_exe().unwrap())
        .env("WORK_FILE", &file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
    let head = head(1000);
    let work = Work::resume(&file, &head).unwrap();
    let kept = finished(&work);
    assert!(kept.len() > 10, "{}", kept.len());
    assert_eq!(kept, (0..kept.len() as u64).collect::<Vec<_>>());
    // There is room again: it goes on.
    work.note(999, &rows(&head, 999)).unwrap();
}

#[test]
#[ignore = "runs as a child of the test above, with a limit"]
fn full_disk_child() {
    let Some(file) = std::env::var_os("WORK_FILE").map(PathBuf::from) else {
        return;
    };
    let head = head(1000);
    let work = Work::begin(&file, &head).unwrap();
    let full = (0..1000).find_map(|path| Some((path, work.note(path, &rows(&head, path)).err()?)));
    let (path, error) = full.unwrap();
    assert!(error.is_write(), "{error}");
    let size = fs::metadata(&file).unwrap().len();
    assert!(error.to_string().contains("File too large"), "{error}");
    // The path is not taken for finished, and the rest of its record is gone.
    assert!(!work.is_finished(path));
    assert!(work.note(path, &rows(&head, path)).unwrap_err().is_write());
    assert_eq!(fs::metadata(&file).unwrap().len(), size);
    assert_eq!(work.finished() as u64, path);
}
