use std::collections::BTreeMap;

use seawall_units::Usd;

use crate::{Account, AccountId, AccountKind};

/// What the holder of each account is owed, and the sum of each kind.
///
/// A kind with one account keeps it in its sum; traders' accounts lie in two lists by their
/// numbers; the few others in a map, which forgets what is zero.
#[derive(Debug, Clone, Default)]
pub(crate) struct Balances {
    sums: [Usd; AccountKind::ALL.len()],
    margin: Vec<Usd>,
    free: Vec<Usd>,
    numbered: BTreeMap<Account, Usd>,
}

impl Balances {
    /// Room for so many traders, exactly.
    pub(crate) fn reserve(&mut self, count: usize) {
        for list in [&mut self.margin, &mut self.free] {
            if let Some(more) = count.checked_sub(list.len()) {
                list.reserve_exact(more);
                list.resize(count, Usd::ZERO);
            }
        }
    }

    pub(crate) fn of(&self, account: Account) -> Usd {
        let found = match account {
            Account::Margin(id) => self.margin.get(id.index()),
            Account::Free(id) => self.free.get(id.index()),
            Account::Backstop(_)
            | Account::OpenDeficit(_)
            | Account::Bidder(_)
            | Account::PendingRedemption(_) => self.numbered.get(&account),
            _ => self.sums.get(account.kind().index()),
        };
        found.copied().unwrap_or(Usd::ZERO)
    }

    pub(crate) fn sum_of(&self, kind: AccountKind) -> Usd {
        self.sums[kind.index()]
    }

    /// The sum over the kinds.
    pub(crate) fn sum(&self) -> Usd {
        self.sums.iter().copied().sum()
    }

    /// Adds to a balance; gives what it comes to.
    pub(crate) fn shift(&mut self, account: Account, amount: Usd) -> Usd {
        let sum = &mut self.sums[account.kind().index()];
        *sum += amount;
        match account {
            Account::Margin(id) => shift_in(&mut self.margin, id, amount),
            Account::Free(id) => shift_in(&mut self.free, id, amount),
            Account::Backstop(_)
            | Account::OpenDeficit(_)
            | Account::Bidder(_)
            | Account::PendingRedemption(_) => self.shift_numbered(account, amount),
            _ => *sum,
        }
    }

    fn shift_numbered(&mut self, account: Account, amount: Usd) -> Usd {
        let balance = self.numbered.entry(account).or_default();
        *balance += amount;
        let left = *balance;
        if left.is_zero() {
            self.numbered.remove(&account);
        }
        left
    }

    /// Every balance that is not zero, in the order of accounts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Account, Usd)> + '_ {
        let kinds = AccountKind::ALL.into_iter();
        kinds
            .flat_map(|kind| self.of_kind(kind))
            .filter(|(_, balance)| !balance.is_zero())
    }

    fn of_kind(&self, kind: AccountKind) -> impl Iterator<Item = (Account, Usd)> + '_ {
        let single = kind.single().map(|account| (account, self.sum_of(kind)));
        let list: &[Usd] = match kind {
            AccountKind::Margin => &self.margin,
            AccountKind::Free => &self.free,
            _ => &[],
        };
        let named = move |id| match kind {
            AccountKind::Free => Account::Free(id),
            _ => Account::Margin(id),
        };
        let traders = list.iter().enumerate();
        let traders = traders.map(move |(place, balance)| (named(AccountId::at(place)), *balance));
        let numbered = self.numbered.iter().map(|(account, b)| (*account, *b));
        let numbered = numbered.filter(move |(account, _)| account.kind() == kind);
        single.into_iter().chain(traders).chain(numbered)
    }
}

fn shift_in(list: &mut Vec<Usd>, id: AccountId, amount: Usd) -> Usd {
    let place = id.index();
    if list.len() <= place {
        list.resize(place.saturating_add(1), Usd::ZERO);
    }
    let balance = &mut list[place];
    *balance += amount;
    *balance
}
