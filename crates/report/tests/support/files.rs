use std::path::{Path, PathBuf};

use serde_json::Value;

/// Every TOML file of a folder below `fixtures`, by name, with its text.
pub(crate) fn fixtures(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    let read = |path: PathBuf| (path.clone(), std::fs::read_to_string(&path).unwrap());
    files.into_iter().map(read).collect()
}

/// A TOML text as JSON, for a schema.
pub(crate) fn as_json(text: &str) -> Value {
    let table: toml::Table = text.parse().unwrap();
    serde_json::to_value(table).unwrap()
}
