//! The scanner on a source written out here: what belongs to what.
use std::collections::BTreeSet;

use seawall_testkit::rules::{RuleId, ids_in, mechanism, scan};
use seawall_testkit::sources::Source;

const SAMPLE: &str = r#"
//! The queue of winners (M-8.5).

/// What a batch may take (M-8.5).
#[derive(
    Debug,
    Clone,
)]
pub struct Limits {
    /// Share of open interest, M-8.5 and M-7.
    pub share: u64,
}

impl Limits {
    /// Closes down the ranking, M-8.5.
    ///
    /// ```
    /// assert!(true);
    /// ```
    pub fn plan(
        &self,
        left: u64,
    ) -> u64 {
        // Overshoot is zero by M-8.6.
        left // M-6
    }

    pub const fn nothing() {} // M-4.2
}

/// Not cited: AM-3, M-x, HL-2.
fn silent() {}

impl<T> Shape for Wrapped<T> {
    fn area(&self) {
        let cut = 1; // M-5.2
    }
}

#[cfg(test)]
mod tests {
    /// M-9 in a helper proves nothing.
    fn helper() {}

    /// The pin of M-8.2.
    #[test]
    fn pinned() {
        // and M-8.3
        assert!(true);
    }
}
"#;

fn cited(path: &str, text: &str) -> BTreeSet<String> {
    let source = Source {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let line = |c: seawall_testkit::rules::Citation| format!("{} {:?} {}", c.id, c.kind, c.name);
    scan(&source).into_iter().map(line).collect()
}

#[test]
fn a_citation_belongs_to_what_it_documents() {
    let want = [
        "M-8.5 Function ",
        "M-8.5 Item Limits",
        "M-8.5 Item Limits::share",
        "M-7 Item Limits::share",
        "M-8.5 Function Limits::plan",
        "M-8.5 DocTest Limits::plan",
        "M-8.6 Function Limits::plan",
        "M-6 Function Limits::plan",
        "M-4.2 Function Limits::nothing",
        "M-5.2 Function Wrapped::area",
        "M-8.2 Test pinned",
        "M-8.3 Test pinned",
    ];
    let want: BTreeSet<String> = want.into_iter().map(str::to_owned).collect();
    assert_eq!(cited("crates/x/src/adl.rs", SAMPLE), want);
}

#[test]
fn the_root_of_a_crate_speaks_for_no_function() {
    let text = "//! Everything (M-3).\nfn one() {}\n";
    assert_eq!(
        cited("crates/x/src/lib.rs", text),
        ["M-3 File ".to_owned()].into()
    );
    let none = "//! Words (M-3).\npub struct One;\n";
    assert_eq!(
        cited("crates/x/src/words.rs", none),
        ["M-3 File ".to_owned()].into()
    );
}

#[test]
fn in_a_directory_of_tests_only_tests_count() {
    let text = "//! Laws of M-3.\n\nfn helper() {\n    // M-4\n}\n\nproptest! {\n    /// M-6\n    #[test]\n    fn law(x in 0..3) {\n    }\n}\n";
    let want = ["M-3 Test ", "M-6 Test law"].map(str::to_owned);
    assert_eq!(cited("crates/x/tests/laws.rs", text), want.into());
}

#[test]
fn ids_end_where_the_number_ends() {
    let id = |section, item| RuleId { section, item };
    let found = ids_in("see M-8.2. And M-11.4, (M-9); not AM-3, XM-4 or M-x");
    assert_eq!(found, [id(8, 2), id(11, 4), id(9, 0)]);
    assert_eq!(id(8, 2).whole().to_string(), "M-8");
}

#[test]
fn rules_are_headings_and_gaps_are_a_list() {
    let text = "# Rules\n## M-9 Vaults\n### M-9.3 Requests\nM-1 in prose\n## Not yet modelled\n- M-9.3: none\n## End\n- M-9: no\n";
    let read = mechanism(text);
    let titles: Vec<_> = read.rules.iter().map(|r| r.title.as_str()).collect();
    assert_eq!(titles, ["Vaults", "Requests"]);
    assert_eq!(read.not_yet.len(), 1);
}
