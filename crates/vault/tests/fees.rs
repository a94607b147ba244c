//! The fee waterfall and the senior coupon (M-5).
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_units::{Rate, Ratio, Time, Usd};
use seawall_vault::{Arrears, FeeConfig, FeeSplit, Recipients, VaultError, distribute};

const DAY: u64 = 86_400;

fn usd(count: i32) -> Usd {
    Usd::whole(count)
}

/// Arrears of exactly this much: one minute of a Senior that earns it.
fn owing(coupon: i32) -> Arrears {
    // coupon·525 600/0.06 = coupon·8 760 000
    let mut arrears = Arrears::default();
    arrears.accrue_minute(
        Time::from_secs(0),
        usd(coupon * 8_760_000),
        &FeeConfig::default(),
    );
    assert_eq!(arrears.due(), usd(coupon));
    arrears
}

fn check(gross: i32, before: [i32; 3], arrears: &mut Arrears, expect: [&str; 5]) {
    let [insurance, senior, junior] = before.map(usd);
    let before = Recipients {
        insurance,
        senior,
        junior,
    };
    let split = distribute(usd(gross), before, arrears, &FeeConfig::default());
    let [protocol, insurance, coupon, senior, junior] = expect.map(|t| t.parse().unwrap());
    let expect = FeeSplit {
        protocol,
        insurance,
        coupon,
        senior,
        junior,
    };
    assert_eq!(split, expect);
    assert_eq!(split.total(), usd(gross));
}

/// M-5.2; the insurance fund is filled up to 5 % of S (M-8.4).
#[test]
fn the_waterfall_by_hand() {
    let pair = [100_000, 8_000_000, 2_000_000];
    // 1 000: 100 protocol, 100 insurance, 200 coupon, of the other 600 120 and 480.
    check(
        1_000,
        pair,
        &mut owing(200),
        ["100", "100", "200", "120", "480"],
    );
    // The coupon takes all that is left and 200 stay due.
    let mut arrears = owing(200);
    check(125, pair, &mut arrears, ["12.5", "12.5", "100", "0", "0"]);
    assert_eq!(arrears.due(), usd(100));
    check(
        1_000,
        pair,
        &mut arrears,
        ["100", "100", "100", "140", "560"],
    );
    assert_eq!(arrears, owing(0));
    // Insurance is 30 below its target of 5 % of 8 000 000, then at it, then above it.
    let mut none = Arrears::default();
    check(
        1_000,
        [399_970, 8_000_000, 2_000_000],
        &mut none,
        ["100", "30", "0", "174", "696"],
    );
    check(
        1_000,
        [400_000, 8_000_000, 2_000_000],
        &mut none,
        ["100", "0", "0", "180", "720"],
    );
    check(
        1_000,
        [400_001, 8_000_000, 2_000_000],
        &mut none,
        ["100", "0", "0", "180", "720"],
    );
    // Without Junior its part is the insurance fund's.
    check(
        1_000,
        [400_000, 8_000_000, 0],
        &mut none,
        ["100", "720", "0", "180", "0"],
    );
    check(0, pair, &mut owing(3), ["0", "0", "0", "0", "0"]);
}

#[test]
fn every_share_of_a_few_units_is_floored() {
    let before = Recipients {
        insurance: Usd::ZERO,
        senior: usd(100),
        junior: usd(100),
    };
    let split = distribute(
        Usd::units_i64(19),
        before,
        &mut Arrears::default(),
        &FeeConfig::default(),
    );
    // 1.9 and 1.9 floored, 17 left, 3.4 floored.
    let units = [split.protocol, split.insurance, split.senior, split.junior].map(Usd::units);
    assert_eq!(units, [1, 1, 3, 14]);
}

