//! The file format, one type per table of the file and nothing resolved yet.

use seawall_units::{Base, Price, Ratio, Side, Usd};
use seawall_venue::{FillRule, StageId, TrancheName};
use serde::{Deserialize, Serialize};

pub use crate::arbitrageur::{Arbitrageur, Exit, TradesOn};
pub use crate::behaviour::{
    Leave, LeaveWhen, Move, News, Providers, Seconds, TradeAct, TradeWhen, TraderRule, Vanish,
    VanishWhen, Who,
};
pub use crate::distribution::{Distribution, Weighted};
pub use crate::fault::FaultSource;
pub use crate::feed::{FeedEntry, PoolTrade};
use crate::{At, Moment};

/// A scenario as the file states it. [`Scenario`](crate::Scenario) is the same, checked and
/// resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(title = "Scenario of Seawall")
)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// The question that the scenario asks; the title of its table.
    pub question: String,
    /// Seed of every random draw.
    pub seed: u64,
    /// What in this file is recorded fact.
    #[serde(default)]
    pub observed: Vec<String>,
    /// What in this file is assumed.
    #[serde(default)]
    pub assumed: Vec<String>,
    /// First and last second.
    pub time: TimeSpan,
    /// What is traded.
    pub market: Market,
    /// Risk capital, equal for every venue (M-11.1).
    pub capital: Capital,
    /// Whose fees, margin tables and leverage apply (M-11.4).
    pub terms: Terms,
    /// The outside price (M-11.3).
    pub price: PriceSource,
    /// What is held at the start, the same in every venue (M-11.2).
    #[serde(default)]
    pub positions: Positions,
    /// Single orders.
    #[serde(default)]
    pub orders: Vec<Order>,
    /// Random flows of orders.
    #[serde(default)]
    pub orders_drawn: Vec<OrderFlow>,
    /// Margin that owners add.
    #[serde(default)]
    pub margin_added: Vec<MarginAdded>,
    /// Liquidity that comes in and goes out.
    #[serde(default)]
    pub liquidity: Vec<LiquidityMove>,
    /// Money that comes back from outside for losses that were borne.
    #[serde(default)]
    pub recoveries: Vec<Recovery>,
    /// Who buys liquidated positions.
    #[serde(default)]
    pub bidders: Vec<Bidder>,
    /// Who trades whenever a venue's mark lags behind the outside price; at most 64.
    #[serde(default)]
    pub arbitrageurs: Vec<Arbitrageur>,
    /// What everybody hears, and when.
    #[serde(default)]
    pub news: Vec<News>,
    /// Liquidity providers who hold a part of the opening capital and react.
    #[serde(default)]
    pub lps: Vec<Providers>,
    /// Rules that accounts trade by.
    #[serde(default)]
    pub traders: Vec<TraderRule>,
    /// Price sources and their faults.
    #[serde(default)]
    pub oracle: Oracle,
    /// Parameters of single venues that differ from their defaults.
    #[serde(default)]
    pub venues: Venues,
    /// What the run must come to, worked by hand.
    #[serde(default)]
    pub expected: Expected,
}

/// First and last second of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TimeSpan {
    /// The first second.
    pub start: Moment,
    /// The last second, which still belongs to the scenario; at most 7 days later.
    pub end: Moment,
}

/// What is traded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Market {
    /// The base asset, such as `BTC`.
    pub coin: String,
}

/// Risk capital of each venue and how two of them split it; the pool takes it whole (M-11.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Capital {
    /// X, equal for every venue.
    pub total: Usd,
    /// The split in the tranched market; it must sum to `total`.
    pub tranched: TranchedCapital,
    /// The split in an order book; it must sum to `total`.
    pub orderbook: OrderbookCapital,
}

/// Risk capital of the tranched market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TranchedCapital {
    /// The senior tranche.
    pub senior: Usd,
    /// The junior tranche.
    pub junior: Usd,
    /// The insurance fund's seed.
    pub insurance: Usd,
}

/// Risk capital around an order book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderbookCapital {
    /// Capital of the market makers.
    pub makers: Usd,
    /// Capital of the backstop vaults, in the order in which they take over.
    #[serde(default)]
    pub backstops: Vec<Usd>,
}

/// Whose fees, margin tables and leverage apply (M-11.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Terms {
    /// One margin table for every venue.
    Common {
        /// Initial margin over notional: one over the highest leverage.
        initial: Ratio,
        /// Maintenance margin over notional.
        maintenance: Ratio,
    },
    /// Each venue's own.
    Native {},
}

