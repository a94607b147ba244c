//! The book as the merge of all makers' quotes by price.

use seawall_units::{Base, Price, Round, Side, mul_div};

use crate::depth::Stretch;

/// A stretch of the book and what of it is whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) stretch: Stretch,
    /// Makers by their places, with their sizes; these add up to the stretch.
    pub(crate) parts: Vec<(usize, Base)>,
}

/// A maker's stretch with its ends as distances that rise away from the best price.
#[derive(Debug, Clone, Copy)]
struct Piece {
    maker: usize,
    size: Base,
    from: i128,
    to: i128,
}

impl Piece {
    /// How much of it lies before this distance; all of it at its end. **Rounding** down.
    fn before(&self, distance: i128) -> Base {
        let (part, whole) = (
            distance.saturating_sub(self.from),
            self.to.saturating_sub(self.from),
        );
        if part >= whole {
            return self.size;
        }
        mul_div(self.size.units(), part.max(0), whole, Round::Floor)
            .and_then(|units| Base::from_units(units).ok())
            .unwrap_or_default()
    }
}

/// Price as a distance that rises away from the best price, and back: its own inverse.
fn turned(side: Side, units: i128) -> i128 {
    match side {
        Side::Long => units,
        Side::Short => units.saturating_neg(),
    }
}

/// All makers' quotes of one side, the best first: between two prices at which somebody's stretch
/// begins or ends, the sizes of all add up. What rounding takes from one part of a stretch is in
/// the next, so that every maker's sizes are whole.
pub(crate) fn merged(side: Side, quotes: &[Vec<Stretch>]) -> Vec<Level> {
    let mut pieces = Vec::new();
    for (maker, stretches) in quotes.iter().enumerate() {
        pieces.extend(stretches.iter().map(|stretch| Piece {
            maker,
            size: stretch.size,
            from: turned(side, stretch.from.units()),
            to: turned(side, stretch.to.units()),
        }));
    }
    pieces.retain(|piece| piece.size.is_positive());
    let mut bounds: Vec<i128> = pieces
        .iter()
        .flat_map(|piece| [piece.from, piece.to])
        .collect();
    bounds.sort_unstable();
    bounds.dedup();
    let mut levels = Vec::with_capacity(bounds.len());
    for (place, from) in bounds.iter().enumerate() {
        let at = pieces
            .iter()
            .filter(|piece| piece.from == *from && piece.to == *from)
            .map(|piece| (piece.maker, piece.size));
        levels.extend(level(side, (*from, *from), at.collect()));
        let Some(to) = bounds.get(place.saturating_add(1)) else {
            continue;
        };
        let over = pieces
            .iter()
            .filter(|piece| piece.from <= *from && piece.to >= *to)
            .map(|piece| (piece.maker, piece.before(*to) - piece.before(*from)))
            .filter(|(_, size)| size.is_positive());
        levels.extend(level(side, (*from, *to), over.collect()));
    }
    levels
}

fn level(side: Side, (from, to): (i128, i128), parts: Vec<(usize, Base)>) -> Option<Level> {
    let size: Base = parts.iter().map(|(_, size)| *size).sum();
    let price = |distance| Price::from_units(turned(side, distance)).ok();
    let stretch = Stretch {
        size,
        from: price(from)?,
        to: price(to)?,
    };
    size.is_positive().then_some(Level { stretch, parts })
}

/// What of the size between `from` and `to` of the book is whose.
///
/// Within a level everybody gives in proportion, counted from its beginning, so that what is taken
/// in several orders adds up to what one would take; the last one bears the rounding.
pub(crate) fn shares(levels: &[Level], from: Base, to: Base) -> Vec<(usize, Base)> {
    let mut begins = Base::ZERO;
    let mut given = Vec::new();
    for level in levels {
        let whole = level.stretch.size;
        let inside = |size: Base| (size - begins).clamp(Base::ZERO, whole);
        let (low, high) = (inside(from), inside(to));
        if high > low {
            let mut rest = high - low;
            let last = level.parts.len().saturating_sub(1);
            for (place, (maker, size)) in level.parts.iter().enumerate() {
                let up_to = |at: Base| size.mul_div_floor(at, whole).unwrap_or_default();
                let own = match place == last {
                    true => rest,
                    false => up_to(high) - up_to(low),
                };
                rest -= own;
                given.push((*maker, own));
            }
        }
        begins += whole;
    }
    given
}
