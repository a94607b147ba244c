//! Lending: health, liquidation, bonus, rates, bad debt.
//!
//! Pure functions on amounts: which token is the collateral, who the borrower is and where the
//! transfers are written is the caller's business. Every figure is a count of grid units of
//! 10⁻¹⁸, taken exactly in 256 bits and rounded once, in favour of the lenders: what a borrower
//! owes and what a liquidator pays rounds up, what either receives rounds down.
//!
//! | module | what it says |
//! |---|---|
//! | [`params`] | the rules as data, with their legal ranges |
//! | [`liquidation`] | who repays how much, and what is seized for it |
//! | [`rates`] | what borrowing costs and what lending earns |
//! | [`market`] | cash, debt, reserves, and who bears debt that nothing stands against |
//! | [`auction`] | collateral auctions with keepers who may sleep, and the debt auction |
//! | [`frontier`] | the loan-to-value above which a liquidation makes things worse |
//!
//! ```
//! use seawall_cascade::lending::{Loan, Prices, LendingParams, health, plan_liquidation};
//! use seawall_units::{Ratio, TokenPrice, Tokens};
//! let rules = LendingParams::default(); // Aave v3, WETH: threshold 83 %, bonus 5.5 %
//! let loan = Loan { collateral: Tokens::whole(10), debt: Tokens::whole(16_000) };
//! let prices = Prices { collateral: "1900".parse()?, debt: TokenPrice::ONE };
//! // 0.83 · 10 · 1 900 / 16 000
//! assert_eq!(health(&loan, &prices, &rules), Some("0.985625".parse::<Ratio>()?));
//! let seizure = plan_liquidation(&loan, &prices, &rules).ok_or("healthy")?;
//! assert_eq!(seizure.repaid, Tokens::whole(8_000)); // the close factor is one half
//! assert_eq!(seizure.seized.to_string(), "4.442105263157894736"); // 1.055 · 8 000 / 1 900
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod auction;
pub mod frontier;
pub mod liquidation;
pub mod market;
pub mod params;
pub mod rates;
mod wide;

use ethnum::I256;
use seawall_units::{Ratio, Round, TokenPrice, Tokens};

pub use liquidation::{Seizure, plan_liquidation};
pub use market::{Market, WriteOff};
pub use params::{
    AaveClose, BonusRule, CloseRule, CompoundClose, CompoundLine, Compounding, FixedClose,
    LendingParams, LossPayer, RateModel, StoreFront,
};
pub use rates::{Rates, accrue_interest, quote_rate};

use wide::ratio_of;

/// What one borrower has posted and owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Loan {
    /// The collateral, in its own token.
    pub collateral: Tokens,
    /// The debt, in its own token.
    pub debt: Tokens,
}

/// What the market believes the two tokens of a loan are worth, both in one quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Quote per token of collateral.
    pub collateral: TokenPrice,
    /// Quote per token of debt.
    pub debt: TokenPrice,
}

impl Prices {
    /// What the collateral is worth in the token of the debt; at most [`Tokens::MAX`].
    ///
    /// **Formula** `C·P_c / P_d`. **Rounding** as named.
    #[must_use]
    pub fn in_debt(&self, collateral: Tokens, round: Round) -> Tokens {
        wide::tokens_of(
            [collateral.units(), self.collateral.units(), 1],
            [self.debt.units(), 1],
            round,
        )
    }
}

