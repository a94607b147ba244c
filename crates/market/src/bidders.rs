//! Registered auction bidders: capital, appetite and the discount they want (M-8.2).

use std::collections::BTreeSet;

use seawall_ledger::{AccountId, BidderId};
use seawall_margin::Position;
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::Presence;
use seawall_waterfall::Bid;

use crate::IsolatedMarket;

/// A bidder as a scenario states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BidderSetup {
    /// Its number.
    pub id: BidderId,
    /// Margin it brings; all of it backs whatever it takes.
    pub capital: Usd,
    /// The least discount to the mark at which it bids.
    pub discount: Ratio,
    /// The most notional it holds.
    pub appetite: Usd,
    /// When it begins to bid.
    pub from: Time,
    /// When it stops.
    pub until: Time,
}

/// The bidders with their accounts. A bidder's account number follows the traders'.
#[derive(Debug, Clone, Default)]
pub struct Bidders {
    first: u32,
    all: Vec<BidderSetup>,
    /// Those who have vanished.
    gone: BTreeSet<BidderId>,
}

impl Bidders {
    pub(crate) fn new(first: u32, all: Vec<BidderSetup>) -> Self {
        let gone = BTreeSet::new();
        Self { first, all, gone }
    }

    /// The bidders, each with the account that holds what it takes.
    pub fn iter(&self) -> impl Iterator<Item = (AccountId, &BidderSetup)> {
        let accounts = (self.first..).map(AccountId::new);
        accounts.zip(&self.all)
    }

    /// The account of a bidder, if he is registered.
    #[must_use]
    pub fn account_of(&self, bidder: BidderId) -> Option<AccountId> {
        let found = self.iter().find(|(_, each)| each.id == bidder);
        found.map(|(account, _)| account)
    }

    /// Notes whether a bidder stands by: one who is gone bids for nothing until he is back.
    pub fn note(&mut self, bidder: BidderId, presence: Presence) {
        match presence {
            Presence::Here => self.gone.remove(&bidder),
            Presence::Gone => self.gone.insert(bidder),
        };
    }

    /// Whether an account is a bidder's.
    #[must_use]
    pub fn owns(&self, account: AccountId) -> bool {
        account.number() >= self.first
    }
}

impl IsolatedMarket {
    /// The registered bidders.
    #[must_use]
    pub const fn bidders(&self) -> &Bidders {
        &self.bidders
    }

    /// The registered bidders, to note who has vanished.
    pub const fn bidders_mut(&mut self) -> &mut Bidders {
        &mut self.bidders
    }

    /// What each bidder takes of a lot at `price`, in the order of bidders.
    ///
    /// A bidder bids when the discount is the one it wants. It must hold initial margin for what it
    /// would have, the discount not counted, and stay within its appetite.
    pub(crate) fn bids_for(&self, owner: AccountId, size: Base, price: Price) -> Vec<Bid> {
        let bids = self.bidders.iter().filter_map(|(account, bidder)| {
            let here = !self.bidders.gone.contains(&bidder.id);
            let open = bidder.from <= self.now && self.now < bidder.until;
            let bidding = here && open && account != owner;
            let wanted = self.worst_price(bidder.discount, size)?;
            let takes = if size.is_positive() {
                price <= wanted
            } else {
                price >= wanted
            };
            let size = self.room_of(account, bidder, size)?.min(size.abs());
            (bidding && takes && size.is_positive()).then_some(Bid { account, size })
        });
        bids.collect()
    }

    /// The worst price at which a bidder with this discount takes a lot.
    fn worst_price(&self, discount: Ratio, size: Base) -> Option<Price> {
        use seawall_units::Round::{Ceil, Floor};
        match size.is_positive() {
            true => self.mark.scaled(Ratio::ONE - discount, Floor),
            false => self.mark.scaled(Ratio::ONE + discount, Ceil),
        }
    }

    /// How much more of the lot's side a bidder may take, unsigned.
    fn room_of(&self, account: AccountId, bidder: &BidderSetup, size: Base) -> Option<Base> {
        let position: Position = self.position(account);
        let required = self.margin_table.initial;
        let backed = self
            .equity_of(account)
            .or_zero()
            .mul_div_floor(Ratio::ONE, required)?;
        let most = self.mark.size_floor(backed.min(bidder.appetite));
        let same_side = position.side() == size.side();
        let held = position.size().abs();
        Some((if same_side { most - held } else { most + held }).or_zero())
    }
}
