//! Automatic deleveraging: when a side's open profit is large against its pool.
use ethnum::{I256, U256};

use crate::GmxError;
use crate::decrease::{self, Decrease, DecreaseReport, Kind};
use crate::fees::Dues;
use crate::number::signed;
use crate::pnl::{pnl_factor, position_pnl};
use crate::prices::Prices;
use crate::side::Side;
use crate::state::{Market, Position, whole_or_nothing};

/// A side's profit over its pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdlState {
    /// Greatest profit over the least value of the pool.
    pub factor: I256,
    /// Above which deleveraging is enabled.
    pub max: U256,
    /// Whether it is.
    pub enabled: bool,
}

/// A keeper's look at a side: sets or clears its flag.
///
/// **Formula** enabled iff [`pnl_factor`] > max pnl factor for ADL.
/// **Errors** [`GmxError::Overflow`], [`GmxError::Price`].
/// **Source** gmx-synthetics, `adl/AdlUtils.sol`.
pub fn update(market: &mut Market, side: Side, prices: &Prices) -> Result<AdlState, GmxError> {
    let state = look(market, side, prices)?;
    *market.adl_enabled.of_mut(side) = state.enabled;
    Ok(state)
}

fn look(market: &Market, side: Side, prices: &Prices) -> Result<AdlState, GmxError> {
    market.check_prices(prices)?;
    let factor = pnl_factor(market, side, prices)?;
    let max = market.params.pnl.of(side).adl;
    Ok(AdlState {
        factor,
        max,
        enabled: factor > signed(max)?,
    })
}

/// What a deleveraging came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdlReport {
    /// The side's profit over its pool before.
    pub before: I256,
    /// And after.
    pub after: I256,
    /// The decrease.
    pub decrease: DecreaseReport,
}

/// Deleverages a position by `size` USD, in a market whose funding and borrowing are up to date.
///
/// **Errors** [`GmxError::Refused`] when the side's flag is not set, the factor is no longer above its
/// maximum or does not fall; [`GmxError::BelowMinimum`] when it falls below the minimum after ADL;
/// those of [`decrease()`](decrease::decrease). Market and position are then as they were.
/// **Source** gmx-synthetics, `exchange/AdlHandler.sol`.
pub fn deleverage(
    market: &mut Market,
    position: &mut Position,
    size: U256,
    prices: &Prices,
    dues: &Dues,
) -> Result<AdlReport, GmxError> {
    whole_or_nothing(market, position, |market, position| {
        commit(market, position, size, prices, dues)
    })
}

/// The same on copies: after an error they are of no use.
pub(crate) fn commit(
    market: &mut Market,
    position: &mut Position,
    size: U256,
    prices: &Prices,
    dues: &Dues,
) -> Result<AdlReport, GmxError> {
    let side = position.side;
    if !market.adl_enabled.of(side) {
        return Err(GmxError::Refused {
            reason: "deleveraging of this side is not enabled",
        });
    }
    let state = look(market, side, prices)?;
    if !state.enabled {
        return Err(GmxError::Refused {
            reason: "the profit of this side is no longer above its maximum for deleveraging",
        });
    }
    let order = Decrease::of(Kind::Adl, size);
    let decrease = decrease::commit(market, position, &order, prices, dues)?;
    let after = pnl_factor(market, side, prices)?;
    if after >= state.factor {
        return Err(GmxError::Refused {
            reason: "the profit of this side over its pool does not fall",
        });
    }
    let least = signed(market.params.pnl.of(side).after_adl)?;
    if after < least {
        return Err(GmxError::BelowMinimum {
            limit: "the profit of the side over its pool after deleveraging",
            value: after,
            least,
        });
    }
    Ok(AdlReport {
        before: state.factor,
        after,
        decrease,
    })
}

/// The greatest size, to about a billionth, by which a position may be deleveraged now; `None` when
/// no size is allowed.
///
/// The whole position if that keeps the factor at or above its minimum after ADL; else the greatest
/// of thirty halvings.
///
/// **Errors** none but those of the trial steps that are not about the size.
pub fn greatest_size(
    market: &Market,
    position: &Position,
    prices: &Prices,
    dues: &Dues,
) -> Result<Option<U256>, GmxError> {
    let fits = |size| {
        let (mut market, mut position) = (market.clone(), *position);
        deleverage(&mut market, &mut position, size, prices, dues).is_ok()
    };
    if fits(position.size_usd) {
        return Ok(Some(position.size_usd));
    }
    let (mut low, mut step) = (U256::ZERO, position.size_usd);
    for _ in 0..30_u32 {
        step = step.wrapping_shr(1);
        let size = crate::add(low, step)?;
        if fits(size) {
            low = size;
        }
    }
    Ok((low > U256::ZERO).then_some(low))
}

/// Whom the keeper names: the contracts ask for no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum AdlPolicy {
    /// The position with the greatest profit.
    LargestProfit,
    /// The position that was opened or increased first.
    Oldest,
    /// Any of them, by a number that the caller draws.
    Random {
        /// The draw.
        seed: u64,
    },
}

/// The position that the keeper names: among those of the side that are in profit.
///
/// Of equals the first is taken. **Returns** its place in `positions`.
/// **Errors** [`GmxError::Overflow`].
pub fn choose(
    market: &Market,
    positions: &[Position],
    side: Side,
    policy: AdlPolicy,
    prices: &Prices,
) -> Result<Option<usize>, GmxError> {
    let mut winners: Vec<(usize, I256, Option<u64>)> = Vec::new();
    for (place, position) in positions.iter().enumerate() {
        if position.side != side || position.size_tokens == U256::ZERO {
            continue;
        }
        let profit = position_pnl(market, position, prices, position.size_usd)?.whole_uncapped;
        if profit.is_positive() {
            winners.push((place, profit, position.increased_at));
        }
    }
    let chosen = match policy {
        AdlPolicy::LargestProfit => winners.iter().rev().max_by_key(|winner| winner.1),
        AdlPolicy::Oldest => winners.iter().min_by_key(|winner| winner.2),
        AdlPolicy::Random { seed } => {
            let draw = u64::try_from(winners.len())
                .ok()
                .and_then(|n| seed.checked_rem(n));
            draw.and_then(|draw| winners.get(usize::try_from(draw).ok()?))
        }
    };
    Ok(chosen.map(|winner| winner.0))
}
