//! The venue as its journal states it.

use seawall_ledger::{Account, AccountId, OwnerId};
use seawall_venue::{Event, Level, PositionState, ShareChange, ShareReason, Standing};

use crate::execute::Decision;
use crate::parties::Party;
use crate::position::Position;
use crate::venue::OrderBookVenue;

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

impl Decision {
    /// What a journal says of it; orders tell their own fill.
    pub(crate) const fn told(&self) -> Option<Event> {
        match *self {
            Self::AddMargin { account, amount } => Some(Event::MarginAdded { account, amount }),
            Self::Withdraw { account, amount } => Some(Event::Withdrawn { account, amount }),
            Self::Order(_) | Self::Liquidity(_) | Self::Bidding(_) => None,
        }
    }
}

impl OrderBookVenue {
    pub(crate) fn index_moved(&self) -> Event {
        Event::Index {
            levels: vec![Level::new("funding", self.funding.index)],
            coupon: None,
        }
    }

    /// Every open position, the makers' and the vaults' included.
    pub(crate) fn states(&self) -> Vec<PositionState> {
        let ids = (0..u32::MAX).map(AccountId::new);
        let users = ids.zip(&self.users);
        let users = users.map(|(id, user)| (Party::User(id), user.position));
        let vaults = self.backstop_numbers().map(Party::Backstop);
        let house = [Party::Makers].into_iter().chain(vaults);
        let all = users.chain(house.map(|party| (party, self.held_by(party))));
        let open = all.filter(|(_, position)| !position.is_flat());
        open.map(|(party, position)| state_of(party, &position))
            .collect()
    }

    /// Every holding of the makers' capital, as if it had just been made.
    pub(crate) fn register(&self) -> Vec<ShareChange> {
        let mut supply = self.shares.dead().units();
        let holders = self.shares.holders();
        let lines = holders.map(|(holder, shares)| {
            let before = supply;
            supply = supply.saturating_add(shares.units());
            ShareChange {
                tranche: MAKERS,
                holder: Some(OwnerId::new(holder.number())),
                change: shares.units(),
                assets: None,
                value: None,
                supply: before,
                why: ShareReason::Opening,
            }
        });
        lines.collect()
    }

    /// Equity of the makers and of each vault at the mark.
    pub(crate) fn stand(&self) -> Standing {
        let mut values = vec![(Account::Makers.to_string(), self.equity(Party::Makers))];
        for number in self.backstop_numbers() {
            let value = self.equity(Party::Backstop(number));
            values.push((Account::Backstop(number).to_string(), value));
        }
        Standing {
            values,
            claim: None,
            supply: vec![(MAKERS, self.shares.supply().units())],
        }
    }
}
