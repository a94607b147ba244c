//! What a market and a position remember between two steps.
use ethnum::{I256, U256};

use crate::GmxError;
use crate::number::{add, take};
use crate::params::Params;
use crate::prices::Prices;
use crate::side::{BySide, ByToken, PoolToken, Side};

/// One isolated market: parameters, pool, sums over its positions, cumulative factors.
///
/// USD and factors have thirty decimals, tokens their own, times are whole seconds. The fields are
/// public so that a step can be tried from any state; the steps keep them consistent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Market {
    /// Its parameters.
    pub params: Params,
    /// Tokens that belong to the liquidity providers. With one token for both sides
    /// ([`Params::single_token`]) all of it stands under the long token.
    pub pool: ByToken<U256>,
    /// Index tokens of the position impact pool; they are part of the pool's tokens and belong to
    /// traders.
    pub impact_pool: U256,
    /// Index tokens that were paid out beyond the impact pool.
    pub lent_impact: U256,
    /// Sum of all positions' pending impact, index tokens.
    pub total_pending_impact: I256,
    /// When the impact pool was distributed last.
    pub impact_distributed_at: Option<u64>,
    /// The swap impact pool.
    pub swap_impact_pool: ByToken<U256>,
    /// Open interest in USD at entry, by side and collateral token.
    pub open_interest: BySide<ByToken<U256>>,
    /// Open interest in index tokens, by side and collateral token.
    pub open_interest_tokens: BySide<ByToken<U256>>,
    /// Sum of the positions' collateral, by side and token.
    pub collateral_sum: BySide<ByToken<U256>>,
    /// Borrowing of each side.
    pub borrowing: BySide<Borrowing>,
    /// When borrowing was brought up to date last.
    pub borrowing_updated_at: Option<u64>,
    /// Funding between the sides.
    pub funding: Funding,
    /// Net open interest of all markets of the same index token, short above zero: index tokens if
    /// the balance is taken in tokens ([`ImpactParams::balance_in_tokens`]), else USD at entry;
    /// `None` without a virtual token id.
    ///
    /// [`ImpactParams::balance_in_tokens`]: crate::ImpactParams::balance_in_tokens
    pub virtual_inventory: Option<I256>,
    /// Market tokens, eighteen decimals.
    pub supply: U256,
    /// Fees that belong to the protocol.
    pub protocol_fees: ByToken<U256>,
    /// Whether ADL of a side is enabled, by the last check of the keeper.
    pub adl_enabled: BySide<bool>,
}

/// What a side has accrued of borrowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Borrowing {
    /// Cumulative factor, thirty decimals.
    pub cumulative: U256,
    /// `Σ floor(size · entry factor / 10³⁰)` over the side's positions.
    pub total: U256,
}

/// Funding between longs and shorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Funding {
    /// The stored rate per second, thirty decimals; above zero longs pay.
    pub rate: I256,
    /// Owed per USD of size with forty-five decimals, in tokens, by side and collateral token.
    pub fee_per_size: BySide<ByToken<U256>>,
    /// Claimable per USD of size, by side and by the token it is paid in.
    pub claimable_per_size: BySide<ByToken<U256>>,
    /// When it was brought up to date last.
    pub updated_at: Option<u64>,
}

impl Market {
    /// An empty market.
    ///
    /// **Errors** [`GmxError::Param`] of the first parameter out of its range.
    pub fn new(params: Params) -> Result<Self, GmxError> {
        params.validate()?;
        let virtual_inventory = params.virtual_inventory.then_some(I256::ZERO);
        Ok(Self {
            params,
            pool: ByToken::default(),
            impact_pool: U256::ZERO,
            lent_impact: U256::ZERO,
            total_pending_impact: I256::ZERO,
            impact_distributed_at: None,
            swap_impact_pool: ByToken::default(),
            open_interest: BySide::default(),
            open_interest_tokens: BySide::default(),
            collateral_sum: BySide::default(),
            borrowing: BySide::default(),
            borrowing_updated_at: None,
            funding: Funding::default(),
            virtual_inventory,
            supply: U256::ZERO,
            protocol_fees: ByToken::default(),
            adl_enabled: BySide::default(),
        })
    }

    /// Where the amounts of a token stand: with one token for both sides, under the long one.
    #[must_use]
    pub const fn slot(&self, token: PoolToken) -> PoolToken {
        match self.params.single_token {
            true => PoolToken::Long,
            false => token,
        }
    }

    /// By what an amount of a token is divided where it stands for one side: two with one token
    /// for both sides.
    #[must_use]
    pub const fn divisor(&self) -> U256 {
        match self.params.single_token {
            true => U256::new(2),
            false => U256::ONE,
        }
    }

