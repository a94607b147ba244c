//! What a party is worth, over all its coins: equity, requirements, and what may leave.

use seawall_ledger::{Account, AccountId};
use seawall_units::{Price, Usd};

use crate::account::MarginMode;
use crate::coin::CoinId;
use crate::exchange::Exchange;
use crate::parties::Party;
use crate::position::{Position, bankruptcy_price};

/// An account at the marks, over all its coins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) equity: Usd,
    /// Maintenance requirement.
    pub(crate) required: Usd,
}

impl Exchange {
    pub(crate) fn cash(&self, party: Party) -> Usd {
        self.ledger.balance(party.account())
    }

    /// Cash less what was advanced on open profits; below zero while those are not realised.
    pub(crate) fn balance(&self, party: Party) -> Usd {
        self.cash(party) - self.drawn(party)
    }

    /// Equity at the marks, rounded down.
    pub(crate) fn equity_of(&self, party: Party) -> Usd {
        let mut equity = self.balance(party);
        for (coin, position) in self.holdings(party) {
            equity += self.coins[*coin].worth(position);
        }
        equity
    }

    /// Equity at the marks and at the outside prices, rounded down.
    pub(crate) fn both_equities(&self, party: Party) -> (Usd, Usd) {
        let balance = self.balance(party);
        let (mut marked, mut outside) = (balance, balance);
        for (id, position) in self.holdings(party) {
            let coin = &self.coins[*id];
            let owed = position.owed(coin.funding.index);
            marked += position.open_pnl(coin.mark) - owed;
            outside += position.open_pnl(coin.outside) - owed;
        }
        (marked, outside)
    }

    /// What a party's positions in all coins but one are worth, without the cash behind them.
    pub(crate) fn worth_beside(&self, party: Party, coin: CoinId) -> Usd {
        let others = self.holdings(party).iter().filter(|place| place.0 != coin);
        others
            .map(|(coin, position)| self.coins[*coin].worth(position))
            .sum()
    }

    /// What covers a loss beyond the balance: what the other coins are worth, and once something
    /// is drawn already, the open profit on what is left of the same position. Zero for who holds
    /// one coin and has drawn nothing.
    pub(crate) fn credit(
        &self,
        (party, balance): (Party, Usd),
        coin: CoinId,
        rest: impl FnOnce() -> Position,
    ) -> Usd {
        let own = match balance.is_negative() {
            true => rest().open_pnl(self.coins[coin].mark).or_zero(),
            false => Usd::ZERO,
        };
        (self.worth_beside(party, coin) + own).or_zero()
    }

    /// What a party can pay now out of cash and credit, having just traded in a coin.
    pub(crate) fn spendable(&self, party: Party, coin: CoinId) -> Usd {
        let balance = self.balance(party);
        let rest = || self.held_by(party, coin);
        (balance + self.credit((party, balance), coin, rest)).or_zero()
    }

    /// The sum of the maintenance requirements of all coins.
    pub(crate) fn maintenance_of(&self, party: Party) -> Usd {
        let held = self.holdings(party).iter();
        held.map(|(coin, position)| self.coins[*coin].maintenance(position.size))
            .sum()
    }

    pub(crate) fn figures_of(&self, party: Party) -> Figures {
        Figures {
            equity: self.equity_of(party),
            required: self.maintenance_of(party),
        }
    }

    pub(crate) fn is_healthy(&self, party: Party) -> bool {
        self.holdings(party).is_empty() || self.equity_of(party) >= self.maintenance_of(party)
    }

    /// What one coin of an account needs to be opened, at the leverage chosen for it.
    pub(crate) fn initial_of(&self, id: AccountId, coin: CoinId, position: &Position) -> Usd {
        let user = self.accounts.get(id.index());
        let leverage = user.and_then(|user| user.leverage(coin));
        self.coins[coin].initial(position.size, leverage)
    }

    /// What all coins of an account but one need to be opened.
    pub(crate) fn initial_beside(&self, id: AccountId, coin: CoinId) -> Usd {
        let held = self.holdings(Party::User(id)).iter();
        held.filter(|place| place.0 != coin)
            .map(|(coin, position)| self.initial_of(id, *coin, position))
            .sum()
    }

    /// Open notional of all coins at the marks, rounded up.
    pub(crate) fn notional_of(&self, party: Party) -> Usd {
        let held = self.holdings(party).iter();
        held.map(|(coin, position)| self.coins[*coin].notional(position.size))
            .sum()
    }

    /// What may leave an account: equity beyond what the floor keeps. Out of an isolated account
    /// only cash goes, its profit stays with its position.
    pub(crate) fn free_of(&self, id: AccountId) -> Usd {
        let party = Party::User(id);
        let held = self.holdings(party).iter();
        let initial = held
            .map(|(coin, position)| self.initial_of(id, *coin, position))
            .sum();
        let kept = self.account_params.kept(initial, self.notional_of(party));
        let free = (self.equity_of(party) - kept).or_zero();
        match self.accounts.get(id.index()).map(|user| user.mode) {
            Some(MarginMode::Cross) => free,
            _ => free.min(self.cash(party)),
        }
    }

    /// Where margin that an account sets free goes; nowhere for a cross account.
    pub(crate) fn released_to(&self, id: AccountId) -> Option<Account> {
        match self.accounts.get(id.index())?.mode {
            MarginMode::Cross => None,
            MarginMode::Isolated { owner, .. } => Some(Account::Margin(owner)),
            MarginMode::Single { .. } => Some(Account::Free(id)),
        }
    }

    /// The worst price at which a party's position in a coin can be closed without leaving the
    /// party below zero; `None` when any price will do.
    pub(crate) fn closing_limit(
        &self,
        (party, balance): (Party, Usd),
        coin: CoinId,
    ) -> Option<Price> {
        let position = self.held_by(party, coin);
        let owed = position.owed(self.coins[coin].funding.index);
        let backing = balance + self.worth_beside(party, coin);
        bankruptcy_price(position.size, position.cost + owed, backing)
    }

    /// Whether every coin that a party holds has a valid mark; without one nothing is taken from
    /// it.
    pub(crate) fn is_marked(&self, party: Party) -> bool {
        let mut held = self.holdings(party).iter();
        held.all(|(coin, _)| self.coins[*coin].has_mark())
    }
}
