//! What a step of a position costs besides impact.
use ethnum::U256;

use crate::GmxError;
use crate::number::Rounding::{Down, Up};
use crate::number::{add, apply_factor, divide};
use crate::params::FeeParams;
use crate::side::ByToken;
use crate::state::{Market, Position};
use crate::{borrowing, funding};

/// What a position owes and may claim since its last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dues {
    /// Funding that it owes, tokens of its collateral.
    pub funding: U256,
    /// Funding that it may claim.
    pub claim: ByToken<U256>,
    /// Borrowing fee that it owes, USD.
    pub borrowing_usd: U256,
}

impl Dues {
    /// What a position owes and may claim in a market whose funding and borrowing are up to date.
    ///
    /// **Errors** those of [`funding::dues`] and [`borrowing::dues_usd`].
    pub fn of(market: &Market, position: &Position) -> Result<Self, GmxError> {
        let funding = funding::dues(market, position)?;
        Ok(Self {
            funding: funding.fee,
            claim: funding.claim,
            borrowing_usd: borrowing::dues_usd(market, position)?,
        })
    }
}

/// The fees of one step, all but [`Fees::claim`] in tokens of the position's collateral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fees {
    /// Position fee.
    pub position: U256,
    /// Borrowing fee.
    pub borrowing: U256,
    /// Liquidation fee.
    pub liquidation: U256,
    /// Funding; it goes to the other side, not to the pool.
    pub funding: U256,
    /// Funding that the trader may claim.
    pub claim: ByToken<U256>,
    /// What of the three fees goes to the protocol.
    pub for_protocol: U256,
    /// What of them goes to the pool.
    pub for_pool: U256,
}

impl Fees {
    /// All fees but funding.
    ///
    /// **Errors** [`GmxError::Overflow`].
    pub fn without_funding(&self) -> Result<U256, GmxError> {
        add(add(self.position, self.borrowing)?, self.liquidation)
    }

    /// All fees and funding.
    ///
    /// **Errors** [`GmxError::Overflow`].
    pub fn total(&self) -> Result<U256, GmxError> {
        add(self.without_funding()?, self.funding)
    }

    /// What is left of the fees when they could not be paid in full in the collateral token: the
    /// claim alone.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self {
            claim: self.claim,
            ..Self::default()
        }
    }
}

/// What fees are taken on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeBase {
    /// Size of the step, USD.
    pub size: U256,
    /// Whether the step improves the balance: the tier of the position fee.
    pub improved: bool,
    /// Size that is liquidated, USD; else zero.
    pub liquidated: U256,
    /// The least price of the collateral token.
    pub price: U256,
}

/// The fees of a step.
///
/// **Formula** position `floor(floor(size · factor) / price)`; borrowing `floor(usd / price)`;
/// liquidation `ceil(floor(size · factor) / price)`; of each `floor(share · fee)` to the protocol and
/// the rest to the pool.
/// **Rounding** as written: position and borrowing fee for the trader, the liquidation fee for the
/// pool, the protocol's share for the pool.
/// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`] for a price of zero.
/// **Source** gmx-synthetics, `pricing/PositionPricingUtils.sol`.
///
/// ```
/// use seawall_gmx::fees::{Dues, FeeBase, fees};
/// use seawall_gmx::{FeeParams, ONE, U256};
/// let params = FeeParams {
///     position_worsening: ONE * U256::new(6) / U256::new(10_000),
///     receiver_share: ONE * U256::new(37) / U256::new(100),
///     ..FeeParams::default()
/// };
/// // 0.06 % of 50,000 USD in USDC (10^24 a unit): 30 USDC, of which 11.10 to the protocol.
/// let base = FeeBase {
///     size: ONE * U256::new(50_000),
///     improved: false,
///     liquidated: U256::ZERO,
///     price: U256::new(10).pow(24),
/// };
/// let fees = fees(&params, &base, &Dues::default())?;
/// assert_eq!(fees.position, U256::new(30_000_000));
/// assert_eq!(fees.for_protocol, U256::new(11_100_000));
/// assert_eq!(fees.for_pool, U256::new(18_900_000));
/// # Ok::<(), seawall_gmx::GmxError>(())
/// ```
pub fn fees(params: &FeeParams, base: &FeeBase, dues: &Dues) -> Result<Fees, GmxError> {
    let factor = if base.improved {
        params.position_improving
    } else {
        params.position_worsening
    };
    let position = divide(apply_factor(base.size, factor)?, base.price, Down)?;
    let borrowing = divide(dues.borrowing_usd, base.price, Down)?;
    let liquidation = apply_factor(base.liquidated, params.liquidation)?;
    let liquidation = divide(liquidation, base.price, Up)?;
    let mut fees = Fees {
        position,
        borrowing,
        liquidation,
        funding: dues.funding,
        claim: dues.claim,
        ..Fees::default()
    };
    for (fee, share) in [
        (position, params.receiver_share),
        (borrowing, params.borrowing_receiver_share),
        (liquidation, params.receiver_share),
    ] {
        let protocol = apply_factor(fee, share)?;
        fees.for_protocol = add(fees.for_protocol, protocol)?;
        fees.for_pool = add(fees.for_pool, fee.saturating_sub(protocol))?;
    }
    Ok(fees)
}
