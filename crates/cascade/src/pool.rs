//! Pools in which forced sales are made: one token against the quote asset of the world.
//!
//! | what | where |
//! |---|---|
//! | a constant product over all prices, as of Uniswap v2 | [`Pool::constant_product`] |
//! | liquidity between prices, stacked as of Uniswap v3 | [`Pool::concentrated`], [`Pool::stacked`] |
//! | what a trade costs and fetches | [`Pool::quote_sale`], [`Pool::quote_purchase`], [`Swap`] |
//! | what an arbitrageur does, and a shock that is told where to end | [`Pool::plan_to`], [`Pool::plan_to_exactly`] |
//! | how much can be sold before the price has fallen | [`Pool::depth`] |
//! | what LP shares are worth, by reserves or fairly | [`Pool::naive_value`], [`Pool::fair_value`] |
//! | coming and going of liquidity | [`Pool::quote_deposit`], [`Pool::quote_withdrawal`] |
//!
//! There is one arithmetic for all of them. A pool is a list of stretches of prices; in each, the
//! reserves plus two fixed offsets have a constant product. A constant product over all prices is
//! one stretch with offsets of zero.
//!
//! A pool is state and plans: it moves no money. Who posts the transfers of a plan commits it.
//!
//! # Fees
//! In a constant product the fee stays in the reserves and makes the next trade a little cheaper,
//! as it does there. Between prices it is put beside the reserves and belongs to the LP shares all
//! the same: within a range it could not be added without moving the ends of the range.

mod concentrated;
mod depth;
mod error;
mod segment;
mod share_price;
mod shares;
mod swap;

pub use concentrated::RangeLiquidity;
pub use error::PoolError;
pub use shares::{Deposit, Withdrawal};
pub use swap::{Swap, SwapSide};

use seawall_units::{Ratio, Round, TokenPrice, Tokens};

use segment::Segment;

/// Where the fee of a trade goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FeeHome {
    /// Into the reserves that are traded against.
    Reserves,
    /// Beside them, for the holders of LP shares.
    Beside,
}

/// A pool of one token against the quote asset.
///
/// ```
/// use seawall_cascade::pool::Pool;
/// use seawall_units::{Ratio, Tokens};
/// let mut pool = Pool::constant_product(Tokens::whole(10_000), Tokens::whole(1_000_000), Ratio::ZERO)?;
/// let sale = pool.quote_sale(Tokens::whole(10_000));
/// pool.commit(&sale);
/// // Twice the tokens, half the quote, a quarter of the price.
/// assert_eq!(sale.paid_out, Tokens::whole(500_000));
/// assert_eq!(pool.spot(), Some("25".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Stretches of prices from low to high.
    segments: Vec<Segment>,
    fee: Ratio,
    home: FeeHome,
    fee_token: Tokens,
    fee_quote: Tokens,
    shares: Tokens,
}

impl Pool {
    /// A pool whose reserves have a constant product over all prices.
    ///
    /// **Errors** [`PoolError`] for a reserve not above zero or above the grid, a fee outside
    /// `[0, 1)`, or reserves with a quotient that is no price.
    pub fn constant_product(token: Tokens, quote: Tokens, fee: Ratio) -> Result<Self, PoolError> {
        checked_amount("token", token)?;
        checked_amount("quote", quote)?;
        checked_fee(fee)?;
        TokenPrice::of(quote, token, Round::Floor).ok_or(PoolError::Price { token, quote })?;
        let whole = Segment {
            token,
            quote,
            token_offset: Tokens::ZERO,
            quote_offset: Tokens::ZERO,
        };
        Ok(Self::new(vec![whole], fee, FeeHome::Reserves))
    }

    fn new(segments: Vec<Segment>, fee: Ratio, home: FeeHome) -> Self {
        let mut pool = Self {
            segments,
            fee,
            home,
            fee_token: Tokens::ZERO,
            fee_quote: Tokens::ZERO,
            shares: Tokens::ZERO,
        };
        pool.shares = pool.invariant();
        pool
    }

    /// The tokens that belong to the pool, fees beside the ranges included.
    #[must_use]
    pub fn token_reserve(&self) -> Tokens {
        self.segments
            .iter()
            .map(|segment| segment.token)
            .sum::<Tokens>()
            + self.fee_token
    }

    /// The quote that belongs to the pool, fees beside the ranges included.
    #[must_use]
    pub fn quote_reserve(&self) -> Tokens {
        self.segments
            .iter()
            .map(|segment| segment.quote)
            .sum::<Tokens>()
            + self.fee_quote
    }

    /// The part of what is paid in that is fee.
    #[must_use]
    pub fn fee(&self) -> Ratio {
        self.fee
    }

    /// Fees that lie beside the ranges: of tokens and of quote. Zero for a constant product, whose
    /// fees are in the reserves.
    #[must_use]
    pub fn fees_beside(&self) -> (Tokens, Tokens) {
        (self.fee_token, self.fee_quote)
    }

    /// The marginal price: of the next token bought, or, when all tokens are gone, of the next one
    /// sold. `None` when both sides are drained.
    ///
    /// **Rounding** down.
    #[must_use]
    pub fn spot(&self) -> Option<TokenPrice> {
        let asked = self
            .segments
            .iter()
            .find(|segment| segment.token.is_positive());
        let bid = || {
            self.segments
                .iter()
                .rev()
                .find(|segment| segment.quote.is_positive())
        };
        asked.or_else(bid).and_then(Segment::spot)
    }

    /// The liquidity `Σ√((x + x̂)(y + ŷ))` over the stretches of prices, which no trade lowers.
    ///
    /// **Rounding** down.
    #[must_use]
    pub fn invariant(&self) -> Tokens {
        self.segments.iter().map(Segment::liquidity).sum()
    }

    /// What the reserves are worth in quote at the pool's own price; `None` when both sides are
    /// drained or it is more than can be counted. **Rounding** down.
    #[must_use]
    pub fn value(&self) -> Option<Tokens> {
        self.value_at(self.spot()?)
    }

    /// What the reserves are worth in quote at `price`; `None` when it is more than can be
    /// counted. **Rounding** down.
    #[must_use]
    pub fn value_at(&self, price: TokenPrice) -> Option<Tokens> {
        let tokens = self.token_reserve();
        let worth = seawall_units::mul_div(
            tokens.units(),
            price.units(),
            TokenPrice::ONE_UNITS,
            Round::Floor,
        )?;
        Some(Tokens::from_units(worth).ok()? + self.quote_reserve())
    }
}

fn checked_amount(field: &'static str, value: Tokens) -> Result<(), PoolError> {
    if value.is_positive() && value <= Tokens::MAX {
        return Ok(());
    }
    Err(PoolError::Amount { field, value })
}

fn checked_fee(value: Ratio) -> Result<(), PoolError> {
    if value < Ratio::ZERO || value >= Ratio::ONE {
        return Err(PoolError::Fee { value });
    }
    Ok(())
}
