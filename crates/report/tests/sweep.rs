//! The schema of sweep files takes what the loader takes, and their reference is what it says.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support {
    pub(crate) mod docs;
    pub(crate) mod files;
}

use seawall_report::schema;
use seawall_scenario::{Overrides, Sweep};
use support::docs::kept;
use support::files::{as_json, fixtures};

#[test]
fn the_schema_file_is_the_derived_schema() {
    let written = schema::render_sweep().unwrap();
    assert_eq!(kept("schema/sweep.json", &written), written);
}

#[test]
fn the_reference_is_what_the_schema_says() {
    let written = schema::sweep_markdown();
    assert_eq!(kept("sweep-file.md", &written), written);
}

#[test]
fn every_sweep_passes_schema_and_loader() {
    let validator = jsonschema::validator_for(schema::sweep_file().as_value()).unwrap();
    let files = fixtures("sweeps");
    assert!(files.len() >= 4);
    for (path, text) in files {
        let faults: Vec<String> = validator
            .iter_errors(&as_json(&text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{}: {faults:?}", path.display());
        let sweep =
            Sweep::load(&path, &Overrides::default()).unwrap_or_else(|error| panic!("{error}"));
        assert!(!sweep.points().is_empty());
    }
}
