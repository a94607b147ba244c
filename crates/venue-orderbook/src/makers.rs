//! The makers as agents: each quotes for himself, and the book is what they quote together.

mod merge;
mod params;
mod quotes;

use seawall_units::{Base, Price, Ratio, Side, Time, Usd};

use crate::depth::{Stretch, half_life_ratio, power, slot};
use crate::params::BookParams;
use crate::past::Past;
use merge::{Levels, Scratch};
pub(crate) use params::validate;
pub use params::{MakerParams, default_makers};
pub use quotes::volatility;
use quotes::{Memory, Sight, Stand, post_only};

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
    levels: Levels,
    taken: Base,
}

/// Memory that every placing uses again, so that a second allocates nothing.
#[derive(Debug, Clone, Default)]
struct Placing {
    /// Each maker's quotes, by his place.
    quotes: [Vec<Vec<Stretch>>; 2],
    memory: Memory,
    scratch: Scratch,
}

/// All makers of one coin.
///
/// Their money is one: capital, profit and loss are shared by the stated parts. Quotes, inventory
/// and what is eaten of his quotes are each maker's own.
#[derive(Debug, Clone)]
pub(crate) struct Makers {
    each: Vec<Maker>,
    /// Their places, the slowest first.
    order: Vec<usize>,
    /// What each goes by in the books as they were placed.
    stands: Vec<Option<Stand>>,
    books: [Resting; 2],
    /// How often they were placed anew.
    placed: u64,
    placing: Placing,
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
        let count = book.makers.len();
        let mut slowest: Vec<(&MakerParams, usize)> = book.makers.iter().zip(0..).collect();
        slowest.sort_by_key(|(maker, _)| std::cmp::Reverse(maker.latency));
        Self {
            each: vec![Maker::default(); count],
            order: slowest.into_iter().map(|(_, place)| place).collect(),
            stands: vec![None; count],
            books: Default::default(),
            placed: 0,
            placing: Placing {
                quotes: Side::BOTH.map(|_| vec![Vec::new(); count]),
                ..Placing::default()
            },
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
    ///
    /// The books are a function of what each maker goes by and of nothing else. While that is what
    /// it was when they were placed, they are the same, and only what was taken is forgotten.
    pub(crate) fn place(&mut self, book: &BookParams, stance: &Stance) {
        self.share_out(book, stance.held);
        let mut same = true;
        for (place, maker) in book.makers.iter().enumerate() {
            let stand = Stand::new(book, maker, &self.sight(maker, place, stance));
            if let Some(before) = self.stands.get_mut(place)
                && *before != stand
            {
                *before = stand;
                same = false;
            }
        }
        for resting in &mut self.books {
            resting.taken = Base::ZERO;
        }
        if !same {
            self.place_all(book);
        }
    }

    fn place_all(&mut self, book: &BookParams) {
        self.placed = self.placed.saturating_add(1);
        let Placing {
            quotes,
            memory,
            scratch,
        } = &mut self.placing;
        let mut best = [None; 2];
        for place in &self.order {
            let (Some(maker), Some(stand)) = (book.makers.get(*place), self.stands.get(*place))
            else {
                continue;
            };
            let around = stand.and_then(|stand| Some((stand, stand.around(book, maker)?)));
            let [long_best, short_best] = best;
            let [longs, shorts] = &mut *quotes;
            let sides = [
                (Side::Long, longs, short_best),
                (Side::Short, shorts, long_best),
            ];
            for ((side, all, other), best) in sides.into_iter().zip(&mut best) {
                let Some(his) = all.get_mut(*place) else {
                    continue;
                };
                memory.left.clear();
                if let Some((stand, around)) = &around {
                    stand.quotes((book, maker), around, side, memory);
                }
                post_only(side, other, memory, his);
                if let Some(first) = his.first() {
                    *best = Some(better(side, *best, first.from));
                }
            }
        }
        for ((side, quotes), resting) in Side::BOTH.iter().zip(quotes).zip(&mut self.books) {
            resting.levels.merge(*side, quotes, scratch);
        }
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
    pub(crate) fn stretches(&self, side: Side) -> &[Stretch] {
        let resting = self.books.get(slot(side));
        resting.map_or(&[], |resting| &resting.levels.stretches)
    }

    /// How often the books were placed anew: while it stays, so do they.
    pub(crate) const fn placed(&self) -> u64 {
        self.placed
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
        for (place, part) in resting.levels.shares(from, resting.taken) {
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