    /// A token's amount in the pool as one side counts it: with a single token half of it.
    #[must_use]
    pub fn pool_amount(&self, token: PoolToken) -> U256 {
        let amount = *self.pool.of(self.slot(token));
        if self.params.single_token {
            amount.wrapping_shr(1)
        } else {
            amount
        }
    }

    /// Adds tokens to the pool.
    ///
    /// **Errors** [`GmxError::Overflow`].
    pub fn add_to_pool(&mut self, token: PoolToken, amount: U256) -> Result<(), GmxError> {
        let slot = self.slot(token);
        let after = add(*self.pool.of(slot), amount)?;
        *self.pool.of_mut(slot) = after;
        Ok(())
    }

    /// Takes tokens out of the pool.
    ///
    /// **Errors** [`GmxError::Insufficient`] when it holds less.
    pub fn take_from_pool(&mut self, token: PoolToken, amount: U256) -> Result<(), GmxError> {
        let slot = self.slot(token);
        let after = take("the pool", *self.pool.of(slot), amount)?;
        *self.pool.of_mut(slot) = after;
        Ok(())
    }

    /// A side's open interest in USD at entry, over both collateral tokens.
    ///
    /// **Errors** [`GmxError::Overflow`].
    pub fn open_interest_usd(&self, side: Side) -> Result<U256, GmxError> {
        let by_token = self.open_interest.of(side);
        Ok(self.halves(add(by_token.long, by_token.short)?))
    }

    /// A side's open interest in index tokens.
    ///
    /// **Errors** [`GmxError::Overflow`].
    pub fn open_interest_in_tokens(&self, side: Side) -> Result<U256, GmxError> {
        let by_token = self.open_interest_tokens.of(side);
        Ok(self.halves(add(by_token.long, by_token.short)?))
    }

    /// With one token for both sides the contracts count every amount as twice its half: an odd unit
    /// is lost.
    fn halves(&self, amount: U256) -> U256 {
        match self.params.single_token {
            true => amount.wrapping_shr(1).wrapping_shl(1),
            false => amount,
        }
    }

    /// Whether prices are legal for this market: one token for both sides has one price.
    ///
    /// **Errors** [`GmxError::Price`], [`GmxError::Refused`].
    pub fn check_prices(&self, prices: &Prices) -> Result<(), GmxError> {
        prices.validate()?;
        if self.params.single_token && prices.long != prices.short {
            return Err(GmxError::Refused {
                reason: "one token for both sides has two prices",
            });
        }
        Ok(())
    }
}

/// One trader's position on one side with one collateral token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Its side.
    pub side: Side,
    /// The token of its collateral.
    pub collateral_token: PoolToken,
    /// Size at entry prices, USD.
    pub size_usd: U256,
    /// Size, index tokens.
    pub size_tokens: U256,
    /// Collateral, tokens.
    pub collateral: U256,
    /// Price impact that is settled at the close, index tokens.
    pub pending_impact: I256,
    /// The side's cumulative borrowing factor at the last step.
    pub borrowing_factor: U256,
    /// The side's funding fee per size at the last step.
    pub funding_fee_per_size: U256,
    /// The side's claimable funding per size at the last step.
    pub claimable_per_size: ByToken<U256>,
    /// When it was opened or increased last.
    pub increased_at: Option<u64>,
}

impl Position {
    /// A position of size zero.
    #[must_use]
    pub fn empty(side: Side, collateral_token: PoolToken) -> Self {
        Self {
            side,
            collateral_token,
            size_usd: U256::ZERO,
            size_tokens: U256::ZERO,
            collateral: U256::ZERO,
            pending_impact: I256::ZERO,
            borrowing_factor: U256::ZERO,
            funding_fee_per_size: U256::ZERO,
            claimable_per_size: ByToken::default(),
            increased_at: None,
        }
    }
}

impl Market {
    /// Brings funding and then borrowing up to `now`: the first thing in every step.
    ///
    /// **Errors** as [`funding::update`](crate::funding::update) and
    /// [`borrowing::update`](crate::borrowing::update); nothing has changed then.
    pub fn accrue(&mut self, prices: &crate::Prices, now: u64) -> Result<(), GmxError> {
        let before = self.funding;
        crate::funding::update(self, prices, now)?;
        crate::borrowing::update(self, prices, now).inspect_err(|_| self.funding = before)
    }
}

/// Takes a step on copies of market and position, and keeps them only when it can be taken whole.
///
/// **Errors** those of the step; market and position are then as they were.
pub(crate) fn whole_or_nothing<T>(
    market: &mut Market,
    position: &mut Position,
    step: impl FnOnce(&mut Market, &mut Position) -> Result<T, GmxError>,
) -> Result<T, GmxError> {
    let (mut next_market, mut next) = (market.clone(), *position);
    let report = step(&mut next_market, &mut next)?;
    *market = next_market;
    *position = next;
    Ok(report)
}
