//! Incidents of lending: where the model's figures lie beside the public ones, met or not.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::path::Path;

use seawall_scenario::{Cascade, Overrides};
use seawall_sim::{Place, observed_beside, run_cascade};
use seawall_units::{TokenPrice, Tokens};

fn load(name: &str, set: &[&str]) -> Cascade {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cascades");
    let overrides = Overrides::parse(set).unwrap();
    Cascade::load(folder.join(format!("{name}.toml")), &overrides).unwrap()
}

fn places(name: &str) -> Vec<(String, Place, bool)> {
    let cascade = load(name, &[]);
    let run = run_cascade(&cascade).unwrap();
    let beside = observed_beside(&cascade, &run).into_iter();
    beside
        .map(|one| (one.observed.name.clone(), one.place, one.observed.fitted))
        .collect()
}

fn met(name: &str, expected: &[(&str, Place, bool)]) {
    let found = places(name);
    let found: Vec<_> = found
        .iter()
        .map(|(name, place, fitted)| (name.as_str(), *place, *fitted))
        .collect();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn maker_in_march_2020() {
    // One percent too much for nothing, and 6.5 % too few new tokens: in Maker part of the penalties
    // had been spent.
    met(
        "maker-2020-03",
        &[
            ("share of lots that went for nothing", Place::Within, true),
            (
                "worth of what went for nothing, million",
                Place::Above,
                false,
            ),
            (
                "debt that was left uncovered, million",
                Place::Within,
                false,
            ),
            ("debt auctions raised, million", Place::Within, false),
            ("new MKR, thousand", Place::Below, false),
        ],
    );
}

#[test]
fn keepers_who_pay_for_gas_leave_nothing_uncovered() {
    let awake = [
        "lending.maker.auction.keepers.default-1.gas_up_to=10",
        "lending.maker.auction.keepers.default-2.gas_up_to=10",
    ];
    let run = run_cascade(&load("maker-2020-03", &awake)).unwrap();
    assert_eq!(run.outcome.auctions.unwrap().unopposed, 0);
    assert_eq!(run.outcome.shortfall, Tokens::ZERO);
}

#[test]
fn a_least_bid_would_have_covered_two_fifths() {
    // 50 ETH that owe 5 068 on average go for 2 000 instead of nothing; the eager keeper, who is
    // the only one awake, needs the cash for it.
    let least = [
        "lending.maker.auction.opening_bid=2000",
        "lending.maker.auction.keepers.eager.cash=4000000",
    ];
    let run = run_cascade(&load("maker-2020-03", &least)).unwrap();
    let uncovered = run.outcome.shortfall;
    assert!(uncovered < Tokens::whole(3_900_000) && uncovered > Tokens::whole(3_700_000));
}

#[test]
fn crv_in_november_2022() {
    // The model leaves two thirds more unpaid than was: in the event others sold CRV into the
    // squeeze as well.
    met(
        "crv-2022-11",
        &[
            ("highest price", Place::Within, true),
            ("unpaid, million CRV", Place::Above, false),
            ("unpaid, million USD", Place::Above, false),
            ("liquidations", Place::Within, false),
            ("collateral gone, million USD", Place::Within, false),
        ],
    );
}

#[test]
fn a_stop_against_toxic_liquidations_ends_the_squeeze_of_crv() {
    // 1/1.045 = 0.9569: the loan stays open above it, still covered at the pool's price.
    let stop = ["lending.aave.rules.stop_above=95.69%"];
    let run = run_cascade(&load("crv-2022-11", &stop)).unwrap();
    assert_eq!((run.outcome.liquidations, run.outcome.toxic), (42, 0));
    assert_eq!(run.outcome.shortfall, Tokens::ZERO);
}

#[test]
fn steth_in_june_2022() {
    met("steth-2022-06", &[("lowest price", Place::Above, false)]);
}

#[test]
fn half_as_much_again_would_have_forced_every_loop() {
    let set = ["shocks.sale.act.sell.amount=75000"];
    let run = run_cascade(&load("steth-2022-06", &set)).unwrap();
    assert_eq!(run.outcome.accounts, 10);
    assert_eq!(run.outcome.verdict.name(), "spiral");
    let floor = "0.7".parse::<TokenPrice>().unwrap();
    assert!(run.outcome.final_spot.unwrap() <= floor);
}
