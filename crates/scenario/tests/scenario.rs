//! What a legal file becomes, and the fixtures of this workspace.
#![allow(clippy::unwrap_used)] // helpers of tests

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::{FULL, RECORD, beside, parse};
use seawall_ledger::AccountId;
use seawall_scenario::model::{FaultKind, FaultSource};
use seawall_scenario::{
    Amount, Collateral, Exchange, Flow, PriceTag, Scenario, ScenarioFile, Window, Wish,
};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{FillRule, ParamError, TrancheName};
use serde::Deserialize;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures")
        .join(name)
}

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn second(scenario: &Scenario, offset: u64) -> Time {
    scenario.start().plus(offset)
}

#[test]
fn names_become_ids_in_order_of_first_appearance() {
    let scenario = parse(FULL).unwrap();
    let named = ["whale", "shrimp", "late-seller", "retail-1", "retail-5"];
    let ids = named.map(|name| scenario.account_id(name).map(AccountId::number));
    assert_eq!(ids, [Some(0), Some(1), Some(2), Some(3), Some(7)]);
    assert_eq!(scenario.accounts(), 8);
    assert_eq!(scenario.crowds()[0].first, AccountId::new(3));
    for name in named {
        let id = scenario.account_id(name).unwrap();
        assert_eq!(scenario.account_name(id), name);
    }
    for nobody in ["retail-0", "retail-6", "retail-01", "retail", "fund", ""] {
        assert_eq!(scenario.account_id(nobody), None, "{nobody}");
    }
    assert_eq!(scenario.account_name(AccountId::new(8)), "account-8");
    let fund = scenario.bidder_id("fund").unwrap();
    let pension = scenario.bidder_id("pension").unwrap();
    assert_eq!((fund.number(), pension.number()), (0, 1));
    assert_eq!(scenario.bidder_name(pension), Some("pension"));
}

#[test]
fn positions_are_sized_and_margined() {
    let scenario = parse(FULL).unwrap();
    let [whale, shrimp] = scenario.endowments() else {
        panic!("two positions")
    };
    assert_eq!(
        (whale.size, whale.margin),
        ("10".parse().unwrap(), usd("50"))
    );
    // 100 USD at 30 is 3.33333333 short, worth 99.9999999 USD, rounded up to 100 for the margin:
    // a third of it, rounded up.
    assert_eq!(shrimp.size, "-3.33333333".parse::<Base>().unwrap());
    assert_eq!(shrimp.margin, usd("33.333334"));
}

#[test]
fn the_command_stream_is_in_time_order() {
    let scenario = parse(FULL).unwrap();
    let orders = scenario.orders();
    let times: Vec<u64> = orders
        .iter()
        .map(|o| o.at.since(scenario.start()))
        .collect();
    assert_eq!(times, [30, 300, 540]);
    assert_eq!(
        orders[0].wish,
        Wish::Close {
            share: "0.5".parse().unwrap()
        }
    );
    assert_eq!(
        orders[1].wish,
        Wish::Trade {
            side: Side::Short,
            amount: Amount::Notional(usd("60")),
            collateral: Collateral::Leverage(Ratio::whole(10)),
        }
    );
    assert_eq!(
        (orders[1].limit, orders[1].fill),
        (Some(price("90")), FillRule::AllOrNone)
    );
    assert_eq!(orders[2].account, AccountId::new(7));
    let added = scenario.margin_added();
    assert_eq!(
        (added[0].account, added[0].amount),
        (AccountId::new(1), usd("5"))
    );
    let [redeem, provide] = scenario.liquidity() else {
        panic!("two moves")
    };
    assert_eq!(
        (redeem.tranche, redeem.flow),
        (TrancheName::Junior, Flow::Redeem(usd("1")))
    );
    assert_eq!(
        (provide.tranche, provide.flow),
        (TrancheName::Senior, Flow::Provide(usd("100")))
    );
}

#[test]
fn windows_are_the_whole_scenario_by_default() {
    let scenario = parse(FULL).unwrap();
    let whole = Window {
        from: scenario.start(),
        until: scenario.end(),
    };
    let flow = scenario.flows()[0].window;
    assert_eq!(
        flow,
        Window {
            from: second(&scenario, 60),
            until: second(&scenario, 480)
        }
    );
    assert!(flow.contains(flow.from) && flow.contains(flow.until));
    assert!(!flow.contains(second(&scenario, 59)) && !flow.contains(second(&scenario, 481)));
    assert_eq!(scenario.bidders()[0].window, whole);
    let faults = scenario.faults();
    assert_eq!(
        (faults[0].source, faults[0].kind),
        (FaultSource::One(1), FaultKind::Outage)
    );
    assert_eq!(
        (faults[1].source, faults[1].kind),
        (FaultSource::All, FaultKind::Delay(30))
    );
    assert_eq!(faults[2].kind, FaultKind::Deviation(Ratio::bps(-300)));
    assert_eq!(faults[2].window, whole);
    let config = scenario.file().oracle.config();
    assert_eq!((config.quorum, config.max_age, config.grace), (2, 20, 60));
}