/// Where the outside price comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PriceSource {
    /// A recorded path: a table with the columns `utc, coin, price, kind, source`, or any of the
    /// public formats of prices that are recognised.
    Csv {
        /// The file, relative to the scenario file.
        file: String,
        /// Which coin of it; the market's by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coin: Option<String>,
    },
    /// Points in the scenario file itself.
    Points {
        /// At least one, in time order.
        points: Vec<PricePoint>,
    },
}

/// One given price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PricePoint {
    /// When.
    pub at: At,
    /// The price.
    pub price: Price,
    /// What was recorded.
    #[serde(default)]
    pub kind: PriceKind,
}

/// What a recorded price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PriceKind {
    /// A venue's mark price.
    #[default]
    Mark,
    /// A point of a spot bar; it anchors the path before the first mark and after the last, and
    /// is never mixed into marks (M-11.5).
    Bar,
}

/// What is held at the start.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Positions {
    /// Whether all positions are shrunk by one factor until they fit the tightest venue (M-11.2).
    #[serde(default)]
    pub scale: bool,
    /// A file of positions, relative to the scenario file: a table of named columns, or any of the
    /// public formats of positions that are recognised. They stand beside `each` and `drawn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Positions stated one by one.
    #[serde(default)]
    pub each: Vec<Position>,
    /// Crowds of positions, drawn.
    #[serde(default)]
    pub drawn: Vec<DrawnPositions>,
}

/// One position: `size` or `notional`, and `margin` or `leverage`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Whose.
    pub account: String,
    /// Long or short.
    pub side: Side,
    /// Base size, unsigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Base>,
    /// Value at the entry price, instead of a size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notional: Option<Usd>,
    /// Entry price.
    pub entry: Price,
    /// Margin posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<Usd>,
    /// Value at entry over margin, instead of a margin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leverage: Option<Ratio>,
}

/// A crowd of positions, drawn; its accounts are called `name-1`, `name-2` and so on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DrawnPositions {
    /// The crowd's name.
    pub name: String,
    /// How many.
    pub count: u32,
    /// Probability that one is long.
    pub long_share: Ratio,
    /// Value at the opening price.
    pub notional: Distribution<Usd>,
    /// Value at entry over margin.
    pub leverage: Distribution<Ratio>,
    /// Entry price as a multiple of the opening price; one by default.
    #[serde(default = "at_opening")]
    pub entry: Distribution<Ratio>,
}

const fn at_opening() -> Distribution<Ratio> {
    Distribution::Fixed(Ratio::ONE)
}

/// One order: either a side with `size` or `notional` and `margin` or `leverage`, or a `close`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// When it is sent.
    pub at: At,
    /// Who sends it.
    pub account: String,
    /// Buy (long) or sell (short).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Base size, unsigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Base>,
    /// Value at the outside price when it is sent, instead of a size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notional: Option<Usd>,
    /// Margin posted with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<Usd>,
    /// Value over margin, instead of a margin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leverage: Option<Ratio>,
    /// Share of the sender's position to close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<Ratio>,
    /// Worst execution price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Price>,
    /// What to do about a part that cannot be filled.
    #[serde(default)]
    pub fill: FillRule,
}

/// A random flow of orders.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderFlow {
    /// The flow's name.
    pub name: String,
    /// Mean number of orders in a minute.
    pub per_minute: Ratio,
    /// Probability that an opening order is long.
    pub long_share: Ratio,
    /// Value at the outside price when it is sent.
    pub notional: Distribution<Usd>,
    /// Value over margin.
    pub leverage: Distribution<Ratio>,
    /// Probability that an order reduces an initial position instead of opening one.
    #[serde(default)]
    pub closes_share: Ratio,
    /// From when; the start by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<At>,
    /// Until when; the end by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<At>,
}

/// Margin that an owner adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MarginAdded {
    /// When.
    pub at: At,
    /// Who.
    pub account: String,
    /// How much.
    pub amount: Usd,
}

/// Liquidity that comes in (`provide`), is asked back (`redeem`) or is taken out (`claim`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LiquidityMove {
    /// When it is asked for.
    pub at: At,
    /// Whose.
    pub lp: String,
    /// Which tranche; venues without tranches have one pool.
    pub tranche: TrancheName,
    /// Comes in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provide: Option<Usd>,
    /// Is asked back: shares worth this much at the time of asking, at most all that the provider
    /// holds. They are priced when they are executed: in the tranched market at the epoch they
    /// are due, elsewhere at the next minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redeem: Option<Usd>,
    /// Takes out what was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimAmount>,
}

/// How much of what was granted a provider takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClaimAmount {
    /// All of it.
    All,
}

