use std::fmt::Debug;

use seawall_units::Ratio;

use crate::luck::Luck;

/// Seconds in the year that every yearly parameter refers to.
const SECONDS_A_YEAR: f64 = 31_536_000.0;

/// A model whose steps are known: what the logarithm of a price does, tick by tick.
pub(crate) trait Walk: Debug + Send + Sync {
    /// Fills in the moves of the logarithm, one a tick. Every one is finite.
    fn moves(&self, luck: &Luck<'_>, out: &mut [f64]);
}

/// A tick in years.
pub(crate) fn years(tick_seconds: u32) -> f64 {
    f64::from(tick_seconds) / SECONDS_A_YEAR
}

/// A ratio as a float: 18 decimals, of which a float holds the first 15 to 17 digits.
#[allow(clippy::as_conversions)] // one rounding of the count, one of the quotient
pub(crate) fn float(ratio: Ratio) -> f64 {
    ratio.units() as f64 / Ratio::ONE_UNITS as f64
}
