//! Every parameter that a run goes by, defaults included, and what differs between scenarios.

use std::collections::{BTreeMap, BTreeSet};

use seawall_scenario::Scenario;
use serde_json::Value;

use crate::entrants::load;
use crate::{SimError, VenueName, decimal, on_grid};

/// Tables of a file that say nothing about the run.
const WORDS: [&str; 4] = ["question", "observed", "assumed", "expected"];

/// A key that has not the same value in all of several scenarios.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The dotted path of the parameter.
    pub key: String,
    /// Its value in each scenario, in their order; `None` where it has none.
    pub values: Vec<Option<String>>,
}

/// Every parameter of a scenario by its dotted path: what the file states, and every venue's
/// parameters with their defaults.
///
/// A venue's `oracle` is left out unless the file states one for it: it is the scenario's own. So
/// are the question and the notes, which no run goes by.
///
/// **Errors** [`SimError`] when a parameter of a venue is not legal.
pub fn parameters(scenario: &Scenario) -> Result<BTreeMap<String, String>, SimError> {
    let mut list = BTreeMap::new();
    let mut file = serde_json::to_value(scenario.file()).unwrap_or(Value::Null);
    if let Value::Object(tables) = &mut file {
        tables.retain(|key, _| key != "venues" && !WORDS.contains(&key.as_str()));
    }
    flatten("", &file, &mut list);
    for name in VenueName::ALL {
        let entrant = load(name, scenario)?;
        let mut own = entrant.parameters().unwrap_or(Value::Null);
        let venues = &scenario.file().venues;
        let stated = match name {
            VenueName::Tranched => &venues.tranched,
            VenueName::Hyperliquid => &venues.hyperliquid,
            VenueName::Gmx => &venues.gmx,
        };
        if let (Value::Object(tables), false) = (&mut own, stated.contains_key("oracle")) {
            tables.remove("oracle");
        }
        flatten(&format!("venues.{name}"), &own, &mut list);
    }
    Ok(list)
}

/// Every parameter of one venue, its defaults included, as its table in a scenario file.
///
/// **Errors** [`SimError`] when one of them is not legal.
pub fn venue_parameters(scenario: &Scenario, venue: VenueName) -> Result<Value, SimError> {
    let entrant = load(venue, scenario)?;
    Ok(entrant.parameters().unwrap_or(Value::Null))
}

/// The parameters that are not the same in all scenarios, by key.
///
/// The file of recorded prices counts by its bytes: as `price` when the same name stands for
/// other prices.
///
/// **Errors** as [`parameters`].
pub fn differences(scenarios: &[Scenario]) -> Result<Vec<Difference>, SimError> {
    let lists = scenarios.iter().map(parameters);
    let lists = lists.collect::<Result<Vec<_>, _>>()?;
    let keys: BTreeSet<&String> = lists.iter().flat_map(BTreeMap::keys).collect();
    let mut found = Vec::new();
    for key in keys {
        let values: Vec<Option<String>> = lists.iter().map(|list| list.get(key).cloned()).collect();
        if values.iter().any(|value| Some(value) != values.first()) {
            let values = values.into_iter().map(|value| value.map(plain)).collect();
            let key = key.clone();
            found.push(Difference { key, values });
        }
    }
    let says_price = found.iter().any(|each| each.key.starts_with("price."));
    let mut paths = scenarios.iter().map(Scenario::path);
    let first = paths.next();
    let same_span = !found.iter().any(|each| each.key.starts_with("time."));
    if !says_price && same_span && paths.any(|path| Some(path) != first) {
        let hash = |scenario: &Scenario| {
            let head: String = scenario.hash().chars().take(12).collect();
            Some(format!("recorded prices of scenario {head}"))
        };
        let values = scenarios.iter().map(hash).collect();
        let key = String::from("price");
        found.push(Difference { key, values });
    }
    Ok(found)
}

/// A decimal number without zeros that say nothing; any other text as it is.
fn plain(text: String) -> String {
    let places = text.split_once('.').map_or(0, |(_, part)| part.len());
    let places = u32::try_from(places).unwrap_or(0);
    on_grid(&text, places).map_or(text, |units| decimal(units, places))
}

/// The leaves of a value by their dotted paths.
fn flatten(path: &str, value: &Value, list: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = match path {
                    "" => key.clone(),
                    _ => format!("{path}.{key}"),
                };
                flatten(&path, value, list);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                flatten(&format!("{path}[{index}]"), value, list);
            }
        }
        Value::String(text) => {
            list.insert(path.to_owned(), text.clone());
        }
        other => {
            list.insert(path.to_owned(), other.to_string());
        }
    }
}
