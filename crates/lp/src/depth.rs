//! What it takes to move a pool's price: how much goes in on one side and comes out on the other.

use crate::{Curve, Holdings, PriceRatio};

/// What a trade that moves the price moves, as fractions of the pool's own reserves.
///
/// Fees are left out. A fall pays the risky asset in and takes the other out; a rise the other way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Depth {
    /// The change of the risky reserve over that reserve: positive when it is paid in.
    pub risky: f64,
    /// The change of the other reserve over that reserve: negative when it is taken out.
    pub quote: f64,
}

/// The trade that moves a constant product from its price to `R` times that.
///
/// **Formula** risky `1/√R − 1`, quote `√R − 1`. A fall by `d` takes out `1 − √(1−d)` of the quote
/// reserve. **Accuracy** 4 ulp however small the move.
///
/// ```
/// use seawall_lp::{PriceRatio, depth::constant_product};
/// let fall = constant_product(PriceRatio::from_change(-0.5)?);
/// assert_eq!(format!("{:.12}", -fall.quote), "0.292893218813");
/// let double = constant_product(PriceRatio::new(4.0)?);
/// assert_eq!((double.risky, double.quote), (-0.5, 1.0));
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[must_use]
pub fn constant_product(to: PriceRatio) -> Depth {
    Depth {
        risky: -to.sqrt_change() / to.sqrt(),
        quote: to.sqrt_change(),
    }
}

/// The trade that moves a position along any curve from one price to another, as its own amounts:
/// what it holds more of, and less of.
///
/// **Units** as [`Holdings`]. **Accuracy** a difference of two holdings, so a few ulp of these.
///
/// ```
/// use seawall_lp::{ConstantProduct, PriceRatio, depth::along};
/// let trade = along(&ConstantProduct, PriceRatio::ONE, PriceRatio::new(4.0)?);
/// assert_eq!((trade.risky, trade.quote), (-0.25, 0.5));
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[must_use]
pub fn along(curve: &dyn Curve, from: PriceRatio, to: PriceRatio) -> Holdings {
    let (before, after) = (curve.holdings(from), curve.holdings(to));
    Holdings {
        risky: after.risky - before.risky,
        quote: after.quote - before.quote,
    }
}
