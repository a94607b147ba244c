use seawall_units::Ratio;
use serde::{Deserialize, Serialize};

/// How a number is drawn. A draw is quantised to its type's grid as soon as it is taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Distribution_of_{T}")
)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Distribution<T> {
    /// Always the same.
    Fixed(T),
    /// Evenly between two bounds.
    Uniform {
        /// The least.
        min: T,
        /// The most.
        max: T,
    },
    /// `median · exp(sigma · z)` with a standard normal `z`, clipped to the bounds.
    Lognormal {
        /// The median before clipping.
        median: T,
        /// Standard deviation of the logarithm.
        sigma: Ratio,
        /// The least.
        min: T,
        /// The most.
        max: T,
    },
    /// One of several, by weight.
    Choice(Vec<Weighted<T>>),
}

impl<T: Copy + Ord> Distribution<T> {
    /// The least and the most that can be drawn; `None` for an empty choice.
    ///
    /// ```
    /// use seawall_scenario::model::Distribution;
    /// assert_eq!(Distribution::Uniform { min: 3, max: 5 }.bounds(), Some((3, 5)));
    /// assert_eq!(Distribution::Choice(Vec::<seawall_scenario::model::Weighted<i32>>::new()).bounds(), None);
    /// ```
    #[must_use]
    pub fn bounds(&self) -> Option<(T, T)> {
        match self {
            Self::Fixed(value) => Some((*value, *value)),
            Self::Uniform { min, max } | Self::Lognormal { min, max, .. } => Some((*min, *max)),
            Self::Choice(of) => {
                let values = || of.iter().map(|one| one.value);
                Some((values().min()?, values().max()?))
            }
        }
    }
}

/// One of several values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Weighted_of_{T}")
)]
#[serde(deny_unknown_fields)]
pub struct Weighted<T> {
    /// The value.
    pub value: T,
    /// Its weight; weights need not sum to one.
    pub weight: Ratio,
}