/// The health factor of a loan; `None` without debt.
///
/// A loan below one may be liquidated.
///
/// **Formula** `HF = LT·C·P_c / (D·P_d)`. **Units** a ratio, at most [`Ratio::MAX`].
/// **Rounding** down, in favour of the lenders; exact up to 10²² of quote.
/// **Source** Aave v3 `GenericLogic`; Compound's account liquidity asks the same of the sign of
/// `LT·C·P_c − D·P_d`.
///
/// ```
/// use seawall_cascade::lending::{LendingParams, Loan, Prices, health};
/// use seawall_units::{Ratio, TokenPrice, Tokens};
/// let rules = LendingParams { liquidation_threshold: Ratio::bps(8_000), ..Default::default() };
/// let loan = Loan { collateral: Tokens::whole(500), debt: Tokens::whole(38_400) };
/// let prices = Prices { collateral: "95".parse()?, debt: TokenPrice::ONE };
/// // 0.8 · 500 · 95 / 38 400 = 38 000 / 38 400
/// assert_eq!(health(&loan, &prices, &rules), Some("0.989583333333333333".parse::<Ratio>()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn health(loan: &Loan, prices: &Prices, rules: &LendingParams) -> Option<Ratio> {
    if !loan.debt.is_positive() {
        return None;
    }
    let top = [
        loan.collateral.units(),
        rules.liquidation_threshold.units(),
        prices.collateral.units(),
    ];
    let bottom = [loan.debt.units(), prices.debt.units()];
    Some(ratio_of(top, bottom, Round::Floor))
}

/// The loan-to-value of a loan; `None` without collateral.
///
/// **Formula** `LTV = D·P_d / (C·P_c)`. **Units** a ratio, at most [`Ratio::MAX`].
/// **Rounding** up, in favour of the lenders; exact up to 10²² of quote.
///
/// ```
/// use seawall_cascade::lending::{Loan, Prices, ltv};
/// use seawall_units::{Ratio, TokenPrice, Tokens};
/// let loan = Loan { collateral: Tokens::whole(500), debt: Tokens::whole(38_400) };
/// let prices = Prices { collateral: "96".parse()?, debt: TokenPrice::ONE };
/// assert_eq!(ltv(&loan, &prices), Some(Ratio::bps(8_000)));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn ltv(loan: &Loan, prices: &Prices) -> Option<Ratio> {
    if !loan.collateral.is_positive() {
        return None;
    }
    let top = [loan.debt.units(), Ratio::ONE.units(), prices.debt.units()];
    let bottom = [loan.collateral.units(), prices.collateral.units()];
    Some(ratio_of(top, bottom, Round::Ceil))
}

/// Whether a loan may be liquidated: health below one, something left to seize, and not above the
/// loan-to-value at which liquidation stops ([`LendingParams::stop_above`]).
///
/// ```
/// use seawall_cascade::lending::{LendingParams, Loan, Prices, is_liquidatable};
/// use seawall_units::{Ratio, TokenPrice, Tokens};
/// let loan = Loan { collateral: Tokens::whole(500), debt: Tokens::whole(38_400) };
/// let prices = Prices { collateral: "80".parse()?, debt: TokenPrice::ONE }; // LTV 96 %
/// let mut rules = LendingParams::default();
/// assert!(is_liquidatable(&loan, &prices, &rules));
/// rules.stop_above = Some(Ratio::bps(9_500));
/// assert!(!is_liquidatable(&loan, &prices, &rules));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn is_liquidatable(loan: &Loan, prices: &Prices, rules: &LendingParams) -> bool {
    let (Some(below), true) = (
        is_below_one(loan, prices, rules),
        loan.collateral.is_positive(),
    ) else {
        return false;
    };
    let stopped = |most| ltv(loan, prices).is_none_or(|now| now > most);
    below && !rules.stop_above.is_some_and(stopped)
}

/// Whether health is below one, by products alone where they fit 256 bits: most loans of most
/// rounds are healthy, and a quotient costs more. `None` without debt.
fn is_below_one(loan: &Loan, prices: &Prices, rules: &LendingParams) -> Option<bool> {
    if !loan.debt.is_positive() {
        return None;
    }
    let product = |[a, b, c]: [i128; 3]| {
        let pair = I256::from(a).checked_mul(b.into())?;
        pair.checked_mul(c.into())
    };
    let backed = product([
        loan.collateral.units(),
        rules.liquidation_threshold.units(),
        prices.collateral.units(),
    ]);
    let owed = product([loan.debt.units(), prices.debt.units(), Ratio::ONE_UNITS]);
    match (backed, owed) {
        (Some(backed), Some(owed)) => Some(backed < owed),
        _ => health(loan, prices, rules).map(|health| health < Ratio::ONE),
    }
}
