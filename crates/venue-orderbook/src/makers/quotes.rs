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

/// How far a maker's quotes lie beyond their calm place, at a volatility of one second.
///
/// **Formula** `response·max(0, σ − σ₀)`, and the cost of hedging while σ is above the stress.
/// **Rounding** up.
pub(crate) fn widening(book: &BookParams, maker: &MakerParams, sigma: Ratio) -> Ratio {
    let wild = (sigma - book.calm_volatility).or_zero();
    let hedging = match sigma > maker.stress_above {
        true => maker.hedge_cost,
        false => Ratio::ZERO,
    };
    wild.min(Ratio::whole(1_000))
        .mul_ceil(maker.spread_response)
        + hedging
}

/// Everything that a maker's quotes depend on: as long as it stays what it is, so do they, up to
/// what others have placed before him.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand {
    outside: Price,
    capital: Usd,
    inventory: Base,
    eaten: [Base; 2],
    /// What share of the calm depth he quotes.
    share: Ratio,
    /// How far his quotes lie beyond their calm place.
    widened: Ratio,
}

impl Stand {
    /// `None` when he quotes nothing: he has withdrawn or has no capital.
    pub(crate) fn new(book: &BookParams, maker: &MakerParams, sight: &Sight) -> Option<Self> {
        let sigma = volatility(sight.variance);
        if sigma > maker.withdraw_above || !sight.capital.is_positive() {
            return None;
        }
        Some(Self {
            outside: sight.outside,
            capital: sight.capital,
            inventory: sight.inventory,
            eaten: sight.eaten,
            share: kept_share(book.calm_volatility, maker.withdrawal, sight.variance),
            widened: widening(book, maker, sigma),
        })
    }

    /// His inventory over its limit, between −1 and 1.
    fn use_of(&self, maker: &MakerParams) -> Ratio {
        let held = self.outside.value_floor(self.inventory);
        let most = self.capital.or_zero().mul_floor(maker.limit);
        match held.ratio_floor(most) {
            Some(used) => used.clamp(-Ratio::ONE, Ratio::ONE),
            None => Ratio::ZERO,
        }
    }

    /// Where his quotes of both sides lie; `None` when that is no legal price.
    ///
    /// His centre is `outside·(1 − skew·use)`, with `use` his inventory over its limit.
    pub(crate) fn around(&self, book: &BookParams, maker: &MakerParams) -> Option<Around> {
        let used = self.use_of(maker);
        let shift = Ratio::ONE - used.mul_ceil(maker.skew);
        let centre = self.outside.scaled(shift, Round::Floor)?;
        let depth = self.capital.mul_floor(book.depth).mul_floor(self.share);
        let most = centre.size_floor(self.capital.mul_floor(maker.limit));
        Some(Around {
            centre,
            depth,
            thin: depth.mul_floor(Ratio::ONE - used.abs().mul_ceil(maker.size_skew)),
            most: most.min(Base::MAX),
        })
    }

    /// What he has for takers of one side, from his best price on.
    ///
    /// Half-spread and segments lie around his centre, all moved out by the [`widening`]. The sizes
    /// are those of his capital times the depth of the book and what he leaves of it in this
    /// volatility; on the side that would add to his inventory they are `1 − size_skew·|use|` of
    /// it. What was eaten is missing in front, and the end is where his inventory would reach its
    /// limit.
    pub(crate) fn quotes(
        &self,
        (book, maker): (&BookParams, &MakerParams),
        around: &Around,
        side: Side,
        memory: &mut Memory,
    ) {
        let depth = match adds(side, self.inventory) {
            true => around.thin,
            false => around.depth,
        };
        let ladder = Ladder {
            half_spread: maker.half_spread,
            widened: self.widened,
            segments: &book.segments,
        };
        let Memory { whole, left } = memory;
        whole.clear();
        whole.extend(stretches(&ladder, side, around.centre, depth));
        let [longs, shorts] = self.eaten;
        let (eaten, sign) = match side {
            Side::Long => (longs, self.inventory),
            Side::Short => (shorts, -self.inventory),
        };
        let room = (around.most + sign).or_zero();
        left.clear();
        cut(side, whole, (eaten, room), left);
    }
}

/// Where a maker's quotes lie and how deep they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around {
    centre: Price,
    /// What he quotes on a side that brings his inventory down.
    depth: Usd,
    /// What he quotes on one that adds to it.
    thin: Usd,
    /// The most that he holds.
    most: Base,
}

/// Memory for one maker's quotes that the next one's use again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    whole: Vec<Stretch>,
    pub(crate) left: Vec<Stretch>,
}

/// Whether a taker of this side adds to a maker's inventory.
fn adds(side: Side, inventory: Base) -> bool {
    match side {
        Side::Long => inventory.is_negative(),
        Side::Short => inventory.is_positive(),
    }
}

/// Adds the stretches from `skip` on, `room` long.
pub(crate) fn cut(
    side: Side,
    whole: &[Stretch],
    (mut skip, mut room): (Base, Base),
    left: &mut Vec<Stretch>,
) {
    for stretch in whole {
        let begin = skip.min(stretch.size);
        skip -= begin;
        let end = stretch.size.min(begin + room);
        if end > begin {
            room -= end - begin;
            // A stretch begins at its own price, whatever is rounded.
            let from = match begin.is_zero() {
                true => stretch.from,
                false => price_within(side, stretch, begin),
            };
            let to = match end == stretch.size {
                true => stretch.to,
                false => price_within(side, stretch, end),
            };
            let size = end - begin;
            left.push(Stretch { size, from, to });
        }
    }
}

/// What of one side's quotes may be placed while the other side already has this best price: an
/// order that would trade at once is not placed. `memory.left` holds the quotes.
pub(crate) fn post_only(
    side: Side,
    other: Option<Price>,
    memory: &mut Memory,
    placed: &mut Vec<Stretch>,
) {
    placed.clear();
    let Memory { whole, left } = memory;
    let Some(other) = other else {
        placed.extend_from_slice(left);
        return;
    };
    let meets: Base = left
        .iter()
        .map(|stretch| reach_within(side, stretch, other))
        .sum();
    whole.clear();
    cut(side, left, (meets, Base::MAX), whole);
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
    placed.extend(whole.iter().filter_map(|stretch| match beyond(stretch) {
        true => Some(*stretch),
        false if stretch.from == stretch.to => None,
        false => Some(Stretch {
            from: pushed,
            ..*stretch
        }),
    }));
}

/// What a maker quotes on one side, alone in the book.
#[cfg(test)]
pub(crate) fn quoted(
    book: &BookParams,
    maker: &MakerParams,
    sight: &Sight,
    side: Side,
) -> Vec<Stretch> {
    let mut memory = Memory::default();
    let stand = Stand::new(book, maker, sight);
    if let Some(stand) = stand
        && let Some(around) = stand.around(book, maker)
    {
        stand.quotes((book, maker), &around, side, &mut memory);
    }
    memory.left
}
