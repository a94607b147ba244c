//! One workload that any simulator can run: 10,000 isolated positions, 1,440 one-minute ticks, funding
//! and a maintenance check each tick.
//!
//! Every random number comes from [SplitMix64], so any language builds the same job again. The rules:
//!
//! - Positions, seed 42, three numbers each: long if `u < 0.5`, leverage `2 + 48u`, notional
//!   `100·10^(3u)`; entry 60,000, margin = notional ÷ leverage.
//! - Price, seed 43, two numbers a tick: geometric Brownian motion without drift, 80 % a year, one
//!   minute of a 365-day year, from 60,000. A gap may multiply it once, at tick 720.
//! - Each tick `rate = 2·10⁻⁶·(L − S)/(L + S)` on open base; every position pays `size·s·rate` to the
//!   pool. Equity below 0.5 % of its notional closes it: the pool takes the loss, what is left goes to
//!   the insurance fund (10,000 at the start), which pays what is missing as far as it reaches.
//!
//! [`floats`] is the same in bare `f64`, which looks at every position every tick; [`engine`] is the
//! engine's own position book, index, funding and ledger, exact to the micro-dollar.
//!
//! [SplitMix64]: https://prng.di.unimi.it/splitmix64.c

pub mod engine;
pub mod floats;

/// Positions in the job.
pub const POSITIONS: usize = 10_000;
/// Ticks in the job.
pub const TICKS: usize = 1_440;
/// The entry of every position, USD.
pub const ENTRY: f64 = 60_000.0;
/// Maintenance margin ratio.
pub const MAINTENANCE: f64 = 0.005;
/// The insurance fund at the start, USD.
pub const FUND: f64 = 10_000.0;
/// The tick at which the gap is.
const GAP_TICK: usize = 720;

/// Positions and prices, as drawn.
#[derive(Debug, Clone)]
pub struct Job {
    /// Signed size of each position, base.
    pub sizes: Vec<f64>,
    /// Margin of each position, USD.
    pub margins: Vec<f64>,
    /// The price of each tick, USD.
    pub prices: Vec<f64>,
}

/// What a tick is recorded with.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tick {
    /// The price.
    pub price: f64,
    /// Open base of the longs.
    pub long: f64,
    /// Open base of the shorts.
    pub short: f64,
    /// Open positions.
    pub open: usize,
    /// The insurance fund.
    pub fund: f64,
    /// What the fund could not pay.
    pub bad_debt: f64,
    /// Equity of all open positions.
    pub equity: f64,
}

/// How the job ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Positions closed.
    pub liquidations: usize,
    /// What the pool has won, USD.
    pub pool: f64,
    /// Every tick.
    pub ticks: Vec<Tick>,
}

impl Figures {
    /// The last tick.
    #[must_use]
    pub fn last(&self) -> Tick {
        self.ticks.last().copied().unwrap_or_default()
    }
}

/// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
struct SplitMix64(u64);

impl SplitMix64 {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        (z >> 11) as f64 * (0.5_f64).powi(53)
    }
}

impl Job {
    /// The same job with every number on the engine's grid: sizes of 10⁻⁸ base, margins of a
    /// micro-dollar, prices of 10⁻¹⁰ USD.
    ///
    /// A size of 10⁻⁸ base is worth 0.0006 USD: enough for a position whose equity just touches its
    /// requirement to close a tick earlier or later. On the grid, nothing but arithmetic is left to
    /// differ between the ways of running the job.
    #[must_use]
    pub fn on_the_grid(self) -> Self {
        let rounded = |values: Vec<f64>, places| {
            let units = values.into_iter().map(|value| quantised(value, places));
            units
                .map(|units| units as f64 / 10.0_f64.powi(places))
                .collect()
        };
        Self {
            sizes: rounded(self.sizes, 8),
            margins: rounded(self.margins, 6),
            prices: rounded(self.prices, 10),
        }
    }
}

/// The nearest whole number of grid units.
fn quantised(value: f64, places: i32) -> i128 {
    (value * 10.0_f64.powi(places)).round() as i128
}

/// Draws the job; `gap` multiplies the price once.
#[must_use]
pub fn draw(gap: f64) -> Job {
    let mut random = SplitMix64(42);
    let position = |_| {
        let side = if random.uniform() < 0.5 { 1.0 } else { -1.0 };
        let leverage = 2.0 + 48.0 * random.uniform();
        let notional = 100.0 * 10.0_f64.powf(3.0 * random.uniform());
        (side * notional / ENTRY, notional / leverage)
    };
    let (sizes, margins) = (0..POSITIONS).map(position).unzip();
    Job {
        sizes,
        margins,
        prices: prices(gap),
    }
}

fn prices(gap: f64) -> Vec<f64> {
    const VOLATILITY: f64 = 0.8;
    let dt = 60.0 / (365.0 * 86_400.0);
    let mut random = SplitMix64(43);
    let mut price = ENTRY;
    let next = |tick| {
        let (u1, u2) = (random.uniform(), random.uniform());
        let z = (-2.0 * (1.0 - u1).ln()).sqrt() * (std::f64::consts::TAU * u2).cos();
        price *= (-0.5 * VOLATILITY * VOLATILITY * dt + VOLATILITY * dt.sqrt() * z).exp();
        if tick == GAP_TICK {
            price *= gap;
        }
        price
    };
    (0..TICKS).map(next).collect()
}
