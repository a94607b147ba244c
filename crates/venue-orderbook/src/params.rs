use seawall_oracle::{OracleConfig, OracleError};
use seawall_units::{Ratio, Usd};
use seawall_venue::ParamError;

use crate::adl::ShortReading;
use crate::hlp::HlpParams;
use crate::makers::{MakerParams, default_makers};
use crate::mark::{MarkParams, MarkRule};
use crate::watch::WatchParams;

/// Every threshold of the venue, with the documented value as default.
///
/// **Source** Hyperliquid docs (trading/margining, margin-tiers, liquidations,
/// auto-deleveraging, funding, fees) where a field does not say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "OrderbookParams")
)]
#[serde(deny_unknown_fields, default)]
pub struct Params {
    /// Fees of takers and makers.
    pub fees: FeeParams,
    /// Leverage by size of the position; used with native terms.
    pub tiers: Vec<Tier>,
    /// The makers' quotes.
    pub book: BookParams,
    /// How oracle sources become a price (M-3).
    pub oracle: OracleConfig,
    /// Seconds between two moves of the mark; 3.
    pub mark_interval: u64,
    /// What the mark is made of.
    pub mark: MarkParams,
    /// Hourly funding.
    pub funding: FundingParams,
    /// Market liquidation.
    pub liquidation: LiquidationParams,
    /// Backstop vaults.
    pub backstop: BackstopParams,
    /// Auto-deleveraging.
    pub adl: AdlParams,
    /// The parent vault of makers and backstops; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hlp: Option<HlpParams>,
    /// What of the book is worth a figure.
    pub watch: WatchParams,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            fees: FeeParams::default(),
            tiers: vec![
                Tier {
                    above: Usd::ZERO,
                    max_leverage: 40,
                },
                Tier {
                    above: Usd::whole(150_000_000),
                    max_leverage: 20,
                },
            ],
            book: BookParams::default(),
            oracle: OracleConfig::default(),
            mark_interval: 3,
            mark: MarkParams::default(),
            funding: FundingParams::default(),
            liquidation: LiquidationParams::default(),
            backstop: BackstopParams::default(),
            adl: AdlParams::default(),
            hlp: None,
            watch: WatchParams::default(),
        }
    }
}

impl Params {
    /// The defaults with the oracle price as mark and the single curve of quotes: what can be
    /// followed by hand.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            book: BookParams::curve(),
            mark: MarkParams {
                rule: MarkRule::Oracle,
                ..MarkParams::default()
            },
            ..Self::default()
        }
    }
}

/// One margin tier: from this notional on, at most this leverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Lower bound of the notional, USD.
    pub above: Usd,
    /// Highest leverage; initial margin is one over it, maintenance half of that.
    pub max_leverage: u32,
}

/// Fees on the value traded; none on liquidations and ADL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "OrderbookFeeParams")
)]
#[serde(deny_unknown_fields, default)]
pub struct FeeParams {
    /// Taker fee; 0.045 %, the base level.
    pub taker: Ratio,
    /// Maker fee; 0.015 %, the base level.
    pub maker: Ratio,
}

impl Default for FeeParams {
    fn default() -> Self {
        Self {
            taker: Ratio::units_i64(450_000_000_000_000),
            maker: Ratio::units_i64(150_000_000_000_000),
        }
    }
}

/// A stretch of the curve: from where the one before it ends up to `to`, evenly filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Distance from the mid at which it ends.
    pub to: Ratio,
    /// What it holds, as a share of the depth within 1 % of the mid.
    pub share: Ratio,
}

