//! Whether a position's collateral is enough for its size.
use ethnum::{I256, U256};

use crate::number::{apply_factor, in_usd, or_zero, signed, signed_add, signed_in_usd, signed_sub};
use crate::prices::Prices;
use crate::side::Side;
use crate::state::{Market, Position};
use crate::totals::collateral_price;
use crate::{GmxError, add};

/// The least collateral over size at the side's open interest.
///
/// **Formula** `open interest · multiplier`, the open interest after `delta`.
/// **Rounding** down. **Errors** [`GmxError::Overflow`].
/// **Source** gmx-synthetics, `market/MarketUtils.sol`.
///
/// An open interest of 83,333,333 USD makes 0.5 % of a multiplier of 6e-11.
pub fn min_factor_for_open_interest(
    market: &Market,
    side: Side,
    delta: I256,
) -> Result<U256, GmxError> {
    let after = signed_add(signed(market.open_interest_usd(side)?)?, delta)?;
    let multiplier = *market.params.collateral.open_interest_multiplier.of(side);
    apply_factor(or_zero(after), multiplier)
}

/// What collateral comes to and what it must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sufficiency {
    /// Collateral at the least price, less a loss that is being realised.
    pub remaining_usd: I256,
    /// What the size asks for.
    pub required_usd: U256,
}

impl Sufficiency {
    /// Whether it is enough.
    ///
    /// **Errors** [`GmxError::Overflow`].
    pub fn is_met(&self) -> Result<bool, GmxError> {
        let required = signed(self.required_usd)?;
        Ok(!self.remaining_usd.is_negative() && self.remaining_usd >= required)
    }
}

/// What a position would be, for [`sufficiency`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prospect {
    /// Its size, USD.
    pub size_usd: U256,
    /// Its collateral, tokens; below zero if more is withdrawn than there is.
    pub collateral: I256,
    /// The profit that is being realised; only a loss counts.
    pub realised: I256,
    /// By how much the side's open interest still changes.
    pub open_interest_delta: I256,
}

/// Whether collateral would be enough for a size: neither open profit nor fees count.
///
/// **Formula** `collateral · price − loss ≥ size · max(min factor, open interest · multiplier)`.
/// **Errors** [`GmxError::Overflow`].
/// **Source** gmx-synthetics, `position/PositionUtils.sol`.
pub fn sufficiency(
    market: &Market,
    position: &Position,
    prospect: &Prospect,
    prices: &Prices,
) -> Result<Sufficiency, GmxError> {
    let price = collateral_price(position, prices).min;
    let collateral = signed_in_usd(prospect.collateral, price)?;
    let remaining_usd = signed_add(collateral, prospect.realised.min(I256::ZERO))?;
    let by_interest =
        min_factor_for_open_interest(market, position.side, prospect.open_interest_delta)?;
    let factor = by_interest.max(market.params.collateral.min_factor);
    Ok(Sufficiency {
        remaining_usd,
        required_usd: apply_factor(prospect.size_usd, factor)?,
    })
}

/// What a position's collateral is worth at the token's least price, USD.
///
/// **Errors** [`GmxError::Overflow`].
pub fn collateral_usd(position: &Position, prices: &Prices) -> Result<U256, GmxError> {
    in_usd(position.collateral, collateral_price(position, prices).min)
}

/// The collateral after a change with a sign.
///
/// **Errors** [`GmxError::Insufficient`] when it would fall below zero.
pub fn after_change(position: &Position, change: I256) -> Result<U256, GmxError> {
    let amount = change.unsigned_abs();
    if change.is_negative() {
        crate::take("the collateral", position.collateral, amount)
    } else {
        add(position.collateral, amount)
    }
}

/// Tokens that come in less tokens that go out.
///
/// **Errors** [`GmxError::Overflow`].
pub fn net(incoming: U256, outgoing: U256) -> Result<I256, GmxError> {
    signed_sub(signed(incoming)?, signed(outgoing)?)
}
