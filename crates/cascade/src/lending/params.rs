//! The rules of a lending market as data, with their legal ranges.

use seawall_units::{Rate, Ratio, Tokens};
use seawall_venue::ParamError;

/// The rules of one lending market.
///
/// The defaults are those of WETH on Aave v3 (activations of 2025 and 2026).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LendingParams {
    /// The most that may be borrowed against collateral, over its value.
    pub max_ltv: Ratio,
    /// The loan-to-value at which health is one.
    pub liquidation_threshold: Ratio,
    /// How much of a loan one liquidation may take.
    pub close: CloseRule,
    /// What a liquidator gets beyond what it repays; a market that absorbs takes its own discount.
    pub bonus: BonusRule,
    /// The protocol's share of the bonus; Compound v2 takes its share of all that is seized
    /// instead.
    pub protocol_fee: Ratio,
    /// What borrowing costs.
    pub rate: RateModel,
    /// The share of interest that goes to the reserves.
    pub reserve_factor: Ratio,
    /// How a debt grows between two looks at it.
    pub compounding: Compounding,
    /// No liquidation above this loan-to-value: a stop against toxic liquidations.
    pub stop_above: Option<Ratio>,
    /// Who bears bad debt, one after the other; what is left over stays on record, borne by nobody.
    pub losses: Vec<LossPayer>,
}

impl Default for LendingParams {
    /// Maximal LTV 80.5 %, threshold 83 %, Aave's close factor, bonus 5.5 % of which 10 % is the
    /// protocol's, rates 2.7 % at 92 % and 22.7 % at full use, reserve factor 15 %; reserves pay
    /// bad debt first, lenders the rest.
    fn default() -> Self {
        Self {
            max_ltv: Ratio::bps(8_050),
            liquidation_threshold: Ratio::bps(8_300),
            close: CloseRule::default(),
            bonus: BonusRule::default(),
            protocol_fee: Ratio::bps(1_000),
            rate: RateModel::default(),
            reserve_factor: Ratio::bps(1_500),
            compounding: Compounding::default(),
            stop_above: None,
            losses: vec![LossPayer::Reserves, LossPayer::Lenders],
        }
    }
}

/// How much of a loan one liquidation may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CloseRule {
    /// A share of the debt, all of it below some health.
    Fixed(FixedClose),
    /// Aave v3.3: half, all for small or very sick positions, and no dust.
    #[serde(rename = "aave_v3")]
    AaveV3(AaveClose),
    /// Compound v2: a share, always.
    #[serde(rename = "compound_v2")]
    CompoundV2(CompoundClose),
    /// Compound III: the market takes the whole loan and sells the collateral.
    #[serde(rename = "compound_v3")]
    CompoundV3(StoreFront),
}

impl Default for CloseRule {
    /// Aave v3.3.
    fn default() -> Self {
        Self::AaveV3(AaveClose::default())
    }
}

/// A share of the debt, all of it below some health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FixedClose {
    /// The share of the debt that one liquidation may repay.
    pub factor: Ratio,
    /// The health below which all of it may be repaid.
    pub full_below: Option<Ratio>,
}

impl Default for FixedClose {
    /// One half; all below 0.95.
    fn default() -> Self {
        Self {
            factor: Ratio::bps(5_000),
            full_below: Some(Ratio::bps(9_500)),
        }
    }
}

/// Aave v3.3's close factor.
///
/// A liquidation either clears the debt, or takes all collateral, or leaves at least `leftover` of
/// both; the liquidator repays as much as that allows. The contract does not count the protocol's
/// fee when it looks at the collateral left over; here it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AaveClose {
    /// The share of the debt that one liquidation may repay.
    pub factor: Ratio,
    /// The health up to which, inclusive, all of it may be repaid.
    pub full_up_to: Ratio,
    /// In quote: with less collateral or less debt than this, all may be repaid.
    pub small_position: Tokens,
    /// In quote: the least collateral and the least debt that may be left, unless one is nothing.
    pub leftover: Tokens,
}

impl Default for AaveClose {
    /// One half; all up to 0.95 or below 2 000; 1 000 left over.
    fn default() -> Self {
        Self {
            factor: Ratio::bps(5_000),
            full_up_to: Ratio::bps(9_500),
            small_position: Tokens::whole(2_000),
            leftover: Tokens::whole(1_000),
        }
    }
}

