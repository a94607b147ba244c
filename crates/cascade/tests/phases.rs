//! Where a shock stays contained and where it spirals, along the depth of the pool, the close
//! factor and the bonus of the published cascade: what is monotone, and what is not.
#![allow(clippy::unwrap_used)] // helpers of tests

use seawall_cascade::{Config, Outcome, Verdict, World};
use seawall_units::{Ratio, Tokens};

const BASE: &str = include_str!("files/base.toml");

fn run(from: &str, to: &str) -> Outcome {
    assert!(BASE.contains(from), "{from}");
    let config: Config = toml::from_str(&BASE.replacen(from, to, 1)).unwrap();
    World::new(&config).unwrap().run().outcome
}

fn percent(hundredths: i32) -> Ratio {
    Ratio::bps(hundredths * 100)
}

fn depth(hundredths: i32) -> Outcome {
    run("depth = \"1\"", &format!("depth = \"{}%\"", hundredths))
}

fn close(hundredths: i32) -> Outcome {
    run("factor = \"0.5\"", &format!("factor = \"{}%\"", hundredths))
}

/// From 0.4 to four times the depth: each twentieth more leaves a higher price, and the loop gain
/// falls as one over the depth.
#[test]
fn a_deeper_pool_never_ends_lower() {
    let outcomes: Vec<Outcome> = (8..=80).map(|step| depth(step * 5)).collect();
    for pair in outcomes.windows(2) {
        assert!(pair[0].final_spot < pair[1].final_spot);
        assert!(pair[0].loop_gain > pair[1].loop_gain);
        assert!(pair[0].accounts >= pair[1].accounts);
    }
}

/// With a gain above one all ten are sold out; just below it, four.
#[test]
fn the_spiral_ends_where_the_loop_gain_falls_below_one() {
    for step in 8..=80 {
        let out = depth(step * 5);
        let gain = out.loop_gain.unwrap();
        match gain >= Ratio::ONE {
            true => assert_eq!((out.accounts, out.verdict), (10, Verdict::Spiral)),
            false => assert!(out.accounts <= 4, "{gain}"),
        }
    }
    let (above, below) = (depth(130), depth(135));
    assert!(above.loop_gain.unwrap() > Ratio::ONE && below.loop_gain.unwrap() < Ratio::ONE);
    assert_eq!((above.accounts, below.accounts), (10, 4));
}

/// The gain of the first step is no forecast to the digit: with a close factor of 35 % it is 0.91,
/// and as later steps meet a pool with less quote in it all ten are sold out.
#[test]
fn the_first_steps_gain_rises_as_the_price_falls() {
    let out = close(35);
    assert!(out.loop_gain.unwrap() < percent(92));
    assert_eq!((out.accounts, out.verdict), (10, Verdict::Spiral));
    assert_eq!(close(30).accounts, 2);
}

/// More to sell at once is not always worse once it spirals, nor is a shallower pool for those who
/// lend: what overshoots is sold before it is worthless.
#[test]
fn beyond_the_edge_nothing_is_monotone() {
    let price = |out: &Outcome| out.final_spot.unwrap();
    assert!(price(&close(90)) > price(&close(50)));
    assert!(price(&close(100)) < price(&close(90)));
    assert!(depth(45).shortfall < depth(60).shortfall);
    let bonus = |percent: &str| {
        run(
            "bonus.fixed = \"0.05\"",
            &format!("bonus.fixed = \"{percent}%\""),
        )
    };
    assert_eq!(bonus("4").shortfall, Tokens::ZERO);
    assert!(bonus("3").shortfall.is_positive() && bonus("5").shortfall.is_positive());
}
