use seawall_units::{Base, Price, Ratio, Round, Side, Usd, mul_div};
use seawall_venue::MarginTable;

use crate::params::Tier;

/// 10^-6 USD over 10^-8 base on a grid of 10^-10.
const PRICE_FACTOR: i128 = 1_000_000_000_000;

/// One rate with the deduction that makes the requirement continuous where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) above: Usd,
    pub(crate) rate: Ratio,
    pub(crate) deduction: Usd,
}

/// Initial and maintenance margin by size of the position.
///
/// **Formula** `requirement(N) = N·rate(tier) − deduction(tier)` with `deduction(0) = 0` and
/// `deduction(n) = deduction(n−1) + lower bound(n)·(rate(n) − rate(n−1))`; maintenance is half of
/// initial at the tier's highest leverage.
/// **Rounding** requirements up, deductions down: against the position.
/// **Source** Hyperliquid docs, trading/margin-tiers.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_venue_orderbook::{MarginTiers, Params};
/// let btc = MarginTiers::native(&Params::default().tiers);
/// // 40x up to 150 M, then 20x: 1.25 % of 100 M; 2.5 % of 200 M less 1.875 M.
/// assert_eq!(btc.maintenance(Usd::whole(100_000_000)), Usd::whole(1_250_000));
/// assert_eq!(btc.maintenance(Usd::whole(200_000_000)), Usd::whole(3_125_000));
/// assert_eq!(btc.initial(Usd::whole(100_000_000)), Usd::whole(2_500_000));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarginTiers {
    initial: Vec<Step>,
    maintenance: Vec<Step>,
    max_leverage: u32,
}

impl MarginTiers {
    /// The venue's own tiers.
    #[must_use]
    pub fn native(tiers: &[Tier]) -> Self {
        let rate = |leverage: u32| {
            let leverage = Ratio::units_i64(i64::from(leverage.max(1)));
            Ratio::ULP.ratio_ceil(leverage).unwrap_or(Ratio::ONE)
        };
        let steps = |times: u32| {
            let rate_of = |tier: &Tier| rate(tier.max_leverage.saturating_mul(times));
            steps_of(tiers.iter().map(|tier| (tier.above, rate_of(tier))))
        };
        Self {
            initial: steps(1),
            maintenance: steps(2),
            max_leverage: tiers.first().map_or(1, |tier| tier.max_leverage),
        }
    }

    /// One table for all sizes (`[terms.common]`, M-11.4).
    #[must_use]
    pub fn common(table: &MarginTable) -> Self {
        Self {
            initial: steps_of([(Usd::ZERO, table.initial)].into_iter()),
            maintenance: steps_of([(Usd::ZERO, table.maintenance)].into_iter()),
            max_leverage: whole_times(table.initial),
        }
    }

    /// What a position of this notional needs to be opened or increased, rounded up.
    #[must_use]
    pub fn initial(&self, notional: Usd) -> Usd {
        requirement(&self.initial, notional)
    }

    /// What a position of this notional needs to be kept, rounded up.
    #[must_use]
    pub fn maintenance(&self, notional: Usd) -> Usd {
        requirement(&self.maintenance, notional)
    }

    /// The highest leverage of the first tier.
    #[must_use]
    pub const fn max_leverage(&self) -> u32 {
        self.max_leverage
    }

    /// The steepest rate at which the maintenance requirement grows with notional.
    pub(crate) fn steepest(&self) -> Ratio {
        let rates = self.maintenance.iter().map(|step| step.rate);
        rates.max().unwrap_or_default()
    }

    pub(crate) fn maintenance_steps(&self) -> &[Step] {
        &self.maintenance
    }
}

fn steps_of(rates: impl Iterator<Item = (Usd, Ratio)>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (above, rate) in rates {
        let deduction = match steps.last() {
            Some(last) => last.deduction + above.mul_floor(rate - last.rate),
            None => Usd::ZERO,
        };
        steps.push(Step {
            above,
            rate,
            deduction,
        });
    }
    steps
}

/// How many whole times a ratio goes into one; at least one.
fn whole_times(ratio: Ratio) -> u32 {
    let times = Ratio::ONE_UNITS.checked_div(ratio.units()).unwrap_or(1);
    u32::try_from(times).unwrap_or(1).max(1)
}

fn requirement(steps: &[Step], notional: Usd) -> Usd {
    let tier = steps.iter().rev().find(|step| step.above <= notional);
    tier.map_or(Usd::ZERO, |step| {
        (notional.mul_ceil(step.rate) - step.deduction).or_zero()
    })
}

/// The price at which a position is liquidated.
///
/// **Formula** `p − side·available/|q|/(1 − l·side)`, `available` = equity less maintenance at
/// `p`, `l` the maintenance ratio of the tier, `side` +1 for a long, −1 for a short.
/// **Rounding** towards being liquidated. `None` when flat or no legal price.
/// **Source** Hyperliquid docs, trading/liquidations.
///
/// ```
/// use seawall_units::{Base, Price, Ratio, Usd};
/// use seawall_venue_orderbook::liquidation_price;
/// // Long 10 from 100 with 50: maintenance 1.25 % of 1 000 = 12.5, available 37.5.
/// // 100 − 3.75 / (1 − 0.0125) = 96.2025316455…
/// let price = liquidation_price(
///     Base::whole(10), "100".parse::<Price>()?, "37.5".parse::<Usd>()?, "1.25%".parse::<Ratio>()?);
/// assert_eq!(price, Some("96.2025316456".parse::<Price>()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn liquidation_price(
    size: Base,
    price: Price,
    available: Usd,
    maintenance: Ratio,
) -> Option<Price> {
    let factor = match size.side()? {
        Side::Long => Ratio::ONE - maintenance,
        Side::Short => Ratio::ONE + maintenance,
    };
    let floor = |a, b, d| mul_div(a, b, d, Round::Floor);
    // available/|q| as a price, then over 1 − l·side; down, so that it is reached sooner.
    let shift = floor(available.units(), PRICE_FACTOR, size.abs().units())?;
    let shift = floor(shift, Ratio::ONE_UNITS, factor.units())?;
    let units = match size.side()? {
        Side::Long => price.units().checked_sub(shift)?,
        Side::Short => price.units().checked_add(shift)?,
    };
    Price::from_units(units).ok()
}
