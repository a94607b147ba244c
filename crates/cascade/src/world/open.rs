//! How a world is made of a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use seawall_units::{Ratio, Round, Time, TokenPrice, Tokens};

use super::{AuctionHouse, LendingMarket, NamedFeed, Owner, Provider, World};
use crate::books::{Account, Asset, Books, Cause};
use crate::claims::Claims;
use crate::config::{
    Config, ConfigError, CurveConfig, DebtConfig, LoanConfig, PoolConfig, ProviderConfig, refused,
};
use crate::exchange::{Exchange, Listed, Venue};
use crate::feed::{Feed, FeedError};
use crate::ids::{MarketId, OwnerId, PoolId, TokenId};
use crate::lending::Prices;
use crate::pool::{Pool, PoolError, RangeLiquidity};

/// Owners by name.
pub(super) type Names = BTreeMap<String, OwnerId>;

impl World {
    /// The world of a file before its first round.
    ///
    /// **Errors** [`ConfigError`] for a statement out of its range, a name of nothing, a pool that
    /// cannot be opened, LP shares posted that their owner does not have, or lenders who have paid
    /// in less than is borrowed. Markets of perpetual futures need venues:
    /// [`World::with_venues`].
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        if !config.perps.is_empty() {
            let legal = "not stated: this world is opened without venues";
            let found = format!("{} markets", config.perps.len());
            return Err(refused(String::from("perps"), found, legal));
        }
        let mut world = Self::open(config)?;
        world.note_opening();
        Ok(world)
    }

    /// What is gained and lost is counted from here.
    pub(super) fn note_opening(&mut self) {
        self.end_phase();
        self.opening = Claims::of(self);
        self.met = self.spot();
    }

    pub(super) fn open(config: &Config) -> Result<Self, ConfigError> {
        config.check()?;
        let start = Time::from_secs(0);
        let mut world = Self {
            config: Arc::new(config.clone()),
            exchange: exchange(config)?,
            feeds: Vec::new(),
            markets: Vec::new(),
            owners: Vec::new(),
            providers: Vec::new(),
            books: Books::new(),
            round: 0,
            now: start,
            opening: Claims::default(),
            many: Vec::new(),
            met: None,
        };
        let mut names = Names::new();
        world.open_pools(&mut names)?;
        for (name, feed) in &config.feeds {
            let feed = Feed::new(feed, &world.exchange, start);
            let feed = feed.map_err(|error| not_opened(name, &error))?;
            let name = name.clone();
            world.feeds.push(NamedFeed { name, feed });
        }
        world.open_markets();
        for (name, loan) in &config.loans {
            world.open_loans(name, loan, &mut names)?;
        }
        world.open_reuse(&mut names);
        for owner in config.perps.values().flat_map(|perp| perp.owners.values()) {
            world.owner(owner, &mut names);
        }
        world.open_lenders()?;
        world.open_houses();
        world.open_purses(&names);
        Ok(world)
    }

    pub(super) fn owner(&mut self, name: &str, names: &mut Names) -> OwnerId {
        if let Some(id) = names.get(name) {
            return *id;
        }
        let id = OwnerId::at(self.owners.len());
        names.insert(name.to_owned(), id);
        self.owners.push(Owner {
            name: name.to_owned(),
            borrows: false,
            provides: false,
        });
        id
    }

    fn open_pools(&mut self, names: &mut Names) -> Result<(), ConfigError> {
        let config = Arc::clone(&self.config);
        for id in self.pool_ids() {
            let Some(venue) = self.exchange.pools.get(id.index()) else {
                continue;
            };
            let (token, quote) = (venue.pool.token_reserve(), venue.pool.quote_reserve());
            let (asset, supply) = (Asset::Token(venue.token), venue.pool.shares());
            let (pool, route) = (venue.name.clone(), (Account::External, Account::Pool(id)));
            self.books.pay(asset, route, token, Cause::Endowed);
            self.books.pay(Asset::Quote, route, quote, Cause::Endowed);
            let mut left = supply;
            for (name, provider) in config.providers.iter().filter(|(_, one)| one.pool == pool) {
                left -= self.open_provider((name, provider), (id, supply), names);
            }
            left = self.open_reused_shares(id, left, names)?;
            // The many whom nobody names.
            let rest = self.owner(&format!("holders of {pool}"), names);
            self.issue(id, rest, left);
            self.many.push(rest);
        }
        Ok(())
    }

    /// Gives the providers of one entry their shares; tells how many that are.
    fn open_provider(
        &mut self,
        (name, provider): (&str, &ProviderConfig),
        (pool, supply): (PoolId, Tokens),
        names: &mut Names,
    ) -> Tokens {
        let of_all = supply.mul_floor(provider.share);
        let count = Tokens::units_i64(provider.count.into());
        let each = of_all.mul_div_floor(Tokens::ULP, count).unwrap_or_default();
        let mut issued = Tokens::ZERO;
        for number in 0..provider.count {
            let named = provider.owner.as_deref();
            let owner = self.owner(&numbered(name, named, (number, provider.count)), names);
            // Of a series the last one takes the rest of the division.
            let last = number.saturating_add(1) == provider.count;
            let shares = if last { of_all - issued } else { each };
            self.issue(pool, owner, shares);
            issued += shares;
            self.providers.push(Provider {
                name: name.to_owned(),
                owner,
                pool,
                withdrawal: provider.withdrawal,
            });
        }
        issued
    }

    pub(super) fn issue(&mut self, pool: PoolId, owner: OwnerId, shares: Tokens) {
        if let Some(owner) = self.owners.get_mut(owner.index()) {
            owner.provides |= shares.is_positive();
        }
        let route = (Account::Issuer(pool), Account::Wallet(owner));
        self.books
            .pay(Asset::Share(pool), route, shares, Cause::SharesIssued);
    }

    fn open_markets(&mut self) {
        let config = Arc::clone(&self.config);
        let place = |name: &String| config.feeds.keys().position(|feed| feed == name);
        for (name, market) in &config.lending {
            let debt = market.debt.as_ref().unwrap_or(&config.quote);
            let assets = (self.asset_named(&market.collateral), self.asset_named(debt));
            let (Some(collateral), Some(debt)) = assets else {
                continue;
            };
            let feed = place(&market.feed).unwrap_or(usize::MAX);
            let debt_feed = market.debt_feed.as_ref().and_then(place);
            let shown = Prices {
                collateral: self.shown(Some(feed)),
                debt: self.shown(debt_feed),
            };
            let house = match (&market.auction, collateral) {
                (Some(rules), Asset::Token(token)) => Some(AuctionHouse::new(rules, token)),
                _ => None,
            };
            self.markets.push(LendingMarket {
                name: name.clone(),
                collateral,
                debt,
                feed,
                debt_feed,
                rules: market.rules.clone(),
                borrowers: Vec::new(),
                shown,
                house,
            });
        }
    }

    /// What a feed shows; one without a feed.
    pub(crate) fn shown(&self, feed: Option<usize>) -> TokenPrice {
        let feed = feed.and_then(|place| self.feeds.get(place));
        feed.map_or(TokenPrice::ONE, |one| one.feed.shown())
    }

    /// The asset of a name: the quote asset, a token, or a pool's share.
    #[must_use]
    pub fn asset_named(&self, name: &str) -> Option<Asset> {
        if name == self.config.quote {
            return Some(Asset::Quote);
        }
        let token = self.exchange.token_named(name).map(Asset::Token);
        token.or_else(|| self.exchange.pool_named(name).map(Asset::Share))
    }

    fn open_loans(
        &mut self,
        name: &str,
        config: &LoanConfig,
        names: &mut Names,
    ) -> Result<(), ConfigError> {
        let Some(id) = self.market_named(&config.market) else {
            return Ok(());
        };
        for number in 0..config.count {
            let owner = config.owner.as_deref();
            let owner = self.owner(&numbered(name, owner, (number, config.count)), names);
            self.post_collateral(name, (id, owner), config.collateral)?;
            let debt = self.opening_debt(id, config, number);
            self.lend((id, owner), debt);
        }
        Ok(())
    }

    /// Pays a loan out; who has none in the market yet is looked at after those who have.
    pub(super) fn lend(&mut self, (id, borrower): (MarketId, OwnerId), debt: Tokens) {
        let is_first = self.loan(id, borrower).debt.is_zero();
        let Some(market) = self.markets.get_mut(id.index()) else {
            return;
        };
        if is_first && debt.is_positive() {
            market.borrowers.push(borrower);
        }
        let route = (Account::Loan(id, borrower), Account::External);
        self.books.pay(market.debt, route, debt, Cause::Borrowed);
        if let Some(owner) = self.owners.get_mut(borrower.index()) {
            owner.borrows |= debt.is_positive();
        }
    }

    /// Tokens come from outside; LP shares must be the owner's own.
    fn post_collateral(
        &mut self,
        loan: &str,
        (market, owner): (MarketId, OwnerId),
        amount: Tokens,
    ) -> Result<(), ConfigError> {
        let Some(asset) = self.markets.get(market.index()).map(|of| of.collateral) else {
            return Ok(());
        };
        let (wallet, posted) = (Account::Wallet(owner), Account::Collateral(market, owner));
        if !matches!(asset, Asset::Share(_)) {
            let route = (Account::External, posted);
            self.books.pay(asset, route, amount, Cause::Endowed);
            return Ok(());
        }
        let held = self.books.balance(asset, wallet);
        if held < amount {
            let legal = format!("at most {held}, the owner's LP shares");
            return Err(refused(format!("loans.{loan}.collateral"), amount, legal));
        }
        self.books
            .pay(asset, (wallet, posted), amount, Cause::CollateralPosted);
        Ok(())
    }

    /// What one loan of a series owes. **Rounding** down: it is not liquidatable at its price.
    fn opening_debt(&self, market: MarketId, config: &LoanConfig, number: u32) -> Tokens {
        let Some(of) = self.markets.get(market.index()) else {
            return Tokens::ZERO;
        };
        let at = |price: TokenPrice, part: Ratio| {
            let value = price.value(config.collateral, Round::Floor);
            of.shown.debt.amount(value.mul_floor(part), Round::Floor)
        };
        let threshold = of.rules.liquidation_threshold;
        match config.debt {
            DebtConfig::Amount(debt) => debt,
            DebtConfig::Ltv(part) => at(of.shown.collateral, part),
            DebtConfig::LiquidationPrice(price) => at(price, threshold),
            DebtConfig::LiquidationPrices { first, fall } => {
                let down = fall.units().saturating_mul(number.into());
                let price = TokenPrice::from_units(first.units().saturating_sub(down));
                price.map_or(Tokens::ZERO, |price| at(price, threshold))
            }
            DebtConfig::Ltvs { first, last } => {
                let steps = Tokens::units_i64(config.count.saturating_sub(1).max(1).into());
                let taken = Tokens::units_i64(number.into());
                let span = (last - first).mul_div_floor(taken, steps);
                at(of.shown.collateral, first + span.unwrap_or(Ratio::ZERO))
            }
        }
    }

    fn open_lenders(&mut self) -> Result<(), ConfigError> {
        let config = Arc::clone(&self.config);
        for (id, (name, stated)) in self.market_ids().zip(&config.lending) {
            let borrowed = self.market(id).borrowed;
            let paid_in = stated.lenders.unwrap_or(borrowed);
            if paid_in + stated.reserves < borrowed {
                let field = format!("lending.{name}.lenders");
                let legal = format!("with the reserves at least {borrowed}, what is borrowed");
                return Err(refused(field, paid_in, legal));
            }
            let Some(debt) = self.markets.get(id.index()).map(|of| of.debt) else {
                continue;
            };
            let purses = [
                (Account::Lenders(id), paid_in),
                (Account::Reserves(id), stated.reserves),
                (Account::Cover(id), stated.cover),
            ];
            for (account, amount) in purses {
                let route = (Account::External, account);
                self.books.pay(debt, route, amount, Cause::Endowed);
            }
        }
        Ok(())
    }

    fn open_purses(&mut self, names: &Names) {
        let config = Arc::clone(&self.config);
        for (owner, wallet) in &config.wallets {
            let Some(owner) = names.get(owner) else {
                continue;
            };
            for (asset, amount) in wallet {
                let Some(asset) = self.asset_named(asset) else {
                    continue;
                };
                let route = (Account::External, Account::Wallet(*owner));
                self.books.pay(asset, route, *amount, Cause::Endowed);
            }
        }
        let capital = config.arbitrage.capital.unwrap_or_default();
        let route = (Account::External, Account::Arbitrageur);
        self.books.pay(Asset::Quote, route, capital, Cause::Endowed);
    }
}

