//! Whatever the bytes are, the loader answers with a scenario or with a refusal that can be shown.

mod common;

use common::{FULL, RECORD, parse};
use proptest::prelude::*;
use seawall_scenario::Scenario;

const CRASH: &str = include_str!("../../../fixtures/scenarios/crash-2025-10-10.toml");
const OCT10: &str = include_str!("../../../fixtures/paths/oct10.csv");

/// One change of a text: at a place, so many bytes are replaced by others.
type Edit = (prop::sample::Index, usize, Vec<u8>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let telling =
        prop::sample::select(b"[]{}=\"'.,#-_0123456789eEpPxnaT:Z% \n\r\t\\\0\xff".to_vec());
    let byte = prop_oneof![4 => telling, 1 => any::<u8>()];
    let bytes = prop::collection::vec(byte, 0..6);
    prop::collection::vec((any::<prop::sample::Index>(), 0_usize..6, bytes), 1..6)
}

fn edited(text: &str, edits: Vec<Edit>) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (place, removed, inserted) in edits {
        let from = place.index(bytes.len() + 1);
        let until = (from + removed).min(bytes.len());
        bytes.splice(from..until, inserted);
    }
    bytes
}

/// Loads and, when it is refused, shows the refusal.
fn load(scenario: &[u8], record: &[u8]) {
    let read = |_: &std::path::Path| Ok(record.to_vec());
    if let Err(error) = Scenario::from_bytes(scenario, "dir/a.toml", &read) {
        let message = error.to_string();
        assert!(message.starts_with("error: "), "{message}");
        assert!(message.contains("dir/"), "{message}");
    }
}

proptest! {
    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        load(&bytes, &bytes);
        load(FULL.as_bytes(), &bytes);
    }

    #[test]
    fn random_text(text in "[\\[\\]{}=\"'., #a-c0-9\\n\\PC]{0,200}") {
        load(text.as_bytes(), RECORD.as_bytes());
    }

    #[test]
    fn a_mutated_scenario(edits in edits()) {
        load(&edited(FULL, edits.clone()), RECORD.as_bytes());
        load(&edited(CRASH, edits), OCT10.as_bytes());
    }

    #[test]
    fn a_mutated_record(edits in edits()) {
        load(FULL.as_bytes(), &edited(RECORD, edits));
    }

    #[test]
    fn a_number_replaced_by_another(
        which in any::<prop::sample::Index>(),
        number in "-?[0-9]{1,22}(\\.[0-9]{0,20})?(%|bp)?",
    ) {
        let quotes: Vec<usize> = FULL.match_indices('"').map(|(at, _)| at).collect();
        let pairs: Vec<&[usize]> = quotes.chunks(2).collect();
        let pair = pairs[which.index(pairs.len())];
        let text = format!("{}{number}{}", &FULL[..=pair[0]], &FULL[pair[1]..]);
        load(text.as_bytes(), RECORD.as_bytes());
    }

    #[test]
    fn deep_and_mixed_nesting(
        parts in prop::collection::vec((0_usize..30, prop::sample::select(vec!["[", "{", "]", "}", "="])), 0..200),
    ) {
        let mut text = String::new();
        for (dots, bracket) in parts {
            text.push_str(&"a.".repeat(dots));
            text.push('b');
            text.push_str(bracket);
        }
        load(text.as_bytes(), b"");
    }
}

#[test]
fn the_unchanged_texts_are_accepted() {
    assert!(parse(FULL).is_ok());
    let read = |_: &std::path::Path| Ok(OCT10.as_bytes().to_vec());
    assert!(Scenario::parse(CRASH, "dir/a.toml", &read).is_ok());
}
