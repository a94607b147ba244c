//! The makers as agents: each quotes for himself, and the book is what they quote together.

mod merge;
mod params;
mod quotes;

use seawall_units::{Base, Price, Ratio, Side, Time, Usd};

use crate::depth::{Stretch, half_life_ratio, power, slot};
use crate::params::BookParams;
use crate::past::Past;
use merge::{Level, merged, shares};
pub(crate) use params::validate;
pub use params::{MakerParams, default_makers};
pub use quotes::volatility;
use quotes::{Sight, post_only, quoted};

/// What the makers go by together in one second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stance {
    pub(crate) now: Time,
    /// Their capital, without that of bidders who have vanished.
    pub(crate) capital: Usd,
    /// What they hold together.
    pub(crate) held: Base,
}

/// What a second shows to a maker, when he sees it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    outside: Price,
    /// Mean squared return of one second.
    variance: Ratio,
}

/// One maker's own figures.
#[derive(Debug, Clone, Copy, Default)]
struct Maker {
    inventory: Base,
    eaten: [Base; 2],
}

/// One side of the book as it was placed, and what has been taken since.
#[derive(Debug, Clone, Default)]
struct Resting {
    levels: Vec<Level>,
    taken: Base,
}

/// All makers of one coin.
///
/// Their money is one: capital, profit and loss are shared by the stated parts. Quotes, inventory
/// and what is eaten of his quotes are each maker's own.
#[derive(Debug, Clone)]
pub(crate) struct Makers {
    each: Vec<Maker>,
    books: [Resting; 2],
    past: Past<Seen>,
    returning: Ratio,
    at: Time,
}

impl Makers {
    pub(crate) fn new(book: &BookParams, opening: Price, start: Time) -> Self {
        let calm = Seen {
            outside: opening,
            variance: Ratio::ZERO,
        };
        let reach = book.makers.iter().map(|maker| maker.latency).max();
        Self {
            each: vec![Maker::default(); book.makers.len()],
            books: Default::default(),
            past: Past::new(calm, start, reach.unwrap_or(0)),
            returning: half_life_ratio(book.half_life),
            at: start,
        }
    }

    /// Takes the second's outside price and variance and lets what was eaten come back.
    pub(crate) fn observe(&mut self, now: Time, outside: Price, variance: Ratio) {
        let kept = power(self.returning, now.since(self.at));
        for eaten in self.each.iter_mut().flat_map(|maker| &mut maker.eaten) {
            *eaten = eaten.mul_floor(kept);
        }
        self.past.observe(now, Seen { outside, variance });
        self.at = now;
    }

    /// Places every maker's quotes anew, the slowest first, who stood in the book before the
    /// others came: nobody places an order that would trade at once, so the book is never crossed.
    pub(crate) fn place(&mut self, book: &BookParams, stance: &Stance) {
        self.share_out(book, stance.held);
        let mut order: Vec<(&MakerParams, usize)> = book.makers.iter().zip(0..).collect();
        order.sort_by_key(|(maker, _)| std::cmp::Reverse(maker.latency));
        let mut placed = Side::BOTH.map(|_| vec![Vec::new(); order.len()]);
        let mut best = [None; 2];
        for (maker, place) in order {
            let sight = self.sight(maker, place, stance);
            let [long_best, short_best] = best;
            let [longs, shorts] = &mut placed;
            let sides = [
                (Side::Long, longs, short_best),
                (Side::Short, shorts, long_best),
            ];
            for ((side, all, other), best) in sides.into_iter().zip(&mut best) {
                let quotes = post_only(side, &quoted(book, maker, &sight, side), other);
                if let Some(first) = quotes.first() {
                    *best = Some(better(side, *best, first.from));
                }
                if let Some(his) = all.get_mut(place) {
                    *his = quotes;
                }
            }
        }
        let [longs, shorts] = placed;
        self.books = [(Side::Long, longs), (Side::Short, shorts)].map(|(side, quotes)| Resting {
            levels: merged(side, &quotes),
            taken: Base::ZERO,
        });
    }

    fn sight(&self, maker: &MakerParams, place: usize, stance: &Stance) -> Sight {
        let own = self.each.get(place).copied().unwrap_or_default();
        let seen = self.past.before(stance.now, maker.latency);
        Sight {
            outside: seen.outside,
            capital: stance.capital.mul_floor(maker.share),
            variance: seen.variance,
            inventory: own.inventory,
            eaten: own.eaten,
        }
    }

    /// What they hold beyond their inventories, from the setup or from trades outside the book, is
    /// shared by their parts of the capital; the last one bears the rounding.
    fn share_out(&mut self, book: &BookParams, held: Base) {
        let own: Base = self.each.iter().map(|maker| maker.inventory).sum();
        let mut rest = held - own;
        if rest.is_zero() {
            return;
        }
        let all: Ratio = book.makers.iter().map(|maker| maker.share).sum();
        let more = rest;
        for (maker, params) in self.each.iter_mut().zip(&book.makers) {
            let part = more.mul_div_floor(params.share, all).unwrap_or_default();
            maker.inventory += part;
            rest -= part;
        }
        if let Some(last) = self.each.last_mut() {
            last.inventory += rest;
        }
    }

    /// The book of takers of one side, as it was placed.
    pub(crate) fn stretches(&self, side: Side) -> Vec<Stretch> {
        let resting = self.books.get(slot(side));
        let levels = resting.map_or(&[][..], |resting| &resting.levels);
        levels.iter().map(|level| level.stretch).collect()
    }

    /// What has been taken of it since.
    pub(crate) fn taken(&self, side: Side) -> Base {
        let resting = self.books.get(slot(side));
        resting.map_or(Base::ZERO, |resting| resting.taken)
    }

    /// A taker of this side took so much: it is each maker's whose quotes it was.
    pub(crate) fn take(&mut self, side: Side, size: Base) {
        let Some(resting) = self.books.get_mut(slot(side)) else {
            return;
        };
        let from = resting.taken;
        resting.taken += size.abs();
        for (place, part) in shares(&resting.levels, from, resting.taken) {
            if let Some(maker) = self.each.get_mut(place) {
                maker.inventory -= side.signed(part);
                if let Some(eaten) = maker.eaten.get_mut(slot(side)) {
                    *eaten += part;
                }
            }
        }
    }

    /// All inventories together.
    #[cfg(test)]
    fn inventory(&self) -> Base {
        self.each.iter().map(|maker| maker.inventory).sum()
    }
}

/// The better of two prices for a taker of this side.
fn better(side: Side, one: Option<Price>, other: Price) -> Price {
    match (one, side) {
        (None, _) => other,
        (Some(one), Side::Long) => one.min(other),
        (Some(one), Side::Short) => one.max(other),
    }
}

#[cfg(test)]
#[path = "makers/tests.rs"]
mod tests;
