//! The live values of four markets.
use seawall_oracle::OracleConfig;
use seawall_units::{Ratio, Usd};

use crate::adaptive::AdaptiveFunding;
use crate::params::{
    AdlOrder, BorrowingParams, CollateralParams, FeeParams, Funding, ImpactParams, Params,
    PnlParams, per_year, tiny,
};

impl Params {
    /// The live values of BTC/USD [WBTC.e-USDC].
    #[must_use]
    pub fn btc() -> Self {
        Self {
            oracle: OracleConfig::default(),
            half_spread: Ratio::bps(1),
            max_open_interest: Usd::whole(95_000_000),
            reserve_factor: Ratio::bps(35_000),
            open_interest_reserve_factor: Ratio::bps(34_500),
            max_side_pool_for_deposit: Usd::whole(72_000_000),
            impact_pool: Usd::ZERO,
            impact: ImpactParams::default(),
            collateral: CollateralParams::default(),
            fees: FeeParams::default(),
            borrowing: BorrowingParams::default(),
            funding: Funding::default(),
            pnl: PnlParams::default(),
            adl_order: AdlOrder::default(),
        }
    }

    /// The live values of ETH/USD [WETH-USDC].
    #[must_use]
    pub fn eth() -> Self {
        Self {
            max_open_interest: Usd::whole(110_000_000),
            reserve_factor: Ratio::bps(27_500),
            open_interest_reserve_factor: Ratio::bps(27_000),
            max_side_pool_for_deposit: Usd::whole(90_000_000),
            ..Self::btc()
        }
    }

    /// The live values of SOL/USD [SOL-USDC].
    #[must_use]
    pub fn sol() -> Self {
        Self {
            max_open_interest: Usd::whole(17_500_000),
            reserve_factor: Ratio::bps(38_000),
            open_interest_reserve_factor: Ratio::bps(37_500),
            max_side_pool_for_deposit: Usd::whole(17_500_000),
            impact: ImpactParams {
                factor_negative: tiny(1_350_000_000), // 1.35e-9
                factor_positive: tiny(450_000_000),   // 4.5e-10
                ..ImpactParams::default()
            },
            collateral: CollateralParams {
                open_interest_multiplier: tiny(200_000_000), // 2e-10
                ..CollateralParams::default()
            },
            funding: up_to_ninety(),
            ..Self::btc()
        }
    }

    /// The live values of DOGE/USD [WETH-USDC].
    ///
    /// Its pool is paid in WETH; here, as in every market of this model, in one stable token.
    #[must_use]
    pub fn doge() -> Self {
        Self {
            max_open_interest: Usd::whole(19_000_000),
            reserve_factor: Ratio::bps(18_500),
            open_interest_reserve_factor: Ratio::bps(18_000),
            max_side_pool_for_deposit: Usd::whole(28_500_000),
            impact: ImpactParams {
                factor_negative: tiny(318_000_000_000), // 3.18e-7
                factor_positive: tiny(106_000_000_000), // 1.06e-7
                exponent_negative: Ratio::bps(16_200),
                exponent_positive: Ratio::bps(16_200),
                ..ImpactParams::default()
            },
            collateral: CollateralParams {
                open_interest_multiplier: tiny(1_000_000_000), // 1e-9
                ..CollateralParams::default()
            },
            fees: FeeParams {
                liquidation: Ratio::bps(30),
                ..FeeParams::default()
            },
            borrowing: BorrowingParams {
                optimal: Ratio::bps(7_500),
                base: per_year(50),
                above: per_year(130),
                ..BorrowingParams::default()
            },
            funding: up_to_ninety(),
            pnl: PnlParams {
                traders: Ratio::bps(7_000),
                adl: Ratio::bps(6_500),
                after_adl: Ratio::bps(6_000),
                deposits: Ratio::bps(7_000),
                withdrawals: Ratio::bps(5_500),
            },
            ..Self::btc()
        }
    }
}

fn up_to_ninety() -> Funding {
    Funding::Adaptive(AdaptiveFunding {
        max: per_year(90),
        ..AdaptiveFunding::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{FundingRule, Terms};
    use crate::wide::{F30, usd30};
    use seawall_gmx::{self as gmx, Preset, Side, U256};

    fn of_ratio(ratio: Ratio) -> U256 {
        F30::of_ratio(ratio).magnitude()
    }

    /// The presets say what the parameter files of the market in its own units say.
    #[test]
    fn the_presets_are_those_of_the_parameter_files() {
        for (preset, params) in [
            (Preset::Btc, Params::btc()),
            (Preset::Eth, Params::eth()),
            (Preset::Sol, Params::sol()),
            (Preset::Doge, Params::doge()),
        ] {
            let file = preset.market().unwrap().params;
            assert!(params.validate().is_ok(), "{preset:?}");
            let side = |of: gmx::BySide<U256>| {
                assert_eq!(of.long, of.short);
                of.long
            };
            let limit = file.max_pool_usd_for_deposit.short;
            for (own, stated) in [
                (
                    usd30(params.max_open_interest),
                    side(file.max_open_interest),
                ),
                (of_ratio(params.reserve_factor), side(file.reserve_factor)),
                (
                    of_ratio(params.open_interest_reserve_factor),
                    side(file.open_interest_reserve_factor),
                ),
                (usd30(params.max_side_pool_for_deposit), limit),
                (
                    of_ratio(params.collateral.open_interest_multiplier),
                    side(file.collateral.open_interest_multiplier),
                ),
                (
                    of_ratio(params.collateral.min_factor),
                    file.collateral.min_factor,
                ),
                (
                    of_ratio(params.fees.improving),
                    file.fees.position_improving,
                ),
                (
                    of_ratio(params.fees.worsening),
                    file.fees.position_worsening,
                ),
                (of_ratio(params.fees.liquidation), file.fees.liquidation),
                (
                    of_ratio(params.fees.protocol_share),
                    file.fees.receiver_share,
                ),
                (of_ratio(params.pnl.traders), file.pnl.long.traders),
                (of_ratio(params.pnl.adl), file.pnl.long.adl),
                (of_ratio(params.pnl.after_adl), file.pnl.short.after_adl),
                (of_ratio(params.pnl.deposits), file.pnl.long.deposits),
                (of_ratio(params.pnl.withdrawals), file.pnl.short.withdrawals),
            ] {
                assert_eq!(own, stated, "{preset:?}");
            }
            let terms = Terms::new(params, None);
            assert_eq!(terms.impact, file.impact_of_formulas(), "{preset:?}");
            assert_eq!(terms.curve, *file.borrowing.of(Side::Long), "{preset:?}");
            match terms.funding {
                FundingRule::Contracts(own) => assert_eq!(*own, file.funding, "{preset:?}"),
                FundingRule::Constant(_) => panic!("{preset:?}"),
            }
        }
    }

    /// What the formulas of position impact take of a file.
    trait OfFormulas {
        fn impact_of_formulas(&self) -> gmx::ImpactParams;
    }

    impl OfFormulas for gmx::Params {
        fn impact_of_formulas(&self) -> gmx::ImpactParams {
            gmx::ImpactParams {
                min_pool: U256::ZERO,
                ..self.impact.clone()
            }
        }
    }
}
