//! The sums that a market keeps over its positions, moved by both increase and decrease.
use ethnum::U256;

use crate::borrowing::replace_in_total;
use crate::impact::{Change, Direction, move_virtual_inventory};
use crate::number::{add, take};
use crate::side::{ByToken, PoolToken};
use crate::state::{Market, Position};
use crate::{GmxError, Price, Prices, funding};

/// The price of a position's collateral.
pub(crate) const fn collateral_price(position: &Position, prices: &Prices) -> Price {
    prices.of(position.collateral_token)
}

/// Moves open interest, in USD and in tokens, and the virtual inventory.
pub(crate) fn move_open_interest(
    market: &mut Market,
    collateral: PoolToken,
    change: &Change,
) -> Result<(), GmxError> {
    let slot = market.slot(collateral);
    let of_usd = market.open_interest.of_mut(change.side).of_mut(slot);
    let of_tokens = market.open_interest_tokens.of_mut(change.side).of_mut(slot);
    match change.direction {
        Direction::Increase => {
            *of_usd = add(*of_usd, change.usd)?;
            *of_tokens = add(*of_tokens, change.tokens)?;
        }
        Direction::Decrease => {
            *of_usd = take("the open interest", *of_usd, change.usd)?;
            *of_tokens = take("the open interest in tokens", *of_tokens, change.tokens)?;
        }
    }
    move_virtual_inventory(market, change)
}

/// Replaces a position's collateral in the sum of its side.
pub(crate) fn move_collateral(
    market: &mut Market,
    position: &Position,
    after: U256,
) -> Result<(), GmxError> {
    let slot = market.slot(position.collateral_token);
    let sum = market.collateral_sum.of_mut(position.side).of_mut(slot);
    *sum = add(
        take("the sum of collateral", *sum, position.collateral)?,
        after,
    )?;
    Ok(())
}

/// Replaces a position's term in the side's sum of size times entry factor; each term is rounded
/// down.
pub(crate) fn move_total_borrowing(
    market: &mut Market,
    position: &Position,
    next_size: U256,
) -> Result<(), GmxError> {
    let borrowing = market.borrowing.of_mut(position.side);
    let next_factor = borrowing.cumulative;
    replace_in_total(
        borrowing,
        (position.size_usd, position.borrowing_factor),
        (next_size, next_factor),
    )
}

/// Writes the side's cumulative factors into the position: it owes nothing from here on.
pub(crate) fn renew_entry_factors(market: &Market, position: &mut Position) {
    position.borrowing_factor = market.borrowing.of(position.side).cumulative;
    funding::mark(market, position);
}

/// Adds to an amount that stands by token.
pub(crate) fn add_to(
    amounts: &mut ByToken<U256>,
    token: PoolToken,
    amount: U256,
) -> Result<(), GmxError> {
    raise(amounts.of_mut(token), amount)
}

/// Adds to an amount.
pub(crate) fn raise(amount: &mut U256, by: U256) -> Result<(), GmxError> {
    *amount = add(*amount, by)?;
    Ok(())
}
