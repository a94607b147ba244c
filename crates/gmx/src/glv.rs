//! A basket of market tokens of markets with the same two tokens.
use ethnum::U256;

use crate::deposit::{DepositTerms, Pricing};
use crate::number::{add, mul_div, take, to_factor};
use crate::reserve::within;
use crate::value::{self, PnlCap, Valuation, pool_value, tokens_for_usd, usd_for_tokens};
use crate::withdrawal::{WithdrawalReport, WithdrawalTerms};
use crate::{Bound, ByToken, DepositReport, GmxError, Market, ONE, ONE_TOKEN, Prices, Rounding};

/// Limits on the shifts of a basket between its markets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlvParams {
    /// Least seconds between two shifts; zero for none. 30 minutes live.
    pub min_shift_interval: u64,
    /// Most of the value that a shift may lose, thirty decimals. 0.025 % live.
    pub max_shift_loss: U256,
}

impl Default for GlvParams {
    fn default() -> Self {
        Self {
            min_shift_interval: 1_800,
            max_shift_loss: U256::new(250_000_000_000_000_000_000_000_000),
        }
    }
}

/// One market of a basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlvMarket {
    /// The market.
    pub market: Market,
    /// Its market tokens that the basket holds.
    pub balance: U256,
    /// Most of them; `None` for no limit.
    pub max_balance: Option<U256>,
    /// Most USD of them; `None` for no limit.
    pub max_balance_usd: Option<U256>,
}

impl GlvMarket {
    /// A market of which the basket holds nothing, without limits.
    #[must_use]
    pub const fn new(market: Market) -> Self {
        Self {
            market,
            balance: U256::ZERO,
            max_balance: None,
            max_balance_usd: None,
        }
    }
}

/// A basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glv {
    /// Its limits on shifts.
    pub params: GlvParams,
    /// Its markets. They are its own copies: the markets' traders act on them here.
    pub markets: Vec<GlvMarket>,
    /// Basket tokens, eighteen decimals.
    pub supply: U256,
    /// When it shifted last.
    pub shifted_at: Option<u64>,
}

/// What a deposit into a basket came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlvDepositReport {
    /// The deposit into the market; `None` when market tokens were paid in.
    pub deposit: Option<DepositReport>,
    /// Market tokens that the basket received.
    pub received: U256,
    /// The same in USD, least.
    pub received_usd: U256,
    /// Greatest value of the basket before it received them, USD.
    pub value: U256,
    /// Basket tokens minted.
    pub minted: U256,
}

/// What a withdrawal from a basket came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GlvWithdrawalReport {
    /// Least value of the basket before it, USD.
    pub value: U256,
    /// What the basket tokens were worth, USD.
    pub usd: U256,
    /// Market tokens burnt for them.
    pub market_tokens: U256,
    /// The withdrawal from the market.
    pub withdrawal: WithdrawalReport,
}

/// A shift that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The market that is left.
    pub from: usize,
    /// The market that is entered.
    pub to: usize,
    /// Market tokens of the first.
    pub tokens: U256,
}

/// What a shift came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShiftReport {
    /// The withdrawal, without a fee.
    pub withdrawal: WithdrawalReport,
    /// The deposit, without a fee.
    pub deposit: DepositReport,
    /// Greatest value of the market tokens given, after the step, USD.
    pub given_usd: U256,
    /// Greatest value of the market tokens received, USD.
    pub received_usd: U256,
    /// What was lost of it, thirty decimals.
    pub loss: U256,
}

impl Glv {
    /// An empty basket.
    ///
    /// **Errors** [`GmxError::Refused`] without a market, or for markets that cap the profits at
    /// deposits above those that they realise: their tokens would be sold below their value.
    pub fn new(params: GlvParams, markets: Vec<GlvMarket>) -> Result<Self, GmxError> {
        if markets.is_empty() {
            return Err(GmxError::Refused {
                reason: "a basket of no markets",
            });
        }
        markets
            .iter()
            .try_for_each(|one| one.market.params.validate())?;
        Ok(Self {
            params,
            markets,
            supply: U256::ZERO,
            shifted_at: None,
        })
    }

    /// Value of the basket: `Σ floor(pool value · balance / supply)` under the cap of deposits.
    ///
    /// **Units** USD with thirty decimals.
    ///
    /// **Errors** [`GmxError::Refused`] when a market that it holds is worth less than nothing, or
    /// for prices that are not one for each market; as [`pool_value`].
    pub fn value(&self, prices: &[Prices], bound: Bound, now: u64) -> Result<U256, GmxError> {
        self.check_prices(prices)?;
        let mut sum = U256::ZERO;
        for (one, prices) in self.markets.iter().zip(prices) {
            if one.balance > U256::ZERO {
                let usd = market_tokens_usd(&one.market, prices, one.balance, (bound, now))?;
                sum = add(sum, usd)?;
            }
        }
        Ok(sum)
    }

