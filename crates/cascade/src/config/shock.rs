use seawall_units::{Ratio, TokenPrice, Tokens};
use serde::{Deserialize, Serialize};

use crate::feed::Fault;

use super::AttackConfig;

/// Something that happens from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShockConfig {
    /// The round at whose beginning it happens, from 1. By default 1.
    #[serde(default = "first")]
    pub round: u32,
    /// What happens.
    pub act: ShockAct,
}

fn first() -> u32 {
    1
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ShockAct {
    /// Tokens from outside are sold into a pool.
    Sell {
        /// The pool.
        pool: String,
        /// How many.
        amount: Tokens,
    },
    /// As many tokens from outside are sold into a pool, or bought from it, as bring its price to
    /// this; fees come on top.
    TradeTo {
        /// The pool.
        pool: String,
        /// The price.
        price: TokenPrice,
    },
    /// Quote from outside buys tokens from a pool.
    Buy {
        /// The pool.
        pool: String,
        /// How much quote.
        quote: Tokens,
    },
    /// The outside price of a token moves.
    Outside {
        /// The token.
        token: String,
        /// To this.
        price: TokenPrice,
    },
    /// A provider, or each of its number, withdraws.
    Withdraw {
        /// Its name under `providers`.
        provider: String,
        /// The part of the shares it still has; 0 to 1.
        share: Ratio,
    },
    /// A feed breaks, or is mended.
    Fault {
        /// The feed.
        feed: String,
        /// How it breaks; none: it is mended.
        #[serde(default)]
        fault: Option<Fault>,
    },
    /// Somebody attacks within one moment: all of it happens, or nothing does.
    Attack(AttackConfig),
}
