use seawall_units::{Ratio, Tokens};
use serde::{Deserialize, Serialize};

use super::Config;
use super::check::{Checked, amount, known, listed, quoted, refused, within};

/// One transaction of an attacker: all of it happens within one moment, or nothing does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttackConfig {
    /// In whose name the attacker borrows. By default "attacker".
    #[serde(default = "attacker")]
    pub owner: String,
    /// What he brings of the quote asset. By default nothing.
    #[serde(default)]
    pub capital: Tokens,
    /// What is lent to him for the length of the transaction. By default nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flash: Option<FlashConfig>,
    /// What he does, in order; 1 to 100 steps.
    pub steps: Vec<AttackStep>,
    /// When it is undone. By default when the flash loan is not repaid or no profit is left.
    #[serde(default)]
    pub unless: Unless,
}

fn attacker() -> String {
    String::from("attacker")
}

/// A loan that is repaid within the transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FlashConfig {
    /// The quote asset or a token.
    pub asset: String,
    /// How much.
    pub amount: Tokens,
    /// What it costs, as a part of it; 0 to 1. By default 0.05 %, as of Aave v3.
    #[serde(default = "aave_fee")]
    pub fee: Ratio,
}

fn aave_fee() -> Ratio {
    Ratio::bps(5)
}

/// What a transaction needs to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Unless {
    /// The flash loan is repaid and the attacker has gained.
    #[default]
    Profit,
    /// The flash loan is repaid: somebody who does not mind what it costs him.
    Repaid,
}

/// How much of what the attacker holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AttackAmount {
    /// All of it.
    All,
    /// So much.
    Exactly(Tokens),
    /// This part of it; 0 to 1.
    Part(Ratio),
}

/// One step of a transaction. Spot prices move with it, and feeds that show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum AttackStep {
    /// Buys tokens from a pool.
    Buy {
        /// The pool.
        pool: String,
        /// How much quote he pays.
        quote: AttackAmount,
    },
    /// Sells tokens into a pool.
    Sell {
        /// The pool.
        pool: String,
        /// How many tokens.
        token: AttackAmount,
    },
    /// Trades a pool back to the price that it had when the transaction began.
    Back {
        /// The pool.
        pool: String,
    },
    /// Puts both sides into a pool, in its proportion, for LP shares.
    Provide {
        /// The pool.
        pool: String,
        /// At most so many tokens.
        token: AttackAmount,
        /// At most so much quote.
        quote: AttackAmount,
    },
    /// Takes both sides out of a pool for LP shares.
    Redeem {
        /// The pool.
        pool: String,
        /// How many shares.
        shares: AttackAmount,
    },
    /// Posts collateral in a lending market and borrows as much as it lends at the price that it
    /// is shown.
    Borrow {
        /// The lending market.
        market: String,
        /// How much of its collateral he posts.
        collateral: AttackAmount,
        /// The most that he borrows. By default as much as the market lends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Tokens>,
    },
    /// Liquidates somebody at the price that the market is shown.
    Liquidate {
        /// The lending market.
        market: String,
        /// Whose loan.
        owner: String,
    },
}

impl Config {
    pub(super) fn check_attack(&self, path: &str, attack: &AttackConfig) -> Checked {
        let legal = "0 to 1000000000000000";
        let range = Tokens::ZERO..=Tokens::MAX;
        within(|| format!("{path}.capital"), attack.capital, range, legal)?;
        if let Some(flash) = &attack.flash {
            let asset = || format!("{path}.flash.asset");
            if flash.asset != self.quote {
                known(asset, &flash.asset, &self.tokens)?;
            }
            amount(|| format!("{path}.flash.amount"), flash.amount)?;
            let part = Ratio::ZERO..=Ratio::ONE;
            within(|| format!("{path}.flash.fee"), flash.fee, part, "0 to 1")?;
        }
        let steps = attack.steps.len();
        within(|| format!("{path}.steps"), steps, 1..=100, "1 to 100 steps")?;
        for (place, step) in attack.steps.iter().enumerate() {
            self.check_step(&format!("{path}.steps.{place}"), step)?;
        }
        Ok(())
    }

    fn check_step(&self, path: &str, step: &AttackStep) -> Checked {
        let pool =
            |name: &str, pool: &str| known(|| format!("{path}.{name}.pool"), pool, &self.pools);
        let lending = |name: &str, market: &str| {
            known(|| format!("{path}.{name}.market"), market, &self.lending)
        };
        match step {
            AttackStep::Buy { pool: of, quote } => {
                pool("buy", of)?;
                held(&format!("{path}.buy.quote"), *quote)
            }
            AttackStep::Sell { pool: of, token } => {
                pool("sell", of)?;
                held(&format!("{path}.sell.token"), *token)
            }
            AttackStep::Back { pool: of } => pool("back", of),
            AttackStep::Provide {
                pool: of,
                token,
                quote,
            } => {
                pool("provide", of)?;
                held(&format!("{path}.provide.token"), *token)?;
                held(&format!("{path}.provide.quote"), *quote)
            }
            AttackStep::Redeem { pool: of, shares } => {
                pool("redeem", of)?;
                held(&format!("{path}.redeem.shares"), *shares)
            }
            AttackStep::Borrow {
                market,
                collateral,
                most,
            } => {
                lending("borrow", market)?;
                held(&format!("{path}.borrow.collateral"), *collateral)?;
                most.map_or(Ok(()), |most| {
                    amount(|| format!("{path}.borrow.most"), most)
                })
            }
            AttackStep::Liquidate { market, owner } => {
                lending("liquidate", market)?;
                self.check_borrower(format!("{path}.liquidate.owner"), owner)
            }
        }
    }

    /// Whether a loan is somebody's: one of a series by its number.
    fn check_borrower(&self, field: String, owner: &str) -> Checked {
        let is_his = self.loans.iter().any(|(name, loan)| match loan.count {
            1 => loan.owner.as_ref().unwrap_or(name) == owner,
            count => {
                let number = owner.strip_prefix(name.as_str());
                let number = number.and_then(|rest| rest.strip_prefix('-'));
                let number = number.and_then(|rest| rest.parse::<u32>().ok());
                number.is_some_and(|number| number < count)
            }
        });
        match is_his {
            true => Ok(()),
            false => Err(refused(field, quoted(owner), listed(self.loans.keys()))),
        }
    }
}

fn held(path: &str, stated: AttackAmount) -> Checked {
    match stated {
        AttackAmount::All => Ok(()),
        AttackAmount::Exactly(exactly) => {
            let range = Tokens::ZERO..=Tokens::MAX;
            let legal = "0 to 1000000000000000";
            within(|| format!("{path}.exactly"), exactly, range, legal)
        }
        AttackAmount::Part(part) => {
            let range = Ratio::ZERO..=Ratio::ONE;
            within(|| format!("{path}.part"), part, range, "0 to 1")
        }
    }
}
