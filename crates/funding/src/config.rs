use seawall_units::{Rate, Ratio};

/// The fastest yearly rate that any parameter takes: 10 000 % a year.
const MAX_RATE: Rate = Rate::whole(100);

/// Everything that a minute is accrued by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RateConfig {
    /// Funding between traders, with the pool in between.
    pub funding: FundingConfig,
    /// The fee for reserved capital.
    pub utilisation: UtilisationConfig,
}

impl RateConfig {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`FundingError`] for the first one that does not.
    pub fn validate(&self) -> Result<(), FundingError> {
        self.funding.validate()?;
        self.utilisation.validate()
    }
}

/// Velocity funding (M-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FundingConfig {
    /// How much the yearly rate climbs in one minute at full skew.
    pub velocity_per_minute: Rate,
    /// The largest magnitude of the rate.
    pub cap: Rate,
    /// The skew up to which, inclusive, the rate decays instead of moving.
    pub dead_band: Ratio,
    /// A decaying rate loses one part in this many a minute.
    pub decay: u32,
}

impl Default for FundingConfig {
    /// 0.5 %/year per minute, capped at 90 %/year; dead band 4 %; decay 1/60 a minute.
    fn default() -> Self {
        Self {
            velocity_per_minute: rate_bps(50),
            cap: rate_bps(9_000),
            dead_band: Ratio::bps(400),
            decay: 60,
        }
    }
}

impl FundingConfig {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`FundingError`] for the first one that does not.
    pub fn validate(&self) -> Result<(), FundingError> {
        check_rate("velocity_per_minute", self.velocity_per_minute, Rate::ZERO)?;
        check_rate("cap", self.cap, Rate::ZERO)?;
        check_ratio("dead_band", self.dead_band, Ratio::ZERO, Ratio::ONE)?;
        if self.decay == 0 {
            return Err(FundingError::Decay { value: self.decay });
        }
        Ok(())
    }
}

/// The kinked utilisation fee and how it is shared between the sides (M-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UtilisationConfig {
    /// The slope below the kink: the yearly rate at full utilisation if there were no kink.
    pub base: Rate,
    /// The utilisation at which the fee begins to rise faster.
    pub kink: Ratio,
    /// The yearly rate at full utilisation; beyond it the line goes on.
    pub max: Rate,
    /// The skew over which the longs' share goes from one half to one, and a half more:
    /// share = ½ + skew / crowding.
    pub crowding: Ratio,
}

impl Default for UtilisationConfig {
    /// 50 %/year·U up to 75 %, then to 130 %/year at 100 %; crowding 8 %.
    fn default() -> Self {
        Self {
            base: rate_bps(5_000),
            kink: Ratio::bps(7_500),
            max: rate_bps(13_000),
            crowding: Ratio::bps(800),
        }
    }
}

impl UtilisationConfig {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`FundingError`] for the first one that does not.
    pub fn validate(&self) -> Result<(), FundingError> {
        check_rate("base", self.base, Rate::ZERO)?;
        check_ratio("kink", self.kink, Ratio::ZERO, Ratio::bps(9_900))?;
        check_rate("max", self.max, self.base.mul_ceil(self.kink))?;
        check_ratio("crowding", self.crowding, Ratio::bps(1), Ratio::whole(2))
    }
}

/// A yearly rate in basis points.
fn rate_bps(bps: i32) -> Rate {
    Rate::ULP
        .mul_div_floor(Ratio::bps(bps), Ratio::ULP)
        .unwrap_or(Rate::ZERO)
}

fn check_rate(field: &'static str, value: Rate, min: Rate) -> Result<(), FundingError> {
    if value < min || value > MAX_RATE {
        let max = MAX_RATE;
        return Err(FundingError::Rate {
            field,
            value,
            min,
            max,
        });
    }
    Ok(())
}

fn check_ratio(
    field: &'static str,
    value: Ratio,
    min: Ratio,
    max: Ratio,
) -> Result<(), FundingError> {
    if value < min || value > max {
        return Err(FundingError::Ratio {
            field,
            value,
            min,
            max,
        });
    }
    Ok(())
}

/// Why a configuration is not legal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FundingError {
    /// A yearly rate lies outside its range.
    #[error("{field} = {value} per year; legal: {min} to {max}")]
    Rate {
        /// The name of the parameter.
        field: &'static str,
        /// What was given.
        value: Rate,
        /// The smallest legal value.
        min: Rate,
        /// The largest legal value.
        max: Rate,
    },
    /// A ratio lies outside its range.
    #[error("{field} = {value}; legal: {min} to {max}")]
    Ratio {
        /// The name of the parameter.
        field: &'static str,
        /// What was given.
        value: Ratio,
        /// The smallest legal value.
        min: Ratio,
        /// The largest legal value.
        max: Ratio,
    },
    /// A decay of one part in none.
    #[error("decay = {value}; legal: 1 to 4294967295")]
    Decay {
        /// What was given.
        value: u32,
    },
}
