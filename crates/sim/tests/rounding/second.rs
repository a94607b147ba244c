//! What a venue posted and told in one second.

use std::collections::{BTreeMap, BTreeSet};

use seawall_ledger::{Account, AccountId, AccountKind, Cause, Entry};
use seawall_units::{Time, Usd};
use seawall_venue::{Event, Fill};

/// The postings of a second, summed by cause, payer and payee.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    sums: BTreeMap<(Cause, AccountKind, AccountKind), (Usd, u64)>,
}

impl Postings {
    pub(crate) fn add(&mut self, entry: &Entry) {
        let transfer = &entry.transfer;
        let key = (
            transfer.cause(),
            transfer.from().kind(),
            transfer.to().kind(),
        );
        let sum = self.sums.entry(key).or_default();
        sum.0 += transfer.amount();
        sum.1 += 1;
    }

    fn all(&self, cause: Cause) -> impl Iterator<Item = (AccountKind, AccountKind, Usd, u64)> + '_ {
        let of_cause = self.sums.iter().filter(move |(key, _)| key.0 == cause);
        of_cause.map(|((_, from, to), (amount, count))| (*from, *to, *amount, *count))
    }

    /// All of a cause.
    pub(crate) fn of(&self, cause: Cause) -> Usd {
        self.all(cause).map(|(_, _, amount, _)| amount).sum()
    }

    /// All of a cause to one kind of account.
    pub(crate) fn to(&self, cause: Cause, kind: AccountKind) -> Usd {
        self.all(cause)
            .filter(|(_, to, _, _)| *to == kind)
            .map(|(_, _, amount, _)| amount)
            .sum()
    }

    /// How many postings of a cause went to one kind of account.
    pub(crate) fn count_to(&self, cause: Cause, kind: AccountKind) -> u64 {
        self.all(cause)
            .filter(|(_, to, _, _)| *to == kind)
            .map(|(_, _, _, count)| count)
            .sum()
    }
}

/// One second of a venue.
#[derive(Debug)]
pub(crate) struct Second {
    pub(crate) now: Time,
    pub(crate) entries: Vec<Entry>,
    pub(crate) postings: Postings,
    pub(crate) events: Vec<Event>,
}

impl Second {
    pub(crate) fn fills(&self) -> impl Iterator<Item = &Fill> {
        self.events.iter().filter_map(|event| match event {
            Event::Fill(fill) => Some(fill),
            _ => None,
        })
    }

    /// The accounts of which it tells.
    pub(crate) fn accounts(&self) -> BTreeSet<AccountId> {
        let of = |event: &Event| match event {
            Event::Fill(fill) => Some(fill.account),
            Event::Liquidation(liquidation) => Some(liquidation.account),
            Event::Cut(cut) => Some(cut.account),
            Event::Stage(report) => report.account,
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }

    /// Whether nobody was closed against his will.
    pub(crate) fn is_quiet(&self) -> bool {
        let forced = |event: &Event| {
            matches!(
                event,
                Event::Liquidation(_) | Event::Cut(_) | Event::DeficitOpened { .. }
            )
        };
        !self.events.iter().any(forced)
    }

    /// The amounts posted by one account for a cause, in their order.
    pub(crate) fn paid_by(&self, from: Account, cause: Cause) -> impl Iterator<Item = Usd> + '_ {
        let of_cause = self.entries.iter().map(|entry| &entry.transfer);
        let of_cause = of_cause.filter(move |t| t.cause() == cause && t.from() == from);
        of_cause.map(|transfer| transfer.amount())
    }
}
