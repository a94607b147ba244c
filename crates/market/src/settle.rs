//! Postings between a position, the pool and the fee account.

use seawall_ledger::{Account, AccountId, Cause};
use seawall_margin::Position;
use seawall_units::{Base, Price, Usd};

use crate::IsolatedMarket;

/// What a position owes for the time since it was last settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Owed {
    /// Negative when it receives.
    pub(crate) funding: Usd,
    pub(crate) utilisation: Usd,
}

impl IsolatedMarket {
    pub(crate) fn owed(&self, position: &Position) -> Owed {
        let now = self.accrual();
        Owed {
            funding: position.owed_funding(&now),
            utilisation: position.owed_utilisation(&now),
        }
    }

    /// The pool takes in: Senior's cash is refilled to its claim first, the rest is Junior's (M-9).
    pub(crate) fn pay_pool(&mut self, from: Account, amount: Usd, cause: Cause) {
        let split = self.tranches().split_loss_refill(amount);
        self.ledger
            .pay(from, Account::Senior, split.to_senior, cause);
        self.ledger
            .pay(from, Account::Junior, split.to_junior, cause);
    }

    /// The pool pays out: from Junior's cash, then Senior's, and never more than it has. Gives what
    /// it paid.
    ///
    /// Orders are refused beforehand when the pool could not pay; only a liquidation of a pool
    /// without cash meets the bound.
    pub(crate) fn pay_from_pool(&mut self, to: Account, amount: Usd, cause: Cause) -> Usd {
        let payable = amount.min(self.pool_cash());
        let Some(split) = self.tranches().split_payout(payable) else {
            return Usd::ZERO;
        };
        self.ledger
            .pay(Account::Junior, to, split.from_junior, cause);
        self.ledger
            .pay(Account::Senior, to, split.from_senior, cause);
        payable
    }

    /// The cash of both vaults.
    #[must_use]
    pub fn pool_cash(&self) -> Usd {
        self.ledger.balance(Account::Senior) + self.ledger.balance(Account::Junior)
    }

    /// Whether the pool could pay a profit and funding now.
    pub(crate) fn can_pay(&self, amount: Usd) -> bool {
        amount <= self.pool_cash()
    }

    /// Settles what a position has accrued and realises the PnL of closing `size` (unsigned) of it
    /// at `price`; gives that PnL. What comes in is posted before what goes out.
    pub(crate) fn realise(&mut self, account: AccountId, size: Base, price: Price) -> Usd {
        let position = self.position(account);
        let owed = self.owed(&position);
        let closing = position.settled(&self.accrual()).close(size, price);
        let margin = Account::Margin(account);
        self.pay_from_pool(margin, closing.pnl.or_zero(), Cause::ProfitRealised);
        self.pay_from_pool(margin, (-owed.funding).or_zero(), Cause::FundingReceived);
        self.pay_pool(margin, (-closing.pnl).or_zero(), Cause::LossRealised);
        self.pay_pool(margin, owed.funding.or_zero(), Cause::FundingPaid);
        self.ledger
            .pay(margin, Account::Fees, owed.utilisation, Cause::Utilisation);
        self.write_position(account, closing.rest);
        closing.pnl
    }

    /// What is left of a flat account's margin becomes free collateral.
    pub(crate) fn release_margin(&mut self, account: AccountId) {
        let left = self.margin_of(account);
        self.ledger.pay(
            Account::Margin(account),
            Account::Free(account),
            left,
            Cause::MarginReleased,
        );
        self.refresh_key(account);
    }
}
