use crate::LpError;
use crate::error::within;

/// A length of time. A year is 365 days.
///
/// ```
/// use seawall_lp::Span;
/// assert_eq!(Span::days(365.0)?, Span::YEAR);
/// assert!(Span::seconds(-1.0).is_err());
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Span(f64);

impl Span {
    /// One second.
    pub const SECOND: Self = Self(1.0);
    /// One day.
    pub const DAY: Self = Self(86_400.0);
    /// One year of 365 days.
    pub const YEAR: Self = Self(31_536_000.0);
    const LONGEST: f64 = 1e15;

    /// So many seconds.
    ///
    /// **Errors** [`LpError::OutOfRange`] unless `0 ≤ seconds ≤ 10¹⁵`; so for the other lengths,
    /// counted in seconds.
    pub fn seconds(count: f64) -> Result<Self, LpError> {
        Self::of(count, Self::SECOND)
    }

    /// So many days.
    ///
    /// **Errors** as [`Span::seconds`].
    pub fn days(count: f64) -> Result<Self, LpError> {
        Self::of(count, Self::DAY)
    }

    /// So many years of 365 days.
    ///
    /// **Errors** as [`Span::seconds`].
    pub fn years(count: f64) -> Result<Self, LpError> {
        Self::of(count, Self::YEAR)
    }

    fn of(count: f64, unit: Self) -> Result<Self, LpError> {
        let legal = "0 <= length of time <= 10^15 s";
        within(
            "length of time",
            count * unit.0,
            (0.0, Self::LONGEST),
            legal,
        )
        .map(Self)
    }

    /// How many of another length it is.
    #[must_use]
    pub fn over(self, other: Self) -> f64 {
        self.0 / other.0
    }
}

/// How strongly a price moves: the standard deviation of its logarithm, with the length of time
/// that it is for. 5 % a day and 5 % a year cannot be mixed up.
///
/// ```
/// use seawall_lp::{Span, Volatility};
/// let daily = Volatility::per_day(0.05)?;
/// // 0.05² · 365
/// assert_eq!(format!("{:.12}", daily.variance(Span::YEAR)), "0.912500000000");
/// /// assert!(Volatility::per_day(5.1e5).is_err() && Volatility::per_day(f64::NAN).is_err());
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volatility {
    sigma: f64,
    per: Span,
}

impl Volatility {
    const MOST: f64 = 1e5;

    /// This much per day, as a fraction: 0.05 is 5 %.
    ///
    /// **Errors** [`LpError::OutOfRange`] unless `0 ≤ σ ≤ 10⁵`.
    pub fn per_day(sigma: f64) -> Result<Self, LpError> {
        Self::per(sigma, Span::DAY)
    }

    /// This much per year of 365 days, as a fraction.
    ///
    /// **Errors** as [`Volatility::per_day`].
    pub fn per_year(sigma: f64) -> Result<Self, LpError> {
        Self::per(sigma, Span::YEAR)
    }

    fn per(sigma: f64, per: Span) -> Result<Self, LpError> {
        let legal = "0 <= volatility <= 10^5, as a fraction";
        let sigma = within("volatility", sigma, (0.0, Self::MOST), legal)?;
        Ok(Self { sigma, per })
    }

    /// The variance of the log price over a length of time, `σ²·T`. **Accuracy** 5 ulp.
    #[must_use]
    pub fn variance(self, over: Span) -> f64 {
        self.sigma * self.sigma * over.over(self.per)
    }

    /// The standard deviation of the log price over a length of time, `σ·√T`.
    #[must_use]
    pub fn deviation(self, over: Span) -> f64 {
        self.sigma * over.over(self.per).sqrt()
    }
}
