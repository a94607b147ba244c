//! A constant product in whole grid units: integer square roots, each rounded once.
//!
//! The closed forms of [`ConstantProduct`](crate::ConstantProduct) are floats. What a pool of two
//! reserves holds and is worth at a price is algebraic, and here it is exact to the last unit of
//! 10⁻¹⁸.

use ethnum::U256;
use seawall_units::{Ratio, Round, TokenPrice, Tokens, root_floor};

use crate::LpError;

/// The two reserves of a constant-product pool, both above zero.
///
/// ```
/// use seawall_lp::exact::Reserves;
/// use seawall_units::{Round, Tokens};
/// // 1 000 ETH and 100 000 DAI; the price of ETH goes from 100 to 150.
/// let pool = Reserves::new(Tokens::whole(1_000), Tokens::whole(100_000))?;
/// let moved = pool.moved_to("150".parse()?)?;
/// assert_eq!(moved.risky().to_string(), "816.496580927726032733");
/// assert_eq!(moved.quote().to_string(), "122474.487139158904909865");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserves {
    risky: Tokens,
    quote: Tokens,
}

/// What is left to a provider at a price, against what a holder has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    /// Value of the provider's part of the pool, rounded down.
    pub value: Tokens,
    /// Value of the first deposit, held, rounded down.
    pub hold: Tokens,
    /// What is missing, `hold − value`, within a unit of the true figure; never below zero.
    pub shortfall: Tokens,
    /// What is missing as a fraction of `hold`, rounded down.
    pub loss: Ratio,
}

const OUT: LpError = LpError::Amount { field: "a reserve" };

impl Reserves {
    /// A pool with these reserves.
    ///
    /// **Errors** [`LpError::Amount`] unless both are above zero and at most 10¹⁵.
    pub fn new(risky: Tokens, quote: Tokens) -> Result<Self, LpError> {
        let legal = |amount: Tokens| amount.is_positive() && amount <= Tokens::MAX;
        match legal(risky) && legal(quote) {
            true => Ok(Self { risky, quote }),
            false => Err(OUT),
        }
    }

    /// The reserve of the asset whose price moves.
    #[must_use]
    pub fn risky(self) -> Tokens {
        self.risky
    }

    /// The reserve of the asset that prices are quoted in.
    #[must_use]
    pub fn quote(self) -> Tokens {
        self.quote
    }

    /// The price of the risky asset in the other, `quote ÷ risky`.
    ///
    /// **Rounding** as named. **Errors** [`LpError::Amount`] when that is not a legal price.
    pub fn price(self, round: Round) -> Result<TokenPrice, LpError> {
        TokenPrice::of(self.quote, self.risky, round).ok_or(LpError::Amount { field: "the price" })
    }

