//! Addresses, bounds and the normal distribution.

use proptest::prelude::*;
use seawall_chance::{Stream, normal_quantile};

/// Recorded while these streams still lived beside the simulator.
#[test]
fn the_numbers_of_an_address_never_move() {
    const UNITS: i128 = 1_000_000_000_000;
    for (seed, process, name, path, first) in [
        (
            7,
            "positions",
            "retail",
            3,
            [
                123_431_173_192,
                688_364_361_769,
                426_359_362_031,
                60_086_170_347,
            ],
        ),
        (
            7,
            "path",
            "marks",
            0,
            [
                747_703_967_769,
                421_368_251_952,
                623_930_608_950,
                995_065_159_532,
            ],
        ),
        (
            u64::MAX,
            "keeper",
            "adl",
            u64::MAX,
            [
                252_684_590_040,
                994_792_125_931,
                449_043_145_409,
                160_174_971_700,
            ],
        ),
    ] {
        let mut numbers = Stream::new(seed, process, name).path(path);
        assert_eq!([(); 4].map(|()| numbers.below(UNITS)), first);
    }
}

#[test]
fn every_part_of_an_address_matters() {
    let first = |seed, process, name, path| Stream::new(seed, process, name).path(path).next_u64();
    let here = first(7, "jumps", "price", 3);
    assert_eq!(here, first(7, "jumps", "price", 3));
    for other in [
        first(8, "jumps", "price", 3),
        first(7, "diffusion", "price", 3),
        first(7, "jump", "sprice", 3),
        first(7, "jumps", "price", 4),
    ] {
        assert_ne!(here, other);
    }
}

/// Two to the 53rd odd counts lie symmetrically around one half.
#[test]
fn one_minus_an_open_number_is_one_and_its_normal_the_negated_one() {
    let mut numbers = Stream::new(1, "diffusion", "price").path(0);
    for _ in 0..1_000 {
        let u = numbers.open();
        assert!(u > 0.0 && u < 1.0);
        assert_eq!(1.0 - (1.0 - u), u);
        assert_eq!(normal_quantile(1.0 - u), -normal_quantile(u));
    }
}

/// Percentage points as every table of the normal distribution prints them.
#[test]
fn quantiles_are_those_of_the_tables() {
    for (p, z) in [
        (0.5, 0.0),
        (0.841_344_746_068_542_9, 1.0),
        (0.95, 1.644_853_626_951_472_7),
        (0.975, 1.959_963_984_540_054),
        (0.99, 2.326_347_874_040_840_8),
        (0.999, 3.090_232_306_167_813),
        (1e-6, -4.753_424_308_822_899),
    ] {
        assert!(
            (normal_quantile(p) - z).abs() < 4e-15,
            "{p}: {}",
            normal_quantile(p)
        );
    }
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert_eq!(normal_quantile(1.0), f64::INFINITY);
    assert!(normal_quantile(1.5).is_nan() && normal_quantile(f64::NAN).is_nan());
}

/// Mean 0, variance 1, kurtosis 3; each within four standard errors of 200,000 numbers.
#[test]
fn both_ways_to_a_normal_number_are_normal() {
    let mut numbers = Stream::new(2, "diffusion", "price").path(0);
    let ways: [&mut dyn FnMut() -> f64; 2] = [&mut || normal_quantile(numbers.open()), &mut {
        let mut other = Stream::new(2, "diffusion", "price").path(1);
        move || other.normal()
    }];
    for next in ways {
        let n = 200_000_u32;
        let (mut one, mut two, mut four) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            let z = next();
            one += z;
            two += z * z;
            four += z * z * z * z;
        }
        let n = f64::from(n);
        // Standard errors: 1/√n, √2/√n and √96/√n.
        assert!((one / n).abs() < 4.0 / n.sqrt());
        assert!((two / n - 1.0).abs() < 4.0 * 2_f64.sqrt() / n.sqrt());
        assert!((four / n - 3.0).abs() < 4.0 * 96_f64.sqrt() / n.sqrt());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn whatever_is_asked_for_lies_in_its_bounds(seed: u64, path: u64, below in 1_i128..=i128::MAX) {
        let mut numbers = Stream::new(seed, "orders", "flow").path(path);
        prop_assert!((0..below).contains(&numbers.below(below)));
        prop_assert_eq!(numbers.below(0), 0);
        let unit = numbers.unit();
        prop_assert!(unit > 0.0 && unit <= 1.0);
        prop_assert!(numbers.normal().abs() < 9.0);
        prop_assert!(numbers.fine() < 1 << 53);
    }

    #[test]
    fn the_quantile_rises_with_the_probability(a in 1_u64..1 << 53, b in 1_u64..1 << 53) {
        let of = |count: u64| normal_quantile(count as f64 / 9_007_199_254_740_992.0);
        prop_assert!(a == b || (a < b) == (of(a) < of(b)) || a.abs_diff(b) < 1_000);
    }
}
