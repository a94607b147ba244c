//! Incidents of prices that were shown: the figures that the model gives beside those that were published,
//! and what other prices would have made of the same trades.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::path::Path;

use seawall_cascade::Run;
use seawall_scenario::{Axis, Cascade, Overrides};
use seawall_sim::{CascadeValue, Place, cascade_figure, observed_beside, run_cascade};
use seawall_units::Tokens;

fn load(name: &str) -> Cascade {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cascades");
    Cascade::load(folder.join(format!("{name}.toml")), &Overrides::default()).unwrap()
}

/// The cascade with one of the values that it varies.
fn varied(cascade: &Cascade, rule: &str, point: &str) -> Run {
    let vary = cascade
        .vary()
        .iter()
        .find(|vary| vary.name == rule)
        .unwrap();
    let axis = Axis::of(vary);
    let point = axis.points.iter().find(|one| one.name == point).unwrap();
    let overrides = point.on(&Overrides::default()).unwrap();
    run_cascade(&cascade.with(&overrides).unwrap()).unwrap()
}

/// A figure, rounded down to two decimals.
fn figure(run: &Run, id: &str) -> String {
    match cascade_figure(run, id).unwrap() {
        CascadeValue::Number(Some(units), unit) => {
            let one = 10_i128.pow(unit.places().saturating_sub(2));
            let hundredths = if unit.places() == 0 {
                units * 100
            } else {
                units.div_euclid(one)
            };
            format!("{}.{:02}", hundredths / 100, (hundredths % 100).abs())
        }
        CascadeValue::Number(None, _) => "none".to_owned(),
        CascadeValue::Word(word) => word.to_owned(),
    }
}

/// A figure in parts of a hundredth, rounded down.
fn hundredths(run: &Run, id: &str, parts: i128) -> i128 {
    match cascade_figure(run, id).unwrap() {
        CascadeValue::Number(Some(units), unit) => units * 100 * parts / 10_i128.pow(unit.places()),
        other => unreachable!("{other:?} is no number"),
    }
}

/// Every public figure: its name, where the model's lies, and whether an assumption was chosen for
/// it.
fn beside(cascade: &Cascade, run: &Run) -> Vec<(String, String, bool)> {
    let all = observed_beside(cascade, run);
    let each = all.iter().map(|one| {
        (
            one.observed.name.clone(),
            one.place.name().to_owned(),
            one.observed.fitted,
        )
    });
    each.collect()
}

fn within(name: &str, fitted: bool) -> (String, String, bool) {
    (name.to_owned(), Place::Within.name().to_owned(), fitted)
}

#[test]
fn mango_lends_all_it_has_on_a_profit_of_421_million() {
    let cascade = load("mango-2022-10");
    let run = run_cascade(&cascade).unwrap();
    let shown = beside(&cascade, &run);
    assert_eq!(
        shown,
        [
            within("price shown at the top", true),
            within("spent on spot", true),
            within("borrowed and withdrawn", true),
            within("price afterwards", true),
        ]
    );
    // 483 000 000 · (0.91 − 0.0382) = 421 079 400: published as 421 to 423 million.
    let CascadeValue::Number(Some(top), _) = cascade_figure(&run, "attack.shown.mango").unwrap()
    else {
        unreachable!("a price")
    };
    let profit = (top - 38_200_000_000_000_000) * 483;
    let million = 1_000_000_000_000_000_000_i128;
    assert!(
        (421 * million..=423 * million).contains(&profit),
        "{profit}"
    );
    // What the price that the long was worth outside would have lent, 0.8 · 18 450 600 − 13 450 600,
    // and so would a mean of half an hour.
    for oracle in ["outside", "half-hour-mean"] {
        let run = varied(&cascade, "oracle", oracle);
        assert_eq!(figure(&run, "attack.borrowed"), "1309880.00", "{oracle}");
    }
    assert_eq!(figure(&run, "attack.borrowed"), "116000000.00");
}

#[test]
fn venus_misses_what_a_price_that_stopped_lent_beyond_the_coin() {
    let cascade = load("terra-2022-05");
    let run = run_cascade(&cascade).unwrap();
    assert_eq!(
        beside(&cascade, &run),
        [
            within("LUNA after five days", true),
            within("missing at Venus", true),
        ]
    );
    let live = varied(&cascade, "oracle", "goes-on");
    assert_eq!(figure(&live, "attack.stands"), "0.00");
    assert_eq!(figure(&live, "shortfall"), "0.00");
}

#[test]
fn the_foundation_made_the_first_fall_of_ust_larger_than_the_swap_alone() {
    let cascade = load("curve-ust-2022-05");
    let run = run_cascade(&cascade).unwrap();
    assert_eq!(
        beside(&cascade, &run),
        [
            within("UST after the swap", true),
            within("liquidity withdrawn by the foundation", true),
        ]
    );
    // A range of 900 million around one has L = 900 / (2 − √0.94 − 1/√1.06) = 15 208 million, and 72.2 %
    // of it when the foundation has left. 85 million less the fee of 0.04 % raise 1/√p by 84.966/L:
    // p = 0.98892 with the foundation, 0.98471 without. The fall is 1.38 times as deep.
    let stays = varied(&cascade, "foundation", "stays");
    assert_eq!(hundredths(&run, "fall", 1_000), 1_529);
    assert_eq!(hundredths(&stays, "fall", 1_000), 1_108);
}

#[test]
fn a_stablecoin_valued_by_one_thin_book_is_sold_by_force() {
    let cascade = load("usde-2025-10");
    let run = run_cascade(&cascade).unwrap();
    let name = "loans liquidated on the pair".to_owned();
    let above = (name, Place::Above.name().to_owned(), false);
    assert_eq!(
        beside(&cascade, &run),
        [within("low on the exchange", true), above]
    );
    assert_eq!(figure(&run, "repaid"), "21981378.53");
    // The same waves with collateral valued by the outside price, and with makers who stay.
    let outside = varied(&cascade, "oracle", "outside");
    assert_eq!(figure(&outside, "lowest_spot"), "0.83");
    assert_eq!(figure(&outside, "accounts"), "0.00");
    let stay = varied(&cascade, "makers", "stay");
    assert_eq!(figure(&stay, "lowest_spot"), "0.97");
    assert_eq!(figure(&stay, "accounts"), "0.00");
}

#[test]
fn futures_that_hedge_in_the_pool_tip_a_contained_fall() {
    let run = run_cascade(&load("spiral-perps")).unwrap();
    let without = run_cascade(&load("spiral-double-depth")).unwrap();
    let told = |run: &Run| ["verdict", "final_spot", "accounts"].map(|id| figure(run, id));
    assert_eq!(told(&without), ["contained", "93.06", "1.00"]);
    assert_eq!(told(&run), ["spiral", "60.34", "10.00"]);
    assert_eq!(figure(&run, "perp.futures.hedged"), "1000.00");
    // What the futures owe, they owe to the unit at every step, or the run would have stopped.
    assert_eq!(run.outcome.who_paid.sum(), Tokens::ZERO);
}
