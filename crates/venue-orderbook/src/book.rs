//! What the makers quote in a coin now.

use std::borrow::Cow;

use seawall_units::{Base, Price, Ratio, Round, Side, Usd};
use seawall_venue::QuoteBasis;

use crate::coin::CoinId;
use crate::depth::{Curve, Ladder, Stretch, quoted_share, stretches};
use crate::exchange::Exchange;
use crate::makers::Stance;
use crate::mark::BookTop;
use crate::parties::Party;

impl Exchange {
    /// What a taker of `side` finds in a coin's book now.
    pub(crate) fn curve(&self, id: CoinId, side: Side) -> Curve<'_> {
        self.curve_on(id, side, self.makers_worth())
    }

    /// What the price of an order in a coin is a function of, beside the parameters: the prices, the
    /// makers' equity and position, and the book with what has been taken of it. A book of one
    /// curve is drawn anew from the variance whenever it is asked; one of several makers stands
    /// until it is placed anew.
    pub(crate) fn quote_basis(&self, id: CoinId) -> QuoteBasis {
        let coin = &self.coins[id];
        let sides = |of: &dyn Fn(Side) -> Base| Side::BOTH.map(|side| of(side).units());
        let ([long, short], drawn) = match coin.params.book.makers.is_empty() {
            true => (
                sides(&|side| coin.depth.eaten(side)),
                [coin.depth.variance().units(), self.quoting().units()],
            ),
            false => (
                sides(&|side| coin.quoters.taken(side)),
                [i128::from(coin.quoters.placed()), 0],
            ),
        };
        let [first, second] = drawn;
        QuoteBasis::of([
            coin.mark.units(),
            coin.outside.units(),
            self.makers_worth().units(),
            self.makers.of(id).size.units(),
            long,
            short,
            first,
            second,
        ])
    }

    /// The makers' whole equity: they value themselves at the worse of marks and outside prices.
    fn makers_worth(&self) -> Usd {
        let (marked, outside) = self.both_equities(Party::Makers);
        marked.min(outside).clamp(Usd::ZERO, Usd::MAX)
    }

    /// Average prices of a small order in a coin, the impact bid and ask.
    pub(crate) fn impact_prices(&self, id: CoinId) -> (Option<Price>, Option<Price>) {
        let (coin, worth) = (&self.coins[id], self.makers_worth());
        let size = coin.outside.size_ceil(coin.params.funding.impact_notional);
        let price = |side, round| {
            let taken = self.curve_on(id, side, worth).take(size, None);
            Price::of(taken.value, taken.size, round)
        };
        let bid = price(Side::Short, Round::Floor);
        (bid, price(Side::Long, Round::Ceil))
    }

    /// Lets every maker quote anew, where makers quote for themselves.
    pub(crate) fn place_quotes(&mut self, id: CoinId) {
        let params = &self.coins[id].params;
        if params.book.makers.is_empty() {
            return;
        }
        let behind = self.makers_worth().mul_floor(params.makers_share);
        let stance = Stance {
            now: self.now,
            capital: behind.mul_floor(self.quoting()),
            held: self.makers.of(id).size,
        };
        let coin = &mut self.coins[id];
        coin.quoters.place(&coin.params.book, &stance);
    }

    /// The quotes of all makers as one curve around the outside price.
    fn single_curve(&self, id: CoinId, side: Side, worth: Usd) -> Vec<Stretch> {
        let coin = &self.coins[id];
        let book = &coin.params.book;
        let share = quoted_share(book, coin.depth.variance());
        let quoted = worth.mul_floor(coin.quoted).mul_floor(share);
        let quoted = quoted.mul_floor(self.quoting());
        let ladder = Ladder {
            half_spread: book.half_spread,
            widened: Ratio::ZERO,
            segments: &book.segments,
        };
        stretches(&ladder, side, coin.outside, quoted).collect()
    }

    /// The best quotes of a coin now and its last trade.
    pub(crate) fn top(&self, id: CoinId) -> BookTop {
        let worth = self.makers_worth();
        let best = |side| {
            let curve = self.curve_on(id, side, worth);
            curve.available().is_positive().then(|| curve.best())?
        };
        BookTop {
            bid: best(Side::Short),
            ask: best(Side::Long),
            last: self.coins[id].last_trade,
        }
    }

    fn curve_on(&self, id: CoinId, side: Side, worth: Usd) -> Curve<'_> {
        let (coin, held) = (&self.coins[id], self.makers.of(id).size);
        let (stretches, eaten) = match coin.params.book.makers.is_empty() {
            true => (
                Cow::from(self.single_curve(id, side, worth)),
                coin.depth.eaten(side),
            ),
            false => (
                Cow::from(coin.quoters.stretches(side)),
                coin.quoters.taken(side),
            ),
        };
        let most = coin.outside.size_floor(worth.mul_floor(coin.reach));
        let most = most.min(Base::MAX);
        let room = match (worth.is_positive(), side) {
            (false, _) => Base::ZERO,
            (true, Side::Long) => most + held,
            (true, Side::Short) => most - held,
        };
        Curve {
            side,
            stretches,
            eaten,
            room: room.or_zero(),
        }
    }
}
