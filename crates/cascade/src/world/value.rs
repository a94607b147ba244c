use seawall_units::{Round, TokenPrice, Tokens};

use super::World;
use crate::books::Asset;
use crate::ids::MarketId;
use crate::lending::Loan;

impl World {
    /// What an amount of an asset is worth in quote at the prices of the pools.
    ///
    /// **Formula** tokens at the price of their first pool, an LP share as what it would pay out.
    /// **Rounding** as named, product by product; a share's reserves always down.
    #[must_use]
    pub fn worth(&self, asset: Asset, amount: Tokens, round: Round) -> Tokens {
        let at_mark = |token, amount| {
            let price = self.exchange.mark(token);
            price.map_or(Tokens::ZERO, |price| price.value(amount, round))
        };
        match asset {
            Asset::Quote => amount,
            Asset::Token(token) => at_mark(token, amount),
            Asset::Share(pool) => {
                let Some(venue) = self.exchange.pools.get(pool.index()) else {
                    return Tokens::ZERO;
                };
                let out = venue.pool.quote_withdrawal(amount);
                at_mark(venue.token, out.token) + out.quote
            }
        }
    }

    /// What of a loan its collateral would not pay at the prices of the pools, in quote.
    ///
    /// **Formula** `max(0, D·p_d − C·p_c)`. **Rounding** up: debt up, collateral down.
    #[must_use]
    pub fn shortfall_of(&self, market: MarketId, loan: &Loan) -> Tokens {
        let Some(of) = self.markets.get(market.index()) else {
            return Tokens::ZERO;
        };
        let owed = self.worth(of.debt, loan.debt, Round::Ceil);
        (owed - self.worth(of.collateral, loan.collateral, Round::Floor)).or_zero()
    }

    /// The shortfall of all loans of a market, in quote.
    #[must_use]
    pub fn shortfall(&self, market: MarketId) -> Tokens {
        let Some(of) = self.markets.get(market.index()) else {
            return Tokens::ZERO;
        };
        let loans = of
            .borrowers
            .iter()
            .map(|owner| self.backing(market, *owner));
        loans.map(|loan| self.shortfall_of(market, &loan)).sum()
    }

    /// The price of the pool that is told; `None` without pools or when it is drained.
    #[must_use]
    pub fn spot(&self) -> Option<TokenPrice> {
        let venue = self.exchange.pools.get(self.measured()?.index());
        venue?.pool.spot()
    }
}
