//! From a divergence loss back to the prices at which it occurs.

use crate::numeric::sign_change;
use crate::{Curve, DivergenceLoss, PriceRatio};

/// The two prices at which a position has lost a given fraction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// By a fall; `None` when no fall down to 10⁻⁵⁰ costs as much.
    pub below: Option<PriceRatio>,
    /// By a rise; `None` when no rise up to 10⁵⁰ costs as much.
    pub above: Option<PriceRatio>,
}

/// Where a position along any curve first loses more than `loss`, below its entry price and above it.
///
/// The loss only grows on the way from the entry price outwards: `V` is concave in the price and
/// `H` is its tangent at the entry price, so `V/H` only falls. The logarithm of the price is
/// bisected to the last float. For a constant product
/// [`ratio_at`](crate::ConstantProduct::ratio_at) has the closed form.
///
/// ```
/// use seawall_lp::{ConstantProduct, DivergenceLoss, level::levels};
/// let found = levels(&ConstantProduct, DivergenceLoss::from_unsigned(0.25)?);
/// let (below, above) = (found.below.unwrap(), found.above.unwrap());
/// assert!((above.ratio() - 4.907334498724081).abs() < 1e-14);
/// assert!((below.ratio() - 0.2037766123870306).abs() < 1e-15);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[must_use]
pub fn levels(curve: &dyn Curve, loss: DivergenceLoss) -> Levels {
    let most = libm::log(PriceRatio::MAX);
    let excess = |ln: f64| curve.divergence_loss(PriceRatio::exp(ln)).unsigned() - loss.unsigned();
    let found = |end: f64| sign_change(0.0, end, excess).map(PriceRatio::exp);
    Levels {
        below: found(-most),
        above: found(most),
    }
}
