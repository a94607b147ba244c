//! What the makers quote in a coin now.

use seawall_units::{Base, Price, Ratio, Round, Side, Usd};

use crate::coin::CoinId;
use crate::depth::{Curve, Ladder, Stretch, quoted_share, stretches};
use crate::exchange::Exchange;
use crate::makers::Stance;
use crate::mark::BookTop;
use crate::parties::Party;

impl Exchange {
    /// The makers' equity behind a coin: they value themselves at the worse of marks and outside
    /// prices, and put a share of that behind each coin.
    fn makers_behind(&self, id: CoinId) -> Usd {
        let outside = self.outside_equity(Party::Makers);
        let equity = self.equity_of(Party::Makers).min(outside);
        let equity = equity.clamp(Usd::ZERO, Usd::MAX);
        equity.mul_floor(self.coins[id].params.makers_share)
    }

    /// Lets every maker quote anew, where makers quote for themselves.
    pub(crate) fn place_quotes(&mut self, id: CoinId) {
        if self.coins[id].params.book.makers.is_empty() {
            return;
        }
        let stance = Stance {
            now: self.now,
            capital: self.makers_behind(id).mul_floor(self.quoting()),
            held: self.makers.of(id).size,
        };
        let coin = &mut self.coins[id];
        coin.quoters.place(&coin.params.book, &stance);
    }

    /// The quotes of all makers as one curve around the outside price.
    fn single_curve(&self, id: CoinId, side: Side, equity: Usd) -> Vec<Stretch> {
        let coin = &self.coins[id];
        let book = &coin.params.book;
        let share = quoted_share(book, coin.depth.variance());
        let quoted = equity.mul_floor(book.depth).mul_floor(share);
        let quoted = quoted.mul_floor(self.quoting());
        let ladder = Ladder {
            half_spread: book.half_spread,
            widened: Ratio::ZERO,
            segments: &book.segments,
        };
        stretches(&ladder, side, coin.outside, quoted)
    }

    /// The best quotes of a coin now and its last trade.
    pub(crate) fn top(&self, id: CoinId) -> BookTop {
        let best = |side| {
            let curve = self.curve(id, side);
            curve.available().is_positive().then(|| curve.best())?
        };
        BookTop {
            bid: best(Side::Short),
            ask: best(Side::Long),
            last: self.coins[id].last_trade,
        }
    }

    /// What a taker of `side` finds in a coin's book now.
    pub(crate) fn curve(&self, id: CoinId, side: Side) -> Curve {
        let coin = &self.coins[id];
        let equity = self.makers_behind(id);
        let book = &coin.params.book;
        let (stretches, eaten) = match book.makers.is_empty() {
            true => (self.single_curve(id, side, equity), coin.depth.eaten(side)),
            false => (coin.quoters.stretches(side), coin.quoters.taken(side)),
        };
        let leverage = Ratio::whole(i32::try_from(book.maker_leverage).unwrap_or(1));
        let cap = coin.outside.size_floor(equity.mul_floor(leverage));
        let cap = cap.min(Base::MAX);
        let held = self.makers.of(id).size;
        let room = match (equity.is_positive(), side) {
            (false, _) => Base::ZERO,
            (true, Side::Long) => cap + held,
            (true, Side::Short) => cap - held,
        };
        Curve {
            side,
            stretches,
            eaten,
            room: room.or_zero(),
        }
    }

    /// Average price of a small order in a coin, the impact price.
    pub(crate) fn impact_price(&self, id: CoinId, side: Side) -> Option<Price> {
        let curve = self.curve(id, side);
        let coin = &self.coins[id];
        let size = coin.outside.size_ceil(coin.params.funding.impact_notional);
        let taken = curve.take(size, None);
        let round = match side {
            Side::Long => Round::Ceil,
            Side::Short => Round::Floor,
        };
        Price::of(taken.value, taken.size, round)
    }
}
