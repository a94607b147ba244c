//! The distribution of a figure in flat memory.

use std::collections::BTreeMap;

use ethnum::I256;
use seawall_units::product;

use crate::FINE;

/// Bins of each doubling: 2 to this power.
const BITS: u32 = 7;

/// How many values of a figure lie where: bins whose width is at most one part in 128 of the values
/// in them, each with its exact count and exact sum.
///
/// Values from −127 to 127 grid units have a bin of their own. Beyond, each doubling has 128 bins of
/// one width. So there are never more than 2 · (128 + 119 · 128) bins, however many values there are, and
/// two sketches of the same values are equal in whatever order they were taken.
///
/// ```
/// use seawall_sweep::Sketch;
/// let mut sketch = Sketch::default();
/// (1..=100).for_each(|value| sketch.take(value));
/// // Nearest rank: the 95th of 100 values; in millionths of a unit.
/// assert_eq!(sketch.quantile(95, 100), Some(95_000_000));
/// // The mean of the five largest: 96 to 100.
/// assert_eq!(sketch.tail(seawall_sweep::Tail::Upper, 95, 100), Some(98_000_000));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sketch {
    bins: BTreeMap<i32, Bin>,
    count: u64,
}

/// On which side of a distribution the bad values lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// Small values are bad.
    Lower,
    /// Large values are bad.
    Upper,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bin {
    count: u64,
    sum: I256,
}

impl Bin {
    const EMPTY: Self = Self {
        count: 0,
        sum: I256::ZERO,
    };
}

/// The bin of a value: its magnitude's highest eight bits and how far they are shifted, with its sign.
fn bin_of(value: i128) -> i32 {
    let magnitude = value.unsigned_abs();
    let length = u128::BITS.saturating_sub(magnitude.leading_zeros());
    let shift = length.saturating_sub(BITS.saturating_add(1));
    let leading = u128::checked_shr(magnitude, shift).unwrap_or(0);
    // At most 120 · 128 + 255.
    let place = u128::from(shift)
        .saturating_mul(1 << BITS)
        .saturating_add(leading);
    let place = i32::try_from(place).unwrap_or(i32::MAX);
    match value < 0 {
        true => place.saturating_neg(),
        false => place,
    }
}

impl Sketch {
    /// Takes one value, in grid units.
    pub fn take(&mut self, value: i128) {
        let bin = self.bins.entry(bin_of(value)).or_insert(Bin::EMPTY);
        bin.count = bin.count.saturating_add(1);
        bin.sum = bin.sum.saturating_add(I256::from(value));
        self.count = self.count.saturating_add(1);
    }

