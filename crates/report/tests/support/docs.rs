//! Files below `docs/` that are written from the code.

use std::path::PathBuf;

/// Rewrites the file when `UPDATE_DOCS=1`, and reads it.
pub(crate) fn kept(file: &str, written: &str) -> String {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let path = docs.join(file);
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, written).unwrap();
    }
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; UPDATE_DOCS=1 writes it", path.display()))
}
