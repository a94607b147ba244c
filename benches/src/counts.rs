//! Instruction counts of one run of `benches/instructions.rs` against the ones on record.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What was counted, and on what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The processor.
    pub machine: String,
    /// The compiler, as it names itself.
    pub rustc: String,
    /// Valgrind, as it names itself.
    pub valgrind: String,
    /// By how many percent a count may differ, up or down.
    pub tolerance_percent: u64,
    /// Instructions by bench.
    pub counts: BTreeMap<String, u64>,
}

/// One bench whose count is not the one on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Counted, and not on record.
    New(String, u64),
    /// On record, and not counted.
    Missing(String),
    /// Both, further apart than the tolerance: the record's, then the run's.
    Moved(String, u64, u64),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New(name, count) => write!(f, "{name}: {count} counted, nothing on record"),
            Self::Missing(name) => write!(f, "{name}: on record, not counted"),
            Self::Moved(name, old, new) => {
                let percent = percent(*old, *new);
                write!(f, "{name}: {old} on record, {new} counted, {percent:+.2} %")
            }
        }
    }
}

/// By how many percent a count has moved.
#[must_use]
pub fn percent(old: u64, new: u64) -> f64 {
    (new as f64 / old as f64 - 1.0) * 100.0
}

/// The counts in what a run printed with `--output-format=json`: one JSON object a bench.
///
/// **Errors** when a line is no JSON or lacks a name or a count.
pub fn counts(output: &str) -> Result<BTreeMap<String, u64>, String> {
    let lines = output.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(n, line)| count(line).map_err(|what| format!("line {}: {what}", n + 1)))
        .collect()
}

fn count(line: &str) -> Result<(String, u64), String> {
    let bench: serde_json::Value = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let text = |key: &str| bench.get(key).and_then(serde_json::Value::as_str);
    let function = text("function_name").ok_or("no function_name")?;
    let name = match text("id") {
        Some(id) => format!("{function}.{id}"),
        None => function.to_owned(),
    };
    let instructions = bench.pointer("/profiles/0/data/total/metrics/Ir/values/new");
    let instructions = instructions.and_then(serde_json::Value::as_u64);
    Ok((name, instructions.ok_or("no count of instructions")?))
}

impl Record {
    /// Every bench of which a run says something else, by name.
    #[must_use]
    pub fn differences(&self, run: &BTreeMap<String, u64>) -> Vec<Difference> {
        let counted = run.iter().filter_map(|(name, new)| {
            let name = name.clone();
            match self.counts.get(&name) {
                None => Some(Difference::New(name, *new)),
                Some(old) if self.allows(*old, *new) => None,
                Some(old) => Some(Difference::Moved(name, *old, *new)),
            }
        });
        let missing = self.counts.keys().filter(|name| !run.contains_key(*name));
        counted
            .chain(missing.cloned().map(Difference::Missing))
            .collect()
    }

    fn allows(&self, old: u64, new: u64) -> bool {
        u128::from(old.abs_diff(new)) * 100 <= u128::from(old) * u128::from(self.tolerance_percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"function_name":"path","id":"pool","profiles":[{"data":{"total":{"metrics":{"Ir":{"values":{"new":1000,"old":7}}}}}}]}"#;

    fn record(counts: &[(&str, u64)]) -> Record {
        Record {
            machine: String::new(),
            rustc: String::new(),
            valgrind: String::new(),
            tolerance_percent: 2,
            counts: map(counts),
        }
    }

    fn map(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
        counts.iter().map(|(n, c)| ((*n).to_owned(), *c)).collect()
    }

    #[test]
    fn a_run_is_read() {
        let plain = LINE.replace(r#""id":"pool","#, "");
        let run = counts(&format!("{LINE}\n\n{plain}\n"));
        assert_eq!(run, Ok(map(&[("path", 1_000), ("path.pool", 1_000)])));
        let error = counts(&format!("{LINE}\n{{}}"));
        assert_eq!(error, Err("line 2: no function_name".to_owned()));
        assert!(counts(&LINE.replace("Ir", "Dr")).is_err());
    }

    #[test]
    fn two_percent_are_allowed_up_and_down_and_no_more() {
        let record = record(&[("a", 1_000), ("b", 1_000), ("c", 1_000), ("d", 1_000)]);
        let run = map(&[("a", 1_020), ("b", 1_021), ("c", 980), ("d", 979)]);
        let moved = |name: &str, new| Difference::Moved(name.to_owned(), 1_000, new);
        assert_eq!(
            record.differences(&run),
            [moved("b", 1_021), moved("d", 979)]
        );
    }

    #[test]
    fn what_only_one_of_the_two_knows_is_a_difference() {
        let differences = record(&[("old", 1)]).differences(&map(&[("new", 5)]));
        let expected = [
            Difference::New("new".to_owned(), 5),
            Difference::Missing("old".to_owned()),
        ];
        assert_eq!(differences, expected);
    }
}
