//! The files that are written from the code are what the code would write.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod common;
mod support {
    pub(crate) mod docs;
}

use seawall_report::{json, metric};
use serde_json::Value;
use support::docs::kept;

#[test]
fn metrics_are_documented() {
    let written = metric::markdown();
    assert_eq!(
        kept("metrics.md", &written),
        written,
        "UPDATE_DOCS=1 rewrites it"
    );
    for each in metric::METRICS {
        assert!(written.contains(&format!("| `{}` | {} |", each.id, each.label)));
        assert!(each.definition.ends_with('.'), "{}", each.id);
    }
}

#[test]
fn metric_ids_are_unique() {
    let mut ids: Vec<&str> = metric::METRICS.iter().map(|metric| metric.id).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn the_schema_file_is_the_derived_schema() {
    let derived = json::schema().to_value();
    let mut written = serde_json::to_string_pretty(&derived).unwrap();
    written.push('\n');
    let file: Value =
        serde_json::from_str(&kept("schema/comparison.schema.json", &written)).unwrap();
    assert_eq!(file, derived, "UPDATE_DOCS=1 rewrites it");
    let derived = json::exchange_schema().to_value();
    let mut written = serde_json::to_string_pretty(&derived).unwrap();
    written.push('\n');
    let file: Value = serde_json::from_str(&kept("schema/exchange.schema.json", &written)).unwrap();
    assert_eq!(file, derived, "UPDATE_DOCS=1 rewrites it");
}

#[test]
fn every_field_of_the_schema_is_documented() {
    let written = json::markdown();
    assert_eq!(
        kept("json.md", &written),
        written,
        "UPDATE_DOCS=1 rewrites it"
    );
    let schema = json::schema().to_value();
    let mut objects = vec![&schema];
    objects.extend(schema["$defs"].as_object().unwrap().values());
    let mut fields = 0;
    for object in objects {
        let Some(properties) = object["properties"].as_object() else {
            assert!(!object["description"].as_str().unwrap().is_empty());
            continue;
        };
        for (field, property) in properties {
            let definition = property["description"].as_str().unwrap_or_default();
            assert!(!definition.is_empty(), "{field} has no definition");
            let definition = definition.replace('\n', " ");
            let row = written.lines().find(|line| {
                line.starts_with(&format!("| `{field}` |")) && line.contains(&definition)
            });
            assert!(row.is_some(), "{field} is not in the list");
            fields += 1;
        }
        assert_eq!(object["additionalProperties"], Value::Bool(false));
    }
    assert!(fields >= 80, "only {fields} fields were seen");
}
