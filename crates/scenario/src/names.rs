use std::collections::BTreeMap;

use seawall_ledger::AccountId;

use crate::Scenario;

/// Names in order of first appearance; a name's number is its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Names {
    list: Vec<String>,
    numbers: BTreeMap<String, u32>,
}

impl Names {
    /// The name's number, taken down if it is new.
    pub(crate) fn intern(&mut self, name: &str) -> u32 {
        if let Some(number) = self.number(name) {
            return number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    pub(crate) fn name(&self, number: u32) -> Option<&str> {
        let index = usize::try_from(number).ok()?;
        self.list.get(index).map(String::as_str)
    }

    /// All of them, in the order of their numbers.
    pub(crate) fn all(&self) -> impl Iterator<Item = &String> {
        self.list.iter()
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.list.len()).unwrap_or(u32::MAX)
    }
}

/// Everybody who holds or sends something: first the named accounts, then each drawn crowd.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Accounts {
    pub(crate) named: Names,
    crowds: Crowds,
}

impl Accounts {
    /// The named accounts and, after them, the crowds.
    pub(crate) fn new(named: Names, crowds: Crowds) -> Self {
        Self { named, crowds }
    }

    /// How many there are.
    pub(crate) fn total(&self) -> u32 {
        self.named.len().saturating_add(self.crowds.total)
    }

    /// Who is called so.
    pub(crate) fn id(&self, name: &str) -> Option<AccountId> {
        let member = || Some(self.named.len().saturating_add(self.crowds.member(name)?));
        let number = self.named.number(name).or_else(member);
        number.map(AccountId::new)
    }

    /// The first of the crowd that stands at this place of the file.
    pub(crate) fn first_of(&self, crowd: usize) -> AccountId {
        let first = self
            .crowds
            .list
            .get(crowd)
            .map_or(0, |(_, first, _)| *first);
        AccountId::new(self.named.len().saturating_add(first))
    }

    /// The first account and the number of accounts of the crowd called so.
    pub(crate) fn crowd(&self, name: &str) -> Option<(AccountId, u32)> {
        let (first, count) = *self.crowds.places.get(name)?;
        let first = self.named.len().saturating_add(first);
        Some((AccountId::new(first), count))
    }

    /// What accounts are called, by number, a crowd as `first-last`.
    pub(crate) fn list(&self) -> Vec<(String, String)> {
        let named = self.named.all().enumerate();
        let named = named.map(|(number, name)| (number.to_string(), name.clone()));
        let crowds = self.crowds.list.iter().filter(|(_, _, count)| *count > 0);
        let crowds = crowds.map(|(name, first, count)| {
            let first = self.named.len().saturating_add(*first);
            let last = first.saturating_add(*count).saturating_sub(1);
            (format!("{first}-{last}"), name.clone())
        });
        named.chain(crowds).collect()
    }

    /// What an account is called; `account-7` when it is not of this scenario.
    pub(crate) fn name(&self, id: AccountId) -> String {
        let number = id.number();
        if let Some(name) = self.named.name(number) {
            return name.to_owned();
        }
        let among_crowds = number.saturating_sub(self.named.len());
        for (name, first, count) in &self.crowds.list {
            if let Some(place) = among_crowds.checked_sub(*first)
                && place < *count
            {
                return format!("{name}-{}", place.saturating_add(1));
            }
        }
        format!("account-{number}")
    }
}

/// Crowds of drawn accounts, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Crowds {
    /// Name, first place and count of each, in the file's order.
    list: Vec<(String, u32, u32)>,
    places: BTreeMap<String, (u32, u32)>,
    total: u32,
}

impl Crowds {
    /// Appends a crowd; `None` when there is one of this name.
    pub(crate) fn append(&mut self, name: &str, count: u32) -> Option<()> {
        let place = (self.total, count);
        if self.places.insert(name.to_owned(), place).is_some() {
            return None;
        }
        self.list.push((name.to_owned(), self.total, count));
        self.total = self.total.saturating_add(count);
        Some(())
    }

    pub(crate) const fn total(&self) -> u32 {
        self.total
    }

    /// The place among all crowds of an account called so: `crowd-7` is the seventh of its crowd.
    pub(crate) fn member(&self, name: &str) -> Option<u32> {
        let (crowd, digits) = name.rsplit_once('-')?;
        let place: u32 = digits.parse().ok()?;
        let plain = place.to_string() == digits;
        let (first, count) = *self.places.get(crowd)?;
        let inside = plain && (1..=count).contains(&place);
        inside.then(|| first.saturating_add(place).saturating_sub(1))
    }
}

impl Scenario {
    /// What the file calls accounts (`margin:3`, a crowd of them `margin:10-19`) and bidders and
    /// liquidity providers (`party:0`), which share their numbers.
    #[must_use]
    pub fn names(&self) -> BTreeMap<String, String> {
        let accounts = self.resolved.accounts.list().into_iter();
        let accounts = accounts.map(|(numbers, name)| (format!("margin:{numbers}"), name));
        let parties = self.resolved.parties.all().enumerate();
        let parties = parties.map(|(number, name)| (format!("party:{number}"), name.clone()));
        accounts.chain(parties).collect()
    }
}
