//! What a comparison found: the figures of every table and file, each defined once, here.

use seawall_scenario::Change;
use seawall_units::{Price, Ratio, Round, Time, Usd, mul_div};
use seawall_venue::{BookRecord, StageEnd, StageId, StageRule, WorstCase};

/// One scenario run through several venues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The scenario's name: its file name without the ending.
    pub scenario: String,
    /// The question it asks; the title of the table.
    pub question: String,
    /// SHA-256 of the scenario with its overrides and the recorded prices, in hex.
    pub scenario_hash: String,
    /// The keys that have another value than in the file, by name.
    pub overrides: Vec<Change>,
    /// Seed of every random draw.
    pub seed: u64,
    /// `common` with its table, or `native`.
    pub terms: String,
    /// Risk capital of each venue.
    pub capital: Usd,
    /// First and last second.
    pub span: (Time, Time),
    /// What was taken out of files that are not the scenario's own record, in words.
    pub imports: Vec<String>,
    /// Seconds whose price was observed.
    pub observed_seconds: u64,
    /// Seconds whose price was interpolated between observations.
    pub interpolated_seconds: u64,
    /// Factor by which all initial positions were shrunk to fit the tightest venue; one if none.
    pub scale: Ratio,
    /// Initial positions.
    pub positions: u64,
    /// Their long and short notional at the opening price.
    pub opening_interest: (Usd, Usd),
    /// The outside price: opening, lowest, last.
    pub price: (Price, Price, Price),
    /// One per venue, in the order asked for.
    pub venues: Vec<VenueOutcome>,
}

/// What one venue came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueOutcome {
    /// `tranched`, `hyperliquid`, `gmx`.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// How the risk capital is split at the start.
    pub capital_split: Vec<(&'static str, Usd)>,
    /// Its payers in the order in which they pay, the residual last.
    pub loss_order: Vec<StageId>,
    /// Sum of all balances at the end; zero.
    pub ledger_sum: Usd,
    /// Sum of all deficits when they were opened: what bankrupt positions owed beyond their
    /// margin, plus what winners' closes found missing (M-8.3).
    pub opening_deficit: Usd,
    /// The part of it that bankrupt positions left.
    pub bad_debt: Usd,
    /// How many deficits were opened.
    pub deficits: u64,
    /// One per stage, in the published order.
    pub stages: Vec<StageOutcome>,
    /// What nobody paid.
    pub residual: Usd,
    /// Payers that were touched before the one before them was exhausted or capped, stages
    /// skipped without a reason, and deficits that do not add up. Zero by law.
    pub order_violations: u64,
    /// Every breach of a law that the independent audit found, in words. Empty by law.
    pub breaches: Vec<String>,
    /// What winners kept and lost.
    pub winners: Winners,
    /// Notional asked for and filled by the command stream's orders.
    pub orders: OrderFill,
    /// Seconds in which a 1 000 USD opening order would not have been filled whole on one of the
    /// two sides.
    pub seconds_without_quote: u64,
    /// What opening orders would have cost, second by second through the whole run.
    pub cost_vs_mark: Vec<CostAtSize>,
    /// Largest fall of the senior value from its peak; `None` without tranches.
    pub senior_drawdown: Option<Ratio>,
    /// Largest fall of the junior value from its peak; `None` without tranches.
    pub junior_drawdown: Option<Ratio>,
    /// Senior value at the end less its value at the start, flows in and out left out; `None`
    /// without tranches.
    ///
    /// **Formula** `end − start − (deposits − redemptions)`.
    pub senior_change: Option<Usd>,
    /// The same of the junior value.
    pub junior_change: Option<Usd>,
    /// Value of the liquidity providers' capital at the end over its value at the start, less
    /// one, flows in and out left out.
    pub lp_return: Ratio,
    /// What liquidity providers asked back and got.
    pub redemptions: Redemptions,
    /// What came back from outside to those who had borne a loss.
    pub recovered: Usd,
    /// What only tranches have; `None` without them.
    pub tranches: Option<TrancheOutcome>,
    /// What the backstop vaults gained or lost, what their parent moved left out; `None` without
    /// them.
    pub backstop_result: Option<Usd>,
    /// What the venue's own parties, makers and backstop vaults, owed beyond their equity; `None`
    /// where a venue has no such parties. Not part of the opening deficit (M-11.6).
    pub house: Option<HouseDeficit>,
    /// Accounts that lost some or all of a position to a liquidation.
    pub liquidated_accounts: u64,
    /// Notional at the mark that liquidations took from owners.
    pub liquidated_notional: Usd,
    /// Funding that traders paid, net of what traders received.
    pub funding_net: Usd,
    /// Funding that traders paid, gross.
    pub funding_paid: Usd,
    /// What each arbitrageur made of the mark's lag; empty when the scenario has none.
    pub arbitrage: Vec<ArbitrageOutcome>,
    /// What became of the stated liquidity providers of the senior tranche, or in a venue without
    /// tranches of the same people; `None` when the scenario states none.
    pub senior_providers: Option<LpRun>,
    /// The same of the junior tranche.
    pub junior_providers: Option<LpRun>,
    /// What agents sent, apart from the command stream.
    pub reactions: Reactions,
    /// What was seen of the book; `None` without one.
    pub book: Option<BookRecord>,
    /// One row per whole minute.
    pub minutes: Vec<MinuteRow>,
}

