//! A scenario's text and what flags put in its place.

use std::ops::Range;
use std::sync::Arc;

use seawall_units::Usd;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::document::{Document, place, steps, unsafe_depth};
use crate::overrides::refused;
use crate::{Change, Overrides, ScenarioError};

/// The name under which a value is parsed, with its sign of equality.
pub(crate) const HEAD: &str = "v = ";

/// A text with its edits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Source {
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) edits: Vec<Edit>,
    pub(crate) changes: Vec<Change>,
}

/// A value that a flag puts at a key.
///
/// Places in it are counted on from the end of the file's text, so that the place of an error
/// tells whether it lies in the file or in a flag, and in which.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Edit {
    /// The dotted path in the file.
    pub(crate) key: String,
    /// The flag as it was given, without `--set`.
    pub(crate) shown: String,
    /// Blanks up to the value's place, then the value as TOML.
    padded: String,
    base: usize,
    named: usize,
    /// Where it is stated, when that is a file and no flag.
    stated: Option<Stand>,
}

/// A place in the text of a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stand {
    pub(crate) file: String,
    pub(crate) text: Arc<str>,
    pub(crate) span: Range<usize>,
}

impl Edit {
    pub(crate) fn new(base: usize, key: &str, (name, given): (&str, &str), value: &str) -> Self {
        let place = base.saturating_add(name.len()).saturating_add(1);
        let blanks = " ".repeat(place.saturating_sub(HEAD.len()));
        Self {
            key: key.to_owned(),
            shown: format!("{name}={given}"),
            padded: format!("{blanks}{HEAD}{value}"),
            base,
            named: name.len(),
            stated: None,
        }
    }

    /// The same, stated in a file.
    pub(crate) fn stated_at(self, place: Stand) -> Self {
        let stated = Some(place);
        Self { stated, ..self }
    }

    /// An error in it: at its place in the flag, or in the file that states it.
    pub(crate) fn fault(&self, span: Range<usize>, field: &str, message: &str) -> ScenarioError {
        match &self.stated {
            Some(at) => place(&at.file, &at.text, at.span.clone(), field, message),
            None => place("--set", &self.shown, span, field, message),
        }
    }

    /// The first place after it.
    pub(crate) fn end(&self) -> usize {
        let end = self.padded.len().saturating_add(HEAD.len());
        end.max(self.base.saturating_add(self.shown.len()))
    }

    /// Whether a place lies in it.
    pub(crate) fn covers(&self, place: usize) -> bool {
        (self.base..self.end()).contains(&place)
    }

    /// A place in it as a place in what is shown.
    pub(crate) fn within(&self, span: Range<usize>) -> Range<usize> {
        let at = |place: usize| place.saturating_sub(self.base).min(self.shown.len());
        at(span.start)..at(span.end)
    }

    /// The place of its key.
    pub(crate) fn key_span(&self) -> Range<usize> {
        self.base..self.base.saturating_add(self.named)
    }

    /// The place of each step of its key; of a short key, the whole of it.
    pub(crate) fn step_spans(&self) -> Vec<Range<usize>> {
        let mut from = 0_usize;
        let mut spans = Vec::new();
        for step in steps(&self.key) {
            let found = self
                .shown
                .get(from..self.named)
                .and_then(|rest| rest.find(step));
            let Some(found) = found.filter(|_| self.shown.starts_with(&self.key)) else {
                spans.push(self.key_span());
                continue;
            };
            let start = from.saturating_add(found);
            from = start.saturating_add(step.len());
            spans.push(self.base.saturating_add(start)..self.base.saturating_add(from));
        }
        spans
    }

    /// The flag, quoted.
    pub(crate) fn flag(&self) -> String {
        match &self.stated {
            Some(at) => format!("`{}` of {}", self.shown, at.file),
            None => format!("`--set {}`", self.shown),
        }
    }

    /// The value in its place.
    pub(crate) fn value(&self) -> Result<Spanned<DeValue<'_>>, ScenarioError> {
        let fault = |span: Option<Range<usize>>, message: &str| {
            let span = self.within(span.unwrap_or_else(|| self.key_span()));
            self.fault(span, &self.key, message)
        };
        if let Some(span) = unsafe_depth(&self.padded) {
            return Err(fault(
                Some(span),
                "nested too deep; legal: a value of the format",
            ));
        }
        let table = DeTable::parse(&self.padded).map_err(|error| {
            let message = format!("not TOML: {}", error.message());
            fault(error.span(), &message)
        })?;
        let mut values = table.into_inner().into_iter().map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(fault(None, "more than one value; legal: one value")),
        }
    }
}

/// A value as TOML: what is neither a number, a truth value, quoted nor bracketed is a text.
pub(crate) fn as_toml(value: &str) -> String {
    let bracketed = value.starts_with(['"', '\'', '[', '{']);
    let word = matches!(value, "true" | "false");
    match bracketed || word || value.parse::<i64>().is_ok() {
        true => value.to_owned(),
        false => toml::Value::String(value.to_owned()).to_string(),
    }
}

