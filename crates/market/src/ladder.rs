//! The ladder of quote bands, indexed by the market's net skew (M-4).

use ethnum::I256;
use seawall_units::{Ratio, Round, Usd, mul_div, mul_div_wide, product};

/// Parameters of the ladder, with the defaults of M-4.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LadderConfig {
    /// Half-spread around the mark.
    pub half_spread: Ratio,
    /// Bands near the mark, each side.
    pub near_bands: u16,
    /// Width of a near band.
    pub near_width: Ratio,
    /// Share of Senior's value that one near band holds.
    pub near_senior: Ratio,
    /// Share of Junior's value that one near band holds.
    pub near_junior: Ratio,
    /// Bands beyond the near ones, each side.
    pub far_bands: u16,
    /// Width of a far band.
    pub far_width: Ratio,
    /// Share of Senior's value that one far band holds.
    pub far_senior: Ratio,
    /// Share of Junior's value that one far band holds.
    pub far_junior: Ratio,
    /// Equal depth per basis point over the whole ladder, which makes impact linear.
    pub uniform_density: bool,
    /// Least notional that a live market fills per side and minute.
    pub minimum_fill: Usd,
    /// The same as a share of S + J; the larger counts.
    pub minimum_fill_share: Ratio,
    /// By how much the spread is multiplied without a valid mark.
    pub reduce_only_spread: u16,
    /// What the reserve holds beyond its need drips by one part in this many a minute.
    pub drip: u32,
}

impl Default for LadderConfig {
    fn default() -> Self {
        Self {
            half_spread: Ratio::bps(2),
            near_bands: 4,
            near_width: Ratio::bps(5),
            near_senior: Ratio::bps(250),
            near_junior: Ratio::bps(250),
            far_bands: 4,
            far_width: Ratio::bps(20),
            far_senior: Ratio::ZERO,
            far_junior: Ratio::bps(1_250),
            uniform_density: false,
            minimum_fill: Usd::whole(1_000),
            minimum_fill_share: Ratio::bps(5),
            reduce_only_spread: 5,
            drip: 60,
        }
    }
}

/// One band: how much it holds and how far the price moves across it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Notional it holds.
    pub capacity: Usd,
    /// Width as a share of the mark.
    pub width: Ratio,
}

/// The ladder of one side; both sides are alike.
///
/// **Formula** the impact at net skew `z` is piecewise linear: it rises by a band's width across
/// its capacity, from zero at `z = 0`; past the end it keeps the last slope. `W(z)` is its integral
/// from zero. Moving the skew from Z0 to Z1 outward costs `W(Z1) − W(Z0)`, so splitting an order
/// changes nothing. **Source** M-4.
///
/// ```
/// use seawall_market::{Ladder, LadderConfig};
/// use seawall_units::Usd;
/// let ladder = Ladder::new(&LadderConfig::default(), Usd::whole(8_000_000), Usd::whole(2_000_000));
/// assert_eq!(ladder.total(), Usd::whole(2_000_000));
/// // 1 M from balance: 10 bp on average, so 1 000 USD.
/// assert_eq!(ladder.work(Usd::whole(1_000_000)), Usd::whole(1_000));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ladder {
    bands: Vec<Band>,
    /// Where each band that holds something begins.
    steps: Vec<Step>,
    near: Usd,
    total: Usd,
}

/// The curve up to where a band begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    band: Band,
    /// Net skew there.
    from: Usd,
    /// Distance of the price from the mark there.
    impact: Ratio,
    /// Twice the work of all bands before it, on a grid of 10^-24 USD.
    twice: I256,
}

impl Ladder {
    /// The ladder that vaults of these values fund. **Rounding** capacities round down.
    #[must_use]
    pub fn new(config: &LadderConfig, senior: Usd, junior: Usd) -> Self {
        let mut ladder = Self::default();
        ladder.refresh(config, senior, junior);
        ladder
    }

    /// Funds the same ladder anew, in the room that it has.
    pub(crate) fn refresh(&mut self, config: &LadderConfig, senior: Usd, junior: Usd) {
        let holds =
            |s: Ratio, j: Ratio| senior.or_zero().mul_floor(s) + junior.or_zero().mul_floor(j);
        let band = |capacity, width, count: u16| {
            std::iter::repeat_n(Band { capacity, width }, count.into())
        };
        let near_capacity = holds(config.near_senior, config.near_junior);
        let far_capacity = holds(config.far_senior, config.far_junior);
        let near = band(near_capacity, config.near_width, config.near_bands);
        let far = band(far_capacity, config.far_width, config.far_bands);
        let bands = &mut self.bands;
        bands.clear();
        bands.extend(near.chain(far));
        if config.uniform_density {
            let total: Usd = bands.iter().map(|b| b.capacity).sum();
            let width: Ratio = bands.iter().map(|b| b.width).sum();
            for band in bands.iter_mut() {
                band.capacity = total.mul_div_floor(band.width, width).unwrap_or(Usd::ZERO);
            }
        }
        self.near = bands
            .iter()
            .take(config.near_bands.into())
            .map(|b| b.capacity)
            .sum();
        self.total = bands.iter().map(|b| b.capacity).sum();
        self.add_up();
    }

    /// The curve up to each band, so that asking for a point of it adds nothing up.
    fn add_up(&mut self) {
        let (mut from, mut impact, mut twice) = (Usd::ZERO, Ratio::ZERO, I256::ZERO);
        self.steps.clear();
        for band in &self.bands {
            if !band.capacity.is_zero() {
                self.steps.push(Step {
                    band: *band,
                    from,
                    impact,
                    twice,
                });
            }
            let doubled = (impact + impact + band.width).units();
            twice = twice.saturating_add(product(band.capacity.units(), doubled));
            from += band.capacity;
            impact += band.width;
        }
    }

