use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::error::{Diagnostic, ScenarioError};
use crate::source::{Edit, Source as Text};
use crate::suggest::{with_suggestion, with_suggestion_among};
use crate::whole::with_range;

/// Tables and arrays inside each other, and steps of a dotted key; the format itself needs 7.
const MAX_DEPTH: usize = 24;
/// Lines longer than this are named and not shown.
const MAX_SHOWN: usize = 300;

/// The first token that nests too deep for a recursive reader.
///
/// The parser bounds brackets and the steps of a key each on its own, so that a key of many steps
/// at every level of many tables would still exhaust the stack: of the parser's tree, and of what
/// drops it. Hence both are bounded here, on the tokens, before any tree is built.
pub(crate) fn unsafe_depth(text: &str) -> Option<Range<usize>> {
    let mut open: Vec<TokenKind> = Vec::new();
    let mut dots = 0_usize;
    for token in Source::new(text).lex() {
        let kind = token.kind();
        match kind {
            TokenKind::Dot => dots = dots.saturating_add(1),
            TokenKind::Whitespace | TokenKind::Atom => {}
            TokenKind::BasicString | TokenKind::LiteralString => {}
            _ => dots = 0,
        }
        match (kind, open.last()) {
            (TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket, _) => open.push(kind),
            // A bracket that closes another kind is a fault; counting on is the safe side.
            (TokenKind::RightSquareBracket, Some(TokenKind::LeftSquareBracket))
            | (TokenKind::RightCurlyBracket, Some(TokenKind::LeftCurlyBracket)) => {
                open.pop();
            }
            _ => {}
        }
        if open.len() > MAX_DEPTH || dots > MAX_DEPTH {
            return Some(token.span().start()..token.span().end());
        }
    }
    None
}

/// A parsed TOML text, with what flags put in its place, that knows where each of its fields
/// stands.
pub(crate) struct Document<'a> {
    file: &'a str,
    text: &'a str,
    edits: &'a [Edit],
    tree: Spanned<DeTable<'a>>,
    /// Of several markets in the text, the one that this view of it shows.
    market: Option<MarketView>,
}

/// Where the market of a view stands, and which keys are its own.
struct MarketView {
    path: String,
    keys: BTreeSet<String>,
}

/// The key under which a text states several markets.
const MARKETS: &str = "markets";
/// The key of a market's name; it is no field of a scenario.
const NAME: &str = "name";

/// A dotted path as its steps: `positions.each[3].size` is `positions`, `each`, `3`, `size`.
pub(crate) fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split(['.', '[', ']']).filter(|step| !step.is_empty())
}

impl<'a> Document<'a> {
    pub(crate) fn parse(file: &'a str, text: &'a str) -> Result<Self, ScenarioError> {
        let fault = |span, message: &str| place(file, text, span, "", message);
        if let Some(span) = unsafe_depth(text) {
            return Err(fault(span, &too_deep()));
        }
        let tree = DeTable::parse(text).map_err(|error| {
            let message = format!("not TOML: {}", error.message());
            fault(error.span().unwrap_or(0..0), &message)
        })?;
        let document = Self {
            file,
            text,
            edits: &[],
            tree,
            market: None,
        };
        document.within_depth()
    }

    /// The text of a source with its edits in their places.
    pub(crate) fn of(source: &'a Text) -> Result<Self, ScenarioError> {
        let mut document = Self::parse(&source.file, &source.text)?;
        document.edits = &source.edits;
        for edit in &source.edits {
            let value = edit.value()?;
            let spans = edit.step_spans();
            let steps: Vec<(&str, Range<usize>)> = steps(&edit.key).zip(spans).collect();
            let put = put_in_table(document.tree.get_mut(), &steps, value);
            put.map_err(|found| {
                let legal = "a key of a table, or a place in a list that is there";
                let message = format!("`{}`: {found}; legal: {legal}", edit.key);
                document.place(edit.key_span(), &edit.key, &message)
            })?;
        }
        document.within_depth()
    }

    fn within_depth(self) -> Result<Self, ScenarioError> {
        match self.deeper_than(MAX_DEPTH) {
            Some(span) => Err(self.place(span, "", &too_deep())),
            None => Ok(self),
        }
    }

