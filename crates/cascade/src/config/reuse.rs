use seawall_units::{Ratio, Tokens};
use serde::{Deserialize, Serialize};

use super::check::{Checked, amount, known, quoted, refused};
use super::{Config, LendingConfig};
use crate::reuse::{Reuse, ReuseError};

/// Somebody who provides to a pool, borrows against the shares and provides what he has borrowed,
/// again and again.
///
/// At the opening his shares are his equity and all his turns together, of those that no provider
/// is named for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReuseConfig {
    /// The lending market: its collateral is a pool, and it lends the quote asset.
    pub market: String,
    /// What he brings himself, in quote at the pool's opening price.
    pub equity: Tokens,
    /// The part of what he provides in a turn that he borrows for the next, above 0 to the
    /// market's largest loan-to-value.
    pub ltv: Ratio,
    /// How often he borrows; 0 to 100.
    pub depth: u32,
    /// Whose it is, when it is not the entry's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

impl ReuseConfig {
    /// The turns.
    ///
    /// **Errors** [`ReuseError`] as of [`Reuse::new`].
    pub fn turns(&self) -> Result<Reuse, ReuseError> {
        Reuse::new(self.equity, self.ltv, self.depth)
    }
}

impl Config {
    pub(super) fn check_reuse(&self, path: &str, reuse: &ReuseConfig) -> Checked {
        known(|| format!("{path}.market"), &reuse.market, &self.lending)?;
        amount(|| format!("{path}.equity"), reuse.equity)?;
        if let Err(error) = reuse.turns() {
            let (field, legal) = match error {
                ReuseError::Depth { .. } => ("depth", "0 to 100"),
                ReuseError::Ltv { .. } => ("ltv", "above 0 and below 1"),
                _ => (
                    "equity",
                    "so little that all turns are at most 1000000000000000",
                ),
            };
            return Err(refused(format!("{path}.{field}"), error, legal));
        }
        let Some(market) = self.lending.get(&reuse.market) else {
            return Ok(());
        };
        self.check_reuse_market(&format!("{path}.market"), &reuse.market, market)?;
        if reuse.ltv > market.rules.max_ltv {
            let legal = format!("above 0 to {}, what the market lends", market.rules.max_ltv);
            return Err(refused(format!("{path}.ltv"), reuse.ltv, legal));
        }
        Ok(())
    }

    /// Shares go in, quote comes out.
    fn check_reuse_market(&self, field: &str, name: &str, market: &LendingConfig) -> Checked {
        let lends_quote = market.debt.as_ref().is_none_or(|debt| *debt == self.quote);
        if self.pools.contains_key(&market.collateral) && lends_quote {
            return Ok(());
        }
        let legal = format!(
            "a market that takes a pool's shares and lends {}",
            self.quote
        );
        Err(refused(field.to_owned(), quoted(name), legal))
    }
}
