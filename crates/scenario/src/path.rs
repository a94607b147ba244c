use seawall_units::geometric::{Way, between};
use seawall_units::{Price, Time};

use crate::check::MAX_SPAN;
use crate::model::PriceKind;

/// Whether a second's price was recorded or joined between recorded ones (M-11.5).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PriceTag {
    /// Recorded in this second.
    Observed,
    /// Joined between two recorded prices, or held before the first or after the last.
    Interpolated,
}

/// A recorded price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// When.
    pub at: Time,
    /// The price.
    pub price: Price,
    /// What was recorded.
    pub kind: PriceKind,
}

/// What the outside price is between two ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Between {
    /// The earlier tick's.
    Hold,
    /// On a straight line in the logarithm from the earlier to the later (M-11.5).
    Joined,
}

/// The outside price of every second from a scenario's first to its last.
///
/// Between two observations the price is joined linearly in its logarithm (M-11.5), with integer
/// arithmetic, so the path is the same on every machine:
///
/// ```
/// use seawall_scenario::{Observation, PriceKind, PricePath, PriceTag};
/// use seawall_units::Time;
/// let at = |secs, price: &str| Observation {
///     at: Time::from_secs(secs),
///     price: price.parse().unwrap(),
///     kind: PriceKind::Mark,
/// };
/// let path = PricePath::join(Time::from_secs(0), Time::from_secs(2), &[at(0, "100"), at(2, "121")]).unwrap();
/// assert_eq!(path.price_at(Time::from_secs(1)), "110".parse().unwrap());
/// assert_eq!(path.tag_at(Time::from_secs(1)), PriceTag::Interpolated);
/// assert_eq!(path.observed_seconds(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricePath {
    start: Time,
    seconds: Vec<(Price, PriceTag)>,
    lowest: Price,
    highest: Price,
}

impl PricePath {
    /// Joins observations into a price for every second from `start` to `end`, both included.
    ///
    /// Before the first observation the first price holds, after the last the last. Where marks
    /// and bars are given, a bar counts only before the first mark or after the last. Observations
    /// outside the span take part. `None` when there are none or the span is empty.
    ///
    /// **Formula** `exp(ln P0 + (ln P1 − ln P0)·k/n)` at second `k` of the `n` from P0 to P1.
    /// **Rounding** to the nearest grid unit: a price is nobody's claim.
    /// **Source** rule M-11.5.
    #[must_use]
    pub fn join(start: Time, end: Time, observations: &[Observation]) -> Option<Self> {
        let points = anchored(observations);
        let (first, last) = (points.first()?, points.last()?);
        let mut seconds = Vec::new();
        let mut ahead = points.iter().peekable();
        let mut behind = first;
        for at in start.secs()..=end.secs() {
            let at = Time::from_secs(at);
            while let Some(point) = ahead.next_if(|point| point.at <= at) {
                behind = point;
            }
            let next = ahead.peek().copied().unwrap_or(last);
            seconds.push(match behind.at == at {
                true => (behind.price, PriceTag::Observed),
                false => (joined(behind, next, at), PriceTag::Interpolated),
            });
        }
        Self::of(start, seconds)
    }

    /// A price for every second out of one every `tick_seconds`, the first of them at `start`; the
    /// last one's second is the last. `None` without a price, with ticks of no length, or when all
    /// together last longer than seven days, as no scenario does.
    ///
    /// The prices at the ticks count as recorded, those between as joined. **Formula**, **rounding**
    /// and **source** of [`Between::Joined`] as [`PricePath::join`], bit for bit.
    ///
    /// ```
    /// use seawall_scenario::{Between, PricePath};
    /// use seawall_units::Time;
    /// let ticks = ["100", "121"].map(|price| price.parse().unwrap());
    /// let path = |between| PricePath::from_ticks(Time::from_secs(60), 2, &ticks, between).unwrap();
    /// let second = |path: PricePath| path.price_at(Time::from_secs(61));
    /// assert_eq!(second(path(Between::Hold)), "100".parse().unwrap());
    /// assert_eq!(second(path(Between::Joined)), "110".parse().unwrap());
    /// assert_eq!(path(Between::Hold).end(), Time::from_secs(62));
    /// ```
    #[must_use]
    pub fn from_ticks(
        start: Time,
        tick_seconds: u32,
        prices: &[Price],
        between: Between,
    ) -> Option<Self> {
        let tick = u64::from(tick_seconds);
        let ticks = u64::try_from(prices.len()).ok()?.checked_sub(1)?;
        let span = ticks.checked_mul(tick)?;
        if tick == 0 || span > MAX_SPAN {
            return None;
        }
        let mut seconds = Vec::with_capacity(usize::try_from(span).ok()?.checked_add(1)?);
        for pair in prices.windows(2) {
            let [from, to] = *pair else { continue };
            seconds.push((from, PriceTag::Observed));
            match between {
                Between::Hold => {
                    seconds.extend((1..tick).map(|_| (from, PriceTag::Interpolated)));
                }
                Between::Joined => {
                    let way = Way::new(from, to);
                    let joined = (1..tick).map(|second| way.at(second, tick));
                    seconds.extend(joined.map(|price| (price, PriceTag::Interpolated)));
                }
            }
        }
        seconds.push((*prices.last()?, PriceTag::Observed));
        Self::of(start, seconds)
    }

