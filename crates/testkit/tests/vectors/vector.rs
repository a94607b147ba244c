//! The form of a file of vectors, and the comparison.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use rust_decimal::Decimal;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(rename = "vector")]
    pub(crate) vectors: Vec<Vector>,
}

/// One golden number, or several that come out of one call.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) function: String,
    pub(crate) source: String,
    pub(crate) given: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) expect: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) printed: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) differs: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(untagged)]
pub(crate) enum Value {
    One(String),
    Many(Vec<Value>),
}

/// What a function gave, by key.
pub(crate) type Outcome = BTreeMap<&'static str, Value>;

/// One figure as text, without zeros at its end.
pub(crate) fn one(figure: impl Display) -> Value {
    Value::One(plain(&figure.to_string()))
}

pub(crate) fn many<T: Display>(figures: impl IntoIterator<Item = T>) -> Value {
    Value::Many(figures.into_iter().map(one).collect())
}

/// A price that may not exist.
pub(crate) fn perhaps<T: Display>(figure: Option<T>) -> Value {
    figure.map_or_else(|| Value::One("none".to_owned()), one)
}

fn plain(text: &str) -> String {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    }
}

impl Value {
    fn plain(&self) -> Self {
        match self {
            Self::One(text) => Self::One(plain(text)),
            Self::Many(values) => Self::Many(values.iter().map(Self::plain).collect()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::One(text) => text,
            Self::Many(_) => panic!("a list where one figure was looked for"),
        }
    }

    /// Whether this exact figure, rounded to the places of `printed`, is that.
    fn rounds_to(&self, printed: &Self) -> bool {
        match (self, printed) {
            (Self::One(ours), Self::One(printed)) => {
                let (Ok(ours), Ok(wanted)) = (ours.parse::<Decimal>(), printed.parse::<Decimal>())
                else {
                    return false;
                };
                let half = Decimal::new(5, wanted.scale().saturating_add(1));
                (ours - wanted).abs() <= half
            }
            (Self::Many(ours), Self::Many(printed)) => {
                ours.len() == printed.len() && ours.iter().zip(printed).all(|(a, b)| a.rounds_to(b))
            }
            _ => false,
        }
    }
}

impl Vector {
    pub(crate) fn value(&self, key: &str) -> &Value {
        let found = self.given.get(key);
        found.unwrap_or_else(|| panic!("{}: `{key}` is not given", self.name))
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.given.contains_key(key)
    }

    /// A given figure.
    pub(crate) fn given<T: FromStr>(&self, key: &str) -> T {
        self.parsed(key, self.value(key).text())
    }

    /// A given list of figures.
    pub(crate) fn list<T: FromStr>(&self, key: &str) -> Vec<T> {
        let values = match self.value(key) {
            Value::Many(values) => values.iter(),
            Value::One(_) => panic!("{}: `{key}` is no list", self.name),
        };
        values.map(|each| self.parsed(key, each.text())).collect()
    }

    /// A given list of lists of figures.
    pub(crate) fn lists<T: FromStr>(&self, key: &str) -> Vec<Vec<T>> {
        let Value::Many(lists) = self.value(key) else {
            panic!("{}: `{key}` is no list", self.name);
        };
        let list = |list: &Value| match list {
            Value::Many(list) => list
                .iter()
                .map(|each| self.parsed(key, each.text()))
                .collect(),
            Value::One(_) => panic!("{}: `{key}` holds no lists", self.name),
        };
        lists.iter().map(list).collect()
    }

    /// A given list of pairs.
    pub(crate) fn pairs<A: FromStr, B: FromStr>(&self, key: &str) -> Vec<(A, B)> {
        let Value::Many(pairs) = self.value(key) else {
            panic!("{}: `{key}` is no list", self.name);
        };
        let pair = |pair: &Value| match pair {
            Value::Many(pair) => match pair.as_slice() {
                [a, b] => (self.parsed(key, a.text()), self.parsed(key, b.text())),
                _ => panic!("{}: `{key}` holds no pairs", self.name),
            },
            Value::One(_) => panic!("{}: `{key}` holds no pairs", self.name),
        };
        pairs.iter().map(pair).collect()
    }

    fn parsed<T: FromStr>(&self, key: &str, text: &str) -> T {
        let parsed = text.parse();
        parsed.unwrap_or_else(|_| panic!("{}: `{key}` cannot be {text}", self.name))
    }

    /// Where what came out is not what is expected or printed.
    pub(crate) fn faults(&self, outcome: &Outcome) -> Vec<String> {
        let mut faults = Vec::new();
        for (key, wanted) in &self.expect {
            let found = outcome.get(key.as_str());
            if found.map(Value::plain) != Some(wanted.plain()) {
                faults.push(format!("`{key}` is {found:?}, not {wanted:?}"));
            }
        }
        for (key, printed) in &self.printed {
            let ours = self.expect.get(key).or_else(|| outcome.get(key.as_str()));
            let agrees = ours.is_some_and(|ours| ours.rounds_to(printed));
            match (agrees, self.differs.contains_key(key)) {
                (false, false) => {
                    faults.push(format!("`{key}` is printed as {printed:?}, not {ours:?}"));
                }
                (true, true) => faults.push(format!("`{key}` does not differ")),
                _ => {}
            }
        }
        let strangers = self
            .differs
            .keys()
            .filter(|key| !self.printed.contains_key(*key));
        faults.extend(strangers.map(|key| format!("`{key}` differs from nothing printed")));
        if self.expect.is_empty() && self.printed.is_empty() {
            faults.push("nothing is expected".to_owned());
        }
        faults
    }
}
