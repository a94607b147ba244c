pub use seawall_units::Side;

/// One of the two tokens that a pool holds. Longs are paid in the long token, shorts in the short
/// one; either may be collateral of either.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PoolToken {
    /// The token of the longs, such as WETH.
    Long,
    /// The token of the shorts, such as USDC.
    Short,
}

impl PoolToken {
    /// Both, the long token first.
    pub const BOTH: [Self; 2] = [Self::Long, Self::Short];

    /// The token that profits of a side are paid in.
    #[must_use]
    pub const fn of_profit(side: Side) -> Self {
        match side {
            Side::Long => Self::Long,
            Side::Short => Self::Short,
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Long => Self::Short,
            Self::Short => Self::Long,
        }
    }
}

/// One value for longs and one for shorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BySide<T> {
    /// Of the longs.
    pub long: T,
    /// Of the shorts.
    pub short: T,
}

impl<T> BySide<T> {
    /// The value of a side.
    pub const fn of(&self, side: Side) -> &T {
        match side {
            Side::Long => &self.long,
            Side::Short => &self.short,
        }
    }

    /// The value of a side, to be changed.
    pub const fn of_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Long => &mut self.long,
            Side::Short => &mut self.short,
        }
    }
}

/// One value for each token of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByToken<T> {
    /// Of the long token.
    pub long: T,
    /// Of the short token.
    pub short: T,
}

impl<T> ByToken<T> {
    /// The value of a token.
    pub const fn of(&self, token: PoolToken) -> &T {
        match token {
            PoolToken::Long => &self.long,
            PoolToken::Short => &self.short,
        }
    }

    /// The value of a token, to be changed.
    pub const fn of_mut(&mut self, token: PoolToken) -> &mut T {
        match token {
            PoolToken::Long => &mut self.long,
            PoolToken::Short => &mut self.short,
        }
    }
}
