//! docs/divergence-loss.md is its text with figures that this test computes.
//!
//! `UPDATE_DOCS=1 cargo test -p seawall-lp --test page` writes it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

mod curves;
mod money;
mod time;

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What stands in the place of each name.
type Figures = BTreeMap<&'static str, String>;

const TEXT: &str = include_str!("divergence-loss.md");
const PAGE: &str = "docs/divergence-loss.md";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A number with so many decimals.
fn fixed(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}")
}

/// A fraction as percent, without its unit.
fn percent(fraction: f64, decimals: usize) -> String {
    fixed(fraction * 100.0, decimals)
}

/// A table: its header, and rows of cells.
fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
    let mut lines = vec![line(&header), format!("|{}", "---|".repeat(header.len()))];
    lines.extend(rows.iter().map(|row| line(row)));
    lines.join("\n")
}

fn figures() -> Figures {
    let mut figures = curves::figures();
    figures.extend(time::figures());
    figures.extend(money::figures());
    figures
}

/// The page, and the names that it used.
fn written(figures: &Figures) -> (String, Vec<String>) {
    let mut used = Vec::new();
    let mut page = String::from(
        "<!-- Written by the test `page` of the crate `lp` from crates/lp/tests/page/divergence-loss.md. -->\n",
    );
    let mut parts = TEXT.split("{{");
    page.push_str(parts.next().unwrap());
    for part in parts {
        let (name, rest) = part.split_once("}}").expect("a name ends in }}");
        let figure = figures
            .get(name)
            .unwrap_or_else(|| panic!("no figure {name}"));
        used.push(name.to_owned());
        page.push_str(figure);
        page.push_str(rest);
    }
    (page, used)
}

#[test]
fn the_page_is_its_text_with_computed_figures() {
    let figures = figures();
    let (page, used) = written(&figures);
    let unused: Vec<_> = figures
        .keys()
        .filter(|name| !used.iter().any(|each| each == *name))
        .collect();
    assert!(
        unused.is_empty(),
        "figures that the page does not show: {unused:?}"
    );
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        std::fs::write(root().join(PAGE), &page).unwrap();
    }
    let found = std::fs::read_to_string(root().join(PAGE)).unwrap_or_default();
    assert!(found == page, "{PAGE}: UPDATE_DOCS=1 writes it anew");
}

/// A number of three decimals or more is nobody's choice: it must have been computed. Links and
/// code do not count.
#[test]
fn the_text_has_no_figure_of_its_own() {
    let mut in_code = false;
    for line in TEXT.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        if in_code || line.contains("arxiv.org") {
            continue;
        }
        for word in line.split('`').step_by(2).flat_map(str::split_whitespace) {
            let decimals = word.split('.').nth(1).unwrap_or_default();
            let digits = decimals.chars().take_while(char::is_ascii_digit).count();
            assert!(digits < 3, "{word} in: {line}");
        }
    }
}

/// The contents name every section, in order.
#[test]
fn the_contents_are_the_sections() {
    let sections = TEXT.lines().filter_map(|line| line.strip_prefix("## "));
    let anchor = |title: &str| {
        let kept = title.to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || *c == ' ');
        kept.collect::<String>().replace(' ', "-")
    };
    let expect: Vec<String> = sections
        .map(|t| format!("- [{t}](#{})", anchor(t)))
        .collect();
    let found: Vec<&str> = TEXT
        .lines()
        .filter(|line| line.starts_with("- [") && line.contains("](#"))
        .collect();
    assert_eq!(found, expect);
}
