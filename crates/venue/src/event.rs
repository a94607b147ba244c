use seawall_ledger::{AccountId, DeficitId};
use seawall_units::{Base, Price, Side, Time, Usd};

use crate::{MarketStatus, StageId, StageReport};

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
}
