//! Liquidity in and out, at the pool's higher and lower value.
use super::books::Purse;
use super::command::{Gate, No};
use super::market::{Market, Provider, Request};
use super::number::{MONEY, Q, SHARES, down, is_positive, or_zero, up, zero};
use super::rules::Side;
use super::value::Bound;

impl Market {
    pub(crate) fn provider(&self, lp: u32) -> Provider {
        let nothing = || Provider {
            tokens: zero(),
            granted: zero(),
        };
        self.providers.get(&lp).cloned().unwrap_or_else(nothing)
    }

    /// A request is refused when it would fail now; else it waits for the minute.
    pub(crate) fn ask_liquidity(&mut self, lp: u32, amount: &Q, enters: bool) -> Result<(), No> {
        let request = Request {
            lp,
            enters,
            amount: amount.clone(),
        };
        self.clone().execute(&request)?;
        self.requests.push(request);
        Ok(())
    }

    /// Executes what waits; what fails now is cancelled.
    pub(crate) fn attribute(&mut self) {
        if !self.live {
            return;
        }
        for request in std::mem::take(&mut self.requests) {
            let mut after = self.clone();
            if after.execute(&request).is_ok() {
                *self = after;
            }
        }
    }

    /// On a refusal the market is left half done.
    fn execute(&mut self, request: &Request) -> Result<(), No> {
        match request.enters {
            true => self.deposit(request),
            false => self.withdraw(request),
        }
    }

    fn any_exceeds(&self, factor: &Q) -> bool {
        Side::BOTH
            .into_iter()
            .any(|side| self.exceeds(side, factor))
    }

    fn deposit(&mut self, request: &Request) -> Result<(), No> {
        if self.any_exceeds(&self.rules.profit.deposits) {
            return Err(No::Liquidity(Gate::ProfitForDeposits));
        }
        let value = self.value(Bound::High);
        let minted = match self.supply == zero() {
            true => or_zero(value) + &request.amount,
            false if !is_positive(&value) => return Err(No::Liquidity(Gate::WithoutValue)),
            false => down(&(&self.supply * &request.amount / value), SHARES),
        };
        self.turn(self.supply == zero(), "deposit without supply");
        let mut provider = self.provider(request.lp);
        provider.tokens += &minted;
        self.providers.insert(request.lp, provider);
        self.supply += minted;
        self.pay(
            Purse::External,
            Purse::Pool,
            &request.amount,
            "vault_deposit",
        );
        match self.half() > self.rules.max_side_for_deposit {
            true => Err(No::Liquidity(Gate::Full)),
            false => Ok(()),
        }
    }

    fn withdraw(&mut self, request: &Request) -> Result<(), No> {
        let value = self.value(Bound::Low);
        let mut provider = self.provider(request.lp);
        let amount = request
            .amount
            .clone()
            .min(self.share(&provider.tokens, &value));
        self.turn(amount < request.amount, "redeem more than held");
        if !is_positive(&amount) {
            return Err(No::Liquidity(Gate::WithoutTokens));
        }
        if amount > self.own_cash() || amount > self.cash() {
            return Err(No::Liquidity(Gate::BeyondWorth));
        }
        let burned = up(&(&self.supply * &amount / value), SHARES);
        provider.tokens -= &burned;
        provider.granted += &amount;
        assert!(provider.tokens >= zero(), "nobody burns more than he has");
        self.providers.insert(request.lp, provider);
        self.supply -= burned;
        self.pay(Purse::Pool, Purse::External, &amount, "vault_redemption");
        // What is left must still stand behind the traders.
        let reserve = self.part_of_half(&self.rules.reserve_factor);
        if Side::BOTH
            .into_iter()
            .any(|side| self.reserved(side) > reserve)
        {
            return Err(No::Liquidity(Gate::Reserve));
        }
        match self.any_exceeds(&self.rules.profit.withdrawals) {
            true => Err(No::Liquidity(Gate::ProfitForWithdrawals)),
            false => Ok(()),
        }
    }

    /// What market tokens are worth in a pool of this value.
    pub(crate) fn share(&self, tokens: &Q, value: &Q) -> Q {
        match is_positive(&self.supply) {
            true => down(&(tokens * or_zero(value.clone()) / &self.supply), MONEY),
            false => zero(),
        }
    }
}
