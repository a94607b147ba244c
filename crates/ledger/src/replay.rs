use std::collections::BTreeMap;

use seawall_units::Usd;

use crate::{Account, Entry};

/// Balances rebuilt from journal entries alone; shares no state with [`Ledger`](crate::Ledger).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    balances: BTreeMap<Account, Usd>,
    entries: u64,
}

impl Replay {
    /// Nothing replayed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies the next entry; `false` when its place is not the next one, so that a lost or a
    /// doubled line is noticed. It is applied all the same.
    pub fn apply(&mut self, entry: &Entry) -> bool {
        let in_place = entry.seq == self.entries;
        self.entries = self.entries.saturating_add(1);
        *self.balances.entry(entry.transfer.from).or_default() -= entry.transfer.amount;
        *self.balances.entry(entry.transfer.to).or_default() += entry.transfer.amount;
        in_place
    }

    /// Entries applied.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// What the holder of `account` is owed.
    #[must_use]
    pub fn balance(&self, account: Account) -> Usd {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    /// Every balance that is not zero, in the order of accounts.
    pub fn balances(&self) -> impl Iterator<Item = (Account, Usd)> + '_ {
        self.balances
            .iter()
            .map(|(a, b)| (*a, *b))
            .filter(|(_, b)| !b.is_zero())
    }

    /// The sum of all balances; zero by law.
    #[must_use]
    pub fn sum(&self) -> Usd {
        self.balances.values().copied().sum()
    }
}
