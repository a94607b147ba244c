//! A ledger with ten thousand accounts, and one post for each of them.

use std::hint::black_box;

use seawall::ledger::{Account, AccountId, Cause, Ledger};
use seawall::units::{Time, Usd};

/// Accounts in it.
pub const ACCOUNTS: u32 = 10_000;

/// Every account with 1,000 USD of margin, the journal drained.
#[must_use]
pub fn ledger() -> Ledger {
    let mut ledger = Ledger::new(Time::from_secs(0));
    for n in 0..ACCOUNTS {
        let margin = Account::Margin(AccountId::new(n));
        let cause = Cause::MarginPosted;
        ledger.pay(Account::External, margin, Usd::whole(1_000), cause);
    }
    ledger.end_step();
    drop(ledger.drain());
    ledger
}

/// The same, writing no journal from here on.
#[must_use]
pub fn without_journal() -> Ledger {
    ledger().without_journal()
}

/// One post for each account, far apart from one to the next, and the end of the step.
#[must_use]
pub fn post_each(mut ledger: Ledger, to: impl Fn(AccountId) -> Account, cause: Cause) -> Ledger {
    for n in 0..ACCOUNTS {
        let id = AccountId::new(n * 7_919 % ACCOUNTS);
        ledger.pay(Account::Margin(id), to(id), black_box(Usd::ULP), cause);
    }
    ledger.end_step();
    ledger
}

/// Margin to fees: one of the two accounts is the same in every post.
#[must_use]
pub fn to_fees(ledger: Ledger) -> Ledger {
    post_each(ledger, |_| Account::Fees, Cause::TakerFee)
}

/// Margin to free collateral: no two posts have an account in common.
#[must_use]
pub fn to_free(ledger: Ledger) -> Ledger {
    post_each(ledger, Account::Free, Cause::MarginReleased)
}
