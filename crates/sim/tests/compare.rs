//! One scenario through the real venues.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_ledger::Entry;
use seawall_scenario::Scenario;
use seawall_sim::{
    Auditor, Comparison, JournalSink, Law, SimError, VenueName, check_expected, compare, run_one,
};
use seawall_units::{Ratio, Time, Usd};
use seawall_venue::{Event, StageId, VenueProfile};

/// 400 positions, a fall by half in one second and a rebound, little capital below the last payer.
const GAP: &str = r#"
question = "Who pays for a gap?"
seed = 7

[time]
start = "2025-10-10T21:00:00Z"
end = "2025-10-10T21:12:00Z"

[market]
coin = "BTC"

[capital]
total = "2000000"
tranched = { senior = "1972000", junior = "10000", insurance = "18000" }
orderbook = { makers = "1993000", backstops = ["6000", "1000"] }

[terms.common]
initial = "2.5%"
maintenance = "1.25%"

[price.points]
points = [
  { at = "21:00:00", price = "100000" },
  { at = "21:01:00", price = "99000" },
  { at = "21:01:01", price = "50000" },
  { at = "21:04:00", price = "45000" },
  { at = "21:12:00", price = "90000" },
]

[positions]
scale = true

[[positions.drawn]]
name = "retail"
count = 400
long_share = "0.54"
notional = { lognormal = { median = "3000", sigma = "1.3", min = "100", max = "100000" } }
leverage = { choice = [{ value = "3", weight = "0.3" }, { value = "20", weight = "0.7" }] }
entry = { uniform = { min = "0.95", max = "1.05" } }

[[orders_drawn]]
name = "flow"
per_minute = "30"
long_share = "0.45"
notional = { uniform = { min = "100", max = "9000" } }
leverage = { fixed = "5" }
closes_share = "0.5"

[[liquidity]]
at = "21:00:30"
lp = "ann"
tranche = "junior"
provide = "1000"

[[bidders]]
name = "fund"
capital = "20000"
discount = "10bp"

[oracle]
faults = [{ source = "all", kind = "outage", from = "21:09:00", until = "21:09:40" }]
"#;

fn parse(text: &str) -> Scenario {
    let none = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    Scenario::parse(text, "gap.toml", &none).unwrap_or_else(|error| panic!("{error}"))
}

fn gap() -> Scenario {
    parse(GAP)
}

fn all(scenario: &Scenario) -> Comparison {
    compare(scenario, &VenueName::ALL).unwrap_or_else(|error| panic!("{error}"))
}

/// The laws of M-8 in every venue, from equal capital: each split adds up to X (M-11.1).
#[test]
fn every_venue_keeps_every_law() {
    let comparison = all(&gap());
    assert_eq!(comparison.venues.len(), 3);
    for venue in &comparison.venues {
        assert_eq!(venue.breaches, Vec::<String>::new(), "{}", venue.name);
        assert_eq!(venue.order_violations, 0);
        assert_eq!(venue.ledger_sum, Usd::ZERO);
        assert!(venue.opening_deficit.is_positive(), "{}", venue.name);
        // Absorbed plus residual is the opening deficit, to the last unit.
        let absorbed: Usd = venue.stages.iter().map(|stage| stage.absorbed).sum();
        assert_eq!(absorbed + venue.residual, venue.opening_deficit);
        assert!(venue.winners.taken <= venue.winners.profit_before);
        assert!(venue.winners.largest_single <= venue.winners.taken);
        assert_eq!(venue.minutes.len(), 13);
        let split: Usd = venue.capital_split.iter().map(|(_, value)| *value).sum();
        assert_eq!(split, comparison.capital);
    }
}

