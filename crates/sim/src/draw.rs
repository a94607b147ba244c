//! What is drawn at random: values of a scenario's distributions, and when orders arrive.
//!
//! A group's numbers come from the stream of its seed, purpose and name, and a member's are that
//! stream's at its place ([`Stream`]), so another group, or a longer one, never shifts anybody's
//! numbers. A draw leaves as an integer on its type's grid.

use seawall_chance::{Numbers, Stream};
use seawall_scenario::model::{Distribution, Seconds, Weighted};
use seawall_units::{Grid, Ratio, Round, Time, Usd, mul_div};

/// What numbers are drawn for; one purpose never shifts another's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The positions of a crowd.
    Positions,
    /// When a flow's orders are sent.
    Arrivals,
    /// What a flow's orders ask for.
    Orders,
    /// Who follows a traders' rule.
    Followers,
    /// Whether and when a trader acts on a cause.
    Trade,
    /// Whether and when a liquidity provider acts on a rule.
    Leave,
    /// Whether and when a bidder vanishes.
    Vanish,
    /// Whom a keeper names.
    Keeper,
    /// Who holds what in a population that is compared with a record.
    Population,
    /// How a price moves between two recorded ones.
    Path,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Positions => "positions",
            Self::Arrivals => "arrivals",
            Self::Orders => "orders",
            Self::Followers => "followers",
            Self::Trade => "trade",
            Self::Leave => "leave",
            Self::Vanish => "vanish",
            Self::Keeper => "keeper",
            Self::Population => "population",
            Self::Path => "path",
        }
    }
}

/// The numbers of one group.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    stream: Stream,
}

impl Group {
    /// The group of this name, for this purpose, in runs with this seed.
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose, name: &str) -> Self {
        Self {
            stream: Stream::new(seed, purpose.name(), name),
        }
    }

    /// The numbers of its member at `place`.
    #[must_use]
    pub fn member(&self, place: u64) -> Draws {
        Draws::from(self.stream.path(place))
    }
}

/// A type whose values are drawn.
pub trait Drawn: Grid + Ord {
    /// Zero.
    const NOTHING: Self;

    /// The value with this count of grid units; `None` outside the type's range.
    fn of_units(units: i128) -> Option<Self>;
}

impl Drawn for Usd {
    const NOTHING: Self = Self::ZERO;

    fn of_units(units: i128) -> Option<Self> {
        Self::from_units(units).ok()
    }
}

impl Drawn for Ratio {
    const NOTHING: Self = Self::ZERO;

    fn of_units(units: i128) -> Option<Self> {
        Self::from_units(units).ok()
    }
}

impl Drawn for Seconds {
    const NOTHING: Self = Self(0);

    fn of_units(units: i128) -> Option<Self> {
        u64::try_from(units).ok().map(Self)
    }
}

/// The numbers of one member, in the order in which they are asked for, and what is drawn by them.
#[derive(Debug)]
pub struct Draws {
    numbers: Numbers,
}

impl From<Numbers> for Draws {
    fn from(numbers: Numbers) -> Self {
        Self { numbers }
    }
}

impl Draws {
    /// A whole number from zero to `below` − 1, and zero when `below` is not above zero.
    pub fn below(&mut self, below: i128) -> i128 {
        self.numbers.below(below)
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, probability: Ratio) -> bool {
        self.numbers.happens(probability)
    }

    /// A value of a distribution, on its grid and inside its bounds.
    ///
    /// **Formula** as [`Distribution`] says. **Rounding** towards minus infinity.
    pub fn value<T: Drawn>(&mut self, of: &Distribution<T>) -> T {
        match of {
            Distribution::Fixed(value) => *value,
            Distribution::Uniform { min, max } => self.between(*min, *max),
            Distribution::Lognormal {
                median,
                sigma,
                min,
                max,
            } => self.lognormal(*median, *sigma).clamp(*min, *max.max(min)),
            Distribution::Choice(values) => self.one_of(values),
        }
    }

    fn between<T: Drawn>(&mut self, min: T, max: T) -> T {
        let width = max.units().saturating_sub(min.units()).saturating_add(1);
        let units = min.units().saturating_add(self.below(width));
        T::of_units(units).unwrap_or(min)
    }

    #[allow(clippy::float_arithmetic, clippy::as_conversions)] // quantised here, saturating
    fn lognormal<T: Drawn>(&mut self, median: T, sigma: Ratio) -> T {
        let one = Ratio::ONE_UNITS as f64;
        let factor = libm::exp(sigma.units() as f64 / one * self.numbers.normal());
        let factor = ((factor * one) as i128).min(Ratio::MAX.units());
        let units = mul_div(median.units(), factor, Ratio::ONE_UNITS, Round::Floor);
        units.and_then(T::of_units).unwrap_or(median)
    }

    fn one_of<T: Drawn>(&mut self, values: &[Weighted<T>]) -> T {
        let total: Ratio = values.iter().map(|each| each.weight).sum();
        let mut place = self.below(total.units());
        let mut chosen = T::NOTHING;
        for each in values {
            chosen = each.value;
            place = place.saturating_sub(each.weight.units());
            if place < 0 {
                break;
            }
        }
        chosen
    }
}

/// When the orders of a flow are sent: a Poisson process of `per_minute`, from `from` to `until`,
/// in whole seconds.
///
/// **Formula** gaps of `−ln(u) · 60 / per_minute` seconds. **Rounding** of a moment: down.
/// **Source** inverse transform of the exponential distribution.
#[must_use]
#[allow(clippy::float_arithmetic, clippy::as_conversions)] // whole seconds, saturating
pub fn arrivals(draws: &mut Draws, per_minute: Ratio, from: Time, until: Time) -> Vec<Time> {
    let mut moments = Vec::new();
    if !per_minute.is_positive() {
        return moments;
    }
    let mean = 60.0 * Ratio::ONE_UNITS as f64 / per_minute.units() as f64;
    let mut passed = 0.0_f64;
    loop {
        passed -= libm::log(draws.numbers.unit()) * mean;
        let moment = from.plus(passed as u64);
        if moment > until {
            return moments;
        }
        moments.push(moment);
    }
}
