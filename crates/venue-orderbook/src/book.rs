//! What the makers quote in a coin now.

use seawall_units::{Base, Price, Ratio, Round, Side, Usd};

use crate::coin::CoinId;
use crate::depth::{Curve, quoted_share, stretches};
use crate::exchange::Exchange;
use crate::parties::Party;

impl Exchange {
    /// What a taker of `side` finds in a coin's book now.
    ///
    /// The makers value themselves at the worse of marks and outside prices, and put a share of
    /// that behind each coin.
    pub(crate) fn curve(&self, id: CoinId, side: Side) -> Curve {
        let coin = &self.coins[id];
        let outside = self.outside_equity(Party::Makers);
        let equity = self.equity_of(Party::Makers).min(outside);
        let equity = equity.clamp(Usd::ZERO, Usd::MAX);
        let equity = equity.mul_floor(coin.params.makers_share);
        let book = &coin.params.book;
        let share = quoted_share(book, coin.depth.variance());
        let quoted = equity.mul_floor(book.depth).mul_floor(share);
        let quoted = quoted.mul_floor(self.quoting());
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
            stretches: stretches(book, side, coin.outside, quoted),
            eaten: coin.depth.eaten(side),
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
