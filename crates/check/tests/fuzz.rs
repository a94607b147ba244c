//! Whatever is done to a journal, the check ends with one of its four words, and an edit of any byte
//! never leaves it clean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

mod common;

use std::sync::LazyLock;

use proptest::prelude::*;
use seawall_check::{Options, Verdict, check};
use seawall_sim::VenueName;

static JOURNALS: LazyLock<Vec<String>> = LazyLock::new(|| {
    vec![
        common::journal("senior-pays", VenueName::Tranched),
        common::journal("residual", VenueName::Hyperliquid),
        common::journal("residual", VenueName::Gmx),
    ]
});

/// The final hash of a clean journal.
fn hash(text: &str) -> String {
    common::report(text).hash.clone()
}

fn code(bytes: &[u8], expected: &str) -> u8 {
    let options = Options {
        max: 3,
        expect_hash: Some(expected.parse().unwrap()),
    };
    let verdict = check(bytes, &options);
    assert!(matches!(verdict, Verdict::Read(_)) || verdict.exit_code() == 2);
    verdict.exit_code()
}

/// Something that happens to the lines of a file.
#[derive(Debug, Clone)]
enum Blow {
    Byte { at: usize, to: u8 },
    Insert { at: usize, byte: u8 },
    Remove { at: usize },
    Truncate { at: usize },
    Double { line: usize },
    Drop { line: usize },
    Exchange { line: usize, other: usize },
    Word { at: usize, word: &'static str },
}

fn blow() -> impl Strategy<Value = Blow> {
    let place = any::<usize>;
    let words = prop::sample::select(vec![
        "\"",
        "{",
        "}",
        "null",
        "-",
        "0.000000",
        "99999999999999999999999999999999999.000000",
        "\"seq\":18446744073709551615,",
        "margin:4294967295",
        "\u{fffd}",
        "\\u0000",
        "[[[[[[[[",
    ]);
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, to)| Blow::Byte { at, to }),
        (place(), any::<u8>()).prop_map(|(at, byte)| Blow::Insert { at, byte }),
        place().prop_map(|at| Blow::Remove { at }),
        place().prop_map(|at| Blow::Truncate { at }),
        place().prop_map(|line| Blow::Double { line }),
        place().prop_map(|line| Blow::Drop { line }),
        (place(), place()).prop_map(|(line, other)| Blow::Exchange { line, other }),
        (place(), words).prop_map(|(at, word)| Blow::Word { at, word }),
    ]
}

fn struck(bytes: &[u8], blow: &Blow) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if bytes.is_empty() {
        return bytes;
    }
    let length = bytes.len();
    let by_lines = |edit: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut lines: Vec<Vec<u8>> = bytes
            .split_inclusive(|b| *b == b'\n')
            .map(<[u8]>::to_vec)
            .collect();
        edit(&mut lines);
        lines.concat()
    };
    match *blow {
        Blow::Byte { at, to } => bytes[at % length] = to,
        Blow::Insert { at, byte } => bytes.insert(at % length, byte),
        Blow::Remove { at } => {
            bytes.remove(at % length);
        }
        Blow::Truncate { at } => bytes.truncate(at % length),
        Blow::Word { at, word } => {
            bytes.splice(at % length..at % length, word.bytes());
        }
        Blow::Double { line } => {
            bytes = by_lines(&|lines| {
                let at = line % lines.len();
                lines.insert(at, lines[at].clone());
            });
        }
        Blow::Drop { line } => {
            bytes = by_lines(&|lines| {
                let at = line % lines.len();
                lines.remove(at);
            });
        }
        Blow::Exchange { line, other } => {
            bytes = by_lines(&|lines| {
                let (a, b) = (line % lines.len(), other % lines.len());
                lines.swap(a, b);
            });
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// One to four blows: never a panic, never clean unless nothing has changed.
    #[test]
    fn no_blow_leaves_a_journal_clean(which in 0..3_usize, blows in prop::collection::vec(blow(), 1..5)) {
        let journal = JOURNALS[which].as_bytes();
        let expected = hash(&JOURNALS[which]);
        let mut bytes = journal.to_vec();
        for blow in &blows {
            bytes = struck(&bytes, blow);
        }
        let code = code(&bytes, &expected);
        prop_assert!(code <= 3);
        prop_assert_eq!(code == 0, bytes == journal, "{:?} leaves {}", blows, code);
    }

    /// A forger who writes the chain anew does not bring it down either.
    #[test]
    fn a_forged_chain_brings_nothing_down(which in 0..3_usize, blows in prop::collection::vec(blow(), 1..4)) {
        let expected = hash(&JOURNALS[which]);
        let mut bytes = JOURNALS[which].clone().into_bytes();
        for blow in &blows {
            bytes = struck(&bytes, blow);
        }
        if let Ok(text) = String::from_utf8(bytes) {
            let text = seawall_check::chain::rechain(&text);
            let code = code(text.as_bytes(), &expected);
            prop_assert!(code <= 3);
            prop_assert!(code != 0 || text == JOURNALS[which]);
        }
    }
}

/// Every byte of the smallest journal, one after the other, changed in its lowest bit.
#[test]
fn no_byte_can_be_changed() {
    let journal = JOURNALS.iter().min_by_key(|journal| journal.len()).unwrap();
    let expected = hash(journal);
    let mut bytes = journal.clone().into_bytes();
    assert_eq!(code(&bytes, &expected), 0);
    for at in 0..bytes.len() {
        bytes[at] ^= 1;
        let code = code(&bytes, &expected);
        assert!(
            (1..=3).contains(&code),
            "byte {at} of {}: {code}",
            bytes.len()
        );
        bytes[at] ^= 1;
    }
}

/// Cut off anywhere, plain or compressed, it is never clean; whole lines of it are valid.
#[test]
fn a_journal_that_is_cut_off_is_valid_as_far_as_it_goes() {
    let journal = &JOURNALS[0];
    for at in 0..journal.len() {
        let verdict = check(&journal.as_bytes()[..at], &Options::default());
        let begun = journal[..at].contains('\n');
        assert_eq!(
            verdict.exit_code(),
            if begun { 3 } else { 2 },
            "cut off at byte {at}"
        );
    }
}
