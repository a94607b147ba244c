//! The keys of scenario files, table by table, read off the schema.

use std::collections::BTreeSet;

use serde_json::Value;

/// One table of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// As a file writes it, such as `[capital.tranched]`; empty for the keys above all tables.
    pub heading: String,
    /// What it is.
    pub description: String,
    /// Its keys, those that must be there first.
    pub keys: Vec<Key>,
}

/// One key of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Dotted path with places in lists, as error messages write it: `orders[0].size`.
    pub path: String,
    /// Its type for people.
    pub kind: String,
    /// What its number is counted in; empty for what is no number.
    pub unit: &'static str,
    /// Whether a file must state it.
    pub required: bool,
    /// What it is when a file does not state it; empty when there is nothing to say.
    pub default: String,
    /// What it means.
    pub description: String,
}

/// Kinds of values that many keys share; each has a paragraph of its own.
const SHARED: &str = "Distribution";

/// Every table of the file, in the order of its keys, and then what tables share.
#[must_use]
pub fn tables(schema: &Value) -> Vec<Table> {
    tables_of(schema)
}

/// The same of a cascade's file, whose tables have tables by name and feeds within feeds.
pub(super) fn tables_of(schema: &Value) -> Vec<Table> {
    let mut walk = Walk {
        schema,
        tables: Vec::new(),
        shared: BTreeSet::new(),
        open: Vec::new(),
    };
    walk.table("", "", schema);
    walk.tables
}

struct Walk<'a> {
    schema: &'a Value,
    tables: Vec<Table>,
    shared: BTreeSet<&'a str>,
    /// The definitions that are being written: one that holds itself is not written again.
    open: Vec<&'a str>,
}

/// What stands behind a key.
struct Target<'a> {
    /// Name of its definition; empty when it has none.
    name: &'a str,
    schema: &'a Value,
}

impl<'a> Walk<'a> {
    /// Takes down the table at `shown`, which error messages call `path`, and all below it.
    fn table(&mut self, shown: &str, path: &str, object: &'a Value) {
        let heading = match (shown.is_empty(), path.ends_with(']')) {
            (true, _) => String::new(),
            (false, true) => format!("[[{shown}]]"),
            (false, false) => format!("[{shown}]"),
        };
        self.push(heading, path, object);
        for (name, property) in properties(object) {
            self.below(&dotted(shown, name), &dotted(path, name), property);
        }
    }

    fn push(&mut self, heading: String, path: &str, object: &'a Value) {
        let required = strings(object.get("required"));
        let key = |(name, property): (&'a String, &'a Value)| self.key(name, path, property);
        let mut keys: Vec<Key> = properties(object).map(key).collect();
        for key in &mut keys {
            key.required = required.contains(&key.name.as_str());
        }
        keys.sort_by_key(|key| !key.required);
        self.tables.push(Table {
            heading,
            description: description(object),
            keys,
        });
    }

    /// The tables that a key holds, if it holds any.
    fn below(&mut self, shown: &str, path: &str, property: &'a Value) {
        let target = self.target(property);
        if self.open.contains(&target.name) {
            return;
        }
        let depth = self.open.len();
        if !target.name.is_empty() {
            self.open.push(target.name);
        }
        self.within(shown, path, &target);
        self.open.truncate(depth);
    }

    fn within(&mut self, shown: &str, path: &str, target: &Target<'a>) {
        if target.name.starts_with(SHARED) {
            if self.shared.insert(target.name) {
                self.shared_choice(&title(target.name), path, target.schema);
            }
        } else if target.schema.get("properties").is_some() {
            self.table(shown, path, target.schema);
        } else if target.schema.get("oneOf").is_some() {
            self.variants(shown, path, target.schema);
        } else if let Some(items) = target.schema.get("items") {
            let item = self.target(items);
            if item.schema.get("properties").is_some() {
                self.table(shown, &format!("{path}[0]"), item.schema);
            }
        } else if let Some(each) = by_name(target.schema) {
            self.below(&dotted(shown, "NAME"), &dotted(path, "NAME"), each);
        }
    }

