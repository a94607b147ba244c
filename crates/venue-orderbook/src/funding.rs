use seawall_units::{Index, Price, Ratio, Round, Time, mul_div};

use crate::params::{FundingParams, PremiumRule};

/// One sample of the premium.
///
/// **Formula** `[max(impact bid − oracle, 0) − max(oracle − impact ask, 0)] / oracle`; a missing
/// impact price leaves its term out. **Rounding** down.
/// **Source** Hyperliquid docs, trading/funding.
///
/// ```
/// use seawall_units::{Price, Ratio};
/// use seawall_venue_orderbook::premium;
/// let oracle: Price = "10000".parse()?;
/// assert_eq!(premium(oracle, Some("10100".parse()?), Some("10110".parse()?)), "1%".parse::<Ratio>()?);
/// assert_eq!(premium(oracle, Some("9800".parse()?), Some("9900".parse()?)), "-1%".parse::<Ratio>()?);
/// assert_eq!(premium(oracle, Some("9999".parse()?), None), Ratio::ZERO);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn premium(oracle: Price, impact_bid: Option<Price>, impact_ask: Option<Price>) -> Ratio {
    let above = impact_bid.map_or(0, |bid| bid.units().saturating_sub(oracle.units()));
    let below = impact_ask.map_or(0, |ask| oracle.units().saturating_sub(ask.units()));
    let points = above.max(0).saturating_sub(below.max(0));
    mul_div(points, Ratio::ONE_UNITS, oracle.units(), Round::Floor)
        .and_then(|units| Ratio::from_units(units).ok())
        .unwrap_or_default()
}

/// One sample of the premium of a perpetual that others deploy (HIP-3).
///
/// **Formula** `½·(impact bid + impact ask) / oracle − 1`; nothing when one of the two is missing.
/// **Rounding** down. **Source** Hyperliquid docs, trading/funding.
///
/// ```
/// use seawall_units::{Price, Ratio};
/// use seawall_venue_orderbook::mid_premium;
/// let oracle: Price = "10000".parse()?;
/// // (9 990 + 10 050)/2 = 10 020: 0.2 %, where the other rule sees nothing beyond the oracle.
/// assert_eq!(mid_premium(oracle, Some("9990".parse()?), Some("10050".parse()?)), "0.2%".parse::<Ratio>()?);
/// assert_eq!(mid_premium(oracle, Some("9990".parse()?), None), Ratio::ZERO);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn mid_premium(oracle: Price, impact_bid: Option<Price>, impact_ask: Option<Price>) -> Ratio {
    let (Some(bid), Some(ask)) = (impact_bid, impact_ask) else {
        return Ratio::ZERO;
    };
    let twice = bid.units().saturating_add(ask.units());
    let whole = oracle.units().saturating_mul(2);
    mul_div(twice, Ratio::ONE_UNITS, whole, Round::Floor)
        .and_then(|units| Ratio::from_units(units).ok())
        .map_or(Ratio::ZERO, |ratio| ratio - Ratio::ONE)
}

/// One sample by the rule that the parameters name.
pub(crate) fn sampled(
    rule: PremiumRule,
    oracle: Price,
    (bid, ask): (Option<Price>, Option<Price>),
) -> Ratio {
    match rule {
        PremiumRule::Impact => premium(oracle, bid, ask),
        PremiumRule::Hip3 => mid_premium(oracle, bid, ask),
    }
}

/// The eight-hour rate of a mean premium.
///
/// **Formula** `F = mean + clamp(interest − mean, ±clamp)`.
/// **Source** Hyperliquid docs, trading/funding.
///
/// ```
/// use seawall_units::Ratio;
/// use seawall_venue_orderbook::{FundingParams, funding_rate};
/// let params = FundingParams::default();
/// // Oracle 10 000, impact bid 10 100: premium 1 %, clamp −0.05 %.
/// assert_eq!(funding_rate(&params, "1%".parse::<Ratio>()?), "0.95%".parse::<Ratio>()?);
/// assert_eq!(funding_rate(&params, Ratio::ZERO), "0.01%".parse::<Ratio>()?);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn funding_rate(params: &FundingParams, mean: Ratio) -> Ratio {
    mean + (params.interest - mean).clamp(-params.clamp, params.clamp)
}

/// The hour's samples and the cumulative index, USD per unit of base since the start.
#[derive(Debug, Clone)]
pub(crate) struct Funding {
    pub(crate) index: Index,
    sum: Ratio,
    samples: i64,
    hour: u64,
    sampled_at: Time,
}

const HOUR: u64 = 3_600;
const HOURS_OF_RATE: i64 = 8;

impl Funding {
    pub(crate) fn new(start: Time) -> Self {
        Self {
            index: Index::ZERO,
            sum: Ratio::ZERO,
            samples: 0,
            hour: hour_of(start),
            sampled_at: start,
        }
    }

    pub(crate) fn sample_is_due(&self, params: &FundingParams, now: Time) -> bool {
        now.since(self.sampled_at) >= params.sample_interval
    }

    pub(crate) fn sample(&mut self, now: Time, premium: Ratio) {
        self.sum += premium;
        self.samples = self.samples.saturating_add(1);
        self.sampled_at = now;
    }

    /// Pays the hour that has ended: moves the index by `rate·price`, longs paying when above 0.
    pub(crate) fn pay(&mut self, params: &FundingParams, now: Time, price: Price) {
        if hour_of(now) == self.hour {
            return;
        }
        self.hour = hour_of(now);
        let parts = Ratio::units_i64(self.samples);
        if let Some(mean) = self.sum.mul_div_floor(Ratio::ULP, parts) {
            let rate = funding_rate(params, mean)
                .mul_div_floor(Ratio::ULP, Ratio::units_i64(HOURS_OF_RATE))
                .unwrap_or_default()
                .clamp(-params.hourly_cap, params.hourly_cap);
            let step = mul_div(rate.units(), price.units(), Price::ONE_UNITS, Round::Floor);
            self.index += step
                .and_then(|units| Index::from_units(units).ok())
                .unwrap_or_default();
        }
        (self.sum, self.samples) = (Ratio::ZERO, 0);
    }
}

fn hour_of(time: Time) -> u64 {
    time.secs().checked_div(HOUR).unwrap_or(0)
}
