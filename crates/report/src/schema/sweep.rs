//! The JSON Schema of sweep files, and the reference of their keys.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use seawall_scenario::SweepFile;

use super::reference::{row_of, tables_of};
use super::tidy_table;

/// The JSON Schema (draft 2020-12) of sweep files.
#[must_use]
pub fn sweep_file() -> Schema {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<SweepFile>();
    tidy_table(schema.ensure_object());
    schema
}

/// The schema as text, indented, ending in a newline.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn render_sweep() -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&sweep_file())?;
    text.push('\n');
    Ok(text)
}

/// The reference of all keys, `docs/sweep-file.md`.
#[must_use]
pub fn sweep_markdown() -> String {
    let schema = sweep_file().to_value();
    let mut text = String::from(INTRODUCTION);
    for table in tables_of(&schema) {
        let heading = match table.heading.as_str() {
            "" => String::from("Keys above all tables"),
            heading => format!("`{heading}`"),
        };
        let words = table.description.trim();
        text.push_str(&format!("\n### {heading}\n\n{words}\n\n"));
        text.push_str("| key | type | unit | default | meaning |\n|---|---|---|---|---|\n");
        for key in &table.keys {
            text.push_str(&row_of(key));
        }
    }
    text.push_str("\n## Kinds of values\n");
    for name in ["Ratio", "Tokens"] {
        let defined = schema.get("$defs").and_then(|defs| defs.get(name));
        let said = defined.and_then(|one| one.get("description")?.as_str());
        if let Some(said) = said {
            text.push_str(&format!("\n### {name}\n\n{said}\n"));
        }
    }
    text
}

const INTRODUCTION: &str = "\
# Sweep files

A sweep file is a TOML file that asks one question of many futures of a scenario; `fixtures/sweeps`
holds some, and `seawall sweep FILE` runs one. What comes out is told in [sweep.md](sweep.md), the
price models in [price-models.md](price-models.md). This page is written from the JSON Schema of the
format; a test holds it equal (`UPDATE_DOCS=1 cargo test -p seawall-report --test sweep` rewrites it).

## In an editor

`seawall schema sweep` prints the schema (JSON Schema, draft 2020-12); a copy is kept in
[schema/sweep.json](schema/sweep.json). An editor that speaks [Taplo](https://taplo.tamasfe.dev) knows
every key when the file begins with `#:schema ../../docs/schema/sweep.json`, the path relative to the
file. Ranges and names the loader checks, with file, line and column.

## Shapes

```toml
question = \"How much Junior is enough, at which volatility?\"
seed = 7
scenario = \"scenarios/crowded-minute.toml\"   # relative to this file
paths = 1000

[price]                                     # without it: the scenario's own prices
tick = 1                                    # seconds; a divisor of the scenario's length
shocks = [{ tick = 10, factor = \"0.96\" }]   # what every path does
[price.gbm]                                 # one of gbm, merton, heston, regimes, bootstrap, replay
drift = \"0\"
volatility = \"80%\"

[[grid]]                                    # every combination of the axes is a point
key = \"market.junior\"                       # a key of the scenario, as for --set
values = [\"1000000\", \"2000000\"]

[[grid]]
key = \"price.gbm.volatility\"                # or one below [price]
from = \"50%\"
to = \"150%\"
count = 3

[[grid]]                                    # keys that move together
keys = [\"capital.total\", \"capital.tranched.senior\"]
rows = [[\"200000000\", \"158000000\"], [\"300000000\", \"258000000\"]]

[[draw]]                                    # drawn anew for each path
key = \"positions.drawn[0].long_share\"
value = { uniform = { min = \"0.4\", max = \"0.8\" } }
```

`--set` puts a value in the place of what the file states. A key that is none of the sweep's, such as
`market.junior`, is the scenario's. Where the file has `[price]`, every key below `price` is the sweep's.

## Keys
";