/// What makers and vaults owed was paid by vaults, by ADL, or by nobody (M-11.6).
#[test]
fn the_house_deficit_is_what_its_payers_and_nobody_paid() {
    // Traders are short, so that makers of little capital are long through the gap.
    let poor = r#"orderbook = { makers = "100000", backstops = ["1900000"] }"#;
    let rich = r#"orderbook = { makers = "1993000", backstops = ["6000", "1000"] }"#;
    let text = GAP
        .replace(rich, poor)
        .replace(r#"long_share = "0.54""#, r#"long_share = "0.3""#);
    let comparison = all(&parse(&text));
    let houses: Vec<_> = comparison.venues.iter().map(|venue| venue.house).collect();
    assert!(houses[0].is_none() && houses[2].is_none());
    let house = houses[1].unwrap();
    assert!(house.opened.is_positive() && house.backstop.is_positive());
    assert_eq!(house.opened, house.backstop + house.adl + house.residual);
}

/// The senior's and the junior's change are what their capital gained beside what LPs put in.
#[test]
fn the_payers_and_the_change_of_the_tranches_are_told() {
    // Without positions at the start the tranches are worth what was paid in; a mild price leaves
    // no deficit for the last step.
    let text = GAP.replace("count = 400", "count = 0");
    let text = text.replace(r#""50000""#, r#""98900""#);
    let text = text.replace(r#""45000""#, r#""98700""#);
    let text = text.replace(r#""90000""#, r#""98000""#);
    let comparison = all(&parse(&text));
    let [tranched, book, pool] = &comparison.venues[..] else {
        panic!("three venues")
    };
    let mut order = TRANCHED.to_vec();
    order.push(StageId::Residual);
    assert_eq!(tranched.loss_order, order);
    assert_eq!(pool.loss_order, [StageId::Junior, StageId::Residual]);
    // ann's 1 000 are no gain: both tranches together changed as the LPs' capital did.
    let (senior, junior) = (
        tranched.senior_change.unwrap(),
        tranched.junior_change.unwrap(),
    );
    let last = tranched.minutes.last().unwrap().lp_value;
    let gained = last - Usd::whole(1_982_000) - Usd::whole(1000);
    assert!(!gained.is_zero());
    assert_eq!(senior + junior, gained);
    assert_eq!((book.senior_change, pool.junior_change), (None, None));
}

/// Positions are shrunk by one factor to fit the tightest venue (M-11.2); the gap reaches M-8.3,
/// M-8.4 and M-8.5.
#[test]
fn the_gap_reaches_the_last_payers() {
    let comparison = all(&gap());
    let tranched = &comparison.venues[0];
    let absorbed = |id| {
        let stage = tranched.stages.iter().find(|stage| stage.stage == id);
        stage.unwrap().absorbed
    };
    for stage in [StageId::Junior, StageId::Insurance, StageId::Adl] {
        assert!(absorbed(stage).is_positive(), "{}", stage.name());
    }
    assert!(comparison.scale < Ratio::ONE);
    assert_eq!(comparison.positions, 400);
}

#[test]
fn the_same_on_any_number_of_threads() {
    let scenario = gap();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(|| all(&scenario))
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(5));
    let names: Vec<&str> = one.venues.iter().map(|venue| venue.name).collect();
    assert_eq!(names, ["tranched", "hyperliquid", "gmx"]);
    let turned = compare(&scenario, &[VenueName::Gmx, VenueName::Tranched]).unwrap();
    assert_eq!(turned.venues[0], one.venues[2]);
    assert_eq!(turned.venues[1], one.venues[0]);
}

#[derive(Debug, Clone)]
enum Line {
    Entry(Entry),
    Event(Event),
    Second(Time),
}

#[derive(Debug, Clone, Default)]
struct Kept(Vec<Line>);

impl JournalSink for Kept {
    fn entry(&mut self, entry: &Entry) {
        self.0.push(Line::Entry(*entry));
    }
    fn event(&mut self, event: &Event) {
        self.0.push(Line::Event(event.clone()));
    }
    fn end_second(&mut self, now: Time) {
        self.0.push(Line::Second(now));
    }
}

/// The journal of the gap in one venue.
fn journal(name: VenueName) -> Vec<Line> {
    let mut kept = Kept::default();
    let outcome = run_one(&gap(), name, &mut kept).unwrap();
    assert_eq!(outcome.breaches, Vec::<String>::new());
    kept.0
}

fn profile(order: &[StageId]) -> VenueProfile {
    VenueProfile {
        name: "",
        title: "",
        stages: [seawall_venue::StageRule::Native; 7],
        loss_order: order.to_vec(),
        house: None,
    }
}

fn audited(lines: &[Line], order: &[StageId]) -> Vec<Law> {
    let mut auditor = Auditor::new(&profile(order), Time::default());
    for line in lines {
        match line {
            Line::Entry(entry) => auditor.entry(entry),
            Line::Event(event) => auditor.event(event),
            Line::Second(now) => auditor.end_second(*now),
        }
    }
    auditor.finish(Time::default());
    auditor.breaches().iter().map(|breach| breach.law).collect()
}

const TRANCHED: [StageId; 4] = [
    StageId::Junior,
    StageId::Insurance,
    StageId::Adl,
    StageId::Senior,
];

#[test]
fn one_run_is_one_of_the_comparison() {
    let scenario = gap();
    let comparison = all(&scenario);
    for (name, outcome) in VenueName::ALL.into_iter().zip(&comparison.venues) {
        assert_eq!(&run_one(&scenario, name, &mut ()).unwrap(), outcome);
    }
}

#[test]
fn a_venue_that_claims_another_loss_order_is_found_out() {
    let lines = journal(VenueName::Tranched);
    assert_eq!(audited(&lines, &TRANCHED), []);
    let [junior, insurance, adl, senior] = TRANCHED;
    let laws = audited(&lines, &[junior, insurance, senior, adl]);
    assert!(laws.contains(&Law::LossOrder));
}

#[test]
fn a_defect_planted_anywhere_in_a_real_journal_is_found() {
    let lines = journal(VenueName::Tranched);
    let is_payment = |line: &Line| {
        matches!(line, Line::Entry(entry)
            if matches!(entry.transfer.to(), seawall_ledger::Account::OpenDeficit(_)))
    };
    let is_stage = |line: &Line| matches!(line, Line::Event(Event::Stage(report)) if report.absorbed.is_positive());
    let is_entry = |line: &Line| matches!(line, Line::Entry(_));
    let places = |is: &dyn Fn(&Line) -> bool| -> Vec<usize> {
        let found = (0..lines.len()).filter(|place| is(&lines[*place]));
        found.collect()
    };
    let (payments, stages, entries) = (places(&is_payment), places(&is_stage), places(&is_entry));
    assert!(payments.len() > 50 && stages.len() > 50);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(48));
    let choice = (any::<prop::sample::Index>(), 0_u8..6);
    let planted = runner.run(&choice, |(index, defect)| {
        let mut planted = lines.clone();
        let law = match defect {
            0 => {
                planted.remove(*index.get(&entries[..entries.len() - 1]));
                Law::JournalPlace
            }
            1 => {
                let place = *index.get(&entries);
                planted.insert(place, lines[place].clone());
                Law::JournalPlace
            }
            2 => {
                planted.remove(*index.get(&stages));
                Law::PaymentReported
            }
            3 => {
                let place = *index.get(&stages);
                planted.insert(place, lines[place].clone());
                Law::PaymentReported
            }
            4 => {
                let Line::Event(Event::Stage(report)) = &mut planted[*index.get(&stages)] else {
                    unreachable!()
                };
                report.absorbed += Usd::ULP;
                Law::StageTransfers
            }
            _ => {
                // The whole payment is gone, entry and report: the deficit does not add up.
                let place = *index.get(&payments);
                let Line::Entry(gone) = lines[place] else {
                    unreachable!()
                };
                planted.retain_mut(|line| match line {
                    Line::Event(Event::Stage(report)) => {
                        let before = report.transfers.len();
                        report.transfers.retain(|each| *each != gone.transfer);
                        if report.transfers.len() < before {
                            report.absorbed -= gone.transfer.amount();
                        }
                        true
                    }
                    Line::Entry(entry) => entry.seq != gone.seq,
                    _ => true,
                });
                Law::DeficitSum
            }
        };
        let laws = audited(&planted, &TRANCHED);
        prop_assert!(laws.contains(&law), "{law:?} not in {laws:?}");
        Ok(())
    });
    planted.unwrap();
}

#[test]
fn expected_figures_are_checked_to_the_last_unit() {
    let comparison = all(&gap());
    let tranched = &comparison.venues[0];
    let text = |deficit: Usd, residual: Usd| {
        format!(
            "{GAP}\n[expected.tranched]\nopening_deficit = \"{deficit}\"\nresidual = \"{residual}\"\n\
             last_stage = \"auction\"\n"
        )
    };
    let right = parse(&text(tranched.opening_deficit, tranched.residual));
    let last = check_expected(&right, &comparison);
    assert_eq!(last.len(), 1, "{last:?}");
    assert_eq!(
        (last[0].field, last[0].expected.as_str()),
        ("last_stage", "auction")
    );
    let wrong = parse(&text(
        tranched.opening_deficit + Usd::ULP,
        tranched.residual,
    ));
    let found = check_expected(&wrong, &comparison);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].to_string(),
        format!(
            "expected.tranched.opening_deficit: expected {}, found {}",
            tranched.opening_deficit + Usd::ULP,
            tranched.opening_deficit
        )
    );
    // Nothing is said of venues that were not run.
    let other = compare(&wrong, &[VenueName::Gmx]).unwrap();
    assert_eq!(check_expected(&wrong, &other), []);
}

