//! What is refused, and that nothing else is: any legal parameters give legal prices.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use proptest::prelude::*;
use seawall_paths::{PathError, PathSource, PriceModel, Recorded, Sampling, Setup, Shock};
use seawall_units::{Price, Ratio};
use support::{hour, model, price, recorded, source};

fn refused(text: &str) -> String {
    model(text).validate().unwrap_err().to_string()
}

/// Models with one wrong parameter, and its name.
const WRONG: &[(&str, &str)] = &[
    ("gbm = { drift = '1001', volatility = '1' }", "drift"),
    ("gbm = { volatility = '-0.1' }", "volatility"),
    (
        "merton = { volatility = '1', jumps_a_year = '-1', jump_mean = '0', jump_deviation = '0' }",
        "jumps_a_year",
    ),
    (
        "merton = { volatility = '1', jumps_a_year = '1', jump_mean = '11', jump_deviation = '0' }",
        "jump_mean",
    ),
    (
        "merton = { volatility = '1', jumps_a_year = '1', jump_mean = '0', jump_deviation = '-1' }",
        "jump_deviation",
    ),
    (
        "heston = { kappa = '-1', theta = '1', xi = '1', rho = '0' }",
        "kappa",
    ),
    (
        "heston = { kappa = '1', theta = '-1', xi = '1', rho = '0' }",
        "theta",
    ),
    (
        "heston = { kappa = '1', theta = '1', xi = '1001', rho = '0' }",
        "xi",
    ),
    (
        "heston = { kappa = '1', theta = '1', xi = '1', rho = '1.1' }",
        "rho",
    ),
    (
        "heston = { kappa = '1', theta = '1', xi = '1', rho = '0', initial_variance = '-1' }",
        "initial_variance",
    ),
    ("regimes = { regimes = [] }", "regimes"),
    (
        "regimes = { regimes = [{ name = '', volatility = '1' }] }",
        "regimes[0].name",
    ),
    (
        "regimes = { regimes = [{ name = 'a', volatility = '1' }, { name = 'a', volatility = '1' }] }",
        "regimes[1].name",
    ),
    (
        "regimes = { regimes = [{ name = 'a', volatility = '101' }] }",
        "regimes[0].volatility",
    ),
    (
        "regimes = { regimes = [{ name = 'a', volatility = '1', switch = { b = '1' } }] }",
        "regimes[0].switch.b",
    ),
    (
        "regimes = { regimes = [{ name = 'a', volatility = '1', switch = { a = '1' } }] }",
        "regimes[0].switch.a",
    ),
    (
        "regimes = { initial = 'a', regimes = [{ name = 'a', volatility = '1', switch = { b = '0' } }, { name = 'b', volatility = '1' }] }",
        "regimes[0].switch.b",
    ),
    (
        "regimes = { initial = 'b', regimes = [{ name = 'a', volatility = '1' }] }",
        "initial",
    ),
    // From b nothing leads back, so there are no shares of all time to draw from.
    (
        "regimes = { regimes = [{ name = 'a', volatility = '1', switch = { b = '1' } }, { name = 'b', volatility = '1' }] }",
        "initial",
    ),
    ("bootstrap = { block = { fixed = 0 } }", "block.fixed"),
    (
        "bootstrap = { block = { geometric = 1 }, scale = '101' }",
        "scale",
    ),
    ("replay = { scale = '-1' }", "scale"),
];

#[test]
fn a_parameter_outside_of_its_range_is_named_with_its_range() {
    let gbm = "gbm = { volatility = '101' }";
    assert_eq!(
        refused(gbm),
        "volatility is 101.000000000000000000; legal: 0 to 100"
    );
    for (text, field) in WRONG {
        let error = model(text).validate().unwrap_err();
        assert_eq!(&error.field, field, "{text}");
    }
}

#[test]
fn an_unknown_key_is_refused() {
    for text in [
        "gbm = { volatility = '1', drfit = '0' }",
        "gmb = { volatility = '1' }",
        "bootstrap = { block = { fixed = 1 }, seed = 3 }",
        "gbm = { volatility = 0.8 }",
    ] {
        assert!(toml::from_str::<PriceModel>(text).is_err(), "{text}");
    }
}

