//! Opening and increasing a position.
use ethnum::{I256, U256};

use crate::GmxError;
use crate::collateral::{Prospect, after_change, net, sufficiency};
use crate::fees::{Dues, FeeBase, Fees, fees};
use crate::impact::{Change, Direction, Impact, cap_by_pool, in_tokens, most_gain, quote};
use crate::liquidation::{Health, Purpose, health};
use crate::number::Rounding::{Down, Up};
use crate::number::{add, divide, signed, signed_add, signed_sub, take};
use crate::prices::{Price, Prices};
use crate::reserve::{self, ReserveKind};
use crate::side::Side;
use crate::state::{Market, Position, whole_or_nothing};
use crate::totals::{
    add_to, collateral_price, move_collateral, move_open_interest, move_total_borrowing,
    renew_entry_factors,
};

/// What a trader asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Increase {
    /// Tokens that he adds to the collateral.
    pub collateral: U256,
    /// By how much the size grows, USD.
    pub size_usd: U256,
    /// The greatest price for a long or the least for a short, with impact; `None` for any.
    pub acceptable_price: Option<U256>,
}

/// What an increase came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncreaseReport {
    /// Size, USD.
    pub size_usd: U256,
    /// Size, index tokens.
    pub size_tokens: U256,
    /// The price with impact, for the limit alone.
    pub price: U256,
    /// The impact before any cap.
    pub impact: Impact,
    /// What counts of it, USD.
    pub impact_usd: I256,
    /// The same in index tokens: since V2.2 it stays with the position.
    pub impact_tokens: I256,
    /// Fees; they are paid out of the collateral that was added, or the one there was.
    pub fees: Fees,
    /// Change of the position's collateral.
    pub collateral_change: I256,
    /// The position's health afterwards.
    pub health: Health,
}

/// The price, size and impact of an increase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncreaseQuote {
    /// Size in index tokens without impact.
    pub base_tokens: U256,
    /// The price with impact.
    pub price: U256,
    /// The impact before any cap.
    pub impact: Impact,
    /// What counts of it, USD.
    pub impact_usd: I256,
    /// The same in index tokens.
    pub impact_tokens: I256,
}

/// Quotes an increase by `size` USD.
///
/// **Formula** tokens: a long's `floor(size / index.max)`, a short's `ceil(size / index.min)`. The
/// impact is at most `max₊ · size` (before V2.2 also at most the impact pool). Price:
/// `floor(size / (tokens ± impact in tokens))`.
/// **Rounding** all for the pool. **Errors** [`GmxError::Overflow`], and [`GmxError::Refused`] when
/// the impact is larger than the size.
/// **Source** gmx-synthetics, `position/PositionUtils.sol`.
pub fn quote_increase(
    market: &Market,
    side: Side,
    size: U256,
    prices: &Prices,
) -> Result<IncreaseQuote, GmxError> {
    let index = prices.index;
    let base_tokens = match side {
        Side::Long => divide(size, index.max, Down)?,
        Side::Short => divide(size, index.min, Up)?,
    };
    let change = Change {
        side,
        direction: Direction::Increase,
        usd: size,
        tokens: base_tokens,
    };
    let impact = quote(market, &change, index)?;
    let mut impact_usd = impact.usd.min(most_gain(&market.params.impact, size)?);
    if !market.params.impact.settled_at_close {
        impact_usd = cap_by_pool(market, impact_usd, prices)?;
    }
    let impact_tokens = in_tokens(impact_usd, index)?;
    let price = execution_price(
        side,
        size,
        tokens_with_impact(side, base_tokens, impact_tokens)?,
        index,
    )?;
    Ok(IncreaseQuote {
        base_tokens,
        price,
        impact,
        impact_usd,
        impact_tokens,
    })
}

/// A long gets more tokens for a gain, a short owes fewer.
fn tokens_with_impact(side: Side, base: U256, impact: I256) -> Result<U256, GmxError> {
    let base = signed(base)?;
    let tokens = match side {
        Side::Long => signed_add(base, impact)?,
        Side::Short => signed_sub(base, impact)?,
    };
    if tokens.is_negative() {
        return Err(GmxError::Refused {
            reason: "the price impact is larger than the size",
        });
    }
    Ok(tokens.unsigned_abs())
}

fn execution_price(side: Side, size: U256, tokens: U256, index: Price) -> Result<U256, GmxError> {
    if size == U256::ZERO {
        return Ok(match side {
            Side::Long => index.max,
            Side::Short => index.min,
        });
    }
    if tokens == U256::ZERO {
        return Err(GmxError::Refused {
            reason: "the size is less than one unit of the index token",
        });
    }
    divide(size, tokens, Down)
}

/// Increases a position in a market whose funding and borrowing are up to date.
///
/// Checks the price limit, the greatest open interest, the reserves, the collateral against the
/// size and the position's health.
///
/// **Errors** [`GmxError`] of the first check that fails; market and position are as they were.
pub fn increase(
    market: &mut Market,
    position: &mut Position,
    order: &Increase,
    prices: &Prices,
    dues: &Dues,
) -> Result<IncreaseReport, GmxError> {
    whole_or_nothing(market, position, |market, position| {
        commit(market, position, order, prices, dues)
    })
}

