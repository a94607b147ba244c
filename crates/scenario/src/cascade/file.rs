use std::path::{Path, PathBuf};
use std::sync::Arc;

use seawall_cascade::{Config, ConfigError};
use sha2::{Digest, Sha256};

use crate::cascade::head::{CascadeHead, Observed, Vary};
use crate::check::plain;
use crate::document::Document;
use crate::named::{beside, hex};
use crate::overrides::refused;
use crate::scenario::{read, read_at_most, states_something, within_size};
use crate::source::{Edit, HEAD, Source, Stand, as_toml, bare};
use crate::text::utf8;
use crate::{Change, Overrides, ReadFile, ScenarioError, nearest};

/// The keys that are no part of the world.
const HEAD_KEYS: [&str; 6] = ["question", "extends", "set", "expected", "observed", "vary"];

/// A cascade that may be run: every field was found legal.
#[derive(Debug, Clone, PartialEq)]
pub struct Cascade {
    texts: Texts,
    overrides: Overrides,
    source: Source,
    head: CascadeHead,
    config: Config,
    hash: String,
}

/// What was read: the file, and the file that it extends.
#[derive(Debug, Clone, PartialEq)]
struct Texts {
    file: String,
    text: Arc<str>,
    base: Option<(String, Arc<str>)>,
}

impl Cascade {
    /// Reads a cascade file and the file that it extends, with other values in the place of theirs.
    ///
    /// **Errors** [`ScenarioError`] with file, line, column, field and the legal range; an error
    /// about a value of an override names `--set`.
    pub fn load(path: impl AsRef<Path>, overrides: &Overrides) -> Result<Self, ScenarioError> {
        let (file, bytes) = read(path.as_ref())?;
        Self::parse(utf8(&file, &bytes)?, &file, &read_at_most, overrides)
    }

    /// A cascade from text; a file that it extends is looked for beside `file`.
    ///
    /// **Errors** as [`Cascade::load`].
    pub fn parse(
        text: &str,
        file: &str,
        read_file: ReadFile<'_>,
        overrides: &Overrides,
    ) -> Result<Self, ScenarioError> {
        states_something(file, text)?;
        let own = Document::parse(file, text)?;
        let base = base(&own, file, read_file)?;
        let texts = Texts {
            file: file.to_owned(),
            text: Arc::from(text),
            base,
        };
        Self::of(texts, overrides)
    }

    /// The same cascade with other values in the place of the file's.
    ///
    /// **Errors** as [`Cascade::load`].
    pub fn with(&self, overrides: &Overrides) -> Result<Self, ScenarioError> {
        Self::of(self.texts.clone(), overrides)
    }

    fn of(texts: Texts, overrides: &Overrides) -> Result<Self, ScenarioError> {
        let own = Document::parse(&texts.file, &texts.text)?;
        let head: CascadeHead = match texts.base {
            Some(_) => own.read()?,
            None => own.read_only(&HEAD_KEYS).or_else(|error| {
                // A slip in a name stands among the keys of the world.
                own.read_without::<Config>(&HEAD_KEYS).and(Err(error))
            })?,
        };
        check_head(&own, &head)?;
        let source = world(&texts, &own, &head, overrides)?;
        let document = Document::of(&source)?;
        let config: Config = document.read_without(&HEAD_KEYS)?;
        config.check().map_err(|error| refusal(&document, &error))?;
        let mut hash = Sha256::new_with_prefix(texts.text.as_ref());
        if let Some((_, text)) = &texts.base {
            hash.update("\0extends\0");
            hash.update(text.as_ref());
        }
        for change in &source.changes {
            hash.update(format!("\0{}={}", change.key, change.after));
        }
        Ok(Self {
            hash: hex(&hash.finalize()),
            overrides: overrides.clone(),
            texts,
            source,
            head,
            config,
        })
    }

    /// The file's name without its ending.
    #[must_use]
    pub fn name(&self) -> &str {
        let stem = Path::new(&self.texts.file).file_stem();
        stem.and_then(|stem| stem.to_str()).unwrap_or_default()
    }

    /// The file that it was read from, as it was named.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.texts.file
    }

    /// The files that were read: the file itself, then the one that it extends.
    #[must_use]
    pub fn input_files(&self) -> Vec<PathBuf> {
        let base = self.texts.base.iter().map(|(file, _)| file);
        let all = [&self.texts.file].into_iter().chain(base);
        all.map(PathBuf::from).collect()
    }

    /// The one question that the file asks.
    #[must_use]
    pub fn question(&self) -> &str {
        &self.head.question
    }

    /// What the file states beside its world.
    #[must_use]
    pub const fn head(&self) -> &CascadeHead {
        &self.head
    }

    /// What was seen in public.
    #[must_use]
    pub fn observed(&self) -> &[Observed] {
        &self.head.observed
    }

    /// What the file is there to vary.
    #[must_use]
    pub fn vary(&self) -> &[Vary] {
        &self.head.vary
    }

    /// The world.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The values that are put in the place of the file's.
    #[must_use]
    pub const fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// The keys that have another value than in the file, by name.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.source.changes
    }

    /// SHA-256 of the file's bytes, of those of the file that it extends and of its
    /// [`changes`](Self::changes), in hex.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The error that a key of the file holds something that is not legal, with its place: the
    /// key's own, or the nearest table's above it.
    #[must_use]
    pub fn refuse(&self, path: &str, found: &str, legal: &str) -> ScenarioError {
        let is_head = HEAD_KEYS.iter().any(|key| path.starts_with(key));
        let document = match is_head {
            true => Document::parse(&self.texts.file, &self.texts.text),
            false => Document::of(&self.source),
        };
        match document {
            Ok(document) => document.fail(path, found, legal),
            Err(error) => error,
        }
    }
}

