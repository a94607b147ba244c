use seawall_units::{Ratio, Usd};
use seawall_venue::ParamError;

use crate::LossOrder;

/// Every parameter of the waterfall, with the defaults of M-8.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WaterfallConfig {
    /// Stage 1.
    pub partial: PartialConfig,
    /// Stage 2.
    pub auction: AuctionConfig,
    /// Stage 3.
    pub junior: JuniorConfig,
    /// Stage 5.
    pub adl: AdlConfig,
    /// The order of payers.
    pub loss_order: LossOrder,
}

/// Partial deleverage (M-8.1).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PartialConfig {
    /// Target ratio t as a multiple of maintenance.
    pub target: Ratio,
    /// Least share of the position that one step closes.
    pub min_share: Ratio,
    /// Largest share of the position that one step closes.
    pub max_share: Ratio,
    /// Seconds between two steps on one account.
    pub cooldown: u64,
    /// Steps on one account before its position goes to the auction.
    pub max_steps: u32,
    /// Seconds at E ≥ t·N after which the steps are counted anew.
    pub reset_after: u64,
    /// A position below this notional is closed whole.
    pub full_close_below: Usd,
    /// Below this share of maintenance the position goes to the auction at once.
    pub auction_below: Ratio,
}

impl Default for PartialConfig {
    fn default() -> Self {
        Self {
            target: Ratio::bps(12_500),
            min_share: Ratio::bps(2_000),
            max_share: Ratio::bps(5_000),
            cooldown: 30,
            max_steps: 3,
            reset_after: 3_600,
            full_close_below: Usd::whole(1_000),
            auction_below: two_thirds(),
        }
    }
}

fn two_thirds() -> Ratio {
    Ratio::ONE
        .mul_div_ceil(Usd::whole(2), Usd::whole(3))
        .unwrap_or(Ratio::ONE)
}

/// Small auction (M-8.2).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AuctionConfig {
    /// Largest notional of a lot.
    pub lot: Usd,
    /// Largest lot as a share of the near depth of one side.
    pub lot_share: Ratio,
    /// Lots that may be live at once.
    pub max_lots: u32,
    /// Largest notional in flight as a share of the near depth.
    pub in_flight: Ratio,
    /// Seconds from the mark down to the bankruptcy price.
    pub duration: u64,
}

impl Default for AuctionConfig {
    fn default() -> Self {
        Self {
            lot: Usd::whole(50_000),
            lot_share: Ratio::bps(1_000),
            max_lots: 5,
            in_flight: Ratio::bps(2_500),
            duration: 60,
        }
    }
}

/// Junior's loss (M-8.3).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct JuniorConfig {
    /// Largest share of Junior that one epoch of the vaults may lose.
    pub loss_cap: Ratio,
}

impl Default for JuniorConfig {
    fn default() -> Self {
        Self {
            loss_cap: Ratio::ONE,
        }
    }
}

/// Auto-deleveraging (M-8.5).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AdlConfig {
    /// A batch realises up to this multiple of the deficit in profit.
    pub batch_multiple: u32,
    /// Largest share of the side's open interest that one batch closes.
    pub side_share: Ratio,
    /// Largest share of one account's position that one batch closes.
    pub account_share: Ratio,
    /// Least seconds between two batches.
    pub interval: u64,
    /// Batches for one deficit.
    pub max_batches: u32,
    /// Net open PnL of traders over the capital before ADL that starts deleveraging without a cut.
    pub capital_trigger: Ratio,
    /// Where that deleveraging stops.
    pub capital_target: Ratio,
}

impl Default for AdlConfig {
    fn default() -> Self {
        Self {
            batch_multiple: 2,
            side_share: Ratio::bps(500),
            account_share: Ratio::bps(2_500),
            interval: 60,
            max_batches: 10,
            capital_trigger: Ratio::bps(8_500),
            capital_target: Ratio::bps(7_700),
        }
    }
}

