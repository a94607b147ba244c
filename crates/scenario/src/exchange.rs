use std::path::Path;

use seawall_units::Time;

use crate::document::Document;
use crate::overrides::refused;
use crate::scenario::{Place, read, read_at_most, within_size};
use crate::source::{Source, table_of};
use crate::text::utf8;
use crate::{Instead, Overrides, ReadFile, Scenario, ScenarioError};

/// The most markets in one file.
const MAX_MARKETS: usize = 64;
/// Keys that are the same for every market of a file.
const COMMON: [&str; 3] = ["question", "time", "markets"];

/// Several isolated markets on one clock, each a [`Scenario`] of its own (M-1.5).
///
/// A file states them as `[[markets]]`, each with a `name`. What a market states stands in the
/// place of what the file states for all; `question` and `time` are the file's alone. A market
/// without a `seed` of its own draws from the file's seed and its name, so that its numbers are
/// the same whichever markets stand beside it. Nothing is shared but what the price sources read:
/// two markets may name the same coin of the same recorded path.
///
/// ```
/// use seawall_scenario::Exchange;
/// let text = r#"
/// question = "Does one market reach the other?"
/// seed = 1
/// [time]
/// start = "2025-10-10T21:00:00Z"
/// end = "2025-10-10T21:01:00Z"
/// [capital]
/// total = "1000"
/// tranched = { senior = "790", junior = "200", insurance = "10" }
/// orderbook = { makers = "900", backstops = ["100"] }
/// [terms.common]
/// initial = "2%"
/// maintenance = "1%"
/// [[markets]]
/// name = "calm"
/// market = { coin = "BTC" }
/// price.points.points = [{ at = 0, price = "100" }]
/// [[markets]]
/// name = "storm"
/// market = { coin = "MEME" }
/// price.points.points = [{ at = 0, price = "1" }, { at = 30, price = "0.5" }]
/// "#;
/// let exchange = Exchange::parse(text, "two.toml", &|_| unreachable!("it names no file"))?;
/// let names: Vec<&str> = exchange.markets().iter().map(|(name, _)| name.as_str()).collect();
/// assert_eq!(names, ["calm", "storm"]);
///
/// let wrong = text.replace(r#"price = "0.5""#, r#"price = "-1""#);
/// let error = Exchange::parse(&wrong, "two.toml", &|_| unreachable!()).unwrap_err();
/// assert!(error.to_string().contains("`markets[1].price.points.points[1].price`"));
/// # Ok::<(), seawall_scenario::ScenarioError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    name: String,
    question: String,
    markets: Vec<(String, Scenario)>,
}

