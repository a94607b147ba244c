//! The schema of scenario files takes what the loader takes, and its reference is what it says.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support {
    pub(crate) mod docs;
    pub(crate) mod files;
    pub(crate) mod legal;
}

use std::path::Path;

use jsonschema::Validator;
use seawall_report::schema;
use seawall_scenario::{Exchange, Scenario};
use support::docs::kept;
use support::files::{as_json, fixtures};

fn validator() -> Validator {
    jsonschema::validator_for(schema::file().as_value()).unwrap()
}

#[test]
fn the_schema_file_is_the_derived_schema() {
    let written = schema::render().unwrap();
    assert_eq!(kept("schema/scenario.json", &written), written);
}

#[test]
fn the_reference_is_what_schema_and_loader_say() {
    let written = schema::markdown(&support::legal::legal);
    assert_eq!(kept("scenario.md", &written), written);
}

/// The kinds of values have headings of one word each, which are their anchors.
#[test]
fn links_to_kinds_of_values_lead_somewhere() {
    let page = schema::markdown(&support::legal::legal);
    let headings: Vec<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .map(str::to_lowercase)
        .collect();
    let links = page
        .split("](#")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let kinds: Vec<&str> = links.filter(|link| !link.contains('-')).collect();
    assert!(kinds.len() > 200, "only {} links were seen", kinds.len());
    for kind in kinds {
        assert!(
            headings.iter().any(|each| each == kind),
            "#{kind} leads nowhere"
        );
    }
}

#[test]
fn every_key_is_documented() {
    let mut keys = 0;
    for table in schema::tables(schema::scenario().as_value()) {
        for key in table.keys {
            assert!(!key.description.is_empty(), "{} has no words", key.path);
            assert!(!key.kind.is_empty(), "{} has no type", key.path);
            keys += 1;
        }
    }
    assert!(keys > 200, "only {keys} keys were seen");
}

/// Keys of a whole number whose in-range values are checked in other words, by key and those words.
const OTHER_WORDS: [(&str, &str); 1] = [("oracle.quorum", "1 to `sources`")];

/// A value that its type cannot hold is told the range that the loader holds a key to, and where it
/// stands, as any other value is.
#[test]
fn whole_numbers_of_any_kind_are_refused_with_their_range() {
    use toml::Value;
    let mut keys = 0;
    for table in schema::tables(schema::scenario().as_value()) {
        for key in table.keys.iter().filter(|key| key.kind == "integer") {
            let text = Value::String("many".to_owned());
            let wrong = [text, Value::Integer(-1), Value::Float(1.5)];
            let ranges = wrong.map(|value| {
                let told = support::legal::answer_to(key, value).unwrap();
                assert!(told.contains("--> legal.toml:"), "{told}");
                assert!(!told.contains("expected u"), "{told}");
                support::legal::range_in(&told, key).unwrap_or_else(|| panic!("{told}"))
            });
            assert!(
                ranges[0] == ranges[1] && ranges[1] == ranges[2],
                "{ranges:?}"
            );
            // What the loader says of values inside the type is in the reference.
            if let Some(legal) = support::legal::legal(key) {
                let mut words: Vec<&str> = legal.split("; ").collect();
                words.retain(|words| !OTHER_WORDS.contains(&(&key.path, words)));
                assert_eq!(words, [&ranges[0]], "{}", key.path);
            }
            keys += 1;
        }
    }
    assert!(keys >= 60, "only {keys} keys were seen");
}

#[test]
fn every_scenario_passes() {
    let validator = validator();
    let files = fixtures("scenarios");
    assert!(files.len() >= 13);
    for (path, text) in files {
        let faults: Vec<String> = validator
            .iter_errors(&as_json(&text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{}: {faults:?}", path.display());
    }
}

/// What is wrong in type or key, for the loader as for the schema: a line of the calm day and
/// what stands there instead.
const WRONG: [(&str, &str); 22] = [
    ("seed = 20251008", "seed = \"20251008\""),
    ("seed = 20251008", "seed = -1"),
    ("seed = 20251008", "seed = 1.5"),
    ("seed = 20251008", "seeds = 20251008"),
    ("question = ", "answer = "),
    ("total = \"200000000\"", "total = 200000000.5"),
    ("total = \"200000000\"", "total = \"2e8\""),
    ("total = \"200000000\"", "total = \"many\""),
    ("total = \"200000000\"", "total = \"5%\""),
    ("total = \"200000000\"", "sum = \"200000000\""),
    ("initial = \"2.5%\"", "initial = \"2.5 %\""),
    ("initial = \"2.5%\"", "initial = true"),
    ("[terms.common]", "[terms.usual]"),
    ("start = \"2025-10-08T00:00:00Z\"", "start = \"midnight\""),
    ("start = \"2025-10-08T00:00:00Z\"", "start = 0"),
    ("at = \"04:00:00\"", "at = \"4:00\""),
    ("at = \"04:00:00\"", "at = -1"),
    ("scale = true", "scale = \"yes\""),
    ("count = 2000", "count = -2000"),
    ("leverage = { fixed = \"5\" }", "leverage = \"5\""),
    (
        "leverage = { fixed = \"5\" }",
        "leverage = { normal = \"5\" }",
    ),
    ("discount = \"50bp\"", "discount = \"50bps\""),
];

/// The same below `[venues]`, which the loader reads when a venue is prepared.
const WRONG_PARAMETERS: [&str; 7] = [
    "[venues.tranched]\nlader = {}",
    "[venues.tranched.ladder]\nnear_bands = \"4\"",
    "[venues.tranched.ladder]\nuniform_density = 1",
    "[venues.tranched.waterfall]\nloss_order = \"senior_first\"",
    "[venues.hyperliquid.book]\ndepth = 0.1",
    "[venues.gmx.impact]\nbalance = \"none\"",
    "[venues.dydx]",
];

/// A market may not state what is the file's alone, nor anything that no scenario has.
#[test]
fn markets_are_held_to_the_keys_of_a_scenario() {
    let validator = validator();
    let (_, two) = fixtures("scenarios")
        .into_iter()
        .find(|(path, _)| path.ends_with("two-markets-isolated.toml"))
        .unwrap();
    for wrong in [
        "name = \"btc\"\nquestion = \"?\"",
        "name = \"b tc\"",
        "name = \"btc\"\ntime = {}",
        "name = \"btc\"\nmarkets = []",
        "title = \"btc\"",
    ] {
        let text = two.replacen("name = \"btc\"", wrong, 1);
        assert!(!validator.is_valid(&as_json(&text)), "{wrong}");
        let none = |path: &Path| std::fs::read(path);
        assert!(
            Exchange::parse(&text, "two.toml", &none).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn what_the_loader_refuses_for_type_or_key_the_schema_refuses_too() {
    let validator = validator();
    let files = fixtures("scenarios");
    let (_, calm) = files
        .iter()
        .find(|(path, _)| path.ends_with("calm-day.toml"))
        .unwrap();
    let changed = WRONG.iter().map(|(from, to)| {
        assert!(calm.contains(from), "{from}");
        calm.replacen(from, to, 1)
    });
    let added = WRONG_PARAMETERS
        .iter()
        .map(|table| format!("{calm}\n{table}\n"));
    for text in changed.chain(added) {
        let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
        let refused = match Scenario::parse(&text, "calm.toml", &none) {
            Ok(scenario) => seawall_sim::compare(&scenario, &[]).is_err(),
            Err(_) => true,
        };
        assert!(refused, "the loader takes {text}");
        assert!(
            !validator.is_valid(&as_json(&text)),
            "the schema takes {text}"
        );
    }
}
