use crate::{Curve, DivergenceLoss, Holdings, LpError, PriceRatio};

/// A pool that keeps the product of its two reserves, `x·y = k` (Uniswap v1 and v2).
///
/// **Formula** `V/V₀ = √R`, `H/V₀ = (1 + R)/2`, divergence loss `1 − 2√R/(1 + R) = 1 − sech(½·ln R)`,
/// delta `½·V/R`, gamma `−¼·V/R²`. The loss is the same for `R` and `1/R`.
///
/// **Accuracy** the loss within 8 ulp for any move, however small: it is evaluated as
/// `S/(1 + S)` with `S = r²/(2√R·(1 + √R)²)`, where nothing cancels. It is zero only at no change.
///
/// **Source** H. Adams, N. Zinsmeister, D. Robinson, "Uniswap v2 Core" (2020), the invariant;
/// the loss by algebra.
///
/// ```
/// use seawall_lp::{ConstantProduct, Curve, PriceRatio};
/// let fourfold = PriceRatio::new(4.0)?;
/// // Reserves 1 and 1 become 1/2 and 2: worth 4 where holding is worth 5.
/// assert_eq!(ConstantProduct.value(fourfold), 2.0);
/// assert_eq!(ConstantProduct.hold(fourfold), 2.5);
/// assert_eq!(ConstantProduct.impermanent_loss(fourfold).percent(), 20.0);
/// assert_eq!(ConstantProduct.shortfall(fourfold), 0.5);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConstantProduct;

impl Curve for ConstantProduct {
    fn holdings(&self, at: PriceRatio) -> Holdings {
        let root = at.sqrt();
        Holdings {
            risky: 0.5 / root,
            quote: 0.5 * root,
        }
    }

    fn gamma(&self, at: PriceRatio) -> f64 {
        -0.25 / (at.ratio() * at.sqrt())
    }

    fn divergence_loss(&self, at: PriceRatio) -> DivergenceLoss {
        DivergenceLoss::from_excess(at.sqrt_change() * at.sqrt_change() / (2.0 * at.sqrt()))
    }

    fn value(&self, at: PriceRatio) -> f64 {
        at.sqrt()
    }

    fn hold(&self, at: PriceRatio) -> f64 {
        0.5 * at.ratio() + 0.5
    }

    fn shortfall(&self, at: PriceRatio) -> f64 {
        0.5 * at.sqrt_change() * at.sqrt_change()
    }
}

impl ConstantProduct {
    /// The rise at which the divergence loss is this; the fall with the same loss is its
    /// [`inverse`](PriceRatio::inverse).
    ///
    /// **Formula** `√R = (1 + √(D(2 − D)))/(1 − D)`. **Accuracy** 6 ulp.
    ///
    /// **Errors** [`LpError::OutOfRange`] when the price would leave its range (a loss within
    /// 10⁻²⁴ of everything).
    ///
    /// ```
    /// use seawall_lp::{ConstantProduct, DivergenceLoss};
    /// let at = |loss| ConstantProduct.ratio_at(DivergenceLoss::from_unsigned(loss)?);
    /// assert_eq!(at(0.2)?.ratio(), 4.0);
    /// assert_eq!(at(0.25)?.ratio(), 4.907334498724081);
    /// # Ok::<(), seawall_lp::LpError>(())
    /// ```
    pub fn ratio_at(&self, loss: DivergenceLoss) -> Result<PriceRatio, LpError> {
        let loss = loss.unsigned();
        let root_change = ((loss * (2.0 - loss)).sqrt() + loss) / (1.0 - loss);
        PriceRatio::from_change(root_change * (root_change + 2.0))
    }
}
