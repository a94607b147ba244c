//! Everything that a cascade moves: prices, pools, lending markets, owners and the books.

mod house;
mod open;
mod places;
mod reuse;
mod value;

pub use places::OpenedVenue;

use std::sync::Arc;

use seawall_units::{Ratio, Time, TokenPrice, Tokens};

use crate::books::{Account, Asset, Books, Cause};
use crate::claims::Claims;
use crate::config::{Config, WithdrawalConfig};
use crate::exchange::Exchange;
use crate::feed::Feed;
use crate::ids::{MarketId, OwnerId, PoolId};
use crate::lending::{LendingParams, Loan, Market, Prices};
use crate::pool::{Swap, SwapSide};

pub(crate) use house::{AuctionHouse, OpenLot};

/// The world of one cascade between two rounds.
///
/// ```
/// use seawall_cascade::{Config, World};
/// let config: Config = toml::from_str(r#"
///     tokens.T.price = "100"
///     pools.main = { token = "T", curve.constant_product = { token = "10", quote = "1000" } }
///     shocks.sale.act.sell = { pool = "main", amount = "10" }
/// "#)?;
/// let mut world = World::new(&config)?;
/// let round = world.step();
/// // Twice the tokens, half the quote.
/// assert_eq!(round.pools[0].spot, Some("25".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) config: Arc<Config>,
    pub(crate) exchange: Exchange,
    pub(crate) feeds: Vec<NamedFeed>,
    pub(crate) markets: Vec<LendingMarket>,
    pub(crate) owners: Vec<Owner>,
    pub(crate) providers: Vec<Provider>,
    pub(crate) books: Books,
    pub(crate) round: u32,
    pub(crate) now: Time,
    pub(crate) opening: Claims,
    /// By pool, who stands for the many holders whom nobody names.
    pub(crate) many: Vec<OwnerId>,
    /// The price that the last round's liquidations met, of the pool that is told.
    pub(crate) met: Option<TokenPrice>,
}

/// A feed and its name.
#[derive(Debug, Clone)]
pub(crate) struct NamedFeed {
    pub(crate) name: String,
    pub(crate) feed: Feed,
}

/// A lending market. What it owes and is owed lies in the books.
#[derive(Debug, Clone)]
pub(crate) struct LendingMarket {
    pub(crate) name: String,
    pub(crate) collateral: Asset,
    pub(crate) debt: Asset,
    /// Place of the feed of the collateral.
    pub(crate) feed: usize,
    /// Place of the feed of the debt; none when it is the quote asset at one.
    pub(crate) debt_feed: Option<usize>,
    pub(crate) rules: LendingParams,
    /// Whoever has a loan here, in the order in which loans are looked at.
    pub(crate) borrowers: Vec<OwnerId>,
    /// The prices of the round, frozen.
    pub(crate) shown: Prices,
    /// Its auctions; none when a liquidator buys.
    pub(crate) house: Option<AuctionHouse>,
}

/// Somebody who owns something, in one place or in several.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Owner {
    /// His name: that of his loan or of his provider, with a number in a series.
    pub name: String,
    /// Whether he has a loan.
    pub borrows: bool,
    /// Whether he has provided liquidity.
    pub provides: bool,
}

/// One owner of shares of a pool under one rule of leaving.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    /// Its name in the file; of all of a series the same.
    pub(crate) name: String,
    pub(crate) owner: OwnerId,
    pub(crate) pool: PoolId,
    pub(crate) withdrawal: Option<WithdrawalConfig>,
}

impl World {
    /// What it was made of.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Tokens and pools.
    #[must_use]
    pub fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// The books.
    #[must_use]
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Everybody who owns something, by number.
    #[must_use]
    pub fn owners(&self) -> &[Owner] {
        &self.owners
    }

    /// The round that was last run; zero before the first.
    #[must_use]
    pub const fn round(&self) -> u32 {
        self.round
    }

    /// The time of the round that was last run, from zero.
    #[must_use]
    pub const fn now(&self) -> Time {
        self.now
    }

    /// The number of the owner of this name.
    #[must_use]
    pub fn owner_named(&self, name: &str) -> Option<OwnerId> {
        let found = self.owners.iter().position(|owner| owner.name == name);
        found.map(OwnerId::at)
    }

    /// The number of the lending market of this name.
    #[must_use]
    pub fn market_named(&self, name: &str) -> Option<MarketId> {
        let found = self.markets.iter().position(|market| market.name == name);
        found.map(MarketId::at)
    }

    /// The lending markets, by number, in the order of names.
    pub fn market_ids(&self) -> impl Iterator<Item = MarketId> + use<> {
        (0..self.markets.len()).map(MarketId::at)
    }

    /// The pools, by number, in the order of names.
    pub fn pool_ids(&self) -> impl Iterator<Item = PoolId> + use<> {
        (0..self.exchange.pools.len()).map(PoolId::at)
    }

    /// The pool whose price is told: the one that the file names, or the first.
    #[must_use]
    pub fn measured(&self) -> Option<PoolId> {
        let named = self.config.measures.pool.as_deref();
        let named = named.and_then(|name| self.exchange.pool_named(name));
        named.or_else(|| self.pool_ids().next())
    }