/// The makers' quotes: a curve on each side of the outside price.
///
/// The defaults are **assumptions** shaped after published depth of BTC on all venues in early
/// October 2025 (0.5 %: 15.5 M, 1 %: 20 M, 5 %: more than 40 M USD; CoinDesk Research) and its
/// withdrawal by more than 90 % on 10 October (FTI Consulting). Their scale, one times the makers'
/// equity within 1 % on each side, is a free choice that is kind to the book in calm markets.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(!from))]
#[serde(deny_unknown_fields, default, from = "BookFile")]
pub struct BookParams {
    /// Distance of the best quote from the mid; 1 bp.
    pub half_spread: Ratio,
    /// The curve beyond the half-spread; 0.775 to 0.5 %, 0.225 to 1 %, 1 to 5 %.
    pub segments: Vec<Segment>,
    /// Depth within 1 % over the makers' equity, in calm markets; 1.
    pub depth: Ratio,
    /// The makers quote only what leaves their notional within this multiple of equity; 10.
    pub maker_leverage: u32,
    /// Seconds in which half of what was consumed comes back; 30.
    pub half_life: u64,
    /// Half-life in seconds of the averaged squared return; 30.
    pub volatility_half_life: u64,
    /// Volatility of one second up to which depth stays whole; 1 bp, about 56 % a year.
    pub calm_volatility: Ratio,
    /// How strongly depth is withdrawn above it; 1. See [`quoted_share`](crate::quoted_share).
    pub withdrawal: Ratio,
    /// Makers who quote for themselves, with half-spreads and withdrawals of their own. Without
    /// any the single curve is quoted: that is also so when this is not stated and `half_spread`,
    /// `segments` or `withdrawal` are; when none of these is, the four of the default quote.
    pub makers: Vec<MakerParams>,
}

/// A book as a file states it: what is left out depends on what is not.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct BookFile {
    half_spread: Option<Ratio>,
    segments: Option<Vec<Segment>>,
    depth: Option<Ratio>,
    maker_leverage: Option<u32>,
    half_life: Option<u64>,
    volatility_half_life: Option<u64>,
    calm_volatility: Option<Ratio>,
    withdrawal: Option<Ratio>,
    makers: Option<Vec<MakerParams>>,
}

impl From<BookFile> for BookParams {
    fn from(file: BookFile) -> Self {
        let shaped =
            file.half_spread.is_some() || file.segments.is_some() || file.withdrawal.is_some();
        let base = match shaped {
            true => Self::curve(),
            false => Self::default(),
        };
        Self {
            half_spread: file.half_spread.unwrap_or(base.half_spread),
            segments: file.segments.unwrap_or(base.segments),
            depth: file.depth.unwrap_or(base.depth),
            maker_leverage: file.maker_leverage.unwrap_or(base.maker_leverage),
            half_life: file.half_life.unwrap_or(base.half_life),
            volatility_half_life: file
                .volatility_half_life
                .unwrap_or(base.volatility_half_life),
            calm_volatility: file.calm_volatility.unwrap_or(base.calm_volatility),
            withdrawal: file.withdrawal.unwrap_or(base.withdrawal),
            makers: file.makers.unwrap_or(base.makers),
        }
    }
}

impl BookParams {
    /// The single curve around the outside price, without makers who quote for themselves: what
    /// can be followed by hand.
    #[must_use]
    pub fn curve() -> Self {
        Self {
            makers: Vec::new(),
            ..Self::default()
        }
    }
}

impl Default for BookParams {
    fn default() -> Self {
        let segment = |to_bps, share_bps| Segment {
            to: Ratio::bps(to_bps),
            share: Ratio::bps(share_bps),
        };
        Self {
            half_spread: Ratio::bps(1),
            segments: vec![
                segment(50, 7_750),
                segment(100, 2_250),
                segment(500, 10_000),
            ],
            depth: Ratio::ONE,
            maker_leverage: 10,
            half_life: 30,
            volatility_half_life: 30,
            calm_volatility: Ratio::bps(1),
            withdrawal: Ratio::ONE,
            makers: default_makers(),
        }
    }
}

/// Hourly funding from a sampled premium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FundingParams {
    /// Seconds between two samples of the premium; 5.
    pub sample_interval: u64,
    /// Notional whose average execution price is the impact price; 20 000 USD.
    pub impact_notional: Usd,
    /// The interest rate per eight hours; 0.01 %.
    pub interest: Ratio,
    /// How far the interest term may pull the rate from the premium; 0.05 %.
    pub clamp: Ratio,
    /// Largest rate of one hour; 4 %.
    pub hourly_cap: Ratio,
    /// The price that a position pays its rate on; `oracle`.
    pub price: FundingPrice,
    /// How the premium is sampled; `impact`.
    pub premium: PremiumRule,
}

/// The price that turns size and rate into a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FundingPrice {
    /// The oracle price of the last update of the mark.
    #[default]
    Oracle,
    /// The mark.
    Mark,
}

/// How one sample of the premium is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PremiumRule {
    /// What of the impact prices lies beyond the oracle price; the venue's own perpetuals. See
    /// [`premium`](crate::premium).
    #[default]
    Impact,
    /// The middle of the impact prices against the oracle price; perpetuals that others deploy
    /// (HIP-3). See [`mid_premium`](crate::mid_premium).
    Hip3,
}

