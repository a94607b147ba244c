//! The auctions of a lending market: lots that wait, and what each keeper has.

use seawall_units::{Ratio, Tokens};

use super::World;
use crate::books::{Account, Asset, Cause};
use crate::ids::{MarketId, OwnerId, TokenId};
use crate::lending::Loan;
use crate::lending::auction::{AuctionParams, Bidder, Lot};

/// The auctions of one market.
#[derive(Debug, Clone)]
pub(crate) struct AuctionHouse {
    pub(crate) rules: AuctionParams,
    /// The token that is auctioned.
    pub(crate) token: TokenId,
    pub(crate) keepers: Vec<Keeper>,
    /// Lots that wait, in the order of their seizure.
    pub(crate) open: Vec<OpenLot>,
}

/// One who bids. All of a market share an account in the books; this is his part of it.
#[derive(Debug, Clone)]
pub(crate) struct Keeper {
    pub(crate) cash: Tokens,
    /// Collateral that he has won and not sold.
    pub(crate) won: Tokens,
    pub(crate) margin: Ratio,
    pub(crate) gas_up_to: Tokens,
    pub(crate) sells: Ratio,
}

/// A lot that waits for its sale.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenLot {
    pub(crate) owner: OwnerId,
    pub(crate) lot: Lot,
    /// The round in which it is sold, or from which on it waits for a bidder.
    pub(crate) due: u32,
}

impl AuctionHouse {
    pub(crate) fn new(rules: &AuctionParams, token: TokenId) -> Self {
        let keepers = rules.keepers.values().map(|keeper| Keeper {
            cash: keeper.cash,
            won: Tokens::ZERO,
            margin: keeper.margin,
            gas_up_to: keeper.gas_up_to,
            sells: keeper.sells,
        });
        Self {
            rules: rules.clone(),
            token,
            keepers: keepers.collect(),
            open: Vec::new(),
        }
    }

    pub(crate) fn bidders(&self) -> Vec<Bidder> {
        let bidders = self.keepers.iter().map(|keeper| Bidder {
            cash: keeper.cash,
            margin: keeper.margin,
            gas_up_to: keeper.gas_up_to,
        });
        bidders.collect()
    }

    /// The last round for which a price of gas is stated or a debt auction is due.
    pub(crate) fn scheduled(&self) -> u32 {
        let gas = u32::try_from(self.rules.gas.len()).unwrap_or(u32::MAX);
        let held = self.rules.debt_auction.map_or(0, |rules| rules.from_round);
        gas.max(held)
    }
}

impl World {
    /// Gives the keepers of the markets that hold auctions their cash.
    pub(crate) fn open_houses(&mut self) {
        for id in self.market_ids() {
            let Some(of) = self.markets.get(id.index()) else {
                continue;
            };
            let Some(house) = &of.house else {
                continue;
            };
            let cash = house.keepers.iter().map(|keeper| keeper.cash).sum();
            let route = (Account::External, Account::Keepers(id));
            self.books.pay(of.debt, route, cash, Cause::Endowed);
        }
    }

    /// What an owner owes in a market, and what stands behind it: posted, or waiting in auctions.
    #[must_use]
    pub fn backing(&self, market: MarketId, owner: OwnerId) -> Loan {
        let loan = self.loan(market, owner);
        let house = self.markets.get(market.index());
        let open = house.and_then(|of| of.house.as_ref());
        let open = open.map_or(&[][..], |house| &house.open[..]);
        let waiting = open.iter().filter(|one| one.owner == owner);
        let waiting: Tokens = waiting.map(|one| one.lot.collateral).sum();
        Loan {
            collateral: loan.collateral + waiting,
            ..loan
        }
    }

    /// The books hold what the keepers of each market have, and what waits in its auctions.
    ///
    /// # Panics
    /// Only on our own bug.
    pub(crate) fn assert_houses(&self) {
        for id in self.market_ids() {
            let Some(of) = self.markets.get(id.index()) else {
                continue;
            };
            let Some(house) = &of.house else {
                continue;
            };
            let token = Asset::Token(house.token);
            let cash: Tokens = house.keepers.iter().map(|keeper| keeper.cash).sum();
            let won: Tokens = house.keepers.iter().map(|keeper| keeper.won).sum();
            let waiting: Tokens = house.open.iter().map(|one| one.lot.collateral).sum();
            let (keepers, auction) = (Account::Keepers(id), Account::Auction(id));
            let kept = self.books.balance(of.debt, keepers) == cash
                && self.books.balance(token, keepers) == won
                && self.books.balance(token, auction) == waiting;
            assert!(
                kept,
                "invariant: the books hold what the auctions of {} count",
                of.name
            );
        }
    }
}
