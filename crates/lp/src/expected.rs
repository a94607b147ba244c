//! What divergence loss to expect when the price moves at random.
//!
//! The price follows a geometric Brownian motion without drift: on average it stays, so a holder
//! expects to keep the deposit and all of the loss is the pool's. The mean of the money lost is then
//! the mean of gross LVR, path by path different and on average the same.
//!
//! **Source** arXiv:2208.06046 (the rate); S. Alexander, L. Fritz, arXiv:2410.00854 (same mean, not
//! the same distribution).

use seawall_units::Ratio;

use crate::lvr::{self, Covariance};
use crate::{Curve, LpError, PriceRatio, Range, Span, Volatility, Weights};

/// The mean loss against holding of a constant-product position, as a fraction of the deposit.
///
/// **Formula** `E[(1+R)/2 − √R] = 1 − exp(−σ²T/8)`. **Accuracy** 8 ulp.
///
/// ```
/// use seawall_lp::{Span, Volatility, expected};
/// let loss = expected::constant_product(Volatility::per_year(0.5)?, Span::YEAR);
/// assert_eq!(format!("{:.14} %", loss * 100.0), "3.07667655236559 %");
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[must_use]
pub fn constant_product(volatility: Volatility, span: Span) -> f64 {
    decayed(volatility.variance(span) / 8.0)
}

/// `1 − e^(−x)`.
fn decayed(x: f64) -> f64 {
    0.0 - libm::expm1(-x)
}

/// The same when the price drifts by `drift` over the span (a log of the mean price ratio), such as
/// −0.5 of a mean price that falls to 61 %.
///
/// **Formula** `(1 + e^m)/2 − e^(m/2)·exp(−σ²T/8)`. The drift costs on its own: `(1 − e^(m/2))²/2`.
/// **Accuracy** 16 ulp.
///
/// **Errors** [`LpError::OutOfRange`] unless `−50 ≤ m ≤ 50`.
///
/// ```
/// use seawall_lp::{Span, Volatility, expected};
/// let still = Volatility::per_year(0.0)?;
/// // A sure fall to a quarter: the shortfall of R = ¼, (1 − ½)²/2.
/// let fall = 0.25_f64.ln();
/// assert_eq!(expected::with_drift(still, fall, Span::YEAR)?, 0.125);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
pub fn with_drift(volatility: Volatility, drift: f64, span: Span) -> Result<f64, LpError> {
    crate::error::within("drift", drift, (-50.0, 50.0), "-50 <= drift <= 50")?;
    let gap = libm::expm1(drift / 2.0);
    Ok(0.5 * gap * gap + libm::exp(drift / 2.0) * constant_product(volatility, span))
}

/// The mean loss of a pool of two assets with this weight on the risky one.
///
/// **Formula** `1 − exp(−½·w(1−w)·σ²T)`, since `E[R^w]` of a log-normal price of mean one is
/// `exp(½·w(w−1)·σ²T)`. **Accuracy** 14 ulp.
///
/// **Errors** [`LpError::Weight`] outside of (0, 1).
pub fn weighted(weight: Ratio, volatility: Volatility, span: Span) -> Result<f64, LpError> {
    Ok(decayed(lvr::weighted(weight, volatility)?.over(span)))
}

/// The mean loss of a weighted pool of any number of assets, none of which drifts.
///
/// **Formula** `1 − exp(−ℓT)` with the rate ℓ of [`lvr::basket`].
///
/// **Errors** as [`lvr::basket`].
pub fn basket(weights: &Weights, moves: &Covariance, span: Span) -> Result<f64, LpError> {
    Ok(decayed(lvr::basket(weights, moves, span)?))
}

/// The mean loss of a position in a range, entered at a price, as a fraction of the deposit.
///
/// **Formula** `1 − E[V]`, where `V` is linear in `1`, `√R` and `R` on each side of the range's ends,
/// with the moments `E[R^p; R < k] = exp(½·p(p−1)s²)·Φ((ln k + s²/2 − p·s²)/s)`, `s² = σ²T`.
/// **Accuracy** 10⁻¹⁰ of the deposit for ranges of 1 % and more to each side.
///
/// **Errors** [`LpError::OutOfRange`] for an entry price that is not a price.
///
/// ```
/// use seawall_lp::{Range, Span, Volatility, expected};
/// let (volatility, month) = (Volatility::per_year(0.8)?, Span::days(30.0)?);
/// let narrow = expected::concentrated(Range::around(100.0, 1.25)?, 100.0, volatility, month)?;
/// let whole = expected::constant_product(volatility, month);
/// // In range the loss is 9.47 times that of the whole line; out of it, it grows no faster.
/// assert!(narrow > 4.0 * whole && narrow < 9.47 * whole);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
pub fn concentrated(
    range: Range,
    entry: f64,
    volatility: Volatility,
    span: Span,
) -> Result<f64, LpError> {
    let lower = PriceRatio::from_prices(entry, range.lower())?;
    let upper = PriceRatio::from_prices(entry, range.upper())?;
    let variance = volatility.variance(span);
    if variance == 0.0 {
        return Ok(0.0);
    }
    let (a, b) = (lower.sqrt(), upper.sqrt());
    let held = 1.0_f64.clamp(a, b);
    let start = (1.0 / held - 1.0 / b) + (held - a);
    let moment = |power: f64, at: PriceRatio| truncated(power, at.ln(), variance);
    let between = |power| moment(power, upper) - moment(power, lower);
    let below = (1.0 / a - 1.0 / b) * moment(1.0, lower);
    let inside = 2.0 * between(0.5) - between(1.0) / b - a * between(0.0);
    let above = (b - a) * (1.0 - moment(0.0, upper));
    Ok((1.0 - (below + inside + above) / start).max(0.0))
}

/// `E[R^p; ln R < k]` of a log-normal price of mean one.
fn truncated(power: f64, k: f64, variance: f64) -> f64 {
    let place = (k + variance / 2.0 - power * variance) / variance.sqrt();
    let below = 0.5 * libm::erfc(-place / std::f64::consts::SQRT_2);
    libm::exp(0.5 * power * (power - 1.0) * variance) * below
}

/// The mean of the divergence loss as a fraction of what holding gives, `E[1 − V/H]`, on any curve.
///
/// **Formula** the trapezoidal rule over ±12 standard deviations in steps of 1/64.
/// **Accuracy** 10⁻¹³ on smooth curves; 10⁻⁴ of the loss where a range ends.
#[must_use]
pub fn relative(curve: &dyn Curve, volatility: Volatility, span: Span) -> f64 {
    const STEPS: i32 = 64;
    let deviation = volatility.deviation(span);
    let nodes = (-12 * STEPS..=12 * STEPS).map(|node| {
        let z = f64::from(node) / f64::from(STEPS);
        let density = libm::exp(-0.5 * z * z) / std::f64::consts::TAU.sqrt();
        let at = PriceRatio::from_ln(deviation * (z - deviation / 2.0));
        // Beyond the range of prices there is nothing but loss.
        let loss = at.map_or(1.0, |at| curve.divergence_loss(at).unsigned());
        density * loss / f64::from(STEPS)
    });
    nodes.sum()
}
