//! Profit and loss of a side against its pool and of one position.
use ethnum::{I256, U256};

use crate::number::Rounding::{Down, Up};
use crate::number::{apply_factor, in_usd, mul_div, or_zero, signed, signed_mul_div, signed_sub};
use crate::prices::{Bound, Price, Prices};
use crate::side::Side;
use crate::state::{Market, Position};
use crate::{GmxError, reserve, to_factor};

/// The open profit of a side at one index price; below zero its loss.
///
/// **Formula** longs `tokens · price − usd`, shorts `usd − tokens · price`; zero while the side has
/// no open interest in USD or in tokens.
/// **Errors** [`GmxError::Overflow`].
/// **Source** gmx-synthetics, `market/MarketUtils.sol`.
pub fn pool_pnl(market: &Market, side: Side, price: U256) -> Result<I256, GmxError> {
    let (usd, tokens) = (
        market.open_interest_usd(side)?,
        market.open_interest_in_tokens(side)?,
    );
    if usd == U256::ZERO || tokens == U256::ZERO {
        return Ok(I256::ZERO);
    }
    gain(side, in_usd(tokens, price)?, usd)
}

/// The same at the least or the greatest value of the profit: longs at the price of that name,
/// shorts at the other.
///
/// **Errors** [`GmxError::Overflow`].
pub fn pool_pnl_bound(
    market: &Market,
    side: Side,
    index: &Price,
    bound: Bound,
) -> Result<I256, GmxError> {
    pool_pnl(market, side, price_for(side, index, bound))
}

/// The price at which the profit of a side is least or greatest.
#[must_use]
pub const fn price_for(side: Side, index: &Price, bound: Bound) -> U256 {
    match side {
        Side::Long => index.pick(bound),
        Side::Short => index.pick(bound.opposite()),
    }
}

fn gain(side: Side, worth: U256, cost: U256) -> Result<I256, GmxError> {
    let (worth, cost) = (signed(worth)?, signed(cost)?);
    match side {
        Side::Long => signed_sub(worth, cost),
        Side::Short => signed_sub(cost, worth),
    }
}

/// A profit no greater than `pool_usd · factor`; a loss is never cut.
///
/// **Errors** [`GmxError::Overflow`].
pub fn capped(pnl: I256, pool_usd: U256, factor: U256) -> Result<I256, GmxError> {
    if !pnl.is_positive() {
        return Ok(pnl);
    }
    Ok(pnl.min(signed(apply_factor(pool_usd, factor)?)?))
}

/// The greatest profit of a side over the least value of its pool; zero with an empty pool.
///
/// **Rounding** of the magnitude down. **Errors** [`GmxError::Overflow`].
pub fn pnl_factor(market: &Market, side: Side, prices: &Prices) -> Result<I256, GmxError> {
    let pool = reserve::pool_usd(market, prices, side)?;
    if pool == U256::ZERO {
        return Ok(I256::ZERO);
    }
    let pnl = pool_pnl_bound(market, side, &prices.index, Bound::Max)?;
    let factor = signed(to_factor(pnl.unsigned_abs(), pool)?)?;
    Ok(if pnl.is_negative() {
        factor.wrapping_neg()
    } else {
        factor
    })
}

/// The profit of a part of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionPnl {
    /// Index tokens of the part.
    pub tokens: U256,
    /// Of the whole position, after the cut that all profits of the side share.
    pub whole: I256,
    /// Of the whole position before it.
    pub whole_uncapped: I256,
    /// Of the part.
    pub realised: I256,
    /// Of the part before the cut.
    pub realised_uncapped: I256,
}

/// The profit of `size` USD of a position at the price that is worse for it.
///
/// **Formula** `±(tokens · price − usd)`, longs at the least and shorts at the greatest price. If it
/// is a profit and the side's greatest profit is above `pool · max pnl factor for traders`, it is
/// multiplied by the one over the other. The part is `whole · part tokens / tokens`.
/// **Rounding** the part's tokens up for longs and down for shorts, the profit's magnitude down.
/// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`] for a position without size.
/// **Source** gmx-synthetics, `position/PositionUtils.sol`.
pub fn position_pnl(
    market: &Market,
    position: &Position,
    prices: &Prices,
    size: U256,
) -> Result<PositionPnl, GmxError> {
    let side = position.side;
    let price = price_for(side, &prices.index, Bound::Min);
    let worth = in_usd(position.size_tokens, price)?;
    let whole_uncapped = gain(side, worth, position.size_usd)?;
    let whole = share_of_cap(market, side, prices, whole_uncapped)?;
    let tokens = part_in_tokens(position, size)?;
    let part = |pnl| signed_mul_div(pnl, tokens, position.size_tokens, Down);
    Ok(PositionPnl {
        tokens,
        whole,
        whole_uncapped,
        realised: part(whole)?,
        realised_uncapped: part(whole_uncapped)?,
    })
}

/// Index tokens of `size` USD of a position: all of them for its whole size, else rounded up for a
/// long and down for a short.
///
/// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`] for a position without size.
pub fn part_in_tokens(position: &Position, size: U256) -> Result<U256, GmxError> {
    if size == position.size_usd {
        return Ok(position.size_tokens);
    }
    let rounding = match position.side {
        Side::Long => Up,
        Side::Short => Down,
    };
    mul_div(position.size_tokens, size, position.size_usd, rounding)
}

/// A profit after the cut that all profits of its side share.
fn share_of_cap(
    market: &Market,
    side: Side,
    prices: &Prices,
    profit: I256,
) -> Result<I256, GmxError> {
    if !profit.is_positive() {
        return Ok(profit);
    }
    let of_side = pool_pnl_bound(market, side, &prices.index, Bound::Max)?;
    let pool = reserve::pool_usd(market, prices, side)?;
    let cap = capped(of_side, pool, market.params.pnl.of(side).traders)?;
    if cap == of_side || !cap.is_positive() {
        return Ok(profit);
    }
    signed_mul_div(profit, or_zero(cap), or_zero(of_side), Down)
}
