//! The parameters with everything that is derived from them once.
use seawall_gmx::{self as gmx, FundingParams, FundingQuirks, U256};
use seawall_units::Ratio;
use seawall_venue::MarginTable;

use crate::params::{Balance, BorrowingCurve, Funding, Params};
use crate::wide::F30;

/// The funding rule per second.
#[derive(Debug, Clone)]
pub(crate) enum FundingRule {
    /// The larger side pays this.
    Constant(F30),
    /// One of the contracts' two rules, static or adaptive.
    Contracts(Box<FundingParams>),
}

/// Parameters, the margin factors that are in force, and the rules in the contracts' units.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) params: Params,
    /// Least collateral over size for opening.
    pub(crate) initial: Ratio,
    /// Least remaining collateral over size.
    pub(crate) maintenance: Ratio,
    pub(crate) curve: gmx::BorrowingCurve,
    pub(crate) funding: FundingRule,
    pub(crate) impact: gmx::ImpactParams,
}

impl Terms {
    /// The venue's own margin factors, or those of a common table (M-11.4).
    pub(crate) fn new(params: Params, table: Option<MarginTable>) -> Self {
        let collateral = &params.collateral;
        let (initial, maintenance) = match table {
            Some(table) => (table.initial, table.maintenance),
            None => (collateral.min_factor, collateral.min_factor_for_liquidation),
        };
        Self {
            initial,
            maintenance,
            curve: curve(&params),
            funding: funding(&params.funding),
            impact: impact(&params),
            params,
        }
    }
}

fn of(ratio: Ratio) -> U256 {
    F30::of_ratio(ratio).magnitude()
}

fn curve(params: &Params) -> gmx::BorrowingCurve {
    let borrowing = &params.borrowing;
    match borrowing.curve {
        BorrowingCurve::Kink => gmx::BorrowingCurve::Kink {
            optimal: of(borrowing.optimal),
            base: F30::per_second(borrowing.base).magnitude(),
            above: F30::per_second(borrowing.above).magnitude(),
        },
        BorrowingCurve::Power { factor, exponent } => gmx::BorrowingCurve::Power {
            factor: F30::per_second(factor).magnitude(),
            exponent: of(exponent),
        },
    }
}

fn funding(rule: &Funding) -> FundingRule {
    match rule {
        Funding::None => FundingRule::Constant(F30::ZERO),
        Funding::Constant { rate } => FundingRule::Constant(F30::per_second(*rate)),
        Funding::Adaptive(rule) => FundingRule::Contracts(Box::new(rule.of_contracts())),
        Funding::SkewProportional { factor, max } => {
            FundingRule::Contracts(Box::new(FundingParams {
                exponent: gmx::ONE,
                factor: F30::per_second(*factor).magnitude(),
                increase: U256::ZERO,
                decrease: U256::ZERO,
                min: U256::ZERO,
                max: F30::per_second(*max).magnitude(),
                stable_threshold: U256::ZERO,
                decrease_threshold: U256::ZERO,
                quirks: FundingQuirks::default(),
            }))
        }
    }
}

/// What the contracts' formulas of position impact go by; the impact pool is the ledger's.
fn impact(params: &Params) -> gmx::ImpactParams {
    let impact = &params.impact;
    gmx::ImpactParams {
        negative_factor: of(impact.factor_negative),
        positive_factor: of(impact.factor_positive),
        negative_exponent: of(impact.exponent_negative),
        positive_exponent: of(impact.exponent_positive),
        max_negative: of(impact.max_negative),
        max_positive: of(impact.max_positive),
        max_for_liquidation: of(impact.max_for_liquidation),
        balance_in_tokens: impact.balance == Balance::Tokens,
        settled_at_close: true,
        max_lendable_factor: U256::ZERO,
        max_lendable_usd: U256::ZERO,
        distribution_rate: U256::ZERO,
        min_pool: U256::ZERO,
    }
}