/// What one arbitrageur made of the lag of a venue's mark (M-3.2).
///
/// A round trip begins with the fill of an opening order and ends when nothing is held any more,
/// closed by him or taken from him. Its profit is what the books gave him less what they took,
/// everything included: fees, spread, impact, funding, cuts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArbitrageOutcome {
    /// His name.
    pub name: String,
    /// Seconds between what he sees and the sending of his order.
    pub lag: u64,
    /// Round trips that ended.
    pub round_trips: u64,
    /// What they brought in all.
    pub profit: Usd,
    /// Notional at the mark that they opened.
    pub traded: Usd,
    /// Orders sent, to open and to close.
    pub sent: u64,
    /// Orders refused whole.
    pub refused: u64,
    /// Round trips still open at the end, which no other figure but `sent` and `refused` counts.
    pub open: u64,
}

impl ArbitrageOutcome {
    /// Profit of a round trip, `None` when none has ended.
    ///
    /// **Formula** `profit / round trips`. **Units** USD. **Rounding** down.
    #[must_use]
    pub fn profit_per_trip(&self) -> Option<Usd> {
        let trips = i128::from(self.round_trips);
        let units = mul_div(self.profit.units(), 1, trips, Round::Floor)?;
        Usd::from_units(units).ok()
    }

    /// Profit as a share of the notional opened, `None` when nothing was.
    ///
    /// **Formula** `profit / notional opened`. **Rounding** down.
    #[must_use]
    pub fn profit_share(&self) -> Option<Ratio> {
        self.profit.ratio_floor(self.traded)
    }
}

/// What agents sent to one venue; none of it counts among the command stream's orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reactions {
    /// Commands sent.
    pub sent: u64,
    /// Commands refused whole.
    pub refused: u64,
}

/// What became of the liquidity providers whom a scenario states for one tranche.
///
/// Prices are what was paid, or what shares are worth at the end, for one USD of opening value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LpRun {
    /// What they had of the opening capital.
    pub stake: Usd,
    /// What they asked to take out; asking again for the same does not count.
    pub asked: Usd,
    /// What was paid to them.
    pub left: Usd,
    /// The price of the first exits, of all in their minute; `None` when nobody got out.
    pub first_exit: Option<Ratio>,
    /// When.
    pub first_exit_at: Option<Time>,
    /// The price of the last exits.
    pub last_exit: Option<Ratio>,
    /// When.
    pub last_exit_at: Option<Time>,
    /// The price of what stayed, at the end; `None` when nothing did.
    pub stayed: Option<Ratio>,
    /// Herfindahl-Hirschman index of their holdings at the start.
    pub hhi_start: Option<Ratio>,
    /// The same at the end; `None` when nothing is held.
    pub hhi_end: Option<Ratio>,
}

