//! What a side's pool holds back for the profits of its positions, and the limits on open interest.
use ethnum::U256;

use crate::number::{apply_factor, to_factor};
use crate::value::side_pool_usd;
use crate::{GmxError, Market, PoolToken, Prices, Side};

/// Which share of the pool may be reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReserveKind {
    /// Checked when a position is opened: [`Params::open_interest_reserve_factor`](crate::Params).
    OpenInterest,
    /// Checked when liquidity leaves, and at an open too: [`Params::reserve_factor`](crate::Params).
    Pool,
}

impl ReserveKind {
    /// Its factor for a side.
    #[must_use]
    pub const fn factor(self, market: &Market, side: Side) -> U256 {
        match self {
            Self::OpenInterest => *market.params.open_interest_reserve_factor.of(side),
            Self::Pool => *market.params.reserve_factor.of(side),
        }
    }
}

/// USD that the pool of a side must hold back.
///
/// **Formula** longs `tokens · greatest index price` (a long's profit has no end, so it is reserved
/// in what it is paid in), shorts `usd at entry` (the most that they can win). **Units** USD with
/// thirty decimals.
///
/// **Errors** [`GmxError::Overflow`].
pub fn reserved_usd(market: &Market, prices: &Prices, side: Side) -> Result<U256, GmxError> {
    match side {
        Side::Long => {
            let tokens = market.open_interest_in_tokens(side)?;
            tokens
                .checked_mul(prices.index.max)
                .ok_or(GmxError::Overflow {
                    what: "the reserve",
                })
        }
        Side::Short => market.open_interest_usd(side),
    }
}

/// USD of a side's pool at the least price of its token.
///
/// **Errors** [`GmxError::Overflow`].
pub fn pool_usd(market: &Market, prices: &Prices, side: Side) -> Result<U256, GmxError> {
    let token = PoolToken::of_profit(side);
    side_pool_usd(market, token, prices.of(token).min)
}

/// Most USD that may be reserved: `floor(pool · factor)`, at the least price of the pool's token.
///
/// **Errors** [`GmxError::Overflow`].
pub fn max_reserved_usd(
    market: &Market,
    prices: &Prices,
    side: Side,
    kind: ReserveKind,
) -> Result<U256, GmxError> {
    apply_factor(pool_usd(market, prices, side)?, kind.factor(market, side))
}

/// Whether a side's reserve is within its limit.
///
/// ```
/// use seawall_gmx::{Market, ONE, Preset, Price, Prices, Side, U256, reserve};
/// use reserve::ReserveKind::OpenInterest;
/// let mut market = Market::new(Preset::Eth.market()?.params)?;
/// // 1,000 ETH at 2,000 USD are 2 m USD of pool: at 270 % longs may reserve 5.4 m, 2,700 ETH.
/// let prices = Prices {
///     index: Price::at(U256::new(2_000_000_000_000_000)),
///     long: Price::at(U256::new(2_000_000_000_000_000)),
///     short: Price::at(U256::new(1_000_000_000_000_000_000_000_000)),
/// };
/// let eth = U256::new(1_000_000_000_000_000_000);
/// market.pool.long = eth * 1_000;
/// market.open_interest_tokens.long.long = eth * 2_700;
/// assert!(reserve::validate(&market, &prices, Side::Long, OpenInterest).is_ok());
/// market.open_interest_tokens.long.long += 1;
/// assert!(reserve::validate(&market, &prices, Side::Long, OpenInterest).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// **Errors** [`GmxError::Limit`] when it is above, [`GmxError::Overflow`].
pub fn validate(
    market: &Market,
    prices: &Prices,
    side: Side,
    kind: ReserveKind,
) -> Result<(), GmxError> {
    let value = reserved_usd(market, prices, side)?;
    let allowed = max_reserved_usd(market, prices, side, kind)?;
    let limit = match (kind, side) {
        (ReserveKind::OpenInterest, Side::Long) => "open interest reserve of longs",
        (ReserveKind::OpenInterest, Side::Short) => "open interest reserve of shorts",
        (ReserveKind::Pool, Side::Long) => "reserve of longs",
        (ReserveKind::Pool, Side::Short) => "reserve of shorts",
    };
    within(limit, value, allowed)
}

/// Whether a side's open interest at entry prices is within its limit.
///
/// **Errors** [`GmxError::Limit`] when it is above, [`GmxError::Overflow`].
pub fn validate_open_interest(market: &Market, side: Side) -> Result<(), GmxError> {
    let value = market.open_interest_usd(side)?;
    let limit = match side {
        Side::Long => "open interest of longs",
        Side::Short => "open interest of shorts",
    };
    within(limit, value, *market.params.max_open_interest.of(side))
}

/// Share of what may be reserved for open interest that is.
///
/// **Formula** `floor(10³⁰ · reserved / floor(pool · open interest reserve factor))`. **Units**
/// thirty decimals.
///
/// **Errors** [`GmxError::DivisionByZero`] when nothing may be reserved, [`GmxError::Overflow`].
pub fn usage(market: &Market, prices: &Prices, side: Side) -> Result<U256, GmxError> {
    let allowed = max_reserved_usd(market, prices, side, ReserveKind::OpenInterest)?;
    to_factor(reserved_usd(market, prices, side)?, allowed)
}

pub(crate) fn within(limit: &'static str, value: U256, allowed: U256) -> Result<(), GmxError> {
    if value > allowed {
        return Err(GmxError::Limit {
            limit,
            value,
            allowed,
        });
    }
    Ok(())
}
