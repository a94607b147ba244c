//! Every threshold of the market, with the live values of two markets as defaults.
use seawall_oracle::{OracleConfig, OracleError};
use seawall_units::{Base, Rate, Ratio, Usd};
use seawall_venue::ParamError;
use serde::{Deserialize, Serialize};

use crate::adaptive::AdaptiveFunding;

/// The parameters of one isolated pool. Default: [`Params::btc`].
///
/// **Source** gmx-synthetics `config/markets.ts` and `config/general.ts`, Arbitrum, March 2026,
/// unless a field says that it is a choice of this model.
///
/// ```
/// use seawall_venue_pool::Params;
/// assert_eq!(Params::default(), Params::btc());
/// assert!(Params::eth().validate().is_ok());
/// let wrong = Params { half_spread: "2".parse()?, ..Params::btc() };
/// assert_eq!(wrong.validate().unwrap_err().field, "half_spread");
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "PoolParams")
)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// How the mark is made of the sources.
    pub oracle: OracleConfig,
    /// Distance of the feed's bid and ask from the mark, as a ratio of it. The live spread is the
    /// signed feed's own and changes from block to block; 1 bp is a choice of this model.
    pub half_spread: Ratio,
    /// Most open interest per side, at entry prices.
    pub max_open_interest: Usd,
    /// Reserved USD of a side over its half of the pool, checked when LPs leave.
    pub reserve_factor: Ratio,
    /// The same, checked when traders open.
    pub open_interest_reserve_factor: Ratio,
    /// Most USD per half of the pool for which deposits are taken.
    pub max_side_pool_for_deposit: Usd,
    /// Part of the capital that starts in the impact pool and so belongs to traders, not to LPs.
    /// Zero is a choice of this model: a live pool keeps a minimum that would be half of a small
    /// scenario's capital. A positive impact is paid only as far as negative ones have paid in.
    pub impact_pool: Usd,
    /// Price impact of positions.
    pub impact: ImpactParams,
    /// What a position's collateral must come to.
    pub collateral: CollateralParams,
    /// Fees.
    pub fees: FeeParams,
    /// Borrowing fee.
    pub borrowing: BorrowingParams,
    /// Funding between longs and shorts.
    pub funding: Funding,
    /// Limits on a side's open profit over its half of the pool.
    pub pnl: PnlParams,
    /// Whom the ADL keeper names first. The contracts rank nobody: this is a choice.
    pub adl_order: AdlOrder,
}

/// Price impact of positions; see [`Params::impact`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ImpactParams {
    /// Factor of an order that worsens the balance.
    pub factor_negative: Ratio,
    /// Factor of an order that improves it; the smaller of both factors counts.
    pub factor_positive: Ratio,
    /// Exponent of a worsening order, 1 to 2. With 1 and 2 the impact is exact, with another one it
    /// is the contracts' own power.
    pub exponent_negative: Ratio,
    /// Exponent of an improving order, 1 to 2; the smaller of both counts. One branch of the
    /// published configuration says 1, which makes the gain practically zero; the others say 2.
    pub exponent_positive: Ratio,
    /// Most impact cost at a close over the size closed; what is beyond is charged as well, and
    /// stays with the pool.
    pub max_negative: Ratio,
    /// Most impact gain over the size traded; the smaller of both maxima counts.
    pub max_positive: Ratio,
    /// Most impact cost that the liquidation test counts, over the size. Zero: none.
    pub max_for_liquidation: Ratio,
    /// Which open interest is balanced.
    pub balance: Balance,
    /// What other markets of the same token hold; a worsening order pays the worse of this market's
    /// impact and that on all of them together.
    pub virtual_inventory: VirtualInventory,
}

/// What other markets of the same token hold; see [`ImpactParams::virtual_inventory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum VirtualInventory {
    /// There are none, or they are not counted.
    #[default]
    None,
    /// Their net open interest in tokens, above zero when they are net short. It stays as it is:
    /// only this market moves.
    Others(Base),
}

/// Which open interest the balance test of the price impact takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// Tokens at the mid price (markets since October 2025).
    #[default]
    Tokens,
    /// USD at entry prices.
    EntryUsd,
}

