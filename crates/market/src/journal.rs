//! The market as its journal states it.

use seawall_ledger::{Account, AccountId};
use seawall_margin::Position;
use seawall_units::{Tranche, Usd};
use seawall_venue::{Event, Level, PositionState, ShareChange, ShareReason, Standing};

use crate::IsolatedMarket;
use crate::series::{ShareSeries, owner};

/// A position of an account with the indices that it was settled at.
pub(crate) fn state_of(account: AccountId, position: &Position) -> PositionState {
    PositionState {
        holder: Account::Margin(account),
        size: position.size(),
        cost: position.cost(),
        since: vec![
            Level::new("funding", position.funding_then()),
            Level::new("utilisation", position.utilisation_then()),
        ],
    }
}

impl IsolatedMarket {
    /// The indices after a minute, and what of the coupon is due.
    pub(crate) fn index_moved(&self) -> Event {
        let now = self.accrual();
        Event::Index {
            levels: vec![
                Level::new("funding", now.funding),
                Level::new("long", now.long),
                Level::new("short", now.short),
            ],
            coupon: Some(self.arrears.due()),
        }
    }

    /// Every open position with what it was settled at.
    #[must_use]
    pub fn position_states(&self) -> Vec<PositionState> {
        let open = self.open_positions();
        open.map(|(account, position)| state_of(account, &position))
            .collect()
    }

    /// Every holding of shares, as if it had just been made.
    #[must_use]
    pub fn share_register(&self) -> Vec<ShareChange> {
        let mut register = holdings("senior", &self.senior);
        register.extend(holdings("junior", &self.junior));
        register
    }

    /// Values, claim and supplies; `insurance` is its cash.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let values = self.values();
        let insurance = self.ledger.balance(Account::Insurance);
        let value = |name: &str, value: Usd| (name.to_owned(), value);
        Standing {
            values: vec![
                value("senior", values.senior),
                value("junior", values.junior),
                value("insurance", insurance),
            ],
            claim: Some(self.claim),
            supply: vec![
                ("senior", self.senior.vault.supply().units()),
                ("junior", self.junior.vault.supply().units()),
            ],
        }
    }
}

/// The holdings of one series, the dead shares first.
fn holdings<T: Tranche>(tranche: &'static str, series: &ShareSeries<T>) -> Vec<ShareChange> {
    let dead = series.vault.dead().units();
    let mut supply = 0_i128;
    let mut line = |holder, change, why| {
        let before = supply;
        supply = supply.saturating_add(change);
        ShareChange {
            tranche,
            holder,
            change,
            assets: None,
            value: None,
            supply: before,
            why,
        }
    };
    let mut register = vec![line(None, dead, ShareReason::Dead)];
    for (holder, shares) in series.owners() {
        register.push(line(Some(owner(holder)), shares, ShareReason::Opening));
    }
    register
}
