//! What bankrupt positions owe beyond their margin, from the mark that shows it until the Liquidation
//! phase settles them (M-9.1).
//!
//! Every order asks for it. It is added up once at a mark and its indices, then follows each account
//! whose margin or position changes.

use std::collections::BTreeMap;

use seawall_ledger::AccountId;
use seawall_units::{Side, Usd};

use crate::IsolatedMarket;

/// What is missing, by account, once it has been asked for at the present mark.
#[derive(Debug, Default)]
pub(crate) struct Uncovered(Option<Missing>);

#[derive(Debug, Default)]
pub(crate) struct Missing {
    accounts: BTreeMap<AccountId, (Side, Usd)>,
    long: Usd,
    short: Usd,
}

impl Uncovered {
    /// The mark or an index has moved.
    pub(crate) fn forget(&mut self) {
        self.0 = None;
    }

    /// What is missing now; added up if it has not been asked for yet.
    pub(crate) fn sums(&mut self, market: &IsolatedMarket) -> &Missing {
        self.0.get_or_insert_with(|| {
            let mut missing = Missing::default();
            for account in market.bankrupt() {
                missing.follow(account, market);
            }
            missing
        })
    }

    /// An account's margin or position has changed.
    pub(crate) fn follow(&mut self, account: AccountId, market: &IsolatedMarket) {
        if let Some(missing) = &mut self.0 {
            missing.follow(account, market);
        }
    }
}

impl Missing {
    /// The sum of one side.
    pub(crate) const fn of(&self, side: Side) -> Usd {
        match side {
            Side::Long => self.long,
            Side::Short => self.short,
        }
    }

    fn follow(&mut self, account: AccountId, market: &IsolatedMarket) {
        let sum = |side, sums: &mut Self, amount: Usd| match side {
            Side::Long => sums.long += amount,
            Side::Short => sums.short += amount,
        };
        if let Some((side, amount)) = self.accounts.remove(&account) {
            sum(side, self, -amount);
        }
        let amount = -market.equity_of(account);
        if let Some(side) = market.position(account).side()
            && amount.is_positive()
        {
            self.accounts.insert(account, (side, amount));
            sum(side, self, amount);
        }
    }
}
