//! Result files: written, read, joined, refused.
#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod sample;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use sample::{anew, head, rows_of, small};
use seawall_results::{
    Finished, Head, Reader, ResultsError, Row, RowsCsv, Selection, Shard, Span, Writer, find_part,
    merge, parts_in,
};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn whole(path: &Path, head: &Head) -> Finished {
    let span = Span::whole(head.paths);
    let mut writer = Writer::create(path, head, span).unwrap();
    writer.write(&rows_of(head, span)).unwrap();
    writer.finish().unwrap()
}

fn part(folder: &Path, head: &Head, shard: Shard) -> Finished {
    let mut writer = Writer::part(folder, head, shard).unwrap();
    for row in rows_of(head, shard.span(head.paths, head.sample)) {
        writer.write(&[row]).unwrap();
    }
    writer.finish().unwrap()
}

fn parts(folder: &Path, head: &Head, count: u64) -> Vec<PathBuf> {
    let shards = (1..=count).map(|index| Shard { index, count });
    shards.map(|shard| part(folder, head, shard).file).collect()
}

fn read(path: &Path) -> Vec<Row> {
    Reader::open(path).unwrap().map(Result::unwrap).collect()
}

/// The file's name in a message replaced by its last part.
fn said(error: &ResultsError, folder: &Path) -> String {
    error
        .to_string()
        .replace(&format!("{}/", folder.display()), "")
}

#[test]
fn what_is_written_is_read() {
    let (dir, head) = (folder(), head(3000));
    let file = dir.path().join("r.parquet");
    // 18,000 rows: more than one row group.
    let finished = whole(&file, &head);
    let reader = Reader::open(&file).unwrap();
    assert_eq!(reader.head(), &head);
    assert_eq!(reader.span(), Span::whole(3000));
    assert_eq!(reader.content_hash(), finished.hash);
    assert_eq!(read(&file), rows_of(&head, Span::whole(3000)));
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "no temporary file is left");
}

#[test]
fn the_same_rows_are_the_same_bytes_however_they_are_handed_over() {
    let (dir, head) = (folder(), head(40));
    let (one, other) = (dir.path().join("1"), dir.path().join("2"));
    whole(&one, &head);
    let span = Span::whole(40);
    let mut writer = Writer::create(&other, &head, span).unwrap();
    for rows in rows_of(&head, span).chunks(7) {
        writer.write(rows).unwrap();
    }
    writer.finish().unwrap();
    assert_eq!(fs::read(&one).unwrap(), fs::read(&other).unwrap());
}

/// Held against a value that was computed by another program from the description of the hash.
#[test]
fn the_content_hash_is_that_of_its_description() {
    let (dir, mut head) = (folder(), head(1));
    head.points.truncate(1);
    head.venues.truncate(1);
    let finished = whole(&dir.path().join("r"), &head);
    let script = r#"
import hashlib, sys
def number(n):
    out = bytearray()
    while True:
        low, n = n & 0x7f, n >> 7
        out.append(low | (0x80 if n else 0))
        if not n:
            return bytes(out)
def figure(n):
    return number(0 if n is None else (2 * n if n >= 0 else -2 * n - 1) + 1)
row = number(0) * 3 + number(4) + b"0.10"
row += figure(0) + figure(0) + figure(0) + figure(10**38 - 1) + number(0)
text = "seawall results 1\n" + sys.argv[1] + "\n0..1\n"
print(hashlib.sha256(text.encode() + row).hexdigest())
"#;
    let json = serde_json::to_string(&head).unwrap();
    let output = Command::new("python3").args(["-c", script, &json]).output();
    let Ok(output) = output else {
        return; // No Python here.
    };
    let digits = String::from_utf8(output.stdout).unwrap();
    assert_eq!(digits.trim(), finished.hash.to_string());
}

