//! The open profit of a side, as its pool sees it.
use ethnum::{I256, U256};

use crate::number::{signed, signed_sub};
use crate::{Bound, GmxError, Market, Price, Side};

/// Profit of all positions of a side at one price of the index token.
///
/// **Formula** longs `tokens·price − usd`, shorts `usd − tokens·price`; zero for a side without
/// open interest. **Units** USD with thirty decimals. **Rounding** none.
///
/// **Errors** [`GmxError::Overflow`].
pub fn pool_pnl(market: &Market, side: Side, price: U256) -> Result<I256, GmxError> {
    let usd = market.open_interest_usd(side)?;
    let tokens = market.open_interest_in_tokens(side)?;
    if usd == U256::ZERO || tokens == U256::ZERO {
        return Ok(I256::ZERO);
    }
    let what = "the value of open interest";
    let value = tokens
        .checked_mul(price)
        .ok_or(GmxError::Overflow { what })?;
    match side {
        Side::Long => signed_sub(signed(value)?, signed(usd)?),
        Side::Short => signed_sub(signed(usd)?, signed(value)?),
    }
}

/// The same at the price that makes the profit least or greatest: the greatest is at the greatest
/// price for longs and at the least for shorts.
///
/// **Errors** as [`pool_pnl`].
pub fn pool_pnl_bound(
    market: &Market,
    side: Side,
    index: &Price,
    bound: Bound,
) -> Result<I256, GmxError> {
    let price = match side {
        Side::Long => index.pick(bound),
        Side::Short => index.pick(bound.opposite()),
    };
    pool_pnl(market, side, price)
}
