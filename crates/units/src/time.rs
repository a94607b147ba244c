/// Seconds in a minute.
pub const SECONDS_PER_MINUTE: u64 = 60;

/// A moment in whole seconds since 1970-01-01 00:00:00 UTC.
///
/// ```
/// use seawall_units::Time;
/// let t = Time::from_secs(1_760_130_000);
/// assert_eq!(t.plus(90).since(t), 90);
/// assert_eq!(t.since(t.plus(90)), 0);
/// assert_eq!(t.clock(), "21:00:00");
/// ```
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct Time(u64);

impl Time {
    /// The moment this many seconds after the epoch.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn secs(self) -> u64 {
        self.0
    }

    /// The moment `secs` later; the last moment if there is none.
    #[must_use]
    pub const fn plus(self, secs: u64) -> Self {
        Self(self.0.saturating_add(secs))
    }

    /// Whole seconds passed since `earlier`; zero if it is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whether a whole minute of the clock begins here.
    #[must_use]
    pub const fn is_whole_minute(self) -> bool {
        matches!(self.0.checked_rem(SECONDS_PER_MINUTE), Some(0))
    }

    /// The time of day, `HH:MM:SS` UTC.
    #[must_use]
    pub fn clock(self) -> String {
        let day = self.0.checked_rem(86_400).unwrap_or(0);
        let part = |unit: u64, of: u64| {
            day.checked_div(unit)
                .unwrap_or(0)
                .checked_rem(of)
                .unwrap_or(0)
        };
        format!(
            "{:02}:{:02}:{:02}",
            part(3600, 24),
            part(60, 60),
            part(1, 60)
        )
    }
}

/// Equal spans of time, counted from an origin: the epochs of a vault (M-9.2).
///
/// ```
/// use seawall_units::{Epochs, Time};
/// let epochs = Epochs::from_minute_of(Time::from_secs(61), 120);
/// // Counted from the whole minute 60: epoch 0 ends before 180.
/// assert_eq!(epochs.of(Time::from_secs(179)), 0);
/// assert_eq!(epochs.of(Time::from_secs(180)), 1);
/// assert_eq!(epochs.start_of(1), Time::from_secs(180));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epochs {
    origin: Time,
    seconds: u64,
}

impl Default for Epochs {
    /// Days of the clock.
    fn default() -> Self {
        Self {
            origin: Time::from_secs(0),
            seconds: 86_400,
        }
    }
}

impl Epochs {
    /// Epochs of so many seconds, at least one, from the whole minute in which `start` lies.
    #[must_use]
    pub const fn from_minute_of(start: Time, seconds: u64) -> Self {
        let into = match start.0.checked_rem(SECONDS_PER_MINUTE) {
            Some(into) => into,
            None => 0,
        };
        Self {
            origin: Time(start.0.saturating_sub(into)),
            seconds: if seconds == 0 { 1 } else { seconds },
        }
    }

    /// The epoch in which a moment lies, from 0; 0 before the origin.
    #[must_use]
    pub const fn of(self, at: Time) -> u64 {
        match at.since(self.origin).checked_div(self.seconds) {
            Some(number) => number,
            None => 0,
        }
    }

    /// The first second of an epoch.
    #[must_use]
    pub const fn start_of(self, number: u64) -> Time {
        self.origin.plus(number.saturating_mul(self.seconds))
    }
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.clock())
    }
}