#[test]
fn a_bar_between_marks_is_ignored_and_holds_nothing_before_them() {
    // The record: a bar of 120 a minute before the start, marks of 100 and 121 two seconds apart,
    // a bar of 5 between them.
    let scenario = parse(FULL).unwrap();
    let path = scenario.path();
    let at = |offset| path.price_at(second(&scenario, offset));
    assert_eq!(
        [at(0), at(1), at(2)],
        [price("100"), price("110"), price("121")]
    );
    assert_eq!(at(600), price("121"));
    assert_eq!(
        (path.lowest(), path.highest()),
        (price("100"), price("121"))
    );
    assert_eq!(path.tag_at(second(&scenario, 1)), PriceTag::Interpolated);
    assert_eq!(
        (path.observed_seconds(), path.interpolated_seconds()),
        (2, 599)
    );
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Params {
    half_spread: Ratio,
    auction: Auction,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            half_spread: Ratio::bps(9),
            auction: Auction { duration: 1 },
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Auction {
    duration: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Other {
    backstop: u64,
}

#[test]
fn venue_parameters_are_read_and_refused_with_their_place() {
    let scenario = parse(FULL).unwrap();
    let params: Params = scenario.venue_params("tranched").unwrap();
    assert_eq!(
        (params.half_spread, params.auction.duration),
        (Ratio::bps(2), 60)
    );
    let absent: Params = scenario.venue_params("gmx").unwrap();
    assert_eq!(
        (absent.half_spread, absent.auction.duration),
        (Ratio::bps(9), 1)
    );
    let error = scenario
        .venue_params::<Other>("hyperliquid")
        .unwrap_err()
        .to_string();
    let expected = "error: `venues.hyperliquid.backstop`: string \"liquidator\" is not a whole number; legal: 0 to 9223372036854775807\n   --> dir/full.toml:112:28\n";
    assert!(error.starts_with(expected), "{error}");
    let error = scenario
        .venue_params::<Other>("tranched")
        .unwrap_err()
        .to_string();
    let expected = "error: `venues.tranched.auction`: unknown field `auction`, expected `backstop`\n   --> dir/full.toml:111:14\n";
    assert!(error.starts_with(expected), "{error}");
    let refused = ParamError {
        field: "auction.duration",
        value: "60".to_owned(),
        legal: "1 to 30",
    };
    let error = scenario.refuse_param("tranched", &refused).to_string();
    let expected = "error: `venues.tranched.auction.duration` is 60; legal: 1 to 30\n   --> dir/full.toml:111:37\n";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn the_hash_is_that_of_both_files() {
    // sha256 of the two texts, one after the other, by coreutils' sha256sum.
    let scenario = parse(FULL).unwrap();
    assert_eq!(
        scenario.hash(),
        "78c12ffa904359730e619731e3407d694122a5a11faa716513e7b7663c9c5c38"
    );
    let other = RECORD.replace("121", "122");
    let read = |_: &Path| Ok(other.clone().into_bytes());
    let changed = Scenario::parse(FULL, "dir/full.toml", &read).unwrap();
    assert_ne!(changed.hash(), scenario.hash());
}

#[test]
fn what_is_written_back_is_the_same_scenario() {
    let scenario = parse(FULL).unwrap();
    let written = toml::to_string(scenario.file()).unwrap();
    let again = Scenario::parse(&written, "dir/again.toml", &beside).unwrap();
    assert_eq!(again.file(), scenario.file());
    assert_eq!(again.orders(), scenario.orders());
    assert_eq!(
        toml::from_str::<ScenarioFile>(&written).unwrap(),
        *scenario.file()
    );
}

#[test]
fn the_crash_follows_the_recorded_marks() {
    let scenario = Scenario::load(fixture("scenarios/crash-2025-10-10.toml")).unwrap();
    assert_eq!(scenario.name(), "crash-2025-10-10");
    assert_eq!(scenario.accounts(), 20_000);
    let path = scenario.path();
    let at = |clock: &str| {
        let at: seawall_scenario::At = clock.parse().unwrap();
        path.price_at(at.resolve(scenario.start()))
    };
    assert_eq!(at("21:17:06"), price("108416"));
    assert_eq!(at("21:20:08"), price("102959"));
    assert_eq!(
        (path.lowest(), path.last()),
        (price("102959"), price("107399"))
    );
    // The spot bar of 20:30:00, 116,799, anchors what comes before the first mark; the one of
    // 21:20:30, 101,878, lies between two marks. Logarithms to 30 digits by Python's decimal:
    // ln 116799 + (ln 108416 − ln 116799)·1800/2826.
    assert_eq!(path.opening(), price("111387.5725255127"));
    assert!(at("21:20:30") > price("102959"));
    // Twelve marks between 21:17:06 and 21:22:10.
    assert_eq!(
        (path.observed_seconds(), path.interpolated_seconds()),
        (12, 1_789)
    );
}

#[test]
fn every_coin_of_the_record_is_readable() {
    let text = std::fs::read_to_string(fixture("scenarios/crash-2025-10-10.toml")).unwrap();
    let lowest = [
        ("BTC", "102959"),
        ("ETH", "3432.9"),
        ("HYPE", "33.949"),
        ("SOL", "148.46"),
        ("XRP", "1.3423"),
    ];
    for (coin, expected) in lowest {
        let text = text.replace("coin = \"BTC\"", &format!("coin = \"{coin}\""));
        let beside = fixture("scenarios/other.toml");
        let read = |path: &Path| std::fs::read(path);
        let scenario = Scenario::parse(&text, beside.to_str().unwrap(), &read).unwrap();
        assert_eq!(scenario.path().lowest(), price(expected), "{coin}");
    }
}

#[test]
fn every_fixture_loads_and_asks_a_question_of_its_own() {
    let mut questions = BTreeSet::new();
    for entry in std::fs::read_dir(fixture("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let several = Exchange::is_stated_in(&path).unwrap();
            let question = match several {
                true => Exchange::load(&path).map(|exchange| exchange.question().to_owned()),
                false => Scenario::load(&path).map(|scenario| scenario.file().question.clone()),
            };
            let question = question.unwrap_or_else(|error| panic!("{error}"));
            assert!(questions.insert(question), "{path:?}");
        }
    }
    assert!(questions.len() >= 2);
}