/// The file that this one extends, which is its own world's.
fn base(
    own: &Document<'_>,
    file: &str,
    read_file: ReadFile<'_>,
) -> Result<Option<(String, Arc<str>)>, ScenarioError> {
    const LEGAL: &str = "a cascade file, relative to this one, that extends no other";
    if own.written("extends").is_none() {
        return Ok(None);
    }
    let name: String = own.read_field("extends")?;
    let path = beside(file, &name);
    let shown = path.display().to_string();
    let bytes = read_file(&path).map_err(|error| {
        let found = format!("`{name}`, and {shown} cannot be read: {error}");
        own.fail("extends", found, LEGAL)
    })?;
    within_size(&shown, &bytes)?;
    let text = utf8(&shown, &bytes)?;
    if Document::parse(&shown, text)?.written("extends").is_some() {
        let found = format!("`{name}`, which extends another file itself");
        return Err(own.fail("extends", found, LEGAL));
    }
    Ok(Some((shown, Arc::from(text))))
}

/// The text of the world with what the file and the flags put in its places.
fn world(
    texts: &Texts,
    own: &Document<'_>,
    head: &CascadeHead,
    overrides: &Overrides,
) -> Result<Source, ScenarioError> {
    let (file, text) = match &texts.base {
        Some((file, text)) => (file, text),
        None => (&texts.file, &texts.text),
    };
    let stated = Document::parse(file, text)?;
    let mut source = Source {
        file: file.clone(),
        text: text.to_string(),
        edits: Vec::new(),
        changes: Vec::new(),
    };
    // A place beyond the text; what is put in follows one another.
    let mut base = text.len().saturating_add(HEAD.len());
    for (key, value) in &head.set {
        let edit = Edit::new(base, key, (key, value), &as_toml(value));
        base = edit.end().saturating_add(1);
        source.edits.push(edit.stated_at(Stand {
            file: texts.file.clone(),
            text: Arc::clone(&texts.text),
            span: own.span_below("set", key),
        }));
    }
    for (key, value) in overrides.iter() {
        if HEAD_KEYS.iter().any(|head| is_or_below(key, head)) {
            let flag = format!("{key}={value}");
            let legal = "a key of the world: docs/cascade-file.md lists them";
            return Err(refused(&flag, "changes no world", legal));
        }
        let edit = Edit::new(base, key, (key, value), &as_toml(value));
        base = edit.end().saturating_add(1);
        source.edits.push(edit);
        let own = head.set.get(key).map(|value| bare(value));
        let before = own.or_else(|| stated.written(key).map(bare));
        let after = bare(value);
        if before.as_ref() != Some(&after) {
            source.changes.push(Change {
                key: key.to_owned(),
                before,
                after,
            });
        }
    }
    source.changes.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(source)
}

fn is_or_below(key: &str, table: &str) -> bool {
    let rest = key.strip_prefix(table);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// What the world says of a key that is not legal, at its place, with the nearest of the names
/// that would be.
fn refusal(document: &Document<'_>, error: &ConfigError) -> ScenarioError {
    let typed = error.found.strip_prefix('"');
    let typed = typed.and_then(|rest| rest.strip_suffix('"'));
    let near = typed.and_then(|typed| nearest(typed, error.legal.split(", ")));
    let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let legal = format!("{}{hint}", error.legal);
    let found = plain_number(&error.found);
    document.fail(&with_brackets(&error.field), found, legal)
}

/// A number without the zeros that its grid appends.
fn plain_number(found: &str) -> String {
    let is_number = |letter: char| letter.is_ascii_digit() || "-.".contains(letter);
    match found.chars().all(is_number) {
        true => plain(found),
        false => found.to_owned(),
    }
}

/// Places in lists as error messages write them: `ranges.0.upper` is `ranges[0].upper`.
fn with_brackets(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for step in path.split('.') {
        match step.parse::<usize>() {
            Ok(place) => text.push_str(&format!("[{place}]")),
            Err(_) if text.is_empty() => text.push_str(step),
            Err(_) => text.push_str(&format!(".{step}")),
        }
    }
    text
}

fn check_head(own: &Document<'_>, head: &CascadeHead) -> Result<(), ScenarioError> {
    if head.question.trim().is_empty() {
        return Err(own.fail("question", "empty", "one question"));
    }
    if !head.set.is_empty() && head.extends.is_none() {
        let legal = "beside `extends` only: without it the file states its own world";
        return Err(own.fail("set", "there", legal));
    }
    for (place, one) in head.observed.iter().enumerate() {
        if one.high.is_some_and(|high| high < one.low) {
            let path = format!("observed[{place}].high");
            return Err(own.fail(&path, "below `low`", "at least `low`"));
        }
        if one.unit.is_some_and(|unit| !unit.is_positive()) {
            let path = format!("observed[{place}].unit");
            return Err(own.fail(&path, "not above 0", "above 0"));
        }
    }
    for (place, one) in head.vary.iter().enumerate() {
        let path = format!("vary[{place}]");
        let before = head.vary.iter().take(place);
        if before.into_iter().any(|other| other.name == one.name) {
            let found = format!("`{}` a second time", one.name);
            return Err(own.fail(&format!("{path}.name"), found, "each name once"));
        }
        let by_values = !one.keys.is_empty() && !one.values.is_empty() && one.points.is_empty();
        let by_points = one.keys.is_empty() && one.values.is_empty() && !one.points.is_empty();
        if !by_values && !by_points {
            let found = "without what it varies, or with two ways to say it";
            return Err(own.fail(&path, found, "`keys` and `values`, or `points`"));
        }
    }
    Ok(())
}
