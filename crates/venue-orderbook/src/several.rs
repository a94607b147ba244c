use std::collections::BTreeSet;

use seawall_ledger::AccountId;
use seawall_units::{Ratio, Usd};

/// Roundings between an exact look and the exact money test, per coin (value, funding,
/// requirement), and as many to spare.
pub(crate) const SLACK: Usd = Usd::units_i64(8);

/// Finds accounts of several coins that may be below maintenance, looking again at each only when
/// the marks have travelled far enough to have brought it there.
///
/// All coins' marks together travel, in a second, as far as the largest relative move among them.
/// An account that was looked at with `S` above its maintenance and that changes by at most `E`
/// per unit of relative move is still at or above it while the marks have travelled less than
/// `S/(S+E)` since: along any path of length `a` a price stays within `e^a − 1 ≤ a/(1−a)` of where
/// it was. Its next look is entered at that mark of the way.
///
/// It never misses one; it may name one that turns out to be healthy.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeveralCoins {
    /// Units of [`Ratio`] since the start.
    travelled: i128,
    next: BTreeSet<(i128, AccountId)>,
    /// Where in `next` each account stands.
    places: Vec<Option<i128>>,
}

impl SeveralCoins {
    pub(crate) fn new(accounts: usize) -> Self {
        Self {
            places: vec![None; accounts],
            ..Self::default()
        }
    }

    /// The marks moved by as much as this.
    pub(crate) fn travel(&mut self, by: Ratio) {
        self.travelled = self.travelled.saturating_add(by.units());
    }

    /// An account has changed and must be looked at.
    pub(crate) fn look_at(&mut self, account: AccountId) {
        self.enter(account, Some(self.travelled));
    }

    /// Everybody must be looked at: something moved that is not a mark.
    pub(crate) fn look_at_all(&mut self) {
        let waiting = std::mem::take(&mut self.next);
        let travelled = self.travelled;
        for (_, account) in &waiting {
            if let Some(place) = self.places.get_mut(account.index()) {
                *place = Some(travelled);
            }
        }
        let all = waiting.into_iter().map(|(_, account)| (travelled, account));
        self.next = all.collect();
    }

    pub(crate) fn remove(&mut self, account: AccountId) {
        self.enter(account, None);
    }

    /// An account was looked at and found this much above its maintenance.
    pub(crate) fn found(&mut self, account: AccountId, spare: Usd, exposure: Usd) {
        let bearable = spare.ratio_floor(spare + exposure).unwrap_or_default();
        let until = self.travelled.saturating_add(bearable.or_zero().units());
        self.enter(account, Some(until));
    }

    /// Who must be looked at now.
    pub(crate) fn due(&self) -> Vec<AccountId> {
        let travelled = self.travelled;
        let due = self.next.iter().take_while(|place| place.0 <= travelled);
        due.map(|place| place.1).collect()
    }

    fn enter(&mut self, account: AccountId, until: Option<i128>) {
        let Some(place) = self.places.get_mut(account.index()) else {
            return;
        };
        if *place == until {
            return;
        }
        if let Some(old) = std::mem::replace(place, until) {
            self.next.remove(&(old, account));
        }
        if let Some(new) = until {
            self.next.insert((new, account));
        }
    }
}