impl Default for FundingParams {
    fn default() -> Self {
        Self {
            sample_interval: 5,
            impact_notional: Usd::whole(20_000),
            interest: Ratio::bps(1),
            clamp: Ratio::bps(5),
            hourly_cap: Ratio::bps(400),
            price: FundingPrice::default(),
            premium: PremiumRule::default(),
        }
    }
}

/// Market liquidation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LiquidationParams {
    /// Notional above which only a part is sent to the book; 100 000 USD.
    pub partial_above: Usd,
    /// That part; 20 %.
    pub partial_share: Ratio,
    /// Seconds after a part during which a further order is for the whole position; 30.
    pub cooldown: u64,
}

impl Default for LiquidationParams {
    fn default() -> Self {
        Self {
            partial_above: Usd::whole(100_000),
            partial_share: Ratio::bps(2_000),
            cooldown: 30,
        }
    }
}

/// Backstop vaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct BackstopParams {
    /// A vault takes over below this share of the maintenance margin; 2/3, rounded down.
    pub threshold: Ratio,
    /// Seconds between two checks; 6 (observed on 10 October 2025, modal gap). Positions below zero
    /// are taken with the batches of ADL.
    pub interval: u64,
    /// Equity over notional that a vault must have after a takeover to carry it; 0: what leaves
    /// it above zero (the vaults of that day were deleveraged themselves).
    pub carry: Ratio,
    /// Seconds between two orders by which a vault unwinds; 3 (an assumption).
    pub unwind_interval: u64,
    /// Share of the book's depth that one such order takes at most; 10 % (an assumption).
    pub unwind_share: Ratio,
}

impl Default for BackstopParams {
    fn default() -> Self {
        Self {
            threshold: Ratio::units_i64(666_666_666_666_666_666),
            interval: 6,
            carry: Ratio::ZERO,
            unwind_interval: 3,
            unwind_share: Ratio::bps(1_000),
        }
    }
}

/// Auto-deleveraging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AdlParams {
    /// Seconds between two batches; 3 (observed on 10 October 2025, modal gap).
    pub interval: u64,
    /// How the ranking index is read for shorts.
    pub short_reading: ShortReading,
}

impl Default for AdlParams {
    fn default() -> Self {
        Self {
            interval: 3,
            short_reading: ShortReading::default(),
        }
    }
}

pub(crate) const DAY: u64 = 86_400;
const SECONDS: &str = "1 to 86400 seconds";
const SHARE: &str = "0 to 1";
const ABOVE: &str = "above 0 to 1";

pub(crate) fn refuse(field: &'static str, value: impl ToString, legal: &'static str) -> ParamError {
    ParamError {
        field,
        value: value.to_string(),
        legal,
    }
}

pub(crate) fn seconds(field: &'static str, value: u64) -> Result<(), ParamError> {
    match (1..=DAY).contains(&value) {
        true => Ok(()),
        false => Err(refuse(field, value, SECONDS)),
    }
}

pub(crate) fn share(field: &'static str, value: Ratio) -> Result<(), ParamError> {
    match value.is_negative() || value > Ratio::ONE {
        true => Err(refuse(field, value, SHARE)),
        false => Ok(()),
    }
}

pub(crate) fn positive_share(field: &'static str, value: Ratio) -> Result<(), ParamError> {
    match value.is_positive() && value <= Ratio::ONE {
        true => Ok(()),
        false => Err(refuse(field, value, ABOVE)),
    }
}

fn leverage(field: &'static str, value: u32) -> Result<(), ParamError> {
    match (1..=1_000).contains(&value) {
        true => Ok(()),
        false => Err(refuse(field, value, "1 to 1000")),
    }
}

