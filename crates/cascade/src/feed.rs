//! What a lending market believes of prices.
//!
//! A [`Feed`] is built from a [`FeedConfig`], watches a market through [`Sights`] and shows one
//! price. Spot, outside and fixed prices and shares of a pool keep the full grid of 10⁻¹⁸; what
//! passes through a design of [`seawall_oracle`] crosses to its grid of 10⁻¹⁰, once, rounded down.
//!
//! ```
//! use seawall_cascade::feed::{Feed, FeedConfig, SightTable};
//! use seawall_oracle::{Design, TwapConfig};
//! use seawall_units::Time;
//! let at = |second| Time::from_secs(second);
//! let mut market = SightTable::default();
//! market.set_spot("TOK", "100".parse()?);
//! let spot = FeedConfig::PoolSpot { pool: "TOK".to_owned() };
//! let window = TwapConfig { window: 1800 };
//! let mean = FeedConfig::Source { inner: Box::new(spot.clone()), design: Design::ArithmeticTwap(window) };
//! let (mut spot, mut mean) = (Feed::new(&spot, &market, at(0))?, Feed::new(&mean, &market, at(0))?);
//! // The price halves. Three minutes later a mean of thirty has seen a tenth of the way.
//! market.set_spot("TOK", "50".parse()?);
//! for feed in [&mut spot, &mut mean] {
//!     feed.observe(at(1), &market);
//!     feed.observe(at(180), &market);
//! }
//! assert_eq!((spot.shown(), mean.shown()), ("50".parse()?, "95".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod config;
mod cost;
mod error;
mod history;
mod share;
mod sights;
mod watch;

use seawall_units::{Ratio, Round, Time, TokenPrice};

pub use config::{Fault, FeedConfig, Named};
pub use cost::{
    Magnitude, least_arithmetic, quote_cost_arithmetic, quote_cost_spot, quote_tokens_spot,
    spot_for_arithmetic, spot_for_geometric,
};
pub use error::FeedError;
pub use share::{Reserves, SharePricing, quote_fair_share, quote_naive_share};
pub use sights::{SightTable, Sights};

use history::History;
use watch::Watch;

/// One price through time, by its [`FeedConfig`]. The same sights give the same prices.
///
/// Observe it once a round, and again whenever it is to see what was traded since. What it saw last
/// is what stood until the next observation. Within one second spot and outside prices follow at
/// once; averages, pushes and delays do not, which is what makes them safe from a single transaction.
#[derive(Debug, Clone)]
pub struct Feed {
    machine: Machine,
    shown: TokenPrice,
    /// What it saw last, before any fault: what it falls back to when there is nothing to see.
    seen: TokenPrice,
    opened: Time,
    fault: Option<Failing>,
}

#[derive(Debug, Clone)]
enum Machine {
    PoolSpot(String),
    Outside(String),
    Fixed,
    Source(Box<Feed>, Box<Watch>),
    Clamped(Box<Feed>, TokenPrice, TokenPrice),
    Delayed(Box<Feed>, Delay),
    Median(Vec<Feed>, Option<Ratio>),
    Share(Box<Feed>, String, SharePricing),
    Faulty(Box<Feed>, Outage),
}

/// How late, and how often.
#[derive(Debug, Clone)]
struct Delay {
    seconds: u64,
    step: u64,
    past: History,
}

/// A fault with its time, in seconds from the opening.
#[derive(Debug, Clone, Copy)]
struct Outage {
    fault: Fault,
    from: u64,
    until: u64,
}

/// A fault at work, with what the feed would have shown since it began.
#[derive(Debug, Clone)]
struct Failing {
    fault: Fault,
    past: History,
}

impl Feed {
    /// A feed before its first observation. The price of this moment is taken to have stood for
    /// ever.
    ///
    /// **Errors** [`FeedError`] when a parameter is out of range, a pool or token is not in the
    /// market, or there is nothing to be seen of it at the opening.
    pub fn new(config: &FeedConfig, market: &dyn Sights, start: Time) -> Result<Self, FeedError> {
        config.validate()?;
        Self::build(config, market, start)
    }

