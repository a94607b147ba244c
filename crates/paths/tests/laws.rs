//! Means, variances and shares that the mathematics of each model says; each within four standard
//! errors of paths whose seed is fixed.

mod support;

use seawall_paths::{Sampling, Setup};
use support::{assert_close, float, mean, moves, recorded, source, year};

/// The last price.
fn last(prices: &[seawall_units::Price]) -> f64 {
    float(prices[prices.len() - 1])
}

fn logarithm(prices: &[seawall_units::Price]) -> f64 {
    (last(prices) / 100.0).ln()
}

/// The sum of squared moves.
fn realised(prices: &[seawall_units::Price]) -> f64 {
    moves(prices).iter().map(|each| each * each).sum()
}

/// With μ = 10 % and σ = 80 %: E[S] = 100·e^0.1 = 110.517, E[ln S/S₀] = 0.1 − 0.32 = −0.22, and the
/// variance of the logarithm is 0.64.
#[test]
fn brownian_motion_has_its_mean_and_variance() {
    let source = source(year("gbm = { drift = '10%', volatility = '80%' }", 12));
    let paths = 20_000;
    assert_close(mean(&source, paths, last), 110.517_091_807_564_76, 4.0);
    assert_close(mean(&source, paths, logarithm), -0.22, 4.0);
    let squared = |prices: &[_]| (logarithm(prices) + 0.22).powi(2);
    assert_close(mean(&source, paths, squared), 0.64, 4.0);
}

/// The call at 100 over a year, 20 % volatile and without interest: 7.9656 by Black and Scholes.
#[test]
fn brownian_motion_has_the_price_of_black_and_scholes() {
    let source = source(year("gbm = { volatility = '20%' }", 1));
    let call = |prices: &[_]| (last(prices) - 100.0).max(0.0);
    assert_close(mean(&source, 60_000, call), 7.965_567_455_405_804, 4.0);
}

/// The cumulants of ln S over a year with σ = 50 %, λ = 10, m = −0.05, s = 0.1 (Merton 1976):
/// variance σ² + λ(m² + s²) = 0.25 + 10·0.0125 = 0.375, third λ(m³ + 3ms²) = −0.01625, fourth
/// λ(m⁴ + 6m²s² + 3s⁴) = 10·(0.00000625 + 0.00015 + 0.0003) = 0.0045625. Mean, compensated:
/// −σ²/2 − λk + λm with k = e^(−0.045) − 1.
#[test]
fn jumps_have_their_cumulants() {
    let text = "merton = { volatility = '50%', jumps_a_year = '10', jump_mean = '-0.05', jump_deviation = '0.1' }";
    let source = source(year(text, 52));
    let paths = 20_000;
    let centre = -0.125 - 10.0 * ((-0.045_f64).exp() - 1.0) - 0.5;
    assert_close(mean(&source, paths, logarithm), centre, 4.0);
    let power = |n: i32| move |prices: &[_]| (logarithm(prices) - centre).powi(n);
    assert_close(mean(&source, paths, power(2)), 0.375, 4.0);
    assert_close(mean(&source, paths, power(3)), -0.016_25, 4.0);
    // The fourth moment is the fourth cumulant and three squared variances.
    let fourth = 0.004_562_5 + 3.0 * 0.375 * 0.375;
    assert_close(mean(&source, paths, power(4)), fourth, 4.0);
    assert_close(mean(&source, paths, last), 100.0, 4.0);
}

/// A short tick shows the fat tails: over a day of the same model the kurtosis is
/// 3 + 0.0045625/365/(0.375/365)² = 3 + 11.842.
#[test]
fn jumps_have_their_kurtosis() {
    let text = "merton = { volatility = '50%', jumps_a_year = '10', jump_mean = '-0.05', jump_deviation = '0.1' }";
    let source = source(year(text, 365));
    let day = 0.375 / 365.0;
    let centre = (-0.125 - 10.0 * ((-0.045_f64).exp() - 1.0) - 0.5) / 365.0;
    let fourth = |prices: &[_]| {
        let moves = moves(prices);
        let sum: f64 = moves.iter().map(|each| (each - centre).powi(4)).sum();
        sum / 365.0 / (day * day)
    };
    let expected = 3.0 + 0.004_562_5 / 365.0 / (day * day);
    assert!((expected - 14.842).abs() < 0.001);
    assert_close(mean(&source, 1_500, fourth), expected, 4.0);
}

