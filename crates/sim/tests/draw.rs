//! Draws: bounds, grids, weights and addresses.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_ledger::AccountId;
use seawall_scenario::Crowd;
use seawall_scenario::model::{Distribution, DrawnPositions, Weighted};
use seawall_sim::{Group, Purpose, arrivals, draw_crowd, fitting_factor, shrunk};
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{Endowment, LimitUse};

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn sample<T: seawall_sim::Drawn>(of: &Distribution<T>, count: u64) -> Vec<T> {
    let group = Group::new(7, Purpose::Positions, "sample");
    (0..count).map(|n| group.member(n).value(of)).collect()
}

#[test]
fn the_numbers_of_an_address_never_move() {
    // From a separate implementation of SHA-256, ChaCha8 and Box–Muller in Python.
    let mut draws = Group::new(7, Purpose::Positions, "retail").member(3);
    let first: Vec<i128> = (0..3).map(|_| draws.below(1_000_000)).collect();
    assert_eq!(first, PINNED_INTEGERS);
    let lognormal = Distribution::Lognormal {
        median: usd("5000"),
        sigma: ratio("1.2"),
        min: usd("0"),
        max: usd("1000000000"),
    };
    let drawn: Vec<String> = sample(&lognormal, 3).iter().map(Usd::to_string).collect();
    assert_eq!(drawn, PINNED_LOGNORMAL);
}

const PINNED_INTEGERS: [i128; 3] = [123_431, 688_364, 426_359];
const PINNED_LOGNORMAL: [&str; 3] = ["651.121166", "2872.726678", "15494.960109"];

#[test]
fn another_address_has_other_numbers() {
    let first = |seed, purpose, name, place| {
        Group::new(seed, purpose, name)
            .member(place)
            .below(i128::from(u64::MAX))
    };
    let here = first(7, Purpose::Positions, "retail", 3);
    assert_eq!(here, first(7, Purpose::Positions, "retail", 3));
    assert_ne!(here, first(8, Purpose::Positions, "retail", 3));
    assert_ne!(here, first(7, Purpose::Orders, "retail", 3));
    assert_ne!(here, first(7, Purpose::Positions, "retail2", 3));
    assert_ne!(here, first(7, Purpose::Positions, "retail", 4));
}

#[test]
fn a_choice_follows_its_weights() {
    let weighted = |value: i32, weight: &str| Weighted {
        value: Ratio::whole(value),
        weight: ratio(weight),
    };
    let of = Distribution::Choice(vec![weighted(5, "1"), weighted(10, "0"), weighted(20, "3")]);
    let drawn = sample(&of, 20_000);
    let count = |value| drawn.iter().filter(|d| **d == Ratio::whole(value)).count();
    // A quarter of 20 000 is 5 000, its standard deviation 61: within five of them.
    assert!(count(5).abs_diff(5000) < 305, "{}", count(5));
    assert_eq!(count(10), 0);
    assert_eq!(count(5) + count(20), 20_000);
}

#[test]
fn a_lognormal_has_its_median_and_its_quartiles() {
    let of = Distribution::Lognormal {
        median: usd("5000"),
        sigma: ratio("1.2"),
        min: Usd::ULP,
        max: Usd::MAX,
    };
    let mut drawn = sample(&of, 20_000);
    drawn.sort_unstable();
    let near = |place: usize, low: &str, high: &str| {
        let found = drawn[place];
        assert!(usd(low) < found && found < usd(high), "{found} at {place}");
    };
    // Quartiles at median·exp(±0.67449·1.2): 2 225.6 and 11 233.0; the standard error of a
    // quartile is 1.2·sqrt(0.25·0.75/20000)/0.3178 = 1.16 % of it, of the median 1.06 %.
    near(5000, "2097", "2355");
    near(10_000, "4735", "5265");
    near(15_000, "10582", "11885");
}

#[test]
fn arrivals_come_as_often_as_the_flow_says() {
    let mut draws = Group::new(7, Purpose::Arrivals, "flow").member(0);
    let (from, until) = (Time::from_secs(1000), Time::from_secs(1000 + 59_999));
    let moments = arrivals(&mut draws, ratio("12.5"), from, until);
    // 1 000 minutes of 12.5: 12 500, its standard deviation 112: within five of them.
    assert!(moments.len().abs_diff(12_500) < 560, "{}", moments.len());
    assert!(moments.windows(2).all(|two| two[0] <= two[1]));
    assert!(moments.iter().all(|at| from <= *at && *at <= until));
    // Gaps of a Poisson process are memoryless: the share of seconds without an order is
    // exp(−12.5/60) = 0.8119.
    let mut distinct = moments.clone();
    distinct.dedup();
    let empty = 60_000 - distinct.len();
    assert!(empty.abs_diff(48_716) < 480, "{empty}");
    assert_eq!(arrivals(&mut draws, Ratio::ZERO, from, until), []);
}

