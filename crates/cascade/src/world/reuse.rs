//! Shares that are posted for more of them.

use std::sync::Arc;

use seawall_units::Tokens;

use super::World;
use super::open::{Names, numbered};
use crate::books::{Account, Asset, Cause};
use crate::config::{ConfigError, ReuseConfig, refused};
use crate::ids::PoolId;

impl World {
    /// Gives those who re-use shares of a pool theirs, of the `left` that nobody is named for;
    /// tells what is left then.
    pub(super) fn open_reused_shares(
        &mut self,
        pool: PoolId,
        mut left: Tokens,
        names: &mut Names,
    ) -> Result<Tokens, ConfigError> {
        let config = Arc::clone(&self.config);
        for (name, reuse) in &config.reuse {
            if self.reused_pool(reuse) != Some(pool) {
                continue;
            }
            let shares: Tokens = self
                .reuse_turns(pool, reuse)
                .map(|(shares, _)| shares)
                .sum();
            if shares > left {
                let field = format!("reuse.{name}.equity");
                let legal =
                    "so little that all turns fit into the shares of the pool that no provider has";
                return Err(refused(field, reuse.equity, legal));
            }
            let owner = self.owner(&numbered(name, reuse.owner.as_deref(), (0, 1)), names);
            self.issue(pool, owner, shares);
            left -= shares;
        }
        Ok(left)
    }

    /// Posts the shares and takes the loans, turn by turn.
    pub(super) fn open_reuse(&mut self, names: &mut Names) {
        let config = Arc::clone(&self.config);
        for (name, reuse) in &config.reuse {
            let market = self.market_named(&reuse.market);
            let (Some(market), Some(pool)) = (market, self.reused_pool(reuse)) else {
                continue;
            };
            let owner = self.owner(&numbered(name, reuse.owner.as_deref(), (0, 1)), names);
            let posted = (Account::Wallet(owner), Account::Collateral(market, owner));
            let turns: Vec<(Tokens, Tokens)> = self.reuse_turns(pool, reuse).collect();
            for (shares, borrowed) in turns {
                let share = Asset::Share(pool);
                self.books
                    .pay(share, posted, shares, Cause::CollateralPosted);
                self.lend((market, owner), borrowed);
            }
        }
    }

    /// The pool whose shares the entry's market takes.
    fn reused_pool(&self, reuse: &ReuseConfig) -> Option<PoolId> {
        let market = self.config.lending.get(&reuse.market)?;
        self.exchange.pool_named(&market.collateral)
    }

    /// Shares posted and quote borrowed, turn by turn. Shares at what they are worth in the pool.
    /// **Rounding** down.
    fn reuse_turns(
        &self,
        pool: PoolId,
        reuse: &ReuseConfig,
    ) -> impl Iterator<Item = (Tokens, Tokens)> + use<> {
        let venue = self.exchange.pools.get(pool.index());
        let pool = venue.map(|venue| &venue.opening);
        let value = pool.and_then(crate::pool::Pool::value).unwrap_or_default();
        let supply = pool.map_or(Tokens::ZERO, crate::pool::Pool::shares);
        let turns = reuse
            .turns()
            .ok()
            .into_iter()
            .flat_map(|reuse| reuse.turns());
        turns.map(move |turn| {
            let shares = supply.mul_div_floor(turn.provided, value);
            (shares.unwrap_or_default(), turn.borrowed)
        })
    }
}
