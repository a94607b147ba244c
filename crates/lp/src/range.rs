use crate::error::within;
use crate::{LpError, PriceRatio};

/// The prices between which a concentrated position trades, `0 < lower < upper`.
///
/// ```
/// use seawall_lp::Range;
/// let range = Range::new(80.0, 125.0)?;
/// assert_eq!((range.lower(), range.upper()), (80.0, 125.0));
/// assert!(Range::new(125.0, 80.0).is_err() && Range::new(0.0, 80.0).is_err());
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    lower: f64,
    upper: f64,
}

impl Range {
    const LEGAL: &'static str = "10^-50 <= price <= 10^50, finite";

    /// A range of prices.
    ///
    /// **Errors** [`LpError::OutOfRange`] and [`LpError::RangeOrder`].
    pub fn new(lower: f64, upper: f64) -> Result<Self, LpError> {
        let legal = (PriceRatio::MIN, PriceRatio::MAX);
        let lower = within("lower end of the range", lower, legal, Self::LEGAL)?;
        let upper = within("upper end of the range", upper, legal, Self::LEGAL)?;
        match lower < upper {
            true => Ok(Self { lower, upper }),
            false => Err(LpError::RangeOrder { lower, upper }),
        }
    }

    /// The range `[P/n, nP]` around a price.
    ///
    /// **Errors** as [`Range::new`]; `n` must be above one.
    pub fn around(price: f64, n: f64) -> Result<Self, LpError> {
        Self::new(price / n, price * n)
    }

    /// The lower end.
    #[must_use]
    pub fn lower(self) -> f64 {
        self.lower
    }

    /// The upper end.
    #[must_use]
    pub fn upper(self) -> f64 {
        self.upper
    }
}
