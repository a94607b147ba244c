//! The books of the reference: balances and nothing else.

use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountId, DeficitId, OwnerId};

/// Whose money it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purse {
    Outside,
    Senior,
    Junior,
    Insurance,
    Reserve,
    Fees,
    Keeper,
    Protocol,
    Margin(u32),
    Free(u32),
    /// Granted to a holder of shares.
    Granted(u32),
    /// What a deficit still misses, below zero.
    Missing(u32),
}
use Purse::*;

impl Purse {
    /// What the engine calls it.
    pub fn told(self) -> Account {
        match self {
            Outside => Account::External,
            Senior => Account::Senior,
            Junior => Account::Junior,
            Insurance => Account::Insurance,
            Reserve => Account::ImpactReserve,
            Fees => Account::Fees,
            Keeper => Account::Keeper,
            Protocol => Account::Protocol,
            Margin(n) => Account::Margin(AccountId::new(n)),
            Free(n) => Account::Free(AccountId::new(n)),
            Granted(n) => Account::PendingRedemption(OwnerId::new(n)),
            Missing(n) => Account::OpenDeficit(DeficitId::new(n)),
        }
    }
}

/// All balances, in units of money.
#[derive(Debug, Clone, Default)]
pub struct Books {
    balances: BTreeMap<Purse, i128>,
}

impl Books {
    pub fn of(&self, purse: Purse) -> i128 {
        self.balances.get(&purse).copied().unwrap_or(0)
    }

    pub fn pay(&mut self, from: Purse, to: Purse, amount: i128) {
        assert!(amount >= 0, "{from:?} pays {to:?} {amount}");
        *self.balances.entry(from).or_default() -= amount;
        *self.balances.entry(to).or_default() += amount;
    }

    /// Every balance that is not zero, by the engine's name.
    pub fn told(&self) -> BTreeMap<Account, i128> {
        let all = self.balances.iter().filter(|(_, balance)| **balance != 0);
        all.map(|(purse, balance)| (purse.told(), *balance))
            .collect()
    }
}