#[test]
fn a_year_of_minutes_is_six_percent() {
    let config = FeeConfig {
        arrears_days: 3_650,
        ..FeeConfig::default()
    };
    // 0.06·1 234 567.891234 = 74 074.073 474 04: floored, one unit at most is missing.
    for (senior, year) in [
        ("1000000", "60000"),
        ("1234567.891234", "74074.073474"),
        ("0.000017", "0.000001"),
    ] {
        let senior: Usd = senior.parse().unwrap();
        let mut arrears = Arrears::default();
        for minute in 0..525_600 {
            arrears.accrue_minute(Time::from_secs(60 * minute), senior, &config);
        }
        assert_eq!(arrears.due(), year.parse().unwrap(), "{senior}");
    }
}

/// 864 USD a day, 0.60 a minute.
fn accrue_days(arrears: &mut Arrears, days: std::ops::Range<u64>) {
    for day in days {
        for minute in 0..1_440 {
            let now = Time::from_secs(day * DAY + minute * 60);
            arrears.accrue_minute(now, usd(5_256_000), &FeeConfig::default());
        }
    }
}

#[test]
fn arrears_of_31_days_and_the_day_after() {
    let mut arrears = Arrears::default();
    // Days 0 to 30: day 0 is 30 days old on the last of them and still due.
    accrue_days(&mut arrears, 0..31);
    assert_eq!(arrears.due(), usd(31 * 864));
    assert_eq!(arrears.days().next(), Some((0, usd(864))));
    // At the first minute of day 31 it is lost, and one minute falls due.
    arrears.accrue_minute(
        Time::from_secs(31 * DAY),
        usd(5_256_000),
        &FeeConfig::default(),
    );
    assert_eq!(arrears.due(), usd(30 * 864) + "0.6".parse().unwrap());
    assert_eq!(arrears.days().next(), Some((1, usd(864))));
    // No interest on what waits, and nothing is left 31 days later.
    arrears.expire(Time::from_secs(61 * DAY), &FeeConfig::default());
    assert_eq!(arrears.due(), "0.6".parse().unwrap());
    arrears.expire(Time::from_secs(62 * DAY), &FeeConfig::default());
    assert_eq!((arrears.due(), arrears.days().count()), (Usd::ZERO, 0));
}

#[test]
fn the_oldest_day_is_paid_first() {
    let mut arrears = Arrears::default();
    accrue_days(&mut arrears, 0..3);
    // 1 250 gross: 125, 125, the coupon takes 1 000: day 0 and 136 of day 1.
    let before = Recipients {
        insurance: Usd::ZERO,
        senior: usd(5_256_000),
        junior: usd(1_000_000),
    };
    let split = distribute(usd(1_250), before, &mut arrears, &FeeConfig::default());
    assert_eq!(split.coupon, usd(1_000));
    let days: Vec<_> = arrears.days().collect();
    assert_eq!(days, [(1, usd(728)), (2, usd(864))]);
}

#[test]
fn illegal_parameters_name_field_value_and_range() {
    let config = FeeConfig::default();
    assert_eq!(config.validate(), Ok(()));
    // 60 % and 50 % are more than the gross.
    let bad = FeeConfig {
        protocol: Ratio::bps(6_000),
        insurance: Ratio::bps(5_000),
        ..config
    };
    assert_eq!(
        bad.validate().unwrap_err().to_string(),
        "insurance = 0.500000000000000000; legal: 0.000000000000000000 to 0.400000000000000000"
    );
    let bad = FeeConfig {
        coupon: Rate::whole(2),
        ..config
    };
    assert!(matches!(
        bad.validate(),
        Err(VaultError::Rate {
            field: "coupon",
            ..
        })
    ));
    let bad = FeeConfig {
        arrears_days: 3_651,
        ..config
    };
    assert!(matches!(
        bad.validate(),
        Err(VaultError::Days {
            field: "arrears_days",
            ..
        })
    ));
    let read: FeeConfig = toml::from_str("coupon = \"4%\"").unwrap();
    assert_eq!(read.coupon, "0.04".parse().unwrap());
    assert!(toml::from_str::<FeeConfig>("cupon = \"4%\"").is_err());
}

