use std::fmt;
use std::str::FromStr;

use seawall_units::Time;

/// A moment as a file writes it: a time of day, a whole moment, or seconds after the start.
///
/// ```
/// use seawall_scenario::At;
/// assert_eq!("21:10:05".parse::<At>(), Ok(At::Clock(76_205)));
/// assert_eq!("2025-10-10T21:10:05Z".parse::<At>(), Ok(At::Moment(1_760_130_605)));
/// assert!("25:00:00".parse::<At>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Seconds after midnight UTC: the first such moment at or after the scenario's start.
    Clock(u32),
    /// Seconds since 1970-01-01 00:00:00 UTC.
    Moment(u64),
    /// Seconds after the scenario's start.
    Offset(u64),
}

const DAY: u64 = 86_400;

impl At {
    /// The moment itself, in a scenario that begins at `start`.
    #[must_use]
    pub fn resolve(self, start: Time) -> Time {
        match self {
            Self::Moment(secs) => Time::from_secs(secs),
            Self::Offset(secs) => start.plus(secs),
            Self::Clock(of_day) => {
                let now = start.secs().checked_rem(DAY).unwrap_or(0);
                let ahead = u64::from(of_day).saturating_add(DAY).saturating_sub(now);
                start.plus(ahead.checked_rem(DAY).unwrap_or(0))
            }
        }
    }
}

/// The text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a moment; legal: a time of day \"21:10:05\", a moment \"2025-10-10T21:10:05Z\" or whole seconds after the start"
)]
pub struct NotAMoment {
    /// What was found, shortened to 40 characters.
    pub text: String,
}

/// Seconds since the epoch of an RFC 3339 moment in UTC with whole seconds.
pub(crate) fn moment(text: &str) -> Option<u64> {
    if !text.ends_with('Z') {
        return None;
    }
    let at: jiff::Timestamp = text.parse().ok()?;
    (at.subsec_nanosecond() == 0)
        .then(|| u64::try_from(at.as_second()).ok())
        .flatten()
}

fn clock(text: &str) -> Option<u32> {
    let [hour, minute, second] = text.split(':').collect::<Vec<_>>().try_into().ok()?;
    let part = |digits: &str, below: u32| -> Option<u32> {
        let plain = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        let value = digits.parse::<u32>().ok()?;
        (plain && value < below).then_some(value)
    };
    let (hour, minute, second) = (part(hour, 24)?, part(minute, 60)?, part(second, 60)?);
    hour.checked_mul(3600)?
        .checked_add(minute.checked_mul(60)?)?
        .checked_add(second)
}

impl FromStr for At {
    type Err = NotAMoment;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let of_day = clock(text).map(Self::Clock);
        of_day
            .or_else(|| moment(text).map(Self::Moment))
            .ok_or_else(|| NotAMoment {
                text: text.chars().take(40).collect(),
            })
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock(secs) => f.write_str(&Time::from_secs(u64::from(*secs)).clock()),
            Self::Moment(secs) => f.write_str(&rfc3339(*secs)),
            Self::Offset(secs) => write!(f, "{secs}"),
        }
    }
}

/// A moment as text; the seconds alone beyond the years that RFC 3339 knows.
pub(crate) fn rfc3339(secs: u64) -> String {
    let stamp = i64::try_from(secs)
        .ok()
        .and_then(|secs| jiff::Timestamp::from_second(secs).ok());
    match stamp {
        Some(stamp) => stamp.to_string(),
        None => secs.to_string(),
    }
}

impl serde::Serialize for At {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Offset(secs) => s.serialize_u64(*secs),
            Self::Clock(_) | Self::Moment(_) => s.collect_str(self),
        }
    }
}

impl<'de> serde::Deserialize<'de> for At {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Door;
        impl serde::de::Visitor<'_> for Door {
            type Value = At;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "a time of day \"21:10:05\", a moment \"2025-10-10T21:10:05Z\" or whole seconds after the start",
                )
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<At, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_u64<E: serde::de::Error>(self, secs: u64) -> Result<At, E> {
                Ok(At::Offset(secs))
            }
            fn visit_i64<E: serde::de::Error>(self, secs: i64) -> Result<At, E> {
                u64::try_from(secs).map(At::Offset).map_err(|_| {
                    E::custom(format!("{secs} seconds after the start; legal: 0 or more"))
                })
            }
        }
        d.deserialize_any(Door)
    }
}

/// A moment in UTC with whole seconds, written in RFC 3339, such as `2025-10-10T21:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Time);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&rfc3339(self.0.secs()))
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Door;
        impl serde::de::Visitor<'_> for Door {
            type Value = Moment;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a moment in UTC in a string such as \"2025-10-10T21:00:00Z\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Moment, E> {
                moment(text).map(|secs| Moment(Time::from_secs(secs))).ok_or_else(|| {
                    let text: String = text.chars().take(40).collect();
                    E::custom(format!(
                        "`{text}` is not a moment; legal: whole seconds in UTC such as \"2025-10-10T21:00:00Z\""
                    ))
                })
            }
        }
        d.deserialize_str(Door)
    }
}