/// What a position's collateral must come to; see [`Params::collateral`]. A common margin table
/// replaces both factors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CollateralParams {
    /// Least collateral over size when a position is opened or increased.
    pub min_factor: Ratio,
    /// Least remaining collateral over size before a liquidation.
    pub min_factor_for_liquidation: Ratio,
    /// Least collateral over size, per USD of the side's open interest, when opening; the larger
    /// of this and `min_factor` counts.
    pub open_interest_multiplier: Ratio,
    /// Least collateral of any position.
    pub min_usd: Usd,
    /// Least size of a position that is opened or increased.
    pub min_position: Usd,
}

/// Fees; see [`Params::fees`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "PoolFeeParams")
)]
#[serde(deny_unknown_fields, default)]
pub struct FeeParams {
    /// Position fee of an order that improves the balance.
    pub improving: Ratio,
    /// Position fee of any other order.
    pub worsening: Ratio,
    /// Liquidation fee on the size closed, on top of the position fee.
    pub liquidation: Ratio,
    /// The protocol's share of every fee; the pool gets the rest.
    pub protocol_share: Ratio,
}

/// Borrowing fee by usage of the reserve; see [`Params::borrowing`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct BorrowingParams {
    /// Usage at the kink.
    pub optimal: Ratio,
    /// Yearly rate per unit of usage below the kink.
    pub base: Rate,
    /// Yearly rate at full usage.
    pub above: Rate,
    /// Whether the side with less open interest pays.
    pub smaller_side: SmallerSide,
    /// By what the rate follows the reserve.
    pub curve: BorrowingCurve,
}

/// How the borrowing rate follows the reserve; see [`BorrowingParams::curve`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BorrowingCurve {
    /// By usage, with `base`, `above` and a kink at `optimal`: the live markets.
    #[default]
    Kink,
    /// `factor · reserved^exponent / half of the pool`, amounts in USD; the three are not used.
    Power {
        /// Yearly rate when one USD of each is reserved.
        factor: Rate,
        /// Exponent, 1 to 2.
        exponent: Ratio,
    },
}

/// Whether the side with less open interest pays the borrowing fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SmallerSide {
    /// It does not; equal sides both pay.
    #[default]
    Free,
    /// It does.
    Pays,
}

/// Funding between the sides; see [`Params::funding`]. Charged only while both have positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Funding {
    /// None at all.
    None,
    /// The side with more open interest pays this yearly rate, whatever the skew.
    Constant {
        /// Yearly rate.
        rate: Rate,
    },
    /// The rate moves with time: the live rule.
    Adaptive(AdaptiveFunding),
    /// The side with more open interest pays `min(skew · factor, max)` a year: the contracts' rule
    /// where no rise is configured.
    SkewProportional {
        /// Yearly rate at full skew, before the maximum.
        factor: Rate,
        /// Highest yearly rate.
        max: Rate,
    },
}

impl Default for Funding {
    fn default() -> Self {
        Self::Adaptive(AdaptiveFunding::default())
    }
}

/// Limits on a side's open profit over its half of the pool; see [`Params::pnl`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PnlParams {
    /// Beyond this, every profit that is realised is cut pro rata.
    pub traders: Ratio,
    /// Beyond this, winners are closed.
    pub adl: Ratio,
    /// Closing winners never brings the side below this.
    pub after_adl: Ratio,
    /// Beyond this, no deposits; profits are valued up to it for depositors.
    pub deposits: Ratio,
    /// Beyond this, no withdrawals; profits are valued up to it for leavers.
    pub withdrawals: Ratio,
}

/// Whom the ADL keeper names first; ties to the lower account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AdlOrder {
    /// The largest open profit in USD.
    #[default]
    LargestProfit,
    /// The largest open profit over size.
    LargestReturn,
    /// The largest position.
    LargestPosition,
    /// The position that was opened or increased longest ago.
    Oldest,
    /// Any of them: by a number that is drawn for each keeper's round and account.
    Random,
}

pub(crate) const fn per_year(percent: i64) -> Rate {
    #[allow(clippy::arithmetic_side_effects)] // constants of this file, at most 130 · 10^16
    Rate::units_i64(percent * 10_000_000_000_000_000)
}

pub(crate) const fn tiny(units: i64) -> Ratio {
    Ratio::units_i64(units)
}

impl Default for Params {
    fn default() -> Self {
        Self::btc()
    }
}