    /// The file's name.
    pub(crate) const fn file(&self) -> &'a str {
        self.file
    }

    /// What stands at a path, as it is written; `None` when nothing does.
    pub(crate) fn written(&self, path: &str) -> Option<&'a str> {
        self.text.get(self.value(path)?.span())
    }

    /// An error at a place in the text, or in the flag that put something in its place.
    fn place(&self, span: Range<usize>, field: &str, message: &str) -> ScenarioError {
        match self.edits.iter().find(|edit| edit.covers(span.start)) {
            Some(edit) => edit.fault(edit.within(span), field, message),
            None => {
                let below = format!("{field}.");
                let within = |edit: &&Edit| !field.is_empty() && edit.key.starts_with(&below);
                let flags: Vec<String> = self.edits.iter().filter(within).map(Edit::flag).collect();
                let message = match flags.is_empty() {
                    true => message.to_owned(),
                    false => format!("{message} (with {})", flags.join(", ")),
                };
                place(self.file, self.text, span, field, &message)
            }
        }
    }

    /// The whole document as a type.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, ScenarioError> {
        T::deserialize(toml::Deserializer::from(self.tree.clone())).map_err(|e| self.refusal(&e))
    }

    /// The named keys of the document as a type.
    pub(crate) fn read_only<T: DeserializeOwned>(&self, keys: &[&str]) -> Result<T, ScenarioError> {
        self.read_some(|key| keys.contains(&key), keys)
    }

    /// All but the named keys of the document as a type; they are legal, but another's.
    pub(crate) fn read_without<T: DeserializeOwned>(
        &self,
        keys: &[&str],
    ) -> Result<T, ScenarioError> {
        self.read_some(|key| !keys.contains(&key), keys)
    }

    fn read_some<T: DeserializeOwned>(
        &self,
        reads: impl Fn(&str) -> bool,
        others: &[&str],
    ) -> Result<T, ScenarioError> {
        let mut tree = self.tree.clone();
        let all = self.tree.get_ref().keys();
        for key in all.filter(|key| !reads(key.get_ref())) {
            tree.get_mut().remove(key.get_ref().as_ref());
        }
        let read = T::deserialize(toml::Deserializer::from(tree));
        read.map_err(|error| self.refusal_among(&error, others))
    }

    /// Where a key stands that is written whole, in quotes, in a table of the document.
    pub(crate) fn span_below(&self, table: &str, key: &str) -> Range<usize> {
        let below = self.value(table).map(Spanned::get_ref);
        match below {
            Some(DeValue::Table(below)) => below.get(key).map_or(0..0, Spanned::span),
            _ => 0..0,
        }
    }

    /// One field of the document as a type; what an empty table is when the field is absent.
    pub(crate) fn read_field<T: DeserializeOwned>(&self, path: &str) -> Result<T, ScenarioError> {
        let read = match self.value(path) {
            Some(value) => T::deserialize(toml::de::ValueDeserializer::from(value.clone())),
            None => T::deserialize(toml::Table::new()),
        };
        read.map_err(|error| self.refusal(&error))
    }

    /// The error that `path` holds something that is not legal.
    pub(crate) fn fail(
        &self,
        path: &str,
        found: impl Display,
        legal: impl Display,
    ) -> ScenarioError {
        let message = format!("`{}` is {found}; legal: {legal}", self.shown(path));
        self.say(path, &message)
    }

    /// The error that `path` breaks a rule which names what was found and what is legal itself.
    pub(crate) fn refuse(&self, path: &str, error: &dyn Display) -> ScenarioError {
        self.say(path, &format!("`{}`: {error}", self.shown(path)))
    }

    /// An error in these words at the place of `path`.
    pub(crate) fn say(&self, path: &str, message: &str) -> ScenarioError {
        let span = self.locate(path);
        self.place(span, &self.shown(path), message)
    }

    /// The names of the markets that the text states; `None` when it states one without a name.
    pub(crate) fn markets(&self) -> Result<Option<Vec<String>>, ScenarioError> {
        if !self.tree.get_ref().contains_key(MARKETS) {
            return Ok(None);
        }
        self.read_field::<Vec<NamedMarket>>(MARKETS)
            .map(|markets| Some(markets.into_iter().map(|each| each.name).collect()))
    }

    /// The text as the scenario of one of its markets: what the market states stands in the place
    /// of what the text states for all.
    pub(crate) fn into_market(mut self, index: usize) -> Self {
        let path = format!("{MARKETS}[{index}]");
        let Some(market) = self.value(&path).cloned() else {
            return self;
        };
        let span = market.span();
        let mut all = self.tree.into_inner();
        all.remove(MARKETS);
        let mut keys = BTreeSet::new();
        if let DeValue::Table(own) = market.into_inner() {
            for (key, value) in own {
                if key.get_ref() != NAME {
                    keys.insert(key.get_ref().to_string());
                    all.remove(key.get_ref().as_ref());
                    all.insert(key, value);
                }
            }
        }
        self.tree = Spanned::new(span, all);
        self.market = Some(MarketView { path, keys });
        self
    }

    /// Whether the market of this view states a key itself.
    pub(crate) fn is_own(&self, key: &str) -> bool {
        let view = self.market.as_ref();
        view.is_some_and(|market| market.keys.contains(key))
    }

    /// A path as it is written in the text.
    fn shown(&self, path: &str) -> String {
        match &self.market {
            Some(market) if path.is_empty() => market.path.clone(),
            Some(market) if steps(path).next().is_some_and(|step| self.is_own(step)) => {
                format!("{}.{path}", market.path)
            }
            _ => path.to_owned(),
        }
    }

    /// What serde refused, with the path of the field it happened in.
    fn refusal(&self, error: &Error) -> ScenarioError {
        self.refusal_among(error, &[])
    }

    /// The same where other keys than the type's are legal at the top.
    fn refusal_among(&self, error: &Error, others: &[&str]) -> ScenarioError {
        let span = error.span().unwrap_or(0..0);
        let path = match span == self.tree.span() {
            true => String::new(),
            false => self.path_at(span.start),
        };
        let path = self.shown(&path);
        let refused = with_range(error.message(), &path);
        let refused = refused.unwrap_or_else(|| match steps(&path).nth(1) {
            Some(_) => with_suggestion(error.message()),
            None => with_suggestion_among(error.message(), others),
        });
        let message = match path.is_empty() {
            true => refused,
            false => format!("`{path}`: {refused}"),
        };
        self.place(span, &path, &message)
    }

    fn value(&self, path: &str) -> Option<&Spanned<DeValue<'a>>> {
        let mut steps = steps(path);
        let mut value = self.tree.get_ref().get(steps.next()?)?;
        for step in steps {
            value = child(value.get_ref(), step)?;
        }
        Some(value)
    }

    /// Where a field stands, or the nearest table above it that is there.
    fn locate(&self, path: &str) -> Range<usize> {
        let mut steps = steps(path);
        let first = steps.next().and_then(|step| self.tree.get_ref().get(step));
        let Some(mut value) = first else {
            return match self.market {
                Some(_) => self.tree.span(),
                None => 0..0,
            };
        };
        for step in steps {
            match child(value.get_ref(), step) {
                Some(below) => value = below,
                None => break,
            }
        }
        value.span()
    }

    /// The path of the innermost field whose key or value covers a place in the text.
    fn path_at(&self, place: usize) -> String {
        let mut best = (usize::MAX, String::new());
        for (path, span) in self.fields() {
            let width = span.end.saturating_sub(span.start);
            if span.contains(&place) && width <= best.0 {
                best = (width, path);
            }
        }
        best.1
    }

    /// The first value that lies deeper than `depth`; without recursion.
    fn deeper_than(&self, depth: usize) -> Option<Range<usize>> {
        let mut waiting: Vec<(&Spanned<DeValue<'a>>, usize)> = self
            .tree
            .get_ref()
            .values()
            .map(|value| (value, 1))
            .collect();
        while let Some((value, level)) = waiting.pop() {
            if level > depth {
                return Some(value.span());
            }
            let below = level.saturating_add(1);
            match value.get_ref() {
                DeValue::Table(table) => waiting.extend(table.values().map(|v| (v, below))),
                DeValue::Array(array) => waiting.extend(array.iter().map(|v| (v, below))),
                _ => {}
            }
        }
        None
    }

    /// Every field with its path and the place of its key or value; without recursion.
    fn fields(&self) -> impl Iterator<Item = (String, Range<usize>)> + '_ {
        let mut waiting: Vec<(String, Range<usize>, Option<&DeValue<'a>>)> = Vec::new();
        for (key, value) in self.tree.get_ref() {
            waiting.push((key.get_ref().to_string(), key.span(), None));
            waiting.push((
                key.get_ref().to_string(),
                value.span(),
                Some(value.get_ref()),
            ));
        }
        std::iter::from_fn(move || {
            let (path, span, value) = waiting.pop()?;
            match value {
                Some(DeValue::Table(table)) => {
                    for (key, value) in table {
                        let path = format!("{path}.{}", key.get_ref());
                        waiting.push((path.clone(), key.span(), None));
                        waiting.push((path, value.span(), Some(value.get_ref())));
                    }
                }
                Some(DeValue::Array(array)) => {
                    for (index, value) in array.iter().enumerate() {
                        let path = format!("{path}[{index}]");
                        waiting.push((path, value.span(), Some(value.get_ref())));
                    }
                }
                _ => {}
            }
            Some((path, span))
        })
    }
}

