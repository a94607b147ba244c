use std::borrow::Cow;

use seawall_units::{Base, Price, Ratio, Round, Side, Time, Usd, mul_div};

use crate::params::{BookParams, Segment};

/// Twice 10^8 · 10^10 / 10^6: an average of two prices times a size, in money.
const TWICE_VALUE_DIVISOR: i128 = 2_000_000_000_000;

/// The ratio by which something with this half-life shrinks in one second: `2^(−1/half_life)`.
///
/// **Rounding** towards zero: the largest ratio on the grid whose `half_life`-th power, rounded
/// down at each product, is at most one half. Zero seconds gives zero.
///
/// ```
/// use seawall_units::Ratio;
/// use seawall_venue_orderbook::half_life_ratio;
/// assert_eq!(half_life_ratio(1), "0.5".parse::<Ratio>()?);
/// // 2^(−1/30) = 0.97715996843424…
/// let ratio = half_life_ratio(30);
/// assert!(ratio > "0.97715996843424".parse()? && ratio < "0.97715996843425".parse()?);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn half_life_ratio(half_life: u64) -> Ratio {
    let half = Ratio::bps(5_000);
    let (mut low, mut high) = (Ratio::ZERO, Ratio::ONE);
    if half_life == 0 {
        return Ratio::ZERO;
    }
    // low is legal, high is not; one bit of the 10^18 steps a round.
    while high - low > Ratio::ULP {
        let middle = low + (high - low).mul_floor(half);
        match power(middle, half_life) <= half {
            true => low = middle,
            false => high = middle,
        }
    }
    low
}

/// `ratio^exponent` by squaring, each product rounded down.
pub(crate) fn power(ratio: Ratio, exponent: u64) -> Ratio {
    let (mut result, mut square, mut left) = (Ratio::ONE, ratio, exponent);
    while left > 0 {
        if left & 1 == 1 {
            result = result.mul_floor(square);
        }
        square = square.mul_floor(square);
        left >>= 1;
    }
    result
}

/// The share of their calm depth that makers quote at a variance of one second's return.
///
/// **Formula** `1 / (1 + k·max(0, σ²/σ₀² − 1))`; with k = 1 depth falls with the variance above
/// the calm one: three times the calm volatility leaves one ninth. An assumption, see
/// [`BookParams`]. **Rounding** down.
///
/// ```
/// use seawall_units::Ratio;
/// use seawall_venue_orderbook::{BookParams, quoted_share};
/// let book = BookParams::default(); // calm: 1 bp a second, variance 10^-8
/// assert_eq!(quoted_share(&book, "0.00000001".parse()?), Ratio::ONE);
/// assert_eq!(quoted_share(&book, "0.00000016".parse()?), "0.0625".parse()?); // 4 bp
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn quoted_share(book: &BookParams, variance: Ratio) -> Ratio {
    kept_share(book.calm_volatility, book.withdrawal, variance)
}

/// [`quoted_share`] of somebody who withdraws by this strength.
pub(crate) fn kept_share(calm_volatility: Ratio, withdrawal: Ratio, variance: Ratio) -> Ratio {
    let calm = calm_volatility.mul_ceil(calm_volatility);
    let Some(times) = variance.ratio_ceil(calm) else {
        return Ratio::ZERO;
    };
    let excess = (times - Ratio::ONE).or_zero();
    Ratio::ONE
        .ratio_floor(Ratio::ONE + excess.mul_ceil(withdrawal))
        .unwrap_or(Ratio::ZERO)
}

/// What the makers' quotes remember: how far each side is eaten into, and how wild it is.
#[derive(Debug, Clone)]
pub(crate) struct Depth {
    eaten: [Base; 2],
    variance: Ratio,
    last: Price,
    at: Time,
    returning: Ratio,
    remembering: Ratio,
}

/// Which of the two books a taker of this side eats into.
pub(crate) const fn slot(side: Side) -> usize {
    match side {
        Side::Long => 0,
        Side::Short => 1,
    }
}

