//! What the loader calls legal: asked by giving it what is not.

use std::path::Path;

use seawall_report::schema::Key;
use seawall_scenario::Scenario;
use toml::{Table, Value};

/// A scenario that states something in every table.
const EVERYTHING: &str = r#"
question = "What is legal?"
seed = 1
[time]
start = "2025-10-10T21:00:00Z"
end = "2025-10-10T21:01:00Z"
[market]
coin = "BTC"
[capital]
total = "10000"
tranched = { senior = "7900", junior = "2000", insurance = "100" }
orderbook = { makers = "9000", backstops = ["1000"] }
[terms.common]
initial = "2%"
maintenance = "1%"
[price.points]
points = [{ at = 0, price = "100" }]
[[positions.each]]
account = "somebody"
side = "long"
size = "1"
entry = "100"
margin = "50"
[[positions.drawn]]
name = "crowd"
count = 1
long_share = "0.5"
notional = { fixed = "10" }
leverage = { fixed = "2" }
entry = { fixed = "1" }
[[orders]]
at = 1
account = "somebody"
side = "long"
size = "1"
margin = "50"
[[orders_drawn]]
name = "flow"
per_minute = "1"
long_share = "0.5"
notional = { fixed = "10" }
leverage = { fixed = "2" }
[[margin_added]]
at = 1
account = "somebody"
amount = "1"
[[liquidity]]
at = 1
lp = "provider"
tranche = "junior"
provide = "1"
[[recoveries]]
at = 1
amount = "1"
[[bidders]]
name = "bidder"
capital = "1000"
discount = "1%"
[bidders.vanish]
when = { own_loss = "10%" }
[[news]]
name = "news"
at = 1
text = "something"
[[lps]]
name = "lps"
tranche = "junior"
stake = "100"
count = 2
hhi = "0.5"
[[lps.leave]]
when = { drawdown = "5%" }
[[traders]]
name = "rule"
of = "crowd"
when = { margin_ratio = "5%" }
do = { add_margin = "1" }
[oracle]
sources = 3
[[oracle.faults]]
source = 0
kind = "outage"
[venues.tranched]
limits.margin = { initial = "2%", maintenance = "1%" }
[venues.hyperliquid]
tiers = [{ above = "0", max_leverage = 40 }]
book.segments = [{ to = "1%", share = "1" }]
[venues.gmx]
"#;

/// What stands for a whole distribution where one of its numbers is asked for.
const UNIFORM: &str = r#"uniform = { min = "1", max = "2" }"#;
const LOGNORMAL: &str = r#"lognormal = { median = "1", sigma = "1", min = "1", max = "2" }"#;
const CHOICE: &str = r#"choice = [{ value = "1", weight = "1" }]"#;

/// Values that hardly any key takes.
fn candidates(kind: &str) -> Vec<Value> {
    let text = |text: &str| Value::String(text.to_owned());
    let (integers, texts): (&[i64], &[&str]) = if kind == "integer" {
        let most = [u16::MAX.into(), u32::MAX.into(), i64::MAX];
        return [0, most[0], most[1], most[2]].map(Value::Integer).to_vec();
    } else if kind.contains("At") || kind.contains("Moment") {
        (&[], &["1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z"])
    } else if kind == "string" {
        (&[], &[""])
    } else {
        (&[-1, 0, 1_000_000_000], &["-1000000000"])
    };
    let integers = integers.iter().copied().map(Value::Integer);
    integers
        .chain(texts.iter().map(|each| text(each)))
        .collect()
}

/// What the loader says is legal at this key; `None` when it refuses none of the candidates.
pub(crate) fn legal(key: &Key) -> Option<String> {
    let mut answers: Vec<String> = Vec::new();
    for candidate in candidates(&kind(key)) {
        let answer = refusal(&key.path, candidate);
        answers.extend(answer.filter(|answer| !answers.contains(answer)));
    }
    (!answers.is_empty()).then(|| answers.join("; "))
}

/// What the loader answers to a value that no whole number is, or that its type cannot hold: the
/// line of the error, and the lines below it.
pub(crate) fn answer_to(key: &Key, value: Value) -> Option<String> {
    error(&key.path, value)
}

/// The legal range in an answer about this key.
pub(crate) fn range_in(answer: &str, key: &Key) -> Option<String> {
    let said = answer.lines().next()?;
    let about = said.strip_prefix("error: `")?.strip_prefix(&key.path)?;
    let (_, legal) = about.strip_prefix('`')?.split_once("legal: ")?;
    Some(general(legal))
}

