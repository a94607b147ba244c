//! Postings between a position, the pool and the fee account.

use seawall_ledger::{Account, AccountId, Cause};
use seawall_margin::Position;
use seawall_units::{Base, Price, Usd};

use crate::IsolatedMarket;

/// The most that selling a position in lots can miss: its price, its value, its share of the cost
/// and what it owes are each rounded once, for each lot that one position can have.
pub(crate) const LOT_ROUNDING: Usd = Usd::units_i64(1_000);

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
    ///
    /// The key in the liquidation index is the caller's to refresh, once the margin stands.
    ///
    /// Where margin does not reach for that and for the charges that follow, the rest of the
    /// position realises as much of its open profit: its cost rises by what it draws.
    ///
    /// **Rounding** a lot sold at the bankruptcy price may miss the margin by the roundings of its
    /// parts; the pool bears those units.
    pub(crate) fn realise(
        &mut self,
        account: AccountId,
        size: Base,
        price: Price,
        charges: Usd,
    ) -> Usd {
        let position = self.position(account);
        let owed = self.owed(&position);
        let closing = position.settled(&self.accrual()).close(size, price);
        let margin = Account::Margin(account);
        self.pay_from_pool(margin, closing.pnl.or_zero(), Cause::ProfitRealised);
        self.pay_from_pool(margin, (-owed.funding).or_zero(), Cause::FundingReceived);
        let loss = (-closing.pnl).or_zero();
        let out = loss + owed.funding.or_zero() + owed.utilisation + charges;
        let missing = match closing.rest.is_flat() {
            true => Usd::ZERO,
            false => (out - self.margin_of(account)).or_zero(),
        };
        let drawn = self.pay_from_pool(margin, missing, Cause::ProfitRealised);
        self.charge(account, Account::Fees, owed.utilisation, Cause::Utilisation);
        let funding = owed.funding.or_zero().min(self.margin_of(account));
        self.pay_pool(margin, funding, Cause::FundingPaid);
        let paid = loss.min(self.margin_of(account));
        assert!(
            loss - paid <= LOT_ROUNDING,
            "invariant: a close loses at most the margin ({loss} of {account})"
        );
        self.pay_pool(margin, paid, Cause::LossRealised);
        self.store_position(account, closing.rest.drawn(drawn));
        closing.pnl
    }

    /// Takes from an account's margin what a charge asks, at most what is there.
    pub(crate) fn charge(
        &mut self,
        account: AccountId,
        to: Account,
        amount: Usd,
        cause: Cause,
    ) -> Usd {
        let taken = amount.min(self.margin_of(account)).or_zero();
        self.ledger.pay(Account::Margin(account), to, taken, cause);
        taken
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
