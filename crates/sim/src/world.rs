//! The outside world: a price in every second and what the oracle's sources publish of it.

use std::collections::{BTreeMap, VecDeque};

use seawall_oracle::{Feed, Line, Reading, Source};
use seawall_scenario::model::{FaultKind, FaultSource};
use seawall_scenario::{PricePath, TimedFault, TimedTrade};
use seawall_units::{Price, Ratio, Round, Time};
use seawall_venue::SourceQuote;

/// The exogenous world of a scenario, the same for every venue (M-11.3).
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    path: PricePath,
    feeds: Vec<Feed>,
    faults: Vec<TimedFault>,
    trades: Vec<TimedTrade>,
    end: Time,
}

impl World {
    /// A world with a price path, sources numbered from zero (M-3.4), and their faults.
    #[must_use]
    pub fn new(path: PricePath, feeds: Vec<Feed>, faults: Vec<TimedFault>) -> Self {
        let end = path.iter().last().map_or_else(Time::default, |s| s.0);
        Self {
            path,
            feeds,
            faults,
            trades: Vec::new(),
            end,
        }
    }

    /// The same world with trades in the pools behind some sources, by time.
    #[must_use]
    pub fn with_trades(mut self, trades: Vec<TimedTrade>) -> Self {
        self.trades = trades;
        self
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
        let each = (0..).zip(&self.feeds);
        let each = each.map(|(number, feed)| Publisher::new(self, number, *feed));
        PriceSources {
            world: self,
            each: each.collect(),
            quotes: Vec::with_capacity(self.feeds.len()),
        }
    }
}

/// What each source published last.
///
/// Faults of one source at one time combine. Each has its place on the way from the outside price
/// to the quote, so that it means the same for every design:
///
/// 1. every deviation moves the price that the source sees;
/// 2. the longest delay shows what the source showed that long ago, with its time then;
/// 3. a stuck source repeats what it published last with a new time;
/// 4. an outage publishes nothing.
///
/// Stuck or out, a source goes on seeing prices: a window fills and a pool is traded in. Only a
/// push source has its last price still to publish when it is back. A deviation to a price that
/// is not legal is not seen at all.
#[derive(Debug, Clone)]
pub struct PriceSources<'a> {
    world: &'a World,
    each: Vec<Publisher>,
    quotes: Vec<SourceQuote>,
}

impl PriceSources<'_> {
    /// The newest quote of each source up to `now`; call it for every second in turn.
    ///
    /// A source that publishes nothing keeps its last quote with its old time: its age tells.
    pub fn observe(&mut self, now: Time) -> &[SourceQuote] {
        self.quotes.clear();
        for source in &mut self.each {
            self.quotes.extend(source.observe(self.world, now));
        }
        &self.quotes
    }
}

/// One source, what it showed before and what it published last.
#[derive(Debug, Clone)]
struct Publisher {
    number: u16,
    feed: Feed,
    source: Source,
    /// What it showed in the last seconds; as many as its longest delay asks for.
    shown: VecDeque<Reading>,
    remembers: usize,
    published: Option<SourceQuote>,
    faults: FaultCalendar,
    /// Trades in its pool that are still to come, the next one first.
    trades: VecDeque<TimedTrade>,
}

/// The faults of one source, so that a second costs those that run in it and no others.
#[derive(Debug, Clone)]
struct FaultCalendar {
    /// Those to come with their places in the file, the next one first.
    ahead: VecDeque<(usize, TimedFault)>,
    /// Those that run, in the order of the file: deviations are rounded one after the other.
    running: BTreeMap<usize, TimedFault>,
}

/// What goes wrong with one source in one second.
#[derive(Debug, Clone, Copy)]
struct Faults {
    seen: Option<Price>,
    delay: u64,
    stuck: bool,
    out: bool,
}

impl Publisher {
    fn new(world: &World, number: u16, feed: Feed) -> Self {
        let faults = FaultCalendar::new(world, number);
        let delays = faults
            .ahead
            .iter()
            .filter_map(|(_, fault)| match fault.kind {
                FaultKind::Delay(seconds) => Some(seconds),
                _ => None,
            });
        // A delay beyond the first second shows the opening, which needs no memory.
        let span = world.end.since(world.start());
        let longest = delays.max().unwrap_or(0).min(span);
        let remembers = usize::try_from(longest).unwrap_or(usize::MAX);
        let own = world.trades.iter().filter(|trade| trade.source == number);
        let mut trades: Vec<TimedTrade> = own.copied().collect();
        trades.sort_by_key(|trade| trade.at);
        Self {
            number,
            feed,
            source: Source::new(feed.design, world.path.opening(), world.start()),
            shown: VecDeque::with_capacity(remembers.saturating_add(1)),
            remembers,
            published: None,
            faults,
            trades: trades.into(),
        }
    }

