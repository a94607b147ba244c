//! When a position may be liquidated.
use ethnum::{I256, U256};

use crate::GmxError;
use crate::collateral::collateral_usd;
use crate::fees::{Dues, FeeBase, fees};
use crate::impact::{Change, Direction, pending_part, quote};
use crate::number::{apply_factor, in_usd, signed, signed_add, signed_sub};
use crate::pnl::position_pnl;
use crate::prices::Prices;
use crate::state::{Market, Position};
use crate::totals::collateral_price;

/// For which step a position's health is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A keeper wants to liquidate it: the minimum in USD and the factor for liquidations count.
    Liquidation,
    /// It has been opened or increased: the minimum in USD and the general factor count.
    Increase,
    /// It has been decreased: only the general factor counts.
    Decrease,
}

/// Why a position may be liquidated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Less remains than the least collateral of any position.
    MinCollateral,
    /// Nothing remains.
    NothingLeft,
    /// Less remains than the size asks for.
    MinCollateralForLeverage,
}

/// A position's health, part by part; all in USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Collateral at the least price.
    pub collateral: U256,
    /// Open profit or loss after the cut that all profits of the side share.
    pub pnl: I256,
    /// Impact of a full close and all pending impact: never above zero, and not below
    /// `−size · max_for_liquidation`.
    pub impact: I256,
    /// Position fee of a full close, borrowing fee and funding.
    pub costs: U256,
    /// `collateral + pnl + impact − costs`.
    pub remaining: I256,
    /// `size · min factor`.
    pub required: U256,
    /// Why it may be liquidated, if it may.
    pub reason: Option<Reason>,
}

/// Looks at a position's health.
///
/// **Formula** `remaining = collateral + pnl + impact − (position fee + borrowing + funding)`; the
/// liquidation fee is no part of it. Liquidatable below the least collateral in USD, at zero or
/// less, or below `size · min factor`.
/// **Units** USD. **Rounding** each part as in its own formula; the costs are converted back at the
/// price they were divided by.
/// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`] for a position without size.
/// **Source** gmx-synthetics, `position/PositionUtils.sol`.
pub fn health(
    market: &Market,
    position: &Position,
    prices: &Prices,
    dues: &Dues,
    purpose: Purpose,
) -> Result<Health, GmxError> {
    let params = &market.params;
    let price = collateral_price(position, prices).min;
    let (impact, improved) = impact_of_full_close(market, position, prices)?;
    let base = FeeBase {
        size: position.size_usd,
        improved,
        liquidated: U256::ZERO,
        price,
    };
    let costs = in_usd(fees(&params.fees, &base, dues)?.total()?, price)?;
    let pnl = position_pnl(market, position, prices, position.size_usd)?.whole;
    let collateral = collateral_usd(position, prices)?;
    let remaining = signed_add(signed_add(signed(collateral)?, pnl)?, impact)?;
    let remaining = signed_sub(remaining, signed(costs)?)?;
    let (least, factor) = match purpose {
        Purpose::Liquidation => (
            Some(params.collateral.min_usd),
            params.collateral.min_factor_for_liquidation,
        ),
        Purpose::Increase => (
            Some(params.collateral.min_usd),
            params.collateral.min_factor,
        ),
        Purpose::Decrease => (None, params.collateral.min_factor),
    };
    let required = apply_factor(position.size_usd, factor)?;
    let below = |least| Ok::<_, GmxError>(remaining < signed(least)?);
    let reason = if least.map_or(Ok(false), below)? {
        Some(Reason::MinCollateral)
    } else if !remaining.is_positive() {
        Some(Reason::NothingLeft)
    } else if below(required)? {
        Some(Reason::MinCollateralForLeverage)
    } else {
        None
    };
    Ok(Health {
        collateral,
        pnl,
        impact,
        costs,
        remaining,
        required,
        reason,
    })
}

/// The impact that the health counts, and whether a full close improves the balance.
fn impact_of_full_close(
    market: &Market,
    position: &Position,
    prices: &Prices,
) -> Result<(I256, bool), GmxError> {
    let change = Change {
        side: position.side,
        direction: Direction::Decrease,
        usd: position.size_usd,
        tokens: position.size_tokens,
    };
    let close = quote(market, &change, prices.index)?;
    let (_, pending) = pending_part(position, position.size_usd, prices.index)?;
    let most = apply_factor(position.size_usd, market.params.impact.max_for_liquidation)?;
    let least = signed(most)?.wrapping_neg();
    let impact = signed_add(close.usd, pending)?;
    Ok((impact.min(I256::ZERO).max(least), close.improved))
}