    /// A choice that many keys share: its words, then its tables.
    fn shared_choice(&mut self, heading: &str, path: &str, choice: &'a Value) {
        let mut keys = Vec::new();
        for variant in items(choice.get("oneOf")) {
            let named = properties(variant);
            keys.extend(named.map(|(name, property)| Key {
                description: description(variant),
                ..self.key(name, path, property)
            }));
        }
        self.tables.push(Table {
            heading: heading.to_owned(),
            description: description(choice),
            keys,
        });
        self.variants(heading, path, choice);
    }

    /// The tables among the variants of a choice.
    fn variants(&mut self, shown: &str, path: &str, choice: &'a Value) {
        for variant in items(choice.get("oneOf")) {
            for (name, property) in properties(variant) {
                let target = self.target(property);
                let (shown, path) = (dotted(shown, name), dotted(path, name));
                let list = target.schema.get("items").map(|items| self.target(items));
                if properties(target.schema).next().is_some() {
                    self.push(format!("[{shown}]"), &path, target.schema);
                    self.describe(variant);
                    for (name, property) in properties(target.schema) {
                        self.below(&dotted(&shown, name), &dotted(&path, name), property);
                    }
                } else if let Some(item) = list {
                    self.push(format!("[[{shown}]]"), &format!("{path}[0]"), item.schema);
                    self.describe(variant);
                }
            }
        }
    }

    /// A variant's words stand with the variant, not with its table.
    fn describe(&mut self, variant: &Value) {
        if let Some(last) = self.tables.last_mut() {
            last.description = description(variant);
        }
    }

    fn key(&self, name: &str, table: &str, property: &Value) -> Key {
        let target = self.target(property);
        let said = description(property);
        let path = match target.name.starts_with(SHARED) {
            true => format!("{}.fixed", dotted(table, name)),
            false => dotted(table, name),
        };
        Key {
            name: name.to_owned(),
            path,
            kind: self.kind(property),
            unit: unit(&target, &said),
            required: false,
            default: property.get("default").map(plain).unwrap_or_default(),
            description: match said.is_empty() {
                true => description(target.schema),
                false => said,
            },
        }
    }

    /// What a property stands for: the definition it refers to, `null` left out, or itself.
    fn target<'b>(&self, property: &'b Value) -> Target<'b>
    where
        'a: 'b,
    {
        let choices = items(property.get("anyOf"));
        let some = choices.into_iter().find(|each| each.get("$ref").is_some());
        let named = some.unwrap_or(property);
        let reference = named.get("$ref").and_then(Value::as_str);
        let name = reference.and_then(|path| path.strip_prefix("#/$defs/"));
        let found = name.and_then(|name| self.schema.get("$defs")?.get(name));
        Target {
            name: name.unwrap_or(""),
            schema: found.unwrap_or(named),
        }
    }

    fn kind(&self, property: &Value) -> String {
        let target = self.target(property);
        if target.name.starts_with(SHARED) {
            return format!("[distribution](#{})", anchor(&title(target.name)));
        }
        let schema = target.schema;
        let choices = items(schema.get("oneOf"));
        if !choices.is_empty() {
            let words: Vec<String> = choices.into_iter().flat_map(words).collect();
            return words.join(", ");
        }
        if let Some(list) = schema.get("items") {
            return format!("list of {}", self.kind(list));
        }
        if schema.get("properties").is_some() {
            return String::from("table");
        }
        if let Some(each) = by_name(schema) {
            return format!("by name: {}", self.kind(each));
        }
        match (target.name, schema.get("type")) {
            ("", Some(Value::String(kind))) => kind.clone(),
            ("", kinds) => {
                let kinds = strings(kinds).into_iter().filter(|kind| *kind != "null");
                kinds.collect::<Vec<_>>().join(" or ")
            }
            (name, _) => format!("[{name}](#{})", name.to_lowercase()),
        }
    }
}

/// What a table by name holds under each of them.
fn by_name(schema: &Value) -> Option<&Value> {
    let each = schema.get("additionalProperties")?;
    each.is_object().then_some(each)
}

/// A row of a cascade's table, which has no column of what is legal: that stands in the words.
pub(super) fn row_of(key: &Key) -> String {
    let default = match (key.required, key.default.is_empty()) {
        (true, _) => "required",
        (false, true) => "–",
        (false, false) => &key.default,
    };
    let Key {
        name, kind, unit, ..
    } = key;
    let words = key.description.replace('|', "\\|");
    format!("| `{name}` | {kind} | {unit} | {default} | {words} |\n")
}

