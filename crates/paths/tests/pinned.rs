//! Prices that never move, from a second implementation of SHA-256, ChaCha8, the streams and each
//! model in Python, whose standard library has an inverse normal of its own.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use seawall_paths::{Sampling, Setup};
use support::{hour, recorded, source, text};

fn check(setup: Setup, expected: [&str; 4]) {
    let prices = source(Setup { ticks: 4, ..setup }).prices(3).unwrap();
    assert_eq!(text(&prices[..1]), ["100.0000000000"]);
    assert_eq!(text(&prices[1..]), expected);
}

#[test]
fn prices_are_those_of_a_second_implementation() {
    check(
        hour("gbm = { volatility = '80%' }"),
        [
            "100.0041766446",
            "100.0766230037",
            "99.9879191497",
            "99.7691298263",
        ],
    );
    // One jump a tick on average.
    check(
        hour(
            "merton = { volatility = '80%', jumps_a_year = '525600', jump_mean = '-0.01', jump_deviation = '0.02' }",
        ),
        [
            "98.1188177894",
            "98.3940243758",
            "99.2702032827",
            "100.0236881823",
        ],
    );
    check(
        hour(
            "heston = { kappa = '100', theta = '0.5', xi = '10', rho = '-0.7', initial_variance = '0.64' }",
        ),
        [
            "100.0041766446",
            "100.0762225645",
            "99.9887056365",
            "99.7718182653",
        ],
    );
    // Two and four switches a tick on average, the first regime drawn.
    check(
        hour(
            "[regimes]
            regimes = [
                { name = 'calm', volatility = '50%', switch = { wild = '1051200' } },
                { name = 'wild', volatility = '200%', switch = { calm = '2102400' } },
            ]",
        ),
        [
            "100.0040007097",
            "100.0946111138",
            "99.9182353956",
            "99.4027484305",
        ],
    );
}

#[test]
fn blocks_are_those_of_a_second_implementation() {
    let moves = Some(recorded(&["100", "101", "99", "103"], 60));
    let bootstrap = hour("bootstrap = { block = { fixed = 2 } }");
    // Blocks from the first and from the second move: up 1 %, down, down again, up.
    check(
        Setup {
            recorded: moves,
            ..bootstrap
        },
        [
            "101.0000000000",
            "99.0000000000",
            "97.0396039604",
            "100.9603960396",
        ],
    );
}

#[test]
fn a_path_is_the_same_in_whatever_order_and_whatever_its_neighbours_do() {
    let source = source(hour("gbm = { volatility = '80%' }"));
    let forth: Vec<_> = (0..20).map(|path| source.prices(path).unwrap()).collect();
    let back: Vec<_> = (0..20)
        .rev()
        .map(|path| source.prices(path).unwrap())
        .collect();
    assert!(forth.iter().eq(back.iter().rev()));
    assert_ne!(forth[0], forth[1]);
    // A longer path begins with the shorter one.
    let longer = support::source(Setup {
        ticks: 120,
        ..hour("gbm = { volatility = '80%' }")
    });
    assert_eq!(longer.prices(5).unwrap()[..61], forth[5]);
    // Mirrors leave the even paths as they are.
    let mirrored = support::source(Setup {
        sampling: Sampling::Antithetic,
        ..hour("gbm = { volatility = '80%' }")
    });
    assert_eq!(mirrored.prices(4).unwrap(), forth[4]);
    assert_ne!(mirrored.prices(5).unwrap(), forth[5]);
}

/// One tick in sequences of four, with Burley's scramble written anew in Python. The four of a sequence
/// lie in the four quarters; the fifth path begins another one.
#[test]
fn scrambled_prices_are_those_of_a_second_implementation() {
    let scrambled = source(Setup {
        ticks: 1,
        sampling: Sampling::Sobol { sequence: 4 },
        ..hour("gbm = { volatility = '80%' }")
    });
    let last = |path| text(&scrambled.prices(path).unwrap()[1..]).concat();
    let expected = [
        "99.9937289296",
        "100.1129157939",
        "99.9087223978",
        "100.0000516716",
        "100.0027008729",
        "99.9696602532",
    ];
    assert_eq!([0, 1, 2, 3, 4, 5].map(last), expected);
}
