//! Funding from the side with more open interest to the other.
use seawall_units::{Side, Usd};

use crate::pool::Pool;
use crate::terms::{FundingRate, Terms};
use crate::wide::{F30, wide};

/// The rate per second that the larger side pays.
///
/// **Formula** proportional: `min(|L − S|/(L + S) · factor, max)` on open interest at entry
/// prices; constant: the rate, while the sides differ. Zero when a side is empty.
/// **Units** per second, thirty decimals. **Rounding** down.
/// **Source** gmx-synthetics, `market/MarketUtils.sol`, the static case.
pub(crate) fn rate(terms: &Terms, long: Usd, short: Usd) -> F30 {
    if !long.is_positive() || !short.is_positive() {
        return F30::ZERO;
    }
    let skew = (long - short).abs();
    match terms.funding {
        FundingRate::Constant(_) if skew.is_zero() => F30::ZERO,
        FundingRate::Constant(rate) => rate,
        FundingRate::Proportional { factor, max } => {
            F30::quotient(skew, long + short).mul_floor(factor).min(max)
        }
    }
}

/// Brings both sides' cumulative factors up by `seconds`. What the receivers' factor loses to
/// rounding stays with the pool.
pub(crate) fn accrue(terms: &Terms, pool: &mut Pool, seconds: u64) {
    let (long, short) = (pool.side(Side::Long).size, pool.side(Side::Short).size);
    let step = rate(terms, long, short).seconds(seconds);
    if !step.is_positive() {
        return;
    }
    let (payer, paying, receiving) = match long >= short {
        true => (Side::Long, long, short),
        false => (Side::Short, short, long),
    };
    let book = pool.side_mut(payer);
    book.funding_paid = book.funding_paid.plus(step);
    let gain = step.mul_div_floor(wide(paying.units()), wide(receiving.units()));
    let book = pool.side_mut(payer.opposite());
    book.funding_received = book.funding_received.plus(gain);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Funding, Params};
    use seawall_units::{Rate, Time};

    fn terms(funding: Funding) -> Terms {
        let params = Params {
            funding,
            ..Params::btc()
        };
        Terms::new(params, None)
    }

    /// L = 4 m, S = 2 m: skew 1/3, so a third of 75 % a year = 7.927447e-9 a second.
    #[test]
    fn a_third_of_skew_pays_a_third_of_the_factor() {
        let found = rate(
            &terms(Funding::default()),
            Usd::whole(4_000_000),
            Usd::whole(2_000_000),
        );
        assert_eq!(found.0 / wide(10_i128.pow(15)), wide(7_927_447));
    }

    #[test]
    fn the_maximum_binds() {
        let max: Rate = "0.1".parse().unwrap();
        let funding = Funding::SkewProportional {
            factor: "0.75".parse().unwrap(),
            max,
        };
        let found = rate(&terms(funding), Usd::whole(4), Usd::whole(2));
        assert_eq!(found, F30::per_second(max));
    }

    #[test]
    fn an_empty_side_is_charged_nothing() {
        let rate_at = |l, s| rate(&terms(Funding::default()), Usd::whole(l), Usd::whole(s));
        assert_eq!(rate_at(5, 0), F30::ZERO);
        assert_eq!(rate_at(0, 5), F30::ZERO);
        let constant = terms(Funding::Constant {
            rate: "0.1".parse().unwrap(),
        });
        assert_eq!(rate(&constant, Usd::whole(5), Usd::whole(5)), F30::ZERO);
        assert!(rate(&constant, Usd::whole(6), Usd::whole(5)).is_positive());
    }

    /// 4 m pay 1e-8 each a second: 0.04; 2 m receive 2e-8 each.
    #[test]
    fn what_one_side_pays_the_other_receives() {
        let terms = terms(Funding::Constant {
            rate: "0.31536".parse().unwrap(),
        });
        let mut pool = Pool::new(Usd::whole(10_000_000), Usd::ZERO, Time::default());
        pool.side_mut(Side::Long).size = Usd::whole(4_000_000);
        pool.side_mut(Side::Short).size = Usd::whole(2_000_000);
        accrue(&terms, &mut pool, 1);
        let paid = pool.side(Side::Long).funding_paid;
        let received = pool.side(Side::Short).funding_received;
        assert_eq!(paid.0, wide(10_i128.pow(22)));
        assert_eq!(received.0, wide(2 * 10_i128.pow(22)));
    }
}
