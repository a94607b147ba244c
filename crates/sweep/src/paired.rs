//! Differences on the same paths.

use seawall_results::Better;

use crate::moments::{Estimate, Moments};

/// What is compared with what: the one less the other, path by path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contrast {
    /// A venue less the first venue, at one point.
    Venue {
        /// The point.
        point: usize,
        /// The venue.
        venue: usize,
    },
    /// A point less the first point, in one venue.
    Point {
        /// The point.
        point: usize,
        /// The venue.
        venue: usize,
    },
}

/// How two columns differ in one figure on the paths where both have it.
///
/// Both saw the same prices on a path, so what is common to both cancels: the error of the difference is
/// smaller than that of two means side by side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    moments: Moments,
    /// Paths on which the one is larger.
    pub larger: u64,
    /// Paths on which it is smaller.
    pub smaller: u64,
    /// Paths on which both are equal.
    pub equal: u64,
}

impl Difference {
    /// Takes both values on one path.
    pub(crate) fn take(&mut self, one: i128, other: i128) {
        let count = match one.cmp(&other) {
            std::cmp::Ordering::Greater => &mut self.larger,
            std::cmp::Ordering::Less => &mut self.smaller,
            std::cmp::Ordering::Equal => &mut self.equal,
        };
        *count = count.saturating_add(1);
        self.moments.take(one.saturating_sub(other));
    }

    pub(crate) fn close(&mut self) {
        self.moments.close();
    }

    /// Mean of the difference with its standard error and interval.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        self.moments.estimate()
    }

    /// Paths on which the one is the better one; `None` for a figure that only describes.
    #[must_use]
    pub const fn better(&self, better: Option<Better>) -> Option<u64> {
        match better {
            Some(Better::Higher) => Some(self.larger),
            Some(Better::Lower) => Some(self.smaller),
            None => None,
        }
    }

    /// Paths on which both have the figure.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.larger
            .saturating_add(self.smaller)
            .saturating_add(self.equal)
    }
}