impl Depth {
    pub(crate) fn new(book: &BookParams, opening: Price, start: Time) -> Self {
        Self {
            eaten: [Base::ZERO; 2],
            variance: Ratio::ZERO,
            last: opening,
            at: start,
            returning: half_life_ratio(book.half_life),
            remembering: half_life_ratio(book.volatility_half_life),
        }
    }

    /// Lets consumed depth return and takes the second's return into the variance.
    pub(crate) fn observe(&mut self, now: Time, outside: Price) {
        let seconds = now.since(self.at);
        if seconds == 0 {
            return;
        }
        let kept = power(self.returning, seconds);
        for eaten in &mut self.eaten {
            *eaten = eaten.mul_floor(kept);
        }
        let moved = distance(outside, self.last);
        let kept = power(self.remembering, seconds);
        let squared = moved.mul_floor(moved);
        self.variance = self.variance.mul_floor(kept) + squared.mul_floor(Ratio::ONE - kept);
        self.last = outside;
        self.at = now;
    }

    pub(crate) fn variance(&self) -> Ratio {
        self.variance
    }

    pub(crate) fn eaten(&self, side: Side) -> Base {
        self.eaten.get(slot(side)).copied().unwrap_or_default()
    }

    pub(crate) fn eat(&mut self, side: Side, size: Base) {
        if let Some(eaten) = self.eaten.get_mut(slot(side)) {
            *eaten += size.abs();
        }
    }
}

/// The relative distance between two prices, at most the largest ratio that is taken in.
fn distance(price: Price, from: Price) -> Ratio {
    let span = price.units().saturating_sub(from.units()).saturating_abs();
    mul_div(span, Ratio::ONE_UNITS, from.units(), Round::Floor)
        .and_then(|units| Ratio::from_units(units).ok())
        .unwrap_or(Ratio::MAX)
}

/// An evenly filled stretch of quotes between two prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) size: Base,
    pub(crate) from: Price,
    pub(crate) to: Price,
}

/// What a taker of one side finds in the book now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Curve<'a> {
    pub(crate) side: Side,
    pub(crate) stretches: Cow<'a, [Stretch]>,
    /// Already consumed and not yet back.
    pub(crate) eaten: Base,
    /// The most that the makers' own margin allows.
    pub(crate) room: Base,
}

/// What a taker gets: unsigned size and its value, rounded for the makers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Taken {
    pub(crate) size: Base,
    pub(crate) value: Usd,
    /// The price of the last unit.
    pub(crate) last: Option<Price>,
}

/// Where quotes lie around a mid price, and what share of the depth they hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ladder<'a> {
    /// Distance of the best quote.
    pub(crate) half_spread: Ratio,
    /// By how much all of it is moved out.
    pub(crate) widened: Ratio,
    pub(crate) segments: &'a [Segment],
}

/// The quotes of one side around a mid price.
pub(crate) fn stretches(
    ladder: &Ladder<'_>,
    side: Side,
    mid: Price,
    quoted: Usd,
) -> impl Iterator<Item = Stretch> {
    let price_at = move |distance: Ratio| match side {
        Side::Long => mid.scaled(Ratio::ONE + distance, Round::Ceil),
        Side::Short => mid.scaled(Ratio::ONE - distance, Round::Floor),
    };
    let widened = ladder.widened;
    let mut near = price_at(ladder.half_spread + widened);
    ladder.segments.iter().filter_map(move |segment| {
        // A stretch begins where the one before it ends.
        let far = price_at(segment.to + widened);
        let from = std::mem::replace(&mut near, far);
        let size = mid.size_floor(quoted.mul_floor(segment.share));
        Some(Stretch {
            size,
            from: from?,
            to: far?,
        })
    })
}

