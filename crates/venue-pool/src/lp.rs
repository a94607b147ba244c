//! Liquidity: market tokens are minted at the pool's higher value and burned at its lower one.
//!
//! Whose tokens they are is kept beside the pool; what no provider has is the founder's.
use seawall_ledger::{Account, BidderId, Cause};
use seawall_units::Round;
use seawall_units::{Ratio, Shares, Side, Usd, mul_div};
use seawall_venue::{Event, LpHolding, Refusal, ShareChange, ShareReason};

use crate::journal::{POOL, owner};
use crate::pool::{Bound, Gm, Pool, shares_of};
use crate::venue::PoolVenue;

/// Which way liquidity moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Into the pool.
    In,
    /// Out of it.
    Out,
}

/// A request that waits for the attribution phase.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LpRequest {
    pub(crate) lp: BidderId,
    pub(crate) way: Way,
    pub(crate) amount: Usd,
}

/// What a provider has.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Provider {
    pub(crate) tokens: Shares<Gm>,
    /// What his withdrawals were granted.
    pub(crate) granted: Usd,
}

/// What a request comes to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Granted {
    pool: Pool,
    provider: Provider,
    /// What moves: less than asked when his tokens are worth less.
    amount: Usd,
}

const fn refused<T>(reason: &'static str) -> Result<T, Refusal> {
    Err(Refusal::Liquidity { reason })
}

impl PoolVenue {
    /// What a request comes to now, or why it is refused.
    pub(crate) fn after_request(&self, request: LpRequest) -> Result<Granted, Refusal> {
        let provider = self.provider(request.lp);
        match request.way {
            Way::In => self.after_deposit(provider, request.amount),
            Way::Out => self.after_withdrawal(provider, request.amount),
        }
    }

    pub(crate) fn provider(&self, lp: BidderId) -> Provider {
        self.providers.get(&lp).copied().unwrap_or_default()
    }

    /// Hands the founder's tokens over at one USD each, as they were minted.
    pub(crate) fn hand_over(&mut self, lp: BidderId, amount: Usd) -> Result<(), Refusal> {
        let mut provider = self.provider(lp);
        let tokens = shares_of(amount);
        let Some(held) = provider.tokens.checked_add(tokens) else {
            return refused("too many market tokens");
        };
        let Some(left) = self.founder.checked_sub(tokens) else {
            return refused("the founder has fewer market tokens");
        };
        self.founder = left;
        provider.tokens = held;
        self.providers.insert(lp, provider);
        Ok(())
    }

    /// What a provider has, at the mark.
    pub(crate) fn holding(&self, lp: BidderId) -> LpHolding {
        let provider = self.provider(lp);
        let tokens = provider.tokens.units();
        let exit = self.pool.value(&self.terms, self.prices, Bound::Low);
        let usd = |units| Usd::from_units(units).unwrap_or_default();
        let value = self.pool.value_at_mark(&self.terms, self.prices).or_zero();
        let supply = self.pool.supply.units();
        let worth = |value: Usd| {
            let value = value.or_zero().units();
            mul_div(tokens, value, supply, Round::Floor).unwrap_or(0)
        };
        // A token's grid is three decimals finer than money's, a ratio's twelve.
        let price = mul_div(
            value.units(),
            1_000 * Ratio::ONE_UNITS,
            supply,
            Round::Floor,
        );
        LpHolding {
            shares: tokens,
            share_price: price
                .and_then(|p| Ratio::from_units(p).ok())
                .unwrap_or_default(),
            value: usd(worth(value)),
            exit_value: usd(worth(exit)),
            waiting: self.waiting.get(&lp).copied().unwrap_or_default(),
            granted: provider.granted,
            // Paid when it is executed.
            ..LpHolding::default()
        }
    }

