//! What mirrored and scrambled paths are worth, and that they are right on average.

#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use seawall_paths::{PathError, PathSource, Sampling, Setup};
use seawall_units::Price;
use support::{assert_close, float, hour, mean, moves, recorded, source, year};

const CALM: &str = "gbm = { volatility = '20%' }";
/// Black and Scholes: at 100, over a year, without interest.
const CALL: f64 = 7.965_567_455_405_804;

fn call(prices: &[Price]) -> f64 {
    (float(prices[prices.len() - 1]) - 100.0).max(0.0)
}

/// An arithmetic mean over the year: what depends on the whole path.
fn average(prices: &[Price]) -> f64 {
    let sum: f64 = prices.iter().skip(1).map(|price| float(*price)).sum();
    (sum / (prices.len() - 1) as f64 - 100.0).max(0.0)
}

fn with(sampling: Sampling, setup: Setup) -> PathSource {
    source(Setup { sampling, ..setup })
}

/// By how much fewer paths reach the same standard error.
fn gain(sampling: Sampling, setup: &Setup, figure: fn(&[Price]) -> f64) -> f64 {
    const PATHS: u64 = 16_384;
    let (_, plain) = mean(&with(Sampling::Independent, setup.clone()), PATHS, figure);
    let (_, better) = mean(&with(sampling, setup.clone()), PATHS, figure);
    (plain / better).powi(2)
}

/// What a mirrored path adds to its twin is twice the drift of the logarithm.
#[test]
fn a_mirrored_path_has_the_negated_moves() {
    let source = with(Sampling::Antithetic, hour("gbm = { volatility = '80%' }"));
    for pair in 0..10 {
        let (one, other) = (
            source.prices(2 * pair).unwrap(),
            source.prices(2 * pair + 1).unwrap(),
        );
        let drift = -0.64 * 60.0 / 31_536_000.0;
        for (one, other) in moves(&one).iter().zip(moves(&other)) {
            assert!((one + other - drift).abs() < 1e-11, "{one} {other}");
        }
    }
}

/// Mirrors cancel what is linear: 1.6 times fewer paths for a call, which is not, and far fewer for
/// the mean of the price, which nearly is.
#[test]
fn mirrors_are_unbiased_and_save_paths() {
    let setup = year(CALM, 12);
    let mirrored = with(Sampling::Antithetic, setup.clone());
    assert_close(mean(&mirrored, 20_000, call), CALL, 4.0);
    let saved = gain(Sampling::Antithetic, &setup, call);
    assert!((1.4..2.0).contains(&saved), "{saved}");
    let saved = gain(Sampling::Antithetic, &setup, |prices| float(prices[12]));
    assert!(saved > 20.0, "{saved}");
    // Jumps and regimes are mirrored as well, and stay right.
    let jumps = "merton = { volatility = '20%', jumps_a_year = '5', jump_mean = '-0.1', jump_deviation = '0.05' }";
    let jumps = with(Sampling::Antithetic, year(jumps, 12));
    assert_close(mean(&jumps, 20_000, |prices| float(prices[12])), 100.0, 4.0);
}

/// Scrambled sequences save most where a few numbers decide, and the bridge makes them few: 690
/// times fewer paths for a call on the last price, 170 for one on the mean of 52 prices.
#[test]
fn scrambled_sequences_are_unbiased_and_save_paths() {
    let setup = year(CALM, 52);
    let sampling = Sampling::Sobol { sequence: 512 };
    assert_close(
        mean(&with(sampling, setup.clone()), 16_384, call),
        CALL,
        4.0,
    );
    let saved = gain(sampling, &setup, call);
    assert!(saved > 200.0, "{saved}");
    let saved = gain(sampling, &setup, average);
    assert!(saved > 50.0, "{saved}");
}

/// More ticks than there are scrambled dimensions: the rest come from the path's own stream, and
/// the moves keep their variance and stay unrelated.
#[test]
fn a_bridge_of_many_ticks_keeps_the_variance_of_each() {
    let sampling = Sampling::Sobol { sequence: 64 };
    for ticks in [1, 2, 3, 7, 255, 256, 257, 1_000] {
        let source = with(sampling, year("gbm = { volatility = '50%' }", ticks));
        // Ticks of whole seconds, so the year of some of these is a few seconds short.
        let span = f64::from(source.setup().tick_seconds) * f64::from(ticks) / 31_536_000.0;
        let realised = |prices: &[_]| moves(prices).iter().map(|each| each * each).sum();
        let drift = (0.125 * span).powi(2) / f64::from(ticks);
        assert_close(mean(&source, 2_048, realised), 0.25 * span + drift, 4.0);
        let end = |prices: &[_]| {
            let sum: f64 = moves(prices).iter().sum();
            (sum + 0.125 * span).powi(2)
        };
        assert_close(mean(&source, 2_048, end), 0.25 * span, 4.5);
    }
}

/// The same sample number in another sequence is another path: sequences are independent.
#[test]
fn another_sequence_has_another_scramble() {
    let source = with(Sampling::Sobol { sequence: 4 }, hour(CALM));
    let paths: Vec<_> = (0..16).map(|path| source.prices(path).unwrap()).collect();
    for (place, path) in paths.iter().enumerate() {
        assert!(!paths[..place].contains(path));
    }
}

#[test]
fn a_sampling_that_has_nothing_to_act_on_is_refused() {
    let setup = |text: &str, sampling| Setup {
        recorded: Some(recorded(&["100", "101", "99", "103"], 60)),
        ticks: 2,
        sampling,
        ..hour(text)
    };
    let sobol = Sampling::Sobol { sequence: 8 };
    for (text, sampling, legal) in [
        ("[replay]", Sampling::Antithetic, false),
        (
            "replay = { start = 'in_turn' }",
            Sampling::Antithetic,
            false,
        ),
        ("replay = { start = 'drawn' }", Sampling::Antithetic, true),
        ("replay = { start = 'drawn' }", sobol, false),
        ("bootstrap = { block = { fixed = 1 } }", sobol, false),
        (
            "bootstrap = { block = { fixed = 1 } }",
            Sampling::Antithetic,
            true,
        ),
        (CALM, sobol, true),
    ] {
        let found = PathSource::new(setup(text, sampling));
        assert_eq!(found.is_ok(), legal, "{text} {sampling:?}");
        assert!(legal || matches!(found, Err(PathError::Sampling { .. })));
    }
    let error = PathSource::new(setup(CALM, Sampling::Sobol { sequence: 100 })).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sobol.sequence is 100; legal: a power of two from 2 to 65536"
    );
}
