//! The ladder of quote bands, indexed by the market's net skew (M-4).

use ethnum::I256;
use seawall_units::{Ratio, Round, Usd, mul_div_wide};

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
    near: Usd,
    total: Usd,
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
        Self { bands, near, total }
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
        let (mut left, mut impact) = (z.or_zero(), Ratio::ZERO);
        let last = self.bands.iter().rposition(|b| b.capacity.is_positive());
        for (place, band) in self.bands.iter().enumerate() {
            let part = || band.width.mul_div_ceil(left, band.capacity);
            if !band.capacity.is_zero() && (left <= band.capacity || Some(place) == last) {
                return impact + part().unwrap_or_default();
            }
            left -= band.capacity;
            impact += band.width;
        }
        Ratio::ZERO
    }

    /// `W(z)`, the impact of moving the skew from zero to `z ≥ 0`, rounded up.
    ///
    /// One fixed rounding of one function of `z`: costs of the parts of an order add up to the cost
    /// of the whole, to the unit.
    #[must_use]
    pub fn work(&self, z: Usd) -> Usd {
        let z = z.or_zero();
        // Twice the work of whole bands, on a grid of 10^-24 USD.
        let mut twice = I256::ZERO;
        let (mut left, mut impact) = (z, Ratio::ZERO);
        let last = self.bands.iter().rposition(|b| b.capacity.is_positive());
        for (place, band) in self.bands.iter().enumerate() {
            let beyond = Some(place) == last;
            if !band.capacity.is_zero() && (left <= band.capacity || beyond) {
                return finish(twice, left, impact, *band);
            }
            let doubled = (impact + impact + band.width).units();
            twice = twice.saturating_add(wide(band.capacity.units(), doubled));
            left -= band.capacity;
            impact += band.width;
        }
        Usd::ZERO
    }
}

fn wide(a: i128, b: i128) -> I256 {
    I256::from(a).saturating_mul(I256::from(b))
}

/// `(whole + 2·x·i + x²·w/c) / 2`, rounded up once.
fn finish(twice: I256, x: Usd, impact: Ratio, band: Band) -> Usd {
    let capacity = I256::from(band.capacity.units());
    let linear = wide(x.units(), (impact + impact).units());
    let square = wide(x.units(), x.units()).saturating_mul(I256::from(band.width.units()));
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
