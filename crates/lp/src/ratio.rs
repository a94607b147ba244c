use seawall_units::TokenPrice;

use crate::LpError;
use crate::error::within;

/// How many times the old price the new price is, `R = P₁/P₀`, kept beside its distance from one.
///
/// Divergence loss of a small move is of the order of `(R − 1)²`. Rounding `R` alone would lose
/// most of its digits, so the change `r = R − 1` is kept with a relative accuracy of its own.
///
/// **Range** 10⁻⁵⁰ ≤ R ≤ 10⁵⁰; a change is zero or at least 10⁻⁵⁰ in magnitude. Within it no
/// formula of this crate overflows or loses a small loss to zero.
/// **Accuracy** ratio and change each within 2 ulp of what the inputs say.
///
/// ```
/// use seawall_lp::PriceRatio;
/// let moved = PriceRatio::from_prices(100.0, 110.0)?;
/// assert_eq!((moved.ratio(), moved.change()), (1.1, 0.1));
/// assert!(PriceRatio::new(f64::NAN).is_err() && PriceRatio::new(0.0).is_err());
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriceRatio {
    ratio: f64,
    change: f64,
}

impl PriceRatio {
    /// No change.
    pub const ONE: Self = Self {
        ratio: 1.0,
        change: 0.0,
    };
    /// The smallest ratio.
    pub const MIN: f64 = 1e-50;
    /// The largest ratio.
    pub const MAX: f64 = 1e50;
    const LEGAL: &'static str = "10^-50 <= ratio <= 10^50, finite";
    const LEGAL_PRICE: &'static str = "10^-50 <= price <= 10^50, finite";
    const LEGAL_CHANGE: &'static str = "change = 0 or |change| >= 10^-50, -1 < change <= 10^50";

    /// The ratio itself, taken as exact.
    ///
    /// **Errors** [`LpError::OutOfRange`] for NaN, infinities, zero, negatives and beyond the range.
    pub fn new(ratio: f64) -> Result<Self, LpError> {
        let ratio = within("price ratio", ratio, (Self::MIN, Self::MAX), Self::LEGAL)?;
        Ok(Self {
            ratio,
            change: ratio - 1.0,
        })
    }

    /// From the old price to the new one.
    ///
    /// **Errors** [`LpError::OutOfRange`] for a price or a ratio beyond the range.
    pub fn from_prices(from: f64, to: f64) -> Result<Self, LpError> {
        let legal = (Self::MIN, Self::MAX);
        let from = within("price before", from, legal, Self::LEGAL_PRICE)?;
        let to = within("price after", to, legal, Self::LEGAL_PRICE)?;
        let ratio = within("price ratio", to / from, legal, Self::LEGAL)?;
        let change = (to - from) / from;
        Ok(Self { ratio, change })
    }

    /// From one exact price to another; the distance between them is taken before anything rounds.
    ///
    /// ```
    /// use seawall_lp::PriceRatio;
    /// let (from, to) = ("1".parse()?, "1.000000000000000001".parse()?);
    /// assert_eq!(PriceRatio::between(from, to).change(), 1e-18);
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn between(from: TokenPrice, to: TokenPrice) -> Self {
        // Prices have at most 10^33 units: no difference overflows, no quotient leaves the range.
        let distance = to.units().saturating_sub(from.units());
        Self {
            ratio: to.units() as f64 / from.units() as f64,
            change: distance as f64 / from.units() as f64,
        }
    }

    /// The ratio `1 + change`, for a move that is known better than the price.
    ///
    /// **Errors** [`LpError::OutOfRange`] for −1 and below, NaN, and what is beyond the range.
    pub fn from_change(change: f64) -> Result<Self, LpError> {
        let legal = (Self::MIN - 1.0, Self::MAX);
        within("change of price", change, legal, Self::LEGAL_CHANGE)?;
        let ratio = 1.0 + change;
        if ratio < Self::MIN || (change != 0.0 && change.abs() < Self::MIN) {
            return Err(LpError::OutOfRange {
                field: "change of price",
                value: change,
                legal: Self::LEGAL_CHANGE,
            });
        }
        Ok(Self { ratio, change })
    }

    /// The ratio with this natural logarithm.
    ///
    /// **Accuracy** the change within 2 ulp, the ratio within 1 ulp of the exponential.
    ///
    /// **Errors** [`LpError::OutOfRange`] beyond ±115.129 = ln 10⁵⁰.
    pub fn from_ln(ln: f64) -> Result<Self, LpError> {
        let most = libm::log(Self::MAX);
        within("log price ratio", ln, (-most, most), "|ln R| <= 115.129")?;
        Ok(Self::exp(ln))
    }

    /// [`PriceRatio::from_ln`] of a logarithm that is known to be in the range.
    pub(crate) fn exp(ln: f64) -> Self {
        Self {
            ratio: libm::exp(ln),
            change: libm::expm1(ln),
        }
    }

    /// From the new price back to the old one, `1/R`.
    ///
    /// ```
    /// use seawall_lp::PriceRatio;
    /// assert_eq!(PriceRatio::new(4.0)?.inverse().change(), -0.75);
    /// # Ok::<(), seawall_lp::LpError>(())
    /// ```
    #[must_use]
    pub fn inverse(self) -> Self {
        Self {
            ratio: 1.0 / self.ratio,
            change: -self.change / self.ratio,
        }
    }

    /// `R = P₁/P₀`.
    #[must_use]
    pub fn ratio(self) -> f64 {
        self.ratio
    }

    /// `r = R − 1`.
    #[must_use]
    pub fn change(self) -> f64 {
        self.change
    }

    /// `√R`.
    #[must_use]
    pub fn sqrt(self) -> f64 {
        self.ratio.sqrt()
    }

    /// `√R − 1`, without cancellation: `r/(√R + 1)`.
    #[must_use]
    pub fn sqrt_change(self) -> f64 {
        self.change / (self.sqrt() + 1.0)
    }

    /// `ln R`. **Accuracy** 3 ulp.
    #[must_use]
    pub fn ln(self) -> f64 {
        match self.change.abs() < 0.5 {
            true => libm::log1p(self.change),
            false => libm::log(self.ratio),
        }
    }

    /// `R·R'`.
    pub(crate) fn times(self, other: Self) -> Self {
        Self {
            ratio: self.ratio * other.ratio,
            change: self.change + other.change + self.change * other.change,
        }
    }

    /// `R − R'`, from whichever of the two forms holds the digits.
    pub(crate) fn minus(self, other: Self) -> f64 {
        match self.change.abs() < 0.5 && other.change.abs() < 0.5 {
            true => self.change - other.change,
            false => self.ratio - other.ratio,
        }
    }

    /// `ln(R/R')`, exactly zero when they are equal.
    pub(crate) fn ln_over(self, other: Self) -> f64 {
        let change = self.minus(other) / other.ratio;
        match change.abs() < 0.5 {
            true => libm::log1p(change),
            false => self.ln() - other.ln(),
        }
    }

    /// The ratio held between two others.
    pub(crate) fn clamp(self, lower: Self, upper: Self) -> Self {
        match (self.minus(lower) <= 0.0, self.minus(upper) >= 0.0) {
            (true, _) => lower,
            (_, true) => upper,
            _ => self,
        }
    }
}