/// What liquidity providers asked back and got over the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Redemptions {
    /// Worth, at the time of asking, of what the venue took down.
    pub asked: Usd,
    /// What was granted for it, at the price of its execution.
    pub granted: Usd,
    /// What was paid out of that, and of recoveries; what needs no claim is paid at once.
    pub claimed: Usd,
}

/// What only a venue with a senior and a junior tranche comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrancheOutcome {
    /// The most that Senior could have lost at once at the start (M-9.5).
    pub worst_case_start: WorstCase,
    /// The same at its largest: at the start, at a whole minute or at the end.
    pub worst_case_most: WorstCase,
    /// Senior's coupon that is due and unpaid at the end.
    pub arrears_due: Usd,
    /// The first second of the oldest day of which something is due.
    pub arrears_oldest: Option<Time>,
    /// Senior's coupon that lapsed unpaid.
    pub arrears_lapsed: Usd,
    /// What the shares that wait for their epoch at the end are worth at the exit price.
    pub waiting: Usd,
}

/// Deficits of a venue's own parties over the whole run: `opened = backstop + adl + residual`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HouseDeficit {
    /// Sum of them when they were opened.
    pub opened: Usd,
    /// What backstop vaults paid of the makers' deficits; with a parent vault, what its children
    /// and its cash paid for each other.
    pub backstop: Usd,
    /// What ADL filled of them.
    pub adl: Usd,
    /// What nobody paid.
    pub residual: Usd,
}

/// What one stage came to over the whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageOutcome {
    /// Which stage.
    pub stage: StageId,
    /// How the venue relates to it.
    pub rule: StageRule,
    /// How much of the deficits it filled.
    pub absorbed: Usd,
    /// Base size it closed or handed on.
    pub closed: seawall_units::Base,
    /// What the owners of the positions paid for it out of their own margin: fees, spread, impact
    /// and discounts. Below zero when the impact rebate of closes that balance the market is more
    /// than fees and spread.
    pub owner_cost: Usd,
    /// Times it did something.
    pub acted: u64,
    /// How it stood when it last did something, or why it did nothing; `None` when it was never
    /// reached.
    pub end: Option<StageEnd>,
}

/// What winners kept and lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Winners {
    /// Sum over accounts of their trading profit (realised and open at the end, before cuts)
    /// where it is above zero; of each account at least what was taken from it.
    pub profit_before: Usd,
    /// What was taken of it: profit at the mark less profit at execution and less what was
    /// withheld.
    pub taken: Usd,
    /// Accounts that were cut.
    pub count: u64,
    /// The largest sum taken from one account.
    pub largest_single: Usd,
    /// Taken beyond what was placed on ADL.
    pub overshoot: Usd,
    /// Accounts that had a winning position, or part of one, closed that they did not ask to
    /// close, whether or not something was taken from them.
    pub closed_early: u64,
    /// What was cut pro rata from traders' positive equity for the residual; not part of `taken`.
    pub residual_cut: Usd,
}

/// What the command stream's orders got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OrderFill {
    /// Orders sent.
    pub sent: u64,
    /// Orders refused whole.
    pub refused: u64,
    /// Notional asked, at the outside price.
    pub asked: Usd,
    /// Notional filled, at the outside price.
    pub filled: Usd,
}

/// What an opening order of one size would have cost against the venue's mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostAtSize {
    /// Size of the order.
    pub notional: Usd,
    /// Share of the asked notional, both sides and all seconds, that would have been filled.
    pub filled_share: Ratio,
    /// Cost over notional of what would have been filled; `None` when nothing would.
    pub mean: Option<Ratio>,
    /// The worst second of one side.
    pub worst: Option<Ratio>,
}

/// A venue at the end of a whole minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinuteRow {
    /// When.
    pub time: Time,
    /// The venue's mark.
    pub mark: Price,
    /// Long open interest.
    pub open_interest_long: Usd,
    /// Short open interest.
    pub open_interest_short: Usd,
    /// Value of the liquidity providers' capital.
    pub lp_value: Usd,
    /// Deficits that wait for their payers.
    pub open_deficit: Usd,
}
