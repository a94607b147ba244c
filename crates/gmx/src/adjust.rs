//! What a decrease becomes before it is executed, so that nothing is left that could not live.
use ethnum::{I256, U256};

use crate::GmxError;
use crate::collateral::{Prospect, net, sufficiency};
use crate::decrease::Decrease;
use crate::number::{Rounding, in_usd, signed, signed_add, signed_mul_div, signed_sub};
use crate::pnl::{part_in_tokens, position_pnl};
use crate::prices::Prices;
use crate::state::{Market, Position};
use crate::totals::collateral_price;

/// Why a decrease in part became a full close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grown {
    /// Collateral and open profit of the rest would be below the least collateral.
    LittleCollateral,
    /// The rest would be below the least size.
    LittleSize,
    /// The rest would have no tokens.
    NoTokens,
}

/// A decrease as it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adjusted {
    /// Size, USD.
    pub size_usd: U256,
    /// Collateral that the trader takes out, tokens: at most what there is, nothing at a full
    /// close (which pays all of it out) and nothing if the rest would not be enough.
    pub withdraw: U256,
    /// Why it became a full close, if it did.
    pub grown: Option<Grown>,
}

/// Adjusts a decrease.
///
/// The estimates use the profit at the worse price: the part that is realised (only a loss counts
/// against the collateral) and the part that remains.
///
/// **Errors** [`GmxError::Insufficient`] for more than the position's size, [`GmxError::Refused`] for
/// a withdrawal alone that would leave too little collateral.
/// **Source** gmx-synthetics, `position/DecreasePositionUtils.sol`.
pub fn adjust(
    market: &Market,
    position: &Position,
    order: &Decrease,
    prices: &Prices,
) -> Result<Adjusted, GmxError> {
    let full = |grown| Adjusted {
        size_usd: position.size_usd,
        withdraw: U256::ZERO,
        grown,
    };
    let rest = crate::take("the position's size", position.size_usd, order.size_usd)?;
    if rest == U256::ZERO {
        return Ok(full(None));
    }
    let (withdraw, remaining) = withdrawal(market, position, order, prices)?;
    let params = &market.params.collateral;
    let grown = if remaining < signed(params.min_usd)? {
        Some(Grown::LittleCollateral)
    } else if order.size_usd > U256::ZERO && rest < params.min_position_usd {
        Some(Grown::LittleSize)
    } else if part_in_tokens(position, order.size_usd)? == position.size_tokens {
        Some(Grown::NoTokens)
    } else {
        None
    };
    if grown.is_some() {
        return Ok(full(grown));
    }
    Ok(Adjusted {
        size_usd: order.size_usd,
        withdraw,
        grown,
    })
}

/// What may be withdrawn, and the estimate of what collateral and open profit remain, USD.
fn withdrawal(
    market: &Market,
    position: &Position,
    order: &Decrease,
    prices: &Prices,
) -> Result<(U256, I256), GmxError> {
    let withdraw = order.withdraw.min(position.collateral);
    let pnl = position_pnl(market, position, prices, position.size_usd)?.whole;
    let realised = signed_mul_div(pnl, order.size_usd, position.size_usd, Rounding::Down)?;
    let rest = signed_sub(signed(position.size_usd)?, signed(order.size_usd)?)?;
    let prospect = Prospect {
        size_usd: rest.unsigned_abs(),
        collateral: net(position.collateral, withdraw)?,
        realised,
        open_interest_delta: signed(order.size_usd)?.wrapping_neg(),
    };
    let enough = sufficiency(market, position, &prospect, prices)?;
    let open = signed_sub(pnl, realised)?;
    let remaining = signed_add(enough.remaining_usd, open)?;
    if enough.is_met()? {
        return Ok((withdraw, remaining));
    }
    if order.size_usd == U256::ZERO {
        return Err(GmxError::Refused {
            reason: "the collateral left would be too little for the size",
        });
    }
    let price = collateral_price(position, prices).min;
    let back = signed(in_usd(withdraw, price)?)?;
    Ok((U256::ZERO, signed_add(remaining, back)?))
}