fn kind(key: &Key) -> String {
    let word = key
        .kind
        .trim_start_matches("list of ")
        .trim_start_matches('[');
    word.split(']').next().unwrap().to_owned()
}

fn error(path: &str, value: Value) -> Option<String> {
    let mut file: Table = EVERYTHING.parse().unwrap();
    put(&mut file, path, value);
    let text = toml::to_string(&file).unwrap();
    let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    match Scenario::parse(&text, "legal.toml", &none) {
        Err(error) => Some(error.to_string()),
        // The parameters of venues are checked when these are prepared; none is run.
        Ok(scenario) => match seawall_sim::compare(&scenario, &[]) {
            Err(error) => Some(error.to_string()),
            Ok(_) => None,
        },
    }
}

fn refusal(path: &str, value: Value) -> Option<String> {
    let error = error(path, value)?;
    let said = error.lines().next().unwrap();
    let about = said.strip_prefix("error: `")?.strip_prefix(path)?;
    if !about.starts_with(['`', '[']) {
        return None;
    }
    let (_, legal) = about.split_once("legal: ")?;
    Some(general(legal))
}

/// The answer without the figures of the file that was asked about.
fn general(legal: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut skips = 0;
    for word in legal.split(' ') {
        let named = words.last().is_some_and(|last| last.ends_with('`'));
        match (skips, word) {
            (0, "=") if named => skips = 1,
            (0, _) => words.push(word),
            _ => skips -= 1,
        }
    }
    let words: Vec<&str> = words.into_iter().map(without_zeros).collect();
    let text = words
        .join(" ")
        .replace("2025-10-10T21:00:00Z", "`time.start`");
    text.replace("2025-10-10T21:01:00Z", "`time.end`")
}

/// A number without the zeros of its grid.
fn without_zeros(word: &str) -> &str {
    let is_number = word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    match is_number {
        true => word.trim_end_matches('0').trim_end_matches('.'),
        false => word,
    }
}

/// Puts a value at a path, taking away what may not stand beside it.
fn put(file: &mut Table, path: &str, value: Value) {
    for (variant, table) in [
        (".mark_fall.", r#"mark_fall = { by = "1%", within = 1 }"#),
        (".mark_rise.", r#"mark_rise = { by = "1%", within = 1 }"#),
        (".volatility.", r#"volatility = { by = "1%", within = 1 }"#),
        (".delay.uniform.", "uniform = { min = 1, max = 2 }"),
        (
            ".delay.lognormal.",
            r#"lognormal = { median = 1, sigma = "1", min = 1, max = 2 }"#,
        ),
        (
            ".delay.choice[0].",
            r#"choice = [{ value = 1, weight = "1" }]"#,
        ),
        (".uniform.", UNIFORM),
        (".lognormal.", LOGNORMAL),
        (".choice[0].", CHOICE),
    ] {
        if let Some((above, _)) = path.split_once(variant) {
            let delay = if variant.starts_with(".delay") {
                ".delay"
            } else {
                ""
            };
            let above = format!("{above}{delay}");
            put(file, &above, Value::Table(table.parse().unwrap()));
            break;
        }
    }
    if path.starts_with("price.csv") {
        file.insert("price".into(), Value::Table(Table::new()));
    }
    let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
    let table = at(file, above);
    if above.ends_with(".when") || above.ends_with(".do") {
        // One of several causes or acts.
        table.clear();
    }
    let apart: &[&str] = match name {
        "size" => &["notional"],
        "notional" => &["size"],
        "margin" => &["leverage"],
        "leverage" => &["margin"],
        "close" => &["side", "size", "notional", "margin", "leverage"],
        "provide" => &["redeem"],
        "redeem" => &["provide"],
        _ => &[],
    };
    if above.starts_with("orders[") || above.starts_with("positions.each") || name == "redeem" {
        for other in apart {
            table.remove(*other);
        }
    }
    let value = match table.get(name) {
        Some(Value::Array(_)) => Value::Array(vec![value]),
        _ => value,
    };
    table.insert(name.to_owned(), value);
}

/// The table at a path, made where it is not.
fn at<'a>(file: &'a mut Table, path: &str) -> &'a mut Table {
    let mut table = file;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let name = step.trim_end_matches("[0]");
        let empty = match name == step {
            true => Value::Table(Table::new()),
            false => Value::Array(vec![Value::Table(Table::new())]),
        };
        if table.get(name).is_none_or(|value| value.is_str()) {
            table.insert(name.to_owned(), empty);
        }
        table = match table.get_mut(name).unwrap() {
            Value::Array(list) => list[0].as_table_mut().unwrap(),
            other => other.as_table_mut().unwrap(),
        };
    }
    table
}