    fn build(config: &FeedConfig, market: &dyn Sights, start: Time) -> Result<Self, FeedError> {
        let inner = |inner: &FeedConfig| Self::build(inner, market, start).map(Box::new);
        let (machine, shown) = match config {
            FeedConfig::PoolSpot { pool } => {
                let seen = market.spot(pool).ok_or_else(|| FeedError::no_pool(pool))?;
                (Machine::PoolSpot(pool.clone()), seen)
            }
            FeedConfig::Outside { token } => {
                let seen = market.outside(token);
                let seen = seen.ok_or_else(|| FeedError::no_token(token))?;
                (Machine::Outside(token.clone()), seen)
            }
            FeedConfig::Fixed { price } => (Machine::Fixed, *price),
            FeedConfig::LpShare {
                pool,
                pricing,
                price,
            } => {
                let of = inner(price)?;
                let seen = market.share(pool, *pricing, of.shown);
                let seen = seen.ok_or_else(|| FeedError::no_pool(pool))?;
                (Machine::Share(of, pool.clone(), *pricing), seen)
            }
            FeedConfig::Median { of, max_deviation } => {
                let of = of.iter().map(|one| Self::build(one, market, start));
                let of: Vec<Self> = of.collect::<Result<_, _>>()?;
                let shown = median(&of).ok_or_else(FeedError::empty_median)?;
                (Machine::Median(of, *max_deviation), shown)
            }
            FeedConfig::Source { inner: of, .. }
            | FeedConfig::Clamped { inner: of, .. }
            | FeedConfig::Delayed { inner: of, .. }
            | FeedConfig::Faulty { inner: of, .. } => Self::around(inner(of)?, config, start),
        };
        Ok(Self {
            machine,
            shown,
            seen: shown,
            opened: start,
            fault: None,
        })
    }

    /// What a feed is that changes what one other shows, and its first price.
    fn around(of: Box<Self>, config: &FeedConfig, start: Time) -> (Machine, TokenPrice) {
        let seen = of.shown;
        match config {
            FeedConfig::Source { design, .. } => {
                let watch = Watch::new(*design, seen, start);
                let shown = watch.shown();
                (Machine::Source(of, Box::new(watch)), shown)
            }
            FeedConfig::Clamped { min, max, .. } => {
                let min = min.unwrap_or(TokenPrice::ULP);
                let max = max.unwrap_or(TokenPrice::MAX).max(min);
                (Machine::Clamped(of, min, max), seen.clamp(min, max))
            }
            FeedConfig::Delayed { seconds, step, .. } => {
                let delay = Delay {
                    seconds: *seconds,
                    step: *step,
                    past: History::new(start, seen),
                };
                (Machine::Delayed(of, delay), seen)
            }
            FeedConfig::Faulty {
                fault, from, until, ..
            } => {
                let outage = Outage {
                    fault: *fault,
                    from: *from,
                    until: *until,
                };
                (Machine::Faulty(of, outage), seen)
            }
            _ => (of.machine, seen),
        }
    }

    /// The price that it shows.
    #[must_use]
    pub const fn shown(&self) -> TokenPrice {
        self.shown
    }

    /// Looks at the market and says what it shows now. What cannot be seen (a drained pool) leaves
    /// the price where it was.
    ///
    /// **Units** quote per token. **Rounding** of a source's design: down to its grid of 10⁻¹⁰ on
    /// the way in, then as [`seawall_oracle::Source::observe`] says; of a median of an even number
    /// of feeds: down. A lower price of collateral protects who has lent.
    pub fn observe(&mut self, now: Time, market: &dyn Sights) -> TokenPrice {
        let seen = self.look(now, market).unwrap_or(self.seen);
        self.seen = seen;
        self.shown = match &mut self.fault {
            Some(failing) => failing.show(now, seen),
            None => seen,
        };
        self.shown
    }

