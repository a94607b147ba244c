//! What the pool of a market is worth, and one market token of it.
use ethnum::{I256, U256};

use crate::number::{
    apply_factor, mul_div, or_zero, signed, signed_add, signed_mul_div, signed_sub, take,
};
use crate::pnl::pool_pnl_bound;
use crate::{
    Bound, BySide, ByToken, GmxError, Market, ONE, ONE_TOKEN, PoolToken, Prices, Rounding, Side,
    borrowing, distribution,
};

/// Which limit caps the profits that the pool value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PnlCap {
    /// The limit of realised profits.
    Traders,
    /// The limit at deposits.
    Deposits,
    /// The limit at withdrawals.
    Withdrawals,
}

impl PnlCap {
    /// Its factor for a side.
    #[must_use]
    pub const fn factor(self, market: &Market, side: Side) -> U256 {
        let factors = market.params.pnl.of(side);
        match self {
            Self::Traders => factors.traders,
            Self::Deposits => factors.deposits,
            Self::Withdrawals => factors.withdrawals,
        }
    }
}

/// How a value of the pool is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Valuation {
    /// The cap on open profits.
    pub cap: PnlCap,
    /// Whether the least or the greatest value is wanted.
    pub bound: Bound,
    /// The moment, in seconds: borrowing and the impact pool's drip are counted up to it.
    pub now: u64,
}

impl Valuation {
    /// The greatest value under the cap of deposits: what a depositor pays.
    #[must_use]
    pub const fn for_deposit(now: u64) -> Self {
        Self {
            cap: PnlCap::Deposits,
            bound: Bound::Max,
            now,
        }
    }

    /// The least value under the cap of withdrawals: what a leaver receives.
    #[must_use]
    pub const fn for_withdrawal(now: u64) -> Self {
        Self {
            cap: PnlCap::Withdrawals,
            bound: Bound::Min,
            now,
        }
    }
}

/// The pool's value and everything that it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolValue {
    /// `tokens + borrowing − pnl − impact + lent`, USD with thirty decimals.
    pub value: I256,
    /// The pool's tokens, each as its side counts it.
    pub tokens: ByToken<U256>,
    /// The same in USD.
    pub tokens_usd: ByToken<U256>,
    /// Borrowing fees that positions owe and have not paid, both sides.
    pub pending_borrowing_usd: U256,
    /// The pool's share of them.
    pub borrowing_usd: U256,
    /// Open profit of each side, capped.
    pub pnl: BySide<I256>,
    /// The impact pool in index tokens, after the drip up to now.
    pub impact_pool: U256,
    /// The same in USD.
    pub impact_usd: U256,
    /// What the impact pool owes to the pool, USD.
    pub lent_usd: U256,
}

/// USD of a token of the pool, as one side counts it, at a price.
///
/// **Formula** `amount · price`; with one token for both sides `floor(amount / 2) · price`.
///
/// **Errors** [`GmxError::Overflow`].
pub fn side_pool_usd(market: &Market, token: PoolToken, price: U256) -> Result<U256, GmxError> {
    times("the pool's value", market.pool_amount(token), price)
}

/// The value of the pool.
///
/// **Formula** `long + short + (1 − protocol's share)·pending borrowing − cap(pnl of longs) −
/// cap(pnl of shorts) − impact pool + lent`. Tokens and what is lent are taken at the price of the
/// bound, open profits and the impact pool at the other one. A side's profit counts up to
/// `tokens of the side · factor of the cap`, its loss in full. **Units** USD with thirty decimals.
/// **Rounding** down in every product with a factor.
///
/// **Errors** [`GmxError::Overflow`]; as [`borrowing::next_cumulative`].
///
/// ```
/// use seawall_gmx::{I256, Market, ONE, Preset, Price, Prices, U256, value};
/// let usdc = U256::new(1_000_000_000_000_000_000_000_000);
/// let prices = Prices {
///     index: Price::at(U256::new(2_000_000_000_000_000)),
///     long: Price { min: U256::new(1_999_000_000_000_000), max: U256::new(2_001_000_000_000_000) },
///     short: Price::at(usdc),
/// };
/// let mut market = Market::new(Preset::Eth.market()?.params)?;
/// market.pool.long = U256::new(10_000_000_000_000_000_000); // 10 ETH
/// market.pool.short = U256::new(5_000_000_000); // 5,000 USDC
/// // 10 · 2001 + 5000 = 25,010 USD for a depositor, 10 · 1999 + 5000 = 24,990 for a leaver.
/// let usd = |n: i128| I256::new(n) * I256::try_from(ONE).unwrap();
/// let deposit = value::pool_value(&market, &prices, value::Valuation::for_deposit(0))?;
/// assert_eq!(deposit.value, usd(25_010));
/// let leave = value::pool_value(&market, &prices, value::Valuation::for_withdrawal(0))?;
/// assert_eq!(leave.value, usd(24_990));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pool_value(market: &Market, prices: &Prices, how: Valuation) -> Result<PoolValue, GmxError> {
    let other = how.bound.opposite();
    let tokens_usd = ByToken {
        long: side_pool_usd(market, PoolToken::Long, prices.long.pick(how.bound))?,
        short: side_pool_usd(market, PoolToken::Short, prices.short.pick(how.bound))?,
    };
    let pending_borrowing_usd = crate::add(
        borrowing::pending_usd(market, prices, Side::Long, how.now)?,
        borrowing::pending_usd(market, prices, Side::Short, how.now)?,
    )?;
    let share = take(
        "the pool's share of borrowing fees",
        ONE,
        market.params.fees.borrowing_receiver_share,
    )?;
    let borrowing_usd = apply_factor(pending_borrowing_usd, share)?;
    let pnl = BySide {
        long: capped_pnl(market, prices, Side::Long, (&tokens_usd, how))?,
        short: capped_pnl(market, prices, Side::Short, (&tokens_usd, how))?,
    };
    let impact_pool = distribution::pending(market, how.now)?.left;
    let impact_usd = times("the impact pool", impact_pool, prices.index.pick(other))?;
    let lent_usd = times(
        "lent impact",
        market.lent_impact,
        prices.index.pick(how.bound),
    )?;
    let mut value = signed(crate::add(tokens_usd.long, tokens_usd.short)?)?;
    value = signed_add(value, signed(borrowing_usd)?)?;
    value = signed_sub(value, signed_add(pnl.long, pnl.short)?)?;
    value = signed_sub(value, signed(impact_usd)?)?;
    value = signed_add(value, signed(lent_usd)?)?;
    Ok(PoolValue {
        value,
        tokens: ByToken {
            long: market.pool_amount(PoolToken::Long),
            short: market.pool_amount(PoolToken::Short),
        },
        tokens_usd,
        pending_borrowing_usd,
        borrowing_usd,
        pnl,
        impact_pool,
        impact_usd,
        lent_usd,
    })
}

