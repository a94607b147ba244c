//! A scenario at other prices than its file's.

use seawall_units::Time;
use sha2::{Digest, Sha256};

use crate::at::rfc3339;
use crate::import::Purpose;
use crate::named::hex;
use crate::{PricePath, Scenario, ScenarioError, fits};

impl Scenario {
    /// The same scenario at other outside prices. It has a hash of its own, and nothing that was
    /// taken out of a file of prices; [`Scenario::with`] goes back to the prices of the file.
    ///
    /// **Errors** as [`Scenario::admit`].
    ///
    /// ```no_run
    /// use seawall_scenario::{Between, PricePath, Scenario};
    /// let scenario = Scenario::load("crash.toml")?;
    /// let hourly = ["100", "80", "90"].map(|price| price.parse().unwrap());
    /// let prices = PricePath::from_ticks(scenario.start(), 3600, &hourly, Between::Hold).unwrap();
    /// let other = scenario.with_prices(prices)?;
    /// assert_eq!(other.path().lowest(), "80".parse().unwrap());
    /// # Ok::<(), seawall_scenario::ScenarioError>(())
    /// ```
    pub fn with_prices(&self, prices: PricePath) -> Result<Self, ScenarioError> {
        self.admit(&prices)?;
        let mut hash = Sha256::new_with_prefix(&self.hash);
        hash.update(b"\0prices\0");
        for (_, price, _) in prices.iter() {
            hash.update(price.units().to_le_bytes());
        }
        let mut other = self.clone();
        other.hash = hex(&hash.finalize());
        other
            .imported
            .retain(|imported| imported.format.purpose() != Purpose::Prices);
        other.path = prices;
        Ok(other)
    }

    /// Whether the scenario can be run at these outside prices: they reach from its first to its
    /// last second, and every size and value stays in range at each of them.
    ///
    /// **Errors** [`ScenarioError::Place`] as for a file with these prices: the field that does
    /// not fit them and what is legal.
    pub fn admit(&self, prices: &PricePath) -> Result<(), ScenarioError> {
        let span = |from: Time, to: Time| {
            let (from, to) = (rfc3339(from.secs()), rfc3339(to.secs()));
            format!("from {from} to {to}")
        };
        if (prices.start(), prices.end()) != (self.start(), self.end()) {
            let found = span(prices.start(), prices.end());
            let legal = span(self.start(), self.end());
            let message = format!("`price` is {found}; legal: {legal}, the scenario's time");
            return Err(self.say_at("price", &message));
        }
        fits::whole(self.file(), self.endowments(), prices).map_err(|misfit| {
            let fits::Misfit { path, found, legal } = misfit;
            match self.document() {
                Ok(document) => document.fail(&path, found, legal),
                Err(error) => error,
            }
        })
    }

    /// The seed that the scenario draws by where its file states this one: its own, or for a
    /// market without a seed of its own the one that this and its name come to.
    ///
    /// It is what [`file`](Self::file) has after [`with`](Self::with) has set `seed`.
    #[must_use]
    pub fn seed_of(&self, stated: u64) -> u64 {
        match &self.market {
            Some(market) if self.file.seed != self.stated_seed => market.seed(stated),
            _ => stated,
        }
    }
}
