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
    /// What a redemption would be paid for all of his shares now, were nothing else in its way:
    /// their worth at the exit price of the venue's rule, rounded down.
    ///
    /// **Source** M-9.1; gmx-synthetics, `market/MarketUtils.sol`.
    pub exit_value: Usd,
    /// What he has asked to take out and neither got nor lost his place for.
    pub waiting: Usd,
    /// What his redemptions were granted since the start.
    pub granted: Usd,
    /// What recoveries gave him since the start for shares of a series that had lost all (M-9.4);
    /// not part of `granted`.
    pub recovered: Usd,
    /// What he was granted or given back and has not taken out, where a venue lets him claim it.
    pub claimable: Usd,
}
