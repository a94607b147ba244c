use rand::Rng;
use rand::rngs::ChaCha8Rng;
use seawall_units::{Ratio, Round, mul_div};

/// The fineness of a draw: an `f64` holds every multiple of 2⁻⁵³ below one.
const FINENESS: i128 = 1 << 53;

/// 2⁻⁵³.
const FINE: f64 = 1.0 / 9_007_199_254_740_992.0;

/// The numbers of one path, in the order in which they are asked for.
///
/// Each takes one word of the stream, [`Numbers::normal`] two; so what is drawn k-th does not
/// depend on what was drawn before it came to.
#[derive(Debug)]
pub struct Numbers {
    pub(crate) rng: ChaCha8Rng,
}

impl Numbers {
    /// The next word of the stream.
    pub fn next_u64(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// A count from zero to 2⁵³ − 1.
    pub fn fine(&mut self) -> u64 {
        self.next_u64() >> 11
    }

    /// A whole number from zero to `below` − 1, and zero when `below` is not above zero.
    pub fn below(&mut self, below: i128) -> i128 {
        let fine = i128::from(self.fine());
        mul_div(fine, below.max(0), FINENESS, Round::Floor).unwrap_or(0)
    }

    /// Whether something of this probability happens.
    pub fn happens(&mut self, probability: Ratio) -> bool {
        self.below(Ratio::ONE_UNITS) < probability.units()
    }

    /// A number between 0 and 1, not 0.
    #[allow(clippy::as_conversions)] // 2^53 fits an f64 exactly
    pub fn unit(&mut self) -> f64 {
        self.fine().saturating_add(1) as f64 * FINE
    }

    /// A number between 0 and 1, neither of them: an odd multiple of 2⁻⁵³, so that one minus it is
    /// another such number, exactly.
    #[allow(clippy::as_conversions)] // 2^53 fits an f64 exactly
    pub fn open(&mut self) -> f64 {
        (self.fine() | 1) as f64 * FINE
    }

    /// A standard normal number, of two words.
    ///
    /// **Formula** `√(−2·ln u)·cos(2π·v)`. **Source** Box and Muller (1958).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.unit()));
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }
}
