use std::path::{Path, PathBuf};

use seawall_paths::{ParamError, PathError, PriceModel, Sampling};
use sha2::{Digest, Sha256};

use crate::check::plain;
use crate::document::Document;
use crate::named::{beside, hex};
use crate::overrides::{is_path, refused};
use crate::scenario::{read, read_at_most, states_something, within_size};
use crate::source::{Edit, HEAD, Source, as_toml, bare};
use crate::sweep::file::{Redraw, SweepFile, SweepPrices};
use crate::sweep::grid::{self, Setting, SweepPoint};
use crate::text::utf8;
use crate::{Change, Instead, Overrides, ReadFile, Scenario, ScenarioError};

/// The keys of a sweep file; every other one that `--set` names is the scenario's. `price` is the
/// sweep's where the file states it.
const OWN: [&str; 10] = [
    "question", "seed", "scenario", "paths", "venues", "redraw", "by", "sampling", "grid", "stop",
];
const MOST_PATHS: u64 = 1_000_000_000;

/// A sweep that may be planned: every field of its file was found legal.
///
/// What the scenario says of the grid's values is found out where each point is loaded
/// ([`Sweep::scenario_at`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    source: Source,
    file: SweepFile,
    points: Vec<SweepPoint>,
    scenario: Scenario,
    recorded: Option<Scenario>,
    given: Vec<(String, String)>,
}

impl Sweep {
    /// Reads a sweep file, the scenario that it names and the files that this names, with other values
    /// in the place of theirs.
    ///
    /// **Errors** [`ScenarioError`] with file, line, column, field and the legal range; an error about a
    /// value of an override names `--set`.
    pub fn load(path: impl AsRef<Path>, overrides: &Overrides) -> Result<Self, ScenarioError> {
        let (file, bytes) = read(path.as_ref())?;
        Self::parse(utf8(&file, &bytes)?, &file, &read_at_most, overrides)
    }

    /// A sweep from text; files that it names are looked for beside `file`.
    ///
    /// **Errors** as [`Sweep::load`].
    pub fn parse(
        text: &str,
        file: &str,
        read_file: ReadFile<'_>,
        overrides: &Overrides,
    ) -> Result<Self, ScenarioError> {
        states_something(file, text)?;
        let (own, of_scenario) = divided(file, text, overrides)?;
        let source = edited(file, text, &own)?;
        let document = Document::of(&source)?;
        let statements: SweepFile = document.read()?;
        check(&document, &statements)?;
        let points = grid::points(&document, &statements.grid)?;
        let mut all = Overrides::default();
        for (key, value) in &statements.set {
            all = put(&document, &all, (key, value))?;
        }
        for (key, value) in overrides.iter() {
            refuse_varied(&statements, (key, value))?;
        }
        for (key, value) in of_scenario.iter() {
            all = all.with(key, value)?;
        }
        let scenario = other(
            &document,
            ("scenario", &statements.scenario),
            read_file,
            &all,
        )?;
        let recorded = match statements
            .price
            .as_ref()
            .and_then(|price| price.recorded.as_ref())
        {
            None => None,
            Some(name) => {
                let field = ("price.recorded", name.as_str());
                Some(other(&document, field, read_file, &Overrides::default())?)
            }
        };
        let sweep = Self {
            source,
            file: statements,
            points,
            scenario,
            recorded,
            given: Vec::new(),
        };
        Ok(Self {
            given: sweep.effective(overrides),
            ..sweep
        })
    }