fn capped_pnl(
    market: &Market,
    prices: &Prices,
    side: Side,
    (tokens_usd, how): (&ByToken<U256>, Valuation),
) -> Result<I256, GmxError> {
    let pnl = pool_pnl_bound(market, side, &prices.index, how.bound.opposite())?;
    let pool = *tokens_usd.of(PoolToken::of_profit(side));
    cap_pnl(pnl, pool, how.cap.factor(market, side))
}

/// A profit cut to a share of a side's pool; a loss is left whole.
///
/// **Formula** `min(pnl, floor(pool · factor))` for `pnl > 0`.
///
/// **Errors** [`GmxError::Overflow`].
pub fn cap_pnl(pnl: I256, pool_usd: U256, factor: U256) -> Result<I256, GmxError> {
    if !pnl.is_positive() {
        return Ok(pnl);
    }
    Ok(pnl.min(signed(apply_factor(pool_usd, factor)?)?))
}

/// A side's open profit over its pool, at the prices that make one greatest and the other least, or
/// the reverse.
///
/// **Formula** `10³⁰ · pnl / pool`, zero for an empty pool. **Rounding** towards zero.
///
/// **Errors** [`GmxError::Overflow`].
pub fn pnl_factor(
    market: &Market,
    prices: &Prices,
    side: Side,
    bound: Bound,
) -> Result<I256, GmxError> {
    let token = PoolToken::of_profit(side);
    let pool = side_pool_usd(market, token, prices.of(token).pick(bound.opposite()))?;
    if pool == U256::ZERO {
        return Ok(I256::ZERO);
    }
    let pnl = pool_pnl_bound(market, side, &prices.index, bound)?;
    signed_mul_div(pnl, ONE, pool, Rounding::Down)
}

/// Whether the greatest open profit of each side is within the cap.
///
/// **Errors** [`GmxError::Limit`] when one is above, [`GmxError::Overflow`].
pub fn validate_pnl(market: &Market, prices: &Prices, cap: PnlCap) -> Result<(), GmxError> {
    for (side, limit) in [
        (Side::Long, "open profit of longs over their pool"),
        (Side::Short, "open profit of shorts over their pool"),
    ] {
        let factor = or_zero(pnl_factor(market, prices, side, Bound::Max)?);
        crate::reserve::within(limit, factor, cap.factor(market, side))?;
    }
    Ok(())
}

/// The price of one market token.
///
/// **Formula** `10¹⁸ · pool value / supply`, 1 USD while there is no supply. **Units** USD with
/// thirty decimals. **Rounding** towards zero.
///
/// **Errors** as [`pool_value`].
pub fn token_price(market: &Market, prices: &Prices, how: Valuation) -> Result<I256, GmxError> {
    if market.supply == U256::ZERO {
        return signed(ONE);
    }
    let value = pool_value(market, prices, how)?.value;
    signed_mul_div(value, ONE_TOKEN, market.supply, Rounding::Down)
}

/// Market tokens for USD.
///
/// **Formula** `floor(supply · usd / value)`. While there is no supply a token costs 1 USD, and
/// whoever comes first owns what the pool holds already: `floor((value + usd) / 10¹²)`.
/// **Rounding** down: against the one who deposits.
///
/// **Errors** [`GmxError::DivisionByZero`] when the pool is worth nothing and tokens exist,
/// [`GmxError::Overflow`].
pub fn tokens_for_usd(usd: U256, value: U256, supply: U256) -> Result<U256, GmxError> {
    if supply == U256::ZERO {
        return mul_div(crate::add(usd, value)?, ONE_TOKEN, ONE, Rounding::Down);
    }
    mul_div(supply, usd, value, Rounding::Down)
}

/// USD of market tokens: `floor(value · tokens / supply)`.
///
/// **Errors** [`GmxError::DivisionByZero`] without a supply, [`GmxError::Overflow`].
pub fn usd_for_tokens(tokens: U256, value: U256, supply: U256) -> Result<U256, GmxError> {
    mul_div(value, tokens, supply, Rounding::Down)
}

pub(crate) fn times(what: &'static str, amount: U256, price: U256) -> Result<U256, GmxError> {
    amount.checked_mul(price).ok_or(GmxError::Overflow { what })
}
