//! docs/vaults.md names the tests that there are, and all of them.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests

use std::collections::BTreeSet;

use seawall_testkit::sources::{Source, below, file};

const PAGE: &str = "docs/vaults.md";
const TESTS: &str = "crates/vault/tests/";

/// The files whose tests the page lists.
const LISTED: [&str; 6] = [
    "erc4626.rs",
    "erc4626_more.rs",
    "erc7540.rs",
    "erc7540_claims.rs",
    "inflation.rs",
    "situations.rs",
];

/// (file, test) of every `file.rs: name` between back-ticks.
fn named(page: &str) -> BTreeSet<(String, String)> {
    let code = page.split('`').skip(1).step_by(2);
    let pairs = code.filter_map(|code| code.split_once(".rs: "));
    pairs
        .map(|(file, name)| (format!("{file}.rs"), name.to_owned()))
        .collect()
}

/// The functions that run as tests: those after `#[test]`, and the laws that are handed to
/// `for_both_tranches!`.
fn tests_of(text: &str) -> BTreeSet<String> {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let mut found = BTreeSet::new();
    for pair in lines.windows(2) {
        let name = pair[1]
            .strip_prefix("fn ")
            .and_then(|rest| rest.split('(').next());
        if let (true, Some(name)) = (pair[0] == "#[test]", name) {
            found.insert(name.to_owned());
        }
    }
    let list = text
        .split_once("for_both_tranches! {")
        .and_then(|(_, rest)| rest.split_once('}'));
    if let Some((laws, _)) = list {
        let laws = laws
            .lines()
            .skip(1)
            .map(|law| law.trim().trim_end_matches(','));
        found.extend(laws.filter(|law| !law.is_empty()).map(str::to_owned));
    }
    found
}

#[test]
fn the_page_names_each_test_and_no_other() {
    let page = file(PAGE).expect("docs/vaults.md").text;
    let mut there = BTreeSet::new();
    for Source { path, text } in below(TESTS, &[".rs"]) {
        let name = path.strip_prefix(TESTS).unwrap_or(&path);
        if LISTED.contains(&name) {
            there.extend(
                tests_of(&text)
                    .into_iter()
                    .map(|test| (name.to_owned(), test)),
            );
        }
    }
    let named = named(&page);
    assert!(there.len() > 100, "the tests are found: {}", there.len());
    let missing: Vec<_> = named.difference(&there).collect();
    assert!(
        missing.is_empty(),
        "named in {PAGE} and not there: {missing:?}"
    );
    let silent: Vec<_> = there.difference(&named).collect();
    assert!(
        silent.is_empty(),
        "there and not named in {PAGE}: {silent:?}"
    );
}

#[test]
fn names_and_tests_are_read_as_written() {
    let page = "| 1 | x | `a.rs: one` | `b.rs: two` | `not this` |";
    let pair = |file: &str, name: &str| (file.to_owned(), name.to_owned());
    assert_eq!(
        named(page),
        [pair("a.rs", "one"), pair("b.rs", "two")].into()
    );
    let text = "for_both_tranches! { cases();\n    law,\n}\nfn law<T>() {}\n#[test]\nfn test() {}\nfn no() {}";
    assert_eq!(tests_of(text), ["law".to_owned(), "test".to_owned()].into());
}
