use seawall_funding::RateConfig;
use seawall_oracle::OracleConfig;
use seawall_units::{Ratio, Usd};
use seawall_vault::{FeeConfig, VaultConfig};
use seawall_venue::{MarginTable, ParamError, SetupError};
use seawall_waterfall::WaterfallConfig;

use crate::LadderConfig;

/// Every parameter of the tranched market, with the defaults of the mechanism.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "TranchedParams")
)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// Mark and its validity (M-3).
    pub oracle: OracleConfig,
    /// Quote bands (M-4).
    pub ladder: LadderConfig,
    /// What orders and liquidations pay (M-5).
    pub charges: ChargeConfig,
    /// Who gets the fees (M-5).
    pub fees: FeeConfig,
    /// Funding and utilisation (M-6).
    pub rates: RateConfig,
    /// Limits and margin (M-7).
    pub limits: LimitConfig,
    /// The liquidation waterfall (M-8).
    pub waterfall: WaterfallConfig,
    /// Tranches (M-9).
    pub vault: VaultConfig,
}

/// What orders and liquidations pay (M-5).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ChargeConfig {
    /// Taker fee of the part of an order that reduces |skew|.
    pub taker_inward: Ratio,
    /// Taker fee of the part that increases it.
    pub taker_outward: Ratio,
    /// Liquidation fee of notional closed into the ladder, in place of the taker fee.
    pub liquidation: Ratio,
    /// Keeper's share of the liquidation fee.
    pub keeper_share: Ratio,
    /// Insurance's share of it; Junior gets the rest.
    pub insurance_share: Ratio,
}

impl Default for ChargeConfig {
    fn default() -> Self {
        Self {
            taker_inward: Ratio::bps(4),
            taker_outward: Ratio::bps(6),
            liquidation: Ratio::bps(50),
            keeper_share: Ratio::bps(5_000),
            insurance_share: Ratio::bps(2_500),
        }
    }
}

/// Limits and margin (M-7).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LimitConfig {
    /// Largest reserved notional (the larger side) as a share of S + J.
    pub reserved: Ratio,
    /// Largest notional of one account as a share of that cap.
    pub account: Ratio,
    /// Margin ratios: 50x by default (BTC, ETH).
    pub margin: MarginTable,
}

impl Default for LimitConfig {
    fn default() -> Self {
        Self {
            reserved: Ratio::bps(9_000),
            account: Ratio::bps(1_000),
            margin: MarginTable {
                initial: Ratio::bps(200),
                maintenance: Ratio::bps(100),
            },
        }
    }
}

impl Params {
    /// Checks every field against its legal range.
    ///
    /// **Errors** [`SetupError::Param`] or [`SetupError::Nested`], naming field, value and range.
    pub fn validate(&self) -> Result<(), SetupError> {
        nested("oracle", self.oracle.validate())?;
        nested("rates.funding", self.rates.funding.validate())?;
        nested("rates.utilisation", self.rates.utilisation.validate())?;
        nested("fees", self.fees.validate())?;
        nested("vault", self.vault.validate())?;
        self.ladder.validate()?;
        self.charges.validate()?;
        self.limits.validate()?;
        Ok(self.waterfall.validate()?)
    }
}

fn nested<E: std::fmt::Display>(
    table: &'static str,
    result: Result<(), E>,
) -> Result<(), SetupError> {
    result.map_err(|error| SetupError::Nested {
        table,
        message: error.to_string(),
    })
}

impl LadderConfig {
    fn validate(&self) -> Result<(), ParamError> {
        unit("ladder.half_spread", self.half_spread)?;
        unit("ladder.near_width", self.near_width)?;
        unit("ladder.near_senior", self.near_senior)?;
        unit("ladder.near_junior", self.near_junior)?;
        unit("ladder.far_width", self.far_width)?;
        unit("ladder.far_senior", self.far_senior)?;
        unit("ladder.far_junior", self.far_junior)?;
        unit("ladder.minimum_fill_share", self.minimum_fill_share)?;
        let bands = u32::from(self.near_bands).saturating_add(self.far_bands.into());
        ParamError::check(
            "ladder.near_bands",
            bands,
            1..=1_000,
            "1 to 1000 with far_bands",
        )?;
        let fill = Usd::ZERO..=Usd::MAX;
        ParamError::check(
            "ladder.minimum_fill",
            self.minimum_fill,
            fill,
            "0 to 10^15 USD",
        )?;
        ParamError::check(
            "ladder.reduce_only_spread",
            self.reduce_only_spread,
            1..=1_000,
            "1 to 1000",
        )?;
        ParamError::check("ladder.drip", self.drip, 1..=1_000_000, "1 to 1000000")
    }
}

impl ChargeConfig {
    fn validate(&self) -> Result<(), ParamError> {
        unit("charges.taker_inward", self.taker_inward)?;
        unit("charges.taker_outward", self.taker_outward)?;
        unit("charges.liquidation", self.liquidation)?;
        unit("charges.keeper_share", self.keeper_share)?;
        let rest = Ratio::ZERO..=Ratio::ONE - self.keeper_share;
        ParamError::check(
            "charges.insurance_share",
            self.insurance_share,
            rest,
            "0 to 1 - keeper_share",
        )
    }
}

impl LimitConfig {
    fn validate(&self) -> Result<(), ParamError> {
        let some = Ratio::ULP..=Ratio::whole(100);
        ParamError::check("limits.reserved", self.reserved, some, "above 0 to 100")?;
        ParamError::check(
            "limits.account",
            self.account,
            Ratio::ULP..=Ratio::ONE,
            "above 0 to 1",
        )?;
        check_margin(&self.margin)
    }
}

/// Checks a margin table: `0 < maintenance ≤ initial ≤ 1`.
pub(crate) fn check_margin(table: &MarginTable) -> Result<(), ParamError> {
    let initial = Ratio::ULP..=Ratio::ONE;
    ParamError::check(
        "limits.margin.initial",
        table.initial,
        initial,
        "above 0 to 1",
    )?;
    let maintenance = Ratio::ULP..=table.initial;
    ParamError::check(
        "limits.margin.maintenance",
        table.maintenance,
        maintenance,
        "above 0 to initial",
    )
}

fn unit(field: &'static str, value: Ratio) -> Result<(), ParamError> {
    ParamError::check(field, value, Ratio::ZERO..=Ratio::ONE, "0 to 1")
}
