//! Every venue keeps every law, with several parameter sets each.

use seawall_testkit::conformance::{Config, Law};

/// One module of tests for each subject.
macro_rules! venues {
    ($($name:ident: $case:expr;)+) => {
        $(mod $name {
            use super::*;
            use crate::subjects::*;
            seawall_testkit::conformance_tests!($case.subject, config());
        })+
    };
}

fn config() -> Config {
    Config {
        cases: 20,
        steps: 30,
        seed: 1,
    }
}

venues! {
    tranched: tranched_default();
    tranched_thin_senior_last: tranched_thin(seawall_waterfall::LossOrder::SeniorLast);
    tranched_thin_adl_last: tranched_thin(seawall_waterfall::LossOrder::AdlLast);
    order_book: book_default();
    order_book_thin: book_thin(seawall_venue_orderbook::ShortReading::EntryOverMark);
    order_book_to_the_letter: book_thin(seawall_venue_orderbook::ShortReading::MarkOverEntry);
    pool: pool_default();
    pool_thin_and_hot: pool_thin();
}

#[test]
fn the_macro_tests_every_law() {
    assert_eq!(tranched::TESTED, Law::ALL);
}

/// A law that is never applied says nothing: of all of them only the one about commands that a venue
/// states to refuse may be, where it states none.
#[test]
fn every_law_is_applied_in_every_venue() {
    let config = Config {
        cases: 6,
        ..config()
    };
    for case in crate::subjects::all() {
        let report = seawall_testkit::conformance::all(&case.subject, &config).unwrap();
        let never: Vec<Law> = report.never_applied().collect();
        let stated = !case.subject.world().refuses.is_empty();
        let expected: &[Law] = if stated { &[] } else { &[Law::RefusedAsStated] };
        assert_eq!(never, expected, "{report}");
    }
}

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/conformance.md");

fn table() -> String {
    let rows = Law::ALL.iter();
    let rows = rows.map(|law| format!("| `{law}` | {} |\n", law.says()));
    format!(
        "| law | what it says |\n|---|---|\n{}",
        rows.collect::<String>()
    )
}

/// `UPDATE_DOCS=1` writes it.
#[test]
fn the_page_lists_every_law() {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once("<!-- laws -->\n").unwrap();
    let (found, after) = rest.split_once("<!-- end of laws -->").unwrap();
    if found == table() {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_DOCS").is_some(),
        "the laws of docs/conformance.md: UPDATE_DOCS=1 writes them"
    );
    let page = format!(
        "{before}<!-- laws -->\n{}<!-- end of laws -->{after}",
        table()
    );
    std::fs::write(PAGE, page).unwrap();
}