    /// How many values were taken.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Bins that hold something.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.bins.len()
    }

    /// The value at the share `num / den` of the distribution, in millionths of a grid unit; `None` when there is
    /// none.
    ///
    /// **Formula** nearest rank: of `n` values in order the one at `⌈n · num / den⌉`, and the first at
    /// least. **Error** the mean of its bin stands for it, so it is within 1/128 of itself, and exact
    /// where a bin holds one value or equal ones.
    #[must_use]
    pub fn quantile(&self, num: u64, den: u64) -> Option<i128> {
        let rank = u128::from(self.count).saturating_mul(u128::from(num));
        let rank = rank.div_ceil(u128::from(den.max(1))).max(1);
        let mut below = 0_u128;
        for bin in self.bins.values() {
            below = below.saturating_add(u128::from(bin.count));
            if below >= rank {
                return fine(bin.sum, I256::from(bin.count));
            }
        }
        None
    }

    /// The mean of the worst `1 − num / den` of the values (expected shortfall, CVaR), in millionths of a
    /// grid unit; `None` when there is none.
    ///
    /// **Formula** with `n` values and `t = n · (1 − num/den)`: the sum of the worst `⌊t⌋` and of the part
    /// `t − ⌊t⌋` of the next, over `t`. **Error** only values of the bin at the edge are taken at their
    /// mean: below 1/128 of those. **Source** Acerbi and Tasche, On the coherence of expected shortfall,
    /// Journal of Banking & Finance 26 (2002), definition 2.6 and proposition 4.1.
    #[must_use]
    pub fn tail(&self, tail: Tail, num: u64, den: u64) -> Option<i128> {
        let share = u128::from(den.checked_sub(num)?);
        // In parts of 1/den of a value, so that the last may be cut.
        let wanted = u128::from(self.count).checked_mul(share)?;
        let den = u128::from(den);
        let mut left = wanted;
        let mut whole = I256::ZERO;
        let mut edge = None;
        let mut visit = |bin: &Bin| {
            let there = u128::from(bin.count).saturating_mul(den);
            match there <= left {
                true => whole = whole.saturating_add(bin.sum),
                false => edge = Some((*bin, left)),
            }
            left = left.saturating_sub(there);
            left > 0
        };
        match tail {
            Tail::Lower => self.bins.values().take_while(|bin| visit(bin)).count(),
            Tail::Upper => self
                .bins
                .values()
                .rev()
                .take_while(|bin| visit(bin))
                .count(),
        };
        let whole = whole.checked_mul(I256::from(den))?;
        match edge {
            None => fine(whole, I256::from(wanted)),
            Some((bin, rest)) => {
                let (count, rest) = (I256::from(bin.count), I256::from(rest));
                let whole = whole.checked_mul(count)?;
                let sum = whole.checked_add(bin.sum.checked_mul(rest)?)?;
                fine(sum, count.checked_mul(I256::from(wanted))?)
            }
        }
    }

    /// The standard error of [`Sketch::tail`] where every value is an independent sample, in millionths of a
    /// grid unit; `None` when the tail has fewer than two values, which say nothing of others.
    ///
    /// **Formula** with `q` the value at the edge of the tail, `y = max(x − q, 0)` on the bad side (of a lower
    /// tail `max(q − x, 0)`) and `p` the share of the tail: `s(y) / (p·√n)`, which holds for many values.
    /// **Rounding** upwards; values are taken at their bins' means. **Source** Hong, Hu and Liu, Monte Carlo methods
    /// for value-at-risk and conditional value-at-risk: a review, ACM TOMACS 24(4), 2014, section 3.
    #[must_use]
    pub fn tail_error(&self, tail: Tail, num: u64, den: u64) -> Option<i128> {
        let outside = den.checked_sub(num)?;
        let there = u128::from(self.count).saturating_mul(u128::from(outside));
        if outside == 0 || there < u128::from(den).saturating_mul(2) {
            return None;
        }
        let edge = match tail {
            Tail::Lower => self.quantile(outside, den)?,
            Tail::Upper => self.quantile(num, den)?,
        };
        let (mut sum, mut squares) = (I256::ZERO, I256::ZERO);
        for bin in self.bins.values() {
            let value = fine(bin.sum, I256::from(bin.count))?;
            let beyond = match tail {
                Tail::Lower => edge.checked_sub(value)?,
                Tail::Upper => value.checked_sub(edge)?,
            };
            let (beyond, count) = (beyond.max(0), I256::from(bin.count));
            sum = sum.checked_add(I256::from(beyond).checked_mul(count)?)?;
            squares = squares.checked_add(product(beyond, beyond).checked_mul(count)?)?;
        }
        let squares = squares.checked_mul(I256::from(self.count))?;
        let deviations = squares.checked_sub(sum.checked_mul(sum)?)?;
        root(deviations, self.count, (outside, den))
    }
}

/// `√(deviations / (n−1)) / (n·p)` upwards. An estimate of an error is no money: the root is taken in doubles,
/// which give the same bits on every machine.
#[allow(clippy::float_arithmetic, clippy::as_conversions)]
fn root(deviations: I256, n: u64, (part, whole): (u64, u64)) -> Option<i128> {
    let freedom = n.checked_sub(1).filter(|freedom| *freedom > 0)?;
    let spread = (deviations.as_f64() / freedom as f64).sqrt();
    let error = (spread / n as f64 / part as f64 * whole as f64).ceil();
    // A double below 2^126 is an exact i128.
    (error.is_finite() && error < 8.5e37).then_some(error as i128)
}

