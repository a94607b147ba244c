//! One value for each account, found without a search where numbers are small.

use std::collections::BTreeMap;

use crate::names::{Account, AccountKind};

/// Numbers below this have a place of their own in a vector that grows with the largest.
const DENSE: usize = 1 << 20;

/// A value for each account; an account that was never written has the default.
#[derive(Debug, Clone)]
pub(crate) struct Slots<T> {
    kinds: Vec<Vec<T>>,
    /// Accounts with numbers that no vector should grow to.
    far: BTreeMap<Account, T>,
}

impl<T: Copy + Default> Default for Slots<T> {
    fn default() -> Self {
        Self {
            kinds: vec![Vec::new(); AccountKind::ALL.len()],
            far: BTreeMap::new(),
        }
    }
}

impl<T: Copy + Default> Slots<T> {
    pub(crate) fn at(&self, account: Account) -> T {
        let number = usize::try_from(account.number).unwrap_or(usize::MAX);
        let near = self
            .kinds
            .get(account.kind.index())
            .and_then(|kind| kind.get(number));
        match near {
            Some(value) => *value,
            None if number < DENSE => T::default(),
            None => self.far.get(&account).copied().unwrap_or_default(),
        }
    }

    pub(crate) fn at_mut(&mut self, account: Account) -> &mut T {
        let number = usize::try_from(account.number).unwrap_or(usize::MAX);
        match self.kinds.get_mut(account.kind.index()) {
            Some(kind) if number < DENSE => {
                if kind.len() <= number {
                    kind.resize(number.saturating_add(1), T::default());
                }
                #[allow(clippy::indexing_slicing)] // resized above
                &mut kind[number]
            }
            _ => self.far.entry(account).or_default(),
        }
    }

    /// Every account that has a place, in order of kinds and numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Account, T)> + '_ {
        let near = AccountKind::ALL
            .iter()
            .zip(&self.kinds)
            .flat_map(|(kind, values)| {
                values.iter().zip(0_u32..).map(|(value, number)| {
                    (
                        Account {
                            kind: *kind,
                            number,
                        },
                        *value,
                    )
                })
            });
        near.chain(self.far.iter().map(|(account, value)| (*account, *value)))
    }

    /// The same of one kind.
    pub(crate) fn of_kind(&self, kind: AccountKind) -> impl Iterator<Item = (Account, T)> + '_ {
        let near = self
            .kinds
            .get(kind.index())
            .into_iter()
            .flatten()
            .zip(0_u32..);
        let near = near.map(move |(value, number)| (Account { kind, number }, *value));
        let far = self
            .far
            .iter()
            .filter(move |(account, _)| account.kind == kind);
        near.chain(far.map(|(account, value)| (*account, *value)))
    }
}
