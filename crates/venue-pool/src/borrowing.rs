//! The borrowing fee: what a side pays for the part of the pool that it reserves.
use seawall_gmx::{self as gmx, BorrowingCurve};
use seawall_units::Side;

use crate::params::SmallerSide;
use crate::pool::Pool;
use crate::prices::Prices;
use crate::terms::Terms;
use crate::wide::{F30, done, usd30};

/// The rate per second that `side` pays now; nothing while the pool is empty.
///
/// **Formula** that of [`gmx::borrowing::curve_rate`], with what the side reserves on the ledger's
/// grid. **Units** per second, thirty decimals. **Rounding** down at each step.
/// **Source** gmx-synthetics, `market/MarketUtils.sol`.
pub(crate) fn rate(terms: &Terms, pool: &Pool, prices: Prices, side: Side) -> F30 {
    let reserved = pool.reserved(side, prices);
    let whole = match terms.curve {
        BorrowingCurve::Power { .. } => pool.side_pool(),
        BorrowingCurve::Kink { .. } => {
            let factor = terms.params.open_interest_reserve_factor;
            pool.side_pool().mul_floor(factor)
        }
    };
    if reserved.is_zero() || !whole.is_positive() || spared(terms, pool, side) {
        return F30::ZERO;
    }
    let rate = gmx::borrowing::curve_rate(&terms.curve, usd30(reserved), usd30(whole));
    F30::of(done(rate))
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
    use crate::wide::wide;
    use crate::{BorrowingParams, Params};
    use seawall_units::{Base, Price, Rate, Ratio, Time, Usd};

    /// Shorts that reserve so much of a pool of 2 m, of which each half may reserve 345 %.
    fn short_rate(params: Params, reserved: &str) -> F30 {
        let terms = Terms::new(params, None);
        let mut pool = Pool::new(Usd::whole(2_000_000), Usd::ZERO, Time::default());
        pool.side_mut(Side::Short).size = reserved.parse().unwrap();
        pool.side_mut(Side::Short).tokens = Base::whole(1);
        let mark: Price = "100".parse().unwrap();
        rate(
            &terms,
            &pool,
            Prices::around(mark, Ratio::ZERO),
            Side::Short,
        )
    }

    /// At full usage the rate is `above`: 90 % a year = 2.853881e-8 a second.
    #[test]
    fn full_usage_pays_above() {
        let full = short_rate(Params::btc(), "3450000");
        assert_eq!(full, F30::per_second("0.9".parse::<Rate>().unwrap()));
        assert_eq!(full.0 / wide(10_i128.pow(16)), wide(2_853_881));
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
        near(short_rate(Params::btc(), "2932500"), "0.3825");
        near(short_rate(Params::btc(), "3191250"), "0.64125");
        assert_eq!(short_rate(Params::btc(), "0"), F30::ZERO);
    }

    /// `0.0031536 · 1000000^1.5 / 1000000` a year is 10⁻¹⁰ · 1000 = 10⁻⁷ a second, within the
    /// error of the power.
    #[test]
    fn the_power_curve_takes_the_whole_half_of_the_pool() {
        let curve = crate::BorrowingCurve::Power {
            factor: "0.0031536".parse().unwrap(),
            exponent: "1.5".parse().unwrap(),
        };
        let borrowing = BorrowingParams {
            curve,
            ..BorrowingParams::default()
        };
        let params = Params {
            borrowing,
            ..Params::btc()
        };
        let found = short_rate(params, "1000000").0;
        let off = (found - wide(10_i128.pow(23))).abs();
        assert!(off < wide(10_i128.pow(8)), "{found}");
    }
}