    /// The band that `z` ends in: the first that reaches it, or the last; `None` of no capacity.
    fn step(&self, z: Usd) -> Option<&Step> {
        let reached = |step: &&Step| z <= step.from + step.band.capacity;
        self.steps.iter().find(reached).or(self.steps.last())
    }

    /// The bands, from the mark outward.
    #[must_use]
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// Capacity of the near bands of one side.
    #[must_use]
    pub const fn near_depth(&self) -> Usd {
        self.near
    }

    /// Capacity of one side.
    #[must_use]
    pub const fn total(&self) -> Usd {
        self.total
    }

    /// The distance of the price from the mark at net skew `z ≥ 0`, without the half-spread.
    ///
    /// **Formula** the widths of the bands that `z` fills, and of the next the share `x/c` that it
    /// takes of its capacity; past the end the last slope goes on. It is the slope of
    /// [`Ladder::work`]. **Rounding** up: against the taker. **Source** M-4.
    ///
    /// ```
    /// use seawall_market::{Ladder, LadderConfig};
    /// use seawall_units::{Ratio, Usd};
    /// let ladder = Ladder::new(&LadderConfig::default(), Usd::whole(8_000_000), Usd::whole(2_000_000));
    /// assert_eq!(ladder.impact(Usd::whole(1_000_000)), Ratio::bps(20));
    /// // The last quote lies 100 bp and the half-spread of 2 bp from the mark.
    /// assert_eq!(ladder.impact(ladder.total()), Ratio::bps(100));
    /// ```
    #[must_use]
    pub fn impact(&self, z: Usd) -> Ratio {
        let z = z.or_zero();
        let Some(Step {
            band, from, impact, ..
        }) = self.step(z)
        else {
            return Ratio::ZERO;
        };
        let part = band.width.mul_div_ceil(z - *from, band.capacity);
        *impact + part.unwrap_or_default()
    }

    /// `W(z)`, the impact of moving the skew from zero to `z ≥ 0`, rounded up.
    ///
    /// One fixed rounding of one function of `z`: costs of the parts of an order add up to the cost
    /// of the whole, to the unit.
    #[must_use]
    pub fn work(&self, z: Usd) -> Usd {
        let z = z.or_zero();
        self.step(z).map_or(Usd::ZERO, |step| {
            let x = z - step.from;
            narrow_work(step, x).unwrap_or_else(|| finish(step.twice, x, step.impact, step.band))
        })
    }
}

/// `(whole + 2·x·i + x²·w/c) / 2`, rounded up once; `None` where it does not fit 128 bits.
///
/// The first two terms and the divisor are whole, so rounding the last term up first changes
/// nothing.
fn narrow_work(step: &Step, x: Usd) -> Option<Usd> {
    let linear = x.units().checked_mul((step.impact + step.impact).units())?;
    let square = x.units().checked_mul(x.units())?;
    let (width, capacity) = (step.band.width.units(), step.band.capacity.units());
    let square = mul_div(square, width, capacity, Round::Ceil)?;
    let whole = i128::try_from(step.twice).ok()?;
    let doubled = whole.checked_add(linear)?.checked_add(square)?;
    let units = mul_div(doubled, 1, Ratio::ONE_UNITS.checked_mul(2)?, Round::Ceil)?;
    Usd::from_units(units).ok()
}

/// The same in 256 bits.
fn finish(twice: I256, x: Usd, impact: Ratio, band: Band) -> Usd {
    let capacity = I256::from(band.capacity.units());
    let linear = product(x.units(), (impact + impact).units());
    let square = product(x.units(), x.units()).saturating_mul(I256::from(band.width.units()));
    let numerator = twice
        .saturating_add(linear)
        .saturating_mul(capacity)
        .saturating_add(square);
    let denominator = capacity
        .saturating_mul(I256::from(Ratio::ONE_UNITS))
        .saturating_mul(I256::from(2));
    let units = mul_div_wide(numerator, I256::ONE, denominator, Round::Ceil);
    units
        .and_then(|units| Usd::from_units(units).ok())
        .unwrap_or(Usd::MAX)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)] // test figures
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// Of every size that fits, 128 bits say what 256 bits say; and the curve is what its bands
        /// add up to, one after the other.
        #[test]
        fn narrow_arithmetic_and_kept_sums_change_nothing(
            senior in 0i64..i64::MAX, junior in 0i64..i64::MAX, uniform: bool, far_senior in 0i32..100,
            z in prop_oneof![0i64..1_000_000, 0i64..1_000_000_000_000_000, 0i64..i64::MAX],
        ) {
            let config = LadderConfig {
                uniform_density: uniform,
                far_senior: Ratio::bps(far_senior),
                ..LadderConfig::default()
            };
            let ladder = Ladder::new(&config, Usd::units_i64(senior), Usd::units_i64(junior));
            let z = Usd::units_i64(z);
            let (mut twice, mut left, mut impact) = (I256::ZERO, z, Ratio::ZERO);
            let last = ladder.bands().iter().rposition(|band| band.capacity.is_positive());
            let mut expected = Usd::ZERO;
            for (place, band) in ladder.bands().iter().enumerate() {
                if !band.capacity.is_zero() && (left <= band.capacity || Some(place) == last) {
                    expected = finish(twice, left, impact, *band);
                    break;
                }
                twice += product(band.capacity.units(), (impact + impact + band.width).units());
                left -= band.capacity;
                impact += band.width;
            }
            prop_assert_eq!(ladder.work(z), expected);
        }
    }
}