impl WaterfallConfig {
    /// Checks every field against its legal range.
    ///
    /// **Errors** [`ParamError`] naming field, value and legal range.
    pub fn validate(&self) -> Result<(), ParamError> {
        self.partial.validate()?;
        self.auction.validate()?;
        self.junior.validate()?;
        self.adl.validate()
    }
}

/// Shortens a field's path.
macro_rules! at {
    ($stage:literal, $field:literal) => {
        concat!("waterfall.", $stage, ".", $field)
    };
}

impl PartialConfig {
    fn validate(&self) -> Result<(), ParamError> {
        let usd = Usd::ZERO..=Usd::MAX;
        ParamError::check(
            at!("partial", "target"),
            self.target,
            Ratio::ONE..=Ratio::whole(10),
            "1 to 10",
        )?;
        share(at!("partial", "min_share"), self.min_share)?;
        let max = self.min_share..=Ratio::ONE;
        ParamError::check(
            at!("partial", "max_share"),
            self.max_share,
            max,
            "min_share to 1",
        )?;
        ParamError::check(
            at!("partial", "cooldown"),
            self.cooldown,
            0..=86_400,
            "0 to 86400 seconds",
        )?;
        ParamError::check(
            at!("partial", "max_steps"),
            self.max_steps,
            0..=1_000,
            "0 to 1000",
        )?;
        let week = 0..=604_800;
        ParamError::check(
            at!("partial", "reset_after"),
            self.reset_after,
            week,
            "0 to 604800 seconds",
        )?;
        let below = self.full_close_below;
        ParamError::check(
            at!("partial", "full_close_below"),
            below,
            usd,
            "0 to 10^15 USD",
        )?;
        let unit = Ratio::ZERO..=Ratio::ONE;
        ParamError::check(
            at!("partial", "auction_below"),
            self.auction_below,
            unit,
            "0 to 1",
        )
    }
}

impl AuctionConfig {
    fn validate(&self) -> Result<(), ParamError> {
        let usd = Usd::ULP..=Usd::MAX;
        ParamError::check(at!("auction", "lot"), self.lot, usd, "above 0 to 10^15 USD")?;
        share(at!("auction", "lot_share"), self.lot_share)?;
        ParamError::check(
            at!("auction", "max_lots"),
            self.max_lots,
            0..=10_000,
            "0 to 10000",
        )?;
        share(at!("auction", "in_flight"), self.in_flight)?;
        ParamError::check(
            at!("auction", "duration"),
            self.duration,
            1..=86_400,
            "1 to 86400 seconds",
        )
    }
}

impl JuniorConfig {
    fn validate(&self) -> Result<(), ParamError> {
        let unit = Ratio::ZERO..=Ratio::ONE;
        ParamError::check(at!("junior", "loss_cap"), self.loss_cap, unit, "0 to 1")
    }
}

impl AdlConfig {
    fn validate(&self) -> Result<(), ParamError> {
        ParamError::check(
            at!("adl", "batch_multiple"),
            self.batch_multiple,
            1..=1_000,
            "1 to 1000",
        )?;
        share(at!("adl", "side_share"), self.side_share)?;
        share(at!("adl", "account_share"), self.account_share)?;
        ParamError::check(
            at!("adl", "interval"),
            self.interval,
            1..=86_400,
            "1 to 86400 seconds",
        )?;
        ParamError::check(
            at!("adl", "max_batches"),
            self.max_batches,
            0..=10_000,
            "0 to 10000",
        )?;
        let trigger = Ratio::ULP..=Ratio::whole(100);
        ParamError::check(
            at!("adl", "capital_trigger"),
            self.capital_trigger,
            trigger,
            "above 0 to 100",
        )?;
        let target = Ratio::ZERO..=self.capital_trigger;
        ParamError::check(
            at!("adl", "capital_target"),
            self.capital_target,
            target,
            "0 to capital_trigger",
        )
    }
}

fn share(field: &'static str, value: Ratio) -> Result<(), ParamError> {
    ParamError::check(field, value, Ratio::ULP..=Ratio::ONE, "above 0 to 1")
}
