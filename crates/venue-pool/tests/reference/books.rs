//! The books: what each holder is owed, and every movement of a step by its cause.
use std::collections::BTreeMap;

use super::number::{Q, is_positive, zero};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purse {
    External,
    Pool,
    ImpactPool,
    Protocol,
    Clearing,
    OpenDeficit(u32),
    Margin(u32),
    Free(u32),
}

/// Payer, payee, cause.
pub(crate) type Flow = (Purse, Purse, &'static str);

#[derive(Debug, Clone, Default)]
pub(crate) struct Books {
    balances: BTreeMap<Purse, Q>,
    /// What moved since the step began.
    pub(crate) flows: BTreeMap<Flow, Q>,
}

impl Books {
    pub(crate) fn balance(&self, purse: Purse) -> Q {
        self.balances.get(&purse).cloned().unwrap_or_else(zero)
    }

    pub(crate) fn pay(&mut self, flow: Flow, amount: &Q) {
        assert!(*amount >= zero(), "{flow:?} moves {amount:?}");
        if !is_positive(amount) {
            return;
        }
        let (from, to, _) = flow;
        *self.balances.entry(from).or_insert_with(zero) -= amount;
        *self.balances.entry(to).or_insert_with(zero) += amount;
        *self.flows.entry(flow).or_insert_with(zero) += amount;
    }

    /// Every balance that is not zero.
    pub(crate) fn open(&self) -> impl Iterator<Item = (Purse, &Q)> {
        let open = |(_, amount): &(&Purse, &Q)| **amount != zero();
        self.balances.iter().filter(open).map(|(p, q)| (*p, q))
    }

    pub(crate) fn sum(&self) -> Q {
        self.balances.values().cloned().sum()
    }
}