#[test]
fn what_a_tick_does_not_allow_is_refused() {
    let error = |setup| PathSource::new(setup).unwrap_err().to_string();
    assert_eq!(
        error(Setup {
            ticks: 0,
            ..hour("gbm = { volatility = '1' }")
        }),
        "ticks is 0; legal: 1 to 10000000"
    );
    assert!(
        error(Setup {
            tick_seconds: 0,
            ..hour("gbm = { volatility = '1' }")
        })
        .starts_with("tick_seconds is 0")
    );
    assert_eq!(
        error(hour("merton = { volatility = '1', jumps_a_year = '31536000', jump_mean = '0', jump_deviation = '0' }")
            .in_ticks_of(3_600)),
        "jumps_a_year is 31536000.000000000000000000; legal: at most 100 jumps in a tick of 3600 s"
    );
    assert!(
        error(hour(
            "heston = { kappa = '1000000', theta = '1', xi = '1', rho = '0' }"
        ))
        .starts_with("kappa is 1000000")
    );
    assert!(
        error(hour("regimes = { regimes = [{ name = 'a', volatility = '1', switch = { b = '31536000' } }, { name = 'b', volatility = '1', switch = { a = '1' } }] }").in_ticks_of(3_600))
            .starts_with("regimes[0].switch is 31536000")
    );
}

#[test]
fn a_recording_or_a_shock_that_does_not_fit_is_refused() {
    let error = |setup| PathSource::new(setup).unwrap_err().to_string();
    let moves = || Some(recorded(&["100", "101", "99", "103"], 60));
    assert_eq!(
        error(hour("[replay]")),
        "the model replay needs a recorded path; name one, or take another model"
    );
    assert_eq!(
        error(Setup {
            recorded: moves(),
            ..hour("[replay]")
        }),
        "the recorded path has 3 ticks of this length; this needs at least 60"
    );
    assert_eq!(
        error(Setup {
            recorded: moves(),
            tick_seconds: 90,
            ..hour("[replay]")
        }),
        "a tick of 90 s is not a multiple of the 60 s between recorded prices; take a multiple"
    );
    assert_eq!(
        error(Setup {
            recorded: moves(),
            ..hour("bootstrap = { block = { geometric = 4 } }")
        }),
        "block.geometric is 4; legal: 1 to 3"
    );
    let shock = |tick, factor: &str| Setup {
        shocks: vec![Shock {
            tick,
            factor: factor.parse().unwrap(),
        }],
        ..hour("gbm = { volatility = '1' }")
    };
    assert_eq!(
        error(shock(61, "1")),
        "shocks[0].tick is 61; legal: 1 to 60"
    );
    assert!(error(shock(1, "0")).starts_with("shocks[0].factor is 0"));
    assert!(matches!(
        Recorded::new(vec![price("1")], 60),
        Err(PathError::TooShort {
            recorded: 0,
            needed: 1
        })
    ));
}

trait InTicksOf {
    fn in_ticks_of(self, seconds: u32) -> Self;
}

impl InTicksOf for Setup {
    fn in_ticks_of(self, seconds: u32) -> Self {
        Self {
            tick_seconds: seconds,
            ..self
        }
    }
}

/// A price that leaves the range upwards is refused by name, never set to the largest one; one that
/// falls below the grid stays at its smallest unit.
#[test]
fn a_price_beyond_the_range_is_refused_and_one_below_the_grid_stays_on_it() {
    let year = |drift: &str| Setup {
        ticks: 10,
        tick_seconds: 3_153_600,
        ..hour(&format!("gbm = {{ drift = '{drift}', volatility = '0' }}"))
    };
    // 100·e^(2.4·10) is 2.6·10¹²; with one tick less it is 2.4·10¹¹.
    assert_eq!(
        source(year("24")).prices(3).unwrap_err(),
        PathError::Beyond { path: 3, tick: 10 }
    );
    let fallen = source(year("-1000")).prices(3).unwrap();
    assert!(fallen[1..].iter().all(|price| *price == Price::ULP));
}

fn ratio(least: i128, most: i128) -> impl Strategy<Value = Ratio> {
    (least * 1_000..=most * 1_000).prop_map(|thousandths| {
        Ratio::from_units(thousandths * (Ratio::ONE_UNITS / 1_000)).unwrap()
    })
}

