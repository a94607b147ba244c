//! Market tokens for tokens out of the pool.
use ethnum::U256;

use crate::deposit::{Pricing, TokenFee, fee, pro_rata};
use crate::number::{add, apply_factor, divide, take};
use crate::reserve::{self, ReserveKind, within};
use crate::value::{self, PnlCap, Valuation, pool_value, side_pool_usd, times, usd_for_tokens};
use crate::{ByToken, GmxError, Market, PoolToken, Prices, Rounding, Side, distribution};

/// The circumstances of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawalTerms {
    /// The moment, in seconds.
    pub now: u64,
    /// What it belongs to.
    pub pricing: Pricing,
    /// Least output of each token that the leaver accepts.
    pub min_output: ByToken<U256>,
}

impl WithdrawalTerms {
    /// A withdrawal of its own, whatever it brings.
    #[must_use]
    pub fn at(now: u64) -> Self {
        Self {
            now,
            pricing: Pricing::Liquidity,
            min_output: ByToken::default(),
        }
    }
}

/// What a withdrawal came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WithdrawalReport {
    /// The pool's least value before it, USD.
    pub pool_value: U256,
    /// What the market tokens were worth, USD.
    pub usd: U256,
    /// Tokens before fees, by token.
    pub gross: ByToken<U256>,
    /// Fees.
    pub fees: ByToken<TokenFee>,
    /// Tokens paid out.
    pub output: ByToken<U256>,
}

impl Market {
    /// Burns market tokens for tokens of the pool.
    ///
    /// **Formula** `usd = floor(least pool value · tokens / supply)`, split by the pool's USD at
    /// greatest prices, each part divided by its greatest price, less the fee of a step that does
    /// not improve the balance. Then the pool that is left is checked: what it lent to the impact
    /// pool, the reserve of both sides, open profits within the cap of withdrawals. There is no
    /// lock: who is refused may ask again. **Rounding** down, against the leaver.
    ///
    /// **Errors** [`GmxError::Limit`] of the first check that fails, [`GmxError::Insufficient`] for
    /// more market tokens than there are, [`GmxError::BelowMinimum`] for less output than asked,
    /// [`GmxError::Refused`] for nothing or out of a pool worth nothing. Nothing has changed then.
    ///
    /// ```
    /// use seawall_gmx::{
    ///     ByToken, DepositTerms, Market, ONE_TOKEN, Preset, Price, Prices, U256, WithdrawalTerms,
    /// };
    /// let mut market = Market::new(Preset::Eth.market()?.params)?;
    /// let prices = Prices {
    ///     index: Price::at(U256::new(2_000_000_000_000_000)),
    ///     long: Price::at(U256::new(2_000_000_000_000_000)),
    ///     short: Price::at(U256::new(1_000_000_000_000_000_000_000_000)),
    /// };
    /// market.pool = ByToken {
    ///     long: U256::new(500_000_000_000_000_000_000),
    ///     short: U256::new(1_000_000_000_000),
    /// };
    /// market.supply = ONE_TOKEN * U256::new(2_000_000);
    /// // A tenth of the tokens: 50 ETH and 100,000 USDC, less 0.07 %.
    /// let tenth = ONE_TOKEN * U256::new(200_000);
    /// let report = market.withdraw(&prices, tenth, WithdrawalTerms::at(0))?;
    /// assert_eq!(report.output.short, U256::new(99_930_000_000));
    /// assert_eq!(report.output.long, U256::new(49_965_000_000_000_000_000));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn withdraw(
        &mut self,
        prices: &Prices,
        tokens: U256,
        terms: WithdrawalTerms,
    ) -> Result<WithdrawalReport, GmxError> {
        self.check_prices(prices)?;
        let mut after = self.clone();
        let report = after.apply_withdrawal(prices, tokens, terms)?;
        *self = after;
        Ok(report)
    }

    fn apply_withdrawal(
        &mut self,
        prices: &Prices,
        tokens: U256,
        terms: WithdrawalTerms,
    ) -> Result<WithdrawalReport, GmxError> {
        if tokens == U256::ZERO {
            return Err(GmxError::Refused {
                reason: "a withdrawal of nothing",
            });
        }
        distribution::update(self, terms.now)?;
        self.accrue(prices, terms.now)?;
        let value = pool_value(self, prices, Valuation::for_withdrawal(terms.now))?.value;
        if !value.is_positive() {
            return Err(GmxError::Refused {
                reason: "the pool is worth nothing: no withdrawal",
            });
        }
        let value = value.unsigned_abs();
        let left = take("the supply of market tokens", self.supply, tokens)?;
        let usd = usd_for_tokens(tokens, value, self.supply)?;
        let gross = self.outputs(prices, usd)?;
        let mut report = WithdrawalReport {
            pool_value: value,
            usd,
            gross,
            fees: ByToken::default(),
            output: ByToken::default(),
        };
        for token in PoolToken::BOTH {
            let factor = match terms.pricing {
                Pricing::Shift => U256::ZERO,
                Pricing::Liquidity => self.params.fees.swap_worsening,
            };
            let fee = fee(self, *gross.of(token), factor)?;
            let leaves = add(fee.left, fee.protocol)?;
            self.take_from_pool(token, leaves)?;
            self.pay_protocol(token, fee.protocol)?;
            accept(fee.left, *terms.min_output.of(token))?;
            *report.fees.of_mut(token) = fee;
            *report.output.of_mut(token) = fee.left;
        }
        self.supply = left;
        self.validate_lent(prices)?;
        for side in [Side::Long, Side::Short] {
            reserve::validate(self, prices, side, ReserveKind::Pool)?;
        }
        value::validate_pnl(self, prices, PnlCap::Withdrawals)?;
        Ok(report)
    }

    /// USD as tokens of the pool, in proportion to what it holds.
    fn outputs(&self, prices: &Prices, usd: U256) -> Result<ByToken<U256>, GmxError> {
        let pool = ByToken {
            long: side_pool_usd(self, PoolToken::Long, prices.long.max)?,
            short: side_pool_usd(self, PoolToken::Short, prices.short.max)?,
        };
        let whole = add(pool.long, pool.short)?;
        let of = |token: PoolToken| {
            let part = pro_rata(usd, *pool.of(token), whole)?;
            divide(part, prices.of(token).max, Rounding::Down)
        };
        Ok(ByToken {
            long: of(PoolToken::Long)?,
            short: of(PoolToken::Short)?,
        })
    }

    /// Whether what the pool lent to the impact pool is within its share of the pool.
    fn validate_lent(&self, prices: &Prices) -> Result<(), GmxError> {
        let pool = add(
            side_pool_usd(self, PoolToken::Long, prices.long.min)?,
            side_pool_usd(self, PoolToken::Short, prices.short.min)?,
        )?;
        let lent = times("lent impact", self.lent_impact, prices.index.max)?;
        let allowed = apply_factor(pool, self.params.impact.max_lendable_factor)?;
        within("lent impact", lent, allowed)
    }
}

fn accept(output: U256, least: U256) -> Result<(), GmxError> {
    if output < least {
        return Err(GmxError::BelowMinimum {
            limit: "output of a withdrawal",
            value: crate::signed(output)?,
            least: crate::signed(least)?,
        });
    }
    Ok(())
}
