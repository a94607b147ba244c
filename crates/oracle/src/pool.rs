//! A constant-product pool that an arbitrageur keeps near the outside price (M-3.4).
// Operands: a reserve of USD below 10^18 and one of base below 10^36 at the start, so that their
// product times a price (10^22) stays below 10^76 and 256 bits hold it.
#![allow(clippy::arithmetic_side_effects)]

use ethnum::U256;
use seawall_units::{Price, Ratio, Round, Side, Usd, mul_div};

use crate::PoolConfig;

/// Base reserve = USD reserve · this / price, all in grid units: 10⁻¹⁴ of a base unit.
const SCALE: U256 = U256::new(1_000_000_000_000_000_000);

/// Two reserves whose product stays what it was. Fees are kept beside them, so depth does not
/// grow.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    quote: U256,
    base: U256,
    product: U256,
    /// One less the fee.
    kept: Ratio,
}

impl Pool {
    pub(crate) fn new(config: PoolConfig, opening: Price) -> Self {
        let quote = U256::from(config.reserve.units().unsigned_abs());
        let base = (quote * SCALE / units(opening)).max(U256::ONE);
        Self {
            quote,
            base,
            product: quote * base,
            kept: Ratio::ONE - config.fee,
        }
    }

    /// USD reserve over base reserve, to the nearest grid unit.
    pub(crate) fn price(&self) -> Price {
        let half = self.base >> 1;
        let units = i128::try_from((self.quote * SCALE + half) / self.base).ok();
        let price = units.and_then(|units| Price::from_units(units).ok());
        price.unwrap_or(match self.quote > self.base {
            true => Price::MAX,
            false => Price::ULP,
        })
    }

    /// Trades until nothing is left to earn: the price lies from `(1 − fee)·outside` to
    /// `outside / (1 − fee)`.
    pub(crate) fn arbitrage(&mut self, outside: Price) {
        let (least, most) = self.reach(outside);
        let spot = self.price();
        if spot < least {
            self.move_to(least);
        } else if spot > most {
            self.move_to(most);
        }
    }

    fn reach(&self, outside: Price) -> (Price, Price) {
        let least = outside.scaled(self.kept, Round::Ceil);
        let (one, kept) = (Ratio::ONE_UNITS, self.kept.units());
        let most = mul_div(outside.units(), one, kept, Round::Floor);
        let most = most.and_then(|units| Price::from_units(units).ok());
        (least.unwrap_or(outside), most.unwrap_or(Price::MAX))
    }

    fn move_to(&mut self, target: Price) {
        let quote = root(self.product * units(target) / SCALE).max(U256::ONE);
        self.quote = quote;
        self.base = self.other(quote);
    }

    /// A trade that brings this much: USD for a buy, base worth it at the spot price for a sale.
    pub(crate) fn trade(&mut self, side: Side, value: Usd) {
        let brought = value.or_zero().mul_floor(self.kept);
        let brought = U256::from(brought.units().unsigned_abs());
        match side {
            Side::Long => {
                self.quote += brought;
                self.base = self.other(self.quote);
            }
            Side::Short => {
                self.base += brought * SCALE / units(self.price());
                self.quote = self.other(self.base);
            }
        }
    }

    /// The reserve that stands against another, rounded up: the pool never gives too much.
    fn other(&self, reserve: U256) -> U256 {
        let whole = self.product / reserve;
        match whole * reserve == self.product {
            true => whole.max(U256::ONE),
            false => whole + U256::ONE,
        }
    }
}

fn units(price: Price) -> U256 {
    U256::from(price.units().unsigned_abs())
}

/// The whole part of a square root, by Newton's steps from above.
fn root(square: U256) -> U256 {
    if square <= U256::ONE {
        return square;
    }
    let bits = 256 - square.leading_zeros();
    let mut best = U256::ONE << bits.div_ceil(2);
    loop {
        let next = (best + square / best) >> 1;
        if next >= best {
            return best;
        }
        best = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_root_is_the_largest_whose_square_fits(high: u128, low: u128) {
            let square = U256::from_words(high >> 2, low);
            let found = root(square);
            prop_assert!(found * found <= square);
            prop_assert!((found + 1) * (found + 1) > square);
        }
    }
}
