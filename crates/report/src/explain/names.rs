//! Whom a journal speaks of, by the names of its scenario.

use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountId, OwnerId};

use super::ExplainError;

/// What can be told of as an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A trader's margin and free collateral.
    Trader(AccountId),
    /// An owner of shares.
    Party(OwnerId),
    /// A part of the risk capital as a whole.
    Capital(Account),
}

/// The names of a header.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// First and last account with its name; a crowd's are numbered from one.
    accounts: Vec<(u32, u32, String)>,
    parties: BTreeMap<u32, String>,
}

impl Names {
    pub(super) fn new(names: &BTreeMap<String, String>) -> Self {
        let mut known = Self::default();
        for (key, name) in names {
            let (kind, number) = key.split_once(':').unwrap_or_default();
            let (first, last) = number.split_once('-').unwrap_or((number, number));
            if let (Ok(first), Ok(last)) = (first.parse(), last.parse()) {
                match kind {
                    "party" => drop(known.parties.insert(first, name.clone())),
                    _ => known.accounts.push((first, last, name.clone())),
                }
            }
        }
        known
    }

    /// An account as people know it, with its name in files.
    pub(super) fn trader(&self, id: AccountId) -> String {
        let number = id.number();
        let own = |(first, last, _): &&(u32, u32, String)| (*first..=*last).contains(&number);
        match self.accounts.iter().find(own) {
            None => format!("margin:{number}"),
            Some((first, last, name)) if first == last => format!("{name} (margin:{number})"),
            Some((first, _, name)) => {
                let place = number.saturating_sub(*first).saturating_add(1);
                format!("{name}-{place} (margin:{number})")
            }
        }
    }

    /// An owner of shares as people know him.
    pub(super) fn party(&self, owner: OwnerId) -> String {
        let Some(number) = owner.number().checked_sub(1) else {
            return String::from("the opening capital");
        };
        match self.parties.get(&number) {
            Some(name) => format!("{name} (party:{number})"),
            None => format!("party:{number}"),
        }
    }

    /// Any account as people know it.
    pub(super) fn account(&self, account: Account) -> String {
        match account {
            Account::Margin(id) => self.trader(id),
            Account::PendingRedemption(owner) => format!("{} (claimable)", self.party(owner)),
            other => other.to_string(),
        }
    }

    /// Whom a text means: the name of the scenario, an account's name in files or a number. A
    /// bidder who provides liquidity too is two.
    pub(super) fn subjects(&self, text: &str) -> Result<Vec<Subject>, ExplainError> {
        let mut found = self.named(text);
        if !found.is_empty() {
            return Ok(found);
        }
        if let Ok(number) = text.parse() {
            return Ok(vec![Subject::Trader(AccountId::new(number))]);
        }
        if let Some(number) = text.strip_prefix("party:")
            && let Ok(number) = number.parse::<u32>()
        {
            if let Some(name) = self.parties.get(&number) {
                found = self.named(name);
            }
            let party = Subject::Party(OwnerId::new(number.saturating_add(1)));
            if !found.contains(&party) {
                found.push(party);
            }
            return Ok(found);
        }
        let subject = match text.parse::<Account>() {
            Ok(Account::Margin(id) | Account::Free(id)) => Some(Subject::Trader(id)),
            Ok(Account::PendingRedemption(owner)) => Some(Subject::Party(owner)),
            Ok(
                account @ (Account::Senior
                | Account::Junior
                | Account::Insurance
                | Account::Pool
                | Account::Makers
                | Account::Backstop(_)
                | Account::Parent),
            ) => Some(Subject::Capital(account)),
            _ => None,
        };
        let unknown = || ExplainError::Unknown {
            what: format!("`{text}` names no account, party or capital of this journal"),
            legal: self.list().join(", "),
        };
        subject.map(|subject| vec![subject]).ok_or_else(unknown)
    }

    /// Whom the scenario calls so.
    fn named(&self, text: &str) -> Vec<Subject> {
        let mut found = Vec::new();
        for (first, last, name) in &self.accounts {
            let number = match first == last {
                true => (name == text).then_some(*first),
                false => text
                    .strip_prefix(name.as_str())
                    .and_then(|rest| rest.strip_prefix('-'))
                    .and_then(|place| place.parse::<u32>().ok())
                    .and_then(|place| first.checked_add(place.checked_sub(1)?))
                    .filter(|number| number <= last),
            };
            found.extend(number.map(|number| Subject::Trader(AccountId::new(number))));
        }
        for (number, name) in &self.parties {
            if name == text {
                let owner = OwnerId::new(number.saturating_add(1));
                found.push(Subject::Party(owner));
            }
        }
        found
    }

    /// What may be asked for.
    pub(super) fn list(&self) -> Vec<String> {
        const MOST: usize = 12;
        let accounts = self.accounts.iter().map(|(first, last, name)| {
            let count = last.saturating_sub(*first).saturating_add(1);
            match first == last {
                true => name.clone(),
                false => format!("{name}-1 to {name}-{count}"),
            }
        });
        let mut names: Vec<String> = accounts.chain(self.parties.values().cloned()).collect();
        names.sort();
        names.dedup();
        let more = names.len().saturating_sub(MOST);
        names.truncate(MOST);
        if more > 0 {
            names.push(format!("{more} more names"));
        }
        if let Some((last, _)) = self.parties.last_key_value() {
            names.push(format!("party:0 to party:{last}"));
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_numbers_and_accounts_are_found() {
        let list = [
            ("margin:0", "ann"),
            ("margin:1-10", "retail"),
            ("party:0", "fund"),
        ];
        let list = list.map(|(key, name)| (key.to_owned(), name.to_owned()));
        let names = Names::new(&list.into_iter().collect());
        let trader = |number| Subject::Trader(AccountId::new(number));
        let check = |text, expect| assert_eq!(names.subjects(text).unwrap(), [expect], "{text}");
        check("ann", trader(0));
        check("retail-1", trader(1));
        check("retail-10", trader(10));
        check("7", trader(7));
        check("margin:7", trader(7));
        check("free:7", trader(7));
        check("fund", Subject::Party(OwnerId::new(1)));
        check("party:0", Subject::Party(OwnerId::new(1)));
        check("junior", Subject::Capital(Account::Junior));
        assert_eq!(names.trader(AccountId::new(3)), "retail-3 (margin:3)");
        for text in ["retail-11", "retail-0", "bob", "external", "variation"] {
            let error = names.subjects(text).unwrap_err().to_string();
            assert!(
                error.contains("ann, fund, retail-1 to retail-10"),
                "{error}"
            );
        }
    }
}
