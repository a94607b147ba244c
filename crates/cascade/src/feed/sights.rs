use std::collections::BTreeMap;

use seawall_units::TokenPrice;

use crate::feed::{Reserves, SharePricing, quote_fair_share, quote_naive_share};

/// What can be seen of a market: spot prices of pools, outside prices of tokens, LP shares.
pub trait Sights {
    /// The spot price of a pool; `None` of a pool that there is not, or that is drained.
    fn spot(&self, pool: &str) -> Option<TokenPrice>;
    /// The outside price of a token; `None` of a token that there is not.
    fn outside(&self, token: &str) -> Option<TokenPrice>;
    /// What a share of a pool is worth when its token costs `price`; `None` of a pool that there is
    /// not, or that has no shares.
    fn share(&self, pool: &str, pricing: SharePricing, price: TokenPrice) -> Option<TokenPrice>;
}

/// Sights written down one by one: for a market that is no world of pools.
///
/// ```
/// use seawall_cascade::feed::{Sights, SightTable};
/// let mut market = SightTable::default();
/// market.set_outside("TOK", "100".parse()?);
/// assert_eq!(market.outside("TOK"), Some("100".parse()?));
/// assert_eq!(market.spot("TOK"), None);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct SightTable {
    spots: BTreeMap<String, TokenPrice>,
    outside: BTreeMap<String, TokenPrice>,
    reserves: BTreeMap<String, Reserves>,
}

impl SightTable {
    /// The spot price of a pool from now on.
    pub fn set_spot(&mut self, pool: &str, price: TokenPrice) {
        self.spots.insert(pool.to_owned(), price);
    }

    /// The outside price of a token from now on.
    pub fn set_outside(&mut self, token: &str, price: TokenPrice) {
        self.outside.insert(token.to_owned(), price);
    }

    /// The reserves of a constant-product pool from now on.
    pub fn set_reserves(&mut self, pool: &str, reserves: Reserves) {
        self.reserves.insert(pool.to_owned(), reserves);
    }
}

impl Sights for SightTable {
    fn spot(&self, pool: &str) -> Option<TokenPrice> {
        self.spots.get(pool).copied()
    }

    fn outside(&self, token: &str) -> Option<TokenPrice> {
        self.outside.get(token).copied()
    }

    fn share(&self, pool: &str, pricing: SharePricing, price: TokenPrice) -> Option<TokenPrice> {
        let reserves = self.reserves.get(pool)?;
        match pricing {
            SharePricing::Naive => quote_naive_share(reserves, price),
            SharePricing::Fair => quote_fair_share(reserves, price),
        }
    }
}
