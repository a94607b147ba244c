//! Prices on their grid, rounded once, to the nearest unit: a price is nobody's claim.

use seawall_units::{Price, Round, mul_div};

/// The price of this many units; the smallest price below that. `None` above the largest.
///
/// A price that has fallen below the grid stands at its smallest unit: the grid knows nothing
/// between that and nothing, and a price is never zero.
fn on_grid(units: i128) -> Option<Price> {
    Price::from_units(units.max(Price::ULP.units())).ok()
}

/// `opening · e^moved`, of a finite move.
#[allow(clippy::as_conversions)] // saturating; beyond 2^53 units a float's own grid is coarser
pub(crate) fn moved(opening: Price, moved: f64) -> Option<Price> {
    let units = (opening.units() as f64 * libm::exp(moved)).round();
    // Most prices fit 64 bits, where the conversion is several times cheaper.
    on_grid(if units < 9e18 {
        i128::from(units as i64)
    } else {
        units as i128
    })
}

/// `price · above / below`, exact until it is rounded.
pub(crate) fn scaled(price: Price, (above, below): (i128, i128)) -> Option<Price> {
    let halves = mul_div(price.units(), above.checked_mul(2)?, below, Round::Floor)?;
    on_grid(halves.checked_add(1)?.div_euclid(2))
}