/// The same on copies: after an error they are of no use.
pub(crate) fn commit(
    market: &mut Market,
    position: &mut Position,
    order: &Increase,
    prices: &Prices,
    dues: &Dues,
) -> Result<IncreaseReport, GmxError> {
    market.check_prices(prices)?;
    let before = *position;
    let quote = quote_increase(market, position.side, order.size_usd, prices)?;
    check_price(position.side, quote.price, order.acceptable_price)?;
    let base = FeeBase {
        size: order.size_usd,
        improved: quote.impact.improved,
        liquidated: U256::ZERO,
        price: collateral_price(position, prices).min,
    };
    let fees = fees(&market.params.fees, &base, dues)?;
    let collateral_change = net(order.collateral, fees.total()?)?;
    position.collateral = after_change(position, collateral_change)?;
    market.add_to_pool(position.collateral_token, fees.for_pool)?;
    let slot = market.slot(position.collateral_token);
    add_to(&mut market.protocol_fees, slot, fees.for_protocol)?;
    let size_tokens = store_impact(market, position, &quote)?;
    let change = Change {
        side: position.side,
        direction: Direction::Increase,
        usd: order.size_usd,
        tokens: size_tokens,
    };
    position.size_usd = add(before.size_usd, order.size_usd)?;
    position.size_tokens = add(before.size_tokens, size_tokens)?;
    move_collateral(market, &before, position.collateral)?;
    move_total_borrowing(market, &before, position.size_usd)?;
    move_open_interest(market, position.collateral_token, &change)?;
    renew_entry_factors(market, position);
    let health = check_increased(market, position, order, prices)?;
    Ok(IncreaseReport {
        size_usd: order.size_usd,
        size_tokens,
        price: quote.price,
        impact: quote.impact,
        impact_usd: quote.impact_usd,
        impact_tokens: quote.impact_tokens,
        fees,
        collateral_change,
        health,
    })
}

/// Since V2.2 the impact stays with the position; before, it changes the size in tokens and the
/// impact pool. Returns the size in tokens.
fn store_impact(
    market: &mut Market,
    position: &mut Position,
    quote: &IncreaseQuote,
) -> Result<U256, GmxError> {
    let impact = quote.impact_tokens;
    if market.params.impact.settled_at_close {
        position.pending_impact = signed_add(position.pending_impact, impact)?;
        market.total_pending_impact = signed_add(market.total_pending_impact, impact)?;
        return Ok(quote.base_tokens);
    }
    market.impact_pool = if impact.is_negative() {
        add(market.impact_pool, impact.unsigned_abs())?
    } else {
        take("the impact pool", market.impact_pool, impact.unsigned_abs())?
    };
    tokens_with_impact(position.side, quote.base_tokens, impact)
}

/// Whether a price with impact is within the trader's limit for an increase.
fn check_price(side: Side, price: U256, limit: Option<U256>) -> Result<(), GmxError> {
    let Some(limit) = limit else { return Ok(()) };
    match side {
        Side::Long if price > limit => Err(GmxError::Limit {
            limit: "the execution price",
            value: price,
            allowed: limit,
        }),
        Side::Short if price < limit => Err(GmxError::BelowMinimum {
            limit: "the execution price",
            value: signed(price)?,
            least: signed(limit)?,
        }),
        _ => Ok(()),
    }
}

/// What must hold after an increase.
fn check_increased(
    market: &Market,
    position: &Position,
    order: &Increase,
    prices: &Prices,
) -> Result<Health, GmxError> {
    if position.size_usd == U256::ZERO || position.size_tokens == U256::ZERO {
        return Err(GmxError::Refused {
            reason: "a position needs a size in USD and in tokens",
        });
    }
    check_collateral_sum(market, position)?;
    if order.size_usd > U256::ZERO {
        reserve::validate_open_interest(market, position.side)?;
        reserve::validate(market, prices, position.side, ReserveKind::Pool)?;
        reserve::validate(market, prices, position.side, ReserveKind::OpenInterest)?;
        let prospect = Prospect {
            size_usd: position.size_usd,
            collateral: signed(position.collateral)?,
            realised: I256::ZERO,
            open_interest_delta: I256::ZERO,
        };
        let enough = sufficiency(market, position, &prospect, prices)?;
        if !enough.is_met()? {
            return Err(GmxError::BelowMinimum {
                limit: "the collateral for this size, USD",
                value: enough.remaining_usd,
                least: signed(enough.required_usd)?,
            });
        }
    }
    let least = market.params.collateral.min_position_usd;
    if position.size_usd < least {
        return Err(GmxError::BelowMinimum {
            limit: "the size, USD",
            value: signed(position.size_usd)?,
            least: signed(least)?,
        });
    }
    let health = health(
        market,
        position,
        prices,
        &Dues::default(),
        Purpose::Increase,
    )?;
    match health.reason {
        None => Ok(health),
        Some(_) => Err(GmxError::BelowMinimum {
            limit: "what remains of the collateral after a close, USD",
            value: health.remaining,
            least: signed(health.required.max(market.params.collateral.min_usd))?,
        }),
    }
}

fn check_collateral_sum(market: &Market, position: &Position) -> Result<(), GmxError> {
    let slot = market.slot(position.collateral_token);
    let sum = *market.collateral_sum.of(position.side).of(slot);
    let value = divide(sum, market.divisor(), Down)?;
    let allowed = *market.params.max_collateral_sum.of(position.side).of(slot);
    reserve::within("the collateral of the side in this token", value, allowed)
}
