use std::io::Read;
use std::path::{Path, PathBuf};

use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Price, Time};
use seawall_venue::{Endowment, MarginTable, ParamError};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::check::Check;
use crate::document::Document;
use crate::model::{PriceSource, ScenarioFile, Terms};
use crate::path::PricePath;
use crate::record::utf8;
use crate::resolve::{Recorded, Resolved};
use crate::resolved::{
    Crowd, TimedBidder, TimedFault, TimedFlow, TimedLiquidity, TimedMargin, TimedOrder,
};
use crate::source::Source;
use crate::{Change, Overrides, ScenarioError};

/// The largest file that is taken in: 16 MiB.
const MAX_BYTES: u64 = 16_777_216;

/// How a scenario reads the files that it names.
pub type ReadFile<'a> = &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>;

/// A scenario that may be run: every field was found legal, every name is a number, every moment
/// a second, and the outside price is known for each of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    name: String,
    source: Source,
    overrides: Overrides,
    recorded: Option<Recorded>,
    market: Option<Place>,
    hash: String,
    file: ScenarioFile,
    path: PricePath,
    resolved: Resolved,
}

/// Which of several markets of a file a scenario is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) index: usize,
}

impl Scenario {
    /// Reads a scenario file and the recorded prices that it names.
    ///
    /// **Errors** [`ScenarioError`] with file, line, column, field and the legal range.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        Self::load_with(path, &Overrides::default())
    }

    /// The same with other values in the place of the file's.
    ///
    /// **Errors** as [`Scenario::load`]; an error about a value of an override names `--set`.
    pub fn load_with(path: impl AsRef<Path>, overrides: &Overrides) -> Result<Self, ScenarioError> {
        let (file_name, bytes) = read(path.as_ref())?;
        let text = utf8(&file_name, &bytes)?;
        Self::parse_with(text, &file_name, &read_at_most, overrides)
    }

    /// A scenario from the bytes of a file that need not be text.
    ///
    /// **Errors** as [`Scenario::load`].
    pub fn from_bytes(
        bytes: &[u8],
        file_name: &str,
        read_file: ReadFile<'_>,
    ) -> Result<Self, ScenarioError> {
        within_size(file_name, bytes)?;
        Self::parse(utf8(file_name, bytes)?, file_name, read_file)
    }

    /// A scenario from text; files that it names are looked for beside `file_name`.
    ///
    /// **Errors** as [`Scenario::load`].
    pub fn parse(
        text: &str,
        file_name: &str,
        read_file: ReadFile<'_>,
    ) -> Result<Self, ScenarioError> {
        Self::parse_with(text, file_name, read_file, &Overrides::default())
    }

    /// The same with other values in the place of the text's. All of them are put in their places
    /// first; then everything is checked once.
    ///
    /// **Errors** as [`Scenario::load_with`].
    ///
    /// ```no_run
    /// use seawall_scenario::{Overrides, Scenario};
    /// let overrides = Overrides::parse(["market.junior=30000000", "seed=7"])?;
    /// let scenario = Scenario::load_with("crash.toml", &overrides)?;
    /// for change in scenario.changes() {
    ///     println!("{} is now {}", change.key, change.after);
    /// }
    /// # Ok::<(), seawall_scenario::ScenarioError>(())
    /// ```
    pub fn parse_with(
        text: &str,
        file_name: &str,
        read_file: ReadFile<'_>,
        overrides: &Overrides,
    ) -> Result<Self, ScenarioError> {
        within_size(file_name, text.as_bytes())?;
        if text.trim().is_empty() {
            return Err(ScenarioError::Empty {
                file: file_name.to_owned(),
            });
        }
        let source = Source::new(file_name, text, overrides)?;
        let document = Document::of(&source)?;
        if document.markets()?.is_some() {
            let found = "there: the file states several markets";
            let legal = "one of them at a time; an exchange takes them all";
            return Err(document.fail("markets", found, legal));
        }
        Self::checked((&source, overrides), None, read_file)
    }

    /// The scenario of a source, or of one of its markets.
    pub(crate) fn checked(
        (source, overrides): (&Source, &Overrides),
        market: Option<Place>,
        read_file: ReadFile<'_>,
    ) -> Result<Self, ScenarioError> {
        let document = document(source, market.as_ref())?;
        let file_name = source.file.as_str();
        let mut file: ScenarioFile = document.read()?;
        if let Some(market) = &market
            && !document.is_own("seed")
        {
            file.seed = market.seed(file.seed);
        }
        let check = Check::new(&document, &file)?;
        let recorded = recorded(&document, &file, file_name, read_file)?;
        let path = check.price_path(recorded.as_ref())?;
        let resolved = check.resolve(&path)?;
        let mut hash = Sha256::new_with_prefix(&source.text);
        if let Some(recorded) = &recorded {
            hash.update(&recorded.bytes);
        }
        for change in &source.changes {
            hash.update(format!("\0{}={}", change.key, change.after));
        }
        let stem = Path::new(file_name).file_stem();
        let stem = stem.unwrap_or_default().to_string_lossy();
        let name = match &market {
            Some(market) => format!("{stem}: {}", market.name),
            None => stem.into_owned(),
        };
        Ok(Self {
            name,
            market,
            hash: hex(&hash.finalize()),
            path,
            resolved,
            file,
            recorded,
            overrides: overrides.clone(),
            source: source.clone(),
        })
    }

    /// The document that this scenario was read from.
    fn document(&self) -> Result<Document<'_>, ScenarioError> {
        document(&self.source, self.market.as_ref())
    }

    /// The same scenario with one more key set, or an override replaced.
    ///
    /// The key is that of the file, also in the scenario of one of several markets.
    ///
    /// **Errors** as [`Scenario::load_with`], and when the key names another file of prices: no
    /// file is read.
    pub fn with(&self, key: &str, value: &str) -> Result<Self, ScenarioError> {
        let overrides = self.overrides.with(key, value)?;
        let kept = |path: &Path| match &self.recorded {
            Some(kept) if Path::new(&kept.file) == path => Ok(kept.bytes.clone()),
            _ => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
        };
        let source = Source::new(&self.source.file, &self.source.text, &overrides)?;
        Self::checked((&source, &overrides), self.market.clone(), &kept)
    }

    /// What is put in the place of the file's statements.
    #[must_use]
    pub const fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// The keys that have another value than in the file, by name.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.source.changes
    }

    /// The file that it was read from, as it was named.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.source.file
    }

    /// Parameters of a venue: its defaults with what `[venues]` states of it.
    ///
    /// **Errors** [`ScenarioError::Place`] when a parameter has the wrong type or is unknown.
    pub fn venue_params<P: DeserializeOwned>(&self, venue: &str) -> Result<P, ScenarioError> {
        self.document()?.read_field(&format!("venues.{venue}"))
    }

    /// The error that a venue found one of these parameters out of its range, with its place in
    /// the file.
    #[must_use]
    pub fn refuse_param(&self, venue: &str, error: &ParamError) -> ScenarioError {
        let path = format!("venues.{venue}.{}", error.field);
        match self.document() {
            Ok(document) => document.fail(&path, &error.value, error.legal),
            Err(error) => error,
        }
    }

    /// The error that a field breaks a rule which names what was found and what is legal itself,
    /// with its place in the file: the field's own, or the nearest table's above it.
    #[must_use]
    pub fn refuse_at(&self, path: &str, message: &str) -> ScenarioError {
        match self.document() {
            Ok(document) => document.refuse(path, &message),
            Err(error) => error,
        }
    }

    /// The error in these words at the place of a field, or of the nearest table above it.
    #[must_use]
    pub fn say_at(&self, path: &str, message: &str) -> ScenarioError {
        match self.document() {
            Ok(document) => document.say(path, message),
            Err(error) => error,
        }
    }

    /// The path of the position or crowd in the file that an account comes from; `positions` when
    /// it comes from neither.
    #[must_use]
    pub fn position_path(&self, id: AccountId) -> String {
        let name = self.account_name(id);
        let positions = &self.file.positions;
        let stated = positions.each.iter().position(|each| each.account == name);
        let member = |crowd: &Crowd| {
            let place = id.number().checked_sub(crowd.first.number());
            place.is_some_and(|place| place < crowd.positions.count)
        };
        let drawn = || self.crowds().iter().position(member);
        match (stated, stated.map_or_else(drawn, |_| None)) {
            (Some(index), _) => format!("positions.each[{index}]"),
            (None, Some(index)) => format!("positions.drawn[{index}]"),
            (None, None) => "positions".to_owned(),
        }
    }

    /// The file of recorded prices that the scenario names, if it names one.
    #[must_use]
    pub fn price_file(&self) -> Option<PathBuf> {
        match &self.file.price {
            PriceSource::Csv { file, .. } => Some(beside(&self.source.file, file)),
            PriceSource::Points { .. } => None,
        }
    }

    /// The scenario's name: its file name without the ending, and its market's where the file
    /// states several.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's statements as they stand in it.
    #[must_use]
    pub const fn file(&self) -> &ScenarioFile {
        &self.file
    }

    /// SHA-256 of the scenario file's bytes, those of the recorded prices it names and its
    /// [`changes`](Self::changes), in hex.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The first second.
    #[must_use]
    pub const fn start(&self) -> Time {
        self.file.time.start.0
    }

    /// The last second.
    #[must_use]
    pub const fn end(&self) -> Time {
        self.file.time.end.0
    }

    /// The outside price of every second.
    #[must_use]
    pub const fn path(&self) -> &PricePath {
        &self.path
    }

    /// The outside price of the first second.
    #[must_use]
    pub fn opening(&self) -> Price {
        self.path.opening()
    }

    /// The common margin table; `None` for each venue's own (M-11.4).
    #[must_use]
    pub const fn margin_table(&self) -> Option<MarginTable> {
        match self.file.terms {
            Terms::Common {
                initial,
                maintenance,
            } => Some(MarginTable {
                initial,
                maintenance,
            }),
            Terms::Native {} => None,
        }
    }

    /// The positions stated one by one, in the file's order.
    #[must_use]
    pub fn endowments(&self) -> &[Endowment] {
        &self.resolved.endowments
    }

    /// The crowds of positions to be drawn, in the file's order.
    #[must_use]
    pub fn crowds(&self) -> &[Crowd] {
        &self.resolved.crowds
    }

    /// Single orders, by time and then in the file's order.
    #[must_use]
    pub fn orders(&self) -> &[TimedOrder] {
        &self.resolved.orders
    }

    /// Random flows of orders, in the file's order.
    #[must_use]
    pub fn flows(&self) -> &[TimedFlow] {
        &self.resolved.flows
    }

    /// Margin that owners add, by time.
    #[must_use]
    pub fn margin_added(&self) -> &[TimedMargin] {
        &self.resolved.margin_added
    }

    /// Liquidity that comes in and goes out, by time.
    #[must_use]
    pub fn liquidity(&self) -> &[TimedLiquidity] {
        &self.resolved.liquidity
    }

    /// Who buys liquidated positions, in the file's order.
    #[must_use]
    pub fn bidders(&self) -> &[TimedBidder] {
        &self.resolved.bidders
    }

    /// What goes wrong with the price sources, in the file's order.
    #[must_use]
    pub fn faults(&self) -> &[TimedFault] {
        &self.resolved.faults
    }

    /// How many accounts the scenario names or draws: their ids are 0 up to this number. Accounts
    /// of random order flows come after them.
    #[must_use]
    pub fn accounts(&self) -> u32 {
        self.resolved.accounts.total()
    }

    /// The account with this name; `retail-7` is the seventh of the crowd `retail`.
    #[must_use]
    pub fn account_id(&self, name: &str) -> Option<AccountId> {
        self.resolved.accounts.id(name)
    }

    /// The name of an account; `account-7` when the scenario neither names nor draws it.
    #[must_use]
    pub fn account_name(&self, id: AccountId) -> String {
        self.resolved.accounts.name(id)
    }

    /// The bidder or liquidity provider with this name.
    #[must_use]
    pub fn bidder_id(&self, name: &str) -> Option<BidderId> {
        self.resolved.parties.number(name).map(BidderId::new)
    }

    /// The name of a bidder or liquidity provider.
    #[must_use]
    pub fn bidder_name(&self, id: BidderId) -> Option<&str> {
        self.resolved.parties.name(id.number())
    }
}

