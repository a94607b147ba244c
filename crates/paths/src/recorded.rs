use seawall_units::Price;

use crate::PathError;
use crate::error::counted;

/// A recorded price path: prices at equal distances in time.
///
/// ```
/// use seawall_paths::Recorded;
/// let prices = ["100", "99", "101"].map(|price| price.parse().unwrap());
/// let recorded = Recorded::new(prices.to_vec(), 1)?;
/// assert_eq!(recorded.ticks(), 2);
/// # Ok::<(), seawall_paths::PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    prices: Vec<Price>,
    tick_seconds: u32,
}

impl Recorded {
    /// Prices that were recorded every `tick_seconds`.
    ///
    /// **Errors** [`PathError::TooShort`] for fewer than two, and [`PathError::Param`] for ticks of
    /// no length.
    pub fn new(prices: Vec<Price>, tick_seconds: u32) -> Result<Self, PathError> {
        counted("tick_seconds", tick_seconds.into(), (1, u32::MAX.into()))?;
        let recorded = Self {
            prices,
            tick_seconds,
        };
        recorded.holds(1)?;
        Ok(recorded)
    }

    /// The prices, in the order of time.
    #[must_use]
    pub fn prices(&self) -> &[Price] {
        &self.prices
    }

    /// Seconds from one price to the next.
    #[must_use]
    pub const fn tick_seconds(&self) -> u32 {
        self.tick_seconds
    }

    /// Moves from one price to the next.
    #[must_use]
    pub fn ticks(&self) -> u64 {
        u64::try_from(self.prices.len().saturating_sub(1)).unwrap_or(u64::MAX)
    }

    pub(crate) fn holds(&self, needed: u64) -> Result<(), PathError> {
        let recorded = self.ticks();
        match recorded >= needed {
            true => Ok(()),
            false => Err(PathError::TooShort { recorded, needed }),
        }
    }

    /// The same path in longer ticks: every k-th price, from the first on.
    pub(crate) fn in_ticks_of(&self, tick_seconds: u32) -> Result<Self, PathError> {
        let unaligned = PathError::Unaligned {
            tick: tick_seconds,
            recorded: self.tick_seconds,
        };
        let every = match tick_seconds.checked_rem(self.tick_seconds) {
            Some(0) => tick_seconds / self.tick_seconds,
            _ => return Err(unaligned),
        };
        let every = usize::try_from(every.max(1)).unwrap_or(usize::MAX);
        let prices = self.prices.iter().step_by(every).copied().collect();
        Self::new(prices, tick_seconds)
    }

    /// What the logarithm of the price did in each tick.
    #[allow(clippy::as_conversions)] // a price's units to the nearest float
    pub(crate) fn moves(&self) -> Vec<f64> {
        let ends = self.prices.windows(2);
        let ratio = |pair: &[Price]| pair[1].units() as f64 / pair[0].units() as f64;
        ends.map(|pair| libm::log(ratio(pair))).collect()
    }
}