fn crowd(name: &str, count: u32, entry: Distribution<Ratio>) -> Crowd {
    Crowd {
        first: AccountId::new(10),
        positions: DrawnPositions {
            name: name.into(),
            count,
            long_share: ratio("0.7"),
            notional: Distribution::Lognormal {
                median: usd("2000"),
                sigma: ratio("1.5"),
                min: usd("100"),
                max: usd("500000"),
            },
            leverage: Distribution::Uniform {
                min: ratio("2"),
                max: ratio("60"),
            },
            entry,
        },
    }
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

/// 2 % of the notional.
fn two_percent(size: Base, price: Price) -> Usd {
    price.value_ceil(size).mul_ceil(Ratio::bps(200))
}

fn equity(position: &Endowment, mark: Price) -> Usd {
    position.margin + mark.value_floor(position.size) - position.entry.value_ceil(position.size)
}

#[test]
fn a_crowd_is_what_it_says() {
    let entry = Distribution::Uniform {
        min: ratio("0.9"),
        max: ratio("1.1"),
    };
    let opening = price("60000");
    let drawn = draw_crowd(7, &crowd("retail", 5000, entry), opening, &two_percent);
    assert_eq!(drawn.len(), 5000);
    let long = drawn.iter().filter(|each| each.size.is_positive()).count();
    // 70 % of 5 000 is 3 500, its standard deviation 32.4.
    assert!(long.abs_diff(3500) < 162, "{long}");
    let moved = drawn.iter().filter(|each| each.entry != opening).count();
    assert!(moved > 2000, "{moved}");
    for (place, each) in (10..).zip(&drawn) {
        assert_eq!(each.account, AccountId::new(place));
        let notional = opening.value_floor(each.size.abs());
        assert!(usd("99.9") < notional && notional <= usd("500000"));
        let required = two_percent(each.size.abs(), opening);
        assert!(equity(each, opening) >= required, "{each:?}");
    }
}

#[test]
fn a_position_that_could_not_be_held_is_entered_at_the_opening_price() {
    let one = |entry: &str, leverage: &str| {
        let mut crowd = crowd("one", 1, Distribution::Fixed(ratio(entry)));
        crowd.positions.long_share = Ratio::ONE;
        crowd.positions.notional = Distribution::Fixed(usd("6000"));
        crowd.positions.leverage = Distribution::Fixed(ratio(leverage));
        draw_crowd(7, &crowd, price("60000"), &two_percent)[0]
    };
    // Entered 1 % higher at 20x: 0.1 from 60 600, margin 303, loss 60: 243 is above 120.
    let kept = one("1.01", "20");
    assert_eq!((kept.entry, kept.margin), (price("60600"), usd("303")));
    // Entered 4 % higher at 20x: margin 312, loss 240: 72 is below 120.
    let moved = one("1.04", "20");
    assert_eq!((moved.entry, moved.margin), (price("60000"), usd("300")));
    // At 60x, 100 is below 120 wherever it is entered.
    let raised = one("1", "60");
    assert_eq!((raised.entry, raised.margin), (price("60000"), usd("120")));
}

#[test]
fn a_longer_crowd_begins_with_the_shorter_one() {
    let at_opening = || Distribution::Fixed(Ratio::ONE);
    let draw = |count| {
        let crowd = crowd("retail", count, at_opening());
        draw_crowd(7, &crowd, price("60000"), &two_percent)
    };
    assert_eq!(draw(50)[..20], draw(20)[..]);
}

proptest! {
    #[test]
    fn a_uniform_draw_keeps_its_bounds(min in 0_i64..1_000_000, width in 0_i64..1_000_000_000, place: u64) {
        let (min, max) = (Usd::units_i64(min), Usd::units_i64(min + width));
        let of = Distribution::Uniform { min, max };
        let drawn = Group::new(1, Purpose::Orders, "flow").member(place).value(&of);
        prop_assert!(min <= drawn && drawn <= max);
    }

    #[test]
    fn a_lognormal_draw_keeps_its_bounds(
        median in 1_i64..1_000_000_000_000,
        sigma in 0_i32..200_000,
        place: u64,
    ) {
        let median = Usd::units_i64(median);
        let (min, max) = (Usd::ULP, Usd::whole(2_000_000));
        let of = Distribution::Lognormal { median, sigma: Ratio::bps(sigma), min, max };
        let drawn = Group::new(1, Purpose::Orders, "flow").member(place).value(&of);
        prop_assert!(min <= drawn && drawn <= max);
    }

    #[test]
    fn without_deviation_a_lognormal_is_its_median(median in 1_i64..1_000_000_000_000, place: u64) {
        let median = Usd::units_i64(median);
        let of = Distribution::Lognormal {
            median, sigma: Ratio::ZERO, min: Usd::ZERO, max: Usd::MAX };
        prop_assert_eq!(Group::new(1, Purpose::Orders, "f").member(place).value(&of), median);
    }

    #[test]
    fn shrinking_never_makes_a_limit_larger(
        sizes in prop::collection::vec(-10_000_000_000_i64..10_000_000_000, 1..40),
        allowed in 1_i32..1_000_000,
    ) {
        let entry = price("60000");
        let positions: Vec<Endowment> = (0..).zip(&sizes).filter(|(_, size)| **size != 0)
            .map(|(account, size)| Endowment {
                account: AccountId::new(account),
                size: Base::units_i64(*size),
                entry,
                margin: Usd::whole(1000),
            }).collect();
        let value = |all: &[Endowment]| -> Usd {
            all.iter().map(|each| entry.value_ceil(each.size.abs())).sum()
        };
        let used = |all: &[Endowment]| [LimitUse {
            limit: "open interest", value: value(all), allowed: Usd::whole(allowed) }];
        let factor = fitting_factor(&used(&positions));
        let fitted = shrunk(&positions, factor);
        prop_assert_eq!(fitting_factor(&used(&fitted)), Ratio::ONE);
        for small in &fitted {
            let whole = positions.iter().find(|each| each.account == small.account).unwrap();
            prop_assert_eq!(whole.size.signum(), small.size.signum());
            prop_assert!(small.size.abs() <= whole.size.abs());
            prop_assert!(small.margin <= whole.margin);
            // Margin over size never falls.
            prop_assert!(small.margin.mul_div_ceil(whole.size.abs(), small.size.abs()).unwrap() >= whole.margin);
        }
    }
}
