//! Rates and paths against numbers worked by hand (M-6).
#![allow(clippy::unwrap_used)] // helpers of tests

use seawall_funding::{
    FundingConfig, FundingError, Indices, MinuteAverage, RateConfig, UtilisationConfig,
    crowded_share, next_rate, owed_funding, owed_utilisation, utilisation_rate,
};
use seawall_units::{Base, Index, Price, Rate, Ratio, Side, Usd};

fn rate(text: &str) -> Rate {
    text.parse().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn check(from: &str, skew: &str, to: &str) {
    let got = next_rate(rate(from), ratio(skew), &FundingConfig::default());
    assert_eq!(got, rate(to), "{from} at {skew}");
    let mirrored = next_rate(-rate(from), -ratio(skew), &FundingConfig::default());
    assert_eq!(mirrored, -rate(to), "mirrored {from} at {skew}");
}

#[test]
fn next_rate_by_hand() {
    check("0", "1", "0.005");
    check("0", "0.5", "0.0025");
    check("0.1", "0.2", "0.101");
    // The cap.
    check("0.899", "1", "0.9");
    check("0.9", "1", "0.9");
    // Inside the dead band, its edge included: 0.6 − 0.6/60.
    check("0.6", "0", "0.59");
    check("0.6", "0.04", "0.59");
    check("0.6", "-0.04", "0.59");
    // One unit outside: 0.6 + 0.005·0.040000000000000001, the move towards zero.
    check("0.6", "0.040000000000000001", "0.600200000000000000");
    // Opposite signs: 0.6 − 0.01 − 0.005·0.5.
    check("0.6", "-0.5", "0.5875");
    // It may cross zero: 0.0006 − 0.00001 − 0.005.
    check("0.0006", "-1", "-0.00441");
    // The last unit decays to zero, and 61 units lose two.
    check("0.000000000000000001", "0", "0");
    check("0.000000000000000061", "0", "0.000000000000000059");
    // A skew beyond one is one.
    check("0", "1.5", "0.005");
}

#[test]
fn an_hour_at_full_skew() {
    // Rate after n minutes: 0.5 % · n; F = Σ 0.005·n·P/525 600 for n = 1..60
    // = 0.005·1830·105 120/525 600 = 9.15/5 = 1.83 exactly at P = 105 120 (every step n/1000).
    let price: Price = "105120".parse().unwrap();
    let mut indices = Indices::default();
    for minute in 1..=60 {
        indices.accrue_minute(&RateConfig::default(), Ratio::ONE, Ratio::ZERO, price);
        assert_eq!(indices.rate.units(), 5_000_000_000_000_000 * minute);
    }
    assert_eq!(indices.rate, rate("30%"));
    assert_eq!(indices.funding, "1.83".parse::<Index>().unwrap());
    assert_eq!((indices.long, indices.short), (Index::ZERO, Index::ZERO));
    // 180 minutes from nothing to the cap.
    for _ in 60..180 {
        indices.accrue_minute(&RateConfig::default(), Ratio::ONE, Ratio::ZERO, price);
    }
    assert_eq!(indices.rate, rate("90%"));
    indices.accrue_minute(&RateConfig::default(), Ratio::ONE, Ratio::ZERO, price);
    assert_eq!(indices.rate, rate("90%"));
}

#[test]
fn the_funding_index_is_floored_on_both_sides_of_zero() {
    // 0.005/525 600 = 0.000000009512937595.1…
    for (skew, want) in [
        ("1", "0.000000009512937595"),
        ("-1", "-0.000000009512937596"),
    ] {
        let mut indices = Indices::default();
        let price: Price = "1".parse().unwrap();
        indices.accrue_minute(&RateConfig::default(), ratio(skew), Ratio::ZERO, price);
        assert_eq!(indices.funding, want.parse().unwrap());
    }
}

#[test]
fn an_hour_of_decay() {
    // 0.9·(59/60)^60 = 0.328313079678010362…; each minute rounds down by less than a unit.
    let config = FundingConfig::default();
    let mut now = rate("0.9");
    for _ in 0..60 {
        now = next_rate(now, Ratio::ZERO, &config);
    }
    let exact = 328_313_079_678_010_362_i128;
    assert!(
        now.units() <= exact && exact - now.units() <= 60,
        "{now} against {exact}"
    );
    // It arrives at zero and stays there: 0.9 = 9·10¹⁷ units; ln(9·10¹⁷)·60 ≈ 2480 minutes, and
    // at most 60 more for the last sixty units.
    for _ in 0..2_600 {
        now = next_rate(now, Ratio::ZERO, &config);
    }
    assert_eq!(now, Rate::ZERO);
}

#[test]
fn the_rate_changes_sign() {
    // From +10 % with shorts only: each minute r − r/60 − 0.5 %; it crosses zero in the 18th:
    // r_n + 0.3 = 0.4·(59/60)^n, zero at n = ln(0.75)/ln(59/60) = 17.1.
    let config = FundingConfig::default();
    let mut now = rate("10%");
    let mut minutes = 0;
    while now.is_positive() {
        now = next_rate(now, -Ratio::ONE, &config);
        minutes += 1;
    }
    assert_eq!(minutes, 18);
    // Then the plain velocity: no decay once the signs agree.
    assert_eq!(next_rate(now, -Ratio::ONE, &config), now - rate("0.5%"));
}

/// M-6.2: the table of u.
#[test]
fn utilisation_pins() {
    let config = UtilisationConfig::default();
    for (u, want) in [
        ("0", "0"),
        ("50%", "25%"),
        ("75%", "37.5%"),
        ("90%", "93%"),
        ("100%", "130%"),
        ("120%", "204%"), // 37.5 + 45·92.5/25
        ("-1%", "0"),
    ] {
        assert_eq!(utilisation_rate(ratio(u), &config), rate(want), "U = {u}");
    }
    // One unit above the kink: 0.375 + 3.7·10⁻¹⁸, rounded up.
    assert_eq!(
        utilisation_rate(ratio("0.750000000000000001"), &config),
        rate("0.375000000000000004")
    );
    assert!(utilisation_rate(Ratio::MAX, &config) <= Rate::MAX);
}

/// M-1.4, M-6.2: what is crowded pays.
#[test]
fn the_crowded_side_pays() {
    let config = UtilisationConfig::default();
    for (s, w) in [
        ("-4%", "0"),
        ("-100%", "0"),
        ("-1%", "37.5%"),
        ("0", "50%"),
        ("1%", "62.5%"),
        ("4%", "100%"),
        ("100%", "100%"),
    ] {
        assert_eq!(crowded_share(ratio(s), &config), ratio(w), "s = {s}");
    }
}

#[test]
fn the_sides_split_the_fee() {
    // U = 75 %: 37.5 %/year; s = 1 %: 62.5/37.5. At P = 525 600: 0.375·0.625 = 0.234375 and
    // 0.375·0.375 = 0.140625.
    let mut indices = Indices::default();
    let price: Price = "525600".parse().unwrap();
    indices.accrue_minute(&RateConfig::default(), ratio("1%"), ratio("75%"), price);
    assert_eq!(indices.utilisation(Side::Long), "0.234375".parse().unwrap());
    assert_eq!(
        indices.utilisation(Side::Short),
        "0.140625".parse().unwrap()
    );
    let owed = owed_utilisation(Base::whole(-2), indices.short, Index::ZERO);
    assert_eq!(owed, "0.28125".parse::<Usd>().unwrap());
}

#[test]
fn the_liquidation_key_indices() {
    let indices = Indices {
        funding: "3".parse().unwrap(),
        long: "5".parse().unwrap(),
        short: "4".parse().unwrap(),
        rate: Rate::ZERO,
    };
    assert_eq!(indices.cost(Side::Long), "8".parse().unwrap());
    assert_eq!(indices.cost(Side::Short), "1".parse().unwrap());
}

/// M-2.3: who pays rounds up, who receives rounds down.
#[test]
fn owed_rounds_against_who_pays_and_who_receives() {
    let move_ = |text: &str| text.parse::<Index>().unwrap();
    let one = Base::whole(1);
    assert_eq!(owed_funding(one, move_("0.0000001"), Index::ZERO), Usd::ULP);
    assert_eq!(
        owed_funding(-one, move_("0.0000001"), Index::ZERO),
        Usd::ZERO
    );
    assert_eq!(
        owed_funding(one, move_("0.0000001"), move_("0.0000012")),
        -Usd::ULP
    );
    assert_eq!(
        owed_utilisation(-one, move_("0.0000001"), Index::ZERO),
        Usd::ULP
    );
}

#[test]
fn averages_by_seconds() {
    let mut average = MinuteAverage::default();
    assert_eq!(average.take(), Ratio::ZERO);
    average.add(ratio("0.1"), 20);
    average.add(ratio("0.4"), 40);
    assert_eq!(average.take(), ratio("0.3"));
    // Thirds are floored, also below zero.
    average.add(Ratio::ULP, 1);
    average.add(Ratio::ZERO, 2);
    assert_eq!(average.take(), Ratio::ZERO);
    average.add(-Ratio::ULP, 1);
    average.add(Ratio::ZERO, 2);
    assert_eq!(average.take(), -Ratio::ULP);
}

#[test]
fn illegal_parameters_name_field_value_and_range() {
    assert_eq!(RateConfig::default().validate(), Ok(()));
    let bad = FundingConfig {
        cap: rate("-0.1"),
        ..FundingConfig::default()
    };
    assert_eq!(
        bad.validate().unwrap_err().to_string(),
        "cap = -0.100000000000000000 per year; legal: 0.000000000000000000 to 100.000000000000000000"
    );
    let bad = FundingConfig {
        decay: 0,
        ..FundingConfig::default()
    };
    assert_eq!(bad.validate(), Err(FundingError::Decay { value: 0 }));
    for (field, bad) in [
        (
            "kink",
            UtilisationConfig {
                kink: Ratio::ONE,
                ..UtilisationConfig::default()
            },
        ),
        (
            "crowding",
            UtilisationConfig {
                crowding: Ratio::ZERO,
                ..UtilisationConfig::default()
            },
        ),
    ] {
        let error = bad.validate().unwrap_err();
        assert!(
            matches!(error, FundingError::Ratio { field: f, .. } if f == field),
            "{error}"
        );
    }
    // The line may not fall above the kink: 37.5 % is the least.
    let flat = UtilisationConfig {
        max: rate("37.5%"),
        ..UtilisationConfig::default()
    };
    assert_eq!(flat.validate(), Ok(()));
    let falling = UtilisationConfig {
        max: rate("37.4%"),
        ..UtilisationConfig::default()
    };
    assert!(matches!(
        falling.validate(),
        Err(FundingError::Rate { field: "max", .. })
    ));
}

#[test]
fn the_file_form_has_defaults_and_refuses_strangers() {
    let config: RateConfig = toml::from_str("[funding]\ncap = \"50%\"").unwrap();
    assert_eq!(config.funding.cap, rate("50%"));
    assert_eq!(config.utilisation, UtilisationConfig::default());
    assert!(toml::from_str::<RateConfig>("[funding]\nvelocity = \"1%\"").is_err());
}

/// 10⁹ USD reserved over the last micro-dollar of capital is 10¹⁵, beyond the range of ratios: the
/// average stands at the end of the range and is not zero, so that the fee does not fall to nothing
/// where the least is left to lend.
#[test]
fn an_average_beyond_the_range_is_the_end_of_the_range() {
    let reserved = Usd::whole(1_000_000_000);
    let huge = reserved.ratio_ceil(Usd::ULP).unwrap();
    let mut utilisation = seawall_funding::MinuteAverage::default();
    utilisation.add(huge, 60);
    assert_eq!(utilisation.take(), Ratio::MAX);
    utilisation.add(-huge, 60);
    assert_eq!(utilisation.take(), -Ratio::MAX);
}
