use seawall_units::{Ratio, Round, TokenPrice, Tokens};

use super::Pool;
use crate::feed::SharePricing;

/// What LP shares are worth to somebody who lends against them: the pool itself says how much
/// lies in it, and a price from elsewhere what that is worth.
impl Pool {
    /// What all shares are worth when the reserves are counted as they lie there: `x·p + y`.
    ///
    /// A trade moves reserves and with them this value, even at a price that nobody can move.
    /// **Rounding** down: who lends against it is protected. `None` beyond the range of amounts.
    #[must_use]
    pub fn naive_value(&self, price: TokenPrice) -> Option<Tokens> {
        self.value_at(price)
    }

    /// What all shares are worth when the reserves are counted as they would lie there at `price`.
    ///
    /// **Formula** `2√(x·y·p)` of a constant product; of a range `x(p̂)·p + y(p̂)` with the price
    /// clamped to its ends. No trade moves it, but for the fee that the trade leaves.
    /// **Rounding** a product of reserves never falls by rounding, so this is at most two units of
    /// a token and one of quote above the formula. `None` beyond the range of amounts.
    ///
    /// **Source** the fair pricing of LP tokens, `2√(k·p₀·p₁)/supply`; for ranges from their
    /// holdings.
    ///
    /// ```
    /// use seawall_cascade::pool::Pool;
    /// use seawall_units::{Ratio, Tokens};
    /// let price = "100".parse()?;
    /// let mut pool = Pool::constant_product(Tokens::whole(10), Tokens::whole(1_000), Ratio::ZERO)?;
    /// pool.commit(&pool.quote_purchase(Tokens::whole(9_000)));
    /// // Nine of the ten tokens are gone, and ten times the quote lies there.
    /// assert_eq!(pool.naive_value(price), Some(Tokens::whole(10_100)));
    /// assert_eq!(pool.fair_value(price), Some(Tokens::whole(2_000)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn fair_value(&self, price: TokenPrice) -> Option<Tokens> {
        let mut there = self.clone();
        there.fee = Ratio::ZERO;
        if let Some(trade) = there.plan_to(price) {
            there.commit(&trade);
        }
        there.value_at(price)
    }

    /// What one share is worth at a price of the token, priced in either way.
    ///
    /// **Rounding** down. `None` when there are no shares or it is no legal price.
    #[must_use]
    pub fn quote_share(&self, pricing: SharePricing, price: TokenPrice) -> Option<TokenPrice> {
        let value = match pricing {
            SharePricing::Naive => self.naive_value(price),
            SharePricing::Fair => self.fair_value(price),
        };
        TokenPrice::of(value?, self.shares(), Round::Floor)
    }
}