/// The words that a variant of a choice may be written as.
fn words(variant: &Value) -> Vec<String> {
    let quoted = |word: &str| format!("`{word}`");
    let single = variant.get("const").and_then(Value::as_str);
    let several = strings(variant.get("enum"));
    let tables = properties(variant).map(|(name, _)| name.as_str());
    let all = single.into_iter().chain(several).chain(tables);
    all.map(quoted).collect()
}

fn unit(target: &Target<'_>, description: &str) -> &'static str {
    let counts = |kind: &Value| kind == "integer";
    match target.name {
        "Usd" | "Distribution_of_Usd" => "USD",
        "Base" => "base",
        "Price" => "USD per base",
        "TokenPrice" => "quote per token",
        "Ratio" | "Distribution_of_Ratio" => "ratio",
        "Rate" => "per year",
        "At" | "Moment" => "UTC",
        "" if target.schema.get("type").is_some_and(counts) => {
            match description.contains("econds") || description.contains("stale") {
                true => "s",
                false => "count",
            }
        }
        _ => "",
    }
}

fn dotted(above: &str, name: &str) -> String {
    match above.is_empty() {
        true => name.to_owned(),
        false => format!("{above}.{name}"),
    }
}

fn title(name: &str) -> String {
    name.replace('_', " ")
}

/// A heading's place in the page, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// A default for people: numbers without the zeros of their grid, tables not at all.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if is_number(text) => {
            format!("`{}`", text.trim_end_matches('0').trim_end_matches('.'))
        }
        Value::Null | Value::Object(_) => String::new(),
        Value::Array(list) if list.is_empty() => String::from("none"),
        Value::Array(list) if list.iter().any(Value::is_object) => {
            let each = list.iter().map(inline).collect::<Vec<_>>();
            format!("`[{}]`", each.join(", "))
        }
        other => format!("`{}`", inline(other)),
    }
}

fn is_number(text: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || "-.".contains(c);
    text.contains('.') && text.chars().all(digits)
}

