//! Liquidity: market tokens are minted at the pool's higher value and burned at its lower one.
use seawall_ledger::{Account, Cause};
use seawall_units::Round;
use seawall_units::{Shares, Side, Usd, mul_div};
use seawall_venue::Refusal;

use crate::pool::{Bound, Gm, Pool, shares_of};
use crate::venue::PoolVenue;

/// A request that waits for the attribution phase.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LpRequest {
    /// Pay this in.
    Deposit(Usd),
    /// Take this out.
    Withdrawal(Usd),
}

const fn refused<T>(reason: &'static str) -> Result<T, Refusal> {
    Err(Refusal::Liquidity { reason })
}

impl PoolVenue {
    /// The pool after a request, or why it is refused.
    pub(crate) fn after_request(&self, request: LpRequest) -> Result<Pool, Refusal> {
        match request {
            LpRequest::Deposit(amount) => self.after_deposit(amount),
            LpRequest::Withdrawal(amount) => self.after_withdrawal(amount),
        }
    }

    /// **Formula** minted = `amount · supply / value`, down; with no supply, tokens of one USD
    /// each. Refused when a side's profit factor is above `pnl.deposits` or the pool is full.
    /// **Source** gmx-synthetics, `market/MarketUtils.sol`.
    fn after_deposit(&self, amount: Usd) -> Result<Pool, Refusal> {
        let params = &self.terms.params;
        let mut pool = self.pool;
        if amount > Usd::MAX {
            return refused("the amount is out of range");
        }
        if self.any_side_exceeds(&pool, params.pnl.deposits) {
            return refused("traders' open profit is too large for deposits");
        }
        let value = pool.value(&self.terms, self.prices, Bound::High);
        let minted = match (pool.supply.is_zero(), value.is_positive()) {
            (true, _) => shares_of(value.or_zero() + amount),
            (false, false) => return refused("the pool has no value"),
            (false, true) => {
                let (supply, value) = (pool.supply.units(), value.units());
                let units = mul_div(supply, amount.units(), value, Round::Floor);
                match units.map(Shares::<Gm>::from_units) {
                    Some(Ok(minted)) => minted,
                    _ => return refused("too many market tokens"),
                }
            }
        };
        let Some(supply) = pool.supply.checked_add(minted) else {
            return refused("too many market tokens");
        };
        pool.cash += amount;
        pool.supply = supply;
        if pool.side_pool() > params.max_side_pool_for_deposit {
            return refused("the pool is full");
        }
        Ok(pool)
    }

    /// **Formula** burned = `amount · supply / value`, up. Checked on the pool after it: reserve
    /// of both sides and profit factor.
    /// **Source** gmx-synthetics, `market/MarketUtils.sol`.
    fn after_withdrawal(&self, amount: Usd) -> Result<Pool, Refusal> {
        let params = &self.terms.params;
        let mut pool = self.pool;
        let value = pool.value(&self.terms, self.prices, Bound::Low);
        if amount > value || amount > pool.cash.min(pool.own_cash()) {
            return refused("more than the pool is worth");
        }
        let (supply, worth) = (pool.supply.units(), value.units());
        let units = mul_div(supply, amount.units(), worth, Round::Ceil);
        let burned = units.and_then(|units| Shares::from_units(units).ok());
        let Some(supply) = burned.and_then(|burned| pool.supply.checked_sub(burned)) else {
            return refused("more than all market tokens");
        };
        pool.cash -= amount;
        pool.supply = supply;
        let reserve = pool.side_pool().mul_floor(params.reserve_factor);
        let both = Side::BOTH;
        if both
            .into_iter()
            .any(|side| pool.reserved(side, self.prices) > reserve)
        {
            return refused("the rest would not cover the reserve");
        }
        if self.any_side_exceeds(&pool, params.pnl.withdrawals) {
            return refused("traders' open profit is too large for withdrawals");
        }
        Ok(pool)
    }

    fn any_side_exceeds(&self, pool: &Pool, factor: seawall_units::Ratio) -> bool {
        let exceeds = |side| pool.exceeds(side, self.prices, factor);
        Side::BOTH.into_iter().any(exceeds)
    }

    /// Executes what waits; a request that fails now is cancelled.
    pub(crate) fn run_requests(&mut self) {
        for request in std::mem::take(&mut self.requests) {
            let Ok(after) = self.after_request(request) else {
                continue;
            };
            let (from, to, amount, cause) = match request {
                LpRequest::Deposit(amount) => (
                    Account::External,
                    Account::Pool,
                    amount,
                    Cause::VaultDeposit,
                ),
                LpRequest::Withdrawal(amount) => (
                    Account::Pool,
                    Account::External,
                    amount,
                    Cause::VaultRedemption,
                ),
            };
            self.ledger.pay(from, to, amount, cause);
            self.pool = after;
        }
    }
}
