//! The JSON Schema of sweep files, and the reference of their keys.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use seawall_scenario::SweepFile;

use super::reference::page;
use super::{as_text, tidy_table};

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
    as_text(&sweep_file())
}

/// The reference of all keys, `docs/sweep-file.md`.
#[must_use]
pub fn sweep_markdown() -> String {
    page(INTRODUCTION, &sweep_file().to_value(), &["Ratio", "Tokens"])
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
`market.junior`, is the scenario's, and so is every key below `venues`. Where the file has `[price]`, every key below `price` is the sweep's.

## Keys
";
