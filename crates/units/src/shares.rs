use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;

use crate::grid::pow10;
use crate::{Grid, UnitsError};

/// Marks which vault a count of shares belongs to, so that two vaults' shares never mix.
pub trait Tranche: 'static {
    /// The vault's name in text.
    const NAME: &'static str;
}

/// Shares of vault `V`, never negative, on a grid of 10⁻⁹ (six decimals of the asset plus the
/// virtual-share offset of three).
///
/// ```
/// use seawall_units::{Shares, Tranche};
/// struct Senior;
/// impl Tranche for Senior { const NAME: &'static str = "senior"; }
/// let half = Shares::<Senior>::from_units(500_000_000)?;
/// assert_eq!(half.to_string(), "0.500000000");
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
pub struct Shares<V>(i128, PhantomData<V>);

impl<V> Shares<V> {
    /// Decimal places of the grid.
    pub const PLACES: u32 = 9;
    /// No shares.
    pub const ZERO: Self = Self(0, PhantomData);
    /// The most that one holder or vault may have.
    pub const MAX: Self = Self(pow10(33), PhantomData);

    /// The shares with this count of grid units.
    ///
    /// **Errors** [`UnitsError::OutOfRange`] when negative or above 10²⁴ shares.
    pub fn from_units(units: i128) -> Result<Self, UnitsError> {
        if !(0..=Self::MAX.0).contains(&units) {
            return Err(UnitsError::OutOfRange {
                value: crate::text::fixed(units, Self::PLACES),
                unit: "shares",
                min: "0",
                max: "1000000000000000000000000",
            });
        }
        Ok(Self(units, PhantomData))
    }

    /// The count of grid units.
    #[must_use]
    pub const fn units(self) -> i128 {
        self.0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum; `None` above [`Shares::MAX`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_units(self.0.checked_add(other.0)?).ok()
    }

    /// The difference; `None` when `other` is more.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::from_units(self.0.checked_sub(other.0)?).ok()
    }
}

impl<V> Grid for Shares<V> {
    fn units(self) -> i128 {
        self.0
    }
}

// Derives would ask `V` to implement what only the integer needs.
impl<V> Clone for Shares<V> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<V> Copy for Shares<V> {}
impl<V> Default for Shares<V> {
    fn default() -> Self {
        Self::ZERO
    }
}
impl<V> PartialEq for Shares<V> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<V> Eq for Shares<V> {}
impl<V> PartialOrd for Shares<V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<V> Ord for Shares<V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<V> fmt::Display for Shares<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&crate::text::fixed(self.0, Self::PLACES))
    }
}
impl<V: Tranche> fmt::Debug for Shares<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {} shares", V::NAME)
    }
}
impl<V> serde::Serialize for Shares<V> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
