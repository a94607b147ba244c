use seawall_oracle::OracleConfig;
use seawall_units::{Ratio, Usd};
use seawall_venue::ParamError;

use crate::mark::MarkParams;
use crate::params::{BookParams, FundingParams, Params, Tier, validate_oracle, validate_tiers};

/// The thresholds of an exchange: the venue-wide ones, and those that only accounts with several
/// coins need.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExchangeParams {
    /// Fees, liquidation, backstop, ADL; and the rules of a coin that has none of its own.
    pub venue: Params,
    /// Margin accounts.
    pub accounts: AccountParams,
}

/// Margin accounts of several coins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountParams {
    /// What must stay behind a withdrawal at least, as a share of all open notional; 10 %.
    pub withdrawal_floor: Ratio,
    /// Which position of an account below maintenance goes to the book first.
    pub liquidation_order: LiquidationOrder,
}

impl Default for AccountParams {
    fn default() -> Self {
        Self {
            withdrawal_floor: Ratio::bps(1_000),
            liquidation_order: LiquidationOrder::default(),
        }
    }
}

/// In which order the positions of one account are sent to the book, which the documentation
/// leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiquidationOrder {
    /// The largest notional first.
    #[default]
    LargestFirst,
    /// The smallest notional first.
    SmallestFirst,
    /// By the number of the coin.
    ByCoin,
}

/// What differs from coin to coin.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoinParams {
    /// Its name, such as `BTC`.
    pub name: String,
    /// Leverage by size of the position.
    pub tiers: Vec<Tier>,
    /// The makers' quotes.
    pub book: BookParams,
    /// How oracle sources become a price (M-3).
    pub oracle: OracleConfig,
    /// What the mark is made of.
    pub mark: MarkParams,
    /// Hourly funding.
    pub funding: FundingParams,
    /// Which accounts may hold it.
    pub margin: CoinMargin,
    /// The share of the makers' equity that stands behind the quotes of this coin, and behind what
    /// they may hold of it; 1.
    pub makers_share: Ratio,
}

/// Which margin accounts may hold a coin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoinMargin {
    /// Cross accounts and isolated ones.
    #[default]
    CrossOrIsolated,
    /// Isolated accounts only, and their margin comes back only pro rata as the position closes.
    ///
    /// **Source** Hyperliquid docs, trading/margining.
    IsolatedOnly,
}

impl Params {
    /// A coin with the venue-wide tiers, book, oracle and funding.
    ///
    /// ```
    /// use seawall_venue_orderbook::{CoinMargin, Params};
    /// let btc = Params::default().coin("BTC");
    /// assert_eq!(btc.tiers[0].max_leverage, 40);
    /// assert_eq!(btc.margin, CoinMargin::CrossOrIsolated);
    /// ```
    #[must_use]
    pub fn coin(&self, name: &str) -> CoinParams {
        CoinParams {
            name: name.to_owned(),
            tiers: self.tiers.clone(),
            book: self.book.clone(),
            oracle: self.oracle,
            mark: self.mark.clone(),
            funding: self.funding,
            margin: CoinMargin::default(),
            makers_share: Ratio::ONE,
        }
    }
}

impl ExchangeParams {
    /// The defaults over [`Params::plain`]: what can be followed by hand.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            venue: Params::plain(),
            ..Self::default()
        }
    }

    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`ParamError`] with the dotted path of the first one that does not.
    ///
    /// ```
    /// use seawall_units::Ratio;
    /// use seawall_venue_orderbook::ExchangeParams;
    /// let mut params = ExchangeParams::default();
    /// assert!(params.validate().is_ok());
    /// params.accounts.withdrawal_floor = Ratio::whole(2);
    /// assert_eq!(params.validate().unwrap_err().field, "accounts.withdrawal_floor");
    /// ```
    pub fn validate(&self) -> Result<(), ParamError> {
        self.venue.validate()?;
        let floor = self.accounts.withdrawal_floor;
        let field = "accounts.withdrawal_floor";
        ParamError::check(field, floor, Ratio::ZERO..=Ratio::ONE, "0 to 1")
    }
}

impl CoinParams {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`ParamError`] with the path of the first one that does not.
    pub fn validate(&self) -> Result<(), ParamError> {
        validate_tiers(&self.tiers)?;
        self.book.validate()?;
        validate_oracle(&self.oracle)?;
        self.mark.validate()?;
        self.funding.validate()?;
        let share = self.makers_share;
        ParamError::check("makers_share", share, Ratio::ZERO..=Ratio::ONE, "0 to 1")
    }
}

impl AccountParams {
    /// What must stay behind a withdrawal.
    ///
    /// **Formula** `max(initial margin, floor · open notional)`. **Rounding** up, against who
    /// withdraws. **Source** Hyperliquid docs, trading/margining.
    ///
    /// ```
    /// use seawall_units::Usd;
    /// use seawall_venue_orderbook::AccountParams;
    /// let rule = AccountParams::default();
    /// // 100 000 at 40x need 2 500; ten per cent are more. At 5x 20 000 are needed.
    /// assert_eq!(rule.kept(Usd::whole(2_500), Usd::whole(100_000)), Usd::whole(10_000));
    /// assert_eq!(rule.kept(Usd::whole(20_000), Usd::whole(100_000)), Usd::whole(20_000));
    /// ```
    #[must_use]
    pub fn kept(&self, initial: Usd, notional: Usd) -> Usd {
        initial.max(notional.mul_ceil(self.withdrawal_floor))
    }
}
