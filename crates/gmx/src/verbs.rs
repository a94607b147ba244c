//! The verbs of a market: each brings funding and borrowing up to date and then takes one step.
use ethnum::U256;

use crate::adl::{self, AdlReport, AdlState};
use crate::decrease::{self, Decrease, DecreaseReport, Kind};
use crate::fees::Dues;
use crate::increase::{self, Increase, IncreaseReport};
use crate::liquidation::{Health, Purpose, health};
use crate::{GmxError, Market, Position, Prices, Side};

/// What a liquidation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiquidationReport {
    /// The health that allowed it.
    pub health: Health,
    /// The close.
    pub decrease: DecreaseReport,
}

impl Market {
    /// Opens a position ([`Position::empty`]) or increases one.
    ///
    /// **Errors** those of [`Market::accrue`] and of [`increase`](increase::increase); market and
    /// position are then as they were.
    pub fn increase(
        &mut self,
        position: &mut Position,
        order: &Increase,
        prices: &Prices,
        now: u64,
    ) -> Result<IncreaseReport, GmxError> {
        let (mut market, mut next) = self.accrued(position, prices, now)?;
        let dues = Dues::of(&market, position)?;
        let report = increase::commit(&mut market, &mut next, order, prices, &dues)?;
        next.increased_at = Some(now);
        *self = market;
        *position = next;
        Ok(report)
    }

    /// Decreases or closes a position by its trader's order ([`Decrease::kind`] is taken for
    /// [`Kind::Order`]).
    ///
    /// **Errors** those of [`Market::accrue`] and of [`decrease`](decrease::decrease); market and
    /// position are then as they were.
    pub fn decrease(
        &mut self,
        position: &mut Position,
        order: &Decrease,
        prices: &Prices,
        now: u64,
    ) -> Result<DecreaseReport, GmxError> {
        let (mut market, mut next) = self.accrued(position, prices, now)?;
        let dues = Dues::of(&market, position)?;
        let order = Decrease {
            kind: Kind::Order,
            ..*order
        };
        let report = decrease::commit(&mut market, &mut next, &order, prices, &dues)?;
        *self = market;
        *position = next;
        Ok(report)
    }

    /// Liquidates a whole position.
    ///
    /// **Errors** [`GmxError::NotLiquidatable`] when its [`health`] allows none, and those of
    /// [`Market::decrease`] but for what cannot be paid; market and position are then as they were.
    pub fn liquidate(
        &mut self,
        position: &mut Position,
        prices: &Prices,
        now: u64,
    ) -> Result<LiquidationReport, GmxError> {
        let (mut market, mut next) = self.accrued(position, prices, now)?;
        let dues = Dues::of(&market, position)?;
        let health = health(&market, position, prices, &dues, Purpose::Liquidation)?;
        if health.reason.is_none() {
            return Err(GmxError::NotLiquidatable {
                remaining: health.remaining,
            });
        }
        let order = Decrease::of(Kind::Liquidation, position.size_usd);
        let decrease = decrease::commit(&mut market, &mut next, &order, prices, &dues)?;
        *self = market;
        *position = next;
        Ok(LiquidationReport { health, decrease })
    }

    /// Sets or clears the flag of a side for deleveraging: see [`adl::update`].
    ///
    /// **Errors** those of [`adl::update`].
    pub fn update_adl(&mut self, side: Side, prices: &Prices) -> Result<AdlState, GmxError> {
        adl::update(self, side, prices)
    }

    /// Deleverages a position by `size` USD.
    ///
    /// **Errors** those of [`Market::accrue`] and of [`adl::deleverage`]; market and position are then
    /// as they were.
    pub fn deleverage(
        &mut self,
        position: &mut Position,
        size: U256,
        prices: &Prices,
        now: u64,
    ) -> Result<AdlReport, GmxError> {
        let (mut market, mut next) = self.accrued(position, prices, now)?;
        let dues = Dues::of(&market, position)?;
        let report = adl::commit(&mut market, &mut next, size, prices, &dues)?;
        *self = market;
        *position = next;
        Ok(report)
    }

    /// Copies to work on, with funding and borrowing up to date.
    fn accrued(
        &self,
        position: &Position,
        prices: &Prices,
        now: u64,
    ) -> Result<(Self, Position), GmxError> {
        self.check_prices(prices)?;
        let mut market = self.clone();
        market.accrue(prices, now)?;
        Ok((market, *position))
    }
}
