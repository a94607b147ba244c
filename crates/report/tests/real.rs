//! Runs, not hand-written outcomes: the document of each is valid and its journal replays.
#![allow(clippy::unwrap_used)] // helpers of tests

use seawall_ledger::AccountKind;
use seawall_report::journal::{Header, Sink, replay};
use seawall_report::{WIDTH, json, stage_table, table};
use seawall_scenario::Scenario;
use seawall_sim::{VenueName, compare, run_one};
use seawall_units::Usd;

/// Four longs of falling leverage, three shorts, a price that gaps from 100 to 80 and goes on to 60.
const STORM: &str = r#"
question = "Who pays when the price gaps by a fifth and goes on falling?"
seed = 3

[time]
start = "2025-10-10T21:00:00Z"
end = "2025-10-10T21:20:00Z"

[market]
coin = "BTC"

[capital]
total = "1000000"
tranched = { senior = "790000", junior = "200000", insurance = "10000" }
orderbook = { makers = "900000", backstops = ["100000"] }

[terms.common]
initial = "2%"
maintenance = "1%"

[price.points]
points = [
  { at = 0, price = "100" },
  { at = 119, price = "100" },
  { at = 120, price = "80" },
  { at = 600, price = "60" },
]

[positions]
each = [
  { account = "a", side = "long", size = "800", entry = "100", leverage = "40" },
  { account = "b", side = "long", size = "700", entry = "100", leverage = "20" },
  { account = "c", side = "long", size = "600", entry = "100", leverage = "5" },
  { account = "d", side = "long", size = "500", entry = "100", leverage = "2" },
  { account = "e", side = "short", size = "700", entry = "100", leverage = "10" },
  { account = "f", side = "short", size = "700", entry = "100", leverage = "10" },
  { account = "g", side = "short", size = "600", entry = "100", leverage = "10" },
]

[[bidders]]
name = "fund"
capital = "20000"
discount = "10bp"
"#;

fn storm() -> Scenario {
    let none = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    Scenario::parse(STORM, "storm.toml", &none).unwrap()
}

#[test]
fn the_document_of_a_run_is_valid_and_adds_up() {
    let run = compare(&storm(), &VenueName::ALL).unwrap();
    let text = json::render(&run).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&json::schema().to_value()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let read: json::Comparison = serde_json::from_str(&text).unwrap();
    let mut deficits = Usd::ZERO;
    for venue in &read.venues {
        // What the seven stages absorbed is the opening deficit, whoever bears the residual.
        let payers = venue
            .stages
            .iter()
            .filter(|s| s.stage != json::StageWord::Residual);
        let absorbed: Usd = payers.map(|stage| stage.absorbed_usd.0).sum();
        assert_eq!(
            absorbed + venue.residual_usd.0,
            venue.opening_deficit_usd.0,
            "{}",
            venue.name
        );
        assert_eq!(venue.order_violations, 0, "{}", venue.name);
        assert_eq!(venue.breaches, Vec::<String>::new(), "{}", venue.name);
        deficits += venue.opening_deficit_usd.0;
    }
    assert!(
        deficits.is_positive(),
        "a storm without a deficit shows nothing"
    );
}

#[test]
fn the_tables_of_a_run_keep_to_the_width() {
    let run = compare(&storm(), &VenueName::ALL).unwrap();
    let text = table::render(&run, table::Ink::Plain);
    for line in text.lines() {
        assert!(line.chars().count() <= WIDTH, "{line}");
    }
    assert!(!text.contains("Breaches"));
    // A title, the deficit, three lines a stage, four lines of sums.
    assert_eq!(stage_table::render(&run).lines().count(), 2 + 3 * 7 + 4);
}

#[test]
fn the_journal_of_a_run_replays_to_books_that_are_closed() {
    let scenario = storm();
    for name in VenueName::ALL {
        let header = Header::new(&scenario, name).unwrap();
        let mut sink = Sink::new(Vec::new(), header);
        let outcome = run_one(&scenario, name, &mut sink).unwrap();
        let (journal, _) = sink.finish().unwrap();
        let replayed = replay(&journal[..]).unwrap();
        assert_eq!(replayed.balances.sum(), outcome.ledger_sum, "{name}");
        assert!(replayed.events > 0, "{name}");
        // Every deficit was driven to its end.
        let open = replayed.balances.balances();
        let open: Vec<_> = open
            .filter(|(a, _)| a.kind() == AccountKind::OpenDeficit)
            .collect();
        assert_eq!(open, Vec::new(), "{name}");
    }
}