/// Compound v2's close factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CompoundClose {
    /// The share of the debt that one liquidation may repay.
    pub factor: Ratio,
    /// The protocol's share of all that is seized.
    pub seize_share: Ratio,
}

impl Default for CompoundClose {
    /// One half; 2.8 % of what is seized.
    fn default() -> Self {
        Self {
            factor: Ratio::bps(5_000),
            seize_share: Ratio::bps(280),
        }
    }
}

/// Compound III's absorption and the store front at which the collateral is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct StoreFront {
    /// The share of the collateral's value that the borrower is credited.
    pub liquidation_factor: Ratio,
    /// The share of the penalty `1 − liquidation_factor` that is given to the buyer.
    pub store_front_price_factor: Ratio,
}

impl Default for StoreFront {
    /// 95 % and one half: collateral is sold 2.5 % below its price.
    fn default() -> Self {
        Self {
            liquidation_factor: Ratio::bps(9_500),
            store_front_price_factor: Ratio::bps(5_000),
        }
    }
}

impl StoreFront {
    /// The share of the price at which collateral is sold.
    ///
    /// **Formula** `1 − f·(1 − l)`. **Rounding** up, for the market.
    /// **Source** Comet `quoteCollateral`.
    ///
    /// ```
    /// use seawall_cascade::lending::StoreFront;
    /// use seawall_units::Ratio;
    /// assert_eq!(StoreFront::default().asking(), Ratio::bps(9_750));
    /// ```
    #[must_use]
    pub fn asking(&self) -> Ratio {
        let penalty = Ratio::ONE - self.liquidation_factor;
        Ratio::ONE - penalty.mul_floor(self.store_front_price_factor)
    }
}

/// What a liquidator gets beyond what it repays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BonusRule {
    /// Always the same.
    Fixed(Ratio),
    /// `at_zero·(1 − health)`: nothing at the threshold, the more the sicker.
    HealthLinked {
        /// The bonus at a health of zero.
        at_zero: Ratio,
    },
}

impl Default for BonusRule {
    /// 5.5 %.
    fn default() -> Self {
        Self::Fixed(Ratio::bps(550))
    }
}

impl BonusRule {
    /// The bonus at a health.
    ///
    /// **Formula** `i`, or `i₀·(1 − h)` for `h` within zero and one. **Rounding** down, for the
    /// borrower. **Source** arXiv:2510.10171 for the linked one.
    ///
    /// ```
    /// use seawall_cascade::lending::BonusRule;
    /// use seawall_units::Ratio;
    /// let rule = BonusRule::HealthLinked { at_zero: Ratio::bps(5_000) };
    /// assert_eq!(rule.at(Ratio::bps(9_000)), Ratio::bps(500));
    /// assert_eq!(rule.at(Ratio::ONE), Ratio::ZERO);
    /// ```
    #[must_use]
    pub fn at(&self, health: Ratio) -> Ratio {
        match self {
            Self::Fixed(bonus) => *bonus,
            Self::HealthLinked { at_zero } => {
                let sick = Ratio::ONE - health.clamp(Ratio::ZERO, Ratio::ONE);
                at_zero.mul_floor(sick)
            }
        }
    }

    /// The largest bonus that the rule ever gives.
    #[must_use]
    pub fn most(&self) -> Ratio {
        self.at(Ratio::ZERO)
    }
}

/// What borrowing costs, by the share of the market that is lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RateModel {
    /// Aave: `base + slope_1·U/U*` up to the kink `U*`, `slope_2·(U − U*)/(1 − U*)` more beyond.
    Kinked {
        /// The yearly rate when nothing is lent.
        base: Rate,
        /// The share lent at the kink.
        kink: Ratio,
        /// The rise from nothing lent to the kink.
        slope_1: Rate,
        /// The rise from the kink to everything lent.
        slope_2: Rate,
    },
    /// Compound v2: a line with a jump.
    Jump(CompoundLine),
    /// Compound III: one line for borrowers, one for lenders.
    TwoLines {
        /// What borrowers pay.
        borrow: CompoundLine,
        /// What lenders earn, whatever borrowers pay.
        supply: CompoundLine,
    },
}

