use seawall_units::{Ratio, Usd};

/// What one liquidity provider has in a venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LpHolding {
    /// His shares, in grid units of the venue's shares.
    pub shares: i128,
    /// What one whole share is worth at the mark, rounded down.
    pub share_price: Ratio,
    /// What his shares are worth at the mark, rounded down.
    pub value: Usd,
    /// What he has asked to take out and neither got nor lost his place for.
    pub waiting: Usd,
    /// What his redemptions were granted since the start.
    pub granted: Usd,
    /// What he was granted and has not taken out, where a venue lets him claim it.
    pub claimable: Usd,
}
