use seawall_units::{Ratio, Round, TokenPrice, Tokens};

use super::segment::Segment;
use super::{Pool, SwapSide};

impl Pool {
    /// The quote that sales draw from the pool until its price has fallen by `fall`, without fee.
    ///
    /// **Formula** `y(1 − √(1 − d))` of a constant product. **Rounding** within two units.
    /// All that there is for a fall of one and more; nothing for one not above zero.
    ///
    /// ```
    /// use seawall_cascade::pool::Pool;
    /// use seawall_units::{Ratio, Tokens};
    /// let pool = Pool::constant_product(Tokens::whole(10_000), Tokens::whole(1_000_000), Ratio::ZERO)?;
    /// assert_eq!(pool.depth("19%".parse()?), Tokens::whole(100_000)); // √0.81 = 0.9
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn depth(&self, fall: Ratio) -> Tokens {
        if !fall.is_positive() {
            return Tokens::ZERO;
        }
        if fall >= Ratio::ONE {
            return self.segments.iter().map(|segment| segment.quote).sum();
        }
        let target = self
            .spot()
            .and_then(|spot| spot.scaled(Ratio::ONE - fall, Round::Ceil));
        let Some(target) = target else {
            return Tokens::ZERO;
        };
        self.segments
            .iter()
            .map(|segment| drawn(segment, target))
            .sum()
    }

    /// The quote that purchases pay into the pool until its price has risen by `rise`, without fee.
    ///
    /// **Formula** `y(√(1 + d) − 1)` of a constant product. **Rounding** down, within two units.
    /// Nothing for a rise not above zero.
    ///
    /// ```
    /// use seawall_cascade::pool::Pool;
    /// use seawall_units::{Ratio, Tokens};
    /// let pool = Pool::constant_product(Tokens::whole(10_000), Tokens::whole(1_000_000), Ratio::ZERO)?;
    /// // To double a price costs y(√2 − 1).
    /// assert_eq!(pool.depth_up("100%".parse()?).to_string(), "414213.562373095048801688");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn depth_up(&self, rise: Ratio) -> Tokens {
        let target = self
            .spot()
            .and_then(|spot| spot.scaled(Ratio::ONE + rise, Round::Floor));
        let (Some(target), true) = (target, rise.is_positive()) else {
            return Tokens::ZERO;
        };
        let paid = |segment: &Segment| {
            segment
                .paid_until(SwapSide::Purchase, target)
                .unwrap_or(Tokens::MAX)
        };
        self.segments
            .iter()
            .map(paid)
            .sum::<Tokens>()
            .min(Tokens::MAX)
    }
}

/// The quote that leaves a stretch until its price is `target`: `ŷ − √(ŷ·x̂·p)`.
fn drawn(segment: &Segment, target: TokenPrice) -> Tokens {
    let held = segment.virtual_quote();
    // The target lies below the spot of the pool, but a stretch below it has a price lower still.
    let Some(worth) = segment.worth_of_token(target) else {
        return Tokens::ZERO;
    };
    let kept = held.geometric_mean(worth, Round::Ceil);
    (held - kept).or_zero().min(segment.quote)
}