    fn observe(&mut self, world: &World, now: Time) -> Option<SourceQuote> {
        let running = self.faults.running(now);
        let faults = Faults::of(running, world.path.price_at(now));
        let line = match faults.stuck || faults.out {
            true => Line::Down,
            false => Line::Up,
        };
        let mut reading = match faults.seen {
            Some(price) => self.source.observe(now, price, line),
            None => self.source.reading(),
        };
        while let Some(trade) = self.trades.front().copied()
            && trade.at <= now
        {
            self.trades.pop_front();
            if trade.at == now {
                reading = self.source.trade(trade.side, trade.notional);
            }
        }
        if self.remembers > 0 {
            if self.shown.len() > self.remembers {
                self.shown.pop_front();
            }
            self.shown.push_back(reading);
        }
        let unseen = faults.seen.is_none() && faults.delay == 0 && !faults.stuck;
        if !faults.out && !unseen {
            let reading = match (faults.stuck, faults.delay) {
                (true, _) => Reading {
                    price: self.published.map_or(world.path.opening(), |q| q.price),
                    at: now,
                },
                (false, 0) => reading,
                (false, delay) => self.shown_before(world, now, delay),
            };
            self.published = Some(self.quote(reading));
        }
        self.published
    }

    /// What it showed so many seconds ago; before the first second, the opening price.
    fn shown_before(&self, world: &World, now: Time, delay: u64) -> Reading {
        let back = usize::try_from(delay).unwrap_or(usize::MAX);
        let place = self.shown.len().checked_sub(1);
        let place = place.and_then(|newest| newest.checked_sub(back));
        let shown = place.and_then(|place| self.shown.get(place)).copied();
        shown.unwrap_or(Reading {
            price: world.path.opening(),
            at: Time::from_secs(now.secs().saturating_sub(delay)),
        })
    }

    fn quote(&self, reading: Reading) -> SourceQuote {
        SourceQuote {
            source: self.number,
            price: reading.price,
            at: reading.at,
            weight: self.feed.weight,
            max_age: self.feed.max_age(),
        }
    }
}

impl FaultCalendar {
    fn new(world: &World, source: u16) -> Self {
        let own = world.faults.iter().copied().enumerate();
        let mut ahead: Vec<_> = own.filter(|(_, fault)| hits(fault, source)).collect();
        ahead.sort_by_key(|(_, fault)| fault.window.from);
        Self {
            ahead: ahead.into(),
            running: BTreeMap::new(),
        }
    }

    /// Those that run in this second.
    fn running(&mut self, now: Time) -> impl Iterator<Item = &TimedFault> {
        while let Some((place, fault)) = self.ahead.front().copied()
            && fault.window.from <= now
        {
            self.ahead.pop_front();
            self.running.insert(place, fault);
        }
        self.running.retain(|_, fault| fault.window.until >= now);
        self.running.values()
    }
}

impl Faults {
    fn of<'f>(running: impl Iterator<Item = &'f TimedFault>, outside: Price) -> Self {
        let mut faults = Self {
            seen: Some(outside),
            delay: 0,
            stuck: false,
            out: false,
        };
        for fault in running {
            match fault.kind {
                FaultKind::Outage => faults.out = true,
                FaultKind::Stuck => faults.stuck = true,
                FaultKind::Delay(seconds) => faults.delay = faults.delay.max(seconds),
                FaultKind::Deviation(by) => {
                    let moved = |price: Price| price.scaled(Ratio::ONE + by, Round::Floor);
                    faults.seen = faults.seen.and_then(moved);
                }
            }
        }
        faults
    }
}

fn hits(fault: &TimedFault, source: u16) -> bool {
    match fault.source {
        FaultSource::One(number) => number == source,
        FaultSource::All => true,
    }
}

/// One second of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Second {
    /// When.
    pub now: Time,
    /// The outside price.
    pub outside: Price,
}
