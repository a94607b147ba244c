use ethnum::U256;

use crate::grid::{grid, pow10, product, scaled};
use crate::price::price;
use crate::{Price, Ratio, Round};

grid!(
    /// An amount of any token, signed, on a grid of 10⁻¹⁸: the grid on which EVM contracts count
    /// a token of eighteen decimals.
    ///
    /// **Range** |tokens| ≤ 10¹⁵. Text and serde use a string with eighteen decimals.
    ///
    /// ```
    /// use seawall_units::Tokens;
    /// let reserve: Tokens = "259.783520851540955".parse()?;
    /// assert_eq!((reserve - Tokens::whole(259)).to_string(), "0.783520851540955000");
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    Tokens, Plain, 18, "tokens", "-1000000000000000", "1000000000000000", pow10(33)
);
scaled!(Tokens);

impl Tokens {
    /// The amount with this count of grid units, also beyond the range of what is taken in: a sum
    /// or a worth of amounts inside it, as `+` gives one.
    ///
    /// ```
    /// use seawall_units::Tokens;
    /// let twice = Tokens::MAX.units() * 2;
    /// assert_eq!(Tokens::of_sum(twice), Tokens::MAX + Tokens::MAX);
    /// assert!(Tokens::from_units(twice).is_err());
    /// ```
    #[must_use]
    pub const fn of_sum(units: i128) -> Self {
        Self(units)
    }

    /// The geometric mean of two amounts, `√(a·b)`; zero when one of them is not above zero.
    ///
    /// **Formula** `√(a·b)`, exact in 256 bits. **Rounding** as named, to a grid unit.
    ///
    /// ```
    /// use seawall_units::{Round, Tokens};
    /// let mean = Tokens::whole(10_000).geometric_mean(Tokens::whole(1_000_000), Round::Floor);
    /// assert_eq!(mean, Tokens::whole(100_000));
    /// let root = Tokens::whole(2).geometric_mean(Tokens::whole(1), Round::Ceil);
    /// assert_eq!(root.to_string(), "1.414213562373095049");
    /// ```
    #[must_use]
    pub fn geometric_mean(self, other: Self, round: Round) -> Self {
        if !self.is_positive() || !other.is_positive() {
            return Self::ZERO;
        }
        // Below 2^127 each: the product fits 254 bits and its root 127.
        let square = U256::from(self.0.unsigned_abs()).wrapping_mul(other.0.unsigned_abs().into());
        let root = root_floor(square);
        let up = round == Round::Ceil && U256::from(root).wrapping_mul(root.into()) < square;
        Self(i128::try_from(root).unwrap_or(i128::MAX)) + Self(i128::from(up))
    }
}

/// `⌊√n⌋` of 256 bits, by Newton's method from above, where it falls until it has arrived.
///
/// For roots of sums of products, where [`Tokens::geometric_mean`] does not reach.
///
/// ```
/// use seawall_units::root_floor;
/// let square = ethnum::U256::from(u128::MAX) * ethnum::U256::from(u128::MAX);
/// assert_eq!(root_floor(square), u128::MAX);
/// assert_eq!(root_floor(square - 1), u128::MAX - 1);
/// ```
#[must_use]
pub fn root_floor(n: U256) -> u128 {
    let bits = 256_u32.saturating_sub(n.leading_zeros());
    let mut root = U256::ONE.wrapping_shl(bits.div_ceil(2));
    loop {
        let Some(quotient) = n.checked_div(root) else {
            return 0;
        };
        let next = root.wrapping_add(quotient).wrapping_shr(1);
        if next >= root {
            return u128::try_from(root).unwrap_or(u128::MAX);
        }
        root = next;
    }
}

price!(
    /// What one token costs in another, strictly positive, on a grid of 10⁻¹⁸.
    ///
    /// A price of a pool or of a lending market. Perpetual markets quote in [`Price`], on a grid of
    /// 10⁻¹⁰; [`TokenPrice::to_price`] crosses over with one rounding.
    ///
    /// **Range** 0 < price ≤ 10¹⁵.
    ///
    /// ```
    /// use seawall_units::TokenPrice;
    /// assert!("0".parse::<TokenPrice>().is_err());
    /// assert_eq!("95.5".parse::<TokenPrice>()?.to_string(), "95.500000000000000000");
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    TokenPrice, 18, "tokens per token", "0.000000000000000001", "1000000000000000", pow10(33)
);

impl TokenPrice {
    /// One for one.
    pub const ONE: Self = Self(Self::ONE_UNITS);

    /// What `amount` is worth at this price, `amount · price`, rounded as named.
    ///
    /// ```
    /// use seawall_units::{Round, TokenPrice, Tokens};
    /// let price: TokenPrice = "95".parse()?;
    /// assert_eq!(price.value(Tokens::whole(3), Round::Floor), Tokens::whole(285));
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn value(self, amount: Tokens, round: Round) -> Tokens {
        Tokens(product(
            amount.0,
            self.0,
            Self::ONE_UNITS,
            round,
            "tokens × price",
        ))
    }

    /// What `value` buys at this price, `value ÷ price`, rounded as named.
    #[must_use]
    pub fn amount(self, value: Tokens, round: Round) -> Tokens {
        Tokens(product(
            value.0,
            Self::ONE_UNITS,
            self.0,
            round,
            "value ÷ price",
        ))
    }

    /// The price at which `amount` is worth `value`; `None` when that is not a legal price.
    #[must_use]
    pub fn of(value: Tokens, amount: Tokens, round: Round) -> Option<Self> {
        let units = crate::mul_div(value.0, Self::ONE_UNITS, amount.0, round)?;
        Self::from_units(units).ok()
    }

    /// This price as a multiple of another, rounded as named; at most [`Ratio::MAX`].
    #[must_use]
    pub fn over(self, other: Self, round: Round) -> Ratio {
        let units = crate::mul_div(self.0, Ratio::ONE_UNITS, other.0, round);
        Ratio::from_units(units.unwrap_or(i128::MAX)).unwrap_or(Ratio::MAX)
    }

    /// As a price of a perpetual market, rounded as named to its grid of 10⁻¹⁰; `None` outside its
    /// range.
    #[must_use]
    pub fn to_price(self, round: Round) -> Option<Price> {
        let units = crate::mul_div(self.0, Price::ONE_UNITS, Self::ONE_UNITS, round)?;
        Price::from_units(units).ok()
    }
}

impl From<Price> for TokenPrice {
    /// The same price on the finer grid; rounds nothing.
    fn from(price: Price) -> Self {
        // A price is at most 10^22 units, and a unit of it is 10^8 of these.
        Self(price.units().saturating_mul(pow10(8)))
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)] // roots of 128 bits, squared in 256
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_root_is_the_largest_that_does_not_exceed(n in any::<u128>(), m in any::<u128>()) {
            let square = U256::from(n).wrapping_mul(m.into());
            let root = U256::from(root_floor(square));
            prop_assert!(root * root <= square);
            let next = root + 1;
            prop_assert!(next > U256::from(u128::MAX) || next * next > square);
        }
    }

    #[test]
    fn roots_at_the_edges() {
        for n in 0..100_u128 {
            assert_eq!(root_floor(n.into()), n.isqrt(), "{n}");
        }
        assert_eq!(root_floor(U256::MAX), u128::MAX);
    }
}
