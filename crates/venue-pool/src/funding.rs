//! Funding from the side with more open interest to the other.
use ethnum::I256;
use seawall_gmx::funding::NextRate;
use seawall_gmx::{self as gmx, BySide, FundingParams, Rounding, U256};
use seawall_units::{Side, Usd};

use crate::pool::Pool;
use crate::terms::{FundingRule, Terms};
use crate::wide::{F30, done, usd30};

const NONE: NextRate = NextRate {
    stored: I256::ZERO,
    charged: I256::ZERO,
};

/// The next rate per second, above zero when longs pay.
///
/// **Formula** that of [`gmx::funding::next_rate`] on open interest at entry prices; constant: the
/// rate, paid by the larger side while the sides differ. Nothing when a side is empty.
/// **Units** per second, thirty decimals. **Rounding** down.
/// **Source** gmx-synthetics, `market/MarketUtils.sol`.
pub(crate) fn next_rate(
    terms: &Terms,
    stored: I256,
    (long, short): (Usd, Usd),
    seconds: u64,
) -> NextRate {
    let is_one_sided = !long.is_positive() || !short.is_positive();
    match &terms.funding {
        FundingRule::Constant(_) if is_one_sided || long == short => NONE,
        FundingRule::Constant(rate) => NextRate {
            stored: I256::ZERO,
            charged: if long > short {
                rate.0
            } else {
                rate.negated().0
            },
        },
        FundingRule::Contracts(params) if is_one_sided => one_sided(params, stored),
        FundingRule::Contracts(params) => {
            let sides = BySide {
                long: usd30(long),
                short: usd30(short),
            };
            let seconds = U256::from(seconds);
            done(gmx::funding::next_rate(params, stored, &sides, seconds))
        }
    }
}

/// Forgets the stored rate, where that is the rule, once a side is empty: whatever the chain does
/// next brings the rate up to date before anything else.
pub(crate) fn forget_when_one_sided(terms: &Terms, pool: &mut Pool) {
    let is_empty = |side| !pool.side(side).size.is_positive();
    let is_one_sided = is_empty(Side::Long) || is_empty(Side::Short);
    if let (FundingRule::Contracts(params), true) = (&terms.funding, is_one_sided) {
        pool.funding_rate = one_sided(params, pool.funding_rate).stored;
    }
}

const fn one_sided(params: &FundingParams, stored: I256) -> NextRate {
    match params.quirks.reset_when_one_sided {
        true => NONE,
        false => NextRate { stored, ..NONE },
    }
}

/// Brings both sides' cumulative factors up by `seconds`.
///
/// **Formula** `larger side · rate · seconds` in USD is what one side pays to the other, also when
/// an adaptive rate has not turned yet and the smaller side pays. **Rounding** up for the payer,
/// down for the receiver: the rest stays with the pool.
pub(crate) fn accrue(terms: &Terms, pool: &mut Pool, seconds: u64) {
    let (long, short) = (pool.side(Side::Long).size, pool.side(Side::Short).size);
    let next = next_rate(terms, pool.funding_rate, (long, short), seconds);
    pool.funding_rate = next.stored;
    let step = F30(next.charged).seconds(seconds);
    let (payer, paying, receiving) = match step.is_negative() {
        true => (Side::Short, short, long),
        false => (Side::Long, long, short),
    };
    if step == F30::ZERO {
        return;
    }
    let larger = usd30(long.max(short));
    let of_size = |size: Usd, rounding| {
        let rise = gmx::mul_div(step.magnitude(), larger, usd30(size), rounding);
        F30::of(done(rise))
    };
    let book = pool.side_mut(payer);
    book.funding_paid = book.funding_paid.plus(of_size(paying, Rounding::Up));
    let book = pool.side_mut(payer.opposite());
    book.funding_received = book
        .funding_received
        .plus(of_size(receiving, Rounding::Down));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wide::wide;
    use crate::{Funding, Params};
    use seawall_units::{Rate, Time};

    fn terms(funding: Funding) -> Terms {
        let params = Params {
            funding,
            ..Params::btc()
        };
        Terms::new(params, None)
    }

    fn rate(terms: &Terms, long: Usd, short: Usd) -> F30 {
        F30(next_rate(terms, I256::ZERO, (long, short), 0).charged)
    }

    /// Executed contracts: L = 4 m, S = 2 m, an hour of the live rise. Then an hour in which the
    /// sides are turned: it walks back by as much, and the larger side's rate is charged to longs.
    #[test]
    fn an_adaptive_rate_walks() {
        let terms = terms(Funding::default());
        let sides = (Usd::whole(4_000_000), Usd::whole(2_000_000));
        let hour = next_rate(&terms, I256::ZERO, sides, 3_600);
        assert_eq!(hour.stored, wide(2_642_482_665_313_715_538_000));
        assert_eq!(hour.charged, hour.stored);
        let turned = next_rate(&terms, hour.stored, (sides.1, sides.0), 1_800);
        assert_eq!(turned.stored, wide(1_321_241_332_656_857_769_000));
        let mut pool = Pool::new(Usd::whole(10_000_000), Usd::ZERO, Time::default());
        pool.funding_rate = hour.stored;
        pool.side_mut(Side::Long).size = sides.1;
        pool.side_mut(Side::Short).size = sides.0;
        accrue(&terms, &mut pool, 1_800);
        // Longs are the smaller side and pay what the rate is on the larger one: twice as much each.
        let due = turned.stored * wide(1_800);
        assert_eq!(pool.side(Side::Long).funding_paid.0, due * wide(2));
        assert_eq!(pool.side(Side::Short).funding_received.0, due);
    }

    /// L = 4 m, S = 2 m: skew 1/3, so a third of 75 % a year = 7.927447e-9 a second.
    #[test]
    fn a_third_of_skew_pays_a_third_of_the_factor() {
        let funding = Funding::SkewProportional {
            factor: "0.75".parse().unwrap(),
            max: "0.75".parse().unwrap(),
        };
        let found = rate(
            &terms(funding),
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
        assert!(rate(&constant, Usd::whole(6), Usd::whole(5)) > F30::ZERO);
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