impl Default for RateModel {
    /// 2.7 % at 92 %, 22.7 % at full use.
    fn default() -> Self {
        Self::Kinked {
            base: Rate::ZERO,
            kink: Ratio::bps(9_200),
            slope_1: bps(270),
            slope_2: bps(2_000),
        }
    }
}

/// `base + slope·min(U, kink) + jump·max(U − kink, 0)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CompoundLine {
    /// The yearly rate when nothing is lent.
    pub base: Rate,
    /// The slope up to the kink, per whole market lent.
    pub slope: Rate,
    /// The slope beyond it.
    pub jump: Rate,
    /// The share lent at the kink.
    pub kink: Ratio,
}

impl Default for CompoundLine {
    /// 2 %, 20 % and 200 % with a kink at 90 %: Compound v2's mainnet model.
    fn default() -> Self {
        Self {
            base: bps(200),
            slope: bps(2_000),
            jump: bps(20_000),
            kink: Ratio::bps(9_000),
        }
    }
}

/// How a debt grows between two looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Compounding {
    /// In a straight line: Compound between two accruals, Aave's lenders.
    #[default]
    None,
    /// Interest on interest every second: Aave's borrowers.
    EverySecond,
}

/// Who bears bad debt.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LossPayer {
    /// The market's reserves.
    Reserves,
    /// A stake that answers for the market, such as Aave's Umbrella.
    Cover,
    /// The lenders, in proportion to their claims.
    Lenders,
}

const SHARE: &str = "0 to 1";
const ABOVE_ZERO: &str = "above 0 to 1";
const RATE: &str = "0 to 100 (10000 %) a year";

impl LendingParams {
    /// Whether every parameter lies in its legal range; the hard bounds of the contracts are part
    /// of it.
    ///
    /// **Errors** [`ParamError`] for the first one that does not.
    ///
    /// ```
    /// use seawall_cascade::lending::LendingParams;
    /// use seawall_units::Ratio;
    /// let rules = LendingParams { max_ltv: Ratio::bps(10_100), ..Default::default() };
    /// let said = rules.validate().map_err(|error| error.to_string());
    /// assert_eq!(
    ///     said,
    ///     Err("`max_ltv` is 1.010000000000000000; legal: 0 to the liquidation threshold".to_owned())
    /// );
    /// ```
    pub fn validate(&self) -> Result<(), ParamError> {
        let threshold = self.liquidation_threshold;
        let legal = "0 to the liquidation threshold";
        ParamError::check("max_ltv", self.max_ltv, Ratio::ZERO..=threshold, legal)?;
        let (field, range) = ("liquidation_threshold", Ratio::ULP..=Ratio::ONE);
        ParamError::check(field, threshold, range, ABOVE_ZERO)?;
        self.validate_bonus()?;
        share("protocol_fee", self.protocol_fee)?;
        share("reserve_factor", self.reserve_factor)?;
        if let Some(most) = self.stop_above {
            let range = threshold..=Ratio::whole(10);
            let legal = "the liquidation threshold to 10";
            ParamError::check("stop_above", most, range, legal)?;
        }
        self.validate_close()?;
        self.rate.validate()
    }

    fn validate_bonus(&self) -> Result<(), ParamError> {
        let (field, most) = match self.bonus {
            BonusRule::Fixed(_) => ("bonus.fixed", Ratio::bps(5_000)),
            BonusRule::HealthLinked { .. } => ("bonus.health_linked.at_zero", Ratio::whole(10)),
        };
        let legal = match self.bonus {
            BonusRule::Fixed(_) => "0 to 0.5",
            BonusRule::HealthLinked { .. } => "0 to 10",
        };
        ParamError::check(field, self.bonus.most(), Ratio::ZERO..=most, legal)?;
        let bonus = match (&self.bonus, &self.close) {
            (BonusRule::Fixed(bonus), CloseRule::AaveV3(_)) => *bonus,
            _ => return Ok(()),
        };
        let threshold = self.liquidation_threshold;
        let room = Ratio::ONE - threshold;
        let legal = "0 to 1/liquidation_threshold - 1 under aave_v3";
        let asked = threshold.mul_ceil(bonus);
        ParamError::check("bonus.fixed", asked, Ratio::ZERO..=room, legal).map_err(|error| {
            ParamError {
                value: bonus.to_string(),
                ..error
            }
        })
    }

