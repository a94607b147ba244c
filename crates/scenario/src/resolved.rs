//! What a scenario states, with every name a number and every moment a second.

use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{FillRule, TrancheName};

use crate::model::{DrawnPositions, Exit, FaultKind, FaultSource, OrderFlow, TradesOn};

/// How large an order or a position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Base size, unsigned.
    Size(Base),
    /// Value at a price.
    Notional(Usd),
}

impl Amount {
    /// The unsigned base size at a price.
    ///
    /// **Formula** the size itself, or `notional / P`. **Units** base. **Rounding** down: no more
    /// than what was asked.
    ///
    /// ```
    /// use seawall_scenario::Amount;
    /// let amount = Amount::Notional("1000".parse()?);
    /// assert_eq!(amount.size_at("30000".parse()?), "0.03333333".parse()?);
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn size_at(self, price: Price) -> Base {
        match self {
            Self::Size(size) => size,
            Self::Notional(value) => price.size_floor(value),
        }
    }
}

/// How an order or a position is margined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collateral {
    /// An amount.
    Margin(Usd),
    /// Value over margin.
    Leverage(Ratio),
}

impl Collateral {
    /// The margin to post for a position of this value.
    ///
    /// **Formula** the margin itself, or `value / leverage`. **Units** USD. **Rounding** up: who
    /// posts, pays. A leverage of zero, which no scenario has, asks for the whole value.
    ///
    /// ```
    /// use seawall_scenario::Collateral;
    /// let twenty = Collateral::Leverage("20".parse()?);
    /// assert_eq!(twenty.margin_for("1000.000001".parse()?), "50.000001".parse()?);
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn margin_for(self, value: Usd) -> Usd {
        match self {
            Self::Margin(margin) => margin,
            Self::Leverage(by) => value.mul_div_ceil(Ratio::ONE, by).unwrap_or(value),
        }
    }
}

/// An order's wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Trade this much on this side; opens, reduces or flips.
    Trade {
        /// Buy (long) or sell (short).
        side: Side,
        /// How much, a notional at the outside price.
        amount: Amount,
        /// What is posted with it.
        collateral: Collateral,
    },
    /// Close this share of the position that the sender has then.
    Close {
        /// Above 0, at most 1.
        share: Ratio,
    },
}

/// An order of the command stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedOrder {
    /// When it is sent.
    pub at: Time,
    /// Who sends it.
    pub account: AccountId,
    /// What it wants.
    pub wish: Wish,
    /// Worst execution price.
    pub limit: Option<Price>,
    /// What to do about a part that cannot be filled.
    pub fill: FillRule,
}

/// Margin that an owner adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedMargin {
    /// When.
    pub at: Time,
    /// Who.
    pub account: AccountId,
    /// How much.
    pub amount: Usd,
}

/// Which way liquidity moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Comes in.
    Provide(Usd),
    /// Is asked back.
    Redeem(Usd),
    /// All that was granted is taken out.
    Claim,
}

/// Money that comes back from outside for losses that were borne.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedRecovery {
    /// When.
    pub at: Time,
    /// How much at most.
    pub amount: Usd,
}

/// Liquidity that comes in, is asked back or is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedLiquidity {
    /// When it is asked for.
    pub at: Time,
    /// Whose; providers are numbered after the bidders.
    pub lp: BidderId,
    /// Which tranche.
    pub tranche: TrancheName,
    /// Which way and how much.
    pub flow: Flow,
}

/// A part of the scenario's time, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First second.
    pub from: Time,
    /// Last second.
    pub until: Time,
}

impl Window {
    /// Whether a second lies in it.
    #[must_use]
    pub fn contains(self, at: Time) -> bool {
        self.from <= at && at <= self.until
    }
}

/// A crowd of positions to be drawn, with consecutive accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct Crowd {
    /// The account of the first; `positions.count` accounts follow one another.
    pub first: AccountId,
    /// How they are drawn.
    pub positions: DrawnPositions,
}

/// A random flow of orders and when it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedFlow {
    /// When it runs.
    pub window: Window,
    /// How its orders are drawn.
    pub flow: OrderFlow,
}

/// Who buys liquidated positions, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedBidder {
    /// Who.
    pub id: BidderId,
    /// What it can post as margin.
    pub capital: Usd,
    /// The least discount to the mark that it wants.
    pub discount: Ratio,
    /// The most notional that it will hold; bounded by its capital alone when absent.
    pub appetite: Option<Usd>,
    /// When it bids.
    pub window: Window,
}

/// What goes wrong with a price source, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedFault {
    /// Which source.
    pub source: FaultSource,
    /// What happens to it.
    pub kind: FaultKind,
    /// When.
    pub window: Window,
}

/// A trade in the pool behind a price source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedTrade {
    /// The source's number.
    pub source: u16,
    /// When.
    pub at: Time,
    /// Buys base (long) or sells it (short).
    pub side: Side,
    /// USD brought, or base worth so much.
    pub notional: Usd,
}

/// Who trades whenever a venue's mark lags behind the outside price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedArbitrageur {
    /// His account, which nobody else uses.
    pub account: AccountId,
    /// His name.
    pub name: String,
    /// Size of his positions at the venue's mark.
    pub notional: Usd,
    /// What he posts with each.
    pub collateral: Collateral,
    /// Seconds between what he sees and the sending of his order.
    pub lag: u64,
    /// The least share of the notional by which the gap exceeds the quoted cost.
    pub edge: Ratio,
    /// What he trades on.
    pub trades_on: TradesOn,
    /// When he closes.
    pub exit: Exit,
    /// When he opens.
    pub window: Window,
}