    fn of(start: Time, seconds: Vec<(Price, PriceTag)>) -> Option<Self> {
        let prices = || seconds.iter().map(|(price, _)| *price);
        let (lowest, highest) = (prices().min()?, prices().max()?);
        Some(Self {
            start,
            seconds,
            lowest,
            highest,
        })
    }

    /// The first second.
    #[must_use]
    pub const fn start(&self) -> Time {
        self.start
    }

    /// The last second.
    #[must_use]
    pub fn end(&self) -> Time {
        let last = self.seconds.len().saturating_sub(1);
        self.start.plus(u64::try_from(last).unwrap_or(u64::MAX))
    }

    /// The outside price at a second; the nearest end's beyond the span.
    #[must_use]
    pub fn price_at(&self, at: Time) -> Price {
        self.second(at).0
    }

    /// Whether that price was recorded.
    #[must_use]
    pub fn tag_at(&self, at: Time) -> PriceTag {
        self.second(at).1
    }

    fn second(&self, at: Time) -> (Price, PriceTag) {
        let index = usize::try_from(at.since(self.start)).unwrap_or(usize::MAX);
        let second = self.seconds.get(index).or(self.seconds.last());
        second
            .copied()
            .unwrap_or((self.lowest, PriceTag::Interpolated))
    }

    /// The price of the first second.
    #[must_use]
    pub fn opening(&self) -> Price {
        self.price_at(self.start)
    }

    /// The price of the last second.
    #[must_use]
    pub fn last(&self) -> Price {
        self.price_at(Time::from_secs(u64::MAX))
    }

    /// The lowest price.
    #[must_use]
    pub const fn lowest(&self) -> Price {
        self.lowest
    }

    /// The highest price.
    #[must_use]
    pub const fn highest(&self) -> Price {
        self.highest
    }

    /// Every second with its price and tag, in time order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Time, Price, PriceTag)> + '_ {
        let seconds = self.seconds.iter().enumerate();
        seconds.map(|(index, (price, tag))| {
            let secs = u64::try_from(index).unwrap_or(u64::MAX);
            (self.start.plus(secs), *price, *tag)
        })
    }

    /// Seconds whose price was recorded.
    #[must_use]
    pub fn observed_seconds(&self) -> u64 {
        self.count(PriceTag::Observed)
    }

    /// Seconds whose price was joined or held.
    #[must_use]
    pub fn interpolated_seconds(&self) -> u64 {
        self.count(PriceTag::Interpolated)
    }

    fn count(&self, of: PriceTag) -> u64 {
        let tagged = self.seconds.iter().filter(|(_, tag)| *tag == of).count();
        u64::try_from(tagged).unwrap_or(u64::MAX)
    }
}

/// The observations that the path runs through, in time order: all marks, and the bars outside
/// them (M-11.5).
pub(crate) fn anchored(observations: &[Observation]) -> Vec<Observation> {
    let marks = || observations.iter().filter(|o| o.kind == PriceKind::Mark);
    let first = marks().map(|mark| mark.at).min();
    let last = marks().map(|mark| mark.at).max();
    let outside = |at: Time| first.is_none_or(|first| at < first) || last.is_some_and(|l| at > l);
    let counts = |o: &&Observation| o.kind == PriceKind::Mark || outside(o.at);
    let mut points: Vec<Observation> = observations.iter().filter(counts).copied().collect();
    points.sort_by_key(|point| point.at);
    points
}

/// The price at `at`, between two observations or beyond them.
fn joined(behind: &Observation, next: &Observation, at: Time) -> Price {
    if at < behind.at {
        return behind.price;
    }
    let (num, den) = (at.since(behind.at), next.at.since(behind.at));
    between(behind.price, next.price, num, den)
}