/// `sum / count` in millionths, to the nearest, halves upwards; `None` beyond the range and of nothing.
pub(crate) fn fine(sum: I256, count: I256) -> Option<i128> {
    let half = count.checked_div(I256::from(2))?;
    let sum = sum.checked_mul(I256::from(FINE))?.checked_add(half)?;
    i128::try_from(sum.checked_div_euclid(count)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sketch(values: &[i128]) -> Sketch {
        let mut sketch = Sketch::default();
        values.iter().for_each(|value| sketch.take(*value));
        sketch
    }

    #[test]
    fn bins_are_in_the_order_of_their_values() {
        assert_eq!([bin_of(0), bin_of(1), bin_of(-1)], [0, 1, -1]);
        // Eight leading bits: 256 and 257 share one, 255 stands alone.
        assert_eq!(bin_of(255), 255);
        assert_eq!(bin_of(256), bin_of(257));
        assert_eq!(bin_of(258), bin_of(256) + 1);
        assert!(bin_of(i128::MAX) < i32::from(i16::MAX));
        assert_eq!(bin_of(i128::MIN + 1), -bin_of(i128::MAX));
    }

    #[test]
    fn a_cut_tail_takes_a_part_of_the_next_value() {
        // Of 30 values the worst 5 % are one and a half: (30 + 29/2) / 1.5 = 29.666667.
        let values: Vec<i128> = (1..=30).collect();
        let found = sketch(&values);
        assert_eq!(found.tail(Tail::Upper, 95, 100), Some(29_666_667));
        // (1 + 2/2) / 1.5 = 1.333333.
        assert_eq!(found.tail(Tail::Lower, 95, 100), Some(1_333_333));
        // Of three values 5 % are a part of one.
        assert_eq!(
            sketch(&[7, 8, 9]).tail(Tail::Upper, 95, 100),
            Some(9_000_000)
        );
        assert_eq!(Sketch::default().tail(Tail::Upper, 95, 100), None);
        assert_eq!(Sketch::default().quantile(1, 2), None);
    }

    #[test]
    fn a_tail_has_its_sampling_error() {
        // The worst 5 % of 1 to 40 are 39 and 40, and 38 is at the edge: y is 1, 2 and 0 for the others, its
        // variance (5 − 9/40)/39 = 0.1224359, and √(0.1224359/40) / 0.05 = 1.1065076.
        let values: Vec<i128> = (1..=40).collect();
        let found = sketch(&values);
        assert_eq!(found.tail_error(Tail::Upper, 95, 100), Some(1_106_508));
        // The least are 1 and 2, which is at the edge: √(1·(1 − 1/40)/39/40) / 0.05 = 0.5.
        assert_eq!(found.tail_error(Tail::Lower, 95, 100), Some(500_000));
        let few: Vec<i128> = (1..=39).collect();
        assert_eq!(sketch(&few).tail_error(Tail::Upper, 95, 100), None);
    }

    /// Quantiles of the uniform and the exponential distribution are known: p, and −ln(1 − p).
    #[test]
    fn known_distributions_are_found_again() {
        let count = 100_000_i128;
        // The values that the exponential distribution has at evenly spaced shares, times 10^9.
        let exponential: Vec<i128> = (0..count)
            .map(|place| {
                let share = (place as f64 + 0.5) / count as f64;
                (-(1.0 - share).ln() * 1e9) as i128
            })
            .collect();
        let found = sketch(&exponential);
        for (percent, expect) in [(80, 1.609_437_91), (95, 2.995_732_27), (99, 4.605_170_19)] {
            let value = found.quantile(percent, 100).unwrap() as f64 / 1e15;
            assert!(
                (value / expect - 1.0).abs() < 1.0 / 128.0,
                "{percent}: {value}"
            );
        }
        // Memoryless: the mean beyond the quantile is the quantile and one more.
        let tail = found.tail(Tail::Upper, 99, 100).unwrap() as f64 / 1e15;
        assert!((tail - 5.605_170_19).abs() < 0.01, "{tail}");
        assert!(found.bins() < 3_000, "{}", found.bins());
        // What lies beyond q has mean p and square 2p: √(2p − p²) / (p·√n) = 0.019748 at p = 5 %.
        let error = found.tail_error(Tail::Upper, 95, 100).unwrap() as f64 / 1e15;
        assert!((error / 0.019_748 - 1.0).abs() < 0.02, "{error}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Against the sorted list: quantiles within a 128th, tails within a 128th of the value at the
        /// edge; and in whatever order the values come.
        #[test]
        fn sketches_are_near_the_sorted_list(
            mut values in prop::collection::vec(
                prop_oneof![-300_i128..300, -10_i128.pow(25)..10_i128.pow(25)], 1..200),
            percent in 1_u64..100,
        ) {
            let found = sketch(&values);
            values.reverse();
            prop_assert_eq!(&found, &sketch(&values));
            values.sort_unstable();
            let n = values.len();
            let rank = (n * percent as usize).div_ceil(100).max(1);
            let exact = values[rank - 1];
            let fine = found.quantile(percent, 100).unwrap();
            prop_assert!(near(fine, exact * 1_000_000, exact));
            // The tail, with the last value cut.
            let wanted = n as i128 * (100 - i128::from(percent));
            let (mut left, mut sum, mut edge) = (wanted, 0_i128, 0_i128);
            for value in values.iter().rev() {
                let part = left.min(100);
                sum += part * value;
                left -= part;
                edge = *value;
                if left == 0 { break; }
            }
            let exact = (sum as f64 / wanted as f64 * 1e6) as i128;
            let fine = found.tail(Tail::Upper, percent, 100).unwrap();
            let allowed = edge.unsigned_abs() as f64 / 128.0 * 1e6 + exact.unsigned_abs() as f64 / 1e12 + 2.0;
            prop_assert!((fine - exact).unsigned_abs() as f64 <= allowed, "{} {}", fine, exact);
        }
    }

    fn near(fine: i128, exact: i128, value: i128) -> bool {
        let allowed = value.unsigned_abs() * 1_000_000 / 128 + 1;
        (fine - exact).unsigned_abs() <= allowed
    }
}
