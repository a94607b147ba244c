//! Golden numbers with a public source, and the functions of ours that must reproduce them.
//!
//! Every file of fixtures/vectors is read. An entry whose function is not known here fails, as does
//! a file of another form that no test reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod gmx;
mod lp;
mod orderbook;
mod policy;
mod vector;

use std::collections::BTreeSet;

use seawall_testkit::sources::{below, file};
use vector::{File, Outcome, Vector};

/// Files whose entries are of another form, with the test that reads them.
const OTHER_FORMS: [(&str, &str); 1] = [(
    "fixtures/vectors/ledger-page.toml",
    "crates/ledger/tests/page.rs",
)];

/// Calls the function that an entry names; `None` when there is no such function here.
fn called(vector: &Vector) -> Option<Outcome> {
    let first = policy::called(vector).or_else(|| orderbook::called(vector));
    first
        .or_else(|| gmx::called(vector))
        .or_else(|| lp::called(vector))
}

fn files() -> Vec<(String, File)> {
    let all = below("fixtures/vectors", &[".toml"]).into_iter();
    let ours = all.filter(|source| OTHER_FORMS.iter().all(|(path, _)| *path != source.path));
    ours.map(|source| {
        let read = toml::from_str(&source.text);
        let read = read.unwrap_or_else(|fault| panic!("{}: {fault}", source.path));
        (source.path, read)
    })
    .collect()
}

#[test]
fn every_vector_is_reproduced_by_the_function_it_names() {
    let (mut faults, mut held) = (Vec::new(), 0);
    for (path, file) in files() {
        assert!(!file.vectors.is_empty(), "{path} holds no vector");
        for vector in &file.vectors {
            held += 1;
            let found = match called(vector) {
                None => vec![format!("no function {} is called here", vector.function)],
                Some(outcome) => vector.faults(&outcome),
            };
            let named = |fault: String| format!("{path}, {}: {fault}", vector.name);
            faults.extend(found.into_iter().map(named));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(held >= 30, "only {held} vectors were found");
}

#[test]
fn names_are_used_once_and_sources_are_given() {
    let mut names = BTreeSet::new();
    for (path, file) in files() {
        for vector in file.vectors {
            let name = vector.name;
            assert!(
                !vector.source.trim().is_empty(),
                "{path}, {name}: no source"
            );
            assert!(names.insert(name.clone()), "{path}, {name}: twice");
        }
    }
}

/// The function's own name stands in the sources of the crate it is said to be in.
#[test]
fn every_function_stands_in_its_crate() {
    for (path, file) in files() {
        for vector in file.vectors {
            let whole = &vector.function;
            let mut parts = whole.split("::");
            let package = parts.next().unwrap_or_default();
            let name = parts.last().unwrap_or_default();
            let dir = package.trim_start_matches("seawall_").replace('_', "-");
            let word = format!("fn {name}");
            let sources = below(&format!("crates/{dir}/src"), &[".rs"]);
            let there = sources.iter().any(|source| source.text.contains(&word));
            assert!(
                there,
                "{path}, {}: no `{word}` in crates/{dir}",
                vector.name
            );
        }
    }
}

#[test]
fn files_of_another_form_are_read_by_their_test() {
    for (path, test) in OTHER_FORMS {
        assert!(file(path).is_some(), "{path} is gone");
        let text = file(test).expect(test).text;
        assert!(text.contains(path), "{test} does not read {path}");
    }
}

#[test]
fn a_wrong_figure_is_found() {
    let (_, first) = files().into_iter().next().unwrap();
    let mut vector = first.vectors.into_iter().next().unwrap();
    let outcome = called(&vector).unwrap();
    assert_eq!(vector.faults(&outcome), Vec::<String>::new());
    vector
        .expect
        .insert("severity".to_owned(), vector::Value::One("1".to_owned()));
    assert_eq!(vector.faults(&outcome).len(), 1, "a key that nothing gives");
    let (_, first) = files().into_iter().next().unwrap();
    let mut vector = first.vectors.into_iter().next().unwrap();
    for value in vector.expect.values_mut() {
        *value = vector::Value::One("7.500001".to_owned());
    }
    assert_eq!(vector.faults(&outcome).len(), 1, "one unit off");
    vector.function.push('x');
    assert!(called(&vector).is_none());
}