/// The call of Merton's series, Σ e^(−λ')λ'ⁿ/n!·BS(σₙ): 23.7942. And with an added drift the mean
/// grows by λk: 100·e^(10·(e^(−0.045) − 1)) = 64.402.
#[test]
fn jumps_have_the_price_of_mertons_series() {
    let text =
        "volatility = '50%', jumps_a_year = '10', jump_mean = '-0.05', jump_deviation = '0.1'";
    let compensated = source(year(&format!("merton = {{ {text} }}"), 1));
    let call = |prices: &[_]| (last(prices) - 100.0).max(0.0);
    assert_close(
        mean(&compensated, 60_000, call),
        23.794_158_175_692_555,
        4.0,
    );
    let added = source(year(
        &format!("merton = {{ {text}, jump_drift = 'added' }}"),
        1,
    ));
    let expected = 100.0 * (10.0 * ((-0.045_f64).exp() - 1.0)).exp();
    assert!((expected - 64.402).abs() < 0.001, "{expected}");
    assert_close(mean(&added, 60_000, last), expected, 4.0);
}

/// ∫E[v] over a year = θ + (v₀ − θ)(1 − e^(−κ))/κ, here with ξ² far above 2κθ, where the variance
/// spends much of its time at zero and a scheme shows its bias: 0.25 + 0.75·(1 − e^(−5))/5.
///
/// Full truncation misses it by less than the standard error, with ticks of a day and of two hours.
#[test]
fn the_variance_of_heston_returns_as_it_should() {
    let text =
        "heston = { kappa = '5', theta = '0.25', xi = '3', rho = '-0.5', initial_variance = '1' }";
    let expected = 0.25 + 0.75 * (1.0 - (-5.0_f64).exp()) / 5.0;
    let (daily, error) = mean(&source(year(text, 365)), 8_000, realised);
    println!(
        "daily {daily} {error} {expected} {}",
        daily / expected - 1.0
    );
    let fine = mean(&source(year(text, 17_520)), 600, realised);
    println!("fine {fine:?} {}", fine.0 / expected - 1.0);
    assert_close(fine, expected, 4.0);
}

/// A discounted call at 100.
fn call(rate: f64) -> impl Fn(&[seawall_units::Price]) -> f64 {
    move |prices| (-rate).exp() * (last(prices) - 100.0).max(0.0)
}

const BROADIE_KAYA: &str = "heston = { drift = '3.19%', kappa = '6.21', theta = '0.019', xi = '0.61', rho = '-0.70', initial_variance = '0.010201' }";

/// The calls of tables 1 and 2 of Broadie and Kaya, "Exact Simulation of Stochastic Volatility"
/// (2006): 6.8061 and 34.9998. With ticks of a day full truncation is not to be told from them.
#[test]
fn the_options_of_heston_cost_what_was_published() {
    let mirrored = |setup| Setup {
        sampling: Sampling::Antithetic,
        ..setup
    };
    let daily = source(mirrored(year(BROADIE_KAYA, 365)));
    assert_close(mean(&daily, 8_000, call(0.0319)), 6.8061, 4.0);
    let text = "heston = { drift = '5%', kappa = '2', theta = '0.09', xi = '1', rho = '-0.3' }";
    let setup = Setup {
        ticks: 5 * 365,
        ..year(text, 365)
    };
    let daily = source(mirrored(setup));
    assert_close(mean(&daily, 1_000, call(0.25)), 34.9998, 4.0);
}

/// What is wrong with a step that is too long: with ticks of a month the same call costs about 0.08
/// too much, 1.2 % of it.
#[test]
fn full_truncation_shows_its_bias_in_ticks_of_a_month() {
    let monthly = source(Setup {
        sampling: Sampling::Antithetic,
        ..year(BROADIE_KAYA, 12)
    });
    let (price, error) = mean(&monthly, 100_000, call(0.0319));
    assert!(error < 0.02, "{error}");
    assert!((0.02..0.14).contains(&(price - 6.8061)), "{price}");
}

