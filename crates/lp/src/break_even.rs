//! What fees and rewards must bring so that providing liquidity ends level with holding.
//!
//! Two bases are in use for such income and the difference is large. Fees grow with the position
//! and are told as a fraction `φ` of what it is worth; rewards are paid on what was put in and are
//! told as a fraction `ρ` of the initial deposit.

use crate::error::within;
use crate::{Curve, LpError, PriceRatio};

/// Income of a position beside its holdings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Income {
    /// Fees `φ`, as a fraction of what the position is worth at the end.
    pub fees: f64,
    /// Rewards `ρ`, as a fraction of the initial deposit.
    pub rewards: f64,
}

impl Income {
    /// No income.
    pub const NONE: Self = Self {
        fees: 0.0,
        rewards: 0.0,
    };

    /// Income of these two fractions.
    ///
    /// **Errors** [`LpError::OutOfRange`] unless each is finite, zero or above and at most 10⁶.
    pub fn new(fees: f64, rewards: f64) -> Result<Self, LpError> {
        let legal = "0 <= income <= 10^6, finite";
        Ok(Self {
            fees: within("fees", fees, (0.0, 1e6), legal)?,
            rewards: within("rewards", rewards, (0.0, 1e6), legal)?,
        })
    }
}

/// What a position with income ends above holding, per initial value; negative when below.
///
/// **Formula** `N = V·(1 + φ) + ρ − H`. **Accuracy** each of its parts, `V·φ`, `ρ` and `H − V`, within
/// 16 ulp of itself.
///
/// ```
/// use seawall_lp::{ConstantProduct, PriceRatio, break_even::{Income, net_against_hold}};
/// // Fourfold: the pool 2, holding 2.5. Fees of 25 % on the pool close the gap.
/// let income = Income::new(0.25, 0.0)?;
/// assert_eq!(net_against_hold(&ConstantProduct, PriceRatio::new(4.0)?, income), 0.0);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[must_use]
pub fn net_against_hold(curve: &dyn Curve, at: PriceRatio, income: Income) -> f64 {
    curve.value(at) * income.fees + income.rewards - curve.shortfall(at)
}

/// The fees, as a fraction of the position's value, that make up for divergence: `φ* = H/V − 1`.
///
/// **Formula** `D/(1 − D)` with `D` the divergence loss.
///
/// ```
/// use seawall_lp::{ConstantProduct, PriceRatio, break_even::fees};
/// assert_eq!(fees(&ConstantProduct, PriceRatio::new(4.0)?), 0.25);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[must_use]
pub fn fees(curve: &dyn Curve, at: PriceRatio) -> f64 {
    curve.shortfall(at) / curve.value(at)
}

/// The rewards, as a fraction of the initial deposit, that make up for divergence:
/// `ρ* = (H − V)/V₀`.
///
/// **Formula** `(√R − 1)²/2` for a constant product.
///
/// ```
/// use seawall_lp::{ConstantProduct, PriceRatio, break_even::rewards};
/// assert_eq!(rewards(&ConstantProduct, PriceRatio::new(4.0)?), 0.5);
/// assert_eq!(rewards(&ConstantProduct, PriceRatio::new(0.25)?), 0.125);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[must_use]
pub fn rewards(curve: &dyn Curve, at: PriceRatio) -> f64 {
    curve.shortfall(at)
}

/// After how many years rewards of a yearly rate on the initial deposit have made up for divergence:
/// `T* = ρ*/APR`.
///
/// **Errors** [`LpError::OutOfRange`] unless the rate is above zero and at most 10⁶.
///
/// ```
/// use seawall_lp::{ConstantProduct, PriceRatio, break_even::years};
/// // A year of 50 % covers a fourfold price; three months of 100 % bring half of that.
/// assert_eq!(years(&ConstantProduct, PriceRatio::new(4.0)?, 0.5)?, 1.0);
/// assert_eq!(years(&ConstantProduct, PriceRatio::new(4.0)?, 1.0)?, 0.5);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
pub fn years(curve: &dyn Curve, at: PriceRatio, rate: f64) -> Result<f64, LpError> {
    let legal = (f64::MIN_POSITIVE, 1e6);
    let rate = within("rewards per year", rate, legal, "0 < rate <= 10^6")?;
    Ok(rewards(curve, at) / rate)
}
