//! Tokens with their outside prices, and the pools in which they trade.

use seawall_units::{Round, TokenPrice, Tokens};

use crate::feed::{SharePricing, Sights};
use crate::ids::{PoolId, TokenId};
use crate::pool::Pool;

/// A token.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What it costs outside.
    pub outside: TokenPrice,
    /// What it costs outside from round 1 on.
    pub(crate) path: Vec<TokenPrice>,
}

/// A pool, and what it was at the opening.
#[derive(Debug, Clone)]
pub struct Venue {
    /// Its name.
    pub name: String,
    /// What it trades against the quote asset.
    pub token: TokenId,
    /// Its state.
    pub pool: Pool,
    /// Its state at the opening.
    pub(crate) opening: Pool,
}

/// Everything that has a price of its own. Tokens and pools stand in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    pub(crate) tokens: Vec<Listed>,
    pub(crate) pools: Vec<Venue>,
}

impl Exchange {
    /// The tokens.
    #[must_use]
    pub fn tokens(&self) -> &[Listed] {
        &self.tokens
    }

    /// The pools.
    #[must_use]
    pub fn pools(&self) -> &[Venue] {
        &self.pools
    }

    /// The number of the token of this name.
    #[must_use]
    pub fn token_named(&self, name: &str) -> Option<TokenId> {
        let found = self
            .tokens
            .binary_search_by(|one| one.name.as_str().cmp(name));
        found.ok().map(TokenId::at)
    }

    /// The number of the pool of this name.
    #[must_use]
    pub fn pool_named(&self, name: &str) -> Option<PoolId> {
        let found = self
            .pools
            .binary_search_by(|one| one.name.as_str().cmp(name));
        found.ok().map(PoolId::at)
    }

    /// The first pool that trades a token.
    #[must_use]
    pub fn first_pool_of(&self, token: TokenId) -> Option<PoolId> {
        let found = self.pools.iter().position(|one| one.token == token);
        found.map(PoolId::at)
    }

    /// The pool that pays most for so many tokens, the first one of equals; `None` when no pool
    /// pays anything.
    #[must_use]
    pub fn best_bid(&self, token: TokenId, amount: Tokens) -> Option<PoolId> {
        let bids = self
            .of(token)
            .map(|(id, one)| (id, one.pool.quote_sale(amount).paid_out));
        best(bids.map(|(id, paid)| (id, paid.is_positive(), paid)))
    }

    /// The pool that gives so many tokens for least quote: one that gives all of them before one
    /// that does not. `None` when no pool has any.
    #[must_use]
    pub fn best_ask(&self, token: TokenId, amount: Tokens) -> Option<PoolId> {
        let asks = self
            .of(token)
            .map(|(id, one)| (id, one.pool.quote_purchase_of(amount)));
        best(asks.map(|(id, swap)| {
            let rank = (swap.paid_out, -swap.paid_in);
            (id, swap.paid_out.is_positive(), rank)
        }))
    }

    fn of(&self, token: TokenId) -> impl Iterator<Item = (PoolId, &Venue)> {
        let all = self.pools.iter().enumerate();
        all.filter(move |(_, one)| one.token == token)
            .map(|(place, one)| (PoolId::at(place), one))
    }

    /// What a token is worth in the books: the price of its first pool, or what it costs outside
    /// when that pool is drained or there is none.
    #[must_use]
    pub fn mark(&self, token: TokenId) -> Option<TokenPrice> {
        let spot = self
            .first_pool_of(token)
            .and_then(|id| self.pools.get(id.index())?.pool.spot());
        spot.or_else(|| Some(self.tokens.get(token.index())?.outside))
    }
}

/// The first of the highest rank among those that are any good.
fn best<R: Ord>(ranked: impl Iterator<Item = (PoolId, bool, R)>) -> Option<PoolId> {
    let mut best: Option<(PoolId, R)> = None;
    for (id, _, rank) in ranked.filter(|(_, good, _)| *good) {
        if best.as_ref().is_none_or(|(_, most)| rank > *most) {
            best = Some((id, rank));
        }
    }
    best.map(|(id, _)| id)
}

impl Venue {
    /// What the token costs in the pool, as a share of what it cost there at the opening.
    pub(crate) fn divergence_loss(&self) -> Option<seawall_units::Ratio> {
        use seawall_units::Ratio;
        let price = self.pool.spot()?;
        let worth = |pool: &Pool| {
            let tokens = price.value(pool.token_reserve(), Round::Floor);
            tokens + pool.quote_reserve()
        };
        let held = worth(&self.opening);
        let now = worth(&self.pool).mul_div_floor(self.opening.shares(), self.pool.shares())?;
        Some((Ratio::ONE - now.ratio_floor(held)?).or_zero())
    }
}

impl Sights for Exchange {
    fn spot(&self, pool: &str) -> Option<TokenPrice> {
        let id = self.pool_named(pool)?;
        self.pools.get(id.index())?.pool.spot()
    }

    fn outside(&self, token: &str) -> Option<TokenPrice> {
        let id = self.token_named(token)?;
        Some(self.tokens.get(id.index())?.outside)
    }

    fn share(&self, pool: &str, pricing: SharePricing, price: TokenPrice) -> Option<TokenPrice> {
        let venue = self.pools.get(self.pool_named(pool)?.index())?;
        venue.pool.quote_share(pricing, price)
    }
}
