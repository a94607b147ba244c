//! The structure of the document. The comments here are its documentation: they become the
//! descriptions of the schema and the definitions of `docs/json.md`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EndWord, Money, Number, PriceText, RuleWord, Size, SkipWord, StageWord};

/// One scenario run through several venues.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Version of this structure; raised when it changes.
    pub schema_version: u32,
    /// The scenario's name: its file name without the ending.
    pub scenario: String,
    /// The question that the scenario asks.
    pub question: String,
    /// SHA-256 of the scenario file with its overrides and the recorded prices it names, in hex.
    pub scenario_hash: String,
    /// The keys that were given another value than the file's, by name.
    pub overrides: Vec<Override>,
    /// Seed of every random draw.
    pub seed: u64,
    /// `common` with its margin table, or `native`: each venue's own fees, margins and leverage.
    pub terms: String,
    /// Risk capital of each venue.
    pub capital_usd: Money,
    /// First and last second of the run.
    pub span: Span,
    /// Seconds whose outside price was observed.
    pub observed_seconds: u64,
    /// Seconds whose outside price was interpolated between observations.
    pub interpolated_seconds: u64,
    /// Factor by which all initial positions were shrunk to fit the tightest venue; one if none.
    pub scale: Number,
    /// How many initial positions there were.
    pub positions: u64,
    /// Notional of the initial positions at the opening price.
    pub opening_interest: Interest,
    /// The outside price.
    pub price: Prices,
    /// One per venue, in the order asked for.
    pub venues: Vec<Venue>,
}

/// A key of the scenario file with another value in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The dotted path in the file.
    pub key: String,
    /// What the file states, as it is written there; null when it states nothing.
    pub before: Option<String>,
    /// What stands in its place.
    pub after: String,
}

/// First and last second of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first second, since 1970-01-01 00:00:00 UTC.
    pub first: u64,
    /// The last second, since 1970-01-01 00:00:00 UTC.
    pub last: u64,
}

/// Open interest on both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interest {
    /// Notional of the longs.
    pub long_usd: Money,
    /// Notional of the shorts.
    pub short_usd: Money,
}

/// The outside price through a run, the same for every venue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// In the first second.
    pub opening: PriceText,
    /// The lowest.
    pub lowest: PriceText,
    /// In the last second.
    pub last: PriceText,
}

