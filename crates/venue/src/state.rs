use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Ratio, Time, Usd};
use smallvec::SmallVec;

use crate::MarketStatus;

/// What an order would get: a price, no promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quote {
    /// Notional that would be filled, at the mark.
    pub filled: Usd,
    /// What that would cost against the mark: spread, impact and fee.
    pub cost: Usd,
}

/// Every number that the quotes of a venue are a function of, beside its parameters: as long as it
/// stays what it is, the same order is quoted the same.
///
/// It may change without a quote that changes, never the other way round. Numbers that a venue has
/// no use for are zero.
///
/// ```
/// use seawall_venue::QuoteBasis;
/// assert_eq!(QuoteBasis::of([1, 2]), QuoteBasis::of([1, 2, 0]));
/// assert_ne!(QuoteBasis::of([1, 2]), QuoteBasis::of([2, 1]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuoteBasis([i128; 12]);

impl QuoteBasis {
    /// These numbers, at most twelve of them.
    #[must_use]
    pub fn of<const N: usize>(numbers: [i128; N]) -> Self {
        const { assert!(N <= 12) };
        let mut all = [0; 12];
        for (to, number) in all.iter_mut().zip(numbers) {
            *to = number;
        }
        Self(all)
    }
}

/// What an order costs on a venue's curve of quotes, and how the venue would stand after it.
///
/// The curve is the market's own: what one account may hold does not end it, as several accounts
/// in a row pay together what one would (M-4). Where an order is filled whole, `spread + fee +
/// impact` is the cost of its quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuoteParts {
    /// What of the order is priced: all of it, up to the end of the quotes.
    pub priced: Usd,
    /// Half-spread on all of that.
    pub spread: Usd,
    /// Taker fee.
    pub fee: Usd,
    /// Price impact; below zero where the order earns a rebate.
    pub impact: Usd,
    /// Distance of the last unit's price from the mark, without the fee; below zero where that
    /// price is better than the mark.
    pub marginal: Ratio,
    /// Notional that could still be filled on this side behind the order, before the end of the
    /// quotes.
    pub depth_left: Usd,
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

/// The parts of a venue's risk capital. Up to four lie in the value itself: asking for a state
/// every second allocates nothing.
pub type CapitalParts = SmallVec<[CapitalPart; 4]>;

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
    pub capital: CapitalParts,
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

/// What was seen of an order book over a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BookRecord {
    /// Seconds that began without a bid near the oracle price.
    pub seconds_without_bids: u64,
    /// The furthest that the last unit of an order was executed beyond the oracle price, to the
    /// taker's disadvantage, as a share of it; `None` before the first trade.
    pub worst_execution: Option<Ratio>,
    /// When that was, in seconds since the start.
    pub worst_execution_after: Option<u64>,
    /// Jumps of the mark since whose last move nothing had traded.
    pub jumps: u64,
    /// The largest of them.
    pub largest_jump: Ratio,
    /// What makers lost at the outside price, where orders were filled at better prices than it.
    pub stale_quote_loss: Usd,
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