impl Default for ImpactParams {
    fn default() -> Self {
        Self {
            factor_negative: tiny(90_000_000), // 9e-11
            factor_positive: tiny(30_000_000), // 3e-11
            exponent_negative: Ratio::whole(2),
            exponent_positive: Ratio::whole(2),
            max_negative: Ratio::bps(50),
            max_positive: Ratio::bps(40),
            max_for_liquidation: Ratio::ZERO,
            balance: Balance::Tokens,
            virtual_inventory: VirtualInventory::None,
        }
    }
}

impl Default for CollateralParams {
    fn default() -> Self {
        Self {
            min_factor: Ratio::bps(50),
            min_factor_for_liquidation: Ratio::bps(50),
            open_interest_multiplier: tiny(60_000_000), // 6e-11
            min_usd: Usd::whole(1),
            min_position: Usd::whole(1),
        }
    }
}

impl Default for FeeParams {
    fn default() -> Self {
        Self {
            improving: Ratio::bps(4),
            worsening: Ratio::bps(6),
            liquidation: Ratio::bps(20),
            protocol_share: Ratio::bps(3_700),
        }
    }
}

impl Default for BorrowingParams {
    fn default() -> Self {
        Self {
            optimal: Ratio::bps(8_500),
            base: per_year(45),
            above: per_year(90),
            smaller_side: SmallerSide::Free,
            curve: BorrowingCurve::Kink,
        }
    }
}

impl Default for PnlParams {
    fn default() -> Self {
        Self {
            traders: Ratio::bps(9_000),
            adl: Ratio::bps(8_500),
            after_adl: Ratio::bps(7_700),
            deposits: Ratio::bps(9_000),
            withdrawals: Ratio::bps(7_000),
        }
    }
}

