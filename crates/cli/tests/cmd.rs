//! The command as it is typed, and every word that it answers (`TRYCMD=overwrite` rewrites them).

#[test]
fn commands_answer_as_written() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}
