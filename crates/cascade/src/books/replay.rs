use std::collections::BTreeMap;

use seawall_units::Tokens;

use super::{Account, Asset, Entry};

/// Balances rebuilt from journal entries alone; shares no state with [`Books`](super::Books).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    balances: BTreeMap<(Asset, Account), Tokens>,
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
        let transfer = entry.transfer;
        let mut shift = |account, amount: Tokens| {
            let slot = self.balances.entry((transfer.asset(), account));
            *slot.or_default() += amount;
        };
        shift(transfer.from(), -transfer.amount());
        shift(transfer.to(), transfer.amount());
        in_place
    }

    /// Entries applied.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// What the holder of `account` is owed.
    #[must_use]
    pub fn balance(&self, asset: Asset, account: Account) -> Tokens {
        let found = self.balances.get(&(asset, account)).copied();
        found.unwrap_or_default()
    }

    /// Every balance that is not zero, in the order of assets and accounts.
    pub fn balances(&self) -> impl Iterator<Item = (Asset, Account, Tokens)> + '_ {
        self.balances
            .iter()
            .map(|((asset, account), balance)| (*asset, *account, *balance))
            .filter(|(_, _, balance)| !balance.is_zero())
    }
}
