//! Liquidity in and out, in the minute's Attribution phase (M-9, M-11.7).

use seawall_ledger::{Account, BidderId, Cause};
use seawall_units::Usd;
use seawall_vault::{HolderId, OpenLoss, Series, Vault};
use seawall_venue::{Receipt, Refusal, TrancheName};

use crate::IsolatedMarket;

/// A deposit or redemption that waits for the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiquidityRequest {
    /// Pay in.
    Provide {
        /// Who.
        lp: BidderId,
        /// Where.
        tranche: TrancheName,
        /// How much.
        amount: Usd,
    },
    /// Take out at the share price of its execution.
    Redeem {
        /// Who.
        lp: BidderId,
        /// Where from.
        tranche: TrancheName,
        /// How much.
        amount: Usd,
    },
}

/// Number of the holder of the opening capital.
pub(crate) const FOUNDER: HolderId = HolderId::new(0);

/// Liquidity providers of a scenario follow the founder.
pub(crate) fn holder(lp: BidderId) -> HolderId {
    HolderId::new(lp.number().saturating_add(1))
}

impl IsolatedMarket {
    /// A minute's Attribution phase: fees, liquidity, the ladder. `loss` tells whether a deficit
    /// or ADL is open.
    pub fn attribute_minute(&mut self, loss: OpenLoss) {
        if !self.status().has_valid_mark() {
            return;
        }
        self.distribute_fees();
        for request in std::mem::take(&mut self.requests) {
            // A request that the gates refuse lapses; nothing has moved then.
            let _: Result<Receipt, Refusal> = self.execute(request, loss);
        }
        self.refresh_ladder();
    }

    /// Takes a request down for the next minute.
    ///
    /// **Errors** [`Refusal`] when nothing is asked or the market is halted.
    pub fn plan_request(&self, request: &LiquidityRequest) -> Result<(), Refusal> {
        let (LiquidityRequest::Provide { amount, .. } | LiquidityRequest::Redeem { amount, .. }) =
            request;
        match (amount.is_positive(), self.wound_up) {
            (false, _) => Err(Refusal::NotPositive),
            (true, true) => Err(Refusal::Status {
                status: self.status(),
            }),
            (true, false) => Ok(()),
        }
    }

    /// Executes what [`IsolatedMarket::plan_request`] allowed.
    pub fn commit_request(&mut self, request: LiquidityRequest) {
        self.requests.push(request);
    }

    fn execute(&mut self, request: LiquidityRequest, loss: OpenLoss) -> Result<Receipt, Refusal> {
        match request {
            LiquidityRequest::Provide {
                lp,
                tranche,
                amount,
            } => self.provide(holder(lp), tranche, amount, loss),
            LiquidityRequest::Redeem {
                lp,
                tranche,
                amount,
            } => self.redeem(holder(lp), tranche, amount, loss),
        }
    }

    fn provide(
        &mut self,
        lp: HolderId,
        tranche: TrancheName,
        amount: Usd,
        loss: OpenLoss,
    ) -> Result<Receipt, Refusal> {
        let (state, values) = (self.pair_state(loss), self.deposit_values());
        let config = &self.params.vault;
        let no = |reason| Refusal::Liquidity { reason };
        let (to, shares, net) = match tranche {
            TrancheName::Senior => {
                let most = state
                    .gate_senior_deposit(config)
                    .map_err(|_| no("senior deposits are closed"))?;
                if amount > most {
                    return Err(no("coverage would fall below its minimum"));
                }
                let priced = self.senior.conversion(values.senior);
                let shares = priced.and_then(|c| c.preview_deposit(amount));
                let shares = shares.map_err(|_| no("the deposit is out of range"))?;
                self.senior
                    .mint(lp, shares)
                    .map_err(|_| no("the deposit is out of range"))?;
                self.claim += amount;
                (Account::Senior, shares.units(), amount)
            }
            TrancheName::Junior => {
                state
                    .gate_junior_deposit()
                    .map_err(|_| no("junior deposits are closed"))?;
                let fee = state.balancing_fee(amount, config);
                let shares = self.mint_junior(lp, values.junior, amount - fee)?;
                let fees = Account::Fees;
                self.ledger
                    .pay(Account::External, fees, fee, Cause::BalancingFee);
                (Account::Junior, shares, amount - fee)
            }
        };
        self.ledger
            .pay(Account::External, to, net, Cause::VaultDeposit);
        Ok(Receipt::Liquidity { amount, shares })
    }

    /// Mints junior shares; opens a new series at 1:1 when the last one is frozen (M-8.3).
    fn mint_junior(&mut self, lp: HolderId, value: Usd, amount: Usd) -> Result<i128, Refusal> {
        let no = |_| Refusal::Liquidity {
            reason: "the deposit is out of range",
        };
        if self.series == Series::New {
            let opened = Vault::open(self.params.vault.dead_deposit, lp, amount).map_err(no)?;
            let shares = opened.held(lp).units();
            self.frozen
                .push(std::mem::replace(&mut self.junior, opened));
            self.series = Series::Running;
            return Ok(shares);
        }
        let priced = self
            .junior
            .conversion(value)
            .and_then(|c| c.preview_deposit(amount));
        let shares = priced.map_err(no)?;
        self.junior.mint(lp, shares).map_err(no)?;
        Ok(shares.units())
    }

    fn redeem(
        &mut self,
        lp: HolderId,
        tranche: TrancheName,
        amount: Usd,
        loss: OpenLoss,
    ) -> Result<Receipt, Refusal> {
        let no = |reason| Refusal::Liquidity { reason };
        if !self.status().exits() {
            return Err(Refusal::Status {
                status: self.status(),
            });
        }
        let (state, values) = (self.pair_state(loss), self.exit_values());
        let amount = amount.min(self.worth_of(lp, tranche, &values));
        if !amount.is_positive() {
            return Err(no("there are not enough shares"));
        }
        let cap = (values.total() - amount)
            .or_zero()
            .mul_floor(self.params.limits.reserved);
        if self.reserved() > cap {
            return Err(no("open interest reserves the capital"));
        }
        let few = "there are not enough shares";
        let (from, shares) = match tranche {
            TrancheName::Senior => {
                let most = state
                    .gate_senior_exit()
                    .map_err(|_| no("senior exits are closed"))?;
                let priced = self.senior.conversion(values.senior);
                let shares = priced
                    .and_then(|c| c.preview_withdraw(amount))
                    .map_err(|_| no(few))?;
                if amount > most.min(self.ledger.balance(Account::Senior)) {
                    return Err(no("there is not enough cash"));
                }
                self.senior.burn(lp, shares).map_err(|_| no(few))?;
                self.claim -= amount;
                (Account::Senior, shares.units())
            }
            TrancheName::Junior => {
                let most = state.gate_junior_exit(&self.params.vault);
                let most = most.map_err(|_| no("junior exits are closed"))?;
                let priced = self.junior.conversion(values.junior);
                let shares = priced
                    .and_then(|c| c.preview_withdraw(amount))
                    .map_err(|_| no(few))?;
                if amount > most.min(self.ledger.balance(Account::Junior)) {
                    return Err(no("coverage or cash would fail"));
                }
                self.junior.burn(lp, shares).map_err(|_| no(few))?;
                (Account::Junior, shares.units())
            }
        };
        self.ledger
            .pay(from, Account::External, amount, Cause::VaultRedemption);
        *self.granted.entry((lp, tranche)).or_default() += amount;
        Ok(Receipt::Liquidity { amount, shares })
    }
}