    /// Of the overrides those that change something, by key: whatever their order, the same sweep has the same.
    fn effective(&self, overrides: &Overrides) -> Vec<(String, String)> {
        let changes = self.source.changes.iter().chain(self.scenario.changes());
        let changed: Vec<&str> = changes.map(|change| change.key.as_str()).collect();
        let is_below = |one: &str, other: &str| {
            let rest = one.strip_prefix(other);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let counts = |key: &str| {
            let mut changed = changed.iter();
            changed.any(|change| is_below(change, key) || is_below(key, change))
        };
        let kept = overrides.iter().filter(|(key, _)| counts(key));
        let mut given: Vec<(String, String)> = kept
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        given.sort();
        given
    }

    /// Keys and values that were put in the place of what the files state, by key.
    #[must_use]
    pub fn given(&self) -> &[(String, String)] {
        &self.given
    }

    /// What the file says.
    #[must_use]
    pub const fn file(&self) -> &SweepFile {
        &self.file
    }

    /// The file that it was read from, as it was named.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.source.file
    }

    /// The points of the grid; one that sets nothing without axes.
    #[must_use]
    pub fn points(&self) -> &[SweepPoint] {
        &self.points
    }

    /// The scenario with what the file and the flags put in its places for all points.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The scenario whose prices a bootstrap or a replay takes its moves from.
    #[must_use]
    pub fn recorded(&self) -> &Scenario {
        self.recorded.as_ref().unwrap_or(&self.scenario)
    }

    /// The files that were read.
    #[must_use]
    pub fn input_files(&self) -> Vec<PathBuf> {
        let mut files = vec![PathBuf::from(&self.source.file)];
        for scenario in [Some(&self.scenario), self.recorded.as_ref()]
            .into_iter()
            .flatten()
        {
            files.push(PathBuf::from(scenario.file_name()));
            files.extend(scenario.input_files().iter().cloned());
        }
        files
    }

    /// SHA-256 of the file's bytes, of what flags put in its places, of the scenario and of the recorded
    /// prices, in hex.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new_with_prefix(&self.source.text);
        for change in &self.source.changes {
            hash.update(format!("\0{}={}", change.key, change.after));
        }
        hash.update(format!("\0scenario {}", self.scenario.hash()));
        if let Some(recorded) = &self.recorded {
            hash.update(format!("\0recorded {}", recorded.hash()));
        }
        hex(&hash.finalize())
    }

    /// Whether a key is of the sweep's prices and not of the scenario.
    #[must_use]
    pub fn is_price(&self, key: &str) -> bool {
        self.file.price.is_some() && key.starts_with("price.")
    }

    /// The scenario with these settings; those of prices are none of its.
    ///
    /// **Errors** [`ScenarioError`] when the scenario refuses one, at the place of the axis or the draw that
    /// gives it.
    pub fn scenario_at(&self, settings: &[Setting]) -> Result<Scenario, ScenarioError> {
        let of_scenario: Vec<&Setting> = settings
            .iter()
            .filter(|(key, _)| !self.is_price(key))
            .collect();
        if of_scenario.is_empty() {
            return Ok(self.scenario.clone());
        }
        let pairs = of_scenario
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()));
        let loaded = self.scenario.with_all(pairs);
        loaded.map_err(|error| self.blame(&of_scenario, error))
    }

    /// How prices are drawn with these settings; those of the scenario are left aside. `None` when every path has the
    /// scenario's own.
    ///
    /// **Errors** [`ScenarioError`] when a parameter is not legal, at its place.
    pub fn prices_at(&self, settings: &[Setting]) -> Result<Option<SweepPrices>, ScenarioError> {
        let of_price: Vec<&Setting> = settings
            .iter()
            .filter(|(key, _)| self.is_price(key))
            .collect();
        if of_price.is_empty() {
            return Ok(self.file.price.clone());
        }
        let mut source = self.source.clone();
        let mut base = after(&source);
        for (key, value) in &of_price {
            let edit = Edit::new(base, key, (key, value), &as_toml(value));
            base = edit.end().saturating_add(1);
            source.edits.push(edit);
        }
        let read = || -> Result<SweepPrices, ScenarioError> {
            let document = Document::of(&source)?;
            let prices: SweepPrices = document.read_field("price")?;
            check_prices(&document, &prices)?;
            Ok(prices)
        };
        read()
            .map(Some)
            .map_err(|error| self.blame(&of_price, error))
    }

    /// An error of an override at the place of the axis or the draw that gives it.
    fn blame(&self, settings: &[&Setting], error: ScenarioError) -> ScenarioError {
        let (field, message) = match &error {
            ScenarioError::Place(place) if place.file == "--set" => {
                (place.field.clone(), place.message.clone())
            }
            ScenarioError::Flag { flag, found, legal } => {
                let field = flag.split('=').next().unwrap_or_default().to_owned();
                (field, format!("`{flag}` {found}; legal: {legal}"))
            }
            _ => return error,
        };
        let is_of = |key: &str| field == key || field.starts_with(&format!("{key}."));
        let culprit = settings
            .iter()
            .find(|(key, _)| is_of(key))
            .or(settings.first());
        let Some((key, value)) = culprit else {
            return error;
        };
        let message = format!("`{key}` = `{value}`: {message}");
        match Document::of(&self.source) {
            Ok(document) => document.say(&self.giver(key), &message),
            Err(error) => error,
        }
    }

    /// The path of the axis or the draw that sets a key.
    fn giver(&self, key: &str) -> String {
        let axes = &self.file.grid;
        if let Some(place) = axes
            .iter()
            .position(|axis| grid::keys(axis).any(|one| one == key))
        {
            return format!("grid[{place}]");
        }
        match self.file.draw.iter().position(|draw| draw.key == key) {
            Some(place) => format!("draw[{place}]"),
            None => String::from("set"),
        }
    }

    /// The error that a field of the file holds something that is not legal, with its place: the field's
    /// own, or the nearest table's above it.
    #[must_use]
    pub fn refuse(&self, path: &str, found: &str, legal: &str) -> ScenarioError {
        match Document::of(&self.source) {
            Ok(document) => document.fail(path, found, legal),
            Err(error) => error,
        }
    }

    /// The error that there are no prices, at the place of what is to blame.
    #[must_use]
    pub fn refuse_prices(&self, model: &PriceModel, error: &PathError) -> ScenarioError {
        match Document::of(&self.source) {
            Ok(document) => match error {
                PathError::Param(param) => refuse_param(&document, model, param),
                other => document.refuse("price", other),
            },
            Err(error) => error,
        }
    }
}

