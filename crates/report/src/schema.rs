//! The JSON Schema of scenario files, and the reference of their keys that is written from it.
//!
//! The schema is derived from the types that read the file, those of each venue's parameters
//! included, so that an editor knows every key, its type and its default. What is legal beyond the
//! type, such as a sum or an order, the loader says.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use seawall_scenario::ScenarioFile;
use serde_json::{Map, Value};

mod reference;

pub use reference::{Key, Table, markdown, tables};

/// The JSON Schema (draft 2020-12) of scenario files.
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
    let mut text = serde_json::to_string_pretty(&scenario())?;
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
