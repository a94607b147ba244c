//! The two prices of the index token around the mark.
use seawall_units::{Base, Price, Ratio, Round, Side, Usd, mul_div};

/// The mark and the feed's bid and ask around it. Every figure takes the one that hurts the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prices {
    pub(crate) mark: Price,
    pub(crate) min: Price,
    pub(crate) max: Price,
}

impl Prices {
    /// `mark · (1 ∓ half_spread)`, both rounded away from the mark.
    pub(crate) fn around(mark: Price, half_spread: Ratio) -> Self {
        let min = mark.scaled(Ratio::ONE - half_spread, Round::Floor);
        let max = mark.scaled(Ratio::ONE + half_spread, Round::Ceil);
        Self {
            mark,
            min: min.unwrap_or(mark),
            max: max.unwrap_or(mark),
        }
    }

    /// Both prices at the mark, for figures that a report shows.
    pub(crate) const fn at_mark(self) -> Self {
        Self {
            mark: self.mark,
            min: self.mark,
            max: self.mark,
        }
    }

    /// `(min + max) / 2`: the price of the impact's balance test.
    pub(crate) fn mid(self) -> Price {
        self.min.towards(self.max, 1, 2, Round::Floor)
    }

    /// What `tokens` cost a buyer: at the higher price, rounded up.
    pub(crate) fn buy(self, tokens: Base) -> Usd {
        self.max.value_ceil(tokens)
    }

    /// What `tokens` bring a seller: at the lower price, rounded down.
    pub(crate) fn sell(self, tokens: Base) -> Usd {
        self.min.value_floor(tokens)
    }

    /// What a trade of `tokens` on `side` is worth: a buyer pays it, a seller gets it.
    pub(crate) fn trade(self, side: Side, tokens: Base) -> Usd {
        match side {
            Side::Long => self.buy(tokens),
            Side::Short => self.sell(tokens),
        }
    }

    /// The price such a trade gets before price impact.
    pub(crate) const fn of_trade(self, side: Side) -> Price {
        match side {
            Side::Long => self.max,
            Side::Short => self.min,
        }
    }

    /// The price of a trade with its price impact (`> 0` is a gain), rounded against the trader.
    pub(crate) fn execution(self, side: Side, tokens: Base, impact: Usd) -> Price {
        let worth = self.trade(side, tokens);
        let (worth, round) = match side {
            Side::Long => (worth - impact, Round::Ceil),
            Side::Short => (worth + impact, Round::Floor),
        };
        Price::of(worth, tokens, round).unwrap_or(match side {
            Side::Long => self.max,
            Side::Short => Price::ULP,
        })
    }

    /// What a trade loses against the mark by the half-spread, rounded up.
    pub(crate) fn spread(self, side: Side, tokens: Base) -> Usd {
        match side {
            Side::Long => self.buy(tokens) - self.mark.value_floor(tokens),
            Side::Short => self.mark.value_ceil(tokens) - self.sell(tokens),
        }
    }
}

/// The share `part/whole` of an amount; all of it when `part = whole`.
pub(crate) fn share(amount: Usd, part: Base, whole: Base, round: Round) -> Usd {
    if part == whole {
        return amount;
    }
    let units = mul_div(amount.units(), part.units(), whole.units(), round);
    crate::wide::usd_of(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_prices_move_away_from_the_mark() {
        let prices = Prices::around("100".parse().unwrap(), Ratio::bps(1));
        assert_eq!(prices.min, "99.99".parse().unwrap());
        assert_eq!(prices.max, "100.01".parse().unwrap());
        assert_eq!(prices.mid(), prices.mark);
    }

    /// Two bought at 100.01 with an impact of -1: (200.02 + 1) / 2 = 100.51.
    #[test]
    fn the_execution_price_includes_the_impact() {
        let prices = Prices::around("100".parse().unwrap(), Ratio::bps(1));
        let bought = prices.execution(Side::Long, Base::whole(2), -Usd::whole(1));
        assert_eq!(bought, "100.51".parse().unwrap());
        let sold = prices.execution(Side::Short, Base::whole(2), -Usd::whole(1));
        assert_eq!(sold, "99.49".parse().unwrap());
    }
}
