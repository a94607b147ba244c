use seawall_units::{Rate, Ratio};

use crate::{FundingConfig, UtilisationConfig};

/// The funding rate of the next minute from this one's and the minute's average skew (M-6).
///
/// Positive rates are paid by longs. Inside the dead band (inclusive) the rate loses `1/decay` of
/// itself; outside it moves by `velocity · skew`, and a rate of the opposite sign loses `1/decay`
/// of itself as well.
///
/// **Formula** `r' = clamp(r + k·s·[|s| > band] − (r/decay)·[|s| ≤ band or r·s < 0], ±cap)`.
/// **Units** per year.
/// **Rounding** the move towards zero, the decay away from zero (so that a decaying rate arrives
/// at zero); both alike for longs and shorts: `next(−r, −s) = −next(r, s)`.
/// **Source** velocity funding as in Synthetix Perps V2 (`PerpsV2MarketBase.sol`: velocity
/// proportional to skew), with a cap, a dead band and a decay of our own.
///
/// ```
/// use seawall_funding::{FundingConfig, next_rate};
/// use seawall_units::{Rate, Ratio};
/// let config = FundingConfig::default();
/// let rate = |text: &str| text.parse::<Rate>();
/// assert_eq!(next_rate(Rate::ZERO, Ratio::ONE, &config), rate("0.5%")?);
/// assert_eq!(next_rate(rate("60%")?, Ratio::bps(400), &config), rate("59%")?);
/// // 60 % − 60 %/60 − 0.5 %·10 %
/// assert_eq!(next_rate(rate("60%")?, Ratio::bps(-1_000), &config), rate("58.95%")?);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn next_rate(rate: Rate, skew: Ratio, config: &FundingConfig) -> Rate {
    let skew = skew.clamp(-Ratio::ONE, Ratio::ONE);
    let inside = skew.abs() <= config.dead_band;
    let opposed = matches!((rate.signum(), skew.signum()), (1, -1) | (-1, 1));
    let move_ = if inside {
        Rate::ZERO
    } else {
        let size = config.velocity_per_minute.mul_floor(skew.abs());
        if skew.is_negative() { -size } else { size }
    };
    let loss = if inside || opposed {
        decay_of(rate, config.decay)
    } else {
        Rate::ZERO
    };
    let cap = config.cap.or_zero();
    (rate - loss + move_).clamp(-cap, cap)
}

/// `rate / decay`, away from zero.
fn decay_of(rate: Rate, decay: u32) -> Rate {
    let parts = Ratio::units_i64(i64::from(decay.max(1)));
    let size = rate.abs().mul_div_ceil(Ratio::ULP, parts);
    let size = size.unwrap_or(rate.abs());
    if rate.is_negative() { -size } else { size }
}

/// The yearly utilisation rate at utilisation `u` (M-6).
///
/// **Formula** `base·U` up to the kink; above it the line from there through `max` at U = 1,
/// which goes on beyond 1.
/// **Units** per year on the notional of both sides together.
/// **Rounding** up, against who pays: less than two units of 10⁻¹⁸ above the exact line.
/// **Source** the kinked (jump) rate of Compound v2 and of GMX v2's borrowing factor, with
/// parameters of our own.
///
/// ```
/// use seawall_funding::{UtilisationConfig, utilisation_rate};
/// use seawall_units::{Rate, Ratio};
/// let config = UtilisationConfig::default();
/// for (u, rate) in [(50, "25%"), (75, "37.5%"), (90, "93%"), (100, "130%"), (110, "167%")] {
///     assert_eq!(utilisation_rate(Ratio::bps(u * 100), &config), rate.parse::<Rate>()?);
/// }
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn utilisation_rate(u: Ratio, config: &UtilisationConfig) -> Rate {
    let u = u.or_zero();
    if u <= config.kink {
        return config.base.mul_ceil(u).min(Rate::MAX);
    }
    let at_kink = config.base.mul_ceil(config.kink);
    let rise = (config.max - at_kink).mul_div_ceil(u - config.kink, Ratio::ONE - config.kink);
    match rise {
        Some(rise) => (at_kink + rise).min(Rate::MAX),
        None => Rate::MAX,
    }
}

/// The longs' share w of the utilisation rate at average skew `s`; shorts pay the rest (M-6).
///
/// At balance each side pays half; from half of `crowding` on, the crowded side pays all.
///
/// **Formula** `w = ½ + s/crowding`, within 0 to 1. **Rounding** towards minus infinity.
///
/// ```
/// use seawall_funding::{UtilisationConfig, crowded_share};
/// use seawall_units::Ratio;
/// let config = UtilisationConfig::default();
/// for (s, w) in [(-500, 0), (-400, 0), (-200, 25), (0, 50), (100, 62), (400, 100), (500, 100)] {
///     let share = crowded_share(Ratio::bps(s), &config);
///     assert_eq!(share.mul_floor(Ratio::whole(100)).units() / Ratio::ONE_UNITS, w);
/// }
/// ```
#[must_use]
pub fn crowded_share(skew: Ratio, config: &UtilisationConfig) -> Ratio {
    let half = Ratio::bps(5_000);
    match skew.ratio_floor(config.crowding) {
        Some(tilt) => half + tilt.clamp(-half, half),
        // Only a crowding of zero divides nothing: the crowded side pays all.
        None if skew.is_zero() => half,
        None if skew.is_positive() => Ratio::ONE,
        None => Ratio::ZERO,
    }
}
