//! The venue as its journal states it.

use seawall_ledger::{Account, AccountId, OwnerId};
use seawall_units::Tranche;
use seawall_vault::Vault;
use seawall_venue::{Event, Level, PositionState, ShareChange, ShareReason, Standing};

use crate::coin::CoinId;
use crate::exchange::Exchange;
use crate::parent::HLP;
use crate::parties::Party;
use crate::position::Position;

/// The name of the makers' capital in files.
pub(crate) const MAKERS: &str = "makers";

/// A position with the funding that is settled for it.
pub(crate) fn state_of(party: Party, position: &Position) -> PositionState {
    PositionState {
        holder: party.account(),
        size: position.size,
        cost: position.cost,
        since: vec![Level::new("settled", position.settled)],
    }
}

impl Exchange {
    pub(crate) fn index_moved(&self, coin: CoinId) -> Event {
        Event::Index {
            levels: vec![Level::new("funding", self.coins[coin].funding.index)],
            coupon: None,
        }
    }

    /// Every open position, the makers' and the vaults' included, with its coin.
    #[must_use]
    pub fn position_states(&self) -> Vec<(CoinId, PositionState)> {
        let mut states = Vec::new();
        for party in self.parties() {
            let held = self.holdings(party).iter();
            states.extend(held.map(|(coin, position)| (*coin, state_of(party, position))));
        }
        states
    }

    /// Users, then makers, then vaults.
    pub(crate) fn parties(&self) -> impl Iterator<Item = Party> + use<> {
        let users = (0..u32::try_from(self.accounts.len()).unwrap_or(u32::MAX)).map(AccountId::new);
        let vaults = self.backstop_numbers().map(Party::Backstop);
        let house = [Party::Makers].into_iter().chain(vaults);
        users.map(Party::User).chain(house)
    }

    /// Every holding of the parent or, without one, of the makers' capital, as if it had just been
    /// made.
    pub(crate) fn register(&self) -> Vec<ShareChange> {
        match &self.parent {
            Some(parent) => holdings(HLP, parent.owners.shares()),
            None => holdings(MAKERS, &self.shares),
        }
    }

    /// Equity of the makers and of each vault at the marks, and the parent's cash.
    pub(crate) fn stand(&self) -> Standing {
        let mut values = vec![(Account::Makers.to_string(), self.equity_of(Party::Makers))];
        for number in self.backstop_numbers() {
            let value = self.equity_of(Party::Backstop(number));
            values.push((Account::Backstop(number).to_string(), value));
        }
        let supply = match &self.parent {
            Some(parent) => {
                values.push((Account::Parent.to_string(), self.parent_cash()));
                (HLP, parent.owners.shares().supply().units())
            }
            None => (MAKERS, self.shares.supply().units()),
        };
        Standing {
            values,
            claim: None,
            supply: vec![supply],
        }
    }
}

fn holdings<T: Tranche>(tranche: &'static str, shares: &Vault<T>) -> Vec<ShareChange> {
    let mut supply = shares.dead().units();
    let holders = shares.holders();
    let lines = holders.map(|(holder, held)| {
        let before = supply;
        supply = supply.saturating_add(held.units());
        ShareChange {
            tranche,
            holder: Some(OwnerId::new(holder.number())),
            change: held.units(),
            assets: None,
            value: None,
            supply: before,
            why: ShareReason::Opening,
        }
    });
    lines.collect()
}