    /// The price of one basket token, 1 USD while there is no supply.
    ///
    /// **Formula** `floor(10¹⁸ · value / supply)`. **Units** USD with thirty decimals.
    ///
    /// **Errors** as [`Glv::value`].
    pub fn token_price(&self, prices: &[Prices], bound: Bound, now: u64) -> Result<U256, GmxError> {
        if self.supply == U256::ZERO {
            return Ok(ONE);
        }
        let value = self.value(prices, bound, now)?;
        mul_div(value, ONE_TOKEN, self.supply, Rounding::Down)
    }

    fn check_prices(&self, prices: &[Prices]) -> Result<(), GmxError> {
        let first = prices.first();
        let are_common = prices
            .iter()
            .all(|of| first.is_some_and(|first| of.long == first.long && of.short == first.short));
        if prices.len() != self.markets.len() || !are_common {
            return Err(GmxError::Refused {
                reason: "a basket needs prices for each market, with the same two tokens",
            });
        }
        prices.iter().try_for_each(Prices::validate)
    }

    fn at(&mut self, market: usize) -> Result<&mut GlvMarket, GmxError> {
        self.markets.get_mut(market).ok_or(UNKNOWN)
    }

    /// Pays tokens into a market of the basket for basket tokens.
    ///
    /// **Formula** the market mints to the basket; then `floor(supply · least value of the market
    /// tokens received / greatest value of the basket without them)`. The basket's value is taken
    /// after the deposit, so that the fee that stays in the market belongs to those who are in.
    ///
    /// **Errors** as [`Market::deposit`] and [`Glv::value`]; [`GmxError::Limit`] of the market's
    /// share of the basket. Nothing has changed then.
    pub fn deposit(
        &mut self,
        prices: &[Prices],
        (market, amounts): (usize, ByToken<U256>),
        now: u64,
    ) -> Result<GlvDepositReport, GmxError> {
        self.check_prices(prices)?;
        let of = prices.get(market).ok_or(UNKNOWN)?;
        let mut after = self.clone();
        let one = after.at(market)?;
        let deposit = one.market.deposit(of, amounts, DepositTerms::at(now))?;
        let mut report = after.mint(prices, (market, deposit.minted), now)?;
        report.deposit = Some(deposit);
        *self = after;
        Ok(report)
    }

    /// Pays market tokens of a market into the basket for basket tokens: the open profits of the
    /// market must be within the cap of withdrawals.
    ///
    /// **Errors** as [`Glv::deposit`].
    pub fn deposit_market_tokens(
        &mut self,
        prices: &[Prices],
        (market, tokens): (usize, U256),
        now: u64,
    ) -> Result<GlvDepositReport, GmxError> {
        self.check_prices(prices)?;
        let of = prices.get(market).ok_or(UNKNOWN)?;
        let mut after = self.clone();
        let one = after.at(market)?;
        value::validate_pnl(&one.market, of, PnlCap::Withdrawals)?;
        let outside = take(
            "market tokens outside of the basket",
            one.market.supply,
            one.balance,
        )?;
        take("market tokens outside of the basket", outside, tokens)?;
        let report = after.mint(prices, (market, tokens), now)?;
        *self = after;
        Ok(report)
    }

    fn mint(
        &mut self,
        prices: &[Prices],
        (market, received): (usize, U256),
        now: u64,
    ) -> Result<GlvDepositReport, GmxError> {
        let of = prices.get(market).ok_or(UNKNOWN)?;
        let basket = self.value(prices, Bound::Max, now)?;
        let supply = self.supply;
        let one = self.at(market)?;
        let least = (Bound::Min, now);
        let received_usd = market_tokens_usd(&one.market, of, received, least)?;
        if basket == U256::ZERO && supply > U256::ZERO {
            return Err(GmxError::Refused {
                reason: "the basket is worth nothing: no deposit",
            });
        }
        let minted = tokens_for_usd(received_usd, basket, supply)?;
        one.balance = add(one.balance, received)?;
        one.check_limits(of, now)?;
        self.supply = add(supply, minted)?;
        Ok(GlvDepositReport {
            deposit: None,
            received,
            received_usd,
            value: basket,
            minted,
        })
    }

