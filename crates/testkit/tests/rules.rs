//! The table from rule to function to test, kept equal to what the sources say.
//!
//! `UPDATE_DOCS=1 cargo test -p seawall-testkit --test rules` rewrites docs/mechanism-map.md.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use seawall_testkit::rules::{
    Citation, Mapped, Mechanism, Rule, RuleId, by_rule, ids_in, mechanism, scan,
};
use seawall_testkit::sources::{below, file, root};

const MAP: &str = "docs/mechanism-map.md";
const RULES: &str = "docs/mechanism.md";

/// Sections whose items are cited by functions one by one; elsewhere a function that cites the
/// section carries its items. Tests cite every item themselves.
const BY_ITEM: [u32; 2] = [8, 11];

fn read_rules() -> Mechanism {
    mechanism(&file(RULES).expect("docs/mechanism.md").text)
}

fn citations() -> BTreeSet<Citation> {
    let sources = below("crates", &[".rs"]);
    let ours = |path: &str| path.starts_with("crates/testkit/");
    let files = sources.iter().filter(|source| !ours(&source.path));
    files.flat_map(scan).collect()
}

fn cell(files: &BTreeMap<String, BTreeSet<String>>) -> String {
    let line = |(path, names): (&String, &BTreeSet<String>)| {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let short = path.strip_prefix("crates/").unwrap_or(path);
        format!("{short}: {}", names.join(", "))
    };
    files.iter().map(line).collect::<Vec<_>>().join("<br>")
}

fn row(rule: &Rule, read: &Mechanism, map: &BTreeMap<RuleId, Mapped>) -> String {
    let none = Mapped::default();
    let mapped = map.get(&rule.id).unwrap_or(&none);
    let or = |cell: String, place: &str| {
        if cell.is_empty() {
            place.to_owned()
        } else {
            cell
        }
    };
    let place = match rule.id {
        id if read.not_yet.contains(&id) => "missing, all or in part".to_owned(),
        id if id.item != 0 && !BY_ITEM.contains(&id.section) => format!("see {}", id.whole()),
        _ => String::new(),
    };
    let code = if mapped.functions.is_empty() {
        &mapped.items
    } else {
        &mapped.functions
    };
    let (code, tests) = (or(cell(code), &place), cell(&mapped.tests));
    format!("| {} | {} | {code} | {tests} |\n", rule.id, rule.title)
}

fn rendered(read: &Mechanism, map: &BTreeMap<RuleId, Mapped>) -> String {
    let mut page = String::from(
        "# Rule, function, test\n\n\
         Generated from the rule ids in the sources; do not edit. The rules are in\n\
         [mechanism.md](mechanism.md). Paths are below `crates/`. Where no function cites a rule,\n\
         the types that do are named.\n\n\
         | rule | title | functions | tests |\n|---|---|---|---|\n",
    );
    for rule in &read.rules {
        write!(page, "{}", row(rule, read, map)).unwrap();
    }
    page
}

/// What is missing for one rule; `None` when code carries it and a test cites it by its own id.
fn gap(rule: &Rule, read: &Mechanism, map: &BTreeMap<RuleId, Mapped>) -> Option<String> {
    let id = rule.id;
    let has_items = read
        .rules
        .iter()
        .any(|r| r.id.section == id.section && r.id.item != 0);
    let is_heading = id.item == 0 && has_items;
    if is_heading || read.not_yet.contains(&id) {
        return None;
    }
    let test = map.get(&id).is_some_and(|m| !m.tests.is_empty());
    let mut ids = vec![id];
    if !BY_ITEM.contains(&id.section) {
        ids.push(id.whole());
        // A section that is cited only by its items is carried by them.
        let same = |r: &&Rule| r.id.section == id.section;
        ids.extend(read.rules.iter().filter(same).map(|r| r.id));
    }
    let mapped: Vec<_> = ids.iter().filter_map(|id| map.get(id)).collect();
    // What is promised and how money is kept stands in types as well as in functions.
    let function = mapped
        .iter()
        .any(|m| !m.functions.is_empty() || !m.items.is_empty());
    let missing = match (function, test) {
        (true, true) => return None,
        (true, false) => "no test",
        (false, true) => "no function",
        (false, false) => "no function and no test",
    };
    Some(format!("{id} {}: {missing}", rule.title))
}

#[test]
fn the_map_says_what_the_sources_say() {
    let read = read_rules();
    let page = rendered(&read, &by_rule(&citations()));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join(MAP), &page).unwrap();
    }
    let kept = file(MAP).map(|source| source.text).unwrap_or_default();
    assert!(
        kept == page,
        "{MAP} differs from the sources; rewrite it with\n\
         UPDATE_DOCS=1 cargo test -p seawall-testkit --test rules"
    );
}

#[test]
fn every_rule_has_a_function_and_a_test() {
    let read = read_rules();
    let map = by_rule(&citations());
    let gaps: Vec<_> = read
        .rules
        .iter()
        .filter_map(|rule| gap(rule, &read, &map))
        .collect();
    assert!(
        gaps.is_empty(),
        "rules that nothing carries (cite the id in a comment, or list the rule under \
         \"Not yet modelled\" in {RULES}):\n{}",
        gaps.join("\n")
    );
}

#[test]
fn a_rule_listed_as_missing_is_missing() {
    let read = read_rules();
    let map = by_rule(&citations());
    for id in &read.not_yet {
        assert!(
            read.rules.iter().any(|r| r.id == *id),
            "{id} is listed as missing and is no rule"
        );
        let carried = map
            .get(id)
            .is_some_and(|m| !m.functions.is_empty() && !m.tests.is_empty());
        assert!(
            !carried,
            "{id} has a function and a test; take it off the list in {RULES}"
        );
    }
}

#[test]
fn every_cited_id_is_a_rule() {
    let read = read_rules();
    let known: BTreeSet<_> = read.rules.iter().map(|rule| rule.id).collect();
    let unknown: Vec<_> = citations()
        .into_iter()
        .filter(|c| !known.contains(&c.id))
        .map(|c| format!("{}: {} at `{}`", c.path, c.id, c.name))
        .collect();
    assert!(
        unknown.is_empty(),
        "ids that {RULES} does not list:\n{}",
        unknown.join("\n")
    );
}

#[test]
fn every_cause_of_the_ledger_cites_a_rule() {
    let read = read_rules();
    let known: BTreeSet<_> = read.rules.iter().map(|rule| rule.id).collect();
    let chart = file("crates/ledger/src/cause.rs").expect("the chart of postings");
    let cited = ids_in(&chart.text.replace('"', " "));
    assert!(
        cited.len() > 20,
        "the chart cites only {} rules",
        cited.len()
    );
    for id in cited {
        assert!(
            known.contains(&id),
            "the chart cites {id}, which is no rule"
        );
    }
}
