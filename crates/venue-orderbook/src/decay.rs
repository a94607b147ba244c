//! Exponential decay and the average that is made of it, in integers.

use seawall_units::{Ratio, Round, Time, mul_div};

/// Digits that the series is summed in, twelve more than the grid of ratios has.
const FINE: i128 = 1_000_000_000_000_000_000_000_000_000_000;
/// `e^(−1)` on that grid, rounded down.
const INVERSE_E: i128 = 367_879_441_171_442_321_595_523_770_161;
/// From fine digits to units of a ratio.
const TO_RATIO: i128 = 1_000_000_000_000;
/// A ratio's units in one.
const ONE: i128 = Ratio::ONE_UNITS;

/// What is left of one after `seconds` of exponential decay with this time constant.
///
/// **Formula** `e^(−seconds / time_constant)`, the power series of the fraction below one summed
/// with thirty digits and multiplied by `e^(−1)` for every whole time constant. A time constant of
/// zero forgets at once. **Rounding** down, to at most one unit of 10⁻¹⁸ below the exact value.
///
/// ```
/// use seawall_units::Ratio;
/// use seawall_venue_orderbook::exp_decay;
/// // e^(−3/150) = 0.980198673306755302 20…, e^(−1) = 0.367879441171442321 59…
/// assert_eq!(exp_decay(3, 150), "0.980198673306755302".parse::<Ratio>()?);
/// assert_eq!(exp_decay(150, 150), "0.367879441171442321".parse::<Ratio>()?);
/// assert_eq!(exp_decay(0, 150), Ratio::ONE);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn exp_decay(seconds: u64, time_constant: u64) -> Ratio {
    let whole = seconds.checked_div(time_constant);
    let Some(mut whole) = whole else {
        return if seconds == 0 {
            Ratio::ONE
        } else {
            Ratio::ZERO
        };
    };
    let rest = seconds.checked_rem(time_constant).unwrap_or_default();
    let mut left = below_one(i128::from(rest), i128::from(time_constant));
    while whole > 0 && left > 0 {
        left = mul_div(left, INVERSE_E, FINE, Round::Floor).unwrap_or_default();
        whole = whole.saturating_sub(1);
    }
    let units = left.checked_div(TO_RATIO).unwrap_or_default();
    Ratio::from_units(units).unwrap_or_default()
}

/// `e^(−n/d)` for `0 ≤ n < d`, in fine digits.
fn below_one(n: i128, d: i128) -> i128 {
    let (mut term, mut sum) = (FINE, FINE);
    let mut place = 0_i128;
    while term != 0 {
        place = place.saturating_add(1);
        let step = d.saturating_mul(place);
        // Towards zero, so that the alternating terms end.
        let next = mul_div(term.saturating_abs(), n, step, Round::Floor).unwrap_or_default();
        term = next.saturating_mul(term.signum().saturating_neg());
        sum = sum.saturating_add(term);
    }
    sum
}

/// An exponential average over samples that come at any time.
///
/// **Formula** `num ← num·e^(−t/τ) + sample·t`, `den ← den·e^(−t/τ) + t`, with `t` the seconds since
/// the last sample; the average is `num/den`. **Units** those of the samples. **Rounding** each step
/// and the quotient down, so at most `1/(1 − e^(−t/τ))` units of one second below the exact sum.
/// **Source** Hyperliquid docs, trading/robust-price-indices.
///
/// ```
/// use seawall_units::Time;
/// use seawall_venue_orderbook::TimeAverage;
/// let mut average = TimeAverage::new(Time::from_secs(0));
/// assert_eq!(average.value(), None);
/// average.take(Time::from_secs(3), 1_000, 150);
/// average.take(Time::from_secs(6), 0, 150);
/// // (1 000 · 3 · 0.980198…)/(3 · 0.980198… + 3) = 495.000…
/// assert_eq!(average.value(), Some(495));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeAverage {
    /// Sum of samples times seconds, in thousandths of a unit.
    num: i128,
    /// Sum of seconds, in units of 10⁻¹⁸.
    den: i128,
    at: Time,
}

/// Parts of a unit that the sum keeps.
const PARTS: i128 = 1_000;

impl TimeAverage {
    /// No sample yet.
    #[must_use]
    pub const fn new(start: Time) -> Self {
        Self {
            num: 0,
            den: 0,
            at: start,
        }
    }

    /// Takes a sample, in whole units of any grid; one of the same second as the last has no weight.
    pub fn take(&mut self, now: Time, sample: i128, time_constant: u64) {
        let seconds = now.since(self.at);
        let kept = exp_decay(seconds, time_constant).units();
        let lasts = i128::from(seconds);
        let faded = |sum: i128| mul_div(sum, kept, ONE, Round::Floor).unwrap_or_default();
        let weighed = sample.saturating_mul(lasts).saturating_mul(PARTS);
        self.num = faded(self.num).saturating_add(weighed);
        self.den = faded(self.den).saturating_add(lasts.saturating_mul(ONE));
        self.at = now;
    }

    /// The average; `None` before the first sample.
    #[must_use]
    pub fn value(&self) -> Option<i128> {
        let scaled = self.den.checked_mul(PARTS)?;
        mul_div(self.num, ONE, scaled, Round::Floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    /// To forty digits elsewhere: e^(−0.1) = 0.904837418035959573164…, e^(−7/150) =
    /// 0.954405479733646605695…, e^(−3) = 0.049787068367863942979….
    #[test]
    fn decay_by_hand() {
        assert_eq!(exp_decay(3, 30), ratio("0.904837418035959573"));
        assert_eq!(exp_decay(7, 150), ratio("0.954405479733646605"));
        assert_eq!(exp_decay(450, 150), ratio("0.049787068367863942"));
        assert_eq!(exp_decay(86_400, 1), Ratio::ZERO);
        assert_eq!(exp_decay(1, 0), Ratio::ZERO);
    }

    /// Samples of 10, 0 and −5 at 3, 6 and 9 s, in micro-units. By hand, with w = e^(−0.02):
    /// num = 30 → 29.405960199 → 28.823683175 − 15 = 13.823683175;
    /// den = 3 → 5.940596020 → 8.822964337; averages 10, 4.950001667 and 1.566784432756….
    #[test]
    fn three_samples_by_hand() {
        let mut average = TimeAverage::new(Time::from_secs(0));
        let mut seen = Vec::new();
        for (at, sample) in [(3, 10_000_000), (6, 0), (9, -5_000_000)] {
            average.take(Time::from_secs(at), sample, 150);
            seen.push(average.value());
        }
        assert_eq!(seen, [Some(10_000_000), Some(4_950_001), Some(1_566_784)]);
    }

    /// A gap weighs by its length: 1 for 3 s, then 4 after 27 s.
    /// num = 3·e^(−0.9) + 108 = 109.219708979, den = 3·e^(−0.9) + 27 = 28.219708979; 3.8703…
    #[test]
    fn a_long_gap_weighs_long() {
        let mut average = TimeAverage::new(Time::from_secs(0));
        average.take(Time::from_secs(3), 1_000_000, 30);
        average.take(Time::from_secs(30), 4_000_000, 30);
        assert_eq!(average.value(), Some(3_870_334));
    }
}