    /// Burns basket tokens for tokens out of one market of the basket.
    ///
    /// **Formula** `usd = floor(least basket value · tokens / supply)`, in market tokens at the
    /// greatest value of the market under the cap of withdrawals, which are then withdrawn.
    ///
    /// **Errors** [`GmxError::Insufficient`] for more than there is of either token; as
    /// [`Market::withdraw`]. Nothing has changed then.
    pub fn withdraw(
        &mut self,
        prices: &[Prices],
        (market, tokens): (usize, U256),
        now: u64,
    ) -> Result<GlvWithdrawalReport, GmxError> {
        let of = prices.get(market).ok_or(UNKNOWN)?;
        let value = self.value(prices, Bound::Min, now)?;
        let mut after = self.clone();
        let left = take("the supply of basket tokens", self.supply, tokens)?;
        let usd = usd_for_tokens(tokens, value, self.supply)?;
        let one = after.at(market)?;
        let how = Valuation {
            cap: PnlCap::Withdrawals,
            bound: Bound::Max,
            now,
        };
        let worth = pool_value(&one.market, of, how)?.value;
        let market_tokens = tokens_for_usd(usd, crate::or_zero(worth), one.market.supply)?;
        one.balance = take("the basket's market tokens", one.balance, market_tokens)?;
        let terms = WithdrawalTerms::at(now);
        let withdrawal = one.market.withdraw(of, market_tokens, terms)?;
        after.supply = left;
        *self = after;
        Ok(GlvWithdrawalReport {
            value,
            usd,
            market_tokens,
            withdrawal,
        })
    }

    /// Moves liquidity from one market of the basket to another, without fees and within the
    /// interval and the loss that are allowed.
    ///
    /// **Formula** loss `floor(10³⁰ · (given − received) / given)`, both at the greatest values
    /// after the step; none when more is received than given.
    ///
    /// **Errors** [`GmxError::Refused`] too early or within one market; [`GmxError::Limit`] of the
    /// loss or of the market's share; as [`Market::withdraw`] and [`Market::deposit`]. Nothing has
    /// changed then.
    pub fn shift(
        &mut self,
        prices: &[Prices],
        shift: Shift,
        now: u64,
    ) -> Result<ShiftReport, GmxError> {
        self.check_prices(prices)?;
        self.check_interval(now)?;
        if shift.from == shift.to {
            return Err(GmxError::Refused {
                reason: "a shift within one market",
            });
        }
        let from_prices = prices.get(shift.from).ok_or(UNKNOWN)?;
        let to_prices = prices.get(shift.to).ok_or(UNKNOWN)?;
        let mut after = self.clone();
        let from = after.at(shift.from)?;
        from.balance = take("the basket's market tokens", from.balance, shift.tokens)?;
        let leave = WithdrawalTerms {
            pricing: Pricing::Shift,
            ..WithdrawalTerms::at(now)
        };
        let withdrawal = from.market.withdraw(from_prices, shift.tokens, leave)?;
        let greatest = (Bound::Max, now);
        let given_usd = market_tokens_usd(&from.market, from_prices, shift.tokens, greatest)?;
        let to = after.at(shift.to)?;
        let enter = DepositTerms {
            pricing: Pricing::Shift,
            ..DepositTerms::at(now)
        };
        let deposit = to.market.deposit(to_prices, withdrawal.output, enter)?;
        to.balance = add(to.balance, deposit.minted)?;
        to.check_limits(to_prices, now)?;
        let received_usd = market_tokens_usd(&to.market, to_prices, deposit.minted, greatest)?;
        let lost = given_usd.saturating_sub(received_usd);
        let loss = to_factor(lost, given_usd)?;
        within("loss of a shift", loss, self.params.max_shift_loss)?;
        after.shifted_at = Some(now);
        *self = after;
        Ok(ShiftReport {
            withdrawal,
            deposit,
            given_usd,
            received_usd,
            loss,
        })
    }

    fn check_interval(&self, now: u64) -> Result<(), GmxError> {
        let next = self
            .shifted_at
            .map(|at| at.saturating_add(self.params.min_shift_interval));
        match next.is_some_and(|next| now < next) {
            true => Err(GmxError::Refused {
                reason: "the interval between two shifts has not passed",
            }),
            false => Ok(()),
        }
    }
}

impl GlvMarket {
    fn check_limits(&self, prices: &Prices, now: u64) -> Result<(), GmxError> {
        if let Some(allowed) = self.max_balance {
            within("market tokens of a basket", self.balance, allowed)?;
        }
        let Some(allowed) = self.max_balance_usd else {
            return Ok(());
        };
        let greatest = (Bound::Max, now);
        let usd = market_tokens_usd(&self.market, prices, self.balance, greatest)?;
        within("USD of a market in a basket", usd, allowed)
    }
}

const UNKNOWN: GmxError = GmxError::Refused {
    reason: "the basket has no such market",
};

/// Market tokens in USD under the cap of deposits.
fn market_tokens_usd(
    market: &Market,
    prices: &Prices,
    tokens: U256,
    (bound, now): (Bound, u64),
) -> Result<U256, GmxError> {
    let how = Valuation {
        cap: PnlCap::Deposits,
        bound,
        now,
    };
    let value = pool_value(market, prices, how)?.value;
    if value.is_negative() {
        return Err(GmxError::Refused {
            reason: "a market of the basket is worth less than nothing",
        });
    }
    usd_for_tokens(tokens, value.unsigned_abs(), market.supply)
}