/// A market of a text that states several, as far as its name goes.
#[derive(serde::Deserialize)]
struct NamedMarket {
    name: String,
}

fn too_deep() -> String {
    format!("tables and arrays are nested deeper than {MAX_DEPTH}; legal: at most {MAX_DEPTH}")
}

/// Puts a value at a path below a table; tables on the way that are absent are made.
fn put_in_table<'a>(
    table: &mut DeTable<'a>,
    steps: &[(&str, Range<usize>)],
    value: Spanned<DeValue<'a>>,
) -> Result<(), String> {
    let Some(((first, at), rest)) = steps.split_first() else {
        return Err(String::from("it has no name"));
    };
    let key = || Spanned::new(at.clone(), Cow::Owned((*first).to_owned()));
    if rest.is_empty() {
        table.insert(key(), value);
        return Ok(());
    }
    if !table.contains_key(*first) {
        let made = DeValue::Table(DeTable::new());
        table.insert(key(), Spanned::new(at.clone(), made));
    }
    match table.get_mut(*first) {
        Some(below) => put_in_value(below, rest, value),
        None => unreachable!("invariant: it was made above"),
    }
}

fn put_in_value<'a>(
    place: &mut Spanned<DeValue<'a>>,
    steps: &[(&str, Range<usize>)],
    value: Spanned<DeValue<'a>>,
) -> Result<(), String> {
    let (step, rest) = match steps.split_first() {
        Some(((step, _), rest)) => (*step, rest),
        None => return Err(String::from("it has no name")),
    };
    let kind = place.get_ref().type_str();
    match place.get_mut() {
        DeValue::Table(table) => put_in_table(table, steps, value),
        DeValue::Array(array) => {
            let count = array.len();
            let index = step.parse::<usize>().ok();
            match index.and_then(|index| array.get_mut(index)) {
                Some(one) if rest.is_empty() => *one = value,
                Some(one) => return put_in_value(one, rest, value),
                None => return Err(format!("`{step}` is no place in a list of {count}")),
            }
            Ok(())
        }
        _ => Err(format!("there is no `{step}` in a single {kind}")),
    }
}

