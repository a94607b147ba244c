//! Every test that a claim names is there.
#![allow(clippy::unwrap_used)] // helpers of tests

use seawall_claims::claims;
use seawall_testkit::sources::file;

/// Whether a file holds a test of this name: a function right below `#[test]`.
fn is_tested(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| {
        let rest = line.split_once("fn ").map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split(['(', '<']).next()) == Some(name)
    });
    let Some(at) = at else { return false };
    let above = lines[..at].iter().rev();
    let mut head = above.take_while(|line| line.starts_with('#') || line.starts_with("//"));
    head.any(|line| *line == "#[test]")
}

fn fault(proof: &str) -> Option<String> {
    let Some((path, name)) = proof.split_once(": ") else {
        return Some(format!("`{proof}` is not `file: function`"));
    };
    match file(path) {
        None => Some(format!("there is no file {path}")),
        Some(source) => {
            (!is_tested(&source.text, name)).then(|| format!("{path} has no test {name}"))
        }
    }
}

#[test]
fn every_named_test_is_there() {
    let claims = claims().unwrap();
    let named = claims.iter().flat_map(|claim| &claim.proof);
    assert!(named.clone().count() > 30);
    let faults: Vec<String> = named.filter_map(|proof| fault(proof)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_test_that_is_not_there_is_found() {
    let here = "crates/claims/tests/proofs.rs";
    assert_eq!(fault(&format!("{here}: every_named_test_is_there")), None);
    assert!(fault(&format!("{here}: is_tested")).is_some(), "no test");
    assert!(fault(&format!("{here}: nothing")).is_some());
    assert!(fault("crates/claims/tests/nothing.rs: nothing").is_some());
    assert!(fault(here).is_some());
}
