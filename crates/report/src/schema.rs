//! The JSON Schema of scenario files, and the reference of their keys that is written from it.
//!
//! The schema is derived from the types that read the file, those of each venue's parameters
//! included, so that an editor knows every key, its type and its default. What is legal beyond the
//! type, such as a sum or an order, the loader says.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use seawall_scenario::ScenarioFile;
use serde_json::{Map, Value, json};

mod cascade;
mod reference;
mod sweep;

pub use cascade::{cascade_file, cascade_markdown, render_cascade, world};
pub use reference::{Key, Table, markdown, tables};
pub use sweep::{render_sweep, sweep_file, sweep_markdown};

/// The JSON Schema (draft 2020-12) of scenario files: of one market, or of several.
#[must_use]
pub fn file() -> Schema {
    let mut one = scenario().to_value();
    let mut defs = take(&mut one, "$defs");
    let head = [take(&mut one, "$schema"), take(&mut one, "title")];
    let [version, title] = head;
    let (market, several) = several(&one);
    if let Some(defs) = defs.as_object_mut() {
        defs.insert(String::from("Scenario"), one);
        defs.insert(String::from("IsolatedMarket"), market);
        defs.insert(String::from("SeveralMarkets"), several);
    }
    schemars::json_schema!({
        "$schema": version,
        "title": title,
        "if": { "required": ["markets"] },
        "then": { "$ref": "#/$defs/SeveralMarkets" },
        "else": { "$ref": "#/$defs/Scenario" },
        "$defs": defs,
    })
}

/// A market among several, and a file that states them, both from the scenario of one: a market
/// may state every key but those that are the file's alone, and the file every key for all.
fn several(one: &Value) -> (Value, Value) {
    let keys = one.get("properties").and_then(Value::as_object);
    let mut of_market = keys.cloned().unwrap_or_default();
    let mut of_file = of_market.clone();
    for common in ["question", "time"] {
        of_market.remove(common);
    }
    let name = json!({
        "description": "The market's name.",
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]{1,32}$",
    });
    of_market.insert(String::from("name"), name);
    let markets = json!({
        "description": "Isolated markets on one clock (M-1.5). What one states stands in the place of what the file states for all.",
        "type": "array",
        "minItems": 1,
        "maxItems": 64,
        "items": { "$ref": "#/$defs/IsolatedMarket" },
    });
    of_file.insert(String::from("markets"), markets);
    let table = |description: &str, required: Value, properties: Map<String, Value>| {
        json!({
            "description": description,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    };
    (
        table(
            "One of several isolated markets.",
            json!(["name"]),
            of_market,
        ),
        table(
            "Several isolated markets on one clock.",
            json!(["question", "seed", "time", "markets"]),
            of_file,
        ),
    )
}

fn take(value: &mut Value, key: &str) -> Value {
    let map = value.as_object_mut();
    map.and_then(|map| map.remove(key)).unwrap_or_default()
}

/// The JSON Schema (draft 2020-12) of a scenario of one market.
#[must_use]
pub fn scenario() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let venues = [
        params::<seawall_venue_tranched::Params>("tranched", &mut generator),
        params::<seawall_venue_orderbook::Params>("hyperliquid", &mut generator),
        params::<seawall_venue_pool::Params>("gmx", &mut generator),
    ];
    let mut schema = generator.into_root_schema_for::<ScenarioFile>();
    let places = schema.pointer_mut("/$defs/Venues/properties");
    if let Some(places) = places.and_then(Value::as_object_mut) {
        for (name, reference) in venues {
            if let Some(Value::Object(place)) = places.get_mut(name) {
                place.remove("type");
                place.extend(reference);
            }
        }
    }
    tidy_table(schema.ensure_object());
    schema
}

/// The schema as text, indented, ending in a newline.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn render() -> serde_json::Result<String> {
    as_text(&file())
}

fn as_text(schema: &Schema) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(schema)?;
    text.push('\n');
    Ok(text)
}

/// A venue's parameters, taken among the definitions.
fn params<P: JsonSchema>(
    venue: &'static str,
    generator: &mut SchemaGenerator,
) -> (&'static str, Map<String, Value>) {
    let reference = generator.subschema_for::<P>().to_value();
    let map = match reference {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    (venue, map)
}

/// Descriptions without the line breaks and the links of the source code.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => tidy_table(map),
        Value::Array(list) => list.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn tidy_table(map: &mut Map<String, Value>) {
    for (key, below) in map.iter_mut() {
        match below {
            Value::String(text) if key == "description" => *text = prose(text),
            _ => tidy(below),
        }
    }
}

/// A documentation comment as running text: examples and paths of code in links are dropped.
fn prose(comment: &str) -> String {
    let words = comment.split("```").next().unwrap_or_default();
    let mut text = words.replace("[`", "`").replace("`]", "`");
    while let Some((before, after)) = text.split_once("`(crate::") {
        let rest = after.split_once(')').map_or("", |(_, rest)| rest);
        text = format!("{before}`{rest}");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn comments_become_prose() {
        assert_eq!(
            prose("Read later by [`A::b`](crate::A::b),\nsee [`C`].\n\n```\nf();\n```"),
            "Read later by `A::b`, see `C`."
        );
    }
}