/// The place behind a source's text and its edits.
fn after(source: &Source) -> usize {
    let base = source.text.len().saturating_add(HEAD.len());
    let ends = source.edits.iter().map(|edit| edit.end().saturating_add(1));
    ends.fold(base, usize::max)
}

/// The overrides of the sweep's own keys, and those of the scenario.
fn divided(
    file: &str,
    text: &str,
    overrides: &Overrides,
) -> Result<(Overrides, Overrides), ScenarioError> {
    let has_prices = Document::parse(file, text)?.written("price").is_some();
    let is_own = |key: &str| {
        let first = key.split(['.', '[']).next().unwrap_or_default();
        // The sweep's own is a list; the scenario has a table of that name.
        if key.starts_with("venues.") {
            return false;
        }
        OWN.contains(&first) || ["draw", "set"].contains(&first) || (first == "price" && has_prices)
    };
    let (mut own, mut others) = (Overrides::default(), Overrides::default());
    for (key, value) in overrides.iter() {
        if key == "set" || key.starts_with("set.") {
            let legal = "the key itself: a key that is none of the sweep's is the scenario's";
            return Err(refused(
                &format!("{key}={value}"),
                "names the table of such keys",
                legal,
            ));
        }
        let side = if is_own(key) { &mut own } else { &mut others };
        *side = side.with(key, value)?;
    }
    Ok((own, others))
}

/// The sweep's text with the overrides in their places.
fn edited(file: &str, text: &str, overrides: &Overrides) -> Result<Source, ScenarioError> {
    let document = Document::parse(file, text)?;
    let mut source = Source {
        file: file.to_owned(),
        text: text.to_owned(),
        edits: Vec::new(),
        changes: Vec::new(),
    };
    let mut base = after(&source);
    for (key, value) in overrides.iter() {
        let edit = Edit::new(base, key, (key, value), &as_toml(value));
        base = edit.end().saturating_add(1);
        source.edits.push(edit);
        let (before, after) = (document.written(key).map(bare), bare(value));
        if before.as_ref() != Some(&after) {
            let key = key.to_owned();
            source.changes.push(Change { key, before, after });
        }
    }
    source.changes.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(source)
}

