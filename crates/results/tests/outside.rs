//! The files as pyarrow, DuckDB and Polars read them, which know nothing of this program.
//!
//! Runs what `SEAWALL_PYTHON` (else `python3`) can import; with `SEAWALL_PYARROW=required` the
//! absence of pyarrow is a failure.
#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod sample;

use std::path::Path;
use std::process::Command;

use sample::{head, rows_of};
use seawall_results::{Finished, Head, Row, Span, Writer};

fn written(path: &Path, head: &Head) -> Finished {
    let span = Span::whole(head.paths);
    let mut writer = Writer::create(path, head, span).unwrap();
    writer.write(&rows_of(head, span)).unwrap();
    writer.finish().unwrap()
}

/// What the script says; `None` when there is no Python.
fn told(path: &Path) -> Option<String> {
    let python = std::env::var("SEAWALL_PYTHON").unwrap_or_else(|_| String::from("python3"));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outside/read.py");
    let output = Command::new(python).arg(script).arg(path).output().ok()?;
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A row as the script shows it.
fn shown(head: &Head, row: &Row) -> String {
    let text = |value: &String| serde_json::to_string(value).unwrap();
    let mut cells = vec![row.path.to_string(), row.point.to_string()];
    let values = &head.points[row.point as usize].values;
    cells.extend(values.iter().map(|(_, value)| text(value)));
    cells.extend(row.drawn.iter().map(text));
    cells.push(text(&head.venues[row.venue as usize]));
    let figures = head.figures.iter().zip(&row.figures);
    cells.extend(figures.map(|(column, units)| units.map_or(String::new(), |u| column.decimal(u))));
    cells.push(row.breaches.to_string());
    cells.join("\t")
}

#[test]
fn other_programs_read_every_digit() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("r.parquet");
    let head = head(40);
    let finished = written(&file, &head);
    let required = std::env::var("SEAWALL_PYARROW").is_ok_and(|value| value == "required");
    let told = told(&file).unwrap_or_default();
    assert!(
        !required || told.contains("# pyarrow"),
        "pyarrow is missing: {told}"
    );
    let mut expected = head.column_names().join("\t");
    for row in rows_of(&head, Span::whole(40)) {
        expected.push('\n');
        expected.push_str(&shown(&head, &row));
    }
    let mut read = 0;
    for part in told.split("# ").skip(1) {
        let (library, lines) = part.split_once('\n').unwrap();
        if library == "metadata" {
            metadata(lines, &head, &finished);
            continue;
        }
        assert_eq!(lines.trim_end_matches('\n'), expected, "{library}");
        read += 1;
    }
    if read == 0 {
        eprintln!("neither pyarrow nor DuckDB nor Polars is here: nothing was compared");
    }
}

fn metadata(lines: &str, head: &Head, finished: &Finished) {
    let lines: Vec<&str> = lines.lines().collect();
    let json = serde_json::to_string(head).unwrap();
    let hash = finished.hash.to_string();
    assert_eq!(lines[..4], ["1", "0..40", hash.as_str(), json.as_str()]);
    assert_eq!(
        lines[4..],
        [
            "bad_debt\tdecimal128(38, 6)\tbad_debt (USD)\tUSD\tlower",
            "coverage\tdecimal128(38, 18)\tcoverage (%)\t%\thigher",
            "liquidations\tdecimal128(38, 0)\tliquidations ()\t\t",
            "largest\tdecimal128(38, 38)\tlargest (USD)\tUSD\t",
        ]
    );
}
