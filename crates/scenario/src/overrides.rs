//! What is put in the place of a file's statements: `--set KEY=VALUE`.

use crate::ScenarioError;

/// Keys and the values that are put in their place, in the order given.
///
/// A key is the dotted path in the file: `capital.tranched.junior`, `positions.drawn[0].count`,
/// `venues.tranched.insurance_target`. Absent tables are made. A value is TOML when it is an
/// integer, `true`, `false`, a quoted text, a list or an inline table; anything else is taken as
/// the text that it is, so that money and ratios need no quotes.
///
/// Three keys move capital between the tranches and leave its sum alone (M-11.1):
/// `market.junior` and `market.insurance` give the tranche this amount and take the difference
/// from Senior; `market.senior` takes it from Junior.
///
/// ```
/// use seawall_scenario::Overrides;
/// let overrides = Overrides::parse(["seed=7", "market.junior=3000000"])?;
/// assert_eq!(overrides.iter().count(), 2);
/// let error = Overrides::parse(["seed=7", "seed=8"]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "error: `--set seed=8` contradicts `--set seed=7`; legal: one value for a key"
/// );
/// # Ok::<(), seawall_scenario::ScenarioError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    list: Vec<(String, String)>,
}

/// A key that has another value than in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The dotted path.
    pub key: String,
    /// What the file states, as it is written there; `None` when it states nothing.
    pub before: Option<String>,
    /// What stands in its place.
    pub after: String,
}

impl Overrides {
    /// From texts of the form `KEY=VALUE`.
    ///
    /// **Errors** [`ScenarioError::Flag`] for a text of another form, for one key with two values
    /// and for a key below another key.
    pub fn parse<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, ScenarioError> {
        let mut overrides = Self::default();
        for text in texts {
            let text = text.as_ref();
            let Some((key, value)) = text.split_once('=') else {
                return Err(refused(text, "has no `=`", "KEY=VALUE"));
            };
            overrides.add(key.trim(), value.trim())?;
        }
        Ok(overrides)
    }

    /// One more key.
    fn add(&mut self, key: &str, value: &str) -> Result<(), ScenarioError> {
        let flag = format!("{key}={value}");
        if !is_path(key) {
            let legal = "a dotted path such as capital.total or positions.drawn[0].count";
            return Err(refused(&flag, "names no key", legal));
        }
        if value.is_empty() {
            return Err(refused(&flag, "has no value", "KEY=VALUE"));
        }
        for (other, stated) in &self.list {
            let contradicts = format!("contradicts `--set {other}={stated}`");
            if other == key && stated == value {
                return Ok(());
            }
            if other == key {
                return Err(refused(&flag, &contradicts, "one value for a key"));
            }
            if [(other.as_str(), stated.as_str()), (key, value)]
                .into_iter()
                .any(is_list_of_venues)
            {
                continue;
            }
            if is_above(other, key) || is_above(key, other) {
                let legal = "a key, or the table above it, not both";
                return Err(refused(&flag, &contradicts, legal));
            }
        }
        self.list.push((key.to_owned(), value.to_owned()));
        Ok(())
    }

    /// The same with `key` set to `value`, whatever was put there before.
    ///
    /// **Errors** as [`Overrides::parse`].
    pub fn with(&self, key: &str, value: &str) -> Result<Self, ScenarioError> {
        let mut overrides = Self::default();
        let others = self.list.iter().filter(|(other, _)| other != key);
        overrides.list.extend(others.cloned());
        overrides.add(key, value)?;
        Ok(overrides)
    }

    /// Whether nothing is put in the place of anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Key and value of each, as they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let each = self.list.iter();
        each.map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// A sweep's `venues`, which is above nothing: `venues.tranched` is a table of the scenario.
fn is_list_of_venues((key, value): (&str, &str)) -> bool {
    key == "venues" && value.starts_with('[')
}

pub(crate) fn refused(flag: &str, found: &str, legal: &str) -> ScenarioError {
    ScenarioError::Flag {
        flag: flag.chars().take(200).collect(),
        found: found.to_owned(),
        legal: legal.to_owned(),
    }
}

/// Whether a text is a dotted path: names of letters, digits, `_` and `-`, each with any number of
/// places in lists behind it.
pub(crate) fn is_path(text: &str) -> bool {
    let is_name = |name: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        !name.is_empty() && name.chars().all(legal)
    };
    let is_step = |step: &str| {
        let mut parts = step.split('[');
        let name = parts.next().unwrap_or_default();
        let is_place = |part: &str| {
            let digits = part.strip_suffix(']').unwrap_or_default();
            !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
        };
        is_name(name) && parts.all(is_place)
    };
    text.split('.').all(is_step)
}

/// Whether one path is a table or list that the other lies in.
fn is_above(above: &str, below: &str) -> bool {
    let rest = below.strip_prefix(above);
    rest.is_some_and(|rest| rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_names_and_places() {
        for legal in ["seed", "a.b_c.d-e", "positions.drawn[0].count", "a[1][2]"] {
            assert!(is_path(legal), "{legal}");
        }
        for wrong in [
            "", ".", "a.", ".a", "a b", "a[x]", "a[", "[0]", "a[]", "a[0", "ä",
        ] {
            assert!(!is_path(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_same_value_twice_is_no_contradiction() {
        let overrides = Overrides::parse(["seed=7", "seed=7"]).unwrap();
        assert_eq!(overrides.iter().count(), 1);
        let replaced = overrides.with("seed", "8").unwrap();
        assert_eq!(replaced.iter().collect::<Vec<_>>(), [("seed", "8")]);
    }

    #[test]
    fn a_key_and_a_table_above_it_contradict() {
        for pair in [["a.b=1", "a={}"], ["a={}", "a.b=1"], ["a=[]", "a[0]=1"]] {
            let error = Overrides::parse(pair).unwrap_err().to_string();
            assert!(error.contains("contradicts"), "{error}");
        }
        assert!(Overrides::parse(["a.bc=1", "a.b=1"]).is_ok());
    }
}
