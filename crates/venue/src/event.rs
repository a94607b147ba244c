use seawall_ledger::{Account, AccountId, BidderId, DeficitId};
use seawall_units::{Base, Price, Side, Time, Usd};

use crate::{
    FeeRound, Level, MarketStatus, PositionState, ShareChange, StageId, StageReport, TrancheName,
};

/// What an order got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Fill {
    /// Who.
    pub account: AccountId,
    /// What was asked, signed.
    pub asked: Base,
    /// What was filled, signed.
    pub filled: Base,
    /// The mark at execution.
    pub mark: Price,
    /// Notional filled at the mark.
    pub notional: Usd,
    /// Everything it cost against the mark: spread, impact, fee; negative when impact earned more.
    pub cost: Usd,
}

/// Part or all of a position is taken from its owner by a liquidation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Liquidation {
    /// When.
    pub time: Time,
    /// Whose.
    pub account: AccountId,
    /// By which stage, or its nearest equivalent.
    pub stage: StageId,
    /// Signed size taken.
    pub size: Base,
    /// At which price.
    pub price: Price,
    /// The mark then.
    pub mark: Price,
    /// Equity before it.
    pub equity: Usd,
    /// Maintenance requirement before it.
    pub maintenance: Usd,
    /// Who takes it; `None` when the venue's own capital does.
    pub taker: Option<Account>,
}

/// The prices that a mark was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkMade {
    /// The oracle price.
    pub oracle: Price,
    /// The oracle price with the averaged difference between book and oracle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based: Option<Price>,
    /// The price of the book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub book: Option<Price>,
    /// The price of outside perpetuals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perps: Option<Price>,
    /// The average of the book's price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub book_average: Option<Price>,
}

/// A winner's position, or part of it, is closed against its will or its profit is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct WinnerCut {
    /// When.
    pub time: Time,
    /// Whose.
    pub account: AccountId,
    /// For which deficit; `None` when it closes without a cut.
    pub deficit: Option<DeficitId>,
    /// Signed size closed.
    pub closed: Base,
    /// The profit on it at the mark, before the cut.
    pub profit: Usd,
    /// What was taken of that profit: profit at the mark less profit at execution and less what
    /// was withheld.
    pub taken: Usd,
}

/// What happened in a venue, for reports and journals.
///
/// The kinds from [`Event::Mark`] on are told only to whoever keeps a journal
/// ([`Detail::Full`](crate::Detail)).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// An order was filled.
    Fill(Fill),
    /// A liquidation closed or moved a position.
    Liquidation(Liquidation),
    /// A deficit was opened.
    DeficitOpened {
        /// When.
        time: Time,
        /// Its number.
        id: DeficitId,
        /// Whose position left it.
        account: AccountId,
        /// The side of that position.
        side: Side,
        /// Its amount.
        amount: Usd,
        /// The mark then.
        mark: Price,
    },
    /// A stage did its work on a position or a deficit, or says why it did not.
    Stage(StageReport),
    /// A deficit came to its end.
    DeficitClosed {
        /// When.
        time: Time,
        /// Its number.
        id: DeficitId,
        /// What nobody paid.
        residual: Usd,
    },
    /// A winner was closed or cut.
    Cut(WinnerCut),
    /// The market changed its status.
    Status {
        /// When.
        time: Time,
        /// The new status.
        status: MarketStatus,
    },
    /// The mark or the outside price moved.
    Mark {
        /// The mark.
        price: Price,
        /// The outside price.
        outside: Price,
        /// The mark before the last time that it was taken, where rules ask for it.
        previous: Option<Price>,
        /// What it was made of, where it was taken now and the rules have more than one price.
        made_of: Option<MarkMade>,
    },
    /// Cumulative indices moved.
    Index {
        /// All of them, by name.
        levels: Vec<Level>,
        /// Senior's coupon that fell due with them.
        coupon: Option<Usd>,
    },
    /// A position as it stands after a change; it belongs to the next event that is no position.
    Position(PositionState),
    /// A trader added margin.
    MarginAdded {
        /// Who.
        account: AccountId,
        /// How much.
        amount: Usd,
    },
    /// A trader took free collateral out.
    Withdrawn {
        /// Who.
        account: AccountId,
        /// How much.
        amount: Usd,
    },
    /// A liquidity provider asked for a redemption.
    Requested {
        /// Who.
        lp: BidderId,
        /// From which tranche.
        tranche: TrancheName,
        /// How many shares went into escrow, in units of 10^-9.
        shares: i128,
        /// When its epoch begins.
        due: Time,
    },
    /// A liquidity provider claimed what had been granted.
    Claimed {
        /// Who.
        lp: BidderId,
        /// From which tranche.
        tranche: TrancheName,
        /// How much.
        amount: Usd,
    },
    /// A recovery went back to who bore the loss.
    Recovery {
        /// How much.
        amount: Usd,
    },
    /// Shares were made or burned.
    Shares(ShareChange),
    /// A lot of a position goes live in the auction.
    Lot {
        /// Whose.
        account: AccountId,
        /// Signed size.
        size: Base,
        /// Capacity of the near bands of one side then.
        near_depth: Usd,
    },
    /// ADL closed a winner, or part of it, at the mark; what is taken of the profit is told by the
    /// [`Event::Cut`] that follows.
    AdlClose {
        /// Whose.
        account: AccountId,
        /// Size closed, unsigned.
        size: Base,
        /// Profit realised that can be cut.
        profit: Usd,
    },
    /// The market is wound up: a position is closed at the last mark and its owner's equity cut.
    WoundUp {
        /// Whose.
        account: AccountId,
    },
    /// A position's last lot is settled: what is left of its margin is its owner's.
    Released {
        /// Whose.
        account: AccountId,
    },
    /// A backstop vault sold some of its position into the book.
    Unwound {
        /// Which vault.
        vault: Account,
        /// Signed size that it traded.
        size: Base,
    },
    /// Cash moved between a parent vault and one of its children.
    Rebalanced {
        /// Who gave it.
        from: Account,
        /// Who got it.
        to: Account,
        /// How much.
        amount: Usd,
    },
    /// The fee waterfall, with the state before it.
    Fees(FeeRound),
}

impl Event {
    /// Whether it is told only to whoever keeps a journal.
    #[must_use]
    pub const fn is_detail(&self) -> bool {
        !matches!(
            self,
            Self::Fill(_)
                | Self::Liquidation(_)
                | Self::DeficitOpened { .. }
                | Self::Stage(_)
                | Self::DeficitClosed { .. }
                | Self::Cut(_)
                | Self::Status { .. }
        )
    }
}
