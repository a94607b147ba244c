use std::collections::BTreeMap;

use seawall_units::{Ratio, Tokens};
use seawall_venue::ParamError;

use super::DebtAuctionParams;

/// The rules of collateral auctions and who bids in them. The defaults are Maker's of March 2020.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AuctionParams {
    /// The most collateral in one lot. A loan is cut into 10000 lots at most.
    pub lot: Tokens,
    /// What is to be raised beyond the debt, over it.
    pub penalty: Ratio,
    /// By how much a bid must exceed the one before it, over it.
    pub least_increase: Ratio,
    /// The first bid, in the token of the debt; zero: a lone bidder pays nothing.
    pub opening_bid: Tokens,
    /// Rounds from the seizure until a lot is sold; 0: in the same round.
    pub rounds: u32,
    /// What it costs to have a bid mined, in the token of the debt, from round 1 on, one figure a
    /// round; the last one stays. None given: nothing.
    pub gas: Vec<Tokens>,
    /// Who bids, by name.
    pub keepers: BTreeMap<String, KeeperParams>,
    /// The auction of the protocol's own token that pays what nothing else has; none: nobody does.
    pub debt_auction: Option<DebtAuctionParams>,
}

impl Default for AuctionParams {
    /// Lots of 50, penalty 13 %, bids rise by 3 % from nothing, sold in the round after the
    /// seizure, gas for free, no keepers, no debt auction.
    fn default() -> Self {
        Self {
            lot: Tokens::whole(50),
            penalty: Ratio::bps(1_300),
            least_increase: Ratio::bps(300),
            opening_bid: Tokens::ZERO,
            rounds: 1,
            gas: Vec::new(),
            keepers: BTreeMap::new(),
            debt_auction: None,
        }
    }
}

/// A keeper: a program that bids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct KeeperParams {
    /// What it has at the opening, in the token of the debt.
    pub cash: Tokens,
    /// The profit it asks for, over the value of what it buys; 0 to below 1.
    pub margin: Ratio,
    /// The most that it pays for having a bid mined; above that it sleeps.
    pub gas_up_to: Tokens,
    /// The part of what it has won that it sells into the pool at the end of each round; 0 to 1.
    pub sells: Ratio,
}

impl Default for KeeperParams {
    /// No cash, a margin of 5 %, never asleep, sells all that it wins.
    fn default() -> Self {
        Self {
            cash: Tokens::ZERO,
            margin: Ratio::bps(500),
            gas_up_to: Tokens::MAX,
            sells: Ratio::ONE,
        }
    }
}

const AMOUNT: &str = "0 to 1000000000000000";
const SHARE: &str = "0 to 1";

impl AuctionParams {
    /// What a bid costs in a round, counted from 1.
    #[must_use]
    pub fn gas_in(&self, round: u32) -> Tokens {
        let place = usize::try_from(round.saturating_sub(1)).unwrap_or(usize::MAX);
        let stated = self.gas.get(place).or(self.gas.last());
        stated.copied().unwrap_or(Tokens::ZERO)
    }

    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`ParamError`] for the first one that does not.
    ///
    /// ```
    /// use seawall_cascade::lending::auction::AuctionParams;
    /// use seawall_units::Tokens;
    /// let rules = AuctionParams { lot: Tokens::ZERO, ..Default::default() };
    /// let error = rules.validate().map_err(|error| error.to_string());
    /// assert!(error.is_err_and(|said| said.ends_with("legal: above 0 to 1000000000000000")));
    /// ```
    pub fn validate(&self) -> Result<(), ParamError> {
        let amount = Tokens::ZERO..=Tokens::MAX;
        let above = Tokens::ULP..=Tokens::MAX;
        let legal = "above 0 to 1000000000000000";
        ParamError::check("auction.lot", self.lot, above, legal)?;
        share("auction.penalty", self.penalty)?;
        share("auction.least_increase", self.least_increase)?;
        let field = "auction.opening_bid";
        ParamError::check(field, self.opening_bid, amount.clone(), AMOUNT)?;
        let legal = "0 to 100000";
        ParamError::check("auction.rounds", self.rounds, 0..=100_000, legal)?;
        for gas in &self.gas {
            ParamError::check("auction.gas", *gas, amount.clone(), AMOUNT)?;
        }
        for keeper in self.keepers.values() {
            keeper.validate()?;
        }
        self.debt_auction.map_or(Ok(()), |rules| rules.validate())
    }
}

impl KeeperParams {
    fn validate(&self) -> Result<(), ParamError> {
        let amount = Tokens::ZERO..=Tokens::MAX;
        let field = "auction.keepers.cash";
        ParamError::check(field, self.cash, amount.clone(), AMOUNT)?;
        let below_one = Ratio::ZERO..=(Ratio::ONE - Ratio::bps(1));
        let field = "auction.keepers.margin";
        ParamError::check(field, self.margin, below_one, "0 to 0.9999")?;
        let field = "auction.keepers.gas_up_to";
        ParamError::check(field, self.gas_up_to, amount, AMOUNT)?;
        share("auction.keepers.sells", self.sells)
    }
}

fn share(field: &'static str, value: Ratio) -> Result<(), ParamError> {
    ParamError::check(field, value, Ratio::ZERO..=Ratio::ONE, SHARE)
}