impl Exchange {
    /// Reads a file that states several markets.
    ///
    /// **Errors** [`ScenarioError`] with file, line, column, field and the legal range; also when
    /// the file states one market only.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        Self::load_with(path, &Overrides::default())
    }

    /// The same with other values in the place of the file's; a key of one market is
    /// `markets[0].…`.
    ///
    /// **Errors** as [`Exchange::load`]; an error about a value of an override names `--set`.
    pub fn load_with(path: impl AsRef<Path>, overrides: &Overrides) -> Result<Self, ScenarioError> {
        let (file_name, bytes) = read(path.as_ref())?;
        let text = utf8(&file_name, &bytes)?;
        Self::parse_with(text, &file_name, &read_at_most, overrides)
    }

    /// Several markets from text; files that it names are looked for beside `file_name`.
    ///
    /// **Errors** as [`Exchange::load`].
    pub fn parse(
        text: &str,
        file_name: &str,
        read_file: ReadFile<'_>,
    ) -> Result<Self, ScenarioError> {
        Self::parse_with(text, file_name, read_file, &Overrides::default())
    }

    /// The same with other values in the place of the text's.
    ///
    /// **Errors** as [`Exchange::load_with`].
    pub fn parse_with(
        text: &str,
        file_name: &str,
        read_file: ReadFile<'_>,
        overrides: &Overrides,
    ) -> Result<Self, ScenarioError> {
        within_size(file_name, text.as_bytes())?;
        let source = Source::new((file_name, text), overrides, None)?;
        let document = Document::of(&source)?;
        let Some(names) = document.markets()? else {
            let found = "absent: the file states one market";
            return Err(document.fail("markets", found, "one `[[markets]]` or more"));
        };
        check_names(&document, &names)?;
        check_reach(&source, overrides, names.len())?;
        let instead = Instead::from(overrides.clone());
        let mut markets = Vec::with_capacity(names.len());
        for (index, name) in names.into_iter().enumerate() {
            let view = Document::of(&source)?.into_market(index);
            if let Some(key) = COMMON.into_iter().find(|key| view.is_own(key)) {
                let found = "stated for one market";
                return Err(view.fail(key, found, "stated once, for all markets"));
            }
            let place = Place {
                name: name.clone(),
                index,
            };
            markets.push((
                name,
                Scenario::checked((&source, &instead), Some(place), read_file)?,
            ));
        }
        let stem = Path::new(file_name).file_stem().unwrap_or_default();
        let question = markets.first().map(|(_, one)| one.file().question.clone());
        Ok(Self {
            name: stem.to_string_lossy().into_owned(),
            question: question.unwrap_or_default(),
            markets,
        })
    }

    /// One market of a file that states several, with other values in the place of the market's
    /// own and, where it has none, of the file's; `None` when no market has this name.
    ///
    /// **Errors** as [`Exchange::load_with`].
    pub fn load_market(
        path: impl AsRef<Path>,
        name: &str,
        overrides: &Overrides,
    ) -> Result<Option<Scenario>, ScenarioError> {
        let path = path.as_ref();
        let exchange = Self::load(path)?;
        let index = exchange.markets.iter().position(|(each, _)| each == name);
        let Some(index) = index else { return Ok(None) };
        let (file_name, bytes) = read(path)?;
        let text = utf8(&file_name, &bytes)?;
        let source = Source::new((&file_name, text), overrides, Some(index))?;
        let place = Place {
            name: name.to_owned(),
            index,
        };
        let instead = Instead::from(overrides.clone());
        Scenario::checked((&source, &instead), Some(place), &read_at_most).map(Some)
    }

    /// Whether a file states several markets; `false` for one that is not TOML at all, which
    /// [`Scenario::load`] refuses with its place.
    ///
    /// **Errors** [`ScenarioError`] when the file cannot be read.
    pub fn is_stated_in(path: impl AsRef<Path>) -> Result<bool, ScenarioError> {
        let (file_name, bytes) = read(path.as_ref())?;
        let text = utf8(&file_name, &bytes)?;
        let document = Document::parse(&file_name, text);
        Ok(document.is_ok_and(|document| !matches!(document.markets(), Ok(None))))
    }

    /// The file's name without the ending.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The question it asks.
    #[must_use]
    pub fn question(&self) -> &str {
        &self.question
    }

    /// The markets with their names, in the file's order; at least one, all on the same seconds.
    #[must_use]
    pub fn markets(&self) -> &[(String, Scenario)] {
        &self.markets
    }

    /// The market with this name.
    #[must_use]
    pub fn market(&self, name: &str) -> Option<&Scenario> {
        let mut markets = self.markets.iter();
        markets.find(|(each, _)| each == name).map(|(_, one)| one)
    }

    /// First and last second.
    #[must_use]
    pub fn span(&self) -> (Time, Time) {
        let first = self.markets.first();
        first.map_or_else(Default::default, |(_, one)| (one.start(), one.end()))
    }
}

/// What every market states itself is nowhere read from the file's own key.
fn check_reach(
    source: &Source,
    overrides: &Overrides,
    markets: usize,
) -> Result<(), ScenarioError> {
    for (key, value) in overrides.iter() {
        let Some(first) = table_of(key) else {
            continue;
        };
        let mut read = first == "markets";
        for index in 0..markets {
            read |= !Document::of(source)?.into_market(index).is_own(first);
        }
        if !read {
            let found = format!("reaches no market: each states `{first}` itself");
            let legal = format!("`markets[0].{key}`, or --market NAME beside it");
            return Err(refused(&format!("{key}={value}"), &found, &legal));
        }
    }
    Ok(())
}

/// Names are plain words: they stand in titles, in flags and in file names.
fn check_names(document: &Document<'_>, names: &[String]) -> Result<(), ScenarioError> {
    if !(1..=MAX_MARKETS).contains(&names.len()) {
        let found = format!("{} of them", names.len());
        return Err(document.fail("markets", found, format!("1 to {MAX_MARKETS} markets")));
    }
    for (index, name) in names.iter().enumerate() {
        let path = format!("markets[{index}].name");
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !(1..=32).contains(&name.len()) || !name.chars().all(is_word) {
            let shown: String = name.chars().take(32).collect();
            let legal = "1 to 32 letters, digits, `-` or `_`";
            return Err(document.fail(&path, format!("`{}`", shown.escape_debug()), legal));
        }
        if names.iter().take(index).any(|before| before == name) {
            let found = format!("`{name}`, a second time");
            return Err(document.fail(&path, found, "a name of its own"));
        }
    }
    Ok(())
}
