//! The parameters of a market as the rules name them, read once at the door.
use super::number::{FACTOR, Q, down, whole};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Long,
    Short,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Long, Self::Short];

    pub(crate) fn other(self) -> Self {
        match self {
            Self::Long => Self::Short,
            Self::Short => Self::Long,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Balance {
    Tokens,
    EntryUsd,
}

#[derive(Debug, Clone)]
pub(crate) enum FundingRule {
    None,
    /// Per second.
    Constant(Q),
    /// Per second: at full skew, and at most.
    Proportional(Q, Q),
    Adaptive(Box<AdaptiveRule>),
}

/// Rates per second.
#[derive(Debug, Clone)]
pub(crate) struct AdaptiveRule {
    pub(crate) max: Q,
    pub(crate) min: Q,
    /// Per second.
    pub(crate) rise: Q,
    pub(crate) fall: Q,
    pub(crate) stable: Q,
    pub(crate) decrease: Q,
    pub(crate) forgets_when_one_sided: bool,
    pub(crate) zero_charges_longs: bool,
    pub(crate) decay_keeps_sign: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AdlRank {
    Profit,
    Return,
    Position,
    Oldest,
    Random,
}

#[derive(Debug, Clone)]
pub(crate) struct OracleRules {
    pub(crate) quorum: usize,
    pub(crate) max_age: u64,
    pub(crate) max_deviation: Q,
}

#[derive(Debug, Clone)]
pub(crate) struct ImpactRules {
    pub(crate) factor_negative: Q,
    pub(crate) factor_positive: Q,
    pub(crate) exponent_negative: Q,
    pub(crate) exponent_positive: Q,
    pub(crate) max_negative: Q,
    pub(crate) max_positive: Q,
    pub(crate) max_for_liquidation: Q,
    pub(crate) balance: Balance,
    /// Net short tokens of other markets.
    pub(crate) others: Option<Q>,
}

#[derive(Debug, Clone)]
pub(crate) struct FeeRules {
    pub(crate) improving: Q,
    pub(crate) worsening: Q,
    pub(crate) liquidation: Q,
    pub(crate) protocol_share: Q,
}

#[derive(Debug, Clone)]
pub(crate) struct CollateralRules {
    pub(crate) initial: Q,
    pub(crate) maintenance: Q,
    pub(crate) interest_multiplier: Q,
    pub(crate) min_usd: Q,
    pub(crate) min_position: Q,
}

#[derive(Debug, Clone)]
pub(crate) struct BorrowingRules {
    pub(crate) optimal: Q,
    /// Per second.
    pub(crate) base: Q,
    /// Per second.
    pub(crate) above: Q,
    pub(crate) smaller_side_pays: bool,
    /// Factor per second and exponent of the curve without a kink.
    pub(crate) power: Option<(Q, Q)>,
}

/// Shares of a side's half of the pool.
#[derive(Debug, Clone)]
pub(crate) struct ProfitRules {
    pub(crate) traders: Q,
    pub(crate) adl: Q,
    pub(crate) after_adl: Q,
    pub(crate) deposits: Q,
    pub(crate) withdrawals: Q,
}

#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) oracle: OracleRules,
    pub(crate) half_spread: Q,
    pub(crate) max_open_interest: Q,
    pub(crate) reserve_factor: Q,
    pub(crate) interest_reserve_factor: Q,
    pub(crate) max_side_for_deposit: Q,
    pub(crate) impact: ImpactRules,
    pub(crate) fees: FeeRules,
    pub(crate) collateral: CollateralRules,
    pub(crate) borrowing: BorrowingRules,
    pub(crate) funding: FundingRule,
    pub(crate) profit: ProfitRules,
    pub(crate) rank: AdlRank,
    /// What a random keeper draws by.
    pub(crate) keeper: u64,
}

/// A yearly rate per second of a year of 365 days, in the thirty decimals of a parameter file.
pub(crate) fn per_second(yearly: &Q) -> Q {
    down(&(yearly / whole(365 * 24 * 60 * 60)), FACTOR)
}
