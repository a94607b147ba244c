//! Owners, place by place: what each had at the opening and has now.
//!
//! A wallet, LP shares, collateral and a loan look like four local matters. Added up by owner they
//! are one balance sheet, and what one place loses another has to pay.

use std::collections::BTreeMap;

use seawall_units::{Ratio, Round, TokenPrice, Tokens};

use crate::books::{Account, Asset};
use crate::exchange::Venue;
use crate::ids::{MarketId, OwnerId, PoolId, TokenId};
use crate::pool::Pool;
use crate::world::World;

/// One place in which an owner has or owes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holding {
    /// Quote and tokens that he holds freely.
    Wallet,
    /// LP shares of a pool that he holds freely.
    Shares(PoolId),
    /// Collateral that he has posted in a market.
    Posted(MarketId),
    /// What he owes to a market.
    Owed(MarketId),
}

/// Worth at the opening and now, in quote, each at the prices of its time; debts are above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ThenNow {
    /// At the opening.
    pub opening: Tokens,
    /// Now.
    pub now: Tokens,
}

impl ThenNow {
    /// What is gone, as a part of the opening; zero when it has grown or there was nothing.
    ///
    /// **Rounding** down.
    #[must_use]
    pub fn contraction(&self) -> Ratio {
        let gone = (self.opening - self.now).or_zero();
        gone.ratio_floor(self.opening).unwrap_or(Ratio::ZERO)
    }

    fn add(&mut self, other: Self) {
        self.opening += other.opening;
        self.now += other.now;
    }
}

/// One owner's balance sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerSheet {
    /// Whose it is.
    pub owner: OwnerId,
    /// Every place in which he has or had something, in their order.
    pub holdings: BTreeMap<Holding, ThenNow>,
    /// What he has, all places together.
    pub assets: ThenNow,
    /// What he owes, all markets together.
    pub debts: ThenNow,
}

impl OwnerSheet {
    /// What is his own: assets less debts.
    #[must_use]
    pub fn equity(&self) -> ThenNow {
        ThenNow {
            opening: self.assets.opening - self.debts.opening,
            now: self.assets.now - self.debts.now,
        }
    }
}

impl World {
    /// The balance sheet of every owner who had or has something, by number.
    ///
    /// **Units** quote; a token at the price of its first pool, else its outside price; an LP share
    /// at its part of the reserves. **Rounding** what he has down, what he owes up.
    #[must_use]
    pub fn sheets(&self) -> Vec<OwnerSheet> {
        let mut opening: BTreeMap<(Asset, Account), Tokens> = BTreeMap::new();
        for entry in self
            .books
            .journal()
            .iter()
            .take_while(|entry| entry.round == 0)
        {
            let moved = entry.transfer;
            let mut add =
                |account, amount| *opening.entry((moved.asset(), account)).or_default() += amount;
            add(moved.from(), -moved.amount());
            add(moved.to(), moved.amount());
        }
        let mut sheets: BTreeMap<OwnerId, BTreeMap<Holding, ThenNow>> = BTreeMap::new();
        for ((asset, account), balance) in opening {
            if let Some((owner, holding)) = place(asset, account) {
                let worth = self.worth_at(Moment::Opening, asset, balance);
                let line = sheets.entry(owner).or_default().entry(holding).or_default();
                line.opening += worth;
            }
        }
        for (asset, account, balance) in self.books.balances() {
            if let Some((owner, holding)) = place(asset, account) {
                let worth = self.worth_at(Moment::Now, asset, balance);
                let line = sheets.entry(owner).or_default().entry(holding).or_default();
                line.now += worth;
            }
        }
        sheets
            .into_iter()
            .map(|(owner, holdings)| sheet(owner, holdings))
            .collect()
    }

    /// What a balance is worth; a debt counts above zero and is rounded up.
    fn worth_at(&self, moment: Moment, asset: Asset, balance: Tokens) -> Tokens {
        let round = if balance.is_negative() {
            Round::Ceil
        } else {
            Round::Floor
        };
        let amount = balance.abs();
        match asset {
            Asset::Quote => amount,
            Asset::Token(token) => self.token_worth(moment, token, amount, round),
            Asset::Share(pool) => {
                let Some(venue) = self.exchange.pools.get(pool.index()) else {
                    return Tokens::ZERO;
                };
                let part = moment.pool(venue).quote_withdrawal(amount);
                self.token_worth(moment, venue.token, part.token, round) + part.quote
            }
        }
    }

    fn token_worth(&self, moment: Moment, token: TokenId, amount: Tokens, round: Round) -> Tokens {
        let price = match moment {
            Moment::Now => self.exchange.mark(token),
            Moment::Opening => self.opening_mark(token),
        };
        price.map_or(Tokens::ZERO, |price| price.value(amount, round))
    }

    /// The price of a token's first pool at the opening, else what the file says it costs outside.
    fn opening_mark(&self, token: TokenId) -> Option<TokenPrice> {
        let first = self.exchange.first_pool_of(token);
        let pool = first.and_then(|id| self.exchange.pools.get(id.index()));
        let outside = || {
            let name = &self.exchange.tokens.get(token.index())?.name;
            Some(self.config.tokens.get(name)?.price)
        };
        pool.and_then(|venue| venue.opening.spot()).or_else(outside)
    }
}

#[derive(Clone, Copy)]
enum Moment {
    Opening,
    Now,
}

impl Moment {
    fn pool(self, venue: &Venue) -> &Pool {
        match self {
            Self::Opening => &venue.opening,
            Self::Now => &venue.pool,
        }
    }
}

/// Whose a balance is, and where.
fn place(asset: Asset, account: Account) -> Option<(OwnerId, Holding)> {
    match (account, asset) {
        (Account::Wallet(owner), Asset::Share(pool)) => Some((owner, Holding::Shares(pool))),
        (Account::Wallet(owner), _) => Some((owner, Holding::Wallet)),
        (Account::Collateral(market, owner), _) => Some((owner, Holding::Posted(market))),
        (Account::Loan(market, owner), _) => Some((owner, Holding::Owed(market))),
        _ => None,
    }
}

fn sheet(owner: OwnerId, holdings: BTreeMap<Holding, ThenNow>) -> OwnerSheet {
    let (mut assets, mut debts) = (ThenNow::default(), ThenNow::default());
    for (holding, worth) in &holdings {
        match holding {
            Holding::Owed(_) => debts.add(*worth),
            _ => assets.add(*worth),
        }
    }
    OwnerSheet {
        owner,
        holdings,
        assets,
        debts,
    }
}
