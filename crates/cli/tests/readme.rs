//! The README shows what the first of its commands prints (`TRYCMD=overwrite` rewrites it).

#[test]
fn the_readme_is_true() {
    // The README names files from the root; this test stands alone in its process.
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    assert!(std::env::set_current_dir(root).is_ok());
    trycmd::TestCases::new().case("README.md");
}