/// A scalar without its quotes, for reading and for comparing.
pub(crate) fn bare(written: &str) -> String {
    let inner = |quote: char| {
        let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
        (!inner.contains(quote)).then_some(inner)
    };
    let text = inner('"').or_else(|| inner('\'')).unwrap_or(written);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Source {
    /// The text of a file with the overrides in their places. For one of several markets a key is
    /// the market's where the market states it itself, else the file's.
    pub(crate) fn new(
        (file, text): (&str, &str),
        overrides: &Overrides,
        market: Option<usize>,
    ) -> Result<Self, ScenarioError> {
        let document = Document::parse(file, text)?;
        let view = Document::parse(file, text)?;
        let view = match market {
            Some(index) => view.into_market(index),
            None => view,
        };
        let mut edits: Vec<Edit> = Vec::new();
        let mut changes = Vec::new();
        // A place beyond the text; the flags follow one another.
        let mut base = text.len().saturating_add(HEAD.len());
        for (key, value, flag) in expanded(&view, overrides)? {
            let own = steps(&key).next().is_some_and(|step| view.is_own(step));
            let key = match market {
                Some(index) if own => format!("markets[{index}].{key}"),
                _ => key,
            };
            let edit = Edit::new(base, &key, flag, &as_toml(&value));
            base = edit.end().saturating_add(1);
            let (before, after) = (document.written(&key).map(bare), bare(&value));
            if before.as_ref() != Some(&after) {
                changes.push(Change { key, before, after });
            }
            edits.push(edit);
        }
        changes.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self {
            file: file.to_owned(),
            text: text.to_owned(),
            edits,
            changes,
        })
    }
}

/// Key, value and the flag that they come from.
type Stated<'o> = (String, String, (&'o str, &'o str));

const SHORT: [(&str, &str); 3] = [
    ("market.senior", "senior"),
    ("market.junior", "junior"),
    ("market.insurance", "insurance"),
];

/// The table that a key is read from; a short key is one of the capital.
pub(crate) fn table_of(key: &str) -> Option<&str> {
    match SHORT.iter().any(|(short, _)| *short == key) {
        true => Some("capital"),
        false => steps(key).next(),
    }
}

/// Keys of the file, with the short keys of the tranches written out (M-11.1).
fn expanded<'o>(
    document: &Document<'_>,
    overrides: &'o Overrides,
) -> Result<Vec<Stated<'o>>, ScenarioError> {
    let mut list = Vec::new();
    let mut moved: Vec<(&str, Usd, (&str, &str))> = Vec::new();
    for flag in overrides.iter() {
        let (key, value) = flag;
        match SHORT.iter().find(|(short, _)| *short == key) {
            None => list.push((key.to_owned(), value.to_owned(), flag)),
            Some((_, tranche)) => {
                let shown = format!("{key}={value}");
                let amount = bare(value).replace('_', "").parse();
                let amount = amount.map_err(|error: seawall_units::UnitsError| {
                    refused(
                        &shown,
                        &format!("is not an amount: {error}"),
                        "an amount of USD",
                    )
                })?;
                moved.push((tranche, amount, flag));
            }
        }
    }
    let split = |key: &str| key == "capital" || key.starts_with("capital.tranched");
    let stated = list.iter().find(|(key, ..)| split(key));
    if let (Some((_, _, (key, value))), Some((_, _, flag))) = (stated, moved.first()) {
        let found = format!("contradicts `--set {key}={value}`");
        let legal = "short keys of the tranches, or `capital.tranched` itself, not both";
        return Err(refused(&format!("{}={}", flag.0, flag.1), &found, legal));
    }
    list.extend(balanced(document, &moved)?);
    Ok(list)
}

/// The amounts given, and what the tranche that gives or takes the difference is left with.
fn balanced<'o>(
    document: &Document<'_>,
    moved: &[(&str, Usd, (&'o str, &'o str))],
) -> Result<Vec<Stated<'o>>, ScenarioError> {
    let Some((_, _, last)) = moved.last() else {
        return Ok(Vec::new());
    };
    let given = |tranche: &str| moved.iter().find(|(name, ..)| *name == tranche);
    let rest = match (given("senior"), given("junior")) {
        (None, _) => "senior",
        (Some(_), None) => "junior",
        (Some((_, _, (key, value))), Some(_)) => {
            let legal =
                "one of `market.senior` and `market.junior`: the other takes the difference";
            let flag = format!("{key}={value}");
            return Err(refused(&flag, "contradicts `--set market.junior`", legal));
        }
    };
    let mut left = Usd::ZERO;
    for (_, tranche) in SHORT {
        let path = format!("capital.tranched.{tranche}");
        if document.written(&path).is_none() {
            let found = "is a tranche that the file does not state for all markets";
            let legal = "--market NAME beside it, or `markets[0].capital.tranched`";
            return Err(refused(&format!("{}={}", last.0, last.1), found, legal));
        }
        let held: Usd = document.read_field(&path)?;
        left += held;
        left -= match given(tranche) {
            Some((_, amount, _)) => *amount,
            None if tranche == rest => Usd::ZERO,
            None => held,
        };
    }
    let path = |tranche: &str| format!("capital.tranched.{tranche}");
    let mut list: Vec<Stated<'o>> = Vec::new();
    for (tranche, amount, flag) in moved {
        list.push((path(tranche), plain(*amount), *flag));
    }
    list.push((path(rest), plain(left), *last));
    Ok(list)
}

/// An amount without zeros that say nothing.
fn plain(amount: Usd) -> String {
    let text = amount.to_string();
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