fn child<'v, 'a>(value: &'v DeValue<'a>, step: &str) -> Option<&'v Spanned<DeValue<'a>>> {
    match value {
        DeValue::Table(table) => table.get(step),
        DeValue::Array(array) => array.get(step.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Line and column, from 1 and in characters, of a byte; and the place of its line's first byte.
pub(crate) fn line_and_column(text: &str, byte: usize) -> (usize, usize, usize) {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte = byte.saturating_sub(1);
    }
    let before = text.get(..byte).unwrap_or("");
    let line = before.matches('\n').count().saturating_add(1);
    let line_start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let column = before.get(line_start..).unwrap_or("").chars().count();
    (line, column.saturating_add(1), line_start)
}

/// An error at a place in a text.
pub(crate) fn place(
    file: &str,
    text: &str,
    span: Range<usize>,
    field: &str,
    message: &str,
) -> ScenarioError {
    let (line, column, line_start) = line_and_column(text, span.start);
    let message: String = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = text
        .get(line_start..)
        .unwrap_or("")
        .lines()
        .next()
        .unwrap_or("");
    let title = Level::ERROR.primary_title(&message);
    let report = match shown.len() <= MAX_SHOWN && !shown.trim().is_empty() {
        true => {
            let from = span.start.saturating_sub(line_start).min(shown.len());
            let until = span.end.saturating_sub(line_start).clamp(from, shown.len());
            let marked = AnnotationKind::Primary.span(from..until);
            title.element(
                Snippet::source(shown)
                    .path(file)
                    .line_start(line)
                    .annotation(marked),
            )
        }
        false => title.element(Origin::path(file).line(line).char_column(column)),
    };
    ScenarioError::Place(Box::new(Diagnostic {
        file: file.to_owned(),
        line,
        column,
        field: field.to_owned(),
        rendered: Renderer::plain().render(&[report]),
        message,
    }))
}
