//! Arbitrage against a pool with a fee, block by block: the published figures, and a simulation
//! that knows nothing of the formulas.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use seawall_lp::blocks::{Arbitrage, OVERSHOOT, break_even_turnover};
use seawall_lp::{Fee, LpError, Span, Volatility, lvr};
use support::{Chance, Mean};

fn daily() -> Volatility {
    Volatility::per_day(0.05).unwrap()
}

fn close(a: f64, b: f64, relative: f64) {
    assert!((a - b).abs() <= relative * b.abs(), "{a} {b}");
}

fn at(seconds: f64, fee: f64) -> Arbitrage {
    let block = Span::seconds(seconds).unwrap();
    Arbitrage::new(daily(), block, Fee::of_log(fee).unwrap()).unwrap()
}

/// Milionis, Moallemi and Roughgarden, arXiv:2305.14604, table 1: σ = 5 % a day.
#[test]
fn the_published_table_of_trade_probabilities() {
    let fees = [0.0001, 0.0005, 0.001, 0.003, 0.01];
    let check = |seconds: f64, expect: [&str; 5]| {
        for (fee, expect) in fees.into_iter().zip(expect) {
            let decimals = expect.split('.').nth(1).unwrap().len();
            let percent = at(seconds, fee).trade_probability() * 100.0;
            assert_eq!(
                format!("{percent:.decimals$}"),
                expect,
                "{seconds} s, {fee}"
            );
        }
    };
    check(
        600.0,
        ["96.7173", "85.4916", "74.6597", "49.5483", "22.7577"],
    );
    check(
        120.0,
        ["92.9459", "72.4914", "56.8522", "30.5172", "11.6422"],
    );
    check(12.0, ["80.6452", "45.4545", "29.4118", "12.1951", "4.0000"]);
    check(2.0, ["62.9771", "25.3847", "14.5375", "5.36586", "1.67258"]);
    check(
        0.05,
        ["21.1951", "5.10456", "2.61913", "0.888558", "0.268236"],
    );
}

#[test]
fn arbitrage_profit_of_twelve_second_blocks() {
    let check = |fee: f64, expect: &str, fast: &str| {
        let at = at(12.0, fee);
        let bp = |rate: f64, decimals: usize| format!("{:.decimals$}", rate * 1e4);
        let decimals = expect.split('.').nth(1).unwrap().len();
        assert_eq!(bp(at.constant_product(Span::DAY), decimals), expect);
        // 3.125 bp times the probability of a trade: 1/2.2 and 1/8.2.
        assert_eq!(bp(at.fast_blocks(Span::DAY), 6), fast);
    };
    check(0.0005, "1.42045465149543", "1.420455");
    check(0.003, "0.381098006251158", "0.381098");
}

/// `√(2π)/|ζ(½)|`, with ζ(½) = −1.4603545088095868 (OEIS A059750).
#[test]
fn the_constant_of_equal_spacing() {
    let zeta = 1.460_354_508_809_586_8;
    let constant = std::f64::consts::TAU.sqrt() / zeta;
    assert!((OVERSHOOT - constant).abs() < 1e-13, "{constant}");
    for (fee, expect) in [(0.0005, "0.40709"), (0.001, "0.25556"), (0.003, "0.10268")] {
        assert_eq!(
            format!("{:.5}", at(12.0, fee).constant_spacing_ratio()),
            expect
        );
    }
}

/// Nezlobin and Tassy, arXiv:2505.05113: `σ_b²/(2 + c·γ/σ_b)` a block, where γ is the full width of
/// the band. With the fee of one edge in its place 1.42 and 1.81 times as much would seem lost.
#[test]
fn the_fee_is_one_sided() {
    for (fee, factor) in [(0.0005, 1.42), (0.003, 1.81)] {
        let at = at(12.0, fee);
        let deviation = at.block_deviation();
        let ratio = |width: f64| 2.0 / (2.0 + OVERSHOOT * width / deviation);
        let right = at.constant_spacing_ratio();
        close(ratio(2.0 * fee), right, 1e-15);
        close(ratio(fee) / right, factor, 0.003);
    }
}

#[test]
fn without_a_fee_all_of_lvr_is_lost() {
    let none = at(12.0, 0.0);
    assert_eq!(none.trade_probability(), 1.0);
    assert_eq!(none.constant_spacing_ratio(), 1.0);
    assert_eq!(
        none.fast_blocks(Span::DAY),
        lvr::constant_product(daily()).per_day()
    );
}

