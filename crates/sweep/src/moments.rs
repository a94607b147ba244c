//! Mean and standard error from exact sums.

use ethnum::I256;
use seawall_units::product;

use crate::FINE;
use crate::sketch::fine;
use crate::student::reach;

/// Sums of values in independent samples of one value or more, all exact, so that no order matters.
///
/// ```
/// use seawall_sweep::Moments;
/// let mut moments = Moments::default();
/// for value in [2, 4, 4, 4, 5, 5, 7, 9] {
///     moments.take(value);
///     moments.close();
/// }
/// let estimate = moments.estimate().unwrap();
/// assert_eq!(estimate.mean, 5_000_000);
/// // The squares around 5 sum to 32: √(32/7/8) = 0.755928946…, rounded up.
/// assert_eq!(estimate.error, Some(755_929));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    /// Values.
    count: u64,
    /// Samples that hold a value.
    samples: u64,
    /// Sum of the values.
    sum: I256,
    /// Sum of the squares of the samples' sums; `None` beyond the range.
    squares: Option<I256>,
    /// Sum over samples of their sum times their count.
    cross: Option<I256>,
    /// Sum of the squares of the samples' counts.
    sizes: u128,
    /// Sum and count of the sample that is open.
    open: (I256, u64),
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            count: 0,
            samples: 0,
            sum: I256::ZERO,
            squares: Some(I256::ZERO),
            cross: Some(I256::ZERO),
            sizes: 0,
            open: (I256::ZERO, 0),
        }
    }
}

/// A mean and how far it may be from the truth, in millionths of a grid unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Values.
    pub count: u64,
    /// Independent samples.
    pub samples: u64,
    /// The mean, to the nearest.
    pub mean: i128,
    /// Its standard error, rounded up; `None` with fewer than two samples or beyond the range.
    pub error: Option<i128>,
    /// The ends of the 95 % interval, rounded outwards.
    pub interval: Option<(i128, i128)>,
}

impl Moments {
    /// Takes a value into the open sample.
    pub fn take(&mut self, value: i128) {
        self.open.0 = self.open.0.saturating_add(I256::from(value));
        self.open.1 = self.open.1.saturating_add(1);
    }

    /// Ends the open sample; one without a value counts for nothing.
    pub fn close(&mut self) {
        let (sum, count) = std::mem::replace(&mut self.open, (I256::ZERO, 0));
        if count == 0 {
            return;
        }
        let one = i128::try_from(sum).ok();
        let add = |to: Option<I256>, by: i128| to?.checked_add(product(one?, by));
        self.count = self.count.saturating_add(count);
        self.samples = self.samples.saturating_add(1);
        self.sum = self.sum.saturating_add(sum);
        self.squares = one.and_then(|one| add(self.squares, one));
        self.cross = add(self.cross, i128::from(count));
        let square = u128::from(count).saturating_mul(u128::from(count));
        self.sizes = self.sizes.saturating_add(square);
    }

    /// Mean and standard error of all closed samples; `None` without a value.
    ///
    /// **Formula** with samples of `m_j` values that sum to `S_j`, `n` samples, `M = Σ m_j`, mean
    /// `r = Σ S_j / M`: error `√(n/(n−1) · Σ (S_j − m_j r)²) / M`. Where every sample is one value, that is
    /// `s / √n` with the sample standard deviation `s`.
    /// **Rounding** mean to the nearest millionth of a grid unit, error upwards, interval outwards.
    /// **Source** Cochran, Sampling Techniques (3rd ed. 1977), 9A.1, the ratio estimate over clusters.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        let mean = fine(self.sum, I256::from(self.count))?;
        let error = self.error();
        let interval = error.zip(reach(self.samples)).and_then(|(error, reach)| {
            let half = error.checked_mul(reach)?;
            // To the outside.
            let half = half.checked_add(FINE.checked_sub(1)?)?.checked_div(FINE)?;
            Some((mean.checked_sub(half)?, mean.checked_add(half)?))
        });
        Some(Estimate {
            count: self.count,
            samples: self.samples,
            mean,
            error,
            interval,
        })
    }

    fn error(&self) -> Option<i128> {
        let count = I256::from(self.count);
        let deviations = self.deviations()?;
        if deviations == I256::ZERO {
            return (self.samples > 1).then_some(0);
        }
        root(deviations, self.samples, count.checked_mul(count)?)
    }

    /// `M² · Σ (S_j − m_j r)²`, a whole number.
    fn deviations(&self) -> Option<I256> {
        let (all, sum) = (I256::from(self.count), self.sum);
        let squares = self.squares?.checked_mul(all)?.checked_mul(all)?;
        let two = I256::from(2_i128);
        let cross = self.cross?.checked_mul(sum)?;
        let cross = cross.checked_mul(all)?.checked_mul(two)?;
        let sizes = sum.checked_mul(sum)?.checked_mul(I256::from(self.sizes))?;
        squares.checked_sub(cross)?.checked_add(sizes)
    }
}

