use ethnum::U256;

use crate::GmxError;
use crate::number::add;
use crate::side::PoolToken;

/// The two values of one token's price: USD with thirty decimals per smallest unit of the token,
/// so that `usd = amount · price` without a division.
///
/// ETH (18 decimals) at 2,000 USD is 2000·10¹², USDC (6 decimals) at 1 USD is 10²⁴.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// The bid of the signed feed.
    pub min: U256,
    /// The ask of the signed feed.
    pub max: U256,
}

impl Price {
    /// A price without a spread.
    #[must_use]
    pub const fn at(value: U256) -> Self {
        Self {
            min: value,
            max: value,
        }
    }

    /// `floor((min + max) / 2)`: for the balance test of impact, the skew of funding and swaps.
    ///
    /// **Errors** [`GmxError::Overflow`].
    pub fn mid(self) -> Result<U256, GmxError> {
        add(self.min, self.max).map(|sum| sum.wrapping_shr(1))
    }

    /// The greater one when `maximize`, else the smaller one.
    #[must_use]
    pub const fn pick(self, bound: Bound) -> U256 {
        match bound {
            Bound::Min => self.min,
            Bound::Max => self.max,
        }
    }

    fn check(self, token: &'static str) -> Result<(), GmxError> {
        match self.min > U256::ZERO && self.min <= self.max {
            true => Ok(()),
            false => Err(GmxError::Price {
                token,
                min: self.min,
                max: self.max,
            }),
        }
    }
}

/// Which value of a price, or of everything that is made of prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The least.
    Min,
    /// The greatest.
    Max,
}

impl Bound {
    /// The other one.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Min => Self::Max,
            Self::Max => Self::Min,
        }
    }
}

/// The prices of a market's three tokens at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prices {
    /// Of what is traded.
    pub index: Price,
    /// Of the token that longs are paid in.
    pub long: Price,
    /// Of the token that shorts are paid in.
    pub short: Price,
}

impl Prices {
    /// The price of a token of the pool.
    #[must_use]
    pub const fn of(&self, token: PoolToken) -> Price {
        match token {
            PoolToken::Long => self.long,
            PoolToken::Short => self.short,
        }
    }

    /// Whether all three are legal.
    ///
    /// **Errors** [`GmxError::Price`] of the first that is zero or upside down.
    pub fn validate(&self) -> Result<(), GmxError> {
        self.index.check("index")?;
        self.long.check("long token")?;
        self.short.check("short token")
    }
}