    /// The reserves once arbitrage without fees has moved the pool to a price.
    ///
    /// **Formula** `risky = √(k/P)`, `quote = √(k·P)` with `k = risky·quote`. **Rounding** both up, for
    /// the pool: whoever trades with it never takes out a unit more than the product allows.
    ///
    /// **Errors** [`LpError::Amount`] when a reserve would leave the range of amounts.
    ///
    /// ```
    /// use seawall_lp::exact::Reserves;
    /// use seawall_units::Tokens;
    /// let pool = Reserves::new(Tokens::whole(10), Tokens::whole(1_000))?;
    /// let moved = pool.moved_to("110".parse()?)?;
    /// assert_eq!(moved.risky().to_string(), "9.534625892455923155");
    /// assert_eq!(moved.quote().to_string(), "1048.808848170151546992");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn moved_to(self, price: TokenPrice) -> Result<Self, LpError> {
        let one = TokenPrice::ONE_UNITS.unsigned_abs();
        let price = price.units().unsigned_abs();
        let risky = self.root_of_product_times((one, price), Round::Ceil)?;
        let quote = self.root_of_product_times((price, one), Round::Ceil)?;
        Self::new(risky, quote)
    }

    /// What the whole pool is worth once arbitrage has moved it to a price, `2·√(k·P)`.
    ///
    /// **Rounding** as named. **Errors** as [`moved_to`](Self::moved_to).
    ///
    /// ```
    /// use seawall_lp::exact::Reserves;
    /// use seawall_units::{Round, Tokens};
    /// let pool = Reserves::new(Tokens::whole(10), Tokens::whole(1_000))?;
    /// let value = pool.value_at("110".parse()?, Round::Floor)?;
    /// assert_eq!(value.to_string(), "2097.617696340303093982");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn value_at(self, price: TokenPrice, round: Round) -> Result<Tokens, LpError> {
        let one = TokenPrice::ONE_UNITS.unsigned_abs();
        // 4 · 10^33 fits.
        let fourfold = price.units().unsigned_abs().saturating_mul(4);
        self.root_of_product_times((fourfold, one), round)
    }

    /// A provider with this share of the pool against who would have held the same deposit.
    ///
    /// **Formula** `V = share·2√(kP)`, `H = share·(risky·P + quote)`. **Rounding** both down, as either
    /// would be paid out; the loss down too.
    ///
    /// **Errors** [`LpError::OutOfRange`] unless `0 < share ≤ 1`; as [`moved_to`](Self::moved_to).
    ///
    /// ```
    /// use seawall_lp::exact::Reserves;
    /// use seawall_units::Tokens;
    /// let pool = Reserves::new(Tokens::whole(1_000), Tokens::whole(100_000))?;
    /// let tenth = pool.compared_at("150".parse()?, "10%".parse()?)?;
    /// assert_eq!(tenth.value.to_string(), "24494.897427831780981972");
    /// assert_eq!(tenth.hold, Tokens::whole(25_000));
    /// assert_eq!(tenth.loss.to_string(), "0.020204102886728760");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn compared_at(self, price: TokenPrice, share: Ratio) -> Result<Compared, LpError> {
        if share <= Ratio::ZERO || share > Ratio::ONE {
            return Err(LpError::OutOfRange {
                field: "share of the pool",
                value: crate::weights::float(share),
                legal: "0 < share <= 1",
            });
        }
        let whole = self.value_at(price, Round::Floor)?;
        let held = price.value(self.risky, Round::Floor) + self.quote;
        let part = |amount: Tokens| amount.mul_div_floor(share, Ratio::ONE).ok_or(OUT);
        let (value, hold) = (part(whole)?, part(held)?);
        let shortfall = (hold - value).or_zero();
        let units = seawall_units::mul_div(
            shortfall.units(),
            Ratio::ONE_UNITS,
            hold.units(),
            Round::Floor,
        );
        let loss = Ratio::from_units(units.unwrap_or_default()).unwrap_or(Ratio::ZERO);
        Ok(Compared {
            value,
            hold,
            shortfall,
            loss,
        })
    }

    /// `√(k·num/den)` of two counts of price units.
    ///
    /// The product and the quotient are split, so that every result in the range of amounts is
    /// reached although `k·num` may not fit 256 bits.
    fn root_of_product_times(
        self,
        (num, den): (u128, u128),
        round: Round,
    ) -> Result<Tokens, LpError> {
        let (num, den) = (U256::from(num), U256::from(den));
        let product = U256::from(self.risky.units().unsigned_abs())
            .wrapping_mul(self.quote.units().unsigned_abs().into());
        let square = || {
            let (quotient, rest) = (product.checked_div(den)?, product.checked_rem(den)?);
            // The rest is below 10^33 and num below 10^34.
            let part = rest.checked_mul(num)?;
            let square = quotient
                .checked_mul(num)?
                .checked_add(part.checked_div(den)?)?;
            Some((square, part.checked_rem(den)? != U256::ZERO))
        };
        let (square, is_cut) = square().ok_or(OUT)?;
        let root = root_floor(square);
        let is_short = is_cut || U256::from(root).wrapping_mul(root.into()) < square;
        let up = u128::from(is_short && round == Round::Ceil);
        let root = root.checked_add(up).ok_or(OUT)?;
        let units = i128::try_from(root).map_err(|_| OUT)?;
        Tokens::from_units(units).map_err(|_| OUT)
    }
}
