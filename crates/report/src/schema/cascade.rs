//! The JSON Schema of cascade files, and the reference of their keys.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use seawall_scenario::{CascadeConfig, CascadeHead};
use serde_json::{Map, Value, json};

use super::reference::page;
use super::{as_text, take, tidy_table};

/// Of the keys beside the world, what only a file that extends another has.
const EXTENDING: [&str; 2] = ["extends", "set"];

/// The JSON Schema (draft 2020-12) of cascade files: of one that states a world, or of one that
/// extends such a file.
#[must_use]
pub fn cascade_file() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let head = generator.root_schema_for::<CascadeHead>().to_value();
    let mut own = world().to_value();
    let mut extending = head.clone();
    let mut defs = take(&mut own, "$defs");
    let version = take(&mut own, "$schema");
    take(&mut own, "title");
    let mut beside = head;
    let more = [take(&mut beside, "$defs"), take(&mut extending, "$defs")];
    for key in ["$schema", "title"] {
        take(&mut extending, key);
    }
    insert(&mut extending, "required", json!(["question", "extends"]));
    if let Some(defs) = defs.as_object_mut() {
        for map in more.into_iter().filter_map(into_map) {
            defs.extend(map);
        }
        defs.insert(String::from("Cascade"), own);
        defs.insert(String::from("ExtendingCascade"), extending);
    }
    let mut schema = schemars::json_schema!({
        "$schema": version,
        "title": "Cascade file",
        "if": { "required": ["extends"] },
        "then": { "$ref": "#/$defs/ExtendingCascade" },
        "else": { "$ref": "#/$defs/Cascade" },
        "$defs": defs,
    });
    tidy_table(schema.ensure_object());
    schema
}

/// The schema of a file that states its own world: the keys of the world and those beside it.
#[must_use]
pub fn world() -> Schema {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<CascadeConfig>();
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut head = generator.into_root_schema_for::<CascadeHead>().to_value();
    let defs = take(&mut head, "$defs");
    let mut keys = take(&mut head, "properties");
    for key in EXTENDING {
        take(&mut keys, key);
    }
    let root = schema.ensure_object();
    merge(root, "properties", keys);
    merge(root, "$defs", defs);
    if let Some(list) = root.get_mut("required").and_then(Value::as_array_mut) {
        list.insert(0, json!("question"));
    }
    tidy_table(root);
    schema
}

fn insert(value: &mut Value, key: &str, to: Value) {
    if let Some(map) = value.as_object_mut() {
        map.insert(key.to_owned(), to);
    }
}

fn into_map(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

fn merge(root: &mut Map<String, Value>, key: &str, more: Value) {
    let place = root.entry(key).or_insert_with(|| json!({}));
    if let (Some(place), Some(more)) = (place.as_object_mut(), into_map(more)) {
        place.extend(more);
    }
}

/// The schema as text, indented, ending in a newline.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn render_cascade() -> serde_json::Result<String> {
    as_text(&cascade_file())
}

/// The reference of all keys, `docs/cascade-file.md`.
#[must_use]
pub fn cascade_markdown() -> String {
    let kinds = ["Rate", "Ratio", "TokenPrice", "Tokens", "Usd"];
    page(INTRODUCTION, &world().to_value(), &kinds)
}

const INTRODUCTION: &str = "\
# Cascade files

A cascade file is a TOML file that asks one question of a world of pools, lending markets and their
owners; `fixtures/cascades` holds many, and `seawall cascade FILE` runs one. What happens in a round
is told in [cascade.md](cascade.md). This page is written from the JSON Schema of the format; a test
holds it equal (`UPDATE_DOCS=1 cargo test -p seawall-report --test cascade` rewrites it).

## In an editor

`seawall schema cascade` prints the schema (JSON Schema, draft 2020-12); a copy is kept in
[schema/cascade.json](schema/cascade.json). An editor that speaks
[Taplo](https://taplo.tamasfe.dev) knows every key when the file begins with
`#:schema ../../docs/schema/cascade.json`, the path relative to the file. Ranges and names the loader
checks, with file, line and column.

## Shapes

Everything has a name, and a table per name. A key whose type is a list of words takes one of them,
and a word that carries a value is a table with that one key:

```toml
[tokens.T]
price = \"100\"

[pools.T-USD]
token = \"T\"
curve.constant_product = { token = \"10000\", quote = \"1000000\" }   # or curve.concentrated

[feeds]
T.pool_spot.pool = \"T-USD\"                                        # or T.outside.token = \"T\"

[lending.main]
collateral = \"T\"
feed = \"T\"
rules.close.fixed = { factor = \"50%\", full_below = \"95%\" }        # or rules.close.aave_v3 = {}

[loans.borrower]
market = \"main\"
count = 10
collateral = \"500\"
debt.liquidation_prices = { first = \"96\", fall = \"3\" }            # or debt.ltv = \"70%\"

[shocks.fall]
act.trade_to = { pool = \"T-USD\", price = \"95\" }
```

## A file that extends another

```toml
question = \"Does twice the depth halve the damage, or end the spiral?\"
extends = \"spiral.toml\"

[set]
\"pools.T-USD.depth\" = \"2\"
```

It states no world of its own: each key of `[set]` is a dotted path and stands in the place of what
the other file says there, exactly as with `--set` on the command line. `expected`, `observed` and
`vary` are its own; nothing of the other file's is taken over.

## What is varied

`[[vary]]` gives a name to a rule or parameter and lists its values: `--ablation` runs all of them,
one at a time, and `--sweep NAME` takes the name for an axis. Behind a name stand either `keys` that
each take every one of `values`, or `points` that each set several keys. `--sweep KEY=a..b..n` needs
no name: any key of the world can be varied.

## Tables

Amounts, prices, ratios and rates are strings or whole numbers, never floats. Amounts of every asset,
the quote asset included, are counted on a grid of 10⁻¹⁸.
";