proptest! {
    #[test]
    fn fees_are_conserved_and_flow_in_order(
        gross in 0i64..10i64.pow(13), due in 0i64..10i64.pow(18),
        before in (0i64..10i64.pow(16), 0i64..10i64.pow(17), 0i64..10i64.pow(16)),
        shares in (0i32..=5_000, 0i32..=5_000, 0i32..=10_000),
    ) {
        let config = FeeConfig {
            protocol: Ratio::bps(shares.0), insurance: Ratio::bps(shares.1), senior_share: Ratio::bps(shares.2),
            ..FeeConfig::default()
        };
        prop_assert_eq!(config.validate(), Ok(()));
        let gross = Usd::units_i64(gross);
        let before = Recipients {
            insurance: Usd::units_i64(before.0), senior: Usd::units_i64(before.1),
            // Every third time there is no Junior.
            junior: if before.2 % 3 == 0 { Usd::ZERO } else { Usd::units_i64(before.2) },
        };
        let mut arrears = Arrears::default();
        arrears.accrue_minute(Time::from_secs(0), Usd::units_i64(due), &config);
        let owed = arrears.due();
        let split = distribute(gross, before, &mut arrears, &config);
        prop_assert_eq!(split.total(), gross);
        for part in [split.protocol, split.insurance, split.coupon, split.senior, split.junior] {
            prop_assert!(!part.is_negative());
        }
        prop_assert_eq!(split.coupon + arrears.due(), owed);
        prop_assert_eq!(arrears.days().map(|d| d.1).sum::<Usd>(), arrears.due());
        // The rest is split only when the coupon is paid in full.
        prop_assert!((split.senior + split.junior).is_zero() || arrears.due().is_zero());
        if before.junior.is_positive() {
            let target = before.senior.mul_floor(config.insurance_target);
            prop_assert!(split.insurance.is_zero() || before.insurance + split.insurance <= target);
        } else {
            prop_assert!(split.junior.is_zero());
        }
    }

    #[test]
    fn minutes_at_changing_values_lose_less_than_one_unit(
        minutes in prop::collection::vec(0i64..10i64.pow(15), 1..200), coupon in 0i64..=10i64.pow(18),
    ) {
        let config = FeeConfig { coupon: Rate::units_i64(coupon), ..FeeConfig::default() };
        let mut arrears = Arrears::default();
        for (minute, senior) in (0u64..).zip(&minutes) {
            arrears.accrue_minute(Time::from_secs(60 * minute), Usd::units_i64(*senior), &config);
        }
        let parts = 525_600 * Rate::ONE_UNITS;
        let exact: i128 = minutes.iter().map(|s| i128::from(*s) * i128::from(coupon)).sum();
        prop_assert_eq!(arrears.due().units(), exact / parts);
    }

    #[test]
    fn days_hold_what_is_due_at_any_time(
        steps in prop::collection::vec((0u64..400_000, 0i64..10i64.pow(16), 0i64..10i64.pow(9)), 1..60),
    ) {
        let config = FeeConfig { arrears_days: 3, ..FeeConfig::default() };
        let before = Recipients { insurance: Usd::ZERO, senior: usd(1_000), junior: usd(1_000) };
        let (mut arrears, mut now) = (Arrears::default(), Time::from_secs(0));
        for (wait, senior, fees) in steps {
            now = now.plus(wait);
            arrears.accrue_minute(now, Usd::units_i64(senior), &config);
            let _ = distribute(Usd::units_i64(fees), before, &mut arrears, &config);
            prop_assert_eq!(arrears.days().map(|d| d.1).sum::<Usd>(), arrears.due());
            let today = now.secs() / DAY;
            let days: Vec<u64> = arrears.days().map(|d| d.0).collect();
            prop_assert!(days.windows(2).all(|d| d[0] < d[1]));
            prop_assert!(days.iter().all(|d| today - d <= 3));
        }
    }
}
