use seawall_scenario::model::Distribution;
use seawall_units::{Price, Ratio, Usd};
use seawall_venue_orderbook::Tier;
use serde::Deserialize;

use crate::fitted::Fitted;
use crate::{Clock, ValidationError};

const TEXT: &str = include_str!("../../../fixtures/validation/oct10.toml");

/// Everything that the model assumes; fixtures/validation/oct10.toml says of each value how it was
/// chosen.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumptions {
    /// First second.
    pub start: Clock,
    /// Last second.
    pub end: Clock,
    /// The last second that the calibration looks at.
    pub fitted_until: Clock,
    /// The first seed of a validation; the others follow.
    pub first_seed: u64,
    /// The first seed of the calibration.
    pub first_calibration_seed: u64,
    /// How many seeds the calibration runs.
    pub calibration_seeds: u64,
    /// The share of a vault's equity that is left for the coins of the model: the vaults served 162.
    pub vault_room: Ratio,
    /// The path of the marks and of the price that trades were done at.
    pub prices: PriceAssumptions,
    /// Who holds what.
    pub population: PopulationAssumptions,
    /// The makers' quotes.
    pub book: BookAssumptions,
    /// Coins that one vault serves.
    #[serde(rename = "group")]
    pub groups: Vec<GroupAssumptions>,
    /// The coins.
    #[serde(rename = "coin")]
    pub coins: Vec<CoinAssumptions>,
}

/// The path of prices.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceAssumptions {
    /// How far coins fall before their first mark, in terms of Bitcoin's fall.
    pub falls: Vec<Fall>,
    /// A price of Bitcoin before its first mark.
    pub anchor: Anchor,
    /// How far below the mark trades ran.
    pub below_mark: BelowMark,
    /// The share of its fall that each coin wins back after its last mark, in the second future.
    pub recovery: Ratio,
    /// Standard deviation of one second about the line between two marks.
    pub roughness: Ratio,
}

/// How far a coin falls before its first mark.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fall {
    /// Which coin.
    pub coin: String,
    /// In terms of Bitcoin's fall, in the logarithm.
    pub times: Ratio,
}

/// A price at a second.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// When.
    pub at: Clock,
    /// Of which coin.
    pub coin: String,
    /// The price.
    pub price: Price,
}

/// How far below the mark trades run: straight from nothing, then as far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BelowMark {
    /// From when.
    pub from: Clock,
    /// From when on wholly.
    pub to: Clock,
    /// How far.
    pub share: Ratio,
}

/// Who holds what.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopulationAssumptions {
    /// Size of a cohort's first position, in proportion to the others.
    pub size: Distribution<Usd>,
    /// Equity above maintenance over maintenance, of longs.
    pub long_headroom: Distribution<Ratio>,
    /// The same of shorts.
    pub short_headroom: Distribution<Ratio>,
    /// Entry over the price at the start, of longs.
    pub long_entry: Distribution<Ratio>,
    /// The same of shorts.
    pub short_entry: Distribution<Ratio>,
    /// How often an account holds a further coin of its group.
    pub further: Ratio,
    /// How large against its first.
    pub further_size: Distribution<Ratio>,
}

/// The makers' quotes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookAssumptions {
    /// How strongly depth is withdrawn above calm volatility.
    pub withdrawal: Ratio,
    /// Seconds in which half of what was consumed comes back.
    pub half_life: u64,
    /// The makers' equity, all coins.
    pub makers: Usd,
}

/// Coins that one liquidator vault serves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupAssumptions {
    /// Its name.
    pub name: String,
    /// Its coins.
    pub coins: Vec<String>,
    /// Equity of its vault.
    pub vault: Usd,
    /// Equity that the same vault was given on the day after.
    pub vault_after: Usd,
    /// Accounts drawn with long positions.
    pub longs: u32,
    /// Accounts drawn with short positions.
    pub shorts: u32,
}

/// One coin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoinAssumptions {
    /// Its name.
    pub name: String,
    /// Margin by size.
    pub tiers: Vec<Tier>,
    /// Depth within 1 % of the price on one side, in calm markets.
    pub depth: Usd,
    /// Open interest at the start: the value of all longs, and of all shorts.
    pub interest: Usd,
    /// How rough its mark is between two recorded ones, in terms of Bitcoin's.
    pub volatility: Ratio,
}

