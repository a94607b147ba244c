//! The ladder of quote bands, indexed by the market's net skew (M-4).

use ethnum::I256;
use seawall_units::{Ratio, Round, Usd, checked_product, mul_div_wide, product};

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
    /// The bands that hold anything, each with what lies before it.
    steps: Vec<Step>,
    near: Usd,
    total: Usd,
}

/// A band that holds something, and the sums over the bands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    band: Band,
    /// Net skew at its beginning.
    from: Usd,
    /// Net skew at its end.
    until: Usd,
    /// Distance of the price at its beginning.
    impact: Ratio,
    /// Twice the work of the bands before it, on a grid of 10^-24 USD.
    twice: I256,
}

impl Ladder {
    /// The ladder that vaults of these values fund. **Rounding** capacities round down.
    #[must_use]
    pub fn new(config: &LadderConfig, senior: Usd, junior: Usd) -> Self {
        let holds =
            |s: Ratio, j: Ratio| senior.or_zero().mul_floor(s) + junior.or_zero().mul_floor(j);
        let band = |capacity, width, count: u16| {
            std::iter::repeat_n(Band { capacity, width }, count.into())
        };
        let near_capacity = holds(config.near_senior, config.near_junior);
        let far_capacity = holds(config.far_senior, config.far_junior);
        let near = band(near_capacity, config.near_width, config.near_bands);
        let far = band(far_capacity, config.far_width, config.far_bands);
        let mut bands: Vec<Band> = near.chain(far).collect();
        let total: Usd = bands.iter().map(|b| b.capacity).sum();
        if config.uniform_density {
            let width: Ratio = bands.iter().map(|b| b.width).sum();
            for band in &mut bands {
                band.capacity = total.mul_div_floor(band.width, width).unwrap_or(Usd::ZERO);
            }
        }
        let near = bands
            .iter()
            .take(config.near_bands.into())
            .map(|b| b.capacity)
            .sum();
        let total = bands.iter().map(|b| b.capacity).sum();
        let steps = steps(&bands);
        Self {
            bands,
            steps,
            near,
            total,
        }
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
        let Some(step) = self.step(z) else {
            return Ratio::ZERO;
        };
        let part = step
            .band
            .width
            .mul_div_ceil(z - step.from, step.band.capacity);
        step.impact + part.unwrap_or_default()
    }

    /// The band in which the net skew lies; the last one beyond them all.
    fn step(&self, z: Usd) -> Option<&Step> {
        let found = self.steps.iter().find(|step| z <= step.until);
        found.or(self.steps.last())
    }

    /// `W(z)`, the impact of moving the skew from zero to `z ≥ 0`, rounded up.
    ///
    /// One fixed rounding of one function of `z`: costs of the parts of an order add up to the cost
    /// of the whole, to the unit.
    #[must_use]
    pub fn work(&self, z: Usd) -> Usd {
        let z = z.or_zero();
        self.step(z).map_or(Usd::ZERO, |step| step.work(z))
    }
}

fn steps(bands: &[Band]) -> Vec<Step> {
    let (mut from, mut impact, mut twice) = (Usd::ZERO, Ratio::ZERO, I256::ZERO);
    let mut steps = Vec::with_capacity(bands.len());
    for band in bands {
        let until = from + band.capacity;
        if !band.capacity.is_zero() {
            steps.push(Step {
                band: *band,
                from,
                until,
                impact,
                twice,
            });
        }
        let doubled = (impact + impact + band.width).units();
        twice = twice.saturating_add(product(band.capacity.units(), doubled));
        (from, impact) = (until, impact + band.width);
    }
    steps
}

impl Step {
    /// `(twice + 2·x·i + x²·w/c) / 2` at `x = z − from`, rounded up once.
    fn work(&self, z: Usd) -> Usd {
        let (x, capacity) = (z - self.from, I256::from(self.band.capacity.units()));
        let linear = product(x.units(), (self.impact + self.impact).units());
        let square = product(x.units(), x.units());
        let square = saturating_product(square, I256::from(self.band.width.units()));
        let numerator = saturating_product(self.twice.saturating_add(linear), capacity);
        // Twice 10^18 and a capacity of money, below 2^70.
        let denominator = product(self.band.capacity.units(), TWICE_ONE);
        let numerator = numerator.saturating_add(square);
        let units = mul_div_wide(numerator, I256::ONE, denominator, Round::Ceil);
        units
            .and_then(|units| Usd::from_units(units).ok())
            .unwrap_or(Usd::MAX)
    }
}

/// 2 · 10^18.
const TWICE_ONE: i128 = 2_000_000_000_000_000_000;

fn saturating_product(a: I256, b: I256) -> I256 {
    let beyond = match (a < 0) == (b < 0) {
        true => I256::MAX,
        false => I256::MIN,
    };
    checked_product(a, b).unwrap_or(beyond)
}
