//! The files of the workspace as text.

use std::fs;
use std::path::{Path, PathBuf};

/// One text file of the workspace.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path below the workspace root, with forward slashes.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("two floors up").to_owned()
}

/// Every file below `dir` (relative to the root) whose name ends in one of `endings`, by path.
/// Hidden directories and build output are left out.
#[must_use]
pub fn below(dir: &str, endings: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(dir), endings, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(dir: &Path, endings: &[&str], found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(dir) else {
        return; // a directory that is not there has no files
    };
    for entry in entries {
        let path = entry.expect("a readable directory entry").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" {
                walk(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(read(&path));
        }
    }
}

fn read(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let relative = path.strip_prefix(root()).expect("below the root");
    let path = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/");
    Source { path, text }
}

/// One file by its path below the root; `None` when it is not there.
#[must_use]
pub fn file(path: &str) -> Option<Source> {
    let full = root().join(path);
    full.is_file().then(|| read(&full))
}

/// The part of a line before a `//` comment. A `//` inside a string cuts the line short, which is
/// harmless for what is looked for here.
#[must_use]
pub fn code_of(line: &str) -> &str {
    line.split("//").next().unwrap_or("")
}

/// Whether `word` stands in `text` by itself and not as part of a longer name.
#[must_use]
pub fn has_word(text: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part_of_name) && !after.is_some_and(part_of_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_alone() {
        assert!(has_word("x: f64,", "f64"));
        assert!(!has_word("fn visit_f64()", "f64"));
        assert!(!has_word("f64x2", "f64"));
        assert_eq!(code_of("let x = 1; // f64 is not here"), "let x = 1; ");
    }

    #[test]
    fn this_file_is_found() {
        let files = below("crates/testkit", &[".rs"]);
        assert!(
            files
                .iter()
                .any(|f| f.path == "crates/testkit/src/sources.rs")
        );
    }
}
