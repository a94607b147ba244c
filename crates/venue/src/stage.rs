use seawall_ledger::{AccountId, DeficitId, Transfer};
use seawall_units::{Base, Time, Usd};

/// The stages of a liquidation, in the published order; the ids of every table and file.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StageId {
    /// Part of the position is closed against the market's liquidity.
    PartialDeleverage,
    /// The rest is sold in small lots.
    Auction,
    /// The first-loss capital pays.
    Junior,
    /// The insurance fund pays.
    Insurance,
    /// Winners give up a part of their profit.
    Adl,
    /// The last-loss capital pays.
    Senior,
    /// What nobody could pay.
    Residual,
}

impl StageId {
    /// All stages in the published order.
    pub const ALL: [Self; 7] = [
        Self::PartialDeleverage,
        Self::Auction,
        Self::Junior,
        Self::Insurance,
        Self::Adl,
        Self::Senior,
        Self::Residual,
    ];

    /// The stage's id in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PartialDeleverage => "partial_deleverage",
            Self::Auction => "auction",
            Self::Junior => "junior",
            Self::Insurance => "insurance",
            Self::Adl => "adl",
            Self::Senior => "senior",
            Self::Residual => "residual",
        }
    }

    /// The stage's name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::PartialDeleverage => "partial deleverage",
            Self::Auction => "auction",
            Self::Junior => "junior",
            Self::Insurance => "insurance",
            Self::Adl => "ADL",
            Self::Senior => "senior",
            Self::Residual => "residual",
        }
    }
}

/// Why a stage was passed over.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The stages before it left nothing.
    NothingLeft,
    /// The payer has nothing.
    NoCapacity,
    /// There is nobody with a profit to take.
    NoWinners,
    /// Nobody can bid.
    NoBidders,
    /// The position is below its bankruptcy price already.
    BelowBankruptcy,
    /// Equity is too thin for this stage; it goes on at once (M-8.1).
    TooThin,
    /// The position is too small for it.
    TooSmall,
    /// All steps that one position gets are used (M-8.1).
    StepsUsed,
    /// The venue has no such stage.
    NotInVenue,
}

/// Why a stage stopped.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum StageEnd {
    /// It did all that was left to do.
    Cleared,
    /// It gave all it had.
    Exhausted,
    /// It reached its stated cap.
    Capped,
    /// It waits for its next turn; the same deficit comes back to it.
    Waiting,
    /// It did nothing, and this is why.
    Skipped(SkipReason),
}

/// What one stage did in one step. A stage that did nothing says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageReport {
    /// When.
    pub time: Time,
    /// Which stage.
    pub stage: StageId,
    /// The deficit it worked on; `None` for the stages before there is one.
    pub deficit: Option<DeficitId>,
    /// The account whose position it is.
    pub account: Option<AccountId>,
    /// Base size closed or handed on, unsigned.
    pub closed: Base,
    /// How much of the deficit it filled.
    pub absorbed: Usd,
    /// The most that the payer could give, where the stage asked for it.
    pub capacity: Option<Usd>,
    /// What the position's owner paid for this stage out of his own margin: fees, spread, impact
    /// and the discount of an auction.
    pub owner_cost: Usd,
    /// Why it stopped.
    pub end: StageEnd,
    /// The postings that moved the absorbed amount.
    pub transfers: Vec<Transfer>,
}