impl Params {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`ParamError`] with the dotted path of the first one that does not.
    ///
    /// ```
    /// use seawall_venue_orderbook::Params;
    /// let mut params = Params::default();
    /// assert!(params.validate().is_ok());
    /// params.backstop.interval = 0;
    /// assert_eq!(params.validate().unwrap_err().field, "backstop.interval");
    /// ```
    pub fn validate(&self) -> Result<(), ParamError> {
        share("fees.taker", self.fees.taker)?;
        share("fees.maker", self.fees.maker)?;
        validate_tiers(&self.tiers)?;
        self.book.validate()?;
        validate_oracle(&self.oracle)?;
        if let Some(hlp) = &self.hlp {
            hlp.validate()?;
        }
        seconds("mark_interval", self.mark_interval)?;
        self.mark.validate()?;
        self.watch.validate()?;
        self.funding.validate()?;
        if self.liquidation.partial_above.is_negative() {
            let value = self.liquidation.partial_above;
            return Err(refuse("liquidation.partial_above", value, "0 or more"));
        }
        positive_share("liquidation.partial_share", self.liquidation.partial_share)?;
        seconds("liquidation.cooldown", self.liquidation.cooldown)?;
        share("backstop.threshold", self.backstop.threshold)?;
        seconds("backstop.interval", self.backstop.interval)?;
        share("backstop.carry", self.backstop.carry)?;
        seconds("backstop.unwind_interval", self.backstop.unwind_interval)?;
        share("backstop.unwind_share", self.backstop.unwind_share)?;
        seconds("adl.interval", self.adl.interval)
    }
}

pub(crate) fn validate_oracle(oracle: &OracleConfig) -> Result<(), ParamError> {
    oracle.validate().map_err(|error| match error {
        OracleError::Quorum { value } => refuse("oracle.quorum", value, "1 to 65535"),
        OracleError::MaxDeviation { value } => refuse("oracle.max_deviation", value, ABOVE),
        OracleError::Seconds { field, value } => {
            let field = match field {
                "max_age" => "oracle.max_age",
                "grace" => "oracle.grace",
                _ => "oracle.reopening",
            };
            refuse(field, value, "0 to 86400 seconds")
        }
        other => refuse("oracle", other, "see the oracle's fields"),
    })
}

pub(crate) fn validate_tiers(tiers: &[Tier]) -> Result<(), ParamError> {
    let legal = "a first tier from 0, then rising bounds and falling leverage";
    let first = tiers.first().map(|tier| tier.above);
    if first != Some(Usd::ZERO) {
        return Err(refuse("tiers", tiers.len(), legal));
    }
    for tier in tiers {
        leverage("tiers.max_leverage", tier.max_leverage)?;
    }
    for pair in tiers.windows(2) {
        let [low, high] = pair else { continue };
        if high.above <= low.above || high.max_leverage > low.max_leverage {
            return Err(refuse("tiers.above", high.above, legal));
        }
    }
    Ok(())
}

impl BookParams {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        share("book.half_spread", self.half_spread)?;
        let mut from = self.half_spread;
        if self.segments.is_empty() {
            return Err(refuse("book.segments", 0, "at least one"));
        }
        for segment in &self.segments {
            if segment.to <= from || segment.to >= Ratio::ONE {
                return Err(refuse("book.segments.to", segment.to, "rising, below 1"));
            }
            if segment.share.is_negative() || segment.share > Ratio::whole(100) {
                return Err(refuse("book.segments.share", segment.share, "0 to 100"));
            }
            from = segment.to;
        }
        if self.depth.is_negative() || self.depth > Ratio::whole(100) {
            return Err(refuse("book.depth", self.depth, "0 to 100"));
        }
        leverage("book.maker_leverage", self.maker_leverage)?;
        seconds("book.half_life", self.half_life)?;
        seconds("book.volatility_half_life", self.volatility_half_life)?;
        positive_share("book.calm_volatility", self.calm_volatility)?;
        if self.calm_volatility < Ratio::units_i64(1_000_000_000_000) {
            let value = self.calm_volatility;
            return Err(refuse("book.calm_volatility", value, "0.000001 to 1"));
        }
        if self.withdrawal.is_negative() || self.withdrawal > Ratio::whole(1_000) {
            return Err(refuse("book.withdrawal", self.withdrawal, "0 to 1000"));
        }
        let nearest = self.segments.first().map_or(Ratio::ONE, |first| first.to);
        crate::makers::validate(&self.makers, nearest)
    }
}

impl FundingParams {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        seconds("funding.sample_interval", self.sample_interval)?;
        if !self.impact_notional.is_positive() {
            let value = self.impact_notional;
            return Err(refuse("funding.impact_notional", value, "above 0"));
        }
        if self.interest.abs() > Ratio::ONE {
            return Err(refuse("funding.interest", self.interest, "-1 to 1"));
        }
        share("funding.clamp", self.clamp)?;
        share("funding.hourly_cap", self.hourly_cap)
    }
}
