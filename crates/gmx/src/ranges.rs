//! The legal ranges of all parameters.
use ethnum::U256;

use crate::{
    BorrowingCurve, BySide, FeeParams, FundingParams, GmxError, ImpactParams, ONE, Params,
    PnlFactors,
};

const SHARE: &str = "0 to 1 with thirty decimals";
const POSITIVE_SHARE: &str = "above 0, up to 1 with thirty decimals";
const EXPONENT: &str = "1 to 4 with thirty decimals";
const FACTOR: &str = "0 to 1 with thirty decimals";
/// Ten times the pool.
const RESERVE: &str = "above 0, up to 10 with thirty decimals";

impl Params {
    /// Whether every parameter lies in its legal range.
    ///
    /// The ranges are those in which every formula is defined and nobody is promised more than
    /// there is: shares up to one, exponents from 1 to 4, `after_adl ≤ adl ≤ traders`,
    /// `deposits ≤ traders`, `min ≤ max` for funding, `decrease_threshold ≤ stable_threshold`.
    ///
    /// **Errors** [`GmxError::Param`] of the first that does not.
    pub fn validate(&self) -> Result<(), GmxError> {
        let ten = ONE.saturating_mul(U256::new(10));
        for (field, value) in [
            ("limits.reserve_percent.long", self.reserve_factor.long),
            ("limits.reserve_percent.short", self.reserve_factor.short),
            (
                "limits.open_interest_reserve_percent.long",
                self.open_interest_reserve_factor.long,
            ),
            (
                "limits.open_interest_reserve_percent.short",
                self.open_interest_reserve_factor.short,
            ),
        ] {
            check(field, value, value > U256::ZERO && value <= ten, RESERVE)?;
        }
        impact(&self.impact)?;
        let swap = &self.swap_impact;
        share("swap_impact.negative_factor", swap.negative_factor)?;
        share("swap_impact.positive_factor", swap.positive_factor)?;
        exponent("swap_impact.exponent", swap.exponent)?;
        let collateral = &self.collateral;
        share("collateral.min_percent", collateral.min_factor)?;
        share(
            "collateral.min_percent_for_liquidation",
            collateral.min_factor_for_liquidation,
        )?;
        share(
            "collateral.open_interest_multiplier.long",
            collateral.open_interest_multiplier.long,
        )?;
        share(
            "collateral.open_interest_multiplier.short",
            collateral.open_interest_multiplier.short,
        )?;
        fees(&self.fees)?;
        borrowing(&self.borrowing)?;
        funding(&self.funding)?;
        pnl(
            &self.pnl.long,
            [
                "pnl.long.traders_percent",
                "pnl.long.adl_percent",
                "pnl.long.after_adl_percent",
                "pnl.long.deposits_percent",
                "pnl.long.withdrawals_percent",
            ],
        )?;
        pnl(
            &self.pnl.short,
            [
                "pnl.short.traders_percent",
                "pnl.short.adl_percent",
                "pnl.short.after_adl_percent",
                "pnl.short.deposits_percent",
                "pnl.short.withdrawals_percent",
            ],
        )
    }
}

fn check(
    field: &'static str,
    value: U256,
    is_legal: bool,
    legal: &'static str,
) -> Result<(), GmxError> {
    match is_legal {
        true => Ok(()),
        false => Err(GmxError::Param {
            field,
            value: value.to_string(),
            legal,
        }),
    }
}

fn share(field: &'static str, value: U256) -> Result<(), GmxError> {
    check(field, value, value <= ONE, SHARE)
}

fn exponent(field: &'static str, value: U256) -> Result<(), GmxError> {
    let most = ONE.saturating_mul(U256::new(4));
    check(field, value, value >= ONE && value <= most, EXPONENT)
}

fn at_most(
    field: &'static str,
    value: U256,
    most: U256,
    legal: &'static str,
) -> Result<(), GmxError> {
    check(field, value, value <= most, legal)
}

fn impact(of: &ImpactParams) -> Result<(), GmxError> {
    share("impact.negative_factor", of.negative_factor)?;
    share("impact.positive_factor", of.positive_factor)?;
    exponent("impact.negative_exponent", of.negative_exponent)?;
    exponent("impact.positive_exponent", of.positive_exponent)?;
    share("impact.max_negative_percent", of.max_negative)?;
    share("impact.max_positive_percent", of.max_positive)?;
    share("impact.max_for_liquidation_percent", of.max_for_liquidation)?;
    share("impact.max_lendable_percent", of.max_lendable_factor)
}

fn fees(of: &FeeParams) -> Result<(), GmxError> {
    share("fees.position_improving_percent", of.position_improving)?;
    share("fees.position_worsening_percent", of.position_worsening)?;
    share("fees.liquidation_percent", of.liquidation)?;
    share("fees.swap_improving_percent", of.swap_improving)?;
    share("fees.swap_worsening_percent", of.swap_worsening)?;
    share("fees.protocol_share_percent", of.receiver_share)?;
    share(
        "fees.protocol_share_of_borrowing_percent",
        of.borrowing_receiver_share,
    )
}

fn borrowing(of: &BySide<BorrowingCurve>) -> Result<(), GmxError> {
    for curve in [&of.long, &of.short] {
        match *curve {
            BorrowingCurve::Power {
                factor,
                exponent: of,
            } => {
                check("borrowing.factor_per_second", factor, factor <= ONE, FACTOR)?;
                exponent("borrowing.exponent", of)?;
            }
            BorrowingCurve::Kink {
                optimal,
                base,
                above,
            } => {
                let is_legal = optimal > U256::ZERO && optimal <= ONE;
                check(
                    "borrowing.optimal_percent",
                    optimal,
                    is_legal,
                    POSITIVE_SHARE,
                )?;
                share("borrowing.base_percent_per_year", base)?;
                share("borrowing.above_percent_per_year", above)?;
            }
        }
    }
    Ok(())
}

fn funding(of: &FundingParams) -> Result<(), GmxError> {
    exponent("funding.exponent", of.exponent)?;
    share("funding.static_percent_per_year", of.factor)?;
    share("funding.hours_to_max", of.increase)?;
    share("funding.hours_to_zero", of.decrease)?;
    share("funding.max_percent_per_year", of.max)?;
    let legal = "0 to `max_percent_per_year`";
    at_most("funding.min_percent_per_year", of.min, of.max, legal)?;
    share("funding.stable_threshold_percent", of.stable_threshold)?;
    at_most(
        "funding.decrease_threshold_percent",
        of.decrease_threshold,
        of.stable_threshold,
        "0 to `stable_threshold_percent`",
    )
}

fn pnl(of: &PnlFactors, fields: [&'static str; 5]) -> Result<(), GmxError> {
    let [traders, adl, after_adl, deposits, withdrawals] = fields;
    let is_legal = of.traders > U256::ZERO && of.traders <= ONE;
    check(traders, of.traders, is_legal, POSITIVE_SHARE)?;
    at_most(adl, of.adl, of.traders, "0 to `traders_percent`")?;
    at_most(after_adl, of.after_adl, of.adl, "0 to `adl_percent`")?;
    at_most(deposits, of.deposits, of.traders, "0 to `traders_percent`")?;
    share(withdrawals, of.withdrawals)
}