/// `√(n/(n−1) · deviations) / M²` in millionths, upwards. An estimate of an error is no money: the root
/// is taken in doubles, which give the same bits on every machine.
#[allow(clippy::float_arithmetic, clippy::as_conversions)]
fn root(deviations: I256, samples: u64, square: I256) -> Option<i128> {
    let freedom = samples.checked_sub(1).filter(|freedom| *freedom > 0)?;
    let corrected = deviations.as_f64() / freedom as f64 * samples as f64;
    let error = (corrected.sqrt() / square.as_f64() * FINE as f64).ceil();
    // A double below 2^126 is an exact i128.
    (error.is_finite() && error < 8.5e37).then_some(error as i128)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(samples: &[Vec<i128>]) -> Option<Estimate> {
        let mut moments = Moments::default();
        for sample in samples {
            sample.iter().for_each(|value| moments.take(*value));
            moments.close();
        }
        moments.estimate()
    }

    #[test]
    fn one_value_has_a_mean_and_no_error() {
        let estimate = of(&[vec![7]]).unwrap();
        assert_eq!(
            (estimate.mean, estimate.error, estimate.interval),
            (7_000_000, None, None)
        );
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[vec![]]), None);
        let equal = of(&[vec![7], vec![7]]).unwrap();
        assert_eq!(
            (equal.error, equal.interval),
            (Some(0), Some((7_000_000, 7_000_000)))
        );
    }

    /// Antithetic pairs (1, 9), (2, 8), (4, 8): pair means 5, 5 and 6, whose mean is 16/3 and whose
    /// sample variance is 1/3, so that the error is √(1/9) = 1/3. As six values: mean 16/3, squares around it sum
    /// to 178/3 − … = 59.333, error √(59.333/5/6) = 1.4063.
    #[test]
    fn samples_of_two_paths_are_one_value() {
        let pairs = of(&[vec![1, 9], vec![2, 8], vec![4, 8]]).unwrap();
        assert_eq!((pairs.count, pairs.samples), (6, 3));
        assert_eq!(pairs.mean, 5_333_333);
        assert_eq!(pairs.error, Some(333_334));
        // 4.302653 · 0.333334 = 1.434221 (rounded up) to both sides.
        assert_eq!(pairs.interval, Some((3_899_112, 6_767_554)));
        let single = of(&[vec![1], vec![9], vec![2], vec![8], vec![4], vec![8]]).unwrap();
        assert_eq!(single.error, Some(1_406_335));
    }

    #[test]
    fn beyond_the_range_there_is_no_error_and_no_panic() {
        let large = of(&[vec![i128::MAX], vec![i128::MIN], vec![i128::MAX]]);
        assert!(large.is_none_or(|estimate| estimate.error.is_none()));
    }

    #[test]
    fn the_quantiles_meet_published_ones() {
        for (freedom, published) in [(40, 2_021_075), (60, 2_000_298), (120, 1_979_930)] {
            let found = reach(freedom + 1).unwrap();
            assert!((found - published).abs() < 50, "{freedom}: {found}");
        }
        assert_eq!(reach(u64::MAX), Some(1_959_964));
        // The table and the series meet.
        assert!((reach(32).unwrap() - 2_039_513).abs() < 100);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn sums_tell_what_the_list_tells(
            samples in prop::collection::vec(
                prop::collection::vec(-1_000_000_000_i128..1_000_000_000, 1..4), 2..40),
        ) {
            let estimate = of(&samples).unwrap();
            let all: Vec<i128> = samples.iter().flatten().copied().collect();
            let mean = all.iter().sum::<i128>() as f64 / all.len() as f64;
            prop_assert!((estimate.mean as f64 / 1e6 - mean).abs() < 1e-5);
            let n = samples.len() as f64;
            let around = samples.iter().map(|sample| {
                let sum = sample.iter().sum::<i128>() as f64;
                (sum - sample.len() as f64 * mean).powi(2)
            });
            let error = (around.sum::<f64>() * n / (n - 1.0)).sqrt() / all.len() as f64;
            let found = estimate.error.unwrap() as f64 / 1e6;
            prop_assert!((found - error).abs() <= error * 1e-6 + 2e-6, "{} {}", found, error);
            // In whatever order.
            let mut turned = samples.clone();
            turned.reverse();
            prop_assert_eq!(of(&turned).unwrap(), estimate);
        }
    }
}
