//! Rows that the tests make themselves.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::fs;
use std::path::Path;

use seawall_results::{Better, Column, Head, Point, Row, Span};

/// Writes a file that may be there. Some file systems wait for the medium when a file is cut and
/// written again, so it is removed first.
pub(crate) fn anew(file: &Path, bytes: &[u8]) {
    if file.exists() {
        fs::remove_file(file).unwrap();
    }
    fs::write(file, bytes).unwrap();
}

/// Two points, three venues, one drawn key, four figures.
pub(crate) fn head(paths: u64) -> Head {
    let column = |id: &str, unit: &str, places, better| Column {
        id: id.to_owned(),
        label: format!("{id} ({unit})"),
        unit: unit.to_owned(),
        places,
        better,
    };
    let point = |number: u32, band: &str| Point {
        number,
        values: vec![
            ("market.band".to_owned(), band.to_owned()),
            ("market.name".to_owned(), "a, \"b\"\nc".to_owned()),
        ],
    };
    Head {
        engine: String::from("0.1.0"),
        question: String::from("Does the band hold? Ça dépend."),
        plan: "5".repeat(64),
        set: vec![(String::from("seed"), String::from("7"))],
        seed: 7,
        paths,
        sample: 1,
        points: vec![point(0, "0.01"), point(1, "0.02")],
        venues: ["tranched", "order_book", "pool"]
            .map(String::from)
            .to_vec(),
        drawn: vec![String::from("paths.volatility")],
        figures: vec![
            column("bad_debt", "USD", 6, Some(Better::Lower)),
            column("coverage", "%", 18, Some(Better::Higher)),
            column("liquidations", "", 0, None),
            column("largest", "USD", 38, None),
        ],
    }
}

/// One point, one venue, one figure: for tests that look at every byte.
pub(crate) fn small(paths: u64) -> Head {
    let mut head = head(paths);
    head.points = vec![Point {
        number: 0,
        values: Vec::new(),
    }];
    head.venues.truncate(1);
    head.drawn.clear();
    head.figures.truncate(1);
    head
}

/// What a path comes to: whole numbers that look like chance, with every edge among them.
pub(crate) fn rows(head: &Head, path: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    for point in 0..head.points.len() {
        for venue in 0..head.venues.len() {
            let mixed = i128::from(path) * 6_364_136_223_846_793_005 + (point * 3 + venue) as i128;
            let edge = 10_i128.pow(38) - 1;
            let figures = [
                Some(-(mixed % 1_000_000_007)),
                (venue != 2).then_some(mixed % 10_i128.pow(20)),
                Some(mixed % 5),
                Some(if path.is_multiple_of(2) { edge } else { -edge }),
            ];
            let drawn = [format!("0.{}", path % 90 + 10)];
            rows.push(Row {
                path,
                point: u32::try_from(point).unwrap(),
                venue: u32::try_from(venue).unwrap(),
                drawn: drawn.into_iter().take(head.drawn.len()).collect(),
                figures: figures.into_iter().take(head.figures.len()).collect(),
                breaches: u32::try_from(path % 3).unwrap(),
            });
        }
    }
    rows
}

/// The rows of a span, path by path.
pub(crate) fn rows_of(head: &Head, span: Span) -> Vec<Row> {
    (span.from..span.until)
        .flat_map(|path| rows(head, path))
        .collect()
}