/// A scenario that the sweep names.
fn other(
    document: &Document<'_>,
    (field, name): (&str, &str),
    read_file: ReadFile<'_>,
    overrides: &Overrides,
) -> Result<Scenario, ScenarioError> {
    let path = beside(document.file(), name);
    let shown = path.display().to_string();
    let bytes = read_file(&path).map_err(|error| {
        let found = format!("`{name}`, and {shown} cannot be read: {error}");
        document.fail(field, found, "a scenario file, relative to this one")
    })?;
    within_size(&shown, &bytes)?;
    let text = utf8(&shown, &bytes)?;
    let instead = Instead::from(overrides.clone());
    Scenario::parse_with(text, &shown, read_file, &instead)
}

/// One more override from the file's `[set]`.
fn put(
    document: &Document<'_>,
    overrides: &Overrides,
    (key, value): (&str, &str),
) -> Result<Overrides, ScenarioError> {
    overrides.with(key, value).map_err(|error| match error {
        ScenarioError::Flag { flag, found, legal } => {
            document.fail("set", format!("`{flag}`, which {found}"), legal)
        }
        other => other,
    })
}

/// A flag must not set what the grid or a draw varies.
fn refuse_varied(file: &SweepFile, (key, value): (&str, &str)) -> Result<(), ScenarioError> {
    let drawn = file.draw.iter().map(|draw| draw.key.as_str());
    let varied = file.grid.iter().flat_map(grid::keys).chain(drawn);
    for other in varied {
        if other == key {
            let flag = format!("{key}={value}");
            let legal = "a key that neither `grid` nor `draw` varies";
            return Err(refused(&flag, "sets what the sweep varies", legal));
        }
    }
    Ok(())
}

fn check(document: &Document<'_>, file: &SweepFile) -> Result<(), ScenarioError> {
    if file.question.trim().is_empty() {
        return Err(document.fail("question", "empty", "one question"));
    }
    if i64::try_from(file.seed).is_err() {
        return Err(document.fail("seed", file.seed, "0 to 9223372036854775807"));
    }
    if !(1..=MOST_PATHS).contains(&file.paths) {
        return Err(document.fail("paths", file.paths, "1 to 1000000000"));
    }
    if let Err(error) = file.sampling.validate() {
        let path = format!("sampling.{}", error.field);
        return Err(document.fail(&path, error.value, error.legal));
    }
    let sample = file.sampling.sample();
    if !file.paths.is_multiple_of(sample) {
        let legal = format!("a multiple of {sample}, the paths of one sample");
        return Err(document.fail("paths", file.paths, legal));
    }
    match &file.price {
        Some(prices) => check_prices(document, prices)?,
        None if file.sampling != Sampling::Independent => {
            let legal = "independent, as without `[price]` no prices are drawn";
            return Err(document.fail("sampling", file.sampling.name(), legal));
        }
        None if file.redraw == Redraw::Prices && file.draw.is_empty() => {
            let legal = "`all`, or `[price]` beside it: else every path is the same";
            return Err(document.fail("redraw", "prices, and none are drawn", legal));
        }
        None => {}
    }
    check_keys(document, file)?;
    check_stop(document, file)
}

fn check_prices(document: &Document<'_>, prices: &SweepPrices) -> Result<(), ScenarioError> {
    let models = prices.models();
    let [model] = models.as_slice() else {
        let names: Vec<&str> = models.iter().map(PriceModel::name).collect();
        let found = match names.is_empty() {
            true => String::from("without a model"),
            false => format!("with {} models: {}", names.len(), names.join(", ")),
        };
        let legal = "one of gbm, merton, heston, regimes, bootstrap, replay";
        return Err(document.fail("price", found, legal));
    };
    if prices.tick == 0 {
        return Err(document.fail("price.tick", 0, "at least 1 second"));
    }
    let checked = model.validate();
    checked.map_err(|error| refuse_param(document, model, &error))
}

