//! Isolated markets: nothing of one reaches another (M-1.5), bit for bit.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::path::Path;

use proptest::prelude::*;
use seawall_oracle::Feed;
use seawall_scenario::{Exchange, Scenario};
use seawall_sim::{
    Arbitrage, CommandSources, CommandStream, Comparison, ExchangeOutcome, Fingerprint,
    JournalSink, Plan, ProbeSizes, Seat, Sweep, VenueName, World, check_expected, compare_markets,
    drive, drive_together, run_market, run_one, sweep,
};
use seawall_units::{Ratio, Time, Usd};
use seawall_venue::{Setup, Venue};
use seawall_venue_tranched::{Capital, Params, TranchedVenue};

fn load(name: &str) -> Exchange {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    Exchange::load(folder.join(format!("{name}.toml"))).unwrap_or_else(|error| panic!("{error}"))
}

fn parse(text: &str) -> Exchange {
    Exchange::parse(text, "markets.toml", &|_| {
        Err(std::io::ErrorKind::NotFound.into())
    })
    .unwrap_or_else(|error| panic!("{error}"))
}

fn run(exchange: &Exchange) -> ExchangeOutcome {
    compare_markets(exchange, &VenueName::ALL).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_bankrupt_market_leaves_the_other_as_it_is() {
    let exchange = load("two-markets-isolated");
    let outcome = run(&exchange);
    assert!(outcome.is_isolated());
    for ((_, scenario), market) in exchange.markets().iter().zip(&outcome.markets) {
        assert_eq!(check_expected(scenario, &market.comparison), Vec::new());
        for venue in &market.comparison.venues {
            assert_eq!(venue.breaches, Vec::<String>::new());
            assert_eq!(venue.ledger_sum, Usd::ZERO);
        }
    }
    let [meme, btc] = outcome.markets.as_slice() else {
        panic!("two markets")
    };
    // The first is ruined and the second trades on: the proof is about something.
    assert!(meme.comparison.venues[0].residual.is_positive());
    assert_eq!(btc.comparison.venues[0].residual, Usd::ZERO);
    assert!(btc.comparison.venues[0].orders.filled.is_positive());
    assert!(btc.comparison.venues[0].liquidated_accounts > 0);
    // Nor does it matter whether the other stands there at all, as its own comparison shows.
    let alone = seawall_sim::compare(exchange.market("btc").unwrap(), &VenueName::ALL).unwrap();
    assert_eq!(alone, btc.comparison);
}

/// Keeps every byte of a journal.
#[derive(Default)]
struct Lines(Vec<String>);

impl JournalSink for Lines {
    fn entry(&mut self, entry: &seawall_ledger::Entry) {
        self.0.push(format!("{entry:?}"));
    }

    fn event(&mut self, event: &seawall_venue::Event) {
        self.0.push(format!("{event:?}"));
    }

    fn standing(&mut self, now: Time, venue: &dyn Venue) {
        self.0
            .push(format!("{now} {:?} {:?}", venue.state(), venue.recount()));
    }
}

#[test]
fn every_journal_line_of_a_market_is_the_same_alone() {
    let exchange = load("two-markets-isolated");
    for venue in VenueName::ALL {
        for (name, scenario) in exchange.markets() {
            let (mut together, mut alone) = (Lines::default(), Lines::default());
            let outcome = run_market(&exchange, name, venue, &mut together).unwrap();
            assert_eq!(
                outcome.unwrap(),
                run_one(scenario, venue, &mut alone).unwrap()
            );
            assert!(together.0.len() > 721);
            assert_eq!(together.0, alone.0);
        }
        assert!(
            run_market(&exchange, "none", venue, &mut ())
                .unwrap()
                .is_none()
        );
    }
}

/// The tranched market of a scenario with stated positions only, and what goes to it.
fn tranched(scenario: &Scenario) -> (TranchedVenue, Plan) {
    let sources = CommandSources {
        seed: scenario.file().seed,
        accounts: scenario.accounts(),
        orders: scenario.orders(),
        flows: scenario.flows(),
        margins: scenario.margin_added(),
        liquidity: scenario.liquidity(),
        delay: 1,
        recoveries: &[],
    };
    let endowments = scenario.endowments().to_vec();
    let commands = CommandStream::new(&sources, scenario.path(), &endowments);
    let setup = Setup {
        start: scenario.start(),
        opening: scenario.opening(),
        margin: scenario.margin_table(),
        endowments,
        accounts: commands.accounts(),
    };
    let split = &scenario.file().capital.tranched;
    let capital = Capital {
        senior: split.senior,
        junior: split.junior,
        insurance: split.insurance,
    };
    let plan = Plan {
        world: World::new(
            scenario.path().clone(),
            vec![Feed::default(); 3],
            Vec::new(),
        ),
        commands,
        probes: ProbeSizes::default(),
        arbitrage: Arbitrage::default(),
    };
    let venue = TranchedVenue::new(setup, capital, Params::default(), Vec::new());
    (venue.unwrap(), plan)
}

/// Every index of a tranched market is the same, whatever happens beside it.
#[test]
fn the_indices_of_a_market_are_the_same_alone() {
    let exchange = parse(&two("10", "4", 11, "50000"));
    let [(_, a), (_, b)] = exchange.markets() else {
        panic!("two markets")
    };
    let ((mut one, plan), (mut other, storm)) = (tranched(a), tranched(b));
    let (mut alone, _) = tranched(a);
    let (mut first, mut second) = ((), ());
    let seats = vec![
        Seat {
            venue: &mut one,
            plan: &plan,
            cast: Default::default(),
            sink: &mut first,
        },
        Seat {
            venue: &mut other,
            plan: &storm,
            cast: Default::default(),
            sink: &mut second,
        },
    ];
    drive_together(seats);
    drive(&mut alone, &plan, &mut ());
    assert_eq!(one.market().indices(), alone.market().indices());
    assert_ne!(one.market().indices(), other.market().indices());
    assert_eq!(
        one.ledger().balances().collect::<Vec<_>>(),
        alone.ledger().balances().collect::<Vec<_>>()
    );
}

/// The fingerprint sees a difference of one micro-dollar.
#[test]
fn a_fingerprint_is_of_every_unit() {
    let text = two("1", "0.5", 3, "1000");
    let more = text.replace("margin = \"10000\"", "margin = \"10000.000001\"");
    assert_ne!(text, more);
    let print = |text: &str| {
        let mut print = Fingerprint::default();
        run_market(&parse(text), "a", VenueName::Tranched, &mut print)
            .unwrap()
            .unwrap();
        print.hex()
    };
    assert_eq!(print(&text), print(&text));
    assert_ne!(print(&text), print(&more));
}

/// Market `a` with one position, and `b`, which falls as told.
fn two(from: &str, to: &str, seed: u64, notional: &str) -> String {
    format!(
        r#"question = "?"
seed = {seed}
[time]
start = "2025-01-01T00:00:01Z"
end = "2025-01-01T00:03:01Z"
[capital]
total = "1000000"
tranched = {{ senior = "790000", junior = "200000", insurance = "10000" }}
orderbook = {{ makers = "960000", backstops = ["40000"] }}
[terms.common]
initial = "10%"
maintenance = "5%"
[[markets]]
name = "a"
market = {{ coin = "BTC" }}
price.points.points = [{{ at = 0, price = "100" }}, {{ at = 90, price = "96" }}]
positions.each = [{{ account = "ann", side = "long", size = "800", entry = "100", margin = "10000" }}]
[[markets.orders_drawn]]
name = "flow"
per_minute = "20"
long_share = "0.5"
notional = {{ uniform = {{ min = "100", max = "9000" }} }}
leverage = {{ fixed = "5" }}
closes_share = "0.3"
[[markets]]
name = "b"
market = {{ coin = "MEME" }}
price.points.points = [{{ at = 0, price = "{from}" }}, {{ at = 60, price = "{from}" }}, {{ at = 61, price = "{to}" }}]
positions.each = [{{ account = "ann", side = "long", notional = "{notional}", entry = "{from}", leverage = "8" }}]
positions.scale = true
[[markets.orders_drawn]]
name = "flow"
per_minute = "20"
long_share = "0.9"
notional = {{ uniform = {{ min = "100", max = "9000" }} }}
leverage = {{ fixed = "5" }}
"#
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever falls in `b`, and by how much, `a` comes to the same.
    #[test]
    fn no_fall_of_one_market_reaches_the_other(
        from in 1_u32..1_000, to in 1_u32..1_000, notional in 1_000_u32..200_000,
    ) {
        let name = |n: u32| n.to_string();
        let calm = run(&parse(&two("1", "1", 11, "1000")));
        let fallen = run(&parse(&two(&name(from), &name(to), 11, &name(notional))));
        prop_assert!(fallen.is_isolated());
        let of = |outcome: &ExchangeOutcome| Comparison {
            // The hash is that of the whole file.
            scenario_hash: String::new(),
            ..outcome.markets[0].comparison.clone()
        };
        prop_assert!(of(&calm) == of(&fallen));
        prop_assert_eq!(&calm.markets[0].isolation, &fallen.markets[0].isolation);
        let scale: Ratio = fallen.markets[1].comparison.scale;
        prop_assert!(scale <= Ratio::ONE);
    }
}

/// One seed of a sweep is the comparison itself, for every market as for a file of one.
#[test]
fn the_first_seed_of_a_market_is_its_own() {
    let exchange = load("two-markets-isolated");
    for (name, scenario) in exchange.markets() {
        let scenarios = std::slice::from_ref(scenario);
        let two = Sweep {
            scenarios,
            venues: &[VenueName::Tranched],
            seeds: 2,
        };
        let measure = |runs: &[Comparison]| runs[0].venues[0].orders;
        let samples = sweep(&two, &measure, &|_| None, &|_, _| {}).unwrap();
        assert_eq!((samples[0].seed, samples[1].seed), (2025, 2026));
        let own = seawall_sim::compare(scenario, &[VenueName::Tranched]).unwrap();
        assert_eq!(samples[0].figures, own.venues[0].orders, "{name}");
        if own.venues[0].orders.sent > 0 {
            assert_ne!(samples[1].figures, samples[0].figures, "{name}");
        }
    }
}
