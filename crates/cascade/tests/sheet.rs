//! The deterministic cascade of ten borrowers: six cases, each digit as it was published.
//!
//! A pool of 10 000 T and 1 000 000 U without a fee, ten loans of 500 T at a threshold of 0.8 that
//! become liquidatable at 96, 93, … 69, and a sale that takes the price from 100 to 95.
#![allow(clippy::unwrap_used)] // helpers of tests

use seawall_cascade::{Class, Config, Run, Verdict, World};
use seawall_units::Tokens;

const BASE: &str = include_str!("files/base.toml");

/// The base with statements put in the place of others.
fn run(changes: &[(&str, &str)]) -> Run {
    let mut text = BASE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let config: Config = toml::from_str(&text).unwrap();
    World::new(&config).unwrap().run()
}

/// Whether the digits of a text are those of a number on 10⁻¹⁸, cut or rounded half up: of what
/// was published some were cut and some rounded.
fn agrees(number: &str, digits: &str) -> bool {
    let places = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let units = |text: &str| text.parse::<Tokens>().unwrap().units();
    let step = 10_i128.pow(u32::try_from(18 - places).unwrap());
    let cut = |units: i128| units.div_euclid(step) * step;
    let number = units(number);
    [cut(number), cut(number + step / 2)].contains(&units(digits))
}

fn check(what: &str, number: impl ToString, digits: &str) {
    let number = number.to_string();
    assert!(
        agrees(&number, digits),
        "{what}: {number}, published {digits}"
    );
}

struct Case {
    final_spot: &'static str,
    counts: (u32, u32),
    sold: &'static str,
    repaid: &'static str,
    shortfall: &'static str,
    amplification: &'static str,
}

fn holds(run: &Run, case: &Case) {
    let out = &run.outcome;
    check("final spot", out.final_spot.unwrap(), case.final_spot);
    assert_eq!((out.rounds, out.accounts), case.counts);
    check("sold", out.sold, case.sold);
    check("repaid", out.repaid, case.repaid);
    check("shortfall", out.shortfall, case.shortfall);
    check(
        "amplification",
        out.amplification.unwrap(),
        case.amplification,
    );
    assert_eq!(out.who_paid.sum(), Tokens::ZERO);
}

#[test]
fn a_the_base_with_the_pool_as_oracle() {
    let run = run(&[]);
    holds(
        &run,
        &Case {
            final_spot: "43.61107786372654",
            counts: (7, 10),
            sold: "4882.856204976141",
            repaid: "327566.7393560441",
            shortfall: "2433.260643955898",
            amplification: "11.277784427",
        },
    );
    let spots = [
        "91.18874247307",
        "87.57017765804",
        "84.13724209883",
        "80.88310423402",
        "71.90509970340",
        "55.79582856980",
        "43.61107786373",
    ];
    for (round, spot) in run.rounds.iter().zip(spots) {
        check("round", round.pools[0].spot.unwrap(), spot);
    }
    assert_eq!(run.outcome.verdict, Verdict::Spiral);
    check("loop gain", run.outcome.loop_gain.unwrap(), "1.30");
    // The shock itself: 10 000·(√(100/95) − 1).
    let traded = run
        .world
        .books()
        .journal()
        .iter()
        .find(|entry| entry.round == 1)
        .unwrap();
    check("shock", traded.transfer.amount(), "259.783520851540955");
}

#[test]
fn a1_all_of_a_debt_at_once() {
    holds(
        &run(&[("factor = \"0.5\"", "factor = \"1\"")]),
        &Case {
            final_spot: "45.43671497508652",
            counts: (4, 10),
            sold: "4575.523465747224",
            repaid: "323354.5841741427",
            shortfall: "6645.415825857247",
            amplification: "10.912657004",
        },
    );
}

#[test]
fn a3_a_pool_of_twice_the_depth() {
    let run = run(&[("depth = \"1\"", "depth = \"2\"")]);
    holds(
        &run,
        &Case {
            final_spot: "93.06511322733076",
            counts: (1, 1),
            sold: "212.2105263157895",
            repaid: "19200",
            shortfall: "0",
            amplification: "1.386977354",
        },
    );
    assert_eq!(run.outcome.verdict, Verdict::Contained);
    check("loop gain", run.outcome.loop_gain.unwrap(), "0.65");
}

#[test]
fn a5_providers_pull_a_fifth_after_every_fall_of_two_percent() {
    let run = run(&[("share = \"0\" }", "share = \"0.2\" }")]);
    holds(
        &run,
        &Case {
            // Published with the twelfth decimal as 6, which an exact recomputation does not bear
            // out; the amplification published beside it is that of either.
            final_spot: "24.28074639099666",
            counts: (5, 10),
            sold: "4845.199537534976",
            repaid: "298288.3086932265",
            shortfall: "31711.69130677349",
            amplification: "15.143850721",
        },
    );
    // Of a million in the pool.
    check("quote left", run.outcome.quote_left.unwrap(), "0.161466");
}

#[test]
fn a6_an_oracle_outside_that_stays_at_95() {
    let run = run(&[("feed = \"spot\"", "feed = \"outside\"")]);
    holds(
        &run,
        &Case {
            final_spot: "91.18874247307132",
            counts: (1, 1),
            sold: "212.2105263157895",
            repaid: "19200",
            shortfall: "0",
            amplification: "1.762251505",
        },
    );
    assert_eq!(run.outcome.verdict, Verdict::Contained);
}

#[test]
fn a8_a_quarter_of_a_debt_at_a_time() {
    let run = run(&[("factor = \"0.5\"", "factor = \"0.25\"")]);
    holds(
        &run,
        &Case {
            final_spot: "93.06511322733076",
            counts: (1, 1),
            sold: "106.1052631578947",
            repaid: "9600",
            shortfall: "0",
            amplification: "1.386977354",
        },
    );
    check("loop gain", run.outcome.loop_gain.unwrap(), "0.65");
}

#[test]
fn who_paid_for_the_base() {
    let run = run(&[]);
    let paid = &run.outcome.who_paid;
    let of = |class| paid.of(class);
    // What the loans miss is what those lose who lent, and nobody else's.
    assert_eq!(of(Class::Lenders), -run.outcome.shortfall);
    assert!(of(Class::Providers).is_negative());
    let total: Tokens = paid.classes.values().copied().sum();
    assert_eq!(total, Tokens::ZERO);
    // Repaid and seized are what the liquidator's books say.
    let gain: Tokens = run
        .rounds
        .iter()
        .map(|round| round.markets[0].liquidator_gain)
        .sum();
    assert_eq!(of(Class::Liquidators), gain);
}
