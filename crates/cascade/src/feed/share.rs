use seawall_units::{Round, TokenPrice, Tokens};

/// How an LP share is priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SharePricing {
    /// The reserves as they are, each at its price: whoever moves the reserves moves the price.
    Naive,
    /// The reserves that the pool would have at the price: a trade moves it only by its fee.
    Fair,
}

/// What lies in a pool, and how many shares it is divided into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserves {
    /// Tokens in the pool.
    pub token: Tokens,
    /// Quote in the pool.
    pub quote: Tokens,
    /// LP shares outstanding.
    pub shares: Tokens,
}

/// What one share is worth when the reserves are counted as they are.
///
/// **Formula** `(T·p + U) / S`. **Units** quote per share; the quote's own price is one.
/// **Rounding** down, product and quotient: a lower price of collateral protects who has lent.
/// `None` without shares or without a value.
///
/// **Source** the pricing that cost Warp Finance 7.8 million USD in December 2020.
///
/// ```
/// use seawall_cascade::feed::{Reserves, quote_fair_share, quote_naive_share};
/// use seawall_units::Tokens;
/// // 10 tokens and 1000 of quote, one share, true price 100. Somebody swaps in 9000 of quote.
/// let after = Reserves { token: Tokens::whole(1), quote: Tokens::whole(10_000), shares: Tokens::whole(1) };
/// assert_eq!(quote_naive_share(&after, "100".parse()?), Some("10100".parse()?));
/// // 2·√(10 000·100), as before the swap.
/// assert_eq!(quote_fair_share(&after, "100".parse()?), Some("2000".parse()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn quote_naive_share(reserves: &Reserves, price: TokenPrice) -> Option<TokenPrice> {
    let value = worth(reserves.token, price)?;
    let value = value.units().checked_add(reserves.quote.units())?;
    TokenPrice::of(
        Tokens::from_units(value).ok()?,
        reserves.shares,
        Round::Floor,
    )
}

/// What one share of a constant-product pool is worth at a price, wherever the pool stands now.
///
/// **Formula** `2·√(T·U·p) / S`: the value of the reserves after trading the pool to `p`.
/// **Units** quote per share; the quote's own price is one. **Rounding** down, `T·p`, the root and
/// the quotient: a lower price of collateral protects who has lent. `None` without shares or
/// without a value.
///
/// **Source** the fair pricing of LP tokens, `2·√(k·p₀·p₁)/supply`.
#[must_use]
pub fn quote_fair_share(reserves: &Reserves, price: TokenPrice) -> Option<TokenPrice> {
    let side = worth(reserves.token, price)?.geometric_mean(reserves.quote, Round::Floor);
    let value = Tokens::from_units(side.units().checked_mul(2)?).ok()?;
    TokenPrice::of(value, reserves.shares, Round::Floor)
}

/// `None` beyond the range of amounts.
fn worth(amount: Tokens, price: TokenPrice) -> Option<Tokens> {
    let units = seawall_units::mul_div(
        amount.units(),
        price.units(),
        TokenPrice::ONE_UNITS,
        Round::Floor,
    )?;
    Tokens::from_units(units).ok()
}
