//! Price impact of a step on the balance of longs and shorts.
//!
//! A step that brings the two sides nearer earns, one that drives them apart pays. Since V2.2 what
//! an open earns or pays is kept with the position, in index tokens, and settled at its close
//! together with the impact of the close.
use ethnum::{I256, U256};

use crate::number::Rounding::{Down, Up};
use crate::number::{
    add, apply_factor, divide, in_usd, or_zero, signed, signed_add, signed_in_usd, signed_mul_div,
    signed_sub,
};
use crate::params::ImpactParams;
use crate::power::apply_exponent_factor;
use crate::prices::{Price, Prices};
use crate::side::{BySide, PoolToken, Side};
use crate::state::{Market, Position};
use crate::{Bound, GmxError};

/// Whether a step adds open interest or takes it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A position is opened or increased.
    Increase,
    /// A position is decreased or closed.
    Decrease,
}

/// What a step does to the open interest of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Of which side.
    pub side: Side,
    /// Up or down.
    pub direction: Direction,
    /// By how many USD at entry.
    pub usd: U256,
    /// By how many index tokens.
    pub tokens: U256,
}

/// The impact of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Impact {
    /// What counts, USD; below zero the trader pays.
    pub usd: I256,
    /// Whether the market's own balance improves: the tier of the position fee, even if
    /// [`Impact::usd`] is below zero.
    pub improved: bool,
    /// On the market's own open interest.
    pub own: I256,
    /// On the virtual inventory, where that was looked at.
    pub of_virtual: Option<I256>,
}

/// The impact between two states of open interest, and whether the balance improves.
///
/// **Formula** with `d = |long − short|` before and after: on the same side `±|f·d₀ᵉ − f·d₁ᵉ|` with
/// the positive pair of factor and exponent if `d` falls, else the negative pair; across the
/// balance `f₊·d₀^e₊ − f₋·d₁^e₋`. The positive factor and exponent are at most the negative ones.
/// **Units** USD with thirty decimals. **Rounding** each term down.
/// **Errors** [`GmxError::Overflow`].
/// **Source** gmx-synthetics, `pricing/PricingUtils.sol`.
///
/// ```
/// use seawall_gmx::{BySide, I256, ImpactParams, ONE, U256, impact};
/// // ETH/USD: factor 9e-11 and exponent 2. 10m USD on one side of an even market cost 9,000 USD.
/// let params = ImpactParams {
///     negative_factor: U256::new(90_000_000_000_000_000_000),
///     negative_exponent: ONE * U256::new(2),
///     ..ImpactParams::default()
/// };
/// let million = ONE * U256::new(1_000_000);
/// let after = BySide { long: million * U256::new(10), short: U256::ZERO };
/// let (usd, improved) = impact::between(&params, &BySide::default(), &after)?;
/// assert!(!improved);
/// // The contracts' power is a little off the square.
/// assert_eq!(usd.to_string(), "-8999999999999999861201167473742860");
/// # Ok::<(), seawall_gmx::GmxError>(())
/// ```
pub fn between(
    params: &ImpactParams,
    before: &BySide<U256>,
    after: &BySide<U256>,
) -> Result<(I256, bool), GmxError> {
    let (first, next) = (
        before.long.abs_diff(before.short),
        after.long.abs_diff(after.short),
    );
    let improved = next < first;
    let positive = (
        params.positive_factor.min(params.negative_factor),
        params.positive_exponent.min(params.negative_exponent),
    );
    let negative = (params.negative_factor, params.negative_exponent);
    let same_side = (before.long <= before.short) == (after.long <= after.short);
    let (of_first, of_next) = match (same_side, improved) {
        (true, true) => (positive, positive),
        (true, false) => (negative, negative),
        (false, _) => (positive, negative),
    };
    let usd = signed_sub(term(first, of_first)?, term(next, of_next)?)?;
    if !same_side {
        return Ok((usd, improved));
    }
    let magnitude = signed(usd.unsigned_abs())?;
    let usd = if improved {
        magnitude
    } else {
        magnitude.wrapping_neg()
    };
    Ok((usd, improved))
}

/// `f·dᵉ`.
fn term(imbalance: U256, (factor, exponent): (U256, U256)) -> Result<I256, GmxError> {
    signed(apply_factor(
        apply_exponent_factor(imbalance, exponent)?,
        factor,
    )?)
}

