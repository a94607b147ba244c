//! The loan-to-value above which a liquidation makes things worse.
//!
//! A liquidation takes `(1+i)·d` of collateral value for `d` of debt. Below `1/(1+i)` what is left
//! is healthier than before; above it, sicker: the bonus is paid out of collateral that the rest
//! of the debt needed. When the seized collateral is sold into a pool at whose price the rest is
//! marked, the sale itself costs as well and the frontier lies lower.
//!
//! **Source** Warmuz, Chaudhary and Pinna, "Toxic Liquidation Spirals", arXiv:2212.07306;
//! McFarlane, "Toxicity Bounds for Dynamic Liquidation Incentives", arXiv:2510.10171.

use seawall_units::{Ratio, Round, Tokens};

use super::wide::{quotient, ratio_of};

/// The loan-to-value from which a liquidation no longer lowers the loan-to-value.
///
/// **Formula** `1/(1+i)`: `(D−d)/(C−(1+i)d) < D/C ⇔ (1+i)·D < C`.
/// **Rounding** down: a loan at the figure printed still heals. **Source** arXiv:2212.07306.
///
/// ```
/// use seawall_cascade::lending::frontier::toxic_ltv;
/// use seawall_units::Ratio;
/// assert_eq!(toxic_ltv(Ratio::bps(500)).to_string(), "0.952380952380952380");
/// ```
#[must_use]
pub fn toxic_ltv(bonus: Ratio) -> Ratio {
    let divisor = Ratio::ONE + bonus.or_zero();
    ratio_of(
        [Ratio::ONE_UNITS, Ratio::ONE_UNITS, 1],
        [divisor.units(), 1],
        Round::Floor,
    )
}

/// How many times its own value a small forced sale takes from what is marked at the pool's
/// price, `λ`; `None` without a reserve.
///
/// In a constant-product pool with quote reserve `y` a small sale of value `v` lowers the price by
/// `2v/y` of itself; collateral worth `C` that is marked there loses `2C/y` per `v`.
///
/// **Formula** `λ = 1 + 2C/y`. **Rounding** up: the sale is taken for no gentler than it is.
/// **Source** arXiv:2510.10171, for a constant product.
///
/// ```
/// use seawall_cascade::lending::frontier::impact_multiplier;
/// use seawall_units::{Ratio, Tokens};
/// let lambda = impact_multiplier(Tokens::whole(10), Tokens::whole(100));
/// assert_eq!(lambda, Some(Ratio::bps(12_000)));
/// ```
#[must_use]
pub fn impact_multiplier(collateral_value: Tokens, quote_reserve: Tokens) -> Option<Ratio> {
    if !quote_reserve.is_positive() {
        return None;
    }
    let top = [collateral_value.or_zero().units(), Ratio::ONE_UNITS, 2];
    let twice = quotient(top, [quote_reserve.units(), 1], Round::Ceil)?;
    Some(Ratio::ONE + Ratio::from_units(twice).ok()?)
}

/// The loan-to-value from which a liquidation whose collateral is sold into a constant-product
/// pool no longer lowers the loan-to-value of what is left.
///
/// **Formula** `1/((1+i)·λ)`, `λ = 1 + 2C/y`. **Units** `collateral_value` and `quote_reserve` in
/// one quote. **Rounding** down, from the exact `λ`; zero without a reserve.
/// **Source** arXiv:2510.10171.
///
/// ```
/// use seawall_cascade::lending::frontier::toxic_ltv_in_pool;
/// use seawall_units::{Ratio, Tokens};
/// // 1 / (1.05 · 1.1)
/// let bound = toxic_ltv_in_pool(Ratio::bps(500), Tokens::whole(5), Tokens::whole(100));
/// assert_eq!(bound.to_string(), "0.865800865800865800");
/// ```
#[must_use]
pub fn toxic_ltv_in_pool(bonus: Ratio, collateral_value: Tokens, quote_reserve: Tokens) -> Ratio {
    if !quote_reserve.is_positive() {
        return Ratio::ZERO;
    }
    let loaded = quote_reserve + collateral_value.or_zero() + collateral_value.or_zero();
    let divisor = Ratio::ONE + bonus.or_zero();
    ratio_of(
        [quote_reserve.units(), Ratio::ONE_UNITS, Ratio::ONE_UNITS],
        [loaded.units(), divisor.units()],
        Round::Floor,
    )
}
