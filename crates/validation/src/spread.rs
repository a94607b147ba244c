/// Where the values of a figure lie over the seeds that have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// How many seeds have it.
    pub count: usize,
    /// 5 % of them are at most this.
    pub low: i128,
    /// Half of them are.
    pub median: i128,
    /// 95 % of them are.
    pub high: i128,
}

impl Spread {
    /// Of these values; `None` when there are none.
    ///
    /// **Formula** a quantile p of n values in order stands at place `p·(n − 1)`, joined linearly
    /// between two. **Rounding** down.
    ///
    /// ```
    /// use seawall_validation::Spread;
    /// // Places 1, 10 and 19 of 21.
    /// let spread = Spread::of((0..21).map(|n| n * 100)).unwrap();
    /// assert_eq!((spread.low, spread.median, spread.high), (100, 1000, 1900));
    /// // Two values: a twentieth of the way from one to the other, and so on.
    /// let spread = Spread::of([0, 100]).unwrap();
    /// assert_eq!((spread.low, spread.median, spread.high), (5, 50, 95));
    /// ```
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = i128>) -> Option<Self> {
        let mut sorted: Vec<i128> = values.into_iter().collect();
        sorted.sort_unstable();
        Some(Self {
            count: sorted.len(),
            low: quantile(&sorted, 1)?,
            median: quantile(&sorted, 10)?,
            high: quantile(&sorted, 19)?,
        })
    }
}

/// So many twentieths of the way through values in order.
fn quantile(sorted: &[i128], twentieths: usize) -> Option<i128> {
    let place = sorted.len().checked_sub(1)? * twentieths;
    let low = *sorted.get(place / 20)?;
    let high = *sorted.get(place / 20 + 1).unwrap_or(&low);
    let part = i128::try_from(place % 20).ok()?;
    Some(low + ((high - low) * part).div_euclid(20))
}
