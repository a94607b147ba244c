use std::cmp::Reverse;

use seawall_units::{Price, Ratio, Round, Time, mul_div};

use crate::OracleConfig;

/// One observation of one price source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceQuote {
    /// The source's number.
    pub source: u16,
    /// The price it published.
    pub price: Price,
    /// When it published it.
    pub at: Time,
    /// How much it weighs in the median; zero counts as one.
    pub weight: u16,
    /// The age in seconds up to which it is fresh, when that is not the market's `max_age`.
    pub max_age: Option<u64>,
}

impl SourceQuote {
    /// A quote of weight one that is fresh for the market's `max_age`.
    #[must_use]
    pub const fn new(source: u16, price: Price, at: Time) -> Self {
        Self {
            source,
            price,
            at,
            weight: 1,
            max_age: None,
        }
    }

    fn weight(&self) -> u64 {
        u64::from(self.weight.max(1))
    }
}

/// One mark from many sources (M-3); `None` when fewer than the quorum agree.
///
/// Of each source the newest quote counts (of two of one second, the lower), if it is not from
/// the future and at most `max_age` old (its own, if it has one). The median of these by weight is
/// taken; sources further than `max_deviation` from it are dropped, once; the median of the rest is
/// the mark if the quorum is still there. The quorum counts sources, whatever they weigh. The order
/// of `quotes` does not matter.
///
/// **Formula** weighted median: of the quotes in the order of their prices, the mean of the first
/// with which the weights so far reach half of all weight and the first with which they exceed it.
/// Where the half falls on no border the two are one; with equal weights they are the middle one,
/// or the two in the middle.
/// **Units** USD per base.
/// **Rounding** the mean towards minus infinity: at most half a grid unit, 5·10⁻¹¹ USD, below.
/// The deviation is compared exactly.
///
/// ```
/// use seawall_oracle::{OracleConfig, SourceQuote, aggregate};
/// use seawall_units::Time;
/// let at = Time::from_secs(0);
/// let mut quotes = Vec::new();
/// for (source, price) in [(1, "99.9"), (2, "100"), (3, "100.3"), (4, "102")] {
///     quotes.push(SourceQuote::new(source, price.parse()?, at));
/// }
/// // Median of four: (100 + 100.3) / 2 = 100.15; 102 lies 1.85 % off and goes; of three: 100.
/// assert_eq!(aggregate(&OracleConfig::default(), at, &quotes), Some("100".parse()?));
/// // The one at 100.3 weighs as much as the other two: half of the weight ends at 100.
/// quotes[2].weight = 2;
/// assert_eq!(aggregate(&OracleConfig::default(), at, &quotes), Some("100.15".parse()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn aggregate(config: &OracleConfig, now: Time, quotes: &[SourceQuote]) -> Option<Price> {
    aggregate_in(&mut Vec::with_capacity(quotes.len()), config, now, quotes)
}

/// [`aggregate`] in a buffer that is kept between calls, so that a tick allocates nothing.
pub(crate) fn aggregate_in(
    fresh: &mut Vec<SourceQuote>,
    config: &OracleConfig,
    now: Time,
    quotes: &[SourceQuote],
) -> Option<Price> {
    let is_fresh = |quote: &&SourceQuote| {
        let most = quote.max_age.unwrap_or(config.max_age);
        quote.at <= now && now.since(quote.at) <= most
    };
    fresh.clear();
    fresh.extend(quotes.iter().filter(is_fresh));
    fresh.sort_unstable_by_key(|quote| (quote.source, Reverse(quote.at), quote.price));
    fresh.dedup_by_key(|quote| quote.source);
    fresh.sort_unstable_by_key(|quote| quote.price);
    let centre = median(fresh)?;
    let reach = reach_around(centre, config.max_deviation)?;
    fresh.retain(|quote| quote.price.units().abs_diff(centre.units()) <= reach);
    if fresh.len() < usize::from(config.quorum) {
        return None;
    }
    median(fresh)
}

/// The largest whole distance in grid units that is no further than `deviation · centre`.
fn reach_around(centre: Price, deviation: Ratio) -> Option<u128> {
    let reach = mul_div(
        centre.units(),
        deviation.units(),
        Ratio::ONE_UNITS,
        Round::Floor,
    )?;
    u128::try_from(reach).ok()
}

/// The median by weight of quotes sorted by price; `None` of nothing.
fn median(sorted: &[SourceQuote]) -> Option<Price> {
    weighted_median(sorted.iter().map(|quote| (quote.price, quote.weight())))
}

/// The median by weight of prices in rising order; `None` of nothing, or of no weight.
///
/// **Formula** the mean of the first price with which the weights so far reach half of all weight
/// and the first with which they exceed it. **Rounding** towards minus infinity.
///
/// ```
/// use seawall_oracle::weighted_median;
/// use seawall_units::{Price, UnitsError};
/// // Weights 3, 2, 2, 1, 1 at 99, 100, 101, 102, 103: half of nine ends within the second.
/// let prices = [(99, 3), (100, 2), (101, 2), (102, 1), (103, 1)];
/// let prices = prices.map(|(price, weight)| (price.to_string().parse::<Price>(), weight));
/// let legal = prices.iter().filter_map(|(price, weight)| Some((price.clone().ok()?, *weight)));
/// assert_eq!(weighted_median(legal), Some("100".parse()?));
/// # Ok::<(), UnitsError>(())
/// ```
#[must_use]
pub fn weighted_median(sorted: impl Iterator<Item = (Price, u64)> + Clone) -> Option<Price> {
    let whole: u64 = sorted.clone().map(|(_, weight)| weight).sum();
    let mut so_far = 0_u64;
    let mut lower = None;
    for (price, weight) in sorted {
        // Doubled, so that half of the weight is a whole number.
        so_far = so_far.saturating_add(weight.saturating_mul(2));
        if so_far > whole {
            let lower: Price = lower.unwrap_or(price);
            return Some(lower.towards(price, 1, 2, Round::Floor));
        }
        if so_far == whole && weight > 0 {
            lower = Some(price);
        }
    }
    None
}