#[test]
fn a_changed_or_missing_byte_is_refused_wherever_it_is() {
    let (dir, head) = (folder(), small(2));
    let file = dir.path().join("r.parquet");
    whole(&file, &head);
    let bytes = fs::read(&file).unwrap();
    let refused = |bytes: &[u8], what: &str| {
        anew(&file, bytes);
        let error = Reader::open(&file).unwrap_err();
        assert!(
            said(&error, dir.path()).starts_with("r.parquet is "),
            "{what}: {error}"
        );
        let kind = matches!(
            error,
            ResultsError::Corrupt { .. } | ResultsError::Foreign { .. }
        );
        assert!(kind, "{what}: {error}");
    };
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        refused(&changed, &format!("byte {at}"));
        refused(&bytes[..at], &format!("cut at {at}"));
    }
    refused(&[&bytes[..], b"x"].concat(), "a byte more");
    refused(&[&bytes[..], &bytes[..]].concat(), "twice");
}

#[test]
fn what_is_no_results_file_is_refused() {
    let (dir, head) = (folder(), head(2));
    let file = dir.path().join("r");
    fs::write(&file, "a,b\n").unwrap();
    let error = Reader::open(&file).unwrap_err();
    assert_eq!(
        said(&error, dir.path()),
        "r is no file of results: it is not Parquet"
    );
    let error = Reader::open(dir.path()).unwrap_err().to_string();
    assert!(error.ends_with("it is not a regular file"), "{error}");
    let error = Reader::open(&dir.path().join("none")).unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
    // And it is not written over.
    let error = Writer::create(&file, &head, Span::whole(2)).unwrap_err();
    assert_eq!(
        said(&error, dir.path()),
        "r exists already and is something else; legal: a new name"
    );
    assert_eq!(fs::read(&file).unwrap(), b"a,b\n");
}

#[test]
fn a_file_that_is_there_is_kept_and_the_same_again_is_no_fault() {
    let (dir, head) = (folder(), head(6));
    let file = dir.path().join("r");
    let first = whole(&file, &head);
    assert_eq!(whole(&file, &head), first);
    let mut other = head.clone();
    other.seed = 8;
    let error = Writer::create(&file, &other, Span::whole(6)).unwrap_err();
    assert_eq!(
        said(&error, dir.path()),
        "r is of another sweep: its seed is 7; here it is 8"
    );
    let span = Span { from: 0, until: 5 };
    let error = Writer::create(&file, &head, span).unwrap_err();
    assert!(matches!(error, ResultsError::Exists { .. }), "{error}");
    // Other rows under the same head: whoever ran them is not to be trusted.
    let mut writer = Writer::create(&file, &head, Span::whole(6)).unwrap();
    let mut rows = rows_of(&head, Span::whole(6));
    rows[5].breaches += 1;
    writer.write(&rows).unwrap();
    let error = writer.finish().unwrap_err();
    assert!(matches!(error, ResultsError::Exists { .. }), "{error}");
    assert_eq!(read(&file), rows_of(&head, Span::whole(6)));
}

#[test]
fn nothing_is_there_before_the_end() {
    let (dir, head) = (folder(), head(6));
    let file = dir.path().join("r");
    let mut writer = Writer::create(&file, &head, Span::whole(6)).unwrap();
    writer
        .write(&rows_of(&head, Span { from: 0, until: 5 }))
        .unwrap();
    assert!(!file.exists());
    let error = writer.finish().unwrap_err().to_string();
    assert_eq!(
        error,
        "the rows end before path 5, point 0, venue 0; legal: all of 0..6"
    );
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    let missing = dir.path().join("none/r");
    let error = Writer::create(&missing, &head, Span::whole(6)).unwrap_err();
    assert!(error.is_write(), "{error}");
}

#[test]
fn a_head_that_no_rows_can_be_under_is_refused() {
    let refusal = |change: fn(&mut Head)| {
        let mut head = head(3);
        change(&mut head);
        head.validate().unwrap_err().to_string()
    };
    assert!(refusal(|head| head.venues.clear()).contains("venues is empty"));
    assert!(refusal(|head| head.points.clear()).contains("points is empty"));
    assert!(refusal(|head| head.sample = 0).contains("sample is 0; legal: at least 1"));
    assert!(refusal(|head| head.figures[1].places = 39).contains("`coverage` with 39 places"));
    assert!(refusal(|head| head.figures[1].id = "bad_debt".into()).contains("`bad_debt` twice"));
    assert!(refusal(|head| head.figures[1].id = "venue".into()).contains("`venue` twice"));
    assert!(refusal(|head| drop(head.points[1].values.pop())).contains("the same keys"));
}

