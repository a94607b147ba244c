//! The drip from the position impact pool to the liquidity providers.
use ethnum::U256;

use crate::number::{add, apply_factor, take};
use crate::{GmxError, Market};

/// What drips, and what the impact pool holds then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distribution {
    /// Index tokens that go to the liquidity providers: they are part of the pool's tokens, so
    /// only the deduction for the impact pool becomes smaller.
    pub amount: U256,
    /// Index tokens left in the impact pool.
    pub left: U256,
}

/// What has dripped since the last distribution.
///
/// **Formula** `min(floor(seconds · rate / 10³⁰), impact pool − least)`; nothing without a rate or
/// at the least or below, or at the first time. **Units** index tokens.
///
/// **Errors** [`GmxError::Overflow`].
pub fn pending(market: &Market, now: u64) -> Result<Distribution, GmxError> {
    let impact = &market.params.impact;
    let none = Distribution {
        amount: U256::ZERO,
        left: market.impact_pool,
    };
    if impact.distribution_rate == U256::ZERO || market.impact_pool <= impact.min_pool {
        return Ok(none);
    }
    let room = take("the impact pool", market.impact_pool, impact.min_pool)?;
    let seconds = seconds_since(market.impact_distributed_at, now);
    let amount = apply_factor(seconds, impact.distribution_rate)?.min(room);
    Ok(Distribution {
        amount,
        left: take("the impact pool", market.impact_pool, amount)?,
    })
}

/// Distributes up to now.
///
/// **Errors** as [`pending`].
pub fn update(market: &mut Market, now: u64) -> Result<Distribution, GmxError> {
    let distribution = pending(market, now)?;
    market.impact_pool = distribution.left;
    market.impact_distributed_at = Some(now);
    Ok(distribution)
}

/// Seconds from one step to the next; none before the first one.
pub(crate) fn seconds_since(then: Option<u64>, now: u64) -> U256 {
    U256::from(then.map_or(0, |then| now.saturating_sub(then)))
}

/// A cumulative sum that grew by `rate · seconds`.
pub(crate) fn grown(sum: U256, rate: U256, seconds: U256) -> Result<U256, GmxError> {
    let what = "a cumulative factor";
    let delta = rate
        .checked_mul(seconds)
        .ok_or(GmxError::Overflow { what })?;
    add(sum, delta)
}
