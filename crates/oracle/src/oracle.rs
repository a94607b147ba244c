use seawall_units::{Price, Time};

use crate::aggregate::aggregate_in;
use crate::{MarketStatus, OracleConfig, SourceQuote};

/// The price a market values everything at, and what it may do at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Mark {
    /// The last valid mark price.
    pub price: Price,
    /// What the market may do now.
    pub status: MarketStatus,
    /// When the price was last valid.
    pub valid_at: Time,
}

/// The mark of one market through time (M-3).
///
/// Observe it every second. A valid mark makes the market live. Without one the last mark stands
/// and the market is reduce-only while the mark is at most `grace` seconds old, then halted.
/// A valid mark after a halt reopens the market: live only `reopening` seconds later. A mark lost
/// and found during the reopening does not shorten it, and its clock runs on.
///
/// ```
/// use seawall_oracle::{MarketStatus, Oracle, OracleConfig};
/// use seawall_units::Time;
/// let mut oracle = Oracle::new(OracleConfig::default(), "100".parse()?, Time::from_secs(0));
/// assert_eq!(oracle.observe(Time::from_secs(60), &[]).status, MarketStatus::ReduceOnly);
/// assert_eq!(oracle.observe(Time::from_secs(61), &[]).status, MarketStatus::Halted);
/// assert_eq!(oracle.mark().price, "100".parse()?);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Oracle {
    config: OracleConfig,
    mark: Mark,
    /// Until when the market is reopening; in the past when it is not.
    reopens_at: Time,
    fresh: Vec<SourceQuote>,
}

impl Oracle {
    /// A live market at its opening mark.
    #[must_use]
    pub const fn new(config: OracleConfig, opening: Price, start: Time) -> Self {
        Self {
            config,
            mark: Mark {
                price: opening,
                status: MarketStatus::Live,
                valid_at: start,
            },
            reopens_at: start,
            fresh: Vec::new(),
        }
    }

    /// The mark as last observed.
    #[must_use]
    pub const fn mark(&self) -> Mark {
        self.mark
    }

    /// The parameters.
    #[must_use]
    pub const fn config(&self) -> &OracleConfig {
        &self.config
    }

    /// Takes what the sources say at `now` and gives the new mark.
    ///
    /// `now` does not run backwards: an earlier moment than the last valid mark's leaves the mark
    /// as it is.
    pub fn observe(&mut self, now: Time, quotes: &[SourceQuote]) -> Mark {
        if now < self.mark.valid_at {
            return self.mark;
        }
        match aggregate_in(&mut self.fresh, &self.config, now, quotes) {
            Some(price) => self.accept(now, price),
            None => self.miss(now),
        }
        self.mark
    }

    fn accept(&mut self, now: Time, price: Price) {
        if self.mark.status == MarketStatus::Halted {
            self.reopens_at = now.plus(self.config.reopening);
        }
        let status = if now < self.reopens_at {
            MarketStatus::Reopening
        } else {
            MarketStatus::Live
        };
        self.mark = Mark {
            price,
            status,
            valid_at: now,
        };
    }

    fn miss(&mut self, now: Time) {
        let halts = now.since(self.mark.valid_at) > self.config.grace;
        self.mark.status = if halts || self.mark.status == MarketStatus::Halted {
            MarketStatus::Halted
        } else {
            MarketStatus::ReduceOnly
        };
    }
}
