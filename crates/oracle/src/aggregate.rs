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
}

/// One mark from many sources (M-3); `None` when fewer than the quorum agree.
///
/// Of each source the newest quote counts (of two of one second, the lower), if it is not from
/// the future and at most `max_age` old. The median of these is taken; sources further than
/// `max_deviation` from it are dropped, once; the median of the rest is the mark if the quorum
/// is still there. The order of `quotes` does not matter.
///
/// **Formula** median; of an even count the mean of the two in the middle.
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
///     quotes.push(SourceQuote { source, price: price.parse()?, at });
/// }
/// // Median of four: (100 + 100.3) / 2 = 100.15; 102 lies 1.85 % off and goes; of three: 100.
/// assert_eq!(aggregate(&OracleConfig::default(), at, &quotes), Some("100".parse()?));
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
    let is_fresh = |quote: &&SourceQuote| quote.at <= now && now.since(quote.at) <= config.max_age;
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

/// The median of quotes sorted by price; `None` of nothing.
fn median(sorted: &[SourceQuote]) -> Option<Price> {
    let last = sorted.len().checked_sub(1)?;
    let lower = sorted.get(last.checked_div(2)?)?.price;
    let upper = sorted.get(sorted.len().checked_div(2)?)?.price;
    Some(lower.towards(upper, 1, 2, Round::Floor))
}