/// What one venue came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Venue {
    /// `tranched`, `hyperliquid` or `gmx`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// How the risk capital was split at the start.
    pub capital_split: Vec<CapitalPart>,
    /// The payers in the order in which they pay, the residual last.
    pub loss_order: Vec<StageWord>,
    /// Sum of all balances at the end; zero by law.
    pub ledger_sum: Money,
    /// Sum of all deficits when they were opened: what bankrupt positions owed beyond their
    /// margin, plus what winners' closes found missing. Equals what the stages absorbed plus the
    /// residual.
    pub opening_deficit_usd: Money,
    /// The part of the opening deficit that bankrupt positions left.
    pub bad_debt_usd: Money,
    /// How many deficits were opened.
    pub deficits: u64,
    /// One per stage, in the published order.
    pub stages: Vec<Stage>,
    /// What no payer paid; traders' positive equity may be cut for it.
    pub residual_usd: Money,
    /// Payers touched before the one before them was exhausted or capped, stages skipped without
    /// a reason, and deficits that do not add up; zero by law.
    pub order_violations: u64,
    /// Every breach of a law that the independent audit found, in words; empty by law.
    pub breaches: Vec<String>,
    /// What winners kept and lost.
    pub winners: Winners,
    /// What the command stream's orders got.
    pub orders: Orders,
    /// Notional filled over notional asked by the command stream's orders; null when nothing was
    /// asked.
    pub fill_rate: Option<Number>,
    /// Seconds in which an opening order of 1 000 USD would not have been filled whole on one of
    /// the two sides.
    pub seconds_without_quote: u64,
    /// The same in minutes.
    pub minutes_without_quote: Number,
    /// What opening orders would have cost against the venue's mark, by size of order.
    pub cost_vs_mark_bps: Vec<CostAtSize>,
    /// Largest fall of the senior value from its peak, as a share of the peak; null without
    /// tranches.
    pub senior_drawdown: Option<Number>,
    /// Largest fall of the junior value from its peak, as a share of the peak; null without
    /// tranches.
    pub junior_drawdown: Option<Number>,
    /// Senior value at the end less its value at the start, flows in and out left out; null without
    /// tranches.
    pub senior_change_usd: Option<Money>,
    /// Junior value at the end less its value at the start, flows in and out left out; null without
    /// tranches.
    pub junior_change_usd: Option<Money>,
    /// Value of the liquidity providers' capital at the end over its value at the start, less
    /// one, flows in and out left out.
    pub lp_return: Number,
    /// Worth, at the time of asking, of what liquidity providers asked back.
    pub redemptions_asked_usd: Money,
    /// What was granted for it, at the price of its execution.
    pub redemptions_granted_usd: Money,
    /// What was paid out of that, and of recoveries to frozen series.
    pub redemptions_claimed_usd: Money,
    /// What the shares that wait for their epoch at the end are worth at the exit price; null
    /// without tranches.
    pub redemptions_waiting_usd: Option<Money>,
    /// What came back from outside to those who had borne a loss.
    pub recovered_usd: Money,
    /// The most that Senior could have lost at once when the run began; null without tranches.
    pub senior_worst_case_start: Option<WorstCase>,
    /// The same at its largest over the run; null without tranches.
    pub senior_worst_case: Option<WorstCase>,
    /// Senior's coupon that is due and unpaid at the end; null without tranches.
    pub coupon_arrears_due_usd: Option<Money>,
    /// The first second of the oldest day of which some coupon is due, since 1970-01-01 00:00:00
    /// UTC; null when none is due.
    pub coupon_arrears_oldest: Option<u64>,
    /// Senior's coupon that lapsed unpaid; null without tranches.
    pub coupon_arrears_lapsed_usd: Option<Money>,
    /// What the backstop vaults gained or lost; null without them.
    pub backstop_result_usd: Option<Money>,
    /// What makers and backstop vaults owed beyond their equity, beside the opening deficit of
    /// traders; null without such parties. Equals the three fields below added up.
    pub house_deficit_usd: Option<Money>,
    /// What backstop vaults paid of it.
    pub house_backstop_usd: Option<Money>,
    /// What ADL filled of it.
    pub house_adl_usd: Option<Money>,
    /// What nobody paid of it.
    pub house_residual_usd: Option<Money>,
    /// Accounts that lost some or all of a position to a liquidation.
    pub liquidated_accounts: u64,
    /// Notional at the mark that liquidations took from owners.
    pub liquidated_notional_usd: Money,
    /// Funding that traders paid, less what traders received.
    pub funding_net_usd: Money,
    /// Funding that traders paid.
    pub funding_paid_usd: Money,
    /// What each arbitrageur of the scenario made of the mark's lag; empty without any.
    pub arbitrageurs: Vec<Arbitrageur>,
    /// What became of the stated liquidity providers of the senior tranche, or of the same people
    /// in a venue without tranches; null when the scenario states none.
    pub senior_providers: Option<Providers>,
    /// The same of the junior tranche.
    pub junior_providers: Option<Providers>,
    /// What was seen of the order book; null without one.
    pub book: Option<Book>,
    /// What agents sent by their rules, apart from the command stream.
    pub reactions: Reactions,
    /// Why it came out so: one sentence made from the figures.
    pub why: String,
    /// The venue at the end of each whole minute.
    pub minutes: Vec<Minute>,
}

/// What became of the liquidity providers whom a scenario states for one tranche.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Providers {
    /// What they had of the opening capital.
    pub stake_usd: Money,
    /// What they asked to take out; asking again for the same does not count.
    pub asked_usd: Money,
    /// What was paid to them.
    pub left_usd: Money,
    /// What the first exits were paid for one USD of opening value; null when nobody got out.
    pub first_exit: Option<Number>,
    /// When that was, in seconds since 1970-01-01 00:00:00 UTC.
    pub first_exit_time: Option<u64>,
    /// What the last exits were paid for one USD of opening value.
    pub last_exit: Option<Number>,
    /// When that was.
    pub last_exit_time: Option<u64>,
    /// What the shares that stayed are worth at the end for one USD of opening value; null when
    /// none did.
    pub stayed: Option<Number>,
    /// Herfindahl-Hirschman index of their holdings at the start, 0 to 1.
    pub hhi_start: Option<Number>,
    /// The same at the end; null when nothing is held.
    pub hhi_end: Option<Number>,
}

/// What was seen of one order book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// Seconds that began without a bid within 1 % of the oracle price, or the share that the
    /// venue's `watch.bid_within` states.
    pub seconds_without_bids: u64,
    /// The furthest that the last unit of an order was executed beyond the oracle price; null
    /// without a trade.
    pub worst_execution_bps: Option<Number>,
    /// When that was, in seconds since the start.
    pub worst_execution_after: Option<u64>,
    /// Moves of the mark of more than 50 bp, or what `watch.jump_above` states, since the last
    /// move before which nothing had traded.
    pub jumps_without_trades: u64,
    /// The largest of them; zero without any.
    pub largest_jump_bps: Number,
    /// What makers lost at the outside price where orders were filled at better prices than it.
    pub stale_quote_loss_usd: Money,
}