/// The impact of a step on a market, before any cap.
///
/// **Formula** [`between`] on the open interest, in USD at entry or in tokens at the mid price
/// ([`ImpactParams::balance_in_tokens`]). If that is below zero and the market has a virtual
/// inventory, the worse of it and the impact on the virtual inventory.
/// **Errors** [`GmxError::Overflow`].
/// **Source** gmx-synthetics, `pricing/PositionPricingUtils.sol`.
pub fn quote(market: &Market, change: &Change, index: Price) -> Result<Impact, GmxError> {
    let params = &market.params.impact;
    let before = balance(market, index)?;
    let delta = weigh(params, change, index)?;
    let (own, improved) = between(params, &before, &moved(before, change, delta)?)?;
    let of_virtual = match market.virtual_inventory {
        Some(inventory) if own.is_negative() => {
            let mut before = virtual_balance(params, inventory, index)?;
            if change.direction == Direction::Decrease {
                // So that the side that is taken from cannot fall below zero.
                before.long = add(before.long, delta)?;
                before.short = add(before.short, delta)?;
            }
            Some(between(params, &before, &moved(before, change, delta)?)?.0)
        }
        _ => None,
    };
    Ok(Impact {
        usd: of_virtual.map_or(own, |worse| worse.min(own)),
        improved,
        own,
        of_virtual,
    })
}

/// The open interest as the balance test counts it, USD.
fn balance(market: &Market, index: Price) -> Result<BySide<U256>, GmxError> {
    let of = |side| match market.params.impact.balance_in_tokens {
        true => in_usd(market.open_interest_in_tokens(side)?, index.mid()?),
        false => market.open_interest_usd(side),
    };
    Ok(BySide {
        long: of(Side::Long)?,
        short: of(Side::Short)?,
    })
}

/// The virtual inventory as open interest of one side, USD.
fn virtual_balance(
    params: &ImpactParams,
    inventory: I256,
    index: Price,
) -> Result<BySide<U256>, GmxError> {
    let amount = inventory.unsigned_abs();
    let usd = match params.balance_in_tokens {
        true => in_usd(amount, index.mid()?)?,
        false => amount,
    };
    let mut balance = BySide::default();
    let side = if inventory.is_positive() {
        Side::Short
    } else {
        Side::Long
    };
    *balance.of_mut(side) = usd;
    Ok(balance)
}

/// What a change weighs in the balance, USD.
fn weigh(params: &ImpactParams, change: &Change, index: Price) -> Result<U256, GmxError> {
    match params.balance_in_tokens {
        true => in_usd(change.tokens, index.mid()?),
        false => Ok(change.usd),
    }
}

/// The balance after a change; a decrease beyond it leaves zero.
fn moved(
    mut balance: BySide<U256>,
    change: &Change,
    delta: U256,
) -> Result<BySide<U256>, GmxError> {
    let of_side = balance.of_mut(change.side);
    *of_side = match change.direction {
        Direction::Increase => add(*of_side, delta)?,
        Direction::Decrease => of_side.saturating_sub(delta),
    };
    Ok(balance)
}

/// Moves the virtual inventory of a market that has one: longs take from it, shorts add to it.
///
/// **Units** as [`Market::virtual_inventory`]: USD at entry, or index tokens.
/// **Errors** [`GmxError::Overflow`].
pub fn move_virtual_inventory(market: &mut Market, change: &Change) -> Result<(), GmxError> {
    let Some(inventory) = market.virtual_inventory else {
        return Ok(());
    };
    let amount = signed(match market.params.impact.balance_in_tokens {
        true => change.tokens,
        false => change.usd,
    })?;
    let adds = (change.side == Side::Short) == (change.direction == Direction::Increase);
    market.virtual_inventory = Some(if adds {
        signed_add(inventory, amount)?
    } else {
        signed_sub(inventory, amount)?
    });
    Ok(())
}

/// An impact in USD as index tokens.
///
/// **Rounding** a gain down at the greatest price, a cost up in magnitude at the least: both for
/// the pool.
/// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`].
pub fn in_tokens(usd: I256, index: Price) -> Result<I256, GmxError> {
    if usd.is_negative() {
        signed_mul_div(usd, U256::ONE, index.min, Up)
    } else {
        signed_mul_div(usd, U256::ONE, index.max, Down)
    }
}

/// The most that a step of this size may gain: `max₊ · size`, where `max₊` is at most `max₋`.
///
/// **Errors** [`GmxError::Overflow`].
pub fn most_gain(params: &ImpactParams, size: U256) -> Result<I256, GmxError> {
    signed(apply_factor(
        size,
        params.max_positive.min(params.max_negative),
    )?)
}

/// What may still be lent to traders beyond the impact pool, USD.
///
/// **Formula** `min(pool · max_lendable_factor, max_lendable_usd) − lent · index`, at least zero;
/// the pool at the least prices, what is lent at the greatest. Zero before V2.2, where nothing is lent.
/// **Errors** [`GmxError::Overflow`].
pub fn lendable_usd(market: &Market, prices: &Prices) -> Result<U256, GmxError> {
    let params = &market.params.impact;
    if !params.settled_at_close {
        return Ok(U256::ZERO);
    }
    let mut pool = U256::ZERO;
    for token in PoolToken::BOTH {
        let usd = in_usd(market.pool_amount(token), prices.of(token).min)?;
        pool = add(pool, usd)?;
    }
    let most = apply_factor(pool, params.max_lendable_factor)?.min(params.max_lendable_usd);
    Ok(most.saturating_sub(in_usd(market.lent_impact, prices.index.max)?))
}

