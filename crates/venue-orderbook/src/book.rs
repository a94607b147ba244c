//! What the makers quote in a coin now.

use seawall_units::{Base, Price, Round, Side, Usd};

use crate::coin::CoinId;
use crate::depth::{Curve, quoted_share, stretches};
use crate::exchange::Exchange;
use crate::parties::Party;

/// What stands behind a coin's quotes, on either side.
#[derive(Debug, Clone, Copy)]
struct Quoted {
    /// Quoted within 1 % of the outside price.
    quoted: Usd,
    /// The most that the makers hold, long or short; nothing once they are worth nothing.
    most: Option<Base>,
}

impl Exchange {
    /// What a taker of `side` finds in a coin's book now.
    pub(crate) fn curve(&self, id: CoinId, side: Side) -> Curve {
        self.curve_on(id, side, self.quoted_now(id))
    }

    /// Average prices of a small order in a coin, the impact bid and ask.
    pub(crate) fn impact_prices(&self, id: CoinId) -> (Option<Price>, Option<Price>) {
        let (coin, behind) = (&self.coins[id], self.quoted_now(id));
        let size = coin.outside.size_ceil(coin.params.funding.impact_notional);
        let price = |side, round| {
            let taken = self.curve_on(id, side, behind).take(size, None);
            Price::of(taken.value, taken.size, round)
        };
        let bid = price(Side::Short, Round::Floor);
        (bid, price(Side::Long, Round::Ceil))
    }

    /// The makers value themselves at the worse of marks and outside prices, and put a share of
    /// that behind each coin.
    fn quoted_now(&self, id: CoinId) -> Quoted {
        let coin = &self.coins[id];
        let (marked, outside) = self.both_equities(Party::Makers);
        let equity = marked.min(outside).clamp(Usd::ZERO, Usd::MAX);
        let share = quoted_share(&coin.params.book, coin.depth.variance());
        let quoted = equity.mul_floor(coin.quoted).mul_floor(share);
        let most = coin.outside.size_floor(equity.mul_floor(coin.reach));
        Quoted {
            quoted: quoted.mul_floor(self.quoting()),
            most: equity.is_positive().then(|| most.min(Base::MAX)),
        }
    }

    fn curve_on(&self, id: CoinId, side: Side, behind: Quoted) -> Curve {
        let (coin, held) = (&self.coins[id], self.makers.of(id).size);
        let room = match (behind.most, side) {
            (None, _) => Base::ZERO,
            (Some(most), Side::Long) => most + held,
            (Some(most), Side::Short) => most - held,
        };
        let book = &coin.params.book;
        Curve {
            side,
            stretches: stretches(book, side, coin.outside, behind.quoted),
            eaten: coin.depth.eaten(side),
            room: room.or_zero(),
        }
    }
}
