//! The outside world: a price in every second and what the oracle's sources publish of it.

use seawall_scenario::model::{FaultKind, FaultSource};
use seawall_scenario::{PricePath, TimedFault};
use seawall_units::{Price, Ratio, Round, Time};
use seawall_venue::SourceQuote;

/// The exogenous world of a scenario, the same for every venue (M-11.3).
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    path: PricePath,
    sources: u16,
    faults: Vec<TimedFault>,
    end: Time,
}

impl World {
    /// A world with a price path, this many sources numbered from zero, and their faults.
    #[must_use]
    pub fn new(path: PricePath, sources: u16, faults: Vec<TimedFault>) -> Self {
        let end = path.iter().last().map_or_else(Time::default, |s| s.0);
        Self {
            path,
            sources,
            faults,
            end,
        }
    }

    /// The outside price, second by second, with its tags.
    #[must_use]
    pub const fn path(&self) -> &PricePath {
        &self.path
    }

    /// Every second, in time order.
    pub fn seconds(&self) -> impl ExactSizeIterator<Item = Second> + '_ {
        let seconds = self.path.iter();
        seconds.map(|(now, outside, _)| Second { now, outside })
    }

    /// The first second.
    #[must_use]
    pub fn start(&self) -> Time {
        self.path.iter().next().map_or_else(Time::default, |s| s.0)
    }

    /// The last second.
    #[must_use]
    pub const fn end(&self) -> Time {
        self.end
    }

    /// The sources before the first second: they have published nothing yet.
    #[must_use]
    pub fn sources(&self) -> PriceSources<'_> {
        PriceSources {
            world: self,
            last: vec![None; usize::from(self.sources)],
            quotes: Vec::with_capacity(usize::from(self.sources)),
        }
    }
}

/// What each source published last.
///
/// Faults of one source at one time combine: an outage publishes nothing, a stuck source repeats
/// what it published last, else the longest delay chooses the price and every deviation moves it.
/// A deviation to a price that is not legal publishes nothing.
#[derive(Debug, Clone)]
pub struct PriceSources<'a> {
    world: &'a World,
    last: Vec<Option<SourceQuote>>,
    quotes: Vec<SourceQuote>,
}

impl PriceSources<'_> {
    /// The newest quote of each source up to `now`; call it for every second in turn.
    ///
    /// A source that publishes nothing keeps its last quote with its old time: its age tells.
    pub fn observe(&mut self, now: Time) -> &[SourceQuote] {
        self.quotes.clear();
        for (source, last) in (0..self.world.sources).zip(&mut self.last) {
            if let Some(quote) = published(self.world, source, now, *last) {
                *last = Some(quote);
            }
            self.quotes.extend(*last);
        }
        &self.quotes
    }
}

fn published(
    world: &World,
    source: u16,
    now: Time,
    last: Option<SourceQuote>,
) -> Option<SourceQuote> {
    let hits = |fault: &&TimedFault| {
        let here = match fault.source {
            FaultSource::One(number) => number == source,
            FaultSource::All => true,
        };
        here && fault.window.contains(now)
    };
    let kinds = || world.faults.iter().filter(hits).map(|fault| fault.kind);
    if kinds().any(|kind| kind == FaultKind::Outage) {
        return None;
    }
    if kinds().any(|kind| kind == FaultKind::Stuck) {
        let price = last.map_or(world.path.opening(), |quote| quote.price);
        return Some(SourceQuote {
            source,
            price,
            at: now,
        });
    }
    let delay = kinds().filter_map(|kind| match kind {
        FaultKind::Delay(seconds) => Some(seconds),
        _ => None,
    });
    let delay = delay.max().unwrap_or(0);
    let at = Time::from_secs(now.secs().saturating_sub(delay));
    let mut price = world.path.price_at(at);
    for kind in kinds() {
        if let FaultKind::Deviation(by) = kind {
            price = price.scaled(Ratio::ONE + by, Round::Floor)?;
        }
    }
    Some(SourceQuote { source, price, at })
}

/// One second of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Second {
    /// When.
    pub now: Time,
    /// The outside price.
    pub outside: Price,
}
