//! The list of fields for people, written from the schema.

use serde_json::Value;

use super::{exchange_schema, schema};

/// The documentation of the JSON, `docs/json.md`.
#[must_use]
pub fn markdown() -> String {
    let schema = schema().to_value();
    let mut text = String::from(INTRODUCTION);
    section(&mut text, "Comparison", &schema);
    let exchange = exchange_schema().to_value();
    let own = |(name, _): &(&String, &Value)| *name == "Isolation" || *name == "Market";
    let mut sections = definitions(&schema);
    sections.extend(definitions(&exchange).into_iter().filter(own));
    sections.sort_by_key(|(name, _)| *name);
    section(&mut text, "Exchange", &exchange);
    for (name, definition) in sections {
        section(&mut text, name, definition);
    }
    text
}

fn definitions(schema: &Value) -> Vec<(&String, &Value)> {
    let map = schema.get("$defs").and_then(Value::as_object);
    let mut list: Vec<(&String, &Value)> = map.into_iter().flatten().collect();
    list.sort_by_key(|(name, _)| *name);
    list
}

/// One object with its fields, or one list of words, or one kind of number.
fn section(text: &mut String, name: &str, definition: &Value) {
    text.push_str(&format!("\n## {name}\n\n{}\n", description(definition)));
    if let Some(properties) = definition.get("properties") {
        text.push_str("\n| field | type | definition |\n|---|---|---|\n");
        for field in strings(definition.get("required")) {
            let property = properties.get(field).unwrap_or(&Value::Null);
            text.push_str(&format!(
                "| `{field}` | {} | {} |\n",
                kind(property),
                description(property)
            ));
        }
    }
    for word in items(definition.get("oneOf")) {
        let value = word
            .get("const")
            .and_then(Value::as_str)
            .unwrap_or_default();
        text.push_str(&format!("\n- `{value}`: {}", description(word)));
    }
    if definition.get("oneOf").is_some() {
        text.push('\n');
    }
}

fn description(value: &Value) -> String {
    let text = value.get("description").and_then(Value::as_str);
    text.unwrap_or_default().replace('\n', " ")
}

/// A field's type, with a link to its section where it has one.
fn kind(property: &Value) -> String {
    if let Some(reference) = property.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        return format!("[{name}](#{})", name.to_lowercase());
    }
    let choices = items(property.get("anyOf"));
    if !choices.is_empty() {
        let kinds: Vec<String> = choices.into_iter().map(kind).collect();
        return kinds.join(" or ");
    }
    match property.get("type") {
        Some(Value::String(name)) if name == "array" => {
            let item = property.get("items").map(kind).unwrap_or_default();
            format!("array of {item}")
        }
        Some(Value::String(name)) => name.clone(),
        kinds => strings(kinds).join(" or "),
    }
}

fn items(value: Option<&Value>) -> Vec<&Value> {
    let list = value.and_then(Value::as_array);
    list.into_iter().flatten().collect()
}

fn strings(value: Option<&Value>) -> Vec<&str> {
    items(value).into_iter().filter_map(Value::as_str).collect()
}

const INTRODUCTION: &str = "\
# The JSON of a comparison

`seawall compare FILE --format json` writes one object, a [Comparison](#comparison), and for a file
of several markets an [Exchange](#exchange). Their schemas are `docs/schema/comparison.schema.json`
and `docs/schema/exchange.schema.json` (JSON Schema, draft 2020-12). Both this file and the schema are
written from the structures in `crates/report/src/json/document.rs`; a test holds them equal
(`UPDATE_DOCS=1 cargo test -p seawall-report` rewrites them).

- Money, sizes and prices are strings with all their decimals: exact, and rounded by no reader.
- Dimensionless figures (shares, basis points, minutes) are numbers. A share of one quarter is 0.25.
- Every field is always there; what a venue does not have is `null`.
- `schema_version` is raised when the structure changes.
";