/// What agents sent to one venue by their rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reactions {
    /// Commands sent.
    pub sent: u64,
    /// Commands refused whole.
    pub refused: u64,
}

/// A part of a venue's risk capital at the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapitalPart {
    /// Whose: such as `senior`, `junior`, `insurance`, `pool`, `makers`, `backstop`.
    pub role: String,
    /// How much.
    pub amount_usd: Money,
}

/// What one stage came to over the whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Which stage.
    pub stage: StageWord,
    /// How the venue relates to it.
    pub rule: RuleWord,
    /// What the venue has in this place, when it is `equivalent`; the figures are that one's.
    pub equivalent: Option<String>,
    /// What happens instead, when it is `absent`.
    pub absent: Option<String>,
    /// How much of the deficits it filled.
    pub absorbed_usd: Money,
    /// Base size it closed or handed on.
    pub closed_base: Size,
    /// What the owners of the positions paid for it out of their own margin; below zero when the
    /// impact rebate is more than fees and spread.
    pub owner_cost_usd: Money,
    /// Times it did something.
    pub acted: u64,
    /// How it stood when it last did something, or why it did nothing; null when never reached.
    pub end: Option<EndWord>,
    /// Why it was skipped, when `end` is `skipped`.
    pub skip_reason: Option<SkipWord>,
}

/// The most that Senior could lose before the next minute tick while nobody opens a position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorstCase {
    /// After the fall and the rise in turn, in either order.
    pub loss_usd: Money,
    /// After the fall alone.
    pub fall_usd: Money,
    /// The fall it is stated for, as a share of the mark.
    pub fall_by: Number,
    /// After the rise alone.
    pub rise_usd: Money,
    /// The rise it is stated for, as a share of the mark.
    pub rise_by: Number,
}

/// What winners kept and lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Winners {
    /// Sum over accounts of their trading profit, realised and open at the end and before cuts,
    /// where it is above zero.
    pub profit_before_usd: Money,
    /// What was taken of it: profit at the mark less profit at execution and less what was
    /// withheld.
    pub taken_usd: Money,
    /// Taken over profit before; null when there was no profit.
    pub share_taken: Option<Number>,
    /// Accounts that were cut.
    pub count: u64,
    /// The largest sum taken from one account.
    pub largest_single_usd: Money,
    /// Taken beyond what was placed on ADL.
    pub overshoot_usd: Money,
    /// Accounts that had a winning position, or part of one, closed that they did not ask to
    /// close, whether or not something was taken from them.
    pub closed_early_count: u64,
    /// What was cut pro rata from traders' positive equity for the residual; not part of what was
    /// taken.
    pub residual_cut_usd: Money,
}

/// What the command stream's orders got.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    /// Orders sent.
    pub sent: u64,
    /// Orders refused whole.
    pub refused: u64,
    /// Notional asked, at the outside price.
    pub asked_usd: Money,
    /// Notional filled, at the outside price.
    pub filled_usd: Money,
}

/// What an opening order of one size would have cost, over both sides and all seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostAtSize {
    /// Size of the order.
    pub order_usd: Money,
    /// Cost over notional of what would have been filled, in basis points; null when nothing
    /// would.
    pub mean: Option<Number>,
    /// The same in the worst second of one side; null when nothing would have been filled.
    pub worst: Option<Number>,
    /// Share of the asked notional that would have been filled.
    pub filled_share: Number,
}

/// What one arbitrageur made of the lag of a venue's mark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arbitrageur {
    /// His name.
    pub name: String,
    /// Seconds between what he sees and the sending of his order.
    pub lag: u64,
    /// Positions that he opened and that ended, closed by him or taken from him.
    pub round_trips: u64,
    /// What the books gave him for them less what they took, all costs included.
    pub profit_usd: Money,
    /// The same for one of them, on average; null when none has ended.
    pub profit_per_trip_usd: Option<Money>,
    /// Notional at the mark that they opened.
    pub traded_usd: Money,
    /// Profit over that notional, in basis points; null when none has ended.
    pub profit_bps: Option<Number>,
    /// Orders sent, to open and to close; not part of the command stream's.
    pub orders_sent: u64,
    /// Orders that got nothing.
    pub orders_refused: u64,
    /// Positions still open at the end, which no profit counts.
    pub open_count: u64,
}

/// A venue at the end of a whole minute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Minute {
    /// When, in seconds since 1970-01-01 00:00:00 UTC.
    pub time: u64,
    /// The venue's mark.
    pub mark: PriceText,
    /// Long open interest at the mark.
    pub open_interest_long_usd: Money,
    /// Short open interest at the mark.
    pub open_interest_short_usd: Money,
    /// Value of the liquidity providers' capital.
    pub lp_value_usd: Money,
    /// Deficits that wait for their payers.
    pub open_deficit_usd: Money,
}
