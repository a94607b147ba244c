//! The borrowing fee: what a side pays for the part of the pool that it reserves.
use seawall_units::{Side, Usd};

use crate::params::SmallerSide;
use crate::pool::Pool;
use crate::prices::Prices;
use crate::terms::Terms;
use crate::wide::F30;

/// The kinked rate per second at usage `u` of the reserve.
///
/// **Formula** `u·base + (u > opt ? max(0, above − base)·(u − opt)/(1 − opt) : 0)`, so that it is
/// `above` at u = 1. **Units** per second, thirty decimals. **Rounding** down at each step.
/// **Source** gmx-synthetics, `market/MarketUtils.sol`, the kinked model.
pub(crate) fn kinked_rate(terms: &Terms, usage: F30) -> F30 {
    let kink = &terms.kink;
    let rate = usage.mul_floor(kink.base);
    if usage <= kink.optimal {
        return rate;
    }
    let steep = kink.above.minus(kink.base).max(F30::ZERO);
    let beyond = usage.minus(kink.optimal);
    rate.plus(steep.mul_div_floor(beyond.0, F30::one().minus(kink.optimal).0))
}

/// The rate per second that `side` pays now; nothing while the pool is empty.
pub(crate) fn rate(terms: &Terms, pool: &Pool, prices: Prices, side: Side) -> F30 {
    let reserved = pool.reserved(side, prices);
    if reserved.is_zero() || spared(terms, pool, side) {
        return F30::ZERO;
    }
    let factor = terms.params.open_interest_reserve_factor;
    let reserve: Usd = pool.side_pool().mul_floor(factor);
    kinked_rate(terms, F30::quotient(reserved, reserve))
}

fn spared(terms: &Terms, pool: &Pool, side: Side) -> bool {
    let smaller = pool.side(side).size < pool.side(side.opposite()).size;
    smaller && terms.params.borrowing.smaller_side == SmallerSide::Free
}

/// Brings both cumulative factors up by `seconds`: simple interest, not compounded.
pub(crate) fn accrue(terms: &Terms, pool: &mut Pool, prices: Prices, seconds: u64) {
    for side in Side::BOTH {
        let step = rate(terms, pool, prices, side).seconds(seconds);
        let book = pool.side_mut(side);
        book.borrowing = book.borrowing.plus(step);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Params;
    use crate::wide::wide;
    use seawall_units::{Rate, Ratio};

    fn at(usage: &str) -> F30 {
        let terms = Terms::new(Params::btc(), None);
        kinked_rate(&terms, F30::of_ratio(usage.parse::<Ratio>().unwrap()))
    }

    /// At full usage the rate is `above`: 90 % a year = 2.853881e-8 a second.
    #[test]
    fn full_usage_pays_above() {
        assert_eq!(at("1"), F30::per_second("0.9".parse::<Rate>().unwrap()));
        let seven_digits = at("1").0 / wide(10_i128.pow(16));
        assert_eq!(seven_digits, wide(2_853_881));
    }

    /// At the kink 0.85 · 45 % = 38.25 % a year; half-way beyond it, at 92.5 %:
    /// 0.925 · 45 % + 45 % · 0.5 = 64.125 %.
    #[test]
    fn the_kink_and_half_way_beyond() {
        let near = |found: F30, rate: &str| {
            let exact = F30::per_second(rate.parse::<Rate>().unwrap());
            let (low, high) = (found.min(exact), found.max(exact));
            assert!(high.minus(low).0 <= wide(2), "{rate}: {found:?} {exact:?}");
        };
        near(at("0.85"), "0.3825");
        near(at("0.925"), "0.64125");
        assert_eq!(at("0"), F30::ZERO);
    }
}
