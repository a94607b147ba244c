use seawall_units::{Ratio, TokenPrice, Tokens};

/// Why there can be no such pool. Every message names the field, what it was and what it may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// A reserve or a value of nothing, or of more than can be counted.
    #[error(
        "{field} is {value}; a pool takes more than 0 and at most {}",
        Tokens::MAX
    )]
    Amount {
        /// The parameter.
        field: &'static str,
        /// What it was.
        value: Tokens,
    },
    /// A fee that is no share of what is paid in.
    #[error("fee is {value}; it lies from 0 up to, not including, {}", Ratio::ONE)]
    Fee {
        /// What it was.
        value: Ratio,
    },
    /// A range whose lower end is not below its upper end.
    #[error("the range runs from {lower} to {upper}; its lower end lies below its upper end")]
    Range {
        /// The lower end.
        lower: TokenPrice,
        /// The upper end.
        upper: TokenPrice,
    },
    /// Too few or too many ranges.
    #[error("{count} ranges; a pool has from 1 to {max}")]
    Ranges {
        /// How many there were.
        count: usize,
        /// The most.
        max: usize,
    },
    /// A range so narrow, or so far from the spot price, that its liquidity leaves the grid.
    #[error(
        "the range from {lower} to {upper} turns its value into more liquidity than can be counted \
         (virtual reserves above 0 and at most {}); widen it or put in less",
        Tokens::MAX
    )]
    Liquidity {
        /// The lower end.
        lower: TokenPrice,
        /// The upper end.
        upper: TokenPrice,
    },
    /// A price between two reserves that is no price.
    #[error(
        "{token} tokens beside {quote} of the quote asset give no price; it lies from {} to {}",
        TokenPrice::ULP,
        TokenPrice::MAX
    )]
    Price {
        /// The reserve of the token.
        token: Tokens,
        /// The reserve of the quote asset.
        quote: Tokens,
    },
}
