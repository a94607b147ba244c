use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Time, Usd};

use crate::{Fill, MarketStatus};

/// What an order does when the venue cannot fill all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FillRule {
    /// Take what can be had; the rest is refused.
    #[default]
    Partial,
    /// All of it or nothing.
    AllOrNone,
}

/// The tranche of a vault. A venue without tranches takes both as its one pool of LP capital.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TrancheName {
    /// Paid first, loses last.
    Senior,
    /// Loses first, earns more.
    Junior,
}

/// What somebody asks of a venue. One command stream goes to every venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Change a position by a signed size; reduces, opens or flips it.
    Order {
        /// Who.
        account: AccountId,
        /// How much, long positive.
        size: Base,
        /// Margin to post with it, from free collateral first, then from outside.
        margin: Usd,
        /// Worst execution price.
        limit: Option<Price>,
        /// What to do about a part that cannot be filled.
        fill: FillRule,
    },
    /// Post more margin from outside.
    AddMargin {
        /// Who.
        account: AccountId,
        /// How much.
        amount: Usd,
    },
    /// Take free collateral out.
    Withdraw {
        /// Who.
        account: AccountId,
        /// How much.
        amount: Usd,
    },
    /// Provide liquidity.
    Provide {
        /// The liquidity provider.
        lp: BidderId,
        /// To which tranche.
        tranche: TrancheName,
        /// How much.
        amount: Usd,
    },
    /// Ask for liquidity back.
    Redeem {
        /// The liquidity provider.
        lp: BidderId,
        /// From which tranche.
        tranche: TrancheName,
        /// How much at the present share price; of a vault whose shares have owners at most what
        /// the provider holds.
        amount: Usd,
    },
    /// Take out what a vault has granted: pulled by its owner, never pushed (M-9.2).
    Claim {
        /// The liquidity provider.
        lp: BidderId,
        /// From which tranche.
        tranche: TrancheName,
    },
    /// Money comes back from outside for losses that were borne (M-9.4).
    Recover {
        /// How much at most; what nobody has lost is not taken.
        amount: Usd,
    },
    /// Stop or begin again to buy what liquidations sell.
    Bidding {
        /// The bidder.
        bidder: BidderId,
        /// Whether he stands by from now on.
        presence: Presence,
        /// The share of the makers' quotes that is his, where a venue has a book.
        book_share: Ratio,
    },
}

/// Whether a bidder stands by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// He does.
    Here,
    /// He has vanished.
    Gone,
}

/// What a command got.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Receipt {
    /// An order was filled, wholly or in part.
    Filled(Fill),
    /// Margin or collateral moved.
    Moved {
        /// How much.
        amount: Usd,
    },
    /// Liquidity came in or went out.
    Liquidity {
        /// How much.
        amount: Usd,
        /// Shares minted or burned, in grid units of the vault's shares.
        shares: i128,
    },
    /// Taken down; it is executed in the minute's Attribution phase (M-11.7).
    Queued,
    /// Noted; it holds from now on.
    Noted,
    /// Shares stand in escrow until their epoch; they are priced when it is executed (M-9.2).
    Requested {
        /// What the shares were worth at the exit price of the request.
        amount: Usd,
        /// Shares in escrow, in grid units of the vault's shares.
        shares: i128,
        /// The first moment at which it may be executed.
        due: Time,
    },
}

/// Why a venue said no, with the limit and the value that broke it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The market's status does not allow it.
    #[error("the market is {status:?}")]
    Status {
        /// The status.
        status: MarketStatus,
    },
    /// No such account or position.
    #[error("account {account} has no position")]
    NoPosition {
        /// Who.
        account: AccountId,
    },
    /// A size, margin or amount that is zero or has the wrong sign.
    #[error("the amount is not above zero")]
    NotPositive,
    /// Equity after the order would be below the initial requirement.
    #[error("equity {equity} is below the initial margin {required}")]
    InitialMargin {
        /// Equity after the order.
        equity: Usd,
        /// What is required.
        required: Usd,
    },
    /// A limit on notional, open interest, skew or depth would be broken.
    #[error("{limit}: {value} is above {allowed}")]
    Limit {
        /// Which limit.
        limit: &'static str,
        /// The value after the order.
        value: Usd,
        /// The most that is allowed.
        allowed: Usd,
    },
    /// A size or amount below a minimum.
    #[error("{limit}: {value} is below {least}")]
    BelowMinimum {
        /// Which minimum.
        limit: &'static str,
        /// The value after the order.
        value: Usd,
        /// The least that is allowed.
        least: Usd,
    },
    /// The execution price is worse than the order's limit price.
    #[error("execution price {price} is worse than the limit {limit}")]
    LimitPrice {
        /// What it would get.
        price: Price,
        /// The worst it takes.
        limit: Price,
    },
    /// Only a part could be filled and the order wants all or nothing.
    #[error("only {filled} of {asked} could be filled")]
    PartOnly {
        /// What was asked.
        asked: Base,
        /// What could be had.
        filled: Base,
    },
    /// There is no liquidity on that side at all.
    #[error("no liquidity")]
    NoLiquidity,
    /// The position is being liquidated; its owner may only add margin.
    #[error("the position is in liquidation")]
    InLiquidation,
    /// Free collateral does not suffice.
    #[error("free collateral is {available}, asked {asked}")]
    Collateral {
        /// What is there.
        available: Usd,
        /// What was asked.
        asked: Usd,
    },
    /// The margin account does not allow it.
    #[error("the margin account does not allow it: {reason}")]
    Account {
        /// Why.
        reason: &'static str,
    },
    /// The venue has nobody who bids for what liquidations sell.
    #[error("the venue has no bidders")]
    NoBidders,
    /// Liquidity may not move now.
    #[error("liquidity may not move: {reason}")]
    Liquidity {
        /// Why.
        reason: &'static str,
    },
}
