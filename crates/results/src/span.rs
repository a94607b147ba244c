use std::fmt;
use std::str::FromStr;

use crate::error::ResultsError;
use crate::hash::ContentHash;

/// The paths of a part, `from` among them and `until` not. A whole sweep is `0..head.paths`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first path.
    pub from: u64,
    /// The first path after the last one.
    pub until: u64,
}

impl Span {
    /// All paths of a sweep.
    #[must_use]
    pub const fn whole(paths: u64) -> Self {
        Self {
            from: 0,
            until: paths,
        }
    }

    /// How many paths.
    #[must_use]
    pub const fn paths(self) -> u64 {
        self.until.saturating_sub(self.from)
    }

    /// Whether a path is in it.
    #[must_use]
    pub const fn contains(self, path: u64) -> bool {
        self.from <= path && path < self.until
    }
}

/// As in `0..100`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.until)
    }
}

impl FromStr for Span {
    type Err = ResultsError;

    fn from_str(text: &str) -> Result<Self, ResultsError> {
        let bounds = text.split_once("..");
        let bounds = bounds.and_then(|(from, until)| Some((number(from)?, number(until)?)));
        match bounds {
            Some((from, until)) if from <= until => Ok(Self { from, until }),
            _ => Err(ResultsError::Span {
                found: text.to_owned(),
            }),
        }
    }
}

/// One of the equal parts that a sweep is cut into: `index` of `count`, from 1.
///
/// ```
/// use seawall_results::{Shard, Span};
/// let shard: Shard = "2/3".parse()?;
/// assert_eq!(shard.span(100, 1), Span { from: 33, until: 66 });
/// // Mirrored pairs stay together.
/// assert_eq!(shard.span(100, 2), Span { from: 32, until: 66 });
/// assert!("4/3".parse::<Shard>().is_err());
/// # Ok::<(), seawall_results::ResultsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub index: u64,
    /// How many parts there are.
    pub count: u64,
}

impl Shard {
    /// Its paths of a sweep's, of which `sample` after one another are one independent sample and stay
    /// together.
    ///
    /// **Formula** with `s` samples, the last of which may be cut short: from sample
    /// `floor(s (index - 1) / count)` up to `floor(s index / count)`, so that the parts follow each
    /// other without a gap and differ by one sample at most. A part has no path when there are more
    /// parts than samples.
    #[must_use]
    pub fn span(self, paths: u64, sample: u64) -> Span {
        let samples = paths.div_ceil(sample.max(1));
        let bound = |parts: u64| {
            let product = u128::from(samples).saturating_mul(u128::from(parts));
            let quotient = product.checked_div(u128::from(self.count)).unwrap_or(0);
            let whole = quotient.saturating_mul(u128::from(sample.max(1)));
            u64::try_from(whole).unwrap_or(paths).min(paths)
        };
        Span {
            from: bound(self.index.saturating_sub(1)),
            until: bound(self.index),
        }
    }

    /// The name of its file: the same rows have the same name.
    ///
    /// **Formula** `part-<index>-of-<count>-<first 16 digits of the content hash>.parquet`
    #[must_use]
    pub fn part_name(self, hash: &ContentHash) -> String {
        let Self { index, count } = self;
        format!("part-{index}-of-{count}-{}.parquet", hash.short())
    }

    /// The name of its file of finished paths.
    #[must_use]
    pub fn work_name(self) -> String {
        format!("part-{}-of-{}.work", self.index, self.count)
    }

    /// Whether a file's name is that of a part of this shard, whatever its content.
    #[must_use]
    pub fn owns(self, name: &str) -> bool {
        let prefix = format!("part-{}-of-{}-", self.index, self.count);
        name.starts_with(&prefix) && name.ends_with(".parquet")
    }
}

/// As `--shard` takes it: `2/3`.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = ResultsError;

    fn from_str(text: &str) -> Result<Self, ResultsError> {
        let parts = text.split_once('/');
        let parts = parts.and_then(|(index, count)| Some((number(index)?, number(count)?)));
        match parts {
            Some((index, count)) if 1 <= index && index <= count => Ok(Self { index, count }),
            _ => Err(ResultsError::Shard {
                found: text.to_owned(),
            }),
        }
    }
}

/// Digits and nothing else: no sign, no space.
fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_written_as_it_is_read() {
        for text in ["1/1", "3/7", "1000/1000"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in [
            "", "1", "0/3", "4/3", "1/0", "-1/3", "+1/3", "1/3/5", " 1/3", "1/x",
        ] {
            let error = text.parse::<Shard>().unwrap_err().to_string();
            assert!(error.contains(&format!("`{text}`")), "{error}");
            assert!(error.contains("legal"), "{error}");
        }
    }

    #[test]
    fn spans_of_ten_paths_by_hand() {
        let spans = |count| {
            let each = (1..=count).map(|index| Shard { index, count }.span(10, 1).to_string());
            each.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(spans(1), "0..10");
        assert_eq!(spans(3), "0..3 3..6 6..10");
        assert_eq!(spans(4), "0..2 2..5 5..7 7..10");
        assert_eq!(
            spans(12),
            "0..0 0..1 1..2 2..3 3..4 4..5 5..5 5..6 6..7 7..8 8..9 9..10"
        );
    }

    #[test]
    fn samples_are_never_cut() {
        let spans = |sample| {
            let each = (1..=3).map(|index| Shard { index, count: 3 }.span(10, sample).to_string());
            each.collect::<Vec<_>>().join(" ")
        };
        // Five pairs: 1, 2 and 2 of them; three fours, the last of which is cut short by the sweep.
        assert_eq!(spans(2), "0..2 2..6 6..10");
        assert_eq!(spans(4), "0..4 4..8 8..10");
        assert_eq!(spans(64), "0..0 0..0 0..10");
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let count = u64::MAX;
        let last = Shard {
            index: count,
            count,
        };
        assert_eq!(last.span(u64::MAX, 1).until, u64::MAX);
        assert_eq!(last.span(u64::MAX, 1).paths(), 1);
    }
}
