//! Tokens into the pool for market tokens.
use ethnum::{I256, U256};

use crate::number::{add, apply_factor, mul_div, or_zero, signed, signed_mul_div, take};
use crate::reserve::within;
use crate::swap_impact::SwapImpact;
use crate::value::{PnlCap, Valuation, pool_value, side_pool_usd, times, tokens_for_usd};
use crate::{
    ByToken, GmxError, Market, PoolToken, Price, Prices, Rounding, distribution, swap_impact, value,
};

/// Who owns the market tokens of a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// The one who deposits.
    Depositor,
    /// Nobody: the first deposit of a market that asks for it, so that the price of its tokens
    /// cannot be moved by a gift to an empty pool.
    Nobody,
}

/// What the step belongs to. It decides on the fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pricing {
    /// A deposit or withdrawal of its own.
    Liquidity,
    /// One half of a shift between two markets: no fee.
    Shift,
}

/// The circumstances of a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositTerms {
    /// The moment, in seconds.
    pub now: u64,
    /// What it belongs to.
    pub pricing: Pricing,
    /// Who owns the market tokens.
    pub receiver: Receiver,
    /// Fewest market tokens that the depositor accepts.
    pub min_tokens: U256,
}

impl DepositTerms {
    /// A deposit of its own for the depositor, whatever it brings.
    #[must_use]
    pub const fn at(now: u64) -> Self {
        Self {
            now,
            pricing: Pricing::Liquidity,
            receiver: Receiver::Depositor,
            min_tokens: U256::ZERO,
        }
    }
}

/// A fee on tokens and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenFee {
    /// To the protocol.
    pub protocol: U256,
    /// To the pool.
    pub pool: U256,
    /// What is left of the amount.
    pub left: U256,
}

/// What became of one token of a deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenDeposit {
    /// Tokens paid in.
    pub amount: U256,
    /// Its share of the impact, USD.
    pub impact_usd: I256,
    /// Its fee.
    pub fee: TokenFee,
    /// Tokens of it that went to the swap impact pool.
    pub impact_cost: U256,
    /// Tokens of the **other** kind that came out of the swap impact pool for it.
    pub impact_gain: U256,
    /// The pool's value before it, USD.
    pub pool_value: U256,
    /// Market tokens minted for it.
    pub minted: U256,
}

/// What a deposit came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositReport {
    /// Impact of both tokens together.
    pub impact: SwapImpact,
    /// Token by token: the long one is settled first.
    pub tokens: ByToken<TokenDeposit>,
    /// Market tokens minted.
    pub minted: U256,
}

/// The swap fee on an amount.
///
/// **Formula** `fee = floor(amount · factor / 10³⁰)`, of it `floor(fee · protocol's share / 10³⁰)`
/// to the protocol and the rest to the pool. **Units** tokens.
///
/// **Errors** [`GmxError::Overflow`]; [`GmxError::Insufficient`] for a factor above one.
pub fn fee(market: &Market, amount: U256, factor: U256) -> Result<TokenFee, GmxError> {
    let fee = apply_factor(amount, factor)?;
    let protocol = apply_factor(fee, market.params.fees.receiver_share)?;
    Ok(TokenFee {
        protocol,
        pool: take("a fee", fee, protocol)?,
        left: take("an amount after its fee", amount, fee)?,
    })
}

