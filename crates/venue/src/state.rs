use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Ratio, Time, Usd};

use crate::MarketStatus;

/// What an order would get: a price, no promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quote {
    /// Notional that would be filled, at the mark.
    pub filled: Usd,
    /// What that would cost against the mark: spread, impact and fee.
    pub cost: Usd,
}

/// The value of one part of a venue's risk capital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapitalPart {
    /// Whose: `senior`, `junior`, `insurance`, `pool`, `makers`, `backstop`.
    pub role: &'static str,
    /// Net asset value at the mark.
    pub value: Usd,
    /// Whether it belongs to liquidity providers, so that their return counts it.
    pub is_lp: LpCapital,
}

/// Whether a part of the capital belongs to liquidity providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LpCapital {
    /// It does.
    Yes,
    /// It belongs to the venue itself.
    No,
}

/// A venue at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueState {
    /// The mark price.
    pub mark: Price,
    /// The market's status.
    pub status: MarketStatus,
    /// Long open interest at the mark.
    pub open_interest_long: Usd,
    /// Short open interest at the mark.
    pub open_interest_short: Usd,
    /// The parts of the risk capital, in a fixed order.
    pub capital: Vec<CapitalPart>,
    /// Deficits that wait for their payers.
    pub open_deficit: Usd,
}

/// What only a venue with a senior and a junior tranche has to say of itself (M-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrancheView {
    /// What Senior could lose at once (M-9.5).
    pub worst_case: WorstCase,
    /// Senior's coupon that is due and not paid.
    pub arrears: ArrearsView,
    /// What the shares that wait for their epoch are worth at the exit price.
    pub waiting: Usd,
    /// What has been granted and not claimed.
    pub claimable: Usd,
}

/// The most that Senior could lose before the next minute tick while nobody opens a position, and
/// after which events (M-9.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WorstCase {
    /// After both events in turn, in either order.
    pub loss: Usd,
    /// The mark falls by as much as stated, and shorts win.
    pub fall: Usd,
    /// The mark rises by as much as stated, and longs win.
    pub rise: Usd,
    /// The stated fall, as a share of the mark.
    pub fall_by: Ratio,
    /// The stated rise, as a share of the mark.
    pub rise_by: Ratio,
}

/// Senior's coupon that is due and not paid, by the day it fell due (M-5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ArrearsView {
    /// All that is due.
    pub due: Usd,
    /// The first second of the oldest day of which something is due.
    pub oldest: Option<Time>,
    /// What has lapsed unpaid since the start.
    pub lapsed: Usd,
}

/// One open position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionView {
    /// Whose.
    pub account: AccountId,
    /// Signed size.
    pub size: Base,
    /// Signed cost of entry, `size · entry price`.
    pub cost: Usd,
    /// Margin posted.
    pub margin: Usd,
    /// Profit at the mark, without fees and funding.
    pub open_pnl: Usd,
    /// Equity at the mark, after accrued funding and fees.
    pub equity: Usd,
}

/// A figure that is kept incrementally and the same figure added up anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount {
    /// What it is.
    pub what: &'static str,
    /// As kept.
    pub kept: i128,
    /// As added up from the positions or the journal.
    pub counted: i128,
}
