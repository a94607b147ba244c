use seawall_units::{Ratio, Round, Usd};

use crate::LpError;
use crate::error::within;

/// What a liquidity provider has less than a holder of the same first deposit, as a fraction of
/// what the holder has.
///
/// Two signs are in use for it. A bare number would let them be mixed up, so a number comes out
/// only under the name of its sign: [`unsigned`](Self::unsigned) is `1 − V/H ≥ 0`,
/// [`signed`](Self::signed) is `V/H − 1 ≤ 0`.
///
/// ```
/// use seawall_lp::{ConstantProduct, Curve, PriceRatio};
/// let loss = ConstantProduct.divergence_loss(PriceRatio::new(4.0)?);
/// assert_eq!((loss.unsigned(), loss.signed()), (0.2, -0.2));
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[doc(alias = "impermanent loss")]
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct DivergenceLoss(f64);

/// The older name of [`DivergenceLoss`].
pub type ImpermanentLoss = DivergenceLoss;

impl DivergenceLoss {
    /// No loss.
    pub const ZERO: Self = Self(0.0);

    /// A loss of this fraction, such as 0.2.
    ///
    /// **Errors** [`LpError::OutOfRange`] outside of `0 ≤ loss < 1`.
    pub fn from_unsigned(fraction: f64) -> Result<Self, LpError> {
        let below_one = 1.0 - f64::EPSILON / 2.0;
        let legal = "0 <= loss < 1";
        within("divergence loss", fraction, (0.0, below_one), legal).map(Self)
    }

    /// The loss when the holder has `1 + excess` for each one that the pool has: `S/(1 + S)`.
    pub(crate) fn from_excess(excess: f64) -> Self {
        Self(excess / (1.0 + excess))
    }

    /// A fraction that its formula keeps in [0, 1].
    pub(crate) fn from_fraction(fraction: f64) -> Self {
        Self(fraction.clamp(0.0, 1.0))
    }

    /// `1 − V/H`, zero or above.
    #[must_use]
    pub fn unsigned(self) -> f64 {
        self.0
    }

    /// `V/H − 1`, zero or below.
    #[must_use]
    pub fn signed(self) -> f64 {
        // Not `-self.0`, which would write no loss as -0.
        0.0 - self.0
    }

    /// [`unsigned`](Self::unsigned) in percent.
    #[must_use]
    pub fn percent(self) -> f64 {
        self.0 * 100.0
    }

    /// [`unsigned`](Self::unsigned) on the grid of ratios, to its nearest unit of 10⁻¹⁸.
    #[must_use]
    pub fn to_ratio(self) -> Ratio {
        let units = (self.0 * Ratio::ONE_UNITS as f64).round() as i128;
        Ratio::from_units(units).unwrap_or(Ratio::ONE)
    }

    /// What is missing in money to who would have held `hold`.
    ///
    /// **Formula** `H · (1 − V/H) = H − V`. **Rounding** up to a micro-dollar: a loss is never
    /// shown smaller than it is. **Accuracy** that of the fraction, 10⁻¹⁵ of `hold` or better.
    ///
    /// ```
    /// use seawall_lp::{ConstantProduct, Curve, PriceRatio};
    /// let loss = ConstantProduct.divergence_loss(PriceRatio::new(4.0)?);
    /// assert_eq!(loss.shortfall(seawall_units::Usd::whole(5_000)), seawall_units::Usd::whole(1_000));
    /// # Ok::<(), seawall_lp::LpError>(())
    /// ```
    #[must_use]
    pub fn shortfall(self, hold: Usd) -> Usd {
        let (part, whole) = (self.to_ratio(), Ratio::ONE);
        let units = seawall_units::mul_div(hold.units(), part.units(), whole.units(), Round::Ceil);
        Usd::from_units(units.unwrap_or_default()).unwrap_or(Usd::ZERO)
    }
}