/// The error of a price model's parameter, at its place.
fn refuse_param(document: &Document<'_>, model: &PriceModel, error: &ParamError) -> ScenarioError {
    let of_setup = ["shocks", "tick_seconds", "ticks"]
        .iter()
        .any(|name| error.field.starts_with(name));
    let path = match of_setup {
        true => format!("price.{}", error.field.replace("tick_seconds", "tick")),
        false => format!("price.{}.{}", model.name(), error.field),
    };
    document.fail(&path, plain(&error.value), &error.legal)
}

/// Each key is varied once, and draws can be written.
fn check_keys(document: &Document<'_>, file: &SweepFile) -> Result<(), ScenarioError> {
    let axes = file.grid.iter().enumerate();
    let axes = axes
        .flat_map(|(place, axis)| grid::keys(axis).map(move |key| (format!("grid[{place}]"), key)));
    let draws = file.draw.iter().enumerate();
    let draws = draws.map(|(place, draw)| (format!("draw[{place}].key"), draw.key.as_str()));
    let varied: Vec<(String, &str)> = axes.chain(draws).collect();
    let fixed = file.set.keys();
    let fixed = fixed.map(|key| (format!("set.{key}"), key.as_str()));
    let all = varied.iter().cloned().chain(fixed);
    if let Some((path, _)) = all
        .filter(|_| file.redraw == Redraw::All)
        .find(|(_, key)| *key == "seed")
    {
        let found = "`seed`, which has no effect: every path has a seed of its own";
        return Err(document.fail(&path, found, "beside `redraw = \"prices\"` only"));
    }
    let mut seen: Vec<&str> = Vec::new();
    for (path, key) in varied {
        let found = match (is_path(key), seen.contains(&key)) {
            (false, _) => format!("`{key}`, which is no key"),
            (true, true) => format!("`{key}` a second time"),
            (true, false) if file.set.contains_key(key) => format!("`{key}`, which `set` fixes"),
            (true, false) => {
                seen.push(key);
                continue;
            }
        };
        return Err(document.fail(
            &path,
            found,
            "a key of the scenario or of `price`, each once",
        ));
    }
    for (place, draw) in file.draw.iter().enumerate() {
        let path = format!("draw[{place}]");
        if draw.decimals > 18 {
            return Err(document.fail(&format!("{path}.decimals"), draw.decimals, "0 to 18"));
        }
        match draw.value.bounds() {
            Some((least, most)) if least <= most => {}
            _ => {
                let legal = "at least one value, and `min` not above `max`";
                return Err(document.fail(&format!("{path}.value"), "without a value", legal));
            }
        }
    }
    Ok(())
}

fn check_stop(document: &Document<'_>, file: &SweepFile) -> Result<(), ScenarioError> {
    let Some(stop) = &file.stop else {
        return Ok(());
    };
    let sample = file.sampling.sample();
    let limit = (
        stop.absolute.map(|it| it.units()),
        stop.relative.map(|it| it.units()),
    );
    if !matches!(limit, (Some(1..), None) | (None, Some(1..))) {
        let legal = "one of `absolute` and `relative`, above 0";
        return Err(document.fail("stop", "without a limit above 0, or with two", legal));
    }
    if stop.every == 0 || !stop.every.is_multiple_of(sample) {
        let legal = format!("a multiple of {sample}, the paths of one sample");
        return Err(document.fail("stop.every", stop.every, legal));
    }
    if stop.least < sample.saturating_mul(2) {
        let legal = format!("at least {}, two samples", sample.saturating_mul(2));
        return Err(document.fail("stop.least", stop.least, legal));
    }
    Ok(())
}
