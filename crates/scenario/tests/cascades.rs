//! Cascade files: every fixture loads, and what is not legal is refused at its place.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::path::{Path, PathBuf};

use seawall_scenario::{Axis, Cascade, Overrides, ScenarioError};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cascades")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn parse(text: &str, set: &[&str]) -> Result<Cascade, ScenarioError> {
    let beside = |path: &Path| std::fs::read(folder().join(path));
    let overrides = Overrides::parse(set)?;
    Cascade::parse(text, "file.toml", &beside, &overrides)
}

fn refused(text: &str, set: &[&str], said: &str) {
    let told = match parse(text, set) {
        Ok(_) => panic!("taken: {said}"),
        Err(error) => error.to_string(),
    };
    assert!(told.contains(said), "{told}\n-- has no --\n{said}");
}

/// The base case with one line of it changed.
fn changed(from: &str, to: &str, said: &str) {
    let text = read("spiral.toml");
    assert!(text.contains(from), "{from}");
    refused(&text.replacen(from, to, 1), &[], said);
}

#[test]
fn a_file_that_extends_another_is_that_file_with_other_values() {
    let base = parse(&read("spiral.toml"), &[]).unwrap();
    let child = parse(&read("spiral-double-depth.toml"), &[]).unwrap();
    assert_ne!(base.config(), child.config());
    let set = parse(&read("spiral.toml"), &["pools.T-USD.depth=2"]).unwrap();
    assert_eq!(set.config(), child.config());
    assert_ne!(set.hash(), child.hash());
    let change = &set.changes()[0];
    assert_eq!(
        (
            change.key.as_str(),
            change.before.as_deref(),
            change.after.as_str()
        ),
        ("pools.T-USD.depth", None, "2")
    );
    // A flag stands above what the file sets, and back again is the base.
    let back = parse(&read("spiral-double-depth.toml"), &["pools.T-USD.depth=1"]).unwrap();
    assert_eq!(back.config(), base.config());
    assert_eq!(back.changes()[0].before.as_deref(), Some("2"));
    assert_eq!(child.with(back.overrides()).unwrap(), back);
}

#[test]
fn what_a_file_sets_is_refused_where_it_stands() {
    let text = read("spiral-double-depth.toml");
    let check = |from: &str, to: &str, said: &str| {
        assert!(text.contains(from), "{from}");
        refused(&text.replacen(from, to, 1), &[], said);
    };
    check(
        "depth\" = \"2\"",
        "depth\" = \"-2\"",
        "\
error: `pools.T-USD.depth` is -2; legal: above 0 to 1000
 --> file.toml:8:23
  |
8 | \"pools.T-USD.depth\" = \"-2\"
  |                       ^^^^",
    );
    check(
        "\"pools.T-USD.depth\"",
        "\"pools.T-USD.deep\"",
        "--> file.toml:8:",
    );
    check(
        "extends = \"spiral.toml\"",
        "extends = \"none.toml\"",
        "cannot be read",
    );
    check(
        "extends = \"spiral.toml\"",
        "extends = \"spiral-close-all.toml\"",
        "extends another",
    );
    check("[set]", "[pools]\n[set]", "unknown field `pools`");
    check("extends = \"spiral.toml\"", "", "beside `extends` only");
}

#[test]
fn what_is_not_legal_is_refused_with_place_range_and_suggestion() {
    changed("price = \"100\"", "price = \"-100\"", "--> file.toml:8:9");
    changed(
        "price = \"100\"",
        "price = 100.0",
        "`tokens.T.price`: invalid type: floating point",
    );
    changed("price = \"100\"", "price = \"NaN\"", "`tokens.T.price`: ");
    changed("price = \"100\"", "price = nan", "`tokens.T.price`: ");
    changed(
        "share = \"1\"",
        "share = \"1.1\"",
        "`providers.all.share` is 1.1; legal: above 0 to 1",
    );
    changed(
        "max_ltv = \"75%\"",
        "max_ltv = \"101%\"",
        "`lending.main.rules.max_ltv` is 1.01; legal: 0 to the liquidation threshold",
    );
    changed(
        "liquidation_threshold = \"80%\"",
        "liquidation_threshold = \"101%\"",
        "`lending.main.rules.liquidation_threshold` is 1.01; legal: above 0 to 1",
    );
    changed(
        "pool = \"T-USD\"\nshare",
        "pool = \"T-USDC\"\nshare",
        "`providers.all.pool` is \"T-USDC\"; legal: T-USD; did you mean `T-USD`?",
    );
    changed(
        "feed = \"T\"",
        "feed = \"U\"",
        "`lending.main.feed` is \"U\"; legal: T",
    );
    changed(
        "market = \"main\"",
        "market = \"mian\"",
        "did you mean `main`?",
    );
    changed(
        "collateral = \"T\"",
        "collateral = \"X\"",
        "`lending.main.collateral` is \"X\"",
    );
    changed(
        "token = \"T\"\ncurve",
        "token = \"X\"\ncurve",
        "`pools.T-USD.token` is \"X\"; legal: T",
    );
    changed(
        "count = 10",
        "count = 0",
        "`loans.borrower.count` is 0; legal: 1 to 100000",
    );
    changed("question =", "questoin =", "did you mean `question`?");
    changed("[tokens.T]", "[token.T]", "did you mean `tokens`?");
    changed(
        "[[vary]]\nname = \"lps\"",
        "[[vary]]\nname = \"oracle\"",
        "a second time",
    );
    let concentrated = "curve.concentrated = { price = \"100\", ranges = [{ lower = \"110\", upper = \"90\", value = \"1\" }] }";
    changed(
        "curve.constant_product = { token = \"10000\", quote = \"1000000\" }",
        concentrated,
        "`pools.T-USD.curve.concentrated.ranges[0].upper` is 90; legal: above lower, 110",
    );
}

#[test]
fn flags_are_refused_where_they_stand() {
    let text = read("spiral.toml");
    refused(&text, &["pools.T-USD.depth=0"], " --> --set:1:19");
    refused(&text, &["pools.T-USD.deep=1"], "did you mean `depth`?");
    refused(&text, &["question=What?"], "changes no world");
    refused(&text, &["expected.rounds=7"], "changes no world");
    refused(&text, &["loans.borrower.count=many"], "--> --set:1:");
    refused("", &[], "the file is empty");
}

#[test]
fn every_fixture_loads_and_asks_its_own_question() {
    let mut questions = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let cascade = Cascade::load(&path, &Overrides::default());
        let cascade = cascade.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(cascade.question().ends_with('?'), "{}", cascade.question());
        questions.push(cascade.question().to_owned());
        for vary in cascade.vary() {
            for point in Axis::of(vary).points {
                let overrides = point.on(&Overrides::default()).unwrap();
                let varied = cascade.with(&overrides);
                varied.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            }
        }
    }
    let count = questions.len();
    assert!(count >= 6, "only {count} files were seen");
    questions.sort();
    questions.dedup();
    assert_eq!(questions.len(), count, "two files ask the same");
}
