//! Agents that react, with every name a number and every moment a second.

use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Ratio, Time, Usd};
use seawall_venue::TrancheName;

use crate::behaviour::{Move, Seconds, Who};
use crate::distribution::Distribution;

/// Everybody who reacts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Behaviour {
    /// Liquidity providers, in the file's order.
    pub lps: Vec<LpGroup>,
    /// Rules that accounts trade by, in the file's order.
    pub traders: Vec<TimedTrader>,
    /// Bidders who may vanish, in the file's order.
    pub vanishing: Vec<TimedVanish>,
}

/// Something that everybody can see.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Signal {
    /// A time has come.
    At(Time),
    /// The mark has fallen from its highest in the window.
    MarkFall(Move),
    /// The mark has risen from its lowest in the window.
    MarkRise(Move),
    /// The mark's highest in the window over its lowest, less one.
    Volatility(Move),
}

/// What makes a provider leave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LeaveCause {
    /// A share is worth this share less than at its peak, or more.
    Drawdown(Ratio),
    /// Junior's share of both tranches is below this.
    Coverage(Ratio),
    /// What everybody sees.
    Signal(Signal),
}

/// What makes a trader act.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TradeCause {
    /// Equity over notional is below this.
    MarginRatio(Ratio),
    /// The open loss is more than this share of the margin.
    Loss(Ratio),
    /// The open profit is more than this share of the margin.
    Profit(Ratio),
    /// What everybody sees.
    Signal(Signal),
}

/// What drives a bidder away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VanishCause {
    /// He has lost this share of his capital.
    OwnLoss(Ratio),
    /// What everybody sees.
    Signal(Signal),
}

/// Whether and how late somebody acts on a cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Reaction {
    /// Probability that he acts at all.
    pub probability: Ratio,
    /// Seconds from the cause to the command.
    pub delay: Distribution<Seconds>,
}

/// Liquidity providers of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct LpGroup {
    /// Its name; its draws belong to it.
    pub name: String,
    /// Which tranche.
    pub tranche: TrancheName,
    /// Who they are and what each has of the opening capital, the largest first.
    pub stakes: Vec<(BidderId, Usd)>,
    /// When they leave.
    pub rules: Vec<LeaveRule>,
}

/// A rule by which providers leave.
#[derive(Debug, Clone, PartialEq)]
pub struct LeaveRule {
    /// What makes them leave.
    pub cause: LeaveCause,
    /// Which of the group.
    pub who: Who,
    /// The share of his shares that each takes out.
    pub share: Ratio,
    /// Whether and how late.
    pub reaction: Reaction,
    /// Seconds after which he puts back what he got.
    pub return_after: Option<u64>,
}

/// What a trader does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Posts this much margin.
    AddMargin(Usd),
    /// Posts what equity lacks to this share of the notional.
    RestoreMarginRatio(Ratio),
    /// Closes this share of the position.
    Close(Ratio),
    /// Closes it and opens this many times its size on the other side.
    Flip(Ratio),
}

/// A rule that some accounts trade by.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedTrader {
    /// Its name; its draws belong to it.
    pub name: String,
    /// The first account.
    pub first: AccountId,
    /// How many accounts follow one another.
    pub count: u32,
    /// Probability that one of them follows the rule.
    pub members: Ratio,
    /// Seconds between two looks.
    pub every: u64,
    /// What makes them act.
    pub cause: TradeCause,
    /// What they do.
    pub act: Act,
    /// Whether and how late.
    pub reaction: Reaction,
    /// The most causes that one of them takes note of.
    pub times: u32,
    /// The most that one of them posts as margin.
    pub budget: Option<Usd>,
}

/// When a bidder vanishes.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedVanish {
    /// His name; his draws belong to it.
    pub name: String,
    /// Who.
    pub bidder: BidderId,
    /// What he began with.
    pub capital: Usd,
    /// The share of an order book's quotes that is his.
    pub book_share: Ratio,
    /// What drives him away.
    pub cause: VanishCause,
    /// Whether and how late.
    pub reaction: Reaction,
    /// Seconds after which he is back.
    pub back_after: Option<u64>,
}