#[test]
fn turnover_that_pays_for_it() {
    let fee = "0.003".parse().unwrap();
    let turnover = break_even_turnover(daily(), fee, Span::DAY).unwrap();
    // 0.0025/(8·0.003) = 5/48
    assert!((turnover - 5.0 / 48.0).abs() < 1e-15);
    let free = break_even_turnover(daily(), "0".parse().unwrap(), Span::DAY);
    assert!(matches!(
        free,
        Err(LpError::OutOfRange { field: "fee", .. })
    ));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let block = Span::seconds(12.0).unwrap();
    let fee = Fee::of_log(0.003).unwrap();
    let still = Volatility::per_day(0.0).unwrap();
    assert!(Arbitrage::new(still, block, fee).is_err());
    assert!(Arbitrage::new(daily(), Span::seconds(0.0).unwrap(), fee).is_err());
    let wild = Volatility::per_day(3.0).unwrap();
    let error = Arbitrage::new(wild, Span::DAY, fee)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "variance of a block is 9.0; legal: 0 < variance of the log price between two blocks < 8"
    );
    assert!(Fee::of_rate("1".parse().unwrap()).is_err());
}

/// The mispricing of a pool at its blocks; arbitrage brings it back to the edge of the band.
///
/// Returns means over batches of `earned(distance beyond the edge, side)`.
fn simulate(
    seed: u64,
    (deviation, fee): (f64, f64),
    poisson: bool,
    earned: impl Fn(f64, f64) -> f64,
) -> Mean {
    const BATCHES: usize = 200;
    const BLOCKS: usize = 10_000;
    let mut chance = Chance::new(seed);
    let mut mispricing = 0.0_f64;
    let mut batches = Vec::new();
    for batch in 0..=BATCHES {
        let mut sum = 0.0;
        for _ in 0..BLOCKS / 2 {
            for normal in chance.normals() {
                let wait = if poisson { chance.wait() } else { 1.0 };
                mispricing += deviation * wait.sqrt() * normal;
                let beyond = mispricing.abs() - fee;
                if beyond > 0.0 {
                    sum += earned(beyond, mispricing.signum());
                    mispricing = fee.copysign(mispricing);
                }
            }
        }
        // The first batch starts from a pool at the market and is left out.
        if batch > 0 {
            batches.push(sum / BLOCKS as f64);
        }
    }
    Mean::of(&batches)
}

/// In units of σ_b²/8 a trade earns the square of its distance beyond the edge, over σ_b².
#[test]
fn a_simulation_finds_the_ratios() {
    let check = |seed: u64, multiple: f64, poisson: bool, expect: f64| {
        let ratio = simulate(seed, (1.0, multiple), poisson, |beyond, _| beyond * beyond);
        let what = format!("f = {multiple} σ_b, poisson {poisson}");
        ratio.check(&what, expect, 0.01);
        ratio
    };
    for (seed, seconds_fee) in [(1, 0.0005), (2, 0.001), (3, 0.003)] {
        let at = at(12.0, seconds_fee);
        let multiple = seconds_fee / at.block_deviation();
        let random = check(seed, multiple, true, at.trade_probability());
        let equal = check(seed + 10, multiple, false, at.constant_spacing_ratio());
        // Blocks at equal distances lose less.
        assert!(equal.mean + 3.0 * equal.error < random.mean);
    }
}

/// Big blocks and a big fee, where the two last factors of the exact formula make 4.4 %: the fast-block limit
/// lies more than six standard errors away.
#[test]
fn a_simulation_finds_the_exact_profit() {
    let (deviation, fee) = (0.5, 0.3);
    let block = Span::DAY;
    let volatility = Volatility::per_day(deviation).unwrap();
    let at = Arbitrage::new(volatility, block, Fee::of_log(fee).unwrap()).unwrap();
    let earned = |beyond: f64, side: f64| {
        // A trade from z to f, per value of the pool, with the fee paid in the quote asset.
        libm::exp(side * fee / 2.0) * (libm::cosh(beyond / 2.0) - 1.0)
    };
    let found = simulate(21, (deviation, fee), true, earned);
    let exact = at.constant_product(block);
    found.check("exact profit", exact, 0.006);
    assert!((found.mean - at.fast_blocks(block)).abs() > 6.0 * found.error);
}