#[test]
fn parts_are_named_by_their_content_and_the_same_again_is_the_same() {
    let (dir, head) = (folder(), head(10));
    let shard = Shard { index: 2, count: 3 };
    assert_eq!(find_part(dir.path(), &head, shard).unwrap(), None);
    let first = part(dir.path(), &head, shard);
    let name = format!("part-2-of-3-{}.parquet", &first.hash.to_string()[..16]);
    assert_eq!(first.file, dir.path().join(&name));
    let bytes = fs::read(&first.file).unwrap();
    assert_eq!(part(dir.path(), &head, shard), first);
    assert_eq!(fs::read(&first.file).unwrap(), bytes);
    assert_eq!(parts_in(dir.path()).unwrap(), vec![first.file.clone()]);
    assert_eq!(find_part(dir.path(), &head, shard).unwrap(), Some(first));
    // The same shard of another sweep does not land beside it.
    let mut other = head.clone();
    other.seed = 8;
    let error = Writer::part(dir.path(), &other, shard).unwrap_err();
    assert!(said(&error, dir.path()).starts_with(&format!("{name} is of another sweep")));
}

#[test]
fn merged_parts_are_the_bytes_of_one_run() {
    let head = head(20);
    for count in [1, 2, 3, 7, 23] {
        let dir = folder();
        let (one, merged) = (dir.path().join("one"), dir.path().join("merged"));
        let hash = whole(&one, &head).hash;
        let mut parts = parts(dir.path(), &head, count);
        parts.reverse();
        assert_eq!(merge(&parts, &merged).unwrap().hash, hash);
        assert_eq!(
            fs::read(&one).unwrap(),
            fs::read(&merged).unwrap(),
            "{count} parts"
        );
        // Again is no fault; the parts may lie in a folder.
        merge(&parts_in(dir.path()).unwrap(), &merged).unwrap();
    }
}

