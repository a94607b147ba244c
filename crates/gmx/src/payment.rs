//! In which order a close pays what it owes, and from what.
use ethnum::U256;

use crate::GmxError;
use crate::number::Rounding::{Down, Up};
use crate::number::{divide, in_usd, mul_div};

/// What a close may pay from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purse {
    /// Profit and positive impact in the collateral token, and in the end what is withdrawn.
    pub output: U256,
    /// What remains of the collateral.
    pub collateral: U256,
    /// Profit and positive impact in the token of profits, where that is another token.
    pub secondary: U256,
    /// The least price of the collateral token.
    pub price: U256,
    /// The least price of the token of profits.
    pub secondary_price: U256,
}

/// What was paid for one cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paid {
    /// The cost, USD.
    pub cost_usd: U256,
    /// Paid in the collateral token, from the output and then from the collateral.
    pub in_collateral: U256,
    /// Paid in the token of profits.
    pub in_secondary: U256,
    /// What could not be paid, USD.
    pub unpaid_usd: U256,
}

impl Purse {
    /// Pays a cost: from the output, then from the collateral, then from the secondary output.
    ///
    /// **Formula** `ceil(usd / price)` collateral tokens; what they lack is converted with
    /// `floor(tokens · price / secondary price)`.
    /// **Rounding** the cost up, for the pool; what remains for the secondary output down, so that
    /// a remainder worth less than one unit of it counts as paid.
    /// **Errors** [`GmxError::Overflow`], [`GmxError::DivisionByZero`] for a price of zero.
    /// **Source** gmx-synthetics, `position/DecreasePositionCollateralUtils.sol`.
    ///
    /// ```
    /// use seawall_gmx::{U256, payment::Purse};
    /// let mut purse = Purse {
    ///     output: U256::new(3),
    ///     collateral: U256::new(4),
    ///     secondary: U256::new(100),
    ///     price: U256::new(10),
    ///     secondary_price: U256::new(3),
    /// };
    /// // 95 USD are 9.5, so 10 tokens: 3 and 4 of them are there; 3 · 10 / 3 = 10 of the other.
    /// let paid = purse.pay(U256::new(95))?;
    /// assert_eq!((paid.in_collateral, paid.in_secondary), (U256::new(7), U256::new(10)));
    /// assert_eq!(paid.unpaid_usd, U256::ZERO);
    /// assert_eq!(purse.secondary, U256::new(90));
    /// # Ok::<(), seawall_gmx::GmxError>(())
    /// ```
    pub fn pay(&mut self, cost_usd: U256) -> Result<Paid, GmxError> {
        let mut paid = Paid {
            cost_usd,
            ..Paid::default()
        };
        let mut due = divide(cost_usd, self.price, Up)?;
        for source in [&mut self.output, &mut self.collateral] {
            let part = draw(source, &mut due);
            paid.in_collateral = paid.in_collateral.saturating_add(part);
        }
        if due == U256::ZERO {
            return Ok(paid);
        }
        let mut due = mul_div(due, self.price, self.secondary_price, Down)?;
        paid.in_secondary = draw(&mut self.secondary, &mut due);
        paid.unpaid_usd = in_usd(due, self.secondary_price)?;
        Ok(paid)
    }
}

/// Takes from a source what is due, as far as it goes.
fn draw(source: &mut U256, due: &mut U256) -> U256 {
    let part = (*source).min(*due);
    *source = source.saturating_sub(part);
    *due = due.saturating_sub(part);
    part
}

/// One step of the order of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Funding, to the other side.
    Funding,
    /// A loss, to the pool.
    Loss,
    /// Position, borrowing and liquidation fee.
    Fees,
    /// Negative impact, to the pool and counted in the impact pool.
    Impact,
    /// Impact beyond its cap, claimable by the trader later.
    Excess,
}

impl Step {
    /// The order of payment since V2.2.
    pub const ORDER: [Self; 5] = [
        Self::Funding,
        Self::Loss,
        Self::Fees,
        Self::Impact,
        Self::Excess,
    ];
    /// The order before, with the excess ahead of the impact itself.
    pub const ORDER_BEFORE: [Self; 5] = [
        Self::Funding,
        Self::Loss,
        Self::Fees,
        Self::Excess,
        Self::Impact,
    ];

    /// Its name in errors and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Funding => "funding",
            Self::Loss => "the loss",
            Self::Fees => "the fees",
            Self::Impact => "the price impact",
            Self::Excess => "the price impact beyond its cap",
        }
    }
}

/// What was paid in each step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Payments {
    /// Funding.
    pub funding: Paid,
    /// The loss.
    pub loss: Paid,
    /// Position, borrowing and liquidation fee.
    pub fees: Paid,
    /// Negative impact.
    pub impact: Paid,
    /// Impact beyond its cap.
    pub excess: Paid,
}

impl Payments {
    pub(crate) const fn of_mut(&mut self, step: Step) -> &mut Paid {
        match step {
            Step::Funding => &mut self.funding,
            Step::Loss => &mut self.loss,
            Step::Fees => &mut self.fees,
            Step::Impact => &mut self.impact,
            Step::Excess => &mut self.excess,
        }
    }
}
