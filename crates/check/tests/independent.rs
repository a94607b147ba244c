//! The check shares nothing with the engine: it depends on no other crate of the workspace.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

use cargo_metadata::{DependencyKind, MetadataCommand};

#[test]
fn no_crate_of_the_workspace_stands_below_the_check() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let own = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "seawall-check");
    let built = own
        .unwrap()
        .dependencies
        .iter()
        .filter(|d| d.kind != DependencyKind::Development);
    let names: Vec<&str> = built.map(|dependency| dependency.name.as_str()).collect();
    assert!(names.contains(&"sha2"), "{names:?}");
    let ours: Vec<_> = names
        .iter()
        .filter(|name| name.starts_with("seawall"))
        .collect();
    assert!(ours.is_empty(), "{ours:?}");
}

/// Not even by a path of a file: no source of the engine is compiled into it.
#[test]
fn no_source_of_the_engine_is_included() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut folders = vec![std::path::PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for word in [
                "include!",
                "#[path",
                "seawall_units",
                "seawall_ledger",
                "seawall_venue",
            ] {
                assert!(!text.contains(word), "{} has {word}", path.display());
            }
        }
    }
}