/// In favour of the makers: a taker who buys pays up, one who sells gets down.
const fn for_makers(side: Side) -> Round {
    match side {
        Side::Long => Round::Ceil,
        Side::Short => Round::Floor,
    }
}

/// The price after so much of a stretch.
pub(crate) fn price_within(side: Side, stretch: &Stretch, at: Base) -> Price {
    // Nothing is rounded at either end; a stretch without size is all end.
    if at == stretch.size {
        return stretch.to;
    }
    if at.is_zero() {
        return stretch.from;
    }
    let round = for_makers(side);
    let span = stretch.to.units().saturating_sub(stretch.from.units());
    let step = mul_div(span, at.units(), stretch.size.units(), round).unwrap_or(span);
    Price::from_units(stretch.from.units().saturating_add(step)).unwrap_or(stretch.to)
}

/// How much of a stretch a taker of this side finds no worse than the limit.
pub(crate) fn reach_within(side: Side, stretch: &Stretch, limit: Price) -> Base {
    let within = |from: Price, to: Price| match side {
        Side::Long => to.units().saturating_sub(from.units()),
        Side::Short => from.units().saturating_sub(to.units()),
    };
    let (whole, part) = (
        within(stretch.from, stretch.to),
        within(stretch.from, limit),
    );
    if part >= whole {
        return stretch.size;
    }
    if part <= 0 {
        return Base::ZERO;
    }
    mul_div(stretch.size.units(), part, whole, Round::Floor)
        .and_then(|units| Base::from_units(units).ok())
        .unwrap_or_default()
}

impl Curve<'_> {
    /// What an order of `size` (unsigned) gets, no unit of it worse than `limit`.
    ///
    /// Inside a stretch the price moves evenly with size, so the value is the size times the mean
    /// of the prices at its two ends.
    pub(crate) fn take(&self, size: Base, limit: Option<Price>) -> Taken {
        let mut taken = Taken::default();
        let mut left = size.abs().min(self.room);
        let mut skip = self.eaten;
        for stretch in self.stretches.iter() {
            if skip >= stretch.size {
                skip -= stretch.size;
                continue;
            }
            let reach = self.reach(stretch, limit);
            let part = left.min(reach - skip);
            if !part.is_positive() {
                break;
            }
            taken.size += part;
            taken.value += self.value(stretch, skip, part);
            taken.last = Some(self.price(stretch, skip + part));
            left -= part;
            if reach < stretch.size {
                break;
            }
            skip = Base::ZERO;
        }
        taken
    }

    /// Everything that can be had down to the end of the quotes.
    pub(crate) fn available(&self) -> Base {
        let quoted: Base = self.stretches.iter().map(|stretch| stretch.size).sum();
        (quoted - self.eaten).or_zero().min(self.room)
    }

    /// The price of the next unit; `None` when nothing is quoted.
    pub(crate) fn best(&self) -> Option<Price> {
        let mut skip = self.eaten;
        for stretch in self.stretches.iter() {
            if skip < stretch.size {
                return Some(self.price(stretch, skip));
            }
            skip -= stretch.size;
        }
        None
    }

    /// How much of a stretch lies within the limit.
    fn reach(&self, stretch: &Stretch, limit: Option<Price>) -> Base {
        match limit {
            Some(limit) => reach_within(self.side, stretch, limit),
            None => stretch.size,
        }
    }

    fn round(&self) -> Round {
        for_makers(self.side)
    }

    fn price(&self, stretch: &Stretch, at: Base) -> Price {
        price_within(self.side, stretch, at)
    }

    fn value(&self, stretch: &Stretch, from: Base, size: Base) -> Usd {
        let (near, far) = (self.price(stretch, from), self.price(stretch, from + size));
        let twice = near.units().saturating_add(far.units());
        mul_div(size.units(), twice, TWICE_VALUE_DIVISOR, self.round())
            .and_then(|units| Usd::from_units(units).ok())
            .unwrap_or_else(|| far.value(size, self.round()))
    }
}