const LEAST: &str = "above 0";
const MAX_ACCOUNTS: u32 = 100_000;

impl Assumptions {
    /// The file that comes with the program, before anything is fitted.
    ///
    /// **Errors** [`ValidationError`] when it is not of its form or a value is out of its range.
    pub fn priors() -> Result<Self, ValidationError> {
        Self::parse(TEXT, "oct10.toml")
    }

    /// The same with what the calibration chose.
    ///
    /// **Errors** [`ValidationError`] when a file is not of its form or a value is out of its
    /// range.
    pub fn fitted() -> Result<Self, ValidationError> {
        let mut all = Self::priors()?;
        Fitted::chosen()?.put_into(&mut all);
        all.validate()?;
        Ok(all)
    }

    /// Reads a file.
    ///
    /// **Errors** [`ValidationError`] with line and column, or naming the field and its legal
    /// range.
    pub fn parse(text: &str, name: &str) -> Result<Self, ValidationError> {
        let read: Result<Self, _> = toml::from_str(text);
        let read = read.map_err(|fault| ValidationError::file(name, &fault))?;
        read.validate()?;
        Ok(read)
    }

    /// Checks every value.
    ///
    /// **Errors** [`ValidationError::Assumption`] for the first that is out of its range.
    pub fn validate(&self) -> Result<(), ValidationError> {
        if self.start >= self.fitted_until || self.fitted_until >= self.end {
            let legal = "start before fitted_until before end";
            return Err(ValidationError::assumption(
                "fitted_until",
                self.fitted_until,
                legal,
            ));
        }
        if self.coins.is_empty() || self.groups.is_empty() {
            return Err(ValidationError::assumption(
                "coin",
                self.coins.len(),
                "at least one coin and group",
            ));
        }
        for coin in &self.coins {
            let of = |key: &str| format!("coin.{}.{key}", coin.name);
            if !coin.depth.is_positive() {
                return Err(ValidationError::assumption(of("depth"), coin.depth, LEAST));
            }
            if !coin.interest.is_positive() {
                return Err(ValidationError::assumption(
                    of("interest"),
                    coin.interest,
                    LEAST,
                ));
            }
            let holders = self.groups.iter().filter(|g| g.coins.contains(&coin.name));
            if holders.count() != 1 {
                return Err(ValidationError::assumption(
                    of("name"),
                    &coin.name,
                    "in exactly one group",
                ));
            }
        }
        for group in &self.groups {
            let of = |key: &str| format!("group.{}.{key}", group.name);
            for (key, count) in [("longs", group.longs), ("shorts", group.shorts)] {
                if !(1..=MAX_ACCOUNTS).contains(&count) {
                    return Err(ValidationError::assumption(of(key), count, "1 to 100000"));
                }
            }
            let known = |name: &String| self.coins.iter().any(|coin| coin.name == *name);
            if let Some(name) = group.coins.iter().find(|name| !known(name)) {
                return Err(ValidationError::assumption(
                    of("coins"),
                    name,
                    "names of coins of this file",
                ));
            }
        }
        if !self.book.makers.is_positive() {
            return Err(ValidationError::assumption(
                "book.makers",
                self.book.makers,
                LEAST,
            ));
        }
        let share = |field: &str, value: Ratio| match value.is_negative() || value > Ratio::ONE {
            true => Err(ValidationError::assumption(field, value, "0 to 1")),
            false => Ok(()),
        };
        share("vault_room", self.vault_room)?;
        share("prices.recovery", self.prices.recovery)?;
        share("prices.roughness", self.prices.roughness)?;
        share("prices.below_mark.share", self.prices.below_mark.share)?;
        share("population.further", self.population.further)
    }

    /// A coin's place.
    #[must_use]
    pub fn place(&self, coin: &str) -> Option<usize> {
        self.coins.iter().position(|each| each.name == coin)
    }

    /// The places of a group's coins.
    #[must_use]
    pub fn coins_of(&self, group: &GroupAssumptions) -> Vec<usize> {
        group
            .coins
            .iter()
            .filter_map(|name| self.place(name))
            .collect()
    }
}
