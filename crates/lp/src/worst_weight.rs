//! Which weight loses most, and when an uneven pool loses more than an even one.
//!
//! That a less even pool loses less is true of small moves only, where the loss is `½·w(1−w)·r²`.

use seawall_units::Ratio;

use crate::numeric::{exp_excess, sign_change, tanh_deficit};
use crate::weights::float;
use crate::{LpError, PriceRatio, Weighted};

/// The weight on the risky asset with the greatest divergence loss at a price ratio.
///
/// **Formula** `w* = 1/ln R − 1/(R − 1)`; one half at no change. **Accuracy** 8 ulp: evaluated as
/// `(e^u − 1 − u)/(u·(e^u − 1))` with `u = ln R`.
///
/// ```
/// use seawall_lp::{PriceRatio, worst_weight::worst_weight};
/// let at = |ratio| Ok::<f64, seawall_lp::LpError>(worst_weight(PriceRatio::new(ratio)?));
/// assert_eq!(format!("{:.15}", at(2.0)?), "0.442695040888963");
/// assert_eq!(at(1.0)?, 0.5);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[must_use]
pub fn worst_weight(at: PriceRatio) -> f64 {
    let ln = at.ln();
    match ln == 0.0 {
        true => 0.5,
        false => exp_excess(ln) / ln / at.change(),
    }
}

/// The price ratio beyond which a pool with weight `w` on the risky asset loses more than one with
/// one half; `None` for one half itself.
///
/// Below one half it is a rise and the uneven pool is the worse above it; above one half it is a
/// fall, and the uneven pool is the worse below it.
///
/// **Formula** the root `R = e^u` of `R^w/(w·R + 1 − w) = 2√R/(1 + R)` away from one. With
/// `δ = ½ − w` it is that of `1 − (1 − e^(−δu))/(δu) = 1 − tanh(u/2)/(u/2)`, both sides of which keep
/// their digits when `w` is next to one half, and of `e^(−δu) = 2/(1 + e^u) + 2w·tanh(u/2)`, which
/// keeps them when `w` is next to zero. **Accuracy** `u` to 128 ulp, so `R` to `128·(1 + u)`.
///
/// **Errors** [`LpError::Weight`] outside of (0, 1).
///
/// ```
/// use seawall_lp::worst_weight::worse_than_even_beyond;
/// let beyond = worse_than_even_beyond("0.1".parse()?)?.unwrap();
/// assert_eq!(format!("{:.13}", beyond.ratio()), "32.9272855954617");
/// assert_eq!(worse_than_even_beyond("0.5".parse()?)?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn worse_than_even_beyond(weight: Ratio) -> Result<Option<PriceRatio>, LpError> {
    Weighted::new(weight)?;
    let half = Ratio::bps(5_000);
    let risky = if weight < half {
        weight
    } else {
        Ratio::ONE - weight
    };
    let (risky, delta) = (float(risky), float(half - risky));
    if delta == 0.0 {
        return Ok(None);
    }
    let gap = |u: f64| match u < 1.0 {
        true => tanh_deficit(u / 2.0) - exp_excess(-delta * u) / (delta * u),
        false => {
            let even = 2.0 / (1.0 + libm::exp(u));
            delta * u + libm::log(even + 2.0 * risky * libm::tanh(u / 2.0))
        }
    };
    // For small δ the root is at 6δ; for w = 10^-18, the smallest weight, it is below 84.
    let root = sign_change(delta, 100.0, gap);
    Ok(root.map(|u| PriceRatio::exp(if weight < half { u } else { -u })))
}