/// M-11.2: without scaling, positions that do not fit are refused.
#[test]
fn without_scaling_a_broken_limit_names_venue_and_limit() {
    let text = GAP.replace("scale = true", "scale = false");
    let error = compare(&parse(&text), &[VenueName::Tranched]).unwrap_err();
    assert!(
        matches!(
            error,
            SimError::Setup {
                venue: VenueName::Tranched,
                ..
            }
        ),
        "{error}"
    );
    let said = error.to_string();
    assert!(said.contains("tranched cannot be started: "), "{said}");
    assert!(said.contains(" is above "), "{said}");
}

#[test]
fn a_stated_position_that_cannot_be_held_is_an_error() {
    let stated = r#"
[[positions.each]]
account = "bold"
side = "long"
notional = "1000"
entry = "100000"
leverage = "81"
"#;
    let error = compare(&parse(&format!("{GAP}{stated}")), &[VenueName::Tranched]).unwrap_err();
    assert!(error.to_string().contains("maintenance margin"), "{error}");
}

/// M-11.4: the common table takes the place of each venue's own. A long of 1 000 from 100 with 3 000
/// has 1 500 at 98.5, which is 1.52 % of its value: below a common maintenance of 2 %, above every
/// venue's own (1 %, 1.25 % and 0.5 %).
#[test]
fn common_terms_replace_every_venues_table() {
    let liquidated = |terms: &str| {
        let text = format!(
            r#"question = "Whose table?"
seed = 1
{terms}
[time]
start = "2025-10-10T21:00:00Z"
end = "2025-10-10T21:00:30Z"
[market]
coin = "BTC"
[capital]
total = "10080000"
tranched = {{ senior = "8000000", junior = "2000000", insurance = "80000" }}
orderbook = {{ makers = "9676800", backstops = ["403200"] }}
[price.points]
points = [{{ at = 0, price = "100" }}, {{ at = 10, price = "98.5" }}]
[[positions.each]]
account = "long"
side = "long"
size = "1000"
entry = "100"
margin = "3000"
"#
        );
        let venues = all(&parse(&text)).venues.into_iter();
        venues.map(|venue| venue.liquidated_accounts).collect()
    };
    let common = "[terms.common]\ninitial = \"4%\"\nmaintenance = \"2%\"";
    let found: [Vec<u64>; 2] = [common, "[terms.native]"].map(liquidated);
    assert_eq!(found, [[1; 3], [0; 3]]);
}

#[test]
fn an_illegal_parameter_has_its_place_in_the_file() {
    let text = format!("{GAP}\n[venues.hyperliquid.backstop]\ninterval = 0\n");
    let error = compare(&parse(&text), &VenueName::ALL).unwrap_err();
    assert!(matches!(error, SimError::Scenario(_)));
    let said = error.to_string();
    assert!(said.contains("gap.toml:"), "{said}");
    assert!(
        said.contains("venues.hyperliquid.backstop.interval"),
        "{said}"
    );
}

#[test]
fn names_are_read_as_they_are_written() {
    for name in VenueName::ALL {
        assert_eq!(name.to_string().parse(), Ok(name));
    }
    let error = "binance".parse::<VenueName>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`binance` names no venue; legal: tranched, hyperliquid, gmx"
    );
}