/// Left 12 and 48 times a year, two regimes have 80 % and 20 % of all time: the variance of a year
/// is 0.8·0.16 + 0.2·2.25 = 0.578. From the calm one the share of the wild one is
/// 0.2·(1 − (1 − e^(−60))/60), so 0.16 + 2.09·0.19667 = 0.57103.
#[test]
fn regimes_have_their_shares_of_time() {
    let text = "regimes = [
        { name = 'calm', volatility = '40%', switch = { wild = '12' } },
        { name = 'wild', volatility = '150%', drift = '1', switch = { calm = '48' } },
    ]";
    let drawn = source(year(&format!("[regimes]\n{text}"), 365));
    assert_close(mean(&drawn, 4_000, realised), 0.578, 4.0);
    let calm = source(year(&format!("[regimes]\ninitial = 'calm'\n{text}"), 365));
    let share = 0.2 * (1.0 - (1.0 - (-60.0_f64).exp()) / 60.0);
    assert_close(mean(&calm, 4_000, realised), 0.16 + 2.09 * share, 4.0);
    // Over one day from the calm regime it makes a difference that no chance explains.
    let day = |text: &str| Setup {
        ticks: 24,
        tick_seconds: 3_600,
        ..year(text, 1)
    };
    let calm = source(day(&format!("[regimes]\ninitial = 'calm'\n{text}")));
    let share = 0.2 * (1.0 - (1.0 - (-60.0_f64 / 365.0).exp()) / (60.0 / 365.0));
    let expected = (0.16 + 2.09 * share) / 365.0;
    assert_close(mean(&calm, 20_000, realised), expected, 4.0);
}

/// Each recorded move has the same share of all ticks, and a move is followed by the one that was
/// recorded after it as often as a block goes on.
#[test]
fn a_bootstrap_keeps_the_recorded_moves_and_their_order() {
    let prices = ["100", "101", "103", "102", "98", "99"];
    let pieces: Vec<f64> = moves(&prices.map(support::price));
    for (block, goes_on) in [("fixed = 4", 0.75), ("geometric = 4", 0.75)] {
        let source = source(Setup {
            recorded: Some(recorded(&prices, 86_400)),
            ..year(&format!("bootstrap = {{ block = {{ {block} }} }}"), 365)
        });
        let place = |each: f64| {
            let places = pieces.iter().position(|piece| (piece - each).abs() < 1e-9);
            places.unwrap_or_else(|| panic!("{each} was never recorded"))
        };
        for wanted in 0..pieces.len() {
            let share = |prices: &[_]| {
                let moves = moves(prices);
                let same = moves.iter().filter(|each| place(**each) == wanted).count();
                same as f64 / 365.0
            };
            assert_close(mean(&source, 400, share), 0.2, 4.0);
        }
        // What follows by chance in another block counts as well: one in five.
        let follows = |prices: &[_]| {
            let moves = moves(prices);
            let pairs = moves.windows(2);
            let next = |pair: &&[f64]| place(pair[1]) == (place(pair[0]) + 1) % pieces.len();
            pairs.filter(next).count() as f64 / 364.0
        };
        let expected = goes_on + (1.0 - goes_on) / 5.0;
        let (share, error) = mean(&source, 2_000, follows);
        // 364 pairs of a path hold 91.25 − 1 ends of fixed blocks, not exactly a quarter.
        assert!(
            (share - expected).abs() < 4.0 * error + 0.002,
            "{block}: {share}"
        );
    }
}

/// Without its drift a bootstrap goes nowhere on average; twice the scale is twice every move.
#[test]
fn a_bootstrap_drops_its_drift_and_scales() {
    let setup = |text: &str| Setup {
        recorded: Some(recorded(&["100", "99", "97", "98", "95"], 86_400)),
        ..year(
            &format!("bootstrap = {{ block = {{ geometric = 2 }}, {text} }}"),
            365,
        )
    };
    let kept = source(setup("drift = 'kept'"));
    // Four moves that fall by ln(100/95) together.
    let expected = 365.0 / 4.0 * (0.95_f64).ln();
    assert_close(mean(&kept, 1_000, logarithm), expected, 4.0);
    let removed = source(setup("drift = 'removed'"));
    assert_close(mean(&removed, 1_000, logarithm), 0.0, 4.0);
    let twice = source(setup("drift = 'removed', scale = '2'"));
    for (one, two) in moves(&removed.prices(0).unwrap())[..50]
        .iter()
        .zip(moves(&twice.prices(0).unwrap()))
    {
        assert!((2.0 * one - two).abs() < 1e-9);
    }
}
