//! Cascade files: their schema takes what the loader takes, and what is written of them is true.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support {
    pub(crate) mod docs;
    pub(crate) mod files;
}

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use seawall_report::schema;
use seawall_scenario::{Cascade, Overrides};
use support::docs::kept;
use support::files::{as_json, fixtures};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cascades")
}

fn validator() -> Validator {
    jsonschema::validator_for(schema::cascade_file().as_value()).unwrap()
}

#[test]
fn the_schema_file_is_the_derived_schema() {
    let written = schema::render_cascade().unwrap();
    assert_eq!(kept("schema/cascade.json", &written), written);
}

#[test]
fn the_reference_is_what_the_schema_says() {
    let written = schema::cascade_markdown();
    assert_eq!(kept("cascade-file.md", &written), written);
}

#[test]
fn every_key_is_documented() {
    let mut keys = 0;
    for table in schema::tables(schema::world().as_value()) {
        for key in table.keys {
            assert!(!key.description.is_empty(), "{} has no words", key.path);
            assert!(!key.kind.is_empty(), "{} has no type", key.path);
            keys += 1;
        }
    }
    assert!(keys > 90, "only {keys} keys were seen");
}

#[test]
fn every_cascade_passes() {
    let validator = validator();
    let files = fixtures("cascades");
    assert!(files.len() >= 6);
    for (path, text) in files {
        let faults: Vec<String> = validator
            .iter_errors(&as_json(&text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{}: {faults:?}", path.display());
    }
}

/// What is wrong in type or key, for the loader as for the schema.
const WRONG: [(&str, &str, &str); 12] = [
    ("spiral", "question =", "answer ="),
    ("spiral", "[tokens.T]", "[token.T]"),
    ("spiral", "price = \"100\"", "price = 100.5"),
    ("spiral", "price = \"100\"", "price = \"NaN\""),
    ("spiral", "count = 10", "count = \"ten\""),
    ("spiral", "count = 10", "count = -10"),
    ("spiral", "close.fixed =", "close.usual ="),
    ("spiral", "act.trade_to =", "act.trade ="),
    ("spiral", "rounds = \"7\"", "rounds = 7"),
    ("spiral", "name = \"stay\" }", "named = \"stay\" }"),
    ("spiral-close-all", "[set]", "[pools]\n[set]"),
    ("spiral-close-all", "= \"100%\"", "= 1.5"),
];

#[test]
fn what_the_loader_refuses_for_type_or_key_the_schema_refuses_too() {
    let validator = validator();
    let beside = |path: &Path| std::fs::read(folder().join(path));
    for (file, from, to) in WRONG {
        let text = std::fs::read_to_string(folder().join(format!("{file}.toml"))).unwrap();
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);
        let loaded = Cascade::parse(&text, "file.toml", &beside, &Overrides::default());
        assert!(loaded.is_err(), "the loader takes {to}");
        assert!(
            !validator.is_valid(&as_json(&text)),
            "the schema takes {to}"
        );
    }
}
