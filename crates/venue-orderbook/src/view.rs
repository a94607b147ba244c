//! What an exchange shows of itself.

use seawall_ledger::{Account, AccountId, AccountKind, Ledger};
use seawall_oracle::MarketStatus;
use seawall_units::{Base, Index, Price, Usd};
use seawall_venue::Recount;

use crate::coin::CoinId;
use crate::exchange::Exchange;
use crate::liquidity::Way;
use crate::parties::Party;
use crate::position::Position;

/// A position in one coin, at its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoinPosition {
    /// In which coin.
    pub coin: CoinId,
    /// Signed size.
    pub size: Base,
    /// Signed cost of entry.
    pub cost: Usd,
    /// Notional at the mark, rounded up.
    pub notional: Usd,
    /// Profit at the mark, without fees and funding.
    pub open_pnl: Usd,
    /// Funding owed; negative when it receives.
    pub owed: Usd,
}

/// The makers or a backstop vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseView {
    /// The account that holds its cash.
    pub account: Account,
    /// Equity at the marks, over all coins.
    pub equity: Usd,
    /// Its open positions.
    pub positions: Vec<CoinPosition>,
}

/// One coin's market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoinView<'a> {
    /// Its name.
    pub name: &'a str,
    /// The mark.
    pub mark: Price,
    /// The mark before its last move.
    pub previous: Price,
    /// The outside price.
    pub outside: Price,
    /// The market's status.
    pub status: MarketStatus,
    /// Funding since the start, USD per unit.
    pub funding: Index,
    /// The users' longs.
    pub long_interest: Base,
    /// The users' shorts.
    pub short_interest: Base,
}

/// The sizes of one coin, added up anew.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    all: i128,
    longs: Base,
    shorts: Base,
}

impl Exchange {
    /// The books.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Equity of a margin account at the marks, over all its coins; zero for no account.
    #[must_use]
    pub fn equity(&self, account: AccountId) -> Usd {
        self.equity_of(Party::User(account))
    }

    /// Maintenance requirement of a margin account, over all its coins.
    #[must_use]
    pub fn maintenance(&self, account: AccountId) -> Usd {
        self.maintenance_of(Party::User(account))
    }

    /// What may leave a margin account now.
    ///
    /// **Formula** `max(0, equity − max(initial margin, floor · notional))`; of an isolated account
    /// at most its cash, of a single one its free collateral.
    #[must_use]
    pub fn withdrawable(&self, account: AccountId) -> Usd {
        match self.released_to(account) {
            Some(Account::Free(id)) => self.ledger.balance(Account::Free(id)),
            _ => self.free_of(account),
        }
    }

    /// A margin account's open positions, by coin.
    #[must_use]
    pub fn positions(&self, account: AccountId) -> Vec<CoinPosition> {
        self.positions_of(Party::User(account))
    }

    /// The makers.
    #[must_use]
    pub fn makers(&self) -> HouseView {
        self.house_view(Party::Makers)
    }

    /// The backstop vaults, in the order of their numbers.
    #[must_use]
    pub fn vaults(&self) -> Vec<HouseView> {
        let numbers = self.backstop_numbers();
        numbers
            .map(|number| self.house_view(Party::Backstop(number)))
            .collect()
    }

    /// The number under which events name the makers; vault n is n + 1 after it.
    #[must_use]
    pub fn house(&self) -> AccountId {
        self.account_of(Party::Makers)
    }

    /// One coin's market; `None` for no coin of this exchange.
    #[must_use]
    pub fn coin(&self, id: CoinId) -> Option<CoinView<'_>> {
        self.coins.has(id).then(|| {
            let coin = &self.coins[id];
            CoinView {
                name: &coin.params.name,
                mark: coin.mark,
                previous: coin.previous,
                outside: coin.outside,
                status: coin.status,
                funding: coin.funding.index,
                long_interest: coin.open_longs,
                short_interest: coin.open_shorts,
            }
        })
    }

    /// What no payer of a closed deficit had, since the start.
    #[must_use]
    pub const fn residual(&self) -> Usd {
        self.residual
    }

    /// Figures that are kept incrementally beside the same figures added up anew, of one coin or
    /// of all; each pair must be equal.
    #[must_use]
    pub fn recount(&self) -> Vec<(Option<CoinId>, Recount)> {
        let out = self.queued.iter().filter(|each| each.way == Way::Out);
        let out: Usd = out.map(|each| each.amount).sum();
        let waiting: Usd = self.waiting.values().copied().sum();
        let mut rows = vec![row("redemptions asked for", waiting.units(), out.units())];
        rows.extend(self.recount_positions());
        let owed = -self.ledger.subtotal(AccountKind::OpenDeficit);
        rows.push(row("residual", self.residual.units(), owed.units()));
        rows
    }

    /// Variation is funding settled less open costs, less what was advanced on open profits; the
    /// sizes of each coin add up to zero, those of users to its open interest.
    fn recount_positions(&self) -> Vec<(Option<CoinId>, Recount)> {
        let mut variation = 0_i128;
        let mut counted = vec![Counted::default(); self.coins.iter().count()];
        for (place, party) in (0..).zip(self.parties()) {
            variation = variation.saturating_sub(self.drawn(party).units());
            for (coin, position) in self.holdings(party) {
                let law = position.settled - position.cost;
                variation = variation.saturating_add(law.units());
                let counted = &mut counted[coin.index()];
                counted.all = counted.all.saturating_add(position.size.units());
                if place < self.accounts.len() {
                    counted.longs += position.size.or_zero();
                    counted.shorts += (-position.size).or_zero();
                }
            }
        }
        let kept = self.ledger.subtotal(AccountKind::Variation);
        let mut rows = vec![row("variation", kept.units(), variation)];
        for ((id, coin), counted) in self.coins.iter().zip(counted) {
            let (longs, shorts) = (coin.open_longs.units(), coin.open_shorts.units());
            let of = [
                row("sum of sizes", 0, counted.all),
                row("long interest", longs, counted.longs.units()),
                row("short interest", shorts, counted.shorts.units()),
            ];
            rows.extend(of.map(|(_, row)| (Some(id), row)));
        }
        rows
    }

    fn house_view(&self, party: Party) -> HouseView {
        HouseView {
            account: party.account(),
            equity: self.equity_of(party),
            positions: self.positions_of(party),
        }
    }

    fn positions_of(&self, party: Party) -> Vec<CoinPosition> {
        let view = |(id, position): &(CoinId, Position)| {
            let coin = &self.coins[*id];
            CoinPosition {
                coin: *id,
                size: position.size,
                cost: position.cost,
                notional: coin.notional(position.size),
                open_pnl: position.open_pnl(coin.mark),
                owed: position.owed(coin.funding.index),
            }
        };
        self.holdings(party).iter().map(view).collect()
    }
}

fn row(what: &'static str, kept: i128, counted: i128) -> (Option<CoinId>, Recount) {
    let recount = Recount {
        what,
        kept,
        counted,
    };
    (None, recount)
}