    /// **Formula** minted = `amount · supply / value`, down; with no supply, tokens of one USD
    /// each. Refused when a side's profit factor is above `pnl.deposits` or the pool is full.
    /// **Source** gmx-synthetics, `market/MarketUtils.sol`.
    fn after_deposit(&self, provider: Provider, amount: Usd) -> Result<Granted, Refusal> {
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
        let (supply, tokens) = (
            pool.supply.checked_add(minted),
            provider.tokens.checked_add(minted),
        );
        let (Some(supply), Some(tokens)) = (supply, tokens) else {
            return refused("too many market tokens");
        };
        pool.cash += amount;
        pool.supply = supply;
        if pool.side_pool() > params.max_side_pool_for_deposit {
            return refused("the pool is full");
        }
        Ok(Granted {
            pool,
            provider: Provider { tokens, ..provider },
            amount,
        })
    }

    /// **Formula** burned = `amount · supply / value`, up; of the amount at most what the
    /// provider's tokens are worth, down. Checked on the pool after it: reserve of both sides and
    /// profit factor.
    /// **Source** gmx-synthetics, `market/MarketUtils.sol`.
    fn after_withdrawal(&self, provider: Provider, amount: Usd) -> Result<Granted, Refusal> {
        let params = &self.terms.params;
        let mut pool = self.pool;
        let value = pool.value(&self.terms, self.prices, Bound::Low);
        let own = mul_div(
            provider.tokens.units(),
            value.or_zero().units(),
            pool.supply.units(),
            Round::Floor,
        );
        let own = own.and_then(|units| Usd::from_units(units).ok());
        let amount = amount.min(own.unwrap_or_default());
        if !amount.is_positive() {
            return refused("the provider has no market tokens of any worth");
        }
        if amount > value || amount > pool.cash.min(pool.own_cash()) {
            return refused("more than the pool is worth");
        }
        let (supply, worth) = (pool.supply.units(), value.units());
        let units = mul_div(supply, amount.units(), worth, Round::Ceil);
        let burned = units.and_then(|units| Shares::from_units(units).ok());
        let left = |from: Shares<Gm>| burned.and_then(|burned| from.checked_sub(burned));
        let (Some(supply), Some(tokens)) = (left(pool.supply), left(provider.tokens)) else {
            return refused("more than the provider's market tokens");
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
        Ok(Granted {
            pool,
            provider: Provider {
                tokens,
                granted: provider.granted + amount,
            },
            amount,
        })
    }

    /// The value that tokens are made or burned at.
    fn priced_at(&self, way: Way) -> Usd {
        let bound = match way {
            Way::In => Bound::High,
            Way::Out => Bound::Low,
        };
        self.pool.value(&self.terms, self.prices, bound)
    }

    fn any_side_exceeds(&self, pool: &Pool, factor: seawall_units::Ratio) -> bool {
        let exceeds = |side| pool.exceeds(side, self.prices, factor);
        Side::BOTH.into_iter().any(exceeds)
    }

    /// Puts a request in line.
    pub(crate) fn enqueue(&mut self, request: LpRequest) {
        if request.way == Way::Out {
            *self.waiting.entry(request.lp).or_default() += request.amount;
        }
        self.requests.push(request);
    }

    /// Executes what waits; a request that fails now is cancelled.
    pub(crate) fn run_requests(&mut self) {
        self.waiting.clear();
        for request in std::mem::take(&mut self.requests) {
            let Ok(after) = self.after_request(request) else {
                continue;
            };
            let (from, to, cause) = match request.way {
                Way::In => (Account::External, Account::Pool, Cause::VaultDeposit),
                Way::Out => (Account::Pool, Account::External, Cause::VaultRedemption),
            };
            self.ledger.pay(from, to, after.amount, cause);
            let (before, value) = (self.pool.supply.units(), self.priced_at(request.way));
            let change = after.pool.supply.units().saturating_sub(before);
            let why = match request.way {
                Way::In => ShareReason::Deposit,
                Way::Out => ShareReason::Redemption,
            };
            self.tell(Event::Shares(ShareChange {
                tranche: POOL,
                holder: Some(owner(request.lp)),
                change,
                assets: Some(after.amount),
                value: Some(value),
                supply: before,
                why,
            }));
            self.pool = after.pool;
            self.providers.insert(request.lp, after.provider);
        }
    }
}
