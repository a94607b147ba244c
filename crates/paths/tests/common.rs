//! The same random numbers across parameters: what is switched on or off, or varied, leaves the
//! numbers of everything else where they were.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use seawall_paths::{Sampling, Setup, Shock};
use support::{float, hour, moves, price, recorded, source, text};

/// The normal numbers behind a path of a volatility.
fn normals(volatility: f64, moves: &[f64]) -> Vec<f64> {
    let time: f64 = 60.0 / 31_536_000.0;
    let drift = -volatility * volatility / 2.0 * time;
    let normal = |each: &f64| (each - drift) / (volatility * time.sqrt());
    moves.iter().map(normal).collect()
}

#[test]
fn another_volatility_takes_the_same_numbers() {
    let of = |text: &str| moves(&source(hour(text)).prices(11).unwrap());
    let calm = normals(0.4, &of("gbm = { volatility = '40%' }"));
    let wild = normals(1.6, &of("gbm = { volatility = '160%' }"));
    assert!(calm.iter().any(|each| each.abs() > 1.0));
    for (calm, wild) in calm.iter().zip(&wild) {
        assert!((calm - wild).abs() < 1e-6, "{calm} {wild}");
    }
}

/// Jumps of no size, a variance that stays and a single regime are all Brownian motion; with jumps
/// of a size, the ticks without one move as before.
#[test]
fn another_process_leaves_the_price_its_numbers() {
    let of = |text: &str| source(hour(text)).prices(4).unwrap();
    let plain = of("gbm = { volatility = '80%' }");
    let none = "jump_mean = '0', jump_deviation = '0'";
    for same in [
        &format!("merton = {{ volatility = '80%', jumps_a_year = '52560', {none} }}"),
        "heston = { kappa = '5', theta = '0.64', xi = '0', rho = '-0.7' }",
        "[regimes]\nregimes = [{ name = 'only', volatility = '80%' }]",
    ] {
        for (one, other) in plain.iter().zip(of(same)) {
            // The square of 0.8 is not 0.64 to the last bit.
            assert!(one.units().abs_diff(other.units()) <= 2, "{same}");
        }
    }
    let jumps = |size: &str| {
        let text = format!(
            "merton = {{ volatility = '80%', jumps_a_year = '52560', jump_mean = '{size}', jump_deviation = '0', jump_drift = 'added' }}"
        );
        moves(&of(&text))
    };
    let with = jumps("-0.05");
    let jumped = |(with, without): &(&f64, &f64)| (*with - *without).abs() > 1e-6;
    let without = moves(&plain);
    let count = with.iter().zip(&without).filter(jumped).count();
    assert!(
        (1..15).contains(&count),
        "{count} jumps in sixty ticks of a tenth each"
    );
    // Larger jumps come in the same ticks.
    for ((large, small), plain) in jumps("-0.1").iter().zip(&with).zip(&without) {
        assert!((large - plain - 2.0 * (small - plain)).abs() < 1e-9);
    }
}

/// A scrambled path moves by the same numbers whatever the volatility is.
#[test]
fn scrambled_numbers_are_common_as_well() {
    let of = |text: &str| {
        let setup = Setup {
            sampling: Sampling::Sobol { sequence: 256 },
            ..hour(text)
        };
        moves(&source(setup).prices(300).unwrap())
    };
    let calm = normals(0.4, &of("gbm = { volatility = '40%' }"));
    let wild = normals(1.6, &of("gbm = { volatility = '160%' }"));
    for (calm, wild) in calm.iter().zip(&wild) {
        assert!((calm - wild).abs() < 1e-6, "{calm} {wild}");
    }
}

/// A fall by 30 % at tick 30 and a rise by a tenth at tick 40, on every path alike.
#[test]
fn a_shock_multiplies_every_price_from_its_tick_on() {
    let shocked = Setup {
        shocks: vec![
            Shock {
                tick: 30,
                factor: "0.7".parse().unwrap(),
            },
            Shock {
                tick: 40,
                factor: "110%".parse().unwrap(),
            },
        ],
        ..hour("gbm = { volatility = '80%' }")
    };
    let (plain, shocked) = (
        source(hour("gbm = { volatility = '80%' }")),
        source(shocked),
    );
    for path in 0..5 {
        let (plain, shocked) = (plain.prices(path).unwrap(), shocked.prices(path).unwrap());
        for (tick, (plain, shocked)) in plain.iter().zip(shocked).enumerate() {
            let factor = [1.0, 0.7, 0.77][usize::from(tick >= 30) + usize::from(tick >= 40)];
            assert!((float(*plain) * factor - float(shocked)).abs() < 1e-9);
        }
    }
}

/// From its own opening price a recording comes back to the last unit; from another it is moved,
/// here from 3 to 1: 1.0000000003 / 3 = 0.3333333334.
#[test]
fn a_replay_is_exact() {
    let prices = [
        "3",
        "0.0000000001",
        "1.0000000003",
        "2.9999999999",
        "9",
        "12",
    ];
    let setup = |opening: &str, replay: &str| Setup {
        opening: price(opening),
        ticks: 3,
        recorded: Some(recorded(&prices, 60)),
        ..hour(replay)
    };
    let exact = source(setup("3", "[replay]"));
    for path in [0, 1, u64::MAX] {
        assert_eq!(
            exact.prices(path).unwrap(),
            prices[..4].iter().map(|p| price(p)).collect::<Vec<_>>()
        );
    }
    let third = source(setup("1", "[replay]")).prices(0).unwrap();
    // A third of the smallest price is still the smallest price.
    let expected = [
        "1.0000000000",
        "0.0000000001",
        "0.3333333334",
        "1.0000000000",
    ];
    assert_eq!(text(&third), expected);
    // Three ticks of five have room at three places, the last 1.0000000003 on, where
    // 3 · 2.9999999999 / 1.0000000003 = 8.999999997.
    let turns = source(setup("3", "replay = { start = 'in_turn' }"));
    let fourth = turns.prices(2).unwrap();
    assert_eq!(
        text(&fourth)[1..],
        ["8.9999999970", "26.9999999919", "35.9999999892"]
    );
    assert_eq!(turns.prices(5).unwrap(), fourth);
    let drawn = source(setup("3", "replay = { start = 'drawn' }"));
    let mut seen: Vec<_> = (0..50).map(|path| drawn.prices(path).unwrap()).collect();
    seen.sort();
    seen.dedup();
    let mut turned: Vec<_> = (0..3).map(|path| turns.prices(path).unwrap()).collect();
    turned.sort();
    assert_eq!(seen, turned);
    // Half the scale of a rise to the fourfold is a rise to the double.
    let half = Setup {
        recorded: Some(recorded(&["1", "4"], 60)),
        ticks: 1,
        ..hour("replay = { scale = '0.5' }")
    };
    assert_eq!(
        text(&source(half).prices(0).unwrap())[1..],
        ["200.0000000000"]
    );
}

/// Every minute of a recording of seconds.
#[test]
fn longer_ticks_take_every_kth_recorded_price() {
    let seconds: Vec<String> = (0..181).map(|second| (100 + second).to_string()).collect();
    let seconds: Vec<&str> = seconds.iter().map(String::as_str).collect();
    let setup = Setup {
        recorded: Some(recorded(&seconds, 1)),
        ticks: 3,
        ..hour("[replay]")
    };
    let expected = [
        "100.0000000000",
        "160.0000000000",
        "220.0000000000",
        "280.0000000000",
    ];
    assert_eq!(text(&source(setup).prices(0).unwrap()), expected);
}