/// Money that comes back from outside for losses that were borne (M-9.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Recovery {
    /// When.
    pub at: At,
    /// How much at most; what nobody has lost is not taken.
    pub amount: Usd,
}

/// Who buys liquidated positions, in auctions and on the book alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bidder {
    /// The bidder's name.
    pub name: String,
    /// What it can post as margin.
    pub capital: Usd,
    /// The least discount to the mark that it wants.
    pub discount: Ratio,
    /// The most notional that it will hold; bounded by its capital alone when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appetite: Option<Usd>,
    /// From when; the start by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<At>,
    /// Until when; the end by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<At>,
    /// The share of an order book's quotes that is his; none by default.
    #[serde(default)]
    pub book_share: Ratio,
    /// When he vanishes; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vanish: Option<Vanish>,
}

/// Price sources and their faults (M-3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Oracle {
    /// How many price sources, all instant; 3 by default. Short for `feeds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<u16>,
    /// The price sources one kind after another, numbered from 0 in this order.
    pub feeds: Vec<FeedEntry>,
    /// Fewest sources for a valid mark.
    pub quorum: u16,
    /// Seconds after which an observation is stale; a push source's is after its heartbeat.
    pub max_age: u64,
    /// Distance from the weighted median beyond which a source is dropped.
    pub max_deviation: Ratio,
    /// Seconds of `reduce_only` before `halted`.
    pub grace: u64,
    /// Seconds of reducing only after a halt.
    pub reopening: u64,
    /// What goes wrong, and when; at most 1,000 faults.
    pub faults: Vec<OracleFault>,
    /// Trades in the pools behind price sources; at most 10,000.
    pub trades: Vec<PoolTrade>,
}

/// Something that goes wrong with one price source or with all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OracleFault {
    /// Which source.
    pub source: FaultSource,
    /// What happens to it.
    pub kind: FaultKind,
    /// From when; the start by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<At>,
    /// Until when; the end by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<At>,
}

/// What goes wrong with a price source. What it means for each design stands in
/// `docs/oracles.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// It publishes nothing.
    Outage,
    /// It repeats its last price with new times.
    Stuck,
    /// It publishes what it would have published so many seconds ago.
    Delay(u64),
    /// It sees the outside price moved by this share of it, signed.
    Deviation(Ratio),
}

/// Parameters of single venues, read later by [`Scenario::venue_params`](crate::Scenario::venue_params).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Venues {
    /// The tranched market.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::table"))]
    pub tranched: toml::Table,
    /// The order book with Hyperliquid's rules.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::table"))]
    pub hyperliquid: toml::Table,
    /// The pool with GMX v2's rules.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::table"))]
    pub gmx: toml::Table,
}

/// What the run must come to in each venue, worked by hand.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// In the tranched market.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tranched: Option<ExpectedVenue>,
    /// In the order book with Hyperliquid's rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hyperliquid: Option<ExpectedVenue>,
    /// In the pool with GMX v2's rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gmx: Option<ExpectedVenue>,
}

/// What a run must come to in one venue; what is absent is not checked.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ExpectedVenue {
    /// Sum of all deficits when they were opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opening_deficit: Option<Usd>,
    /// Absorbed by the junior stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub junior: Option<Usd>,
    /// Absorbed by the insurance fund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurance: Option<Usd>,
    /// Absorbed by winners' profits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adl: Option<Usd>,
    /// Absorbed by the senior stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub senior: Option<Usd>,
    /// What nobody paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residual: Option<Usd>,
    /// What owners paid for partial deleverages out of their own margin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial_deleverage_owner_cost: Option<Usd>,
    /// What owners paid for auctions out of their own margin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auction_owner_cost: Option<Usd>,
    /// Base size closed by partial deleverages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial_deleverage_closed: Option<Base>,
    /// Base size sold in auctions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auction_closed: Option<Base>,
    /// The last stage that did something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_stage: Option<StageId>,
    /// Orders that were refused whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders_refused: Option<u64>,
    /// Senior value at the end less its value at the start, flows left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub senior_change: Option<Usd>,
    /// The same of the junior value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub junior_change: Option<Usd>,
    /// What redemptions were granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redeemed: Option<Usd>,
    /// What was claimed of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed: Option<Usd>,
    /// What the shares that still wait at the end are worth at the exit price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Usd>,
    /// Senior's coupon that is due and unpaid at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrears_due: Option<Usd>,
    /// Senior's coupon that lapsed unpaid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrears_lapsed: Option<Usd>,
    /// What was recovered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovered: Option<Usd>,
    /// The most that Senior could have lost at once, at its largest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub senior_worst_case: Option<Usd>,
}
