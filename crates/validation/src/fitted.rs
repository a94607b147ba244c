use seawall_scenario::model::Distribution;
use seawall_units::{Ratio, Usd};
use serde::{Deserialize, Serialize};

use crate::ValidationError;
use crate::assumptions::Assumptions;

const TEXT: &str = include_str!("../../../fixtures/validation/oct10-fitted.toml");

/// The values that the calibration chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fitted {
    /// Open interest of each coin, in the order of the assumptions.
    pub interest: Vec<Usd>,
    /// Median of the longs' equity above maintenance, over maintenance.
    pub headroom: Ratio,
    /// How far the last coin falls before its first mark, in terms of Bitcoin's fall.
    pub fall: Ratio,
    /// Roughness of Bitcoin's mark between two recorded marks.
    pub roughness: Ratio,
    /// Roughness of the last coin's, in terms of Bitcoin's.
    pub volatility: Ratio,
    /// The share of the vaults' equity that is left for the coins of the model.
    pub room: Ratio,
    /// Which vault serves which group: the vaults' equity, in the order of the groups.
    pub vaults: Vec<Usd>,
}

/// One step of the calibration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What was changed.
    pub changed: String,
    /// To what.
    pub to: String,
    /// The loss after it, in thousandths.
    pub loss: u64,
    /// Whether it was kept.
    pub kept: bool,
}

/// What the calibration wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    /// The loss of the priors, in thousandths.
    pub prior_loss: u64,
    /// The loss of what was chosen.
    pub loss: u64,
    /// What was chosen.
    pub fitted: Fitted,
    /// Everything that was tried, in order.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// What stands at the top of a calibration's file.
const HEADER: &str = "\
# Written by `seawall validate --calibrate`: what the search chose from fixtures/validation/oct10.toml and from what
# is known up to 21:18:59, and everything that it tried. Losses are in thousandths; `interest` and `vaults` stand in
# the order of the coins and groups of that file.
";

impl Trace {
    /// The file that holds it.
    ///
    /// **Errors** [`ValidationError::File`] when it cannot be written, which its types rule out.
    pub fn file(&self) -> Result<String, ValidationError> {
        let text = toml::to_string(self);
        let text = text.map_err(|fault| ValidationError::file("TOML", &fault))?;
        Ok(format!("{HEADER}{text}"))
    }

    /// The calibration that comes with the program.
    ///
    /// **Errors** [`ValidationError::File`] when the file is not of its form.
    pub fn pinned() -> Result<Self, ValidationError> {
        let fault = |fault: toml::de::Error| ValidationError::file("oct10-fitted.toml", &fault);
        toml::from_str(TEXT).map_err(fault)
    }
}

impl Fitted {
    /// What the calibration chose, from the file that comes with the program.
    ///
    /// **Errors** [`ValidationError::File`] when the file is not of its form.
    pub fn chosen() -> Result<Self, ValidationError> {
        Ok(Trace::pinned()?.fitted)
    }

    /// The values that stand in assumptions.
    #[must_use]
    pub fn of(all: &Assumptions) -> Self {
        let headroom = match &all.population.long_headroom {
            Distribution::Lognormal { median, .. } => *median,
            _ => Ratio::ONE,
        };
        Self {
            interest: all.coins.iter().map(|coin| coin.interest).collect(),
            headroom,
            fall: all
                .prices
                .falls
                .last()
                .map_or(Ratio::ONE, |fall| fall.times),
            roughness: all.prices.roughness,
            volatility: all.coins.last().map_or(Ratio::ONE, |coin| coin.volatility),
            room: all.vault_room,
            vaults: all.groups.iter().map(|group| group.vault).collect(),
        }
    }

    /// Puts them into assumptions.
    pub fn put_into(&self, all: &mut Assumptions) {
        for (coin, interest) in all.coins.iter_mut().zip(&self.interest) {
            coin.interest = *interest;
        }
        if let Distribution::Lognormal { median, .. } = &mut all.population.long_headroom {
            *median = self.headroom;
        }
        if let Some(fall) = all.prices.falls.last_mut() {
            fall.times = self.fall;
        }
        all.prices.roughness = self.roughness;
        all.vault_room = self.room;
        if let Some(coin) = all.coins.last_mut() {
            coin.volatility = self.volatility;
        }
        // A vault takes what it was given on the next day along.
        let day_after = |vault: Usd, all: &Assumptions| {
            let of = all.groups.iter().find(|group| group.vault == vault);
            of.map_or(vault, |group| group.vault_after)
        };
        let after = self.vaults.iter().map(|vault| day_after(*vault, all));
        let after: Vec<Usd> = after.collect();
        for (group, (vault, after)) in all.groups.iter_mut().zip(self.vaults.iter().zip(after)) {
            group.vault = *vault;
            group.vault_after = after;
        }
    }
}