    /// What an owner has posted and owes in a market.
    #[must_use]
    pub fn loan(&self, market: MarketId, owner: OwnerId) -> Loan {
        let Some(of) = self.markets.get(market.index()) else {
            return Loan::default();
        };
        let (posted, owed) = (
            Account::Collateral(market, owner),
            Account::Loan(market, owner),
        );
        Loan {
            collateral: self.books.balance(of.collateral, posted),
            debt: -self.books.balance(of.debt, owed),
        }
    }

    /// Cash, debt, reserves and stake of a market, added up from the books.
    #[must_use]
    pub fn market(&self, market: MarketId) -> Market {
        let Some(of) = self.markets.get(market.index()) else {
            return Market::default();
        };
        let balance = |account| self.books.balance(of.debt, account);
        let debts = of
            .borrowers
            .iter()
            .map(|owner| self.loan(market, *owner).debt);
        let borrowed: Tokens = debts.sum();
        let reserves = balance(Account::Reserves(market));
        Market {
            cash: balance(Account::Lenders(market)) + reserves - borrowed,
            borrowed,
            reserves,
            cover: balance(Account::Cover(market)),
            uncovered: Tokens::ZERO,
        }
    }

    /// Takes a trade of a pool to its books and to the world's.
    pub(crate) fn commit_swap(&mut self, trader: Account, id: PoolId, swap: &Swap) {
        let Some(venue) = self.exchange.pools.get_mut(id.index()) else {
            return;
        };
        let token = Asset::Token(venue.token);
        let (given, taken) = match swap.side {
            SwapSide::Sale => (token, Asset::Quote),
            SwapSide::Purchase => (Asset::Quote, token),
        };
        let pool = Account::Pool(id);
        self.books
            .pay(given, (trader, pool), swap.paid_in, Cause::SwapPaid);
        self.books
            .pay(taken, (pool, trader), swap.paid_out, Cause::SwapReceived);
        venue.pool.commit(swap);
    }

    /// Burns shares of a pool and pays out what is behind them, to whoever holds the shares.
    /// Tells the tokens and the quote that came out.
    pub(crate) fn commit_withdrawal(
        &mut self,
        holder: Account,
        id: PoolId,
        shares: Tokens,
    ) -> (Tokens, Tokens) {
        let Some(venue) = self.exchange.pools.get_mut(id.index()) else {
            return (Tokens::ZERO, Tokens::ZERO);
        };
        let plan = venue.pool.quote_withdrawal(shares);
        let (pool, issuer) = (Account::Pool(id), Account::Issuer(id));
        let redeemed = (Asset::Share(id), (holder, issuer));
        self.books
            .pay(redeemed.0, redeemed.1, plan.shares, Cause::SharesRedeemed);
        let token = Asset::Token(venue.token);
        for (asset, amount) in [(token, plan.token), (Asset::Quote, plan.quote)] {
            self.books
                .pay(asset, (pool, holder), amount, Cause::LiquidityWithdrawn);
        }
        venue.pool.commit_withdrawal(&plan);
        (plan.token, plan.quote)
    }

    /// Brings funds in from outside when `account` has less than it is about to spend.
    pub(crate) fn draw(&mut self, account: Account, asset: Asset, needed: Tokens) {
        let missing = (needed - self.books.balance(asset, account)).or_zero();
        let route = (Account::External, account);
        self.books.pay(asset, route, missing, Cause::FundsDrawn);
    }

    /// Closes a phase: the laws of the books, and each pool has in the books what it trades with.
    ///
    /// # Panics
    /// Only on our own bug, naming the law.
    pub(crate) fn end_phase(&mut self) {
        self.books.end_step();
        self.assert_houses();
        for (place, venue) in self.exchange.pools.iter().enumerate() {
            let id = PoolId::at(place);
            let held = |asset| self.books.balance(asset, Account::Pool(id));
            let kept = (held(Asset::Token(venue.token)), held(Asset::Quote));
            let traded = (venue.pool.token_reserve(), venue.pool.quote_reserve());
            let issued = -self.books.balance(Asset::Share(id), Account::Issuer(id));
            assert!(
                kept == traded && issued == venue.pool.shares(),
                "invariant: the books hold what pool {} trades with ({kept:?}, {traded:?})",
                venue.name,
            );
        }
    }

    /// The part of all shares of a pool that an owner has, posted ones included.
    #[must_use]
    pub fn share_of(&self, pool: PoolId, owner: OwnerId) -> Ratio {
        let all = self.exchange.pools.get(pool.index());
        let all = all.map_or(Tokens::ZERO, |venue| venue.pool.shares());
        let held = self.shares_held(pool, owner);
        held.ratio_floor(all).unwrap_or(Ratio::ZERO)
    }

    fn shares_held(&self, pool: PoolId, owner: OwnerId) -> Tokens {
        let share = Asset::Share(pool);
        let posted = self.market_ids().map(|market| {
            self.books
                .balance(share, Account::Collateral(market, owner))
        });
        self.books.balance(share, Account::Wallet(owner)) + posted.sum()
    }
}
