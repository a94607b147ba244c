use seawall_units::Ratio;

use crate::LpError;

/// How a pool shares its value among its assets: each in (0, 1), together exactly one.
///
/// Weights are exact ratios, so that their sum is checked and not estimated.
///
/// ```
/// use seawall_lp::Weights;
/// let weights: Weights = "80%, 20%".parse()?;
/// assert_eq!(weights.len(), 2);
/// let error = "50%, 40%".parse::<Weights>().unwrap_err();
/// assert_eq!(error.to_string(), "the weights sum to 0.900000000000000000; legal: exactly 1");
/// # Ok::<(), seawall_lp::WeightsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights(Vec<Ratio>);

/// Text that is not a list of weights.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// One of them is not a number.
    #[error(transparent)]
    Number(#[from] seawall_units::UnitsError),
    /// They are not legal weights.
    #[error(transparent)]
    Weights(#[from] LpError),
}

impl Weights {
    /// The most assets of a pool.
    pub const MOST: usize = 64;

    /// These weights.
    ///
    /// **Errors** [`LpError::AssetCount`], [`LpError::Weight`], [`LpError::WeightSum`].
    pub fn new(weights: impl IntoIterator<Item = Ratio>) -> Result<Self, LpError> {
        let weights: Vec<Ratio> = weights.into_iter().collect();
        if weights.len() < 2 || weights.len() > Self::MOST {
            return Err(LpError::AssetCount {
                count: weights.len(),
                most: Self::MOST,
            });
        }
        for (number, weight) in (1..).zip(&weights) {
            if *weight <= Ratio::ZERO || *weight >= Ratio::ONE {
                return Err(LpError::Weight {
                    number,
                    weight: *weight,
                });
            }
        }
        let sum = weights.iter().copied().sum();
        match sum == Ratio::ONE {
            true => Ok(Self(weights)),
            false => Err(LpError::WeightSum { sum }),
        }
    }

    /// Weights in the proportion of whole numbers, such as 1 : 1 : 1.
    ///
    /// **Rounding** to the grid of 10⁻¹⁸; units left over go to the first assets, so that the
    /// weights still sum to exactly one.
    ///
    /// **Errors** as [`Weights::new`].
    ///
    /// ```
    /// use seawall_lp::Weights;
    /// let thirds = Weights::proportional(&[1, 1, 1])?;
    /// let shown: Vec<String> = thirds.iter().map(|weight| weight.to_string()).collect();
    /// assert_eq!(shown, ["0.333333333333333334", "0.333333333333333333", "0.333333333333333333"]);
    /// # Ok::<(), seawall_lp::LpError>(())
    /// ```
    pub fn proportional(parts: &[u32]) -> Result<Self, LpError> {
        let total: i128 = parts.iter().map(|part| i128::from(*part)).sum();
        let share = |part: &u32| {
            // At most 2^32 · 10^18 units.
            let units = i128::from(*part) * Ratio::ONE_UNITS;
            units.checked_div(total).unwrap_or_default()
        };
        let mut units: Vec<i128> = parts.iter().map(share).collect();
        let rest = Ratio::ONE_UNITS - units.iter().sum::<i128>();
        let odd = usize::try_from(rest).unwrap_or_default();
        units.iter_mut().take(odd).for_each(|units| *units += 1);
        let ratio = |units| Ratio::from_units(units).unwrap_or(Ratio::ZERO);
        Self::new(units.into_iter().map(ratio))
    }

    /// How many assets there are.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // at least two
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The weights in order.
    pub fn iter(&self) -> impl Iterator<Item = Ratio> {
        self.0.iter().copied()
    }

    /// The weights as floats, each within 1 ulp.
    pub(crate) fn floats(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|weight| float(*weight))
    }
}

/// A ratio as a float. **Accuracy** 1 ulp; exact rounding up to fifteen digits.
pub(crate) fn float(ratio: Ratio) -> f64 {
    ratio.units() as f64 / Ratio::ONE_UNITS as f64
}

impl std::str::FromStr for Weights {
    type Err = WeightsError;

    /// `80%,20%`, `0.5,0.25,0.25`, or whole parts such as `1:1:1`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<Result<u32, _>> = text.split(':').map(|part| part.trim().parse()).collect();
        if parts.len() > 1 && parts.iter().all(Result::is_ok) {
            let parts: Vec<u32> = parts.into_iter().flatten().collect();
            return Ok(Self::proportional(&parts)?);
        }
        let weights = text.split(',').map(|part| part.trim().parse());
        let weights: Vec<Ratio> = weights.collect::<Result<_, _>>()?;
        Ok(Self::new(weights)?)
    }
}