/// A gain no greater than the impact pool at the least index price and what may be lent.
///
/// **Errors** [`GmxError::Overflow`].
pub fn cap_by_pool(market: &Market, usd: I256, prices: &Prices) -> Result<I256, GmxError> {
    let pool = in_usd(market.impact_pool, prices.index.min)?;
    Ok(usd.min(signed(add(pool, lendable_usd(market, prices)?)?)?))
}

/// The impact that a close settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CloseImpact {
    /// Of the close alone, before any cap.
    pub quote: Impact,
    /// Of the close alone, its gain capped by `max₊ · size`: moves the execution price.
    pub close_usd: I256,
    /// The part of the position's pending impact that falls due, index tokens.
    pub pending_tokens: I256,
    /// The same in USD: a gain at the least index price, a cost at the greatest.
    pub pending_usd: I256,
    /// What is settled.
    pub total_usd: I256,
    /// What is taken beyond `max₋ · size` and may be claimed back later.
    pub excess_usd: U256,
}

/// What the close of a part of a position settles.
///
/// **Formula** `pending · size/position` plus the impact of the close; below `−max₋ · size` it is
/// cut there and the rest becomes the excess; then at most `max₊ · size`, then at most the impact
/// pool and what may be lent.
/// **Rounding** the pending part down if it is a gain, up in magnitude if it is a cost.
/// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`] for a position without size.
/// **Source** gmx-synthetics, `position/DecreasePositionCollateralUtils.sol`.
pub fn quote_close(
    market: &Market,
    position: &Position,
    change: &Change,
    prices: &Prices,
) -> Result<CloseImpact, GmxError> {
    let params = &market.params.impact;
    let quote = quote(market, change, prices.index)?;
    let most = most_gain(params, change.usd)?;
    let close_usd = quote.usd.min(most);
    let (pending_tokens, pending_usd) = pending_part(position, change.usd, prices.index)?;
    let total = signed_add(pending_usd, close_usd)?;
    let least = signed(apply_factor(change.usd, params.max_negative)?)?.wrapping_neg();
    let excess_usd = or_zero(signed_sub(least, total)?);
    let total_usd = cap_by_pool(market, total.max(least).min(most), prices)?;
    Ok(CloseImpact {
        quote,
        close_usd,
        pending_tokens,
        pending_usd,
        total_usd,
        excess_usd,
    })
}

/// The part of a position's pending impact that falls due when `size` of it is closed: index
/// tokens, and USD at the price that is worse for the trader.
///
/// **Rounding** a gain down, a cost up in magnitude.
/// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`] for a position without size.
pub fn pending_part(
    position: &Position,
    size: U256,
    index: Price,
) -> Result<(I256, I256), GmxError> {
    let pending = position.pending_impact;
    let (rounding, bound) = if pending.is_negative() {
        (Up, Bound::Max)
    } else {
        (Down, Bound::Min)
    };
    let tokens = signed_mul_div(pending, size, position.size_usd, rounding)?;
    Ok((tokens, signed_in_usd(tokens, index.pick(bound))?))
}

/// Takes a gain from the impact pool; what it lacks becomes lent.
///
/// **Formula** `ceil(usd / index.min)` tokens. **Returns** how many of them are lent.
/// **Errors** [`GmxError::Overflow`].
pub fn take_from_impact_pool(
    market: &mut Market,
    usd: U256,
    index: Price,
) -> Result<(U256, U256), GmxError> {
    let tokens = divide(usd, index.min, Up)?;
    let lent = tokens.saturating_sub(market.impact_pool);
    market.lent_impact = add(market.lent_impact, lent)?;
    market.impact_pool = market.impact_pool.saturating_sub(tokens);
    Ok((tokens, lent))
}

/// Adds what a trader paid to the impact pool, after what was lent is repaid.
///
/// **Formula** `floor(usd / index.max)` tokens. **Returns** them all, and how many repay.
/// **Errors** [`GmxError::Overflow`].
pub fn add_to_impact_pool(
    market: &mut Market,
    usd: U256,
    index: Price,
) -> Result<(U256, U256), GmxError> {
    let tokens = divide(usd, index.max, Down)?;
    let repaid = tokens.min(market.lent_impact);
    market.lent_impact = market.lent_impact.saturating_sub(repaid);
    market.impact_pool = add(market.impact_pool, tokens.saturating_sub(repaid))?;
    Ok((tokens, repaid))
}
