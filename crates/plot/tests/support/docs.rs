use std::path::PathBuf;

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Rewrites the picture when `UPDATE_DOCS=1`, and compares it.
pub(crate) fn kept(name: &str, drawn: &str) {
    let path = root().join("docs/img").join(name);
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "{}: UPDATE_DOCS=1 draws it anew",
        path.display()
    );
}