/// The name of one of a series: its own, or that of the series with a number.
pub(super) fn numbered(name: &str, owner: Option<&str>, (number, count): (u32, u32)) -> String {
    match count {
        1 => owner.unwrap_or(name).to_owned(),
        _ => format!("{name}-{number}"),
    }
}

fn exchange(config: &Config) -> Result<Exchange, ConfigError> {
    let listed = config.tokens.iter().map(|(name, token)| Listed {
        name: name.clone(),
        outside: token.price,
        path: token.path.clone(),
    });
    let mut exchange = Exchange {
        tokens: listed.collect(),
        pools: Vec::new(),
    };
    for (name, stated) in &config.pools {
        let pool = pool(stated).map_err(|error| {
            let legal = "reserves or ranges of which a pool can be made";
            refused(format!("pools.{name}.curve"), error, legal)
        })?;
        let token = exchange.token_named(&stated.token);
        exchange.pools.push(Venue {
            name: name.clone(),
            token: token.unwrap_or(TokenId::new(u32::MAX)),
            opening: pool.clone(),
            pool,
        });
    }
    Ok(exchange)
}

fn pool(stated: &PoolConfig) -> Result<Pool, PoolError> {
    let deep = |amount: Tokens| amount.mul_floor(stated.depth);
    match &stated.curve {
        CurveConfig::ConstantProduct { token, quote } => {
            Pool::constant_product(deep(*token), deep(*quote), stated.fee)
        }
        CurveConfig::Concentrated { price, ranges } => {
            let ranges = ranges.iter().map(|range| RangeLiquidity {
                lower: range.lower,
                upper: range.upper,
                value: deep(range.value),
            });
            Pool::stacked(&ranges.collect::<Vec<_>>(), *price, stated.fee)
        }
    }
}

fn not_opened(name: &str, error: &FeedError) -> ConfigError {
    let legal = "a feed of something that has a price at the opening";
    refused(format!("feeds.{name}"), error, legal)
}
