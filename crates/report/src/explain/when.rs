//! A moment of a journal as people write it.

use std::fmt;
use std::str::FromStr;

use seawall_units::Time;

/// Seconds of a day.
const DAY: u64 = 86_400;
/// Numbers below it count from the journal's start, others from 1970.
const EPOCH: u64 = 1_000_000_000;

/// A moment: a time of day, a moment in UTC, or a number of seconds.
///
/// A time of day means the first such moment from the journal's start on; a number below 10⁹ the
/// seconds after its start, a larger one those since 1970-01-01 UTC.
///
/// ```
/// use seawall_report::explain::When;
/// use seawall_units::Time;
/// let start = Time::from_secs(1_760_130_000); // 2025-10-10T21:00:00Z
/// for text in ["21:04:05", "2025-10-10T21:04:05Z", "245", "1760130245"] {
///     assert_eq!(text.parse::<When>()?.after(start), start.plus(245), "{text}");
/// }
/// // Half past midnight is on the next day.
/// assert_eq!("00:30:00".parse::<When>()?.after(start), start.plus(12_600));
/// # Ok::<(), seawall_report::explain::NotAMoment>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The first such time of day, in seconds since midnight.
    Clock(u64),
    /// That very moment.
    At(Time),
    /// So many seconds after the start.
    After(u64),
}

impl When {
    /// The moment in a journal that begins at `start`.
    #[must_use]
    pub fn after(self, start: Time) -> Time {
        match self {
            Self::At(time) => time,
            Self::After(seconds) => start.plus(seconds),
            Self::Clock(seconds) => {
                let into = start.secs().checked_rem(DAY).unwrap_or(0);
                let wait = seconds.saturating_add(DAY).saturating_sub(into);
                start.plus(wait.checked_rem(DAY).unwrap_or(0))
            }
        }
    }
}

/// The text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no moment; legal: a time of day `21:04:05`, a moment in UTC `2025-10-10T21:04:05Z`, or whole seconds after the start"
)]
pub struct NotAMoment {
    text: String,
}

impl FromStr for When {
    type Err = NotAMoment;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || NotAMoment {
            text: text.chars().take(40).collect(),
        };
        if let Ok(seconds) = text.parse::<u64>() {
            return Ok(match seconds < EPOCH {
                true => Self::After(seconds),
                false => Self::At(Time::from_secs(seconds)),
            });
        }
        if let Ok(clock) = text.parse::<jiff::civil::Time>()
            && text.contains(':')
            && clock.subsec_nanosecond() == 0
        {
            let parts = [clock.hour(), clock.minute(), clock.second()];
            let seconds = parts.into_iter().try_fold(0_u64, |sum, part| {
                let part = u64::try_from(part).ok()?;
                Some(sum.saturating_mul(60).saturating_add(part))
            });
            return seconds.map(Self::Clock).ok_or_else(bad);
        }
        let stamp: jiff::Timestamp = text.parse().map_err(|_| bad())?;
        let whole = stamp.subsec_nanosecond() == 0;
        let seconds = u64::try_from(stamp.as_second()).ok().filter(|_| whole);
        seconds
            .map(|s| Self::At(Time::from_secs(s)))
            .ok_or_else(bad)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock(seconds) => f.write_str(&Time::from_secs(*seconds).clock()),
            Self::At(time) => f.write_str(&utc(*time)),
            Self::After(seconds) => write!(f, "{seconds} s"),
        }
    }
}

/// A moment in UTC, such as `2025-10-10T21:04:05Z`.
pub(crate) fn utc(time: Time) -> String {
    let seconds = i64::try_from(time.secs()).unwrap_or(i64::MAX);
    let stamp = jiff::Timestamp::from_second(seconds);
    stamp.unwrap_or(jiff::Timestamp::MAX).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_whole_second_is_refused() {
        for text in [
            "",
            "-1",
            "25:00:00",
            "21:00:00.5",
            "noon",
            "2025-10-10",
            "1.5",
        ] {
            assert!(text.parse::<When>().is_err(), "{text}");
        }
        assert_eq!("21:04".parse(), Ok(When::Clock(75_840)));
    }
}
