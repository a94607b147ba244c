//! A template's runs are a comparison's, bit for bit.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use seawall_scenario::{Between, Exchange, PricePath, Scenario};
use seawall_sim::{Instance, SimError, Template, VenueName, compare, run_one};
use seawall_units::{Price, Ratio, Round, Time};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios")
}

fn load(name: &str) -> Scenario {
    let path = folder().join(format!("{name}.toml"));
    Scenario::load(path).unwrap_or_else(|error| panic!("{error}"))
}

/// Every scenario that a file of the folder states, one a market.
fn all() -> Vec<Scenario> {
    let files = std::fs::read_dir(folder()).unwrap();
    let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    let scenarios = paths.iter().flat_map(|path| {
        if !Exchange::is_stated_in(path).unwrap() {
            return vec![Scenario::load(path).unwrap()];
        }
        let exchange = Exchange::load(path).unwrap();
        let markets = exchange.markets().iter();
        markets.map(|(_, scenario)| scenario.clone()).collect()
    });
    scenarios.collect()
}

/// The scenario shortened to three minutes, so that no full day is run; as it is where something that
/// it states comes later.
fn shortened(scenario: Scenario) -> Scenario {
    let end = scenario.start().plus(180);
    match end < scenario.end() {
        true => {
            let moment = seawall_scenario::Moment(end).to_string();
            scenario.with("time.end", &moment).unwrap_or(scenario)
        }
        false => scenario,
    }
}

#[test]
fn a_template_runs_another_seed_as_a_comparison_does() {
    let mut scenarios: Vec<Scenario> = all().into_iter().map(shortened).collect();
    assert!(scenarios.len() >= 28);
    // A full day and two of two hours take long and state nothing that the others do not.
    scenarios.retain(|scenario| scenario.end().since(scenario.start()) <= 3600);
    assert!(scenarios.len() >= 25);
    scenarios.par_iter().for_each(|scenario| {
        let template = Template::new(scenario).unwrap();
        let (name, seed) = (scenario.name(), 7_001);
        let other = scenario.with("seed", &seed.to_string()).unwrap();
        let instance = Instance { seed, prices: None };
        let run = template.run(&instance, &VenueName::ALL);
        match (run, compare(&other, &VenueName::ALL)) {
            (Ok(run), Ok(compared)) => assert_eq!(run, compared.venues, "{name}"),
            (Err(run), Err(compared)) => assert_eq!(run.to_string(), compared.to_string()),
            (run, compared) => panic!("{name}: {run:?}, {compared:?}"),
        }
    });
}

/// A price every minute that falls by a tenth and comes back.
fn fall(scenario: &Scenario, between: Between) -> PricePath {
    let opening = scenario.opening();
    let minutes = scenario.end().since(scenario.start()) / 60;
    let at = |minute: u64| {
        let away = i32::try_from(minute.min(minutes - minute)).unwrap();
        let by = Ratio::ONE - Ratio::bps(away.min(10) * 100);
        opening.scaled(by, Round::Floor).unwrap()
    };
    let prices: Vec<Price> = (0..=minutes).map(at).collect();
    PricePath::from_ticks(scenario.start(), 60, &prices, between).unwrap()
}

#[test]
fn a_template_runs_other_prices_as_a_comparison_does() {
    for name in ["stale-quotes", "crash-hype", "latency-arbitrage"] {
        let scenario = shortened(load(name));
        let template = Template::new(&scenario).unwrap();
        for (seed, between) in [(1, Between::Hold), (2, Between::Joined)] {
            let prices = fall(&scenario, between);
            let other = scenario.with("seed", &seed.to_string()).unwrap();
            let other = other.with_prices(prices.clone()).unwrap();
            assert_ne!(other.hash(), scenario.hash());
            let compared = compare(&other, &VenueName::ALL).unwrap();
            assert_eq!(compared.price.1, prices.lowest());
            let prices = Some(prices);
            let instance = Instance { seed, prices };
            let venues = template.run(&instance, &VenueName::ALL).unwrap();
            assert_eq!(venues, compared.venues, "{name}, {between:?}");
            let alone = template.run_one(&instance, VenueName::Gmx, &mut ());
            assert_eq!(
                alone.unwrap(),
                run_one(&other, VenueName::Gmx, &mut ()).unwrap()
            );
        }
    }
}

/// What a file's own prices may not be, others may not be either.
#[test]
fn prices_that_do_not_fit_are_refused() {
    let scenario = load("crash-2025-10-10");
    let refusal = |prices: PricePath| {
        let template = Template::new(&scenario).unwrap();
        let prices = Some(prices);
        let run = template.run(&Instance { seed: 1, prices }, &[VenueName::Gmx]);
        let Err(SimError::Scenario(error)) = run else {
            panic!("not refused")
        };
        error.to_string()
    };
    let opening = scenario.opening();
    let short = PricePath::from_ticks(scenario.start(), 60, &[opening, opening], Between::Hold);
    let said = refusal(short.unwrap());
    assert!(said.contains("`price` is from"), "{said}");
    assert!(said.contains("the scenario's time"), "{said}");
    // At 10^12 USD a coin the positions are worth more than the range of money.
    let span = u32::try_from(scenario.end().since(scenario.start())).unwrap();
    let most: Price = "1000000000000".parse().unwrap();
    let high = PricePath::from_ticks(scenario.start(), span, &[opening, most], Between::Hold);
    let said = refusal(high.unwrap());
    assert!(
        said.contains("`positions` is more than 10^15 USD"),
        "{said}"
    );
    assert!(said.contains("crash-2025-10-10.toml:"), "{said}");
}

#[test]
fn ticks_that_make_no_path_are_none() {
    let at = Time::from_secs(60);
    let one: Price = "1".parse().unwrap();
    assert!(PricePath::from_ticks(at, 1, &[], Between::Hold).is_none());
    assert!(PricePath::from_ticks(at, 0, &[one, one], Between::Hold).is_none());
    assert!(PricePath::from_ticks(at, 604_801, &[one, one], Between::Hold).is_none());
    let path = PricePath::from_ticks(at, 9, &[one], Between::Joined).unwrap();
    assert_eq!((path.start(), path.end()), (at, at));
}