    fn validate_close(&self) -> Result<(), ParamError> {
        let whole = Ratio::ULP..=Ratio::ONE;
        match &self.close {
            CloseRule::Fixed(FixedClose { factor, full_below }) => {
                ParamError::check("close.fixed.factor", *factor, whole, ABOVE_ZERO)?;
                share("close.fixed.full_below", full_below.unwrap_or(Ratio::ZERO))
            }
            CloseRule::AaveV3(aave) => aave.validate(),
            CloseRule::CompoundV2(CompoundClose {
                factor,
                seize_share,
            }) => {
                let range = Ratio::bps(500)..=Ratio::bps(9_000);
                let field = "close.compound_v2.factor";
                ParamError::check(field, *factor, range, "0.05 to 0.9")?;
                share("close.compound_v2.seize_share", *seize_share)?;
                let range = Ratio::ULP..=Ratio::bps(9_000);
                let field = "liquidation_threshold";
                let legal = "above 0 to 0.9 under compound_v2";
                ParamError::check(field, self.liquidation_threshold, range, legal)
            }
            CloseRule::CompoundV3(front) => {
                let field = "close.compound_v3.liquidation_factor";
                ParamError::check(field, front.liquidation_factor, whole, ABOVE_ZERO)?;
                let field = "close.compound_v3.store_front_price_factor";
                share(field, front.store_front_price_factor)
            }
        }
    }
}

impl AaveClose {
    fn validate(&self) -> Result<(), ParamError> {
        let field = "close.aave_v3.factor";
        ParamError::check(field, self.factor, Ratio::ULP..=Ratio::ONE, ABOVE_ZERO)?;
        share("close.aave_v3.full_up_to", self.full_up_to)?;
        let range = Tokens::ZERO..=Tokens::MAX;
        let field = "close.aave_v3.small_position";
        ParamError::check(field, self.small_position, range, "0 to 1000000000000000")?;
        let range = Tokens::ZERO..=self.small_position;
        let legal = "0 to small_position";
        ParamError::check("close.aave_v3.leftover", self.leftover, range, legal)
    }
}

impl RateModel {
    fn validate(&self) -> Result<(), ParamError> {
        match self {
            Self::Kinked {
                base,
                kink,
                slope_1,
                slope_2,
            } => {
                yearly("rate.kinked.base", *base)?;
                yearly("rate.kinked.slope_1", *slope_1)?;
                yearly("rate.kinked.slope_2", *slope_2)?;
                let range = Ratio::bps(100)..=Ratio::bps(9_900);
                ParamError::check("rate.kinked.kink", *kink, range, "0.01 to 0.99")
            }
            Self::Jump(line) => line.validate([
                "rate.jump.base",
                "rate.jump.slope",
                "rate.jump.jump",
                "rate.jump.kink",
            ]),
            Self::TwoLines { borrow, supply } => {
                borrow.validate([
                    "rate.two_lines.borrow.base",
                    "rate.two_lines.borrow.slope",
                    "rate.two_lines.borrow.jump",
                    "rate.two_lines.borrow.kink",
                ])?;
                supply.validate([
                    "rate.two_lines.supply.base",
                    "rate.two_lines.supply.slope",
                    "rate.two_lines.supply.jump",
                    "rate.two_lines.supply.kink",
                ])
            }
        }
    }
}

impl CompoundLine {
    fn validate(&self, fields: [&'static str; 4]) -> Result<(), ParamError> {
        let [base, slope, jump, kink] = fields;
        yearly(base, self.base)?;
        yearly(slope, self.slope)?;
        yearly(jump, self.jump)?;
        share(kink, self.kink)
    }
}

fn share(field: &'static str, value: Ratio) -> Result<(), ParamError> {
    ParamError::check(field, value, Ratio::ZERO..=Ratio::ONE, SHARE)
}

fn yearly(field: &'static str, value: Rate) -> Result<(), ParamError> {
    ParamError::check(field, value, Rate::ZERO..=Rate::whole(100), RATE)
}

/// A yearly rate in basis points; a rate and a ratio share their grid.
fn bps(count: i32) -> Rate {
    Rate::from_units(Ratio::bps(count).units()).unwrap_or(Rate::ZERO)
}
