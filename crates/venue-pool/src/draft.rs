//! What an operation on one account would do, worked out without writing anything.
//!
//! A [`Draft`] carries copies of the few balances that the operation touches and collects its
//! postings and events. `plan` throws it away; `commit` writes exactly what is in it.
use seawall_ledger::{Account, AccountId, Cause};
use seawall_units::{Price, Round, Side, Time, Usd};
use seawall_venue::{Event, Refusal};

use crate::pool::Pool;
use crate::position::{Health, Position};
use crate::prices::Prices;
use crate::terms::Terms;

/// One movement of money, not yet posted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    pub(crate) from: Account,
    pub(crate) to: Account,
    pub(crate) amount: Usd,
    pub(crate) cause: Cause,
}

/// An operation on one account's position, under way.
#[derive(Debug, Clone)]
pub(crate) struct Draft<'a> {
    pub(crate) terms: &'a Terms,
    pub(crate) prices: Prices,
    pub(crate) now: Time,
    pub(crate) account: AccountId,
    pub(crate) pool: Pool,
    pub(crate) position: Option<Position>,
    pub(crate) margin: Usd,
    pub(crate) free: Usd,
    /// The number that the next deficit gets.
    pub(crate) next_deficit: u32,
    pub(crate) postings: Vec<Posting>,
    /// Events with the number of postings before them.
    pub(crate) events: Vec<(usize, Event)>,
}

/// What a fee is for, and so under which cause it is posted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fee {
    pub(crate) amount: Usd,
    pub(crate) cause: Cause,
}

impl Draft<'_> {
    /// Tells an event; it follows the postings so far.
    pub(crate) fn tell(&mut self, event: Event) {
        self.events.push((self.postings.len(), event));
    }

    pub(crate) const fn margin_account(&self) -> Account {
        Account::Margin(self.account)
    }

    pub(crate) const fn free_account(&self) -> Account {
        Account::Free(self.account)
    }

    /// Moves `amount ≥ 0` in the copies and notes the posting.
    pub(crate) fn pay(&mut self, from: Account, to: Account, amount: Usd, cause: Cause) {
        if amount.is_zero() {
            return;
        }
        self.shift(from, -amount);
        self.shift(to, amount);
        self.postings.push(Posting {
            from,
            to,
            amount,
            cause,
        });
    }

    fn shift(&mut self, account: Account, amount: Usd) {
        match account {
            Account::Pool => self.pool.cash += amount,
            Account::ImpactPool => self.pool.impact_pool += amount,
            Account::Margin(id) if id == self.account => self.margin += amount,
            Account::Free(id) if id == self.account => self.free += amount,
            _ => {}
        }
    }

    /// Pays what the margin can of `amount`; gives back what it cannot.
    pub(crate) fn pay_up(&mut self, to: Account, amount: Usd, cause: Cause) -> Usd {
        let paid = amount.min(self.margin);
        self.pay(self.margin_account(), to, paid, cause);
        amount - paid
    }

    /// Pays fees out of the margin: the protocol's share rounded down, the rest to the pool. When
    /// the margin cannot pay them all, what there is goes to the pool. Gives back what is unpaid.
    pub(crate) fn pay_fees(&mut self, fees: &[Fee]) -> Usd {
        let total: Usd = fees.iter().map(|fee| fee.amount).sum();
        let in_full = total <= self.margin;
        let mut unpaid = Usd::ZERO;
        for fee in fees {
            let share = self.terms.params.fees.protocol_share;
            let protocol = match in_full {
                true => fee.amount.mul_floor(share),
                false => Usd::ZERO,
            };
            self.pay_up(Account::Protocol, protocol, fee.cause);
            unpaid += self.pay_up(Account::Pool, fee.amount - protocol, fee.cause);
        }
        unpaid
    }

    /// Pays out the funding that a position has earned, to free collateral: it is claimed, not
    /// added to the margin. The pool's cash is its bound.
    pub(crate) fn claim_funding(&mut self, claim: Usd) {
        let claim = claim.min(self.pool.cash.or_zero());
        self.pool.funding_float -= claim;
        let free = self.free_account();
        self.pay(Account::Pool, free, claim, Cause::FundingReceived);
    }

    /// Pays the funding that a position owes; gives back what is unpaid. The unpaid part is the
    /// pool's loss, not the receivers'.
    pub(crate) fn pay_funding(&mut self, owed: Usd) -> Usd {
        self.pool.funding_float += owed;
        self.pay_up(Account::Pool, owed, Cause::FundingPaid)
    }

    /// Posts margin: from free collateral first, the rest from outside.
    pub(crate) fn post_margin(&mut self, amount: Usd) {
        let (free, margin) = (self.free_account(), self.margin_account());
        let inside = amount.min(self.free);
        self.pay(free, margin, inside, Cause::MarginPosted);
        let outside = amount - inside;
        self.pay(Account::External, margin, outside, Cause::MarginPosted);
    }

    /// Sets margin free.
    pub(crate) fn release(&mut self, amount: Usd) {
        let (free, margin) = (self.free_account(), self.margin_account());
        self.pay(margin, free, amount, Cause::MarginReleased);
    }

    /// The position's two liquidation figures as it stands in this draft.
    pub(crate) fn health(&self, position: &Position) -> Health {
        position.health(self.terms, &self.pool, self.prices, self.margin)
    }

    /// Refuses when what is left of the position would be liquidated.
    pub(crate) fn require_health(&self) -> Result<(), Refusal> {
        let Some(position) = &self.position else {
            return Ok(());
        };
        let health = self.health(position);
        if health.is_liquidatable() {
            return Err(Refusal::InitialMargin {
                equity: health.remaining,
                required: health.required,
            });
        }
        Ok(())
    }
}

/// Refuses an execution price that is worse than the order's limit for a trade on `side`.
pub(crate) fn within_limit(side: Side, price: Price, limit: Option<Price>) -> Result<(), Refusal> {
    let Some(limit) = limit else {
        return Ok(());
    };
    let worse = match side {
        Side::Long => price > limit,
        Side::Short => price < limit,
    };
    match worse {
        true => Err(Refusal::LimitPrice { price, limit }),
        false => Ok(()),
    }
}

/// An impact on the ledger's grid, rounded against the trader.
pub(crate) fn impact_usd(impact: crate::wide::F30) -> Usd {
    impact.usd(Round::Floor)
}
