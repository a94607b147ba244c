use std::io::Read;
use std::path::{Path, PathBuf};

use seawall_ledger::{AccountId, BidderId};
use seawall_oracle::{Feed, push_only};
use seawall_units::{Price, Time};
use seawall_venue::{Endowment, MarginTable, ParamError};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::check::Check;
use crate::document::Document;
use crate::import::{self, Format, Holdings, Imported, OwnPositions};
use crate::model::{ScenarioFile, Terms};
use crate::named::{Named, hash};
use crate::path::PricePath;
use crate::resolve::{Asked, Resolved};
use crate::resolved::{
    Crowd, TimedArbitrageur, TimedBidder, TimedFault, TimedFlow, TimedLiquidity, TimedMargin,
    TimedOrder, TimedRecovery, TimedTrade,
};
use crate::resolved_behaviour::Behaviour;
use crate::source::Source;
use crate::text::utf8;
use crate::{Change, Instead, Overrides, ScenarioError};

/// The largest file that is taken in: 16 MiB.
const MAX_BYTES: u64 = 16_777_216;

/// How the path of an imported position begins.
const IMPORTED: &str = "positions.imported[";

/// How a scenario reads the files that it names.
pub type ReadFile<'a> = &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>;

/// A scenario that may be run: every field was found legal, every name is a number, every moment
/// a second, and the outside price is known for each of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    name: String,
    pub(crate) source: Source,
    pub(crate) instead: Instead,
    /// The files that were read, with their bytes.
    pub(crate) kept: Vec<(PathBuf, Vec<u8>)>,
    pub(crate) market: Option<Place>,
    pub(crate) stated_seed: u64,
    pub(crate) hash: String,
    pub(crate) file: ScenarioFile,
    pub(crate) path: PricePath,
    pub(crate) resolved: Resolved,
    inputs: Vec<PathBuf>,
    holdings: Option<Holdings>,
    pub(crate) imported: Vec<Imported>,
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
        Self::load_with(path, &Instead::default())
    }

    /// The same with other values, prices or positions in the place of the file's.
    ///
    /// **Errors** as [`Scenario::load`]; an error about a value of an override names `--set`.
    /// Imported prices must reach from the scenario's first to its last second.
    pub fn load_with(path: impl AsRef<Path>, instead: &Instead) -> Result<Self, ScenarioError> {
        let (file_name, bytes) = read(path.as_ref())?;
        let text = utf8(&file_name, &bytes)?;
        Self::parse_with(text, &file_name, &read_at_most, instead)
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
        Self::parse_with(text, file_name, read_file, &Instead::default())
    }

    /// The same with other values, prices or positions in the place of the text's. All values are
    /// put in their places first; then everything is checked once.
    ///
    /// **Errors** as [`Scenario::load_with`].
    ///
    /// ```no_run
    /// use seawall_scenario::{Overrides, Scenario};
    /// let overrides = Overrides::parse(["market.junior=30000000", "seed=7"])?;
    /// let scenario = Scenario::load_with("crash.toml", &overrides.into())?;
    /// for change in scenario.changes() {
    ///     println!("{} is now {}", change.key, change.after);
    /// }
    /// # Ok::<(), seawall_scenario::ScenarioError>(())
    /// ```
    pub fn parse_with(
        text: &str,
        file_name: &str,
        read_file: ReadFile<'_>,
        instead: &Instead,
    ) -> Result<Self, ScenarioError> {
        states_something(file_name, text)?;
        let source = Source::new((file_name, text), &instead.overrides, None)?;
        let document = Document::of(&source)?;
        if document.markets()?.is_some() {
            let found = "there: the file states several markets";
            let legal = "one of them at a time; an exchange takes them all";
            return Err(document.fail("markets", found, legal));
        }
        Self::checked((&source, instead), None, read_file)
    }

    /// The scenario of a source, or of one of its markets.
    pub(crate) fn checked(
        (source, instead): (&Source, &Instead),
        market: Option<Place>,
        read_file: ReadFile<'_>,
    ) -> Result<Self, ScenarioError> {
        let imports = &instead.imports;
        let document = document(source, market.as_ref())?;
        let file_name = source.file.as_str();
        let mut file: ScenarioFile = document.read()?;
        let stated_seed = file.seed;
        if let Some(market) = &market
            && !document.is_own("seed")
        {
            file.seed = market.seed(file.seed);
        }
        if imports.positions.is_some() && imports.own == OwnPositions::Replaced {
            file.positions.file = None;
            file.positions.each.clear();
            file.positions.drawn.clear();
        }
        let check = Check::new(&document, &file)?;
        let names = Named {
            file_name,
            document: &document,
            file: &file,
            read_file,
        };
        let prices = names.prices(imports)?;
        let positions = names.positions(imports)?;
        let (path, priced) = check.price_path(prices.as_ref())?;
        let coin = &file.market.coin;
        let read = positions.as_ref().map(|(given, _)| given.positions(coin));
        let holdings = read.transpose()?;
        let resolved = check.resolve(&path, holdings.as_ref())?;
        let read = (prices.as_ref(), positions.as_ref());
        let hash = hash((source, market.as_ref()), imports, read);
        let as_usual = |imported: &Imported| {
            let instead = prices.as_ref().map(|prices| prices.asked) == Some(Asked::Instead);
            imported.format == Format::PriceTable && !instead
        };
        let held = holdings.as_ref().map(|holdings| &holdings.imported);
        let read = prices.iter().map(|prices| &prices.given);
        let read = read.chain(positions.iter().map(|(given, _)| given));
        let kept: Vec<(PathBuf, Vec<u8>)> = read
            .map(|given| (PathBuf::from(&given.file), given.bytes.clone()))
            .collect();
        let stem = Path::new(file_name).file_stem();
        let stem = stem.unwrap_or_default().to_string_lossy();
        let name = match &market {
            Some(market) => format!("{stem}: {}", market.name),
            None => stem.into_owned(),
        };
        Ok(Self {
            name,
            market,
            stated_seed,
            hash,
            path,
            resolved,
            inputs: kept.iter().map(|(file, _)| file.clone()).collect(),
            kept,
            imported: priced
                .filter(|imported| !as_usual(imported))
                .into_iter()
                .chain(held.cloned())
                .collect(),
            holdings,
            file,
            instead: instead.clone(),
            source: source.clone(),
        })
    }

    /// The document that this scenario was read from.
    pub(crate) fn document(&self) -> Result<Document<'_>, ScenarioError> {
        document(&self.source, self.market.as_ref())
    }

    /// What is put in the place of the file's statements.
    #[must_use]
    pub const fn instead(&self) -> &Instead {
        &self.instead
    }

    /// The values that are put in the place of the file's.
    #[must_use]
    pub const fn overrides(&self) -> &Overrides {
        &self.instead.overrides
    }

    /// The seed as the file states it. A market without one of its own draws from this and its name:
    /// then [`file`](Self::file) has the seed of its draws.
    #[must_use]
    pub const fn stated_seed(&self) -> u64 {
        self.stated_seed
    }

    /// The name of its market, where the file states several.
    #[must_use]
    pub fn market(&self) -> Option<&str> {
        self.market.as_ref().map(|market| market.name.as_str())
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
        if let Some(error) = self.say_of_import(path, message) {
            return error;
        }
        match self.document() {
            Ok(document) => document.say(path, message),
            Err(error) => error,
        }
    }

    /// The error in these words at the row of an imported position.
    fn say_of_import(&self, path: &str, message: &str) -> Option<ScenarioError> {
        let index = path.strip_prefix(IMPORTED)?.strip_suffix(']')?;
        let holdings = self.holdings.as_ref()?;
        let one = holdings.list.get(index.parse::<usize>().ok()?)?;
        let message = message.strip_prefix(&format!("`{path}`: "));
        let (found, legal) = message?.split_once("; legal: ")?;
        Some(holdings.refuse(one, format!("refused: {found}"), legal))
    }

    /// The path of the position or crowd in the file that an account comes from; `positions` when
    /// it comes from neither.
    #[must_use]
    pub fn position_path(&self, id: AccountId) -> String {
        let name = self.account_name(id);
        let mut held = self.holdings.iter().flat_map(|holdings| &holdings.list);
        if let Some(index) = held.position(|one| one.account == name) {
            return format!("{IMPORTED}{index}]");
        }
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

    /// The files of prices and positions that were read.
    #[must_use]
    pub fn input_files(&self) -> &[PathBuf] {
        &self.inputs
    }

    /// What was taken out of files that are not the scenario's own record: imported prices and
    /// positions, each with its format and what was skipped.
    #[must_use]
    pub fn imported(&self) -> &[Imported] {
        &self.imported
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

    /// Money that comes back for losses, by time.
    #[must_use]
    pub fn recoveries(&self) -> &[TimedRecovery] {
        &self.resolved.recoveries
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

    /// The price sources by their numbers (M-3.4).
    #[must_use]
    pub fn feeds(&self) -> &[Feed] {
        &self.resolved.feeds
    }

    /// Trades in the pools behind price sources, by time.
    #[must_use]
    pub fn trades(&self) -> &[TimedTrade] {
        &self.resolved.trades
    }

    /// Who trades on a lagging mark, in the file's order.
    #[must_use]
    pub fn arbitrageurs(&self) -> &[TimedArbitrageur] {
        &self.resolved.arbitrageurs
    }

    /// Seconds between the sending of a command and its execution: one, or none in a market with
    /// push sources only (M-3.2).
    #[must_use]
    pub fn execution_delay(&self) -> u64 {
        match push_only(self.feeds()) {
            Some(_) => 0,
            None => 1,
        }
    }

    /// Everybody who reacts to what he sees of a venue.
    #[must_use]
    pub const fn behaviour(&self) -> &Behaviour {
        &self.resolved.behaviour
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
    pub(crate) fn seed(&self, seed: u64) -> u64 {
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

/// Refuses a text that is too long, and one in which nothing stands.
pub(crate) fn states_something(file: &str, text: &str) -> Result<(), ScenarioError> {
    within_size(file, text.as_bytes())?;
    match text.trim().is_empty() {
        true => Err(ScenarioError::Empty {
            file: file.to_owned(),
        }),
        false => Ok(()),
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
    file.take(import::MAX_BYTES.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
