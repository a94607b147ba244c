//! How a file states agents that react: liquidity providers, traders and bidders with rules.

use seawall_units::{Grid, Ratio, Usd};
use seawall_venue::TrancheName;
use serde::{Deserialize, Serialize};

use crate::At;
use crate::distribution::Distribution;

/// Whole seconds that are drawn, written as a plain number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Seconds(pub u64);

impl Grid for Seconds {
    fn units(self) -> i128 {
        i128::from(self.0)
    }
}

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

const fn at_once() -> Distribution<Seconds> {
    Distribution::Fixed(Seconds(0))
}

const fn all() -> Ratio {
    Ratio::ONE
}

const fn once() -> u32 {
    1
}

/// Something that everybody hears at one time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct News {
    /// The name by which rules refer to it.
    pub name: String,
    /// When it is heard.
    pub at: At,
    /// What it says.
    pub text: String,
}

/// A group of liquidity providers who hold a part of the opening capital and may leave.
///
/// They are called `name-1`, `name-2` and so on; the first is the largest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Providers {
    /// The group's name.
    pub name: String,
    /// Which tranche; venues without tranches have one pool.
    pub tranche: TrancheName,
    /// What the group has of the opening capital; the founder keeps the rest.
    pub stake: Usd,
    /// How many they are.
    #[serde(default = "once")]
    pub count: u32,
    /// Herfindahl-Hirschman index of their shares of the stake: one large holder and equal others;
    /// all are equal when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hhi: Option<Ratio>,
    /// When they leave.
    #[serde(default)]
    pub leave: Vec<Leave>,
}

/// One rule by which providers leave; it acts once for each of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// What makes them leave.
    pub when: LeaveWhen,
    /// Which of the group.
    #[serde(default)]
    pub who: Who,
    /// The share of his shares that each takes out; all by default.
    #[serde(default = "all")]
    pub share: Ratio,
    /// Probability that one of them acts at all; 1 by default.
    #[serde(default = "all")]
    pub probability: Ratio,
    /// Seconds from the cause to the request; none by default.
    #[serde(default = "at_once")]
    pub delay: Distribution<Seconds>,
    /// Seconds after which he puts back what he got; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_after: Option<u64>,
}

/// What makes providers leave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum LeaveWhen {
    /// A share is worth this share less than at its peak, or more.
    Drawdown(Ratio),
    /// Junior's share of both tranches is below this; never in a venue without tranches.
    Coverage(Ratio),
    /// A piece of news, by its name.
    News(String),
    /// A time.
    At(At),
}

/// Which providers of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Every one.
    #[default]
    All,
    /// The first, who has most.
    Largest,
    /// All but the first.
    Others,
}

/// A rule that some accounts trade by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TraderRule {
    /// The rule's name; its draws belong to it.
    pub name: String,
    /// A crowd or an account.
    pub of: String,
    /// Probability that a member of the crowd follows the rule; 1 by default.
    #[serde(default = "all")]
    pub members: Ratio,
    /// Seconds between two looks at the positions; 10 by default.
    #[serde(default = "every")]
    pub every: u64,
    /// What makes them act.
    pub when: TradeWhen,
    /// What they do.
    #[serde(rename = "do")]
    pub act: TradeAct,
    /// Probability that one of them acts on a cause; 1 by default.
    #[serde(default = "all")]
    pub probability: Ratio,
    /// Seconds from the cause to the command; none by default.
    #[serde(default = "at_once")]
    pub delay: Distribution<Seconds>,
    /// The most causes that one of them takes note of; 1 by default.
    #[serde(default = "once")]
    pub times: u32,
    /// The most that one of them posts as margin by this rule; no bound when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Usd>,
}

const fn every() -> u64 {
    10
}

/// What makes a trader act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TradeWhen {
    /// Equity over notional at the mark is below this.
    MarginRatio(Ratio),
    /// The open loss is more than this share of the margin.
    Loss(Ratio),
    /// The open profit is more than this share of the margin.
    Profit(Ratio),
    /// The mark has fallen.
    MarkFall(Move),
    /// The mark has risen.
    MarkRise(Move),
    /// A piece of news, by its name.
    News(String),
    /// A time.
    At(At),
}

/// What a trader does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TradeAct {
    /// Posts this much margin.
    AddMargin(Usd),
    /// Posts what equity lacks to this share of the notional.
    RestoreMarginRatio(Ratio),
    /// Closes this share of the position.
    Close(Ratio),
    /// Closes the position and opens this many times its size on the other side.
    Flip(Ratio),
}

/// A move of the mark.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// How far, as a share of where it came from.
    pub by: Ratio,
    /// In how many seconds.
    pub within: u64,
}

/// When a bidder vanishes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Vanish {
    /// What drives him away.
    pub when: VanishWhen,
    /// Probability that a cause does; 1 by default.
    #[serde(default = "all")]
    pub probability: Ratio,
    /// Seconds from the cause to his going; none by default.
    #[serde(default = "at_once")]
    pub delay: Distribution<Seconds>,
    /// Seconds after which he is back; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_after: Option<u64>,
}

/// What drives a bidder away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum VanishWhen {
    /// The mark has fallen.
    MarkFall(Move),
    /// The mark's highest over its lowest, less one.
    Volatility(Move),
    /// He has lost this share of his capital; never where bidders have no account.
    OwnLoss(Ratio),
    /// A piece of news, by its name.
    News(String),
}
