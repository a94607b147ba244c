//! What holds for every rate, path and book of positions (M-6).
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_funding::{
    FundingConfig, Indices, MinuteAverage, RateConfig, UtilisationConfig, crowded_share, next_rate,
    owed_funding, owed_utilisation, utilisation_rate,
};
use seawall_units::{Base, Index, Price, Rate, Ratio, Side, Usd};

const ONE: i128 = Ratio::ONE_UNITS;

fn ratio(units: i128) -> Ratio {
    Ratio::from_units(units).unwrap()
}

/// Minutes of (skew, utilisation, price).
fn minutes() -> impl Strategy<Value = Vec<(i128, i128, i128)>> {
    prop::collection::vec((-ONE..=ONE, 0..2 * ONE, 1i128..10i128.pow(16)), 1..40)
}

fn sizes() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(-1_000_000_000_000i64..1_000_000_000_000, 1..20)
}

fn walk(path: &[(i128, i128, i128)]) -> Vec<Indices> {
    let mut indices = Indices::default();
    let mut walked = vec![indices];
    for (skew, utilisation, price) in path {
        let price = Price::from_units(*price).unwrap();
        indices.accrue_minute(
            &RateConfig::default(),
            ratio(*skew),
            ratio(*utilisation),
            price,
        );
        walked.push(indices);
    }
    walked
}

proptest! {
    #[test]
    fn the_rate_stays_within_the_cap(path in minutes()) {
        let cap = FundingConfig::default().cap;
        for indices in walk(&path) {
            prop_assert!(indices.rate.abs() <= cap);
        }
    }

    #[test]
    fn longs_and_shorts_mirror_each_other(rate in -900i64..=900, skew in -ONE..=ONE) {
        let config = FundingConfig::default();
        let rate = Rate::units_i64(rate * 1_000_000_000_000_007);
        let next = next_rate(rate, ratio(skew), &config);
        prop_assert_eq!(next_rate(-rate, ratio(-skew), &config), -next);
    }

    #[test]
    fn the_rate_moves_towards_the_skew_or_towards_zero(rate in -900i64..=900, skew in -ONE..=ONE) {
        let config = FundingConfig::default();
        let rate = Rate::units_i64(rate * 1_000_000_000_000_000);
        let next = next_rate(rate, ratio(skew), &config);
        if ratio(skew).abs() <= config.dead_band {
            prop_assert!(next.abs() <= rate.abs() && next.signum() * rate.signum() >= 0);
            prop_assert!(rate.is_zero() || next.abs() < rate.abs());
        } else if skew > 0 {
            prop_assert!(next > rate || rate == config.cap);
        } else {
            prop_assert!(next < rate || rate == -config.cap);
        }
    }

    #[test]
    fn utilisation_rises_without_a_jump(u in 0..3 * ONE, step in 1..ONE / 1_000) {
        let config = UtilisationConfig::default();
        let (low, high) = (utilisation_rate(ratio(u), &config), utilisation_rate(ratio(u + step), &config));
        // The steepest slope is 92.5/25 = 3.7; two roundings.
        prop_assert!(low <= high && high.units() - low.units() <= step * 37 / 10 + 2);
    }

    #[test]
    fn the_shares_of_both_sides_are_the_whole(s in -ONE..=ONE) {
        let config = UtilisationConfig::default();
        let (w, mirrored) = (crowded_share(ratio(s), &config), crowded_share(ratio(-s), &config));
        prop_assert!(!w.is_negative() && w <= Ratio::ONE);
        // Floored on both sides: at most one unit of 10⁻¹⁸ is missing.
        prop_assert!((ONE - 1..=ONE).contains(&(w + mirrored).units()));
    }

    #[test]
    fn utilisation_indices_never_fall_and_never_charge_too_little(path in minutes()) {
        for (pair, (skew, u, price)) in walk(&path).windows(2).zip(&path) {
            let moved = |side| pair[1].utilisation(side) - pair[0].utilisation(side);
            prop_assert!(!moved(Side::Long).is_negative() && !moved(Side::Short).is_negative());
            let fee = utilisation_rate(ratio(*u), &UtilisationConfig::default());
            let whole = fee.index_step(Price::from_units(*price).unwrap(), seawall_units::Round::Ceil);
            // Both sides together pay the whole fee, and at most a few roundings more.
            let both = moved(Side::Long) + moved(Side::Short);
            let slack = 2 + 2 * (price / (525_600 * 10_000_000_000) + 1);
            prop_assert!(both >= whole && (both - whole).units() <= slack, "skew {skew}");
        }
    }

    /// M-6.1: traders and vault sum to zero.
    #[test]
    fn funding_sums_to_zero_over_traders_and_pool(path in minutes(), sizes in sizes()) {
        let walked = walk(&path);
        let (then, now) = (walked[0].funding, walked[walked.len() - 1].funding);
        let sizes: Vec<Base> = sizes.into_iter().map(Base::units_i64).collect();
        let paid: Usd = sizes.iter().map(|q| owed_funding(*q, now, then)).sum();
        // The pool's claim is the other side of the difference, exact, received rounded down.
        let net: Base = sizes.iter().copied().sum();
        let pool = (now - then).owed(-net, seawall_units::Round::Floor);
        let left = (paid + pool).units();
        prop_assert!(left >= 0 && left < i128::try_from(sizes.len()).unwrap());
    }

    /// M-6.3.
    #[test]
    fn lazy_settlement_is_the_exact_one(path in minutes(), size in -1_000_000_000_000i64..1_000_000_000_000) {
        let walked = walk(&path);
        let (first, last) = (walked[0], walked[walked.len() - 1]);
        let size = Base::units_i64(size);
        let steps = i128::try_from(path.len()).unwrap();
        let side = size.side().unwrap_or(Side::Long);
        let lazy = owed_funding(size, last.funding, first.funding);
        let eager: Usd = walked.windows(2).map(|p| owed_funding(size, p[1].funding, p[0].funding)).sum();
        let extra = (eager - lazy).units();
        // Settling more often never favours who pays, by less than a unit a step.
        prop_assert!((0..steps).contains(&extra), "{extra} units in {steps} steps");
        let lazy = owed_utilisation(size, last.utilisation(side), first.utilisation(side));
        let eager: Usd = walked.windows(2)
            .map(|p| owed_utilisation(size, p[1].utilisation(side), p[0].utilisation(side))).sum();
        prop_assert!((0..steps).contains(&(eager - lazy).units()));
    }

    #[test]
    fn lazy_settlement_never_takes_less_than_the_exact_amount(size in any::<i32>(), index in any::<i64>()) {
        let (size, index) = (Base::units_i64(size.into()), Index::units_i64(index));
        let owed = owed_funding(size, index, Index::ZERO).units();
        let exact = size.units() * index.units(); // in units of 10⁻²⁶ USD; a USD unit is 10²⁰ of them
        prop_assert!(owed * 10i128.pow(20) >= exact && (owed - 1) * 10i128.pow(20) < exact);
    }

    #[test]
    fn an_average_lies_between_its_values(parts in prop::collection::vec((-ONE..=ONE, 1u64..60), 1..10)) {
        let mut average = MinuteAverage::default();
        for (value, seconds) in &parts {
            average.add(ratio(*value), *seconds);
        }
        let got = average.take().units();
        let values = || parts.iter().map(|p| p.0);
        prop_assert!(values().min().unwrap() <= got && got <= values().max().unwrap());
        prop_assert_eq!(average, MinuteAverage::default());
    }
}
