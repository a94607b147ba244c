//! The live funding rule as parameters.
use seawall_gmx::{self as gmx, FundingParams, FundingQuirks, U256};
use seawall_units::{Rate, Ratio};
use seawall_venue::ParamError;
use serde::{Deserialize, Serialize};

use crate::params::{check, per_year, ratio};
use crate::wide::F30;

/// A rate that rises while the sides are far apart; see [`Funding::Adaptive`](crate::Funding).
///
/// While the stored rate points the way of the skew it rises above the first threshold, holds
/// between both and falls below the second; against the skew, or from zero, it moves towards the
/// larger side. Defaults: the live values of BTC and ETH.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AdaptiveFunding {
    /// Highest yearly rate.
    pub max: Rate,
    /// Lowest yearly rate that is charged while both sides have positions.
    pub min: Rate,
    /// Seconds in which the rate rises from zero to `max` at full skew; in proportion at less.
    pub rise: u32,
    /// Seconds in which it falls from `max` to zero; 0 for no fall at all.
    pub fall: u32,
    /// Skew above which it rises.
    pub stable_threshold: Ratio,
    /// Skew below which it falls.
    pub decrease_threshold: Ratio,
    /// What the deployed contracts do that one might not expect.
    pub quirks: FundingQuirks,
}

impl Default for AdaptiveFunding {
    fn default() -> Self {
        Self {
            max: per_year(75),
            min: per_year(1),
            rise: 10_800,
            fall: 0,
            stable_threshold: Ratio::bps(400),
            decrease_threshold: Ratio::ZERO,
            quirks: FundingQuirks::default(),
        }
    }
}

impl AdaptiveFunding {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        let most = (Rate::ZERO, Rate::whole(1_000));
        check("funding.adaptive.max", self.max, most, "0 to 1000 per year")?;
        let legal = "0 to funding.adaptive.max";
        check(
            "funding.adaptive.min",
            self.min,
            (Rate::ZERO, self.max),
            legal,
        )?;
        let (year, legal) = (31_536_000, "1 to 31536000 seconds");
        check("funding.adaptive.rise", self.rise, (1, year), legal)?;
        let legal = "0 to 31536000 seconds";
        check("funding.adaptive.fall", self.fall, (0, year), legal)?;
        let field = "funding.adaptive.stable_threshold";
        ratio(field, self.stable_threshold, Ratio::ONE, "0 to 1")?;
        let field = "funding.adaptive.decrease_threshold";
        let legal = "0 to funding.adaptive.stable_threshold";
        ratio(field, self.decrease_threshold, self.stable_threshold, legal)
    }

    /// The same in the contracts' units.
    pub(crate) fn of_contracts(&self) -> FundingParams {
        let max = F30::per_second(self.max).magnitude();
        let over = |seconds: u32| max.checked_div(U256::from(seconds)).unwrap_or_default();
        FundingParams {
            exponent: gmx::ONE,
            factor: U256::ZERO,
            increase: over(self.rise),
            decrease: over(self.fall),
            min: F30::per_second(self.min).magnitude(),
            max,
            stable_threshold: F30::of_ratio(self.stable_threshold).magnitude(),
            decrease_threshold: F30::of_ratio(self.decrease_threshold).magnitude(),
            quirks: self.quirks,
        }
    }
}
