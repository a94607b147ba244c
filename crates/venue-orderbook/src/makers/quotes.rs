//! What one maker quotes.

use seawall_units::{Base, Price, Ratio, Round, Side, Usd};

use super::params::MakerParams;
use crate::depth::{Ladder, Stretch, kept_share, price_within, reach_within, stretches};
use crate::params::BookParams;

/// What a maker goes by when he quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight {
    /// The outside price as he sees it.
    pub(crate) outside: Price,
    /// His part of the makers' capital.
    pub(crate) capital: Usd,
    /// Mean squared return of one second.
    pub(crate) variance: Ratio,
    /// His position.
    pub(crate) inventory: Base,
    /// What takers of both sides took of his and is not back yet.
    pub(crate) eaten: [Base; 2],
}

impl Sight {
    /// His inventory over its limit, between −1 and 1.
    fn use_of(&self, maker: &MakerParams) -> Ratio {
        let held = self.outside.value_floor(self.inventory);
        let most = self.capital.or_zero().mul_floor(maker.limit);
        match held.ratio_floor(most) {
            Some(used) => used.clamp(-Ratio::ONE, Ratio::ONE),
            None => Ratio::ZERO,
        }
    }
}

/// The volatility of one second with this mean squared return. **Rounding** down.
///
/// ```
/// use seawall_units::Ratio;
/// use seawall_venue_orderbook::volatility;
/// assert_eq!(volatility("0.00000064".parse()?), Ratio::bps(8));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn volatility(variance: Ratio) -> Ratio {
    let units = variance.or_zero().units();
    // A square root of units of 10⁻¹⁸ has units of 10⁻⁹; the digits below fit for all that is real.
    let root = match units.checked_mul(Ratio::ONE_UNITS) {
        Some(fine) => fine.isqrt(),
        None => units.isqrt().saturating_mul(1_000_000_000),
    };
    Ratio::from_units(root).unwrap_or(Ratio::MAX)
}

/// How far a maker's quotes lie beyond their calm place.
///
/// **Formula** `response·max(0, σ − σ₀)`, and the cost of hedging while σ is above the stress.
/// **Rounding** up.
pub(crate) fn widening(book: &BookParams, maker: &MakerParams, variance: Ratio) -> Ratio {
    let sigma = volatility(variance);
    let wild = (sigma - book.calm_volatility).or_zero();
    let hedging = match sigma > maker.stress_above {
        true => maker.hedge_cost,
        false => Ratio::ZERO,
    };
    wild.min(Ratio::whole(1_000))
        .mul_ceil(maker.spread_response)
        + hedging
}

/// What a maker has for takers of one side, from his best price on.
///
/// His centre is `outside·(1 − skew·use)`, with `use` his inventory over its limit. Half-spread and
/// segments lie around it, all moved out by the [`widening`]. The sizes are those of his capital
/// times the depth of the book and what he leaves of it in this volatility; on the side that would
/// add to his inventory they are `1 − size_skew·|use|` of it. What was eaten is missing in front,
/// and the end is where his inventory would reach its limit.
pub(crate) fn quoted(
    book: &BookParams,
    maker: &MakerParams,
    sight: &Sight,
    side: Side,
) -> Vec<Stretch> {
    if volatility(sight.variance) > maker.withdraw_above || !sight.capital.is_positive() {
        return Vec::new();
    }
    let used = sight.use_of(maker);
    let shift = Ratio::ONE - used.mul_ceil(maker.skew);
    let Some(centre) = sight.outside.scaled(shift, Round::Floor) else {
        return Vec::new();
    };
    let share = kept_share(book.calm_volatility, maker.withdrawal, sight.variance);
    let mut depth = sight.capital.mul_floor(book.depth).mul_floor(share);
    if adds(side, sight.inventory) {
        depth = depth.mul_floor(Ratio::ONE - used.abs().mul_ceil(maker.size_skew));
    }
    let ladder = Ladder {
        half_spread: maker.half_spread,
        widened: widening(book, maker, sight.variance),
        segments: &book.segments,
    };
    let whole = stretches(&ladder, side, centre, depth);
    let [longs, shorts] = sight.eaten;
    let (eaten, sign) = match side {
        Side::Long => (longs, sight.inventory),
        Side::Short => (shorts, -sight.inventory),
    };
    let most = centre.size_floor(sight.capital.mul_floor(maker.limit));
    let room = (most.min(Base::MAX) + sign).or_zero();
    cut(side, &whole, eaten, room)
}

/// Whether a taker of this side adds to a maker's inventory.
fn adds(side: Side, inventory: Base) -> bool {
    match side {
        Side::Long => inventory.is_negative(),
        Side::Short => inventory.is_positive(),
    }
}

/// The stretches from `skip` on, `room` long.
pub(crate) fn cut(side: Side, whole: &[Stretch], skip: Base, room: Base) -> Vec<Stretch> {
    let (mut skip, mut room) = (skip, room);
    let mut left = Vec::with_capacity(whole.len());
    for stretch in whole {
        let begin = skip.min(stretch.size);
        skip -= begin;
        let end = stretch.size.min(begin + room);
        if end > begin {
            room -= end - begin;
            let at = |size| price_within(side, stretch, size);
            let to = match end == stretch.size {
                true => stretch.to,
                false => at(end),
            };
            left.push(Stretch {
                size: end - begin,
                from: at(begin),
                to,
            });
        }
    }
    left
}

/// What of one side's quotes may be placed while the other side already has this best price: an
/// order that would trade at once is not placed.
pub(crate) fn post_only(side: Side, quotes: &[Stretch], other: Option<Price>) -> Vec<Stretch> {
    let Some(other) = other else {
        return quotes.to_vec();
    };
    let meets: Base = quotes
        .iter()
        .map(|stretch| reach_within(side, stretch, other))
        .sum();
    let kept = cut(side, quotes, meets, Base::MAX);
    // A quote that begins exactly at the other side's best has no part within it, and meets it.
    let beyond = |stretch: &Stretch| match side {
        Side::Long => stretch.from > other,
        Side::Short => stretch.from < other,
    };
    let one = match side {
        Side::Long => 1,
        Side::Short => -1_i128,
    };
    let pushed = Price::from_units(other.units().saturating_add(one)).unwrap_or(other);
    kept.into_iter()
        .filter_map(|stretch| match beyond(&stretch) {
            true => Some(stretch),
            false if stretch.from == stretch.to => None,
            false => Some(Stretch {
                from: pushed,
                ..stretch
            }),
        })
        .collect()
}