    /// Breaks the feed from now on, or mends it. While it is broken all that lies inside it goes on.
    pub fn set_fault(&mut self, now: Time, fault: Option<Fault>) {
        self.fault = fault.map(|fault| Failing {
            fault,
            past: History::new(now, self.shown),
        });
    }

    fn look(&mut self, now: Time, market: &dyn Sights) -> Option<TokenPrice> {
        match &mut self.machine {
            Machine::PoolSpot(pool) => market.spot(pool),
            Machine::Outside(token) => market.outside(token),
            Machine::Fixed => None,
            Machine::Source(of, watch) => Some(watch.observe(now, of.observe(now, market))),
            Machine::Clamped(of, min, max) => Some(of.observe(now, market).clamp(*min, *max)),
            Machine::Delayed(of, delay) => {
                let seen = of.observe(now, market);
                Some(delay.show(self.opened, now, seen))
            }
            Machine::Median(of, most) => {
                for one in &mut *of {
                    one.observe(now, market);
                }
                median(of).filter(|middle| agree(of, *middle, *most))
            }
            Machine::Share(of, pool, pricing) => {
                let price = of.observe(now, market);
                market.share(pool, *pricing, price)
            }
            Machine::Faulty(of, outage) => {
                let second = now.since(self.opened);
                let due = (outage.from..outage.until).contains(&second);
                if due != of.fault.is_some() {
                    of.set_fault(now, due.then_some(outage.fault));
                }
                Some(of.observe(now, market))
            }
        }
    }
}

impl Delay {
    /// What was seen `seconds` before the last whole step; the opening before there is one.
    fn show(&mut self, opened: Time, now: Time, seen: TokenPrice) -> TokenPrice {
        self.past.record(now, seen);
        let passed = now.since(opened);
        let into = passed.checked_rem(self.step).unwrap_or(0);
        let Some(moment) = passed.saturating_sub(into).checked_sub(self.seconds) else {
            return self.past.opening();
        };
        self.past.forget_before(opened.plus(moment));
        self.past.at(opened.plus(moment))
    }
}

impl Failing {
    fn show(&mut self, now: Time, seen: TokenPrice) -> TokenPrice {
        match self.fault {
            Fault::Frozen {} => self.past.at(now),
            Fault::Offset { by } => {
                let factor = Ratio::ONE + by;
                seen.scaled(factor, Round::Floor).unwrap_or(seen)
            }
            Fault::Late { seconds } => {
                self.past.record(now, seen);
                let moment = Time::from_secs(now.secs().saturating_sub(seconds));
                self.past.forget_before(moment);
                self.past.at(moment)
            }
        }
    }
}

/// The middle of what the feeds show; of an even number the mean of the two in the middle, down.
fn median(of: &[Feed]) -> Option<TokenPrice> {
    let mut shown: Vec<i128> = of.iter().map(|feed| feed.shown.units()).collect();
    shown.sort_unstable();
    let (upper, lower) = (
        shown.len().checked_div(2)?,
        shown.len().checked_sub(1)?.checked_div(2)?,
    );
    let sum = shown.get(lower)?.checked_add(*shown.get(upper)?)?;
    TokenPrice::from_units(sum.checked_div(2)?).ok()
}

/// Whether more than half of the feeds lie within the guard of the middle.
fn agree(of: &[Feed], middle: TokenPrice, most: Option<Ratio>) -> bool {
    let Some(most) = most else {
        return true;
    };
    let near = |feed: &&Feed| deviation(feed.shown, middle) <= most;
    let near = of.iter().filter(near).count();
    near.saturating_mul(2) > of.len()
}

/// The distance of a price from the middle as a share of the middle, rounded up.
fn deviation(price: TokenPrice, middle: TokenPrice) -> Ratio {
    let span = i128::try_from(price.units().abs_diff(middle.units())).unwrap_or(i128::MAX);
    match TokenPrice::from_units(span) {
        Ok(span) => span.over(middle, Round::Ceil),
        Err(_) => Ratio::ZERO,
    }
}
