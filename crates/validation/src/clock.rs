use std::fmt;

use seawall_units::Time;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Midnight of 10 October 2025, UTC.
const MIDNIGHT: u64 = 1_760_054_400;
const MINUTE: u64 = 60;

/// A second of 10 October 2025, `HH:MM:SS` UTC in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(Time);

impl Clock {
    /// The second that this time is.
    #[must_use]
    pub const fn of(time: Time) -> Self {
        Self(time)
    }

    /// The moment.
    #[must_use]
    pub const fn time(self) -> Time {
        self.0
    }

    /// The minute that it lies in.
    #[must_use]
    pub fn minute(self) -> Self {
        let secs = self.0.secs();
        Self(Time::from_secs(secs.saturating_sub(secs % MINUTE)))
    }

    /// A second of the day from its text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<u64> = text
            .split(':')
            .map(|part| match part.len() {
                2 => part.parse().ok(),
                _ => None,
            })
            .collect::<Option<_>>()?;
        match parts.as_slice() {
            [hours @ 0..24, minutes @ 0..60, seconds @ 0..60] => {
                let seconds = (hours * MINUTE + minutes) * MINUTE + seconds;
                Some(Self(Time::from_secs(MIDNIGHT + seconds)))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.clock())
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is no time; legal: 00:00:00 to 23:59:59"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seconds_of_the_day_are_those_of_the_calendar() {
        // 1 760 130 000 is 2025-10-10T21:00:00Z.
        let nine = Clock::parse("21:00:00").map(Clock::time);
        assert_eq!(nine, Some(Time::from_secs(1_760_130_000)));
        let late = Clock::parse("21:17:06");
        assert_eq!(late.map(|c| c.to_string()).as_deref(), Some("21:17:06"));
        assert_eq!(late.map(Clock::minute), Clock::parse("21:17:00"));
        for wrong in [
            "24:00:00",
            "21:60:00",
            "21:17",
            "21:17:6",
            "a:b:c",
            "021:17:06",
        ] {
            assert_eq!(Clock::parse(wrong), None, "{wrong}");
        }
    }
}
