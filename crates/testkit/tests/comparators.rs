//! docs/comparators.md names functions and tests that there are.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests

use std::collections::BTreeSet;

use seawall_testkit::sources::{file, has_word};

const PAGE: &str = "docs/comparators.md";

/// One rule of a comparator on the page.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    id: String,
    source: String,
    functions: Vec<Place>,
    tests: Vec<Place>,
    simplified: String,
}

/// A `file.rs: name` between back-ticks; the file stands below `crates/`.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    file: String,
    name: String,
}

fn places(cell: &str) -> Vec<Place> {
    let code = cell.split('`').skip(1).step_by(2);
    let pairs = code.filter_map(|code| code.split_once(".rs: "));
    pairs
        .map(|(file, name)| Place {
            file: format!("crates/{file}.rs"),
            name: name.to_owned(),
        })
        .collect()
}

/// The rows of the page whose first cell is an id such as `HL-12` or `GMX-3`.
fn rows(page: &str) -> Vec<Row> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = lines.map(|line| {
        let cells = line.trim_end_matches(" |").split(" | ").map(str::trim);
        cells.map(str::to_owned).collect::<Vec<_>>()
    });
    cells
        .filter(|cells| number(&cells[0]).is_some())
        .map(|cells| {
            assert_eq!(cells.len(), 6, "{}: six cells, has {cells:?}", cells[0]);
            Row {
                id: cells[0].clone(),
                source: cells[2].clone(),
                functions: places(&cells[3]),
                tests: places(&cells[4]),
                simplified: cells[5].clone(),
            }
        })
        .collect()
}

/// Venue and number of an id.
fn number(id: &str) -> Option<(&str, u32)> {
    let (venue, number) = id.split_once('-')?;
    let known = ["HL", "GMX"].contains(&venue);
    known.then_some((venue, number.parse().ok()?))
}

/// Whether a file defines `name`: a function, a type, a field or a law of a macro.
fn is_defined(text: &str, name: &str) -> bool {
    let words = ["fn ", "struct ", "enum ", "const ", "trait ", "pub "];
    text.lines().any(|line| {
        let line = line.trim_start();
        has_word(line, name) && words.iter().any(|word| line.contains(word))
    })
}

/// Whether a file holds a test `name`: a function below `#[test]`, or a function whose
/// documentation carries an example.
fn is_tested(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| {
        let rest = line.split_once("fn ").map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split(['(', '<']).next()) == Some(name)
    });
    let Some(at) = at else { return false };
    let above = lines[..at].iter().rev();
    let mut head = above.take_while(|line| line.starts_with('#') || line.starts_with("//"));
    head.any(|line| *line == "#[test]" || *line == "/// ```")
}

fn missing(place: &Place, holds: fn(&str, &str) -> bool) -> Option<String> {
    let Some(source) = file(&place.file) else {
        return Some(format!("there is no file {}", place.file));
    };
    let what = format!("{} has no {}", place.file, place.name);
    (!holds(&source.text, &place.name)).then_some(what)
}

#[test]
fn every_rule_names_a_function_and_a_test_that_there_are() {
    let page = file(PAGE).expect(PAGE).text;
    let mut faults = Vec::new();
    for row in rows(&page) {
        if row.source.is_empty() || row.simplified.is_empty() {
            faults.push(format!("{}: an empty cell", row.id));
        }
        if row.functions.is_empty() || row.tests.is_empty() {
            faults.push(format!("{}: no function or no test", row.id));
        }
        let functions = row.functions.iter().map(|place| missing(place, is_defined));
        let tests = row.tests.iter().map(|place| missing(place, is_tested));
        let found = functions.chain(tests).flatten();
        faults.extend(found.map(|fault| format!("{}: {fault}", row.id)));
    }
    assert!(faults.is_empty(), "{PAGE}\n{}", faults.join("\n"));
}

#[test]
fn the_rules_are_numbered_without_a_gap() {
    let page = file(PAGE).expect(PAGE).text;
    let rows = rows(&page);
    let ids: Vec<_> = rows.iter().filter_map(|row| number(&row.id)).collect();
    for venue in ["HL", "GMX"] {
        let found: BTreeSet<u32> = ids
            .iter()
            .filter(|id| id.0 == venue)
            .map(|id| id.1)
            .collect();
        let count = ids.iter().filter(|id| id.0 == venue).count();
        let last = found.last().copied().unwrap_or_default();
        assert!(count > 10, "{venue}: {count} rules");
        assert_eq!(
            (count, last),
            (found.len(), count as u32),
            "{venue}: {found:?}"
        );
    }
}

#[test]
fn the_page_is_read_as_written() {
    let page = "| id | rule |\n| HL-1 | what | where | `a/src/x.rs: f`, `a/src/x.rs: G` | `a/tests/y.rs: t` | nothing |\n";
    let found = rows(page);
    assert_eq!(found.len(), 1);
    let place = |file: &str, name: &str| Place {
        file: format!("crates/{file}"),
        name: name.to_owned(),
    };
    assert_eq!(
        found[0].functions,
        [place("a/src/x.rs", "f"), place("a/src/x.rs", "G")]
    );
    assert_eq!(found[0].tests, [place("a/tests/y.rs", "t")]);
    assert!(missing(&place("testkit/src/sources.rs", "has_word"), is_defined).is_none());
    assert!(missing(&place("testkit/src/sources.rs", "has_wor"), is_defined).is_some());
    assert!(
        missing(
            &place("testkit/src/sources.rs", "words_stand_alone"),
            is_tested
        )
        .is_none()
    );
    assert!(missing(&place("testkit/src/sources.rs", "has_word"), is_tested).is_some());
    assert!(missing(&place("testkit/src/nothing.rs", "x"), is_defined).is_some());
    let example = "/// Half.\n///\n/// ```\n/// one();\n/// ```\n#[must_use]\npub fn one() {}\n";
    assert!(is_tested(example, "one") && !is_tested(example, "two"));
}
