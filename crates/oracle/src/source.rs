use seawall_units::geometric::{log2, times_power};
use seawall_units::{Price, Ratio, Round, Side, Time, Usd, mul_div};

use crate::pool::Pool;
use crate::window::Window;
use crate::{Design, PushConfig};

/// What a source shows: a price and when it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The price.
    pub price: Price,
    /// When it was published.
    pub at: Time,
}

/// Whether what a source publishes arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// It does.
    Up,
    /// It does not: a push source still has its last price and tries again every second.
    Down,
}

/// One price source through time, by its [`Design`] (M-3.4). Pure: the same prices give the same
/// readings, and after [`Source::new`] nothing is allocated.
///
/// Observe it every second. Before the first one the outside price is taken to have stood at its
/// opening for ever: windows are full of it, and a push source published it in the first second.
///
/// ```
/// use seawall_oracle::{Design, Line, PushConfig, Source};
/// use seawall_units::{Price, Time};
/// let at = |second| Time::from_secs(second);
/// let mut push = Source::new(Design::Push(PushConfig::default()), "100".parse()?, at(0));
/// // 0.499 % is not enough, 0.5 % is.
/// assert_eq!(push.observe(at(1), "100.499".parse()?, Line::Up).price, "100".parse()?);
/// let moved = push.observe(at(2), "100.5".parse()?, Line::Up);
/// assert_eq!((moved.price, moved.at), ("100.5".parse()?, at(2)));
/// // An hour later it publishes whatever the price is.
/// let beat = push.observe(at(3602), "100.6".parse()?, Line::Up);
/// assert_eq!((beat.price, beat.at), ("100.6".parse()?, at(3602)));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Source {
    machine: Machine,
    reading: Reading,
}

#[derive(Debug, Clone)]
enum Machine {
    Instant,
    Push(PushConfig),
    Arithmetic(Window),
    /// Logarithms, and the last price with its own: they are dear.
    Geometric(Window, (Price, i128)),
    Pool(Pool),
}

impl Source {
    /// A source before the first second.
    #[must_use]
    pub fn new(design: Design, opening: Price, start: Time) -> Self {
        let machine = match design {
            Design::Instant => Machine::Instant,
            Design::Push(push) => Machine::Push(push),
            Design::ArithmeticTwap(twap) => {
                Machine::Arithmetic(Window::full_of(opening.units(), twap.window))
            }
            Design::GeometricTwap(twap) => {
                let log = log2(opening);
                Machine::Geometric(Window::full_of(log, twap.window), (opening, log))
            }
            Design::Pool(pool) => Machine::Pool(Pool::new(pool, opening)),
        };
        Self {
            machine,
            reading: Reading {
                price: opening,
                at: start,
            },
        }
    }

    /// Takes the outside price of a second and says what the source shows in it.
    ///
    /// **Formula**
    /// - instant: `P`
    /// - push: `P` if `|P − last| ≥ deviation·last` or `now − at ≥ heartbeat`, else `last`
    /// - arithmetic TWAP over `n` seconds: `ΣP/n`
    /// - geometric TWAP: `2^(Σlog₂P/n)`
    /// - pool: its price `p`, brought to the nearest point of `[(1−fee)·P, P/(1−fee)]` by an
    ///   arbitrageur at the start of the second
    ///
    /// **Units** USD per base. **Rounding** arithmetic mean down, geometric mean and pool to the
    /// nearest grid unit; the deviation is compared exactly. An average is nobody's money: at most
    /// one grid unit, 10⁻¹⁰ USD.
    pub fn observe(&mut self, now: Time, outside: Price, line: Line) -> Reading {
        let last = self.reading;
        let price = match &mut self.machine {
            Machine::Instant => outside,
            Machine::Push(push) => match line == Line::Up && push.is_due(now, outside, last) {
                true => outside,
                false => return last,
            },
            Machine::Arithmetic(window) => {
                window.push(outside.units());
                let mean = mul_div(window.sum(), 1, window.length(), Round::Floor);
                let mean = mean.and_then(|units| Price::from_units(units).ok());
                mean.unwrap_or(outside)
            }
            Machine::Geometric(window, newest) => {
                if newest.0 != outside {
                    *newest = (outside, log2(outside));
                }
                window.push(newest.1);
                geometric_mean(window, *newest)
            }
            Machine::Pool(pool) => {
                pool.arbitrage(outside);
                pool.price()
            }
        };
        self.reading = Reading { price, at: now };
        self.reading
    }

    /// Somebody trades in the pool behind the source, after this second's observation: with USD
    /// for a buy, with base worth as much at the spot price for a sale. Sources without a pool
    /// stay as they are.
    ///
    /// **Formula** with `y` USD in the pool: `p' = p·(1 + v·(1−fee)/y)²` for a buy of `v`,
    /// `p / (1 + v·(1−fee)/y)²` for a sale. **Units** USD per base. **Rounding** in favour of the
    /// pool: what a trade brings down, what stays in the reserves up.
    ///
    /// ```
    /// use seawall_oracle::{Design, PoolConfig, Source};
    /// use seawall_units::{Ratio, Side, Time, Usd};
    /// let pool = PoolConfig { reserve: Usd::whole(1_000_000), fee: Ratio::ZERO };
    /// let mut source = Source::new(Design::Pool(pool), "100".parse()?, Time::from_secs(0));
    /// // 10 000 of base against 1 000 000 USD; 1 100 000 USD leave 9 090.909… of base: ·1.1².
    /// let moved = source.trade(Side::Long, Usd::whole(100_000));
    /// assert_eq!(moved.price, "121".parse()?);
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    pub fn trade(&mut self, side: Side, value: Usd) -> Reading {
        if let Machine::Pool(pool) = &mut self.machine {
            pool.trade(side, value);
            self.reading.price = pool.price();
        }
        self.reading
    }

    /// What it showed last.
    #[must_use]
    pub const fn reading(&self) -> Reading {
        self.reading
    }
}

impl PushConfig {
    fn is_due(&self, now: Time, outside: Price, last: Reading) -> bool {
        let moved = outside.units().abs_diff(last.price.units());
        let (reach, one) = (self.deviation.units(), Ratio::ONE_UNITS);
        let least = mul_div(last.price.units(), reach, one, Round::Ceil);
        let deviates = least.is_some_and(|least| moved >= least.unsigned_abs());
        deviates || now.since(last.at) >= self.heartbeat
    }
}

/// The newest price times two to the mean difference of the logarithms from its own: a window of
/// one price gives that price exactly.
fn geometric_mean(window: &Window, (price, log): (Price, i128)) -> Price {
    let level = log.saturating_mul(window.length());
    let away = window.sum().saturating_sub(level);
    let mean = mul_div(away, 1, window.length(), Round::Floor);
    mean.and_then(|power| times_power(price, power))
        .unwrap_or(price)
}
