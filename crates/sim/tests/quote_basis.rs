//! As long as what a venue says its quotes are a function of stays, so do its quotes: measured
//! depth is what asking anew every second would measure.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::collections::BTreeMap;
use std::path::Path;

use seawall_scenario::{Between, PricePath, Scenario};
use seawall_sim::{Instance, JournalSink, Template, VenueName};
use seawall_units::{Price, Side, Time, Usd};
use seawall_venue::{Quote, QuoteBasis, Venue};

/// Asks for quotes in every second and keeps them by what they are a function of.
#[derive(Default)]
struct Asking {
    quotes: BTreeMap<QuoteBasis, Vec<Quote>>,
    seconds: u64,
    /// Seconds whose quotes were asked before.
    again: u64,
}

fn quotes(venue: &dyn Venue) -> Vec<Quote> {
    let sizes = [1, 1_000, 100_000, 1_000_000, 50_000_000];
    let sides = Side::BOTH.into_iter();
    sides
        .flat_map(|side| sizes.map(|size| venue.quote(side, Usd::whole(size))))
        .collect()
}

impl JournalSink for Asking {
    fn standing(&mut self, now: Time, venue: &dyn Venue) {
        let basis = venue.quote_basis().unwrap();
        let found = quotes(venue);
        self.seconds += 1;
        match self.quotes.get(&basis) {
            Some(before) => {
                self.again += 1;
                assert_eq!(before, &found, "{now}: {basis:?}");
            }
            None => {
                self.quotes.insert(basis, found);
            }
        }
    }
}

fn load(name: &str) -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    let path = folder.join(format!("{name}.toml"));
    Scenario::load(path).unwrap_or_else(|error| panic!("{error}"))
}

/// The scenario's price of every twenty seconds, held until the next.
fn held(scenario: &Scenario) -> PricePath {
    let prices = scenario.path().iter().map(|(_, price, _)| price);
    let mut prices: Vec<Price> = prices.step_by(20).collect();
    let ticks = scenario.end().since(scenario.start()) / 20;
    prices.truncate(usize::try_from(ticks).unwrap() + 1);
    PricePath::from_ticks(scenario.start(), 20, &prices, Between::Hold).unwrap()
}

/// Crowds, orders, vanishing bidders, outages, deleveraging and a single curve of quotes, at prices
/// that move every second and at prices that stand for twenty.
#[test]
fn quotes_are_a_function_of_their_basis() {
    let several = [
        "stage-5-adl",
        "oracle-outage",
        "latency-arbitrage",
        "exit-queue",
        "crash-hype",
        "stale-quotes",
    ];
    let mut again = 0;
    for name in several {
        let mut scenario = load(name);
        let spare = scenario.end().since(scenario.start()) % 20;
        let end = seawall_scenario::Moment(Time::from_secs(scenario.end().secs() - spare));
        if let Ok(shorter) = scenario.with("time.end", &end.to_string()) {
            scenario = shorter;
        }
        let template = Template::new(&scenario).unwrap();
        let fits = scenario.end().since(scenario.start()).is_multiple_of(20);
        for prices in [None, fits.then(|| held(&scenario))] {
            let seed = scenario.stated_seed();
            let instance = Instance { seed, prices };
            for venue in VenueName::ALL {
                let mut asking = Asking::default();
                template.run_one(&instance, venue, &mut asking).unwrap();
                assert!(asking.seconds > 0);
                again += asking.again;
            }
        }
    }
    // It is worth asking: most seconds of a standing price quote what the second before did.
    assert!(again > 1_000, "{again}");
}
