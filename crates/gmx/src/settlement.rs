//! Executes the payments of a close on the market.
use ethnum::U256;

use crate::GmxError;
use crate::decrease::{Insolvency, Outputs, Terms};
use crate::fees::Fees;
use crate::impact::{add_to_impact_pool, take_from_impact_pool};
use crate::number::Rounding::Down;
use crate::number::{divide, in_usd, or_zero};
use crate::payment::{Paid, Payments, Purse, Step};
use crate::prices::Prices;
use crate::side::PoolToken;
use crate::state::{Market, Position};
use crate::totals::{add_to, collateral_price, raise};

/// What the impact of a close moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImpactFlow {
    /// A gain, tokens of profits paid by the pool.
    pub paid_by_pool: U256,
    /// A gain, index tokens taken from the impact pool or lent.
    pub taken: U256,
    /// Of these, lent.
    pub lent: U256,
    /// A cost, index tokens that repay what was lent or are added to the impact pool.
    pub added: U256,
    /// Of these, repaid.
    pub repaid: U256,
}

/// A close on its way.
pub(crate) struct Settlement<'a> {
    market: &'a mut Market,
    terms: &'a Terms,
    prices: &'a Prices,
    collateral: PoolToken,
    profit: PoolToken,
    settled: Settled,
}

/// What a close has come to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settled {
    pub(crate) purse: Purse,
    pub(crate) payments: Payments,
    pub(crate) fees: Fees,
    pub(crate) outputs: Outputs,
    pub(crate) impact_flow: ImpactFlow,
}

impl<'a> Settlement<'a> {
    pub(crate) fn new(
        market: &'a mut Market,
        position: &Position,
        terms: &'a Terms,
        prices: &'a Prices,
    ) -> Self {
        let profit = PoolToken::of_profit(position.side);
        Self {
            collateral: market.slot(position.collateral_token),
            profit: market.slot(profit),
            market,
            terms,
            prices,
            settled: Settled {
                purse: Purse {
                    output: U256::ZERO,
                    collateral: position.collateral,
                    secondary: U256::ZERO,
                    price: collateral_price(position, prices).min,
                    secondary_price: prices.of(profit).min,
                },
                payments: Payments::default(),
                fees: terms.fees,
                outputs: Outputs::default(),
                impact_flow: ImpactFlow::default(),
            },
        }
    }

    /// Takes a profit from the pool: `floor(usd / price.max)` tokens of profits.
    pub(crate) fn credit_profit(&mut self) -> Result<U256, GmxError> {
        self.credit(or_zero(self.terms.pnl.realised))
    }

    /// Takes a positive impact from the impact pool and pays it from the pool.
    pub(crate) fn credit_impact(&mut self) -> Result<(), GmxError> {
        let usd = or_zero(self.terms.impact.total_usd);
        if usd == U256::ZERO {
            return Ok(());
        }
        let (taken, lent) = take_from_impact_pool(self.market, usd, self.prices.index)?;
        self.settled.impact_flow.paid_by_pool = self.credit(usd)?;
        self.settled.impact_flow.taken = taken;
        self.settled.impact_flow.lent = lent;
        Ok(())
    }

    fn credit(&mut self, usd: U256) -> Result<U256, GmxError> {
        let tokens = divide(usd, self.prices.of(self.profit).max, Down)?;
        self.market.take_from_pool(self.profit, tokens)?;
        let purse = &mut self.settled.purse;
        if self.profit == self.collateral {
            raise(&mut purse.output, tokens)?;
        } else {
            raise(&mut purse.secondary, tokens)?;
        }
        Ok(tokens)
    }

    /// Pays step after step, up to the first that cannot be paid in full.
    pub(crate) fn pay_all(&mut self) -> Result<Option<Insolvency>, GmxError> {
        let order = match self.market.params.impact.settled_at_close {
            true => Step::ORDER,
            false => Step::ORDER_BEFORE,
        };
        for step in order {
            let paid = self.settled.purse.pay(self.cost_usd(step)?)?;
            *self.settled.payments.of_mut(step) = paid;
            self.book(step, &paid)?;
            if paid.unpaid_usd > U256::ZERO {
                self.settled.fees = self.settled.fees.emptied();
                return Ok(Some(Insolvency {
                    step,
                    unpaid_usd: paid.unpaid_usd,
                }));
            }
        }
        Ok(None)
    }

    fn cost_usd(&self, step: Step) -> Result<U256, GmxError> {
        let terms = self.terms;
        let price = self.settled.purse.price;
        match step {
            Step::Funding => in_usd(terms.fees.funding, price),
            Step::Loss => Ok(or_zero(terms.pnl.realised.wrapping_neg())),
            Step::Fees => in_usd(terms.fees.without_funding()?, price),
            Step::Impact => Ok(or_zero(terms.impact.total_usd.wrapping_neg())),
            Step::Excess => Ok(terms.impact.excess_usd),
        }
    }

    /// Gives what was paid for a step to whom it belongs.
    fn book(&mut self, step: Step, paid: &Paid) -> Result<(), GmxError> {
        let outputs = &mut self.settled.outputs;
        match step {
            // What is paid in collateral tokens stays in the market for the other side's claims.
            Step::Funding => add_to(&mut outputs.held, self.profit, paid.in_secondary),
            Step::Loss => self.give_pool(paid),
            Step::Fees => self.book_fees(paid),
            Step::Impact => self.book_impact(paid),
            Step::Excess => {
                add_to(&mut outputs.claimable, self.collateral, paid.in_collateral)?;
                add_to(&mut outputs.claimable, self.profit, paid.in_secondary)
            }
        }
    }

    fn give_pool(&mut self, paid: &Paid) -> Result<(), GmxError> {
        self.market
            .add_to_pool(self.collateral, paid.in_collateral)?;
        self.market.add_to_pool(self.profit, paid.in_secondary)
    }

    /// Fees are split if they are paid in full in the collateral token, else the pool gets all.
    fn book_fees(&mut self, paid: &Paid) -> Result<(), GmxError> {
        if paid.unpaid_usd > U256::ZERO || paid.in_secondary > U256::ZERO {
            self.settled.fees = self.settled.fees.emptied();
            return self.give_pool(paid);
        }
        let fees = self.settled.fees;
        self.market.add_to_pool(self.collateral, fees.for_pool)?;
        add_to(
            &mut self.market.protocol_fees,
            self.collateral,
            fees.for_protocol,
        )
    }

    /// The pool gets the tokens and the impact pool is credited with what they are worth.
    fn book_impact(&mut self, paid: &Paid) -> Result<(), GmxError> {
        self.give_pool(paid)?;
        let purse = self.settled.purse;
        for (tokens, price) in [
            (paid.in_collateral, purse.price),
            (paid.in_secondary, purse.secondary_price),
        ] {
            let usd = in_usd(tokens, price)?;
            let (added, repaid) = add_to_impact_pool(self.market, usd, self.prices.index)?;
            raise(&mut self.settled.impact_flow.added, added)?;
            raise(&mut self.settled.impact_flow.repaid, repaid)?;
        }
        Ok(())
    }

    /// Why a close that may not end insolvent is refused.
    pub(crate) fn refusal(&self, unpaid: Insolvency) -> GmxError {
        let mut payments = self.settled.payments;
        let due = payments.of_mut(unpaid.step).cost_usd;
        GmxError::Unpaid {
            step: unpaid.step.name(),
            due,
            paid: due.saturating_sub(unpaid.unpaid_usd),
        }
    }

    pub(crate) const fn finish(self) -> Settled {
        self.settled
    }
}
