//! The nearest of several names.

/// How alike two names must be, from 0 to 1 of Jaro and Winkler, to be taken for a slip.
const LEAST_LIKENESS: f64 = 0.75;

/// The name that is most like `typed`, if one is like it at all.
///
/// ```
/// use seawall_scenario::nearest;
/// assert_eq!(nearest("junor", ["senior", "junior"]), Some("junior"));
/// assert_eq!(nearest("xyz", ["senior", "junior"]), None);
/// ```
#[must_use]
pub fn nearest<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let likeness = |name: &str| strsim::jaro_winkler(typed, name);
    let best = names
        .into_iter()
        .map(|name| (likeness(name), name))
        .reduce(|best, one| if one.0 > best.0 { one } else { best });
    best.filter(|(likeness, _)| *likeness >= LEAST_LIKENESS)
        .map(|(_, name)| name)
}

/// What serde says of an unknown field or variant, with the nearest of the names that it lists.
pub(crate) fn with_suggestion(message: &str) -> String {
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let mut quoted = message.split('`').skip(1).step_by(2);
    let found = quoted
        .next()
        .filter(|_| unknown)
        .and_then(|typed| nearest(typed, quoted));
    match found {
        Some(name) => format!("{message}; did you mean `{name}`?"),
        None => message.to_owned(),
    }
}

/// The same where these names are legal too.
pub(crate) fn with_suggestion_among(message: &str, others: &[&str]) -> String {
    match message.split_once(", expected one of ") {
        Some((unknown, names)) if unknown.starts_with("unknown field") && !others.is_empty() => {
            let others: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
            with_suggestion(&format!(
                "{unknown}, expected one of {}, {names}",
                others.join(", ")
            ))
        }
        _ => with_suggestion(message),
    }
}

#[cfg(test)]
mod tests {
    use super::with_suggestion;

    #[test]
    fn only_slips_are_mended() {
        let check = |message: &str, end: &str| {
            assert_eq!(with_suggestion(message), format!("{message}{end}"));
        };
        check(
            "unknown field `seeed`, expected one of `question`, `seed`",
            "; did you mean `seed`?",
        );
        check("unknown field `x`, expected one of `question`, `seed`", "");
        check("missing field `seed`", "");
        check("invalid value: string `seeed`, expected one of `seed`", "");
    }
}