/// The document of a source, or of one of its markets.
fn document<'s>(source: &'s Source, market: Option<&Place>) -> Result<Document<'s>, ScenarioError> {
    let document = Document::of(source)?;
    Ok(match market {
        Some(market) => document.into_market(market.index),
        None => document,
    })
}

impl Place {
    /// The seed of the market's draws: the file's seed and the market's own name, so that another
    /// market beside it shifts nobody's numbers.
    fn seed(&self, seed: u64) -> u64 {
        let mut hash = Sha256::new_with_prefix(seed.to_le_bytes());
        hash.update(&self.name);
        let digest = hash.finalize();
        let mut bytes = [0; 8];
        bytes
            .iter_mut()
            .zip(digest)
            .for_each(|(to, from)| *to = from);
        u64::from_le_bytes(bytes)
    }
}

pub(crate) fn within_size(file: &str, bytes: &[u8]) -> Result<(), ScenarioError> {
    match u64::try_from(bytes.len()) {
        Ok(0..=MAX_BYTES) => Ok(()),
        _ => Err(ScenarioError::TooLarge {
            file: file.to_owned(),
            most: MAX_BYTES,
        }),
    }
}

/// A file's name for people and its bytes.
pub(crate) fn read(path: &Path) -> Result<(String, Vec<u8>), ScenarioError> {
    let file = path.display().to_string();
    match read_at_most(path) {
        Ok(bytes) => within_size(&file, &bytes).map(|()| (file, bytes)),
        Err(error) => Err(ScenarioError::Unreadable {
            reason: error.to_string(),
            file,
        }),
    }
}

/// Reads a file, but never much more than what is taken in: it may be a device without an end.
pub(crate) fn read_at_most(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(MAX_BYTES.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The recorded prices that a scenario names, looked for beside it.
fn recorded(
    document: &Document<'_>,
    file: &ScenarioFile,
    file_name: &str,
    read_file: ReadFile<'_>,
) -> Result<Option<Recorded>, ScenarioError> {
    let PriceSource::Csv { file: csv, .. } = &file.price else {
        return Ok(None);
    };
    let beside = beside(file_name, csv);
    let file = beside.display().to_string();
    let bytes = read_file(&beside).map_err(|error| {
        let found = format!("`{csv}`, and {file} cannot be read: {error}");
        document.fail(
            "price.csv.file",
            found,
            "a file, relative to the scenario file",
        )
    })?;
    within_size(&file, &bytes)?;
    Ok(Some(Recorded { file, bytes }))
}

/// A file that is looked for beside the scenario file.
fn beside(file_name: &str, name: &str) -> PathBuf {
    let folder = Path::new(file_name).parent();
    folder.unwrap_or(Path::new("")).join(name)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
