//! The makers' curve around the outside price, its consumption and its withdrawal.

use super::market::{Market, Side, Who};
use super::number::{
    BASE, ONE, PRICE, RATIO, USD, Way, base, down, price, ratio, rounded, share, size_for, whole,
};
use super::rules::{power, quoted_share};

/// Prices move evenly with size from one end to the other.
#[derive(Debug, Clone, Copy)]
struct Piece {
    size: i128,
    from: i128,
    to: i128,
}

/// What a taker of one side finds.
#[derive(Debug, Clone)]
pub struct Quotes {
    side: Side,
    pieces: Vec<Piece>,
    eaten: i128,
    room: i128,
}

/// Size and value that a taker gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Got {
    pub size: i128,
    pub value: i128,
}

impl Quotes {
    /// Rounding for the makers: a buyer pays up, a seller gets down.
    fn way(&self) -> Way {
        match self.side {
            Side::Buy => Way::Up,
            Side::Sell => Way::Down,
        }
    }

    /// The price after so much of a piece.
    fn price_at(&self, piece: &Piece, at: i128) -> i128 {
        let step = price(piece.to - piece.from) * base(at) / base(piece.size);
        rounded(&(price(piece.from) + step), PRICE, self.way())
    }

    /// How much of a piece is no worse than the limit.
    fn reach(&self, piece: &Piece, limit: Option<i128>) -> i128 {
        let Some(limit) = limit else {
            return piece.size;
        };
        let (all, within) = match self.side {
            Side::Buy => (piece.to - piece.from, limit - piece.from),
            Side::Sell => (piece.from - piece.to, piece.from - limit),
        };
        if within >= all {
            return piece.size;
        }
        down(
            &(base(piece.size) * price(within.max(0)) / price(all)),
            BASE,
        )
    }

    /// What an order of this size gets, no unit of it worse than the limit.
    pub fn take(&self, size: i128, limit: Option<i128>) -> Got {
        let wanted = size.abs().min(self.room);
        let mut got = Got { size: 0, value: 0 };
        let mut begins = 0;
        for piece in &self.pieces {
            let first = (self.eaten - begins).max(0);
            let last = self.reach(piece, limit).min(first + wanted - got.size);
            if last > first {
                let ends = price(self.price_at(piece, first)) + price(self.price_at(piece, last));
                let worth = base(last - first) * ends / whole(2);
                got.size += last - first;
                got.value += rounded(&worth, USD, self.way());
            }
            begins += piece.size;
        }
        got
    }

    /// All that can be had.
    pub fn available(&self) -> i128 {
        let quoted: i128 = self.pieces.iter().map(|piece| piece.size).sum();
        (quoted - self.eaten).max(0).min(self.room)
    }

    /// The price of the next unit.
    pub fn best(&self) -> Option<i128> {
        let mut begins = 0;
        for piece in &self.pieces {
            let at = self.eaten - begins;
            if at < piece.size {
                return Some(self.price_at(piece, at));
            }
            begins += piece.size;
        }
        None
    }
}

/// What the quotes remember.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// Consumed and not yet back: what buyers took, what sellers took.
    pub eaten: [i128; 2],
    pub variance: i128,
    pub last: i128,
    pub at: u64,
    pub returning: i128,
    pub remembering: i128,
}

impl Memory {
    /// Consumed depth returns by its half-life, and the second's squared return is taken in.
    pub fn observe(&mut self, now: u64, outside: i128) {
        let seconds = now - self.at;
        if seconds == 0 {
            return;
        }
        let kept = power(self.returning, seconds);
        self.eaten = self
            .eaten
            .map(|eaten| down(&(base(eaten) * ratio(kept)), BASE));
        let moved = down(
            &(price((outside - self.last).abs()) / price(self.last)),
            RATIO,
        );
        let squared = down(&(ratio(moved) * ratio(moved)), RATIO);
        let kept = power(self.remembering, seconds);
        let old = down(&(ratio(self.variance) * ratio(kept)), RATIO);
        self.variance = old + down(&(ratio(squared) * ratio(ONE - kept)), RATIO);
        (self.last, self.at) = (outside, now);
    }
}

impl Market {
    /// The makers value themselves at the worse of mark and outside price.
    pub fn makers_worth(&self) -> i128 {
        let outside = self.equity_at(Who::Makers, self.outside);
        self.equity(Who::Makers).min(outside)
    }

    /// The share of the quotes whose owners stand by.
    fn standing_by(&self) -> i128 {
        (ONE - self.gone.values().sum::<i128>()).max(0)
    }

    /// What a taker of a side finds now.
    pub fn quotes(&self, side: Side) -> Quotes {
        let book = &self.rules.book;
        let equity = self.makers_worth().max(0);
        let calm = share(equity, book.depth, Way::Down);
        let wild = share(calm, quoted_share(book, self.memory.variance), Way::Down);
        let quoted = share(wild, self.standing_by(), Way::Down);
        let far = |distance: i128| match side {
            Side::Buy => rounded(
                &(price(self.outside) * ratio(ONE + distance)),
                PRICE,
                Way::Up,
            ),
            Side::Sell => rounded(
                &(price(self.outside) * ratio(ONE - distance)),
                PRICE,
                Way::Down,
            ),
        };
        let mut from = book.half_spread;
        let mut pieces = Vec::new();
        for (to, part) in &book.segments {
            let size = size_for(share(quoted, *part, Way::Down), self.outside, Way::Down);
            pieces.push(Piece {
                size,
                from: far(from),
                to: far(*to),
            });
            from = *to;
        }
        let most = size_for(equity * i128::from(book.leverage), self.outside, Way::Down);
        let room = match (equity, side) {
            (0, _) => 0,
            (_, Side::Buy) => most + self.makers.size,
            (_, Side::Sell) => most - self.makers.size,
        };
        let eaten = self.memory.eaten[side.place()];
        Quotes {
            side,
            pieces,
            eaten,
            room: room.max(0),
        }
    }

    /// A price for an order of this notional: what of it is filled, and its cost against the mark.
    pub fn quote(&self, side: Side, notional: i128) -> (i128, i128) {
        let size = size_for(notional, self.mark, Way::Down);
        let got = self.quotes(side).take(size, None);
        let fee = share(got.value, self.rules.taker_fee, Way::Up);
        let at_mark = value_at_mark(self, side.sign() * got.size);
        let filled = match got.size == size {
            true => notional,
            false => value_at_mark(self, got.size),
        };
        (filled, side.sign() * got.value - at_mark + fee)
    }
}

fn value_at_mark(market: &Market, size: i128) -> i128 {
    super::number::value(size, market.mark, Way::Down)
}