impl Params {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`ParamError`] for the first one that does not.
    pub fn validate(&self) -> Result<(), ParamError> {
        self.oracle.validate().map_err(oracle_error)?;
        self.validate_pool()?;
        self.validate_impact()?;
        self.validate_collateral()?;
        self.validate_rates()?;
        self.validate_pnl()
    }

    fn validate_pool(&self) -> Result<(), ParamError> {
        let tenth = Ratio::bps(1_000);
        ratio("half_spread", self.half_spread, tenth, "0 to 0.1")?;
        let sides = [
            ("max_open_interest", self.max_open_interest),
            ("max_side_pool_for_deposit", self.max_side_pool_for_deposit),
            ("impact_pool", self.impact_pool),
            ("collateral.min_usd", self.collateral.min_usd),
            ("collateral.min_position", self.collateral.min_position),
        ];
        for (field, value) in sides {
            let legal = "0 to 1000000000000000 USD";
            check(field, value, (Usd::ZERO, Usd::MAX), legal)?;
        }
        let most = Ratio::whole(100);
        let legal = "0 to 100";
        ratio("reserve_factor", self.reserve_factor, most, legal)?;
        let name = "open_interest_reserve_factor";
        ratio(name, self.open_interest_reserve_factor, most, legal)
    }

    fn validate_impact(&self) -> Result<(), ParamError> {
        let impact = &self.impact;
        let most = Ratio::bps(10);
        for (field, value) in [
            ("impact.factor_negative", impact.factor_negative),
            ("impact.factor_positive", impact.factor_positive),
        ] {
            ratio(field, value, most, "0 to 0.001")?;
        }
        for (field, value) in [
            ("impact.exponent_negative", impact.exponent_negative),
            ("impact.exponent_positive", impact.exponent_positive),
        ] {
            check(field, value, (Ratio::ONE, Ratio::whole(2)), "1 to 2")?;
        }
        if let VirtualInventory::Others(tokens) = impact.virtual_inventory {
            let field = "impact.virtual_inventory.others";
            let legal = "-1000000000000000 to 1000000000000000 tokens";
            check(field, tokens, (-Base::MAX, Base::MAX), legal)?;
        }
        for (field, value) in [
            ("impact.max_negative", impact.max_negative),
            ("impact.max_positive", impact.max_positive),
            ("impact.max_for_liquidation", impact.max_for_liquidation),
        ] {
            ratio(field, value, Ratio::ONE, "0 to 1")?;
        }
        Ok(())
    }

    fn validate_collateral(&self) -> Result<(), ParamError> {
        let collateral = &self.collateral;
        let legal = "0 to 1";
        let least = collateral.min_factor;
        ratio("collateral.min_factor", least, Ratio::ONE, legal)?;
        let name = "collateral.min_factor_for_liquidation";
        let legal = "0 to collateral.min_factor";
        ratio(name, collateral.min_factor_for_liquidation, least, legal)?;
        let name = "collateral.open_interest_multiplier";
        let most = Ratio::bps(10);
        ratio(
            name,
            collateral.open_interest_multiplier,
            most,
            "0 to 0.001",
        )
    }

    fn validate_rates(&self) -> Result<(), ParamError> {
        let (fees, borrowing) = (&self.fees, &self.borrowing);
        let tenth = Ratio::bps(1_000);
        ratio("fees.improving", fees.improving, tenth, "0 to 0.1")?;
        ratio("fees.worsening", fees.worsening, tenth, "0 to 0.1")?;
        ratio("fees.liquidation", fees.liquidation, tenth, "0 to 0.1")?;
        ratio(
            "fees.protocol_share",
            fees.protocol_share,
            Ratio::ONE,
            "0 to 1",
        )?;
        let kink = (Ratio::bps(1), Ratio::bps(9_999));
        check(
            "borrowing.optimal",
            borrowing.optimal,
            kink,
            "0.0001 to 0.9999",
        )?;
        let mut rates = vec![
            ("borrowing.base", borrowing.base),
            ("borrowing.above", borrowing.above),
        ];
        if let BorrowingCurve::Power { factor, exponent } = borrowing.curve {
            let field = "borrowing.curve.power.exponent";
            check(field, exponent, (Ratio::ONE, Ratio::whole(2)), "1 to 2")?;
            rates.push(("borrowing.curve.power.factor", factor));
        }
        match &self.funding {
            Funding::None => {}
            Funding::Adaptive(of) => of.validate()?,
            Funding::Constant { rate } => rates.push(("funding.constant.rate", *rate)),
            Funding::SkewProportional { factor, max } => {
                rates.push(("funding.skew_proportional.factor", *factor));
                rates.push(("funding.skew_proportional.max", *max));
            }
        }
        for (field, value) in rates {
            let legal = "0 to 1000 per year";
            check(field, value, (Rate::ZERO, Rate::whole(1_000)), legal)?;
        }
        Ok(())
    }

    fn validate_pnl(&self) -> Result<(), ParamError> {
        let pnl = &self.pnl;
        let least = Ratio::bps(1);
        let legal = "0.0001 to 1";
        check("pnl.traders", pnl.traders, (least, Ratio::ONE), legal)?;
        let legal = "0.0001 to pnl.traders";
        check("pnl.adl", pnl.adl, (least, pnl.traders), legal)?;
        let legal = "0 to pnl.adl";
        ratio("pnl.after_adl", pnl.after_adl, pnl.adl, legal)?;
        // More for depositors than for traders would sell shares below their value before an ADL.
        let legal = "0.0001 to pnl.traders";
        check("pnl.deposits", pnl.deposits, (least, pnl.traders), legal)?;
        let legal = "0.0001 to 1";
        check(
            "pnl.withdrawals",
            pnl.withdrawals,
            (least, Ratio::ONE),
            legal,
        )
    }
}

pub(crate) fn ratio(
    field: &'static str,
    value: Ratio,
    most: Ratio,
    legal: &'static str,
) -> Result<(), ParamError> {
    check(field, value, (Ratio::ZERO, most), legal)
}

pub(crate) fn check<T: PartialOrd + std::fmt::Display>(
    field: &'static str,
    value: T,
    range: (T, T),
    legal: &'static str,
) -> Result<(), ParamError> {
    if value < range.0 || value > range.1 {
        return Err(ParamError {
            field,
            value: value.to_string(),
            legal,
        });
    }
    Ok(())
}

fn oracle_error(error: OracleError) -> ParamError {
    let (field, value, legal) = match error {
        OracleError::Quorum { value } => ("oracle.quorum", value.to_string(), "1 to 65535"),
        OracleError::MaxDeviation { value } => {
            ("oracle.max_deviation", value.to_string(), "above 0 to 1")
        }
        OracleError::Seconds { field, value } => {
            let field = match field {
                "max_age" => "oracle.max_age",
                "grace" => "oracle.grace",
                _ => "oracle.reopening",
            };
            (field, value.to_string(), "0 to 86400 s")
        }
        other => ("oracle", other.to_string(), "see the oracle's parameters"),
    };
    ParamError {
        field,
        value,
        legal,
    }
}