/// Every model with any legal parameters, as a file would state them.
fn models() -> impl Strategy<Value = PriceModel> {
    let gbm = (ratio(-1_000, 1_000), ratio(0, 100)).prop_map(|(drift, volatility)| {
        format!("gbm = {{ drift = '{drift}', volatility = '{volatility}' }}")
    });
    let merton = (ratio(-1_000, 1_000), ratio(0, 100), ratio(0, 36_500), ratio(-10, 10), ratio(0, 10)).prop_map(
        |(drift, volatility, jumps, mean, deviation)| {
            format!("merton = {{ drift = '{drift}', volatility = '{volatility}', jumps_a_year = '{jumps}', jump_mean = '{mean}', jump_deviation = '{deviation}' }}")
        },
    );
    let heston = (ratio(0, 365), ratio(0, 10_000), ratio(0, 1_000), ratio(-1, 1), ratio(0, 10_000)).prop_map(
        |(kappa, theta, xi, rho, initial)| {
            format!("heston = {{ kappa = '{kappa}', theta = '{theta}', xi = '{xi}', rho = '{rho}', initial_variance = '{initial}' }}")
        },
    );
    let regimes = (ratio(0, 100), ratio(0, 100), ratio(1, 36_500), ratio(1, 36_500)).prop_map(|(calm, wild, to, back)| {
        format!("regimes = {{ regimes = [{{ name = 'calm', volatility = '{calm}', switch = {{ wild = '{to}' }} }}, {{ name = 'wild', volatility = '{wild}', switch = {{ calm = '{back}' }} }}] }}")
    });
    let bootstrap = (prop_oneof!["fixed", "geometric"], 1_u32..=5, ratio(0, 100)).prop_map(
        |(kind, ticks, scale)| {
            format!("bootstrap = {{ block = {{ {kind} = {ticks} }}, scale = '{scale}' }}")
        },
    );
    let replay = (prop_oneof!["first", "in_turn", "drawn"], ratio(0, 100))
        .prop_map(|(start, scale)| format!("replay = {{ start = '{start}', scale = '{scale}' }}"));
    prop_oneof![gbm, merton, heston, regimes, bootstrap, replay].prop_map(|text| model(&text))
}

fn setups() -> impl Strategy<Value = Setup> {
    let sampling = prop_oneof![
        Just(Sampling::Independent),
        Just(Sampling::Antithetic),
        (1_u32..=16).prop_map(|power| Sampling::Sobol {
            sequence: 1 << power
        }),
    ];
    let opening = (1_i128..=10_i128.pow(22)).prop_map(|units| Price::from_units(units).unwrap());
    let ticks = prop_oneof![1_u32..=5, Just(300)];
    (
        models(),
        sampling,
        any::<u64>(),
        opening,
        ticks,
        1_u32..=1_440,
    )
        .prop_map(|(model, sampling, seed, opening, ticks, minutes)| Setup {
            model,
            sampling,
            shocks: vec![Shock {
                tick: 1,
                factor: Ratio::whole(2),
            }],
            seed,
            opening,
            ticks,
            tick_seconds: minutes * 60,
            recorded: Some(recorded(
                &["100", "1000000000000", "99", "0.0000000001", "5", "7"],
                minutes * 60,
            )),
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Prices lie in the range by their type; a path ends, has its length, begins at the opening,
    /// comes again the same, and is refused for one reason only.
    #[test]
    fn any_legal_setup_gives_legal_prices(setup in setups(), path: u64) {
        prop_assert_eq!(setup.model.validate(), Ok(()));
        let source = match PathSource::new(setup.clone()) {
            Ok(source) => source,
            Err(error) => {
                let expected = matches!(error, PathError::Sampling { .. } | PathError::TooShort { .. });
                prop_assert!(expected, "{}", error);
                return Ok(());
            }
        };
        match source.prices(path) {
            Ok(prices) => {
                prop_assert_eq!(prices.len(), setup.ticks as usize + 1);
                prop_assert_eq!(prices[0], setup.opening);
                prop_assert!(prices.iter().all(|price| (Price::ULP..=Price::MAX).contains(price)));
                prop_assert_eq!(source.prices(path).unwrap(), prices);
            }
            Err(error) => {
                let beyond = matches!(error, PathError::Beyond { path: of, .. } if of == path);
                prop_assert!(beyond, "{}", error);
            }
        }
    }

    /// What is written to a file is read from it.
    #[test]
    fn a_model_survives_a_file(model in models()) {
        let written = toml::to_string(&model).unwrap();
        prop_assert_eq!(toml::from_str::<PriceModel>(&written).unwrap(), model);
    }
}
