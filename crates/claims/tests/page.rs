//! docs/claims.md is what the code computes (`UPDATE_DOCS=1 cargo test -p seawall-claims --test page`
//! rewrites it), and every form tells the same.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::path::PathBuf;
use std::sync::LazyLock;

use seawall_claims::{Answer, Ask, answers, csv, full, json, markdown, page, summary, table};

static ALL: LazyLock<Vec<Answer>> = LazyLock::new(|| answers(&Ask::default()).unwrap());

#[test]
fn the_page_says_what_the_code_computes() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/claims.md");
    let computed = page(&ALL);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &computed).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == computed,
        "docs/claims.md is out of date: UPDATE_DOCS=1 rewrites it"
    );
}

#[test]
fn every_form_has_every_claim_and_figure() {
    let answers = &*ALL;
    let json = json(answers).unwrap();
    let (csv, markdown, table) = (csv(answers), markdown(answers), table(answers));
    let mut figures = 0;
    for answer in answers {
        let id = answer.claim.id.as_str();
        // Without the breaks of its lines.
        let full = full(answer);
        let full: Vec<&str> = full.split_whitespace().collect();
        let full = full.join(" ");
        for text in [&json, &csv, &markdown, &table, &full] {
            assert!(text.contains(id), "{id}");
        }
        for (expected, computed) in answer.figures() {
            figures += 1;
            for text in [&json, &csv, &full] {
                assert!(text.contains(&computed), "{id} {}", expected.key);
            }
        }
    }
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["claims"].as_array().map(Vec::len), Some(answers.len()));
    assert!(csv.lines().count() > figures);
    assert!(table.ends_with(&format!("{}\n", summary(answers))));
}