impl Market {
    /// Pays tokens into the pool for market tokens.
    ///
    /// In the contracts' order: drip of the impact pool, funding and borrowing, open profits within
    /// the cap of deposits, impact of both tokens together at mid prices and split pro rata; then
    /// for the long and after it for the short token: fee, impact, mint, limits of the pool. A token
    /// is taken at its least price and the pool at its greatest value.
    ///
    /// **Errors** [`GmxError::Limit`] of open profits or of the pool, [`GmxError::BelowMinimum`]
    /// for fewer tokens than asked or than a first deposit needs, [`GmxError::Refused`] for
    /// nothing paid in, a pool below zero, or a first deposit that somebody would own. Nothing has
    /// changed then.
    ///
    /// ```
    /// use seawall_gmx::{ByToken, DepositTerms, Market, ONE_TOKEN, Preset, Price, Prices, U256};
    /// let mut market = Market::new(Preset::Eth.market()?.params)?;
    /// let prices = Prices {
    ///     index: Price::at(U256::new(2_000_000_000_000_000)),
    ///     long: Price::at(U256::new(2_000_000_000_000_000)),
    ///     short: Price::at(U256::new(1_000_000_000_000_000_000_000_000)),
    /// };
    /// // 500 ETH and 1,000,000 USDC balance each other: no impact, fees of 0.07 %, and the first
    /// // market token costs 1 USD. The fees of the first token stay in the pool before the second.
    /// let amounts = ByToken {
    ///     long: U256::new(500_000_000_000_000_000_000),
    ///     short: U256::new(1_000_000_000_000),
    /// };
    /// let report = market.deposit(&prices, amounts, DepositTerms::at(0))?;
    /// assert_eq!(report.tokens.long.minted, ONE_TOKEN * U256::new(999_300));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deposit(
        &mut self,
        prices: &Prices,
        amounts: ByToken<U256>,
        terms: DepositTerms,
    ) -> Result<DepositReport, GmxError> {
        self.check_prices(prices)?;
        let mut after = self.clone();
        let report = after.apply_deposit(prices, &amounts, terms)?;
        *self = after;
        Ok(report)
    }

    fn apply_deposit(
        &mut self,
        prices: &Prices,
        amounts: &ByToken<U256>,
        terms: DepositTerms,
    ) -> Result<DepositReport, GmxError> {
        let is_first = self.supply == U256::ZERO && self.params.min_first_deposit > U256::ZERO;
        if is_first && terms.receiver != Receiver::Nobody {
            return Err(GmxError::Refused {
                reason: "the first deposit of this market must belong to nobody",
            });
        }
        distribution::update(self, terms.now)?;
        self.accrue(prices, terms.now)?;
        value::validate_pnl(self, prices, PnlCap::Deposits)?;
        let impact = swap_impact::of_deposit(self, prices, amounts)?;
        let usd = ByToken {
            long: times("a deposit", amounts.long, prices.long.mid()?)?,
            short: times("a deposit", amounts.short, prices.short.mid()?)?,
        };
        let whole = add(usd.long, usd.short)?;
        if whole == U256::ZERO {
            return Err(GmxError::Refused {
                reason: "a deposit of nothing",
            });
        }
        let mut report = DepositReport {
            impact,
            tokens: ByToken::default(),
            minted: U256::ZERO,
        };
        for token in PoolToken::BOTH {
            let amount = *amounts.of(token);
            if amount == U256::ZERO {
                continue;
            }
            let share = signed_mul_div(impact.usd, *usd.of(token), whole, Rounding::Down)?;
            let one = self.deposit_token(prices, (token, amount), (share, impact), terms)?;
            report.minted = add(report.minted, one.minted)?;
            *report.tokens.of_mut(token) = one;
        }
        let least = match is_first {
            true => self.params.min_first_deposit.max(terms.min_tokens),
            false => terms.min_tokens,
        };
        if report.minted < least {
            return Err(GmxError::BelowMinimum {
                limit: "market tokens of a deposit",
                value: signed(report.minted)?,
                least: signed(least)?,
            });
        }
        Ok(report)
    }

    fn deposit_token(
        &mut self,
        prices: &Prices,
        (token, amount): (PoolToken, U256),
        (impact_usd, impact): (I256, SwapImpact),
        terms: DepositTerms,
    ) -> Result<TokenDeposit, GmxError> {
        let pool_value = self.value_for_deposit(prices, terms.now)?;
        let supply = self.supply;
        let fees = &self.params.fees;
        let factor = match (terms.pricing, impact.improved) {
            (Pricing::Shift, _) => U256::ZERO,
            (Pricing::Liquidity, true) => fees.swap_improving,
            (Pricing::Liquidity, false) => fees.swap_worsening,
        };
        let fee = fee(self, amount, factor)?;
        self.pay_protocol(token, fee.protocol)?;
        let mut one = TokenDeposit {
            amount,
            impact_usd,
            fee,
            pool_value,
            ..TokenDeposit::default()
        };
        let mut kept = fee.left;
        if impact_usd.is_negative() {
            let cost = swap_impact::apply(self, token, prices.of(token), impact_usd)?;
            one.impact_cost = cost.unsigned_abs();
            kept = take("a deposit after its impact", kept, one.impact_cost)?;
        } else if impact_usd.is_positive() && supply > U256::ZERO {
            let other = token.other();
            let price = prices.of(other);
            one.impact_gain = or_zero(swap_impact::apply(self, other, price, impact_usd)?);
            let gain_usd = times("an impact gain", one.impact_gain, price.max)?;
            one.minted = tokens_for_usd(gain_usd, pool_value, supply)?;
            self.add_to_pool(other, one.impact_gain)?;
            self.check_pool(other, price)?;
        }
        let price = prices.of(token);
        let kept_usd = times("a deposit", kept, price.min)?;
        one.minted = add(one.minted, tokens_for_usd(kept_usd, pool_value, supply)?)?;
        self.add_to_pool(token, add(kept, fee.pool)?)?;
        self.check_pool(token, price)?;
        self.supply = add(supply, one.minted)?;
        Ok(one)
    }

    fn value_for_deposit(&self, prices: &Prices, now: u64) -> Result<U256, GmxError> {
        let value = pool_value(self, prices, Valuation::for_deposit(now))?.value;
        let is_worthless = value == I256::ZERO && self.supply > U256::ZERO;
        if value.is_negative() || is_worthless {
            return Err(GmxError::Refused {
                reason: "the pool is worth nothing: no deposit",
            });
        }
        Ok(value.unsigned_abs())
    }

    /// Whether the pool of a token is within its limits after tokens came in.
    fn check_pool(&self, token: PoolToken, price: Price) -> Result<(), GmxError> {
        let usd = side_pool_usd(self, token, price.max)?;
        let allowed = *self.params.max_pool_usd_for_deposit.of(token);
        within("USD of a token in the pool", usd, allowed)?;
        let amount = self.pool_amount(token);
        let allowed = *self.params.max_pool_amount.of(token);
        within("tokens in the pool", amount, allowed)
    }

    /// Adds to the protocol's fees.
    pub(crate) fn pay_protocol(&mut self, token: PoolToken, fee: U256) -> Result<(), GmxError> {
        let slot = self.slot(token);
        *self.protocol_fees.of_mut(slot) = add(*self.protocol_fees.of(slot), fee)?;
        Ok(())
    }
}

/// A share of an amount by USD: `floor(amount · part / whole)`.
pub(crate) fn pro_rata(amount: U256, part: U256, whole: U256) -> Result<U256, GmxError> {
    mul_div(amount, part, whole, Rounding::Down)
}
