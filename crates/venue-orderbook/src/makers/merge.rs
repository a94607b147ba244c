//! The book as the merge of all makers' quotes by price.

use seawall_units::{Base, Price, Round, Side, mul_div};

use crate::depth::Stretch;

/// One side of the book: its stretches, the best first, and what of each is whose.
#[derive(Debug, Clone, Default)]
pub(crate) struct Levels {
    pub(crate) stretches: Vec<Stretch>,
    /// Where the parts of each stretch end.
    ends: Vec<usize>,
    /// Makers by their places, with their sizes, stretch after stretch; those of a stretch add up
    /// to it.
    parts: Vec<(usize, Base)>,
}

/// Memory of a merge that the next one uses again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scratch {
    pieces: Vec<Piece>,
    bounds: Vec<i128>,
    /// Places of the pieces by where they begin.
    order: Vec<usize>,
    /// Places of those that reach over the present bound, in their order.
    over: Vec<usize>,
}

/// A maker's stretch with its ends as distances that rise away from the best price.
#[derive(Debug, Clone, Copy)]
struct Piece {
    maker: usize,
    size: Base,
    from: i128,
    to: i128,
    /// What of it lies before the bound that the merge has come to.
    given: Base,
}

impl Piece {
    fn new(maker: usize, side: Side, stretch: &Stretch) -> Self {
        Self {
            maker,
            size: stretch.size,
            from: turned(side, stretch.from.units()),
            to: turned(side, stretch.to.units()),
            given: Base::ZERO,
        }
    }

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

    /// What of it lies between this bound and the one that the merge has come to.
    fn advance(&mut self, to: i128) -> Base {
        let before = self.before(to);
        before - std::mem::replace(&mut self.given, before)
    }
}

/// Price as a distance that rises away from the best price, and back: its own inverse.
fn turned(side: Side, units: i128) -> i128 {
    match side {
        Side::Long => units,
        Side::Short => units.saturating_neg(),
    }
}

impl Scratch {
    /// Takes all makers' quotes of one side in.
    fn note(&mut self, side: Side, quotes: &[Vec<Stretch>]) {
        let pieces = &mut self.pieces;
        pieces.clear();
        for (maker, stretches) in quotes.iter().enumerate() {
            let own = stretches.iter().filter(|own| own.size.is_positive());
            pieces.extend(own.map(|own| Piece::new(maker, side, own)));
        }
        self.bounds.clear();
        let ends = pieces.iter().flat_map(|piece| [piece.from, piece.to]);
        self.bounds.extend(ends);
        self.bounds.sort_unstable();
        self.bounds.dedup();
        self.order.clear();
        self.order.extend(0..pieces.len());
        let begin = |place: &usize| (pieces.get(*place).map(|piece| piece.from), *place);
        self.order.sort_unstable_by_key(begin);
        self.over.clear();
    }
}

impl Levels {
    /// All makers' quotes of one side, the best first: between two prices at which somebody's
    /// stretch begins or ends, the sizes of all add up. What rounding takes from one part of a
    /// stretch is in the next, so that every maker's sizes are whole.
    pub(crate) fn merge(&mut self, side: Side, quotes: &[Vec<Stretch>], scratch: &mut Scratch) {
        self.stretches.clear();
        self.ends.clear();
        self.parts.clear();
        scratch.note(side, quotes);
        let Scratch {
            pieces,
            bounds,
            order,
            over,
        } = scratch;
        let mut ahead = order.iter().copied().peekable();
        for (place, from) in bounds.iter().enumerate() {
            over.retain(|own| pieces.get(*own).is_some_and(|piece| piece.to > *from));
            while let Some(own) = ahead.peek().copied()
                && let Some(piece) = pieces.get(own)
                && piece.from == *from
            {
                ahead.next();
                match piece.to > *from {
                    true => over.insert(over.partition_point(|other| *other < own), own),
                    // A piece without width is a stretch at one price.
                    false => self.parts.push((piece.maker, piece.size)),
                }
            }
            self.close(side, (*from, *from));
            let Some(to) = bounds.get(place.saturating_add(1)) else {
                continue;
            };
            for own in over.iter() {
                let Some(piece) = pieces.get_mut(*own) else {
                    continue;
                };
                let size = piece.advance(*to);
                if size.is_positive() {
                    self.parts.push((piece.maker, size));
                }
            }
            self.close(side, (*from, *to));
        }
    }

    /// Makes the parts since the last stretch one of its own; nothing when they have no size.
    fn close(&mut self, side: Side, (from, to): (i128, i128)) {
        let begin = self.ends.last().copied().unwrap_or(0);
        let own = self.parts.get(begin..).unwrap_or_default();
        if own.is_empty() {
            return;
        }
        let size: Base = own.iter().map(|(_, size)| *size).sum();
        let price = |distance| Price::from_units(turned(side, distance)).ok();
        match (price(from), price(to), size.is_positive()) {
            (Some(from), Some(to), true) => {
                self.stretches.push(Stretch { size, from, to });
                self.ends.push(self.parts.len());
            }
            _ => self.parts.truncate(begin),
        }
    }

    /// Each stretch's size with its parts.
    fn each(&self) -> impl Iterator<Item = (Base, &[(usize, Base)])> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = begins.zip(self.ends.iter().copied());
        let parts = ranges.map(|(from, to)| self.parts.get(from..to).unwrap_or_default());
        self.stretches.iter().map(|own| own.size).zip(parts)
    }

    /// What of the size between `from` and `to` of the book is whose.
    ///
    /// Within a stretch everybody gives in proportion, counted from its beginning, so that what is
    /// taken in several orders adds up to what one would take; the last one bears the rounding.
    pub(crate) fn shares(&self, from: Base, to: Base) -> Vec<(usize, Base)> {
        let mut begins = Base::ZERO;
        let mut given = Vec::new();
        for (whole, parts) in self.each() {
            let inside = |size: Base| (size - begins).clamp(Base::ZERO, whole);
            let (low, high) = (inside(from), inside(to));
            if high > low {
                let mut rest = high - low;
                let last = parts.len().saturating_sub(1);
                for (place, (maker, size)) in parts.iter().enumerate() {
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

    #[cfg(test)]
    pub(crate) fn listed(&self) -> Vec<(Stretch, Vec<(usize, Base)>)> {
        let parts = self.each().map(|(_, parts)| parts.to_vec());
        self.stretches.iter().copied().zip(parts).collect()
    }
}
