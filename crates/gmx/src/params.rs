//! Every threshold of a market.
use ethnum::U256;

use crate::side::{BySide, ByToken};

/// The parameters of one market. Factors and USD have thirty decimals, rates are per second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// Whether both sides are paid in one token. All amounts of a side are then half of it.
    pub single_token: bool,
    /// Most open interest of a side at entry prices, USD.
    pub max_open_interest: BySide<U256>,
    /// Reserved USD over a side's pool, checked when liquidity leaves.
    pub reserve_factor: BySide<U256>,
    /// The same, checked when a position is opened.
    pub open_interest_reserve_factor: BySide<U256>,
    /// Most tokens of the pool.
    pub max_pool_amount: ByToken<U256>,
    /// Most USD of each token for which deposits are taken.
    pub max_pool_usd_for_deposit: ByToken<U256>,
    /// Most collateral of a token, by side; the greatest number for no limit.
    pub max_collateral_sum: BySide<ByToken<U256>>,
    /// Least market tokens of the first deposit, which nobody may own; zero for no such rule.
    pub min_first_deposit: U256,
    /// Price impact of positions.
    pub impact: ImpactParams,
    /// Price impact of swaps, deposits and withdrawals.
    pub swap_impact: SwapImpactParams,
    /// What a position's collateral must come to.
    pub collateral: CollateralParams,
    /// Fees.
    pub fees: FeeParams,
    /// Borrowing.
    pub borrowing: BySide<BorrowingCurve>,
    /// Whether the side with less open interest pays no borrowing fee (equal sides both pay).
    pub skip_borrowing_for_smaller_side: bool,
    /// Funding.
    pub funding: FundingParams,
    /// Limits on the open profit of a side over its pool.
    pub pnl: BySide<PnlFactors>,
    /// Whether the market has a virtual token id: see [`Market::virtual_inventory`](crate::Market).
    pub virtual_inventory: bool,
}

/// Price impact of positions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImpactParams {
    /// Factor of a step that worsens the balance.
    pub negative_factor: U256,
    /// Factor of a step that improves it; the smaller of both counts.
    pub positive_factor: U256,
    /// Exponent of a step that worsens the balance, thirty decimals.
    pub negative_exponent: U256,
    /// Exponent of a step that improves it; the smaller of both counts.
    pub positive_exponent: U256,
    /// Most impact cost at a close over its size; what is beyond becomes claimable.
    pub max_negative: U256,
    /// Most impact gain over the size; the smaller of both maxima counts.
    pub max_positive: U256,
    /// Most impact cost that the liquidation test counts, over the size.
    pub max_for_liquidation: U256,
    /// Whether the balance is taken from open interest in tokens at the mid price (since October
    /// 2025), or in USD at entry prices.
    pub balance_in_tokens: bool,
    /// Whether impact is stored at the open and settled at the close (since V2.2), or changes the
    /// size in tokens and the impact pool at once (before).
    pub settled_at_close: bool,
    /// Most that may be lent beyond the impact pool, over the pool's USD.
    pub max_lendable_factor: U256,
    /// The same in USD.
    pub max_lendable_usd: U256,
    /// Index tokens that drip from the impact pool to the liquidity providers per second, with
    /// thirty decimals.
    pub distribution_rate: U256,
    /// Index tokens below which nothing drips.
    pub min_pool: U256,
}

/// Price impact of swaps, deposits and withdrawals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SwapImpactParams {
    /// Factor of a step that worsens the balance of the pool's tokens.
    pub negative_factor: U256,
    /// Factor of a step that improves it; the smaller of both counts.
    pub positive_factor: U256,
    /// Exponent of both, thirty decimals.
    pub exponent: U256,
}

/// What a position's collateral must come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CollateralParams {
    /// Least collateral over size when a position is opened or increased.
    pub min_factor: U256,
    /// Least remaining collateral over size before a liquidation.
    pub min_factor_for_liquidation: U256,
    /// Least collateral over size per USD of the side's open interest, when opening.
    pub open_interest_multiplier: BySide<U256>,
    /// Least collateral of any position, USD.
    pub min_usd: U256,
    /// Least size of a position, USD.
    pub min_position_usd: U256,
}

/// Fees as shares of the size, or of the amount.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeeParams {
    /// Position fee of a step that improves the balance.
    pub position_improving: U256,
    /// Position fee of any other step.
    pub position_worsening: U256,
    /// Liquidation fee on the size closed.
    pub liquidation: U256,
    /// Swap, deposit and withdrawal fee of a step that improves the balance; 0.05 %.
    pub swap_improving: U256,
    /// Swap, deposit and withdrawal fee of any other step; 0.07 %.
    pub swap_worsening: U256,
    /// The protocol's share of position, swap and liquidation fees.
    pub receiver_share: U256,
    /// The protocol's share of borrowing fees.
    pub borrowing_receiver_share: U256,
}

/// How the borrowing rate of a side follows its usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BorrowingCurve {
    /// `factor · reserved^exponent / pool`.
    Power {
        /// Factor per second.
        factor: U256,
        /// Exponent of the reserved USD, thirty decimals.
        exponent: U256,
    },
    /// `u·base`, and beyond the kink `(above − base)·(u − optimal)/(1 − optimal)` more.
    Kink {
        /// Usage at the kink.
        optimal: U256,
        /// Rate per second and usage below the kink.
        base: U256,
        /// Rate per second at full usage.
        above: U256,
    },
}

/// Funding between the sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundingParams {
    /// Exponent of the skew, thirty decimals.
    pub exponent: U256,
    /// Rate per second at full skew of the static model.
    pub factor: U256,
    /// Rise of the rate per second and second at full skew; zero for the static model.
    pub increase: U256,
    /// Fall of the rate per second and second.
    pub decrease: U256,
    /// Least rate per second that is charged.
    pub min: U256,
    /// Most per second that is stored.
    pub max: U256,
    /// Skew above which the rate rises.
    pub stable_threshold: U256,
    /// Skew below which it falls.
    pub decrease_threshold: U256,
    /// What the deployed contracts do that one might not expect.
    pub quirks: FundingQuirks,
}

/// Behaviours of the deployed funding that are switches here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FundingQuirks {
    /// Whether the stored rate is forgotten while one side is empty (the main branch) or kept (the
    /// branch for V2.2c).
    pub reset_when_one_sided: bool,
    /// Whether a stored rate of exactly zero counts as positive, so that longs pay the minimum.
    pub zero_rate_charges_longs: bool,
    /// Whether a rate that falls to nothing stays at ±1 and keeps its sign.
    pub decay_keeps_sign: bool,
}

impl Default for FundingQuirks {
    fn default() -> Self {
        Self {
            reset_when_one_sided: true,
            zero_rate_charges_longs: true,
            decay_keeps_sign: true,
        }
    }
}

/// Limits on the open profit of a side over its pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PnlFactors {
    /// Beyond it every realised profit is cut pro rata.
    pub traders: U256,
    /// Beyond it ADL is enabled.
    pub adl: U256,
    /// ADL never brings the side below it.
    pub after_adl: U256,
    /// For the pool value at deposits.
    pub deposits: U256,
    /// For the pool value at withdrawals.
    pub withdrawals: U256,
}