/// A value as TOML writes it in one line.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) if is_number(text) => {
            format!("\"{}\"", text.trim_end_matches('0').trim_end_matches('.'))
        }
        Value::Object(map) => {
            let each = map
                .iter()
                .map(|(key, value)| format!("{key} = {}", inline(value)));
            format!("{{ {} }}", each.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn properties(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let map = object.get("properties").and_then(Value::as_object);
    map.into_iter().flatten()
}

fn description(value: &Value) -> String {
    let text = value.get("description").and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn items(value: Option<&Value>) -> Vec<&Value> {
    let list = value.and_then(Value::as_array);
    list.into_iter().flatten().collect()
}

fn strings(value: Option<&Value>) -> Vec<&str> {
    items(value).into_iter().filter_map(Value::as_str).collect()
}

/// The reference of all keys, `docs/scenario.md`. `legal` says of a path what the loader calls
/// legal there; `None` when every value of the type is.
#[must_use]
pub fn markdown(legal: &dyn Fn(&Key) -> Option<String>) -> String {
    let schema = super::scenario().to_value();
    let mut text = String::from(INTRODUCTION);
    for table in tables(&schema) {
        let heading = match table.heading.as_str() {
            "" => "Keys above all tables",
            heading => heading,
        };
        let heading = match heading.starts_with('[') {
            true => format!("`{heading}`"),
            false => heading.to_owned(),
        };
        text.push_str(&format!("\n### {heading}\n\n{}\n\n", table.description));
        text.push_str(
            "| key | type | unit | default | legal | meaning |\n|---|---|---|---|---|---|\n",
        );
        for key in &table.keys {
            let default = match (key.required, key.default.is_empty()) {
                (true, _) => "required",
                (false, true) => "–",
                (false, false) => &key.default,
            };
            let legal = legal(key).unwrap_or_else(|| String::from("–"));
            text.push_str(&format!(
                "| `{}` | {} | {} | {default} | {legal} | {} |\n",
                key.name,
                key.kind,
                key.unit,
                key.description.replace('|', "\\|"),
            ));
        }
    }
    text.push_str("\n## Kinds of values\n");
    for name in [
        "At",
        "Base",
        "FaultSource",
        "Moment",
        "Price",
        "Rate",
        "Ratio",
        "Seconds",
        "Usd",
    ] {
        let defined = schema.get("$defs").and_then(|defs| defs.get(name));
        let said = defined.map(description).unwrap_or_default();
        text.push_str(&format!("\n### {name}\n\n{said}\n"));
    }
    text
}

const INTRODUCTION: &str = "\
# Scenario files

A scenario is a TOML file that asks one question; `fixtures/scenarios` holds many. This page is
written from the JSON Schema of the format and from what the loader itself answers to illegal
values; a test holds it equal (`UPDATE_DOCS=1 cargo test -p seawall-report` rewrites it).

## In an editor

`seawall schema` prints the schema (JSON Schema, draft 2020-12); a copy is kept in
[schema/scenario.json](schema/scenario.json). An editor that speaks
[Taplo](https://taplo.tamasfe.dev) (Even Better TOML in VS Code, most language-server clients)
completes keys, shows their meaning and underlines what is wrong when the file begins with a line
such as

```toml
#:schema ../../docs/schema/scenario.json
```

The path is relative to the scenario file. In a checkout `.taplo.toml` names the schema for
everything below `fixtures/scenarios`, and no such line is needed. The schema knows keys and types;
ranges, sums and orders the loader checks, with file, line and column.

## Shapes

The least that a file states is a question, a seed, `[time]`, `[market]`, `[capital]`, `[terms]` and
`[price]`; the example of the library's front page is one. A key whose type is a list of words takes
one of them, and a word that carries a value is a table with that one key:

```toml
terms = { native = {} }                          # or { common = { initial = \"2%\", maintenance = \"1%\" } }
price.points.points = [{ at = 0, price = \"100\" }] # or price.csv.file = \"prices.csv\"
leverage = { fixed = \"5\" }                       # or uniform, lognormal, choice
kind = \"outage\"                                  # of a fault; or \"stuck\", { delay = 20 }, { deviation = \"3%\" }
design = \"instant\"                               # of a feed; or { push = { deviation = \"0.5%\", heartbeat = 3600 } }
when = { drawdown = \"5%\" }                       # of [[lps.leave]]; or { coverage = \"25%\" }, { news = \"name\" }, { at = 60 }
do = { close = \"50%\" }                           # of [[traders]]; or { flip = \"50%\" }, { add_margin = \"100\" }
exit = \"gap_gone\"                                # of [[arbitrageurs]]; or { after = 30 }
trades_on = \"mark_lag\"                           # of [[arbitrageurs]]; or \"stale_quotes\"
claim = \"all\"                                    # of [[liquidity]]; or provide = \"100\", redeem = \"100\"
```

A tranched market whose feeds all push needs a half-spread of at least their deviation (M-3.2):
`venues.tranched.ladder.half_spread = \"0.5%\"`, or one feed of another design beside them.

## Several markets

A file may state `[[markets]]` instead of one market, each with a `name`. A market may state every
key below but `question` and `time`; what it states stands in the place of what the file states for
all, table by table. A market without a `seed` of its own draws from the file's seed and its name.
`fixtures/scenarios/two-markets-isolated.toml` is one. `--market NAME` takes one market out of a
file: as none reaches another, its figures are the same.

## Tables

Money, prices, sizes, ratios and rates are strings or whole numbers, never floats (JSON Schema
cannot tell `100.0` from `100`; the loader does). *Legal* is what
the loader says when it refuses; – means whatever the type takes.
";

/// The reference of a kind of file: its keys table by table, then what kinds of values are.
pub(super) fn page(introduction: &str, schema: &Value, kinds: &[&str]) -> String {
    let mut text = String::from(introduction);
    for table in tables_of(schema) {
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
    for name in kinds {
        let defined = schema.get("$defs").and_then(|defs| defs.get(name));
        let said = defined.and_then(|one| one.get("description")?.as_str());
        if let Some(said) = said {
            text.push_str(&format!("\n### {name}\n\n{said}\n"));
        }
    }
    text
}
