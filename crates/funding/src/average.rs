use seawall_units::Ratio;

/// The average of a ratio over a minute, weighted by the seconds it stood (M-6).
///
/// The sum is an exact integer for any ratio and up to 10¹¹ seconds.
///
/// ```
/// use seawall_funding::MinuteAverage;
/// use seawall_units::Ratio;
/// let mut skew = MinuteAverage::default();
/// skew.add(Ratio::bps(1_000), 45);
/// skew.add(Ratio::bps(-1_000), 15);
/// assert_eq!(skew.take(), Ratio::bps(500)); // (45 · 10 % − 15 · 10 %) / 60
/// assert_eq!(skew.take(), Ratio::ZERO);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MinuteAverage {
    sum: i128,
    seconds: u64,
}

impl MinuteAverage {
    /// `value` has stood for this many more seconds.
    pub fn add(&mut self, value: Ratio, seconds: u64) {
        let weighted = value.units().saturating_mul(i128::from(seconds));
        self.sum = self.sum.saturating_add(weighted);
        self.seconds = self.seconds.saturating_add(seconds);
    }

    /// The average since the last taking, which begins a new one; zero if no second passed.
    ///
    /// Take it also in a minute that is not accrued, or its seconds weigh on the next one.
    ///
    /// **Formula** `Σ value·seconds / Σ seconds`, within the range of ratios. **Rounding** towards
    /// minus infinity.
    #[must_use]
    pub fn take(&mut self) -> Ratio {
        let Self { sum, seconds } = std::mem::take(self);
        let average =
            seawall_units::mul_div(sum, 1, i128::from(seconds), seawall_units::Round::Floor);
        let within = |units: i128| units.clamp((-Ratio::MAX).units(), Ratio::MAX.units());
        average
            .and_then(|units| Ratio::from_units(within(units)).ok())
            .unwrap_or(Ratio::ZERO)
    }
}
