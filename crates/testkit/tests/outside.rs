//! The conformance suite from outside of the workspace: `examples/toy-venue` has a workspace of its
//! own and knows Seawall by path only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

use std::path::Path;
use std::process::Command;

use seawall_testkit::conformance::Law;
use seawall_testkit::sources::{file, root};

const TEST: &str = "examples/toy-venue/tests/conformance.rs";

/// Built with the versions of the workspace's lock file, so that nothing has to be downloaded.
#[test]
fn a_venue_of_one_s_own_passes() {
    let home = root().join("examples/toy-venue");
    std::fs::copy(root().join("Cargo.lock"), home.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside");
    let run = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--test", "conformance"])
        .current_dir(&home)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let (out, err) = (run.stdout.as_slice(), run.stderr.as_slice());
    let text = String::from_utf8_lossy(out);
    assert!(
        run.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(err)
    );
    let passed = format!("{} passed; 0 failed", Law::ALL.len());
    assert!(text.contains(&passed), "{text}");
}

/// The page shows what the example does, to the letter.
#[test]
fn the_page_shows_the_example() {
    let page = file("docs/conformance.md").unwrap().text;
    let test = file(TEST).unwrap().text;
    let code = test.split_once("\n\n").unwrap().1;
    assert!(page.contains(&format!("```rust\n{code}```\n")), "{TEST}");
}