#[test]
fn gaps_and_duplicates_are_refused_by_name() {
    let (dir, head) = (folder(), head(10));
    let parts = parts(dir.path(), &head, 3);
    let out = dir.path().join("out");
    let names: Vec<String> = parts
        .iter()
        .map(|part| part.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let refusal = |parts: &[&PathBuf]| {
        let parts: Vec<PathBuf> = parts.iter().map(|part| (*part).clone()).collect();
        let error = merge(&parts, &out).unwrap_err();
        assert!(!out.exists());
        said(&error, dir.path())
    };
    let [a, b, c] = &parts[..] else { panic!() };
    assert_eq!(
        refusal(&[]),
        "there is no part to merge; legal: every part of a sweep"
    );
    assert_eq!(
        refusal(&[a, c]),
        format!(
            "paths 3..6 are missing, between {} and {}",
            names[0], names[2]
        )
    );
    assert_eq!(
        refusal(&[b, c]),
        format!("paths 0..3 are missing, before {}", names[1])
    );
    assert_eq!(
        refusal(&[a, b]),
        format!("paths 6..10 are missing, after {}", names[1])
    );
    assert_eq!(
        refusal(&[a, b, b, c]),
        format!(
            "paths 3..6 are in {0} and in {0}; legal: each path in one part",
            names[1]
        )
    );
    // A part of another cut overlaps by some paths.
    let half = part(dir.path(), &head, Shard { index: 1, count: 2 }).file;
    let name = half.file_name().unwrap().to_str().unwrap();
    assert_eq!(
        refusal(&[&half, b, c]),
        format!(
            "paths 3..5 are in {name} and in {}; legal: each path in one part",
            names[1]
        )
    );
}

#[test]
fn parts_of_another_sweep_and_damaged_parts_are_refused_by_name() {
    let (dir, elsewhere, head) = (folder(), folder(), head(10));
    let out = dir.path().join("out");
    let mut parts = parts(dir.path(), &head, 2);
    let mut other = head.clone();
    other.seed = 9;
    let stranger = part(elsewhere.path(), &other, Shard { index: 2, count: 2 });
    let error = merge(&[parts[0].clone(), stranger.file], &out).unwrap_err();
    assert!(
        said(&error, elsewhere.path()).contains("of another sweep: its seed is 9; here it is 7")
    );
    let copy = dir.path().join("part-copy.parquet");
    let mut bytes = fs::read(&parts[1]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&copy, bytes).unwrap();
    parts[1] = copy;
    let error = merge(&parts, &out).unwrap_err();
    assert!(
        said(&error, dir.path()).starts_with("part-copy.parquet is corrupt"),
        "{error}"
    );
    assert!(!out.exists());
}

#[test]
fn some_points_and_venues_are_numbered_anew() {
    let head = head(1);
    let condition = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let kept = |conditions: &[(String, String)]| {
        let selection = Selection::new(&head, conditions).unwrap();
        let rows = rows_of(&head, Span::whole(1)).into_iter();
        let kept = rows.filter_map(|row| selection.keep(row));
        let places: Vec<(u32, u32)> = kept.map(|row| (row.point, row.venue)).collect();
        assert_eq!(
            places.len(),
            selection.head().points.len() * selection.head().venues.len()
        );
        places
    };
    assert_eq!(kept(&[]).len(), 6);
    let pool = condition("venue", "pool");
    assert_eq!(kept(std::slice::from_ref(&pool)), [(0, 0), (1, 0)]);
    let both = [
        pool,
        condition("venue", "tranched"),
        condition("market.band", "0.02"),
    ];
    assert_eq!(kept(&both), [(0, 0), (0, 1)]);
    let refusal = |conditions: &[(String, String)]| {
        Selection::new(&head, conditions).unwrap_err().to_string()
    };
    assert_eq!(
        refusal(&[condition("venue", "moon")]),
        "`venue=moon` is met by nothing in these results; legal: one of tranched, order_book, pool"
    );
    assert!(
        refusal(&[condition("band", "1")])
            .ends_with("legal: one of the keys market.band, market.name, point, venue")
    );
    let contrary = [condition("point", "0"), condition("market.band", "0.02")];
    assert!(refusal(&contrary).contains("meets together"));
}

#[test]
fn every_row_as_csv_with_every_digit() {
    let head = head(1);
    let mut bytes = Vec::new();
    let mut csv = RowsCsv::new(&head, &mut bytes).unwrap();
    for row in rows_of(&head, Span::whole(1)).iter().skip(2).take(1) {
        csv.write(row).unwrap();
    }
    csv.finish().unwrap();
    // Path 0, point 0, venue 2: 0 * … + 0 * 3 + 2 = 2, and the pool has no coverage.
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        format!(
            "path,point,point.market.band,point.market.name,draw.paths.volatility,venue,bad_debt,\
             coverage,liquidations,largest,breaches\n\
             0,0,0.01,\"a, \"\"b\"\"\nc\",0.10,pool,-0.000002,,2,0.{},0\n",
            "9".repeat(38)
        )
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn shards_cover_each_path_once(paths: u64, count in 1_u64..200) {
        let mut end = 0;
        for index in 1..=count {
            let span = Shard { index, count }.span(paths, 1);
            prop_assert_eq!(span.from, end);
            prop_assert!(span.paths() <= paths / count + 1);
            end = span.until;
        }
        prop_assert_eq!(end, paths);
    }

    #[test]
    fn any_cut_of_a_sweep_merges_to_the_same_bytes(
        paths in 0_u64..9,
        cuts in prop::collection::vec(0_u64..9, 0..5),
        seed: u64,
    ) {
        let (dir, mut head) = (folder(), head(paths));
        head.seed = seed;
        let mut bounds: Vec<u64> = cuts.into_iter().map(|cut| cut.min(paths)).collect();
        bounds.extend([0, paths]);
        bounds.sort_unstable();
        let mut parts = Vec::new();
        for (number, bound) in bounds.windows(2).enumerate() {
            let span = Span { from: bound[0], until: bound[1] };
            let path = dir.path().join(format!("{number}"));
            let mut writer = Writer::create(&path, &head, span).unwrap();
            writer.write(&rows_of(&head, span)).unwrap();
            writer.finish().unwrap();
            parts.push(path);
        }
        let (one, merged) = (dir.path().join("one"), dir.path().join("merged"));
        whole(&one, &head);
        merge(&parts, &merged).unwrap();
        prop_assert_eq!(fs::read(&one).unwrap(), fs::read(&merged).unwrap());
    }
}
