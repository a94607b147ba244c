use seawall_units::Ratio;
use serde::{Deserialize, Serialize};

use super::Config;
use super::check::{Checked, listed, quoted, refused, within};

/// An owner who looks after his loans: when one comes near to liquidation he raises cash wherever
/// he has something, place after place, and repays.
///
/// One place that is hit so reaches the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WhaleConfig {
    /// The health of any of his loans below which he acts; above 0 to 1000. By default 1.05.
    #[serde(default = "below")]
    pub below: Ratio,
    /// The health that he repays up to; from `below` to 1000. By default 1.25.
    #[serde(default = "target")]
    pub target: Ratio,
    /// Where he looks for cash, in this order; each place at most once.
    pub order: Vec<CashSource>,
}

/// Where cash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CashSource {
    /// Quote in his wallet.
    Cash,
    /// Tokens in his wallet: sold in the pool that pays most.
    Tokens,
    /// LP shares in his wallet: withdrawn, and the tokens sold.
    Shares,
    /// What his other loans do not need as collateral: released, and sold or withdrawn.
    Collateral,
    /// What the loan itself does not need as long as it may not be liquidated: released, sold or
    /// withdrawn. The way out of collateral that was borrowed against again.
    Unwind,
}

impl CashSource {
    /// Every place.
    pub const ALL: [Self; 5] = [
        Self::Cash,
        Self::Tokens,
        Self::Shares,
        Self::Collateral,
        Self::Unwind,
    ];

    /// Its name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Tokens => "tokens",
            Self::Shares => "shares",
            Self::Collateral => "collateral",
            Self::Unwind => "unwind",
        }
    }
}

fn below() -> Ratio {
    Ratio::bps(10_500)
}

fn target() -> Ratio {
    Ratio::bps(12_500)
}

impl Config {
    pub(super) fn check_whale(&self, name: &str, whale: &WhaleConfig) -> Checked {
        let path = format!("whales.{name}");
        let owners = self.owners();
        if !owners.contains(name) {
            let names: Vec<String> = owners.iter().map(|name| (*name).to_owned()).collect();
            return Err(refused(path, quoted(name), listed(names.iter())));
        }
        let most = Ratio::bps(10_000_000);
        let legal = "above 0 to 1000";
        within(
            || format!("{path}.below"),
            whale.below,
            Ratio::ULP..=most,
            legal,
        )?;
        let legal = format!("from below, {}, to 1000", whale.below);
        within(
            || format!("{path}.target"),
            whale.target,
            whale.below..=most,
            &legal,
        )?;
        for (place, source) in whale.order.iter().enumerate() {
            if whale
                .order
                .iter()
                .take(place)
                .any(|before| before == source)
            {
                let legal = "each place once";
                return Err(refused(
                    format!("{path}.order.{place}"),
                    source.name(),
                    legal,
                ));
            }
        }
        if whale.order.is_empty() {
            let names = CashSource::ALL.map(|source| source.name().to_owned());
            let legal = format!("at least one of {}", listed(names.iter()));
            return Err(refused(format!("{path}.order"), "empty", legal));
        }
        Ok(())
    }
}
