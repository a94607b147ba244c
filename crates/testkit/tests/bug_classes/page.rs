//! docs/bug-classes.md names the laws and tests that there are, and all of them.

use std::collections::BTreeSet;

use seawall_testkit::rules::{ids_in, mechanism};
use seawall_testkit::sources::{Source, below, file};

const PAGE: &str = "docs/bug-classes.md";
const TESTS: &str = "crates/testkit/tests/bug_classes/";

/// The classes that have to be held.
const CLASSES: [u32; 28] = [
    1, 2, 3, 5, 6, 7, 9, 10, 12, 13, 14, 16, 18, 19, 21, 23, 24, 26, 28, 29, 31, 32, 34, 35, 37,
    39, 40, 42,
];

type Named = BTreeSet<(String, String)>;

/// (file, name) of every `file.rs: name` between back-ticks.
fn named(text: &str) -> Named {
    let code = text.split('`').skip(1).step_by(2);
    let pairs = code.filter_map(|code| code.split_once(".rs: "));
    pairs
        .map(|(file, name)| (format!("{file}.rs"), name.to_owned()))
        .collect()
}

/// The rows of the table of classes: number and the cells after it.
fn rows(page: &str) -> Vec<(u32, Vec<String>)> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("| B"));
    let rows = lines.filter_map(|line| {
        let mut cells = line.split('|').map(|cell| cell.trim().to_owned());
        let number = cells.next()?.parse().ok()?;
        Some((number, cells.filter(|cell| !cell.is_empty()).collect()))
    });
    rows.filter(|(_, cells): &(u32, Vec<String>)| cells.len() == 5)
        .collect()
}

/// The names of functions in a file: all of them, and those that are tests.
fn functions(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let name = |line: &str| {
        let rest = line.split_once("fn ").map(|(_, rest)| rest)?;
        Some(rest.split(['(', '<']).next()?.to_owned())
    };
    let all = lines.iter().filter_map(|line| name(line)).collect();
    // A comment may stand between the attribute and the function only above both.
    let pairs = lines.windows(2).filter(|pair| pair[0] == "#[test]");
    (all, pairs.filter_map(|pair| name(pair[1])).collect())
}

/// A file that the page names, by its place in the repository.
fn source(path: &str) -> Option<Source> {
    match path.starts_with("crates/") {
        true => file(path),
        false => file(&format!("{TESTS}{path}")),
    }
}

fn page() -> String {
    file(PAGE).expect(PAGE).text
}

#[test]
fn every_class_has_its_law_and_its_tests() {
    let found: Vec<_> = rows(&page());
    let numbers: Vec<u32> = found.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, CLASSES, "the rows of {PAGE}");
    for (number, cells) in found {
        let (laws, tests) = (named(&cells[3]), named(&cells[4]));
        assert!(!laws.is_empty(), "B{number} has no law");
        let prefix = format!("b{number:02}_");
        let of = |ending: &str| {
            let own = tests.iter().map(|(_, name)| name);
            own.filter(|name| name.starts_with(&prefix) && name.ends_with(ending))
                .count()
        };
        assert!(of("_holds") > 0, "B{number} is not tested on the engine");
        assert!(of("planted_is_found") > 0, "B{number} is not planted");
        for (file, law) in laws {
            let text = source(&file).expect(&file).text;
            let law = format!("fn {law}(");
            assert!(text.contains(&law), "{file} has no {law}");
            let class = format!("\"B{number}\"");
            assert!(text.contains(&class), "no law of {file} names {class}");
        }
    }
}

#[test]
fn the_page_names_each_test_and_no_other() {
    let mut there = Named::new();
    for Source { path, text } in below(TESTS, &[".rs"]) {
        let name = path.strip_prefix(TESTS).unwrap_or(&path).to_owned();
        let tests = functions(&text).1.into_iter();
        let tests = tests.filter(|test| test.starts_with('b') && test[1..2].parse::<u8>().is_ok());
        there.extend(tests.map(|test| (name.clone(), test)));
    }
    assert!(there.len() > 60, "the tests are found: {}", there.len());
    let page = page();
    let cells = rows(&page).into_iter().map(|(_, cells)| named(&cells[4]));
    let named_in_rows: Named = cells.flatten().collect();
    let missing: Vec<_> = named_in_rows.difference(&there).collect();
    assert!(missing.is_empty(), "in {PAGE} and not there: {missing:?}");
    let silent: Vec<_> = there.difference(&named_in_rows).collect();
    assert!(silent.is_empty(), "there and not in {PAGE}: {silent:?}");
    for (path, name) in named(&page) {
        let text = source(&path).expect(&path).text;
        assert!(functions(&text).0.contains(&name), "{path} has no {name}");
    }
}

#[test]
fn every_rule_on_the_page_is_a_rule() {
    let rules = mechanism(&file("docs/mechanism.md").unwrap().text).rules;
    for (number, cells) in rows(&page()) {
        assert!(!ids_in(&cells[2]).is_empty(), "B{number} has no rule");
    }
    let cells = rows(&page()).into_iter();
    for id in cells.flat_map(|(_, cells)| ids_in(&cells[2])) {
        assert!(rules.iter().any(|rule| rule.id == id), "{id} is no rule");
    }
}

#[test]
fn the_page_is_read_as_written() {
    let page = "| B2 | a | b | c | `x.rs: law` | `x.rs: b02_holds` |\n| B2, B3 | other |\n";
    let found = rows(page);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, 2);
    let pair = ("x.rs".to_owned(), "b02_holds".to_owned());
    assert_eq!(named(&found[0].1[4]), [pair].into());
    let text = "#[test]\nfn b02_holds() {}\nfn law<T>(x: T) {}";
    let (all, tests) = functions(text);
    assert_eq!(all.len(), 2);
    assert_eq!(tests, ["b02_holds".to_owned()].into());
}
