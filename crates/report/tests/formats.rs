//! Markdown and CSV: the same figures as the outcome, and tables that render.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeMap;
use std::path::PathBuf;

use seawall_report::income::{self, Income, Value};
use seawall_report::{json, metric, quote as quotes, table};
use seawall_scenario::Scenario;
use seawall_sim::{Comparison, QuoteAsk, VenueName, compare, quote};
use seawall_units::{Ratio, Usd};
use seawall_venue::StageId;

fn scenario(name: &str) -> Scenario {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    Scenario::load(folder.join(format!("{name}.toml"))).unwrap()
}

fn outcome(name: &str) -> Comparison {
    compare(&scenario(name), &VenueName::ALL).unwrap()
}

fn rows(text: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

/// Rows of CSV in long form by metric and venue.
fn figures(text: &str) -> BTreeMap<(String, String), (String, String)> {
    assert!(text.starts_with("metric,unit,venue,value\n"));
    let rows = rows(text);
    let count = rows.len();
    let own = |row: csv::StringRecord| {
        let [metric, unit, venue, value] = [0, 1, 2, 3].map(|place| row[place].to_owned());
        ((metric, venue), (unit, value))
    };
    let figures: BTreeMap<_, _> = rows.into_iter().map(own).collect();
    assert_eq!(figures.len(), count, "no figure twice");
    figures
}

#[test]
fn the_csv_of_a_comparison_is_exact() {
    let run = outcome("senior-pays");
    let figures = figures(&table::csv(&run));
    let of = |metric: &str, venue: &str| {
        let (_, value) = &figures[&(metric.to_owned(), venue.to_owned())];
        value.as_str()
    };
    assert_eq!(of("absorbed_adl", "tranched"), "62195.774412");
    assert_eq!(of("absorbed_senior", "tranched"), "12804.225588");
    assert_eq!(
        of("absorbed_senior", "gmx"),
        "",
        "the venue has no such figure"
    );
    assert_eq!(of("order_violations", "gmx"), "0");
    let venue = &run.venues[0];
    for stage in [StageId::Junior, StageId::Insurance] {
        let absorbed = venue
            .stages
            .iter()
            .find(|each| each.stage == stage)
            .unwrap()
            .absorbed;
        assert_eq!(
            of(&format!("absorbed_{}", stage.name()), "tranched"),
            absorbed.to_string()
        );
    }
    assert_eq!(of("lp_return", "tranched").len(), "-0.".len() + 16);
    for metric in metric::METRICS {
        // What most runs do not have stands there only when it is something.
        let rare = matches!(
            metric.figure,
            metric::Figure::Rare(_) | metric::Figure::Arbitrageur(_)
        );
        if rare || metric.section == metric::Section::Reactions {
            continue;
        }
        let found = figures.keys().any(|(id, _)| id.starts_with(metric.id));
        assert!(found, "{} has no row", metric.id);
    }
}

/// Cells of a line of a Markdown table: bars that are not escaped part them.
fn cells(line: &str) -> usize {
    line.replace("\\|", "").matches('|').count()
}

fn assert_tables_render(text: &str) {
    let mut tables = 0;
    let mut width = None;
    for line in text.lines() {
        match (line.starts_with('|'), width) {
            (true, None) => {
                width = Some(cells(line));
                tables += 1;
            }
            (true, Some(width)) => assert_eq!(cells(line), width, "{line}"),
            (false, _) => width = None,
        }
    }
    assert!(tables > 0);
    assert!(!text.contains("\n\n\n"), "no two empty lines");
}

#[test]
fn markdown_tables_have_equal_lines() {
    let mut run = outcome("stage-5-adl");
    run.question = String::from("What | does * this [do]?");
    let text = table::markdown(&run);
    assert!(text.starts_with("# What \\| does \\* this \\[do\\]?\n"));
    assert_tables_render(&text);
    assert!(text.contains("| 5 ADL (USD) |"));
    let curves = quote(
        &scenario("quote-ladder"),
        &VenueName::ALL,
        &QuoteAsk::default(),
    )
    .unwrap();
    assert_tables_render(&quotes::markdown(&curves));
    let (calm, crash) = (outcome("quote-ladder"), outcome("senior-pays"));
    let both = Income {
        calm: &calm,
        crash: &crash,
    };
    assert_tables_render(&income::markdown(both));
    let widest = quotes::table(&curves, table::Ink::Plain);
    assert!(
        widest
            .lines()
            .all(|line| line.chars().count() <= seawall_report::WIDTH)
    );
}

#[test]
fn the_csv_of_quotes_is_exact() {
    let curves = quote(
        &scenario("quote-ladder"),
        &VenueName::ALL,
        &QuoteAsk::default(),
    )
    .unwrap();
    let text = quotes::csv(&curves);
    let pin = "tranched,long,50000.000000,50000.000000,42.500000,8.50000000000000,\
               50000.000000,10.000000,30.000000,2.500000,2.50000000000000,3.00000000000000,\
               1950000.000000,false";
    assert!(text.lines().any(|line| line == pin), "{text}");
    let points: usize = curves.venues.iter().map(|venue| venue.points.len()).sum();
    assert_eq!(rows(&text).len(), points);
    let document: serde_json::Value =
        serde_json::from_str(&quotes::document(&curves).unwrap()).unwrap();
    assert_eq!(
        document["venues"][0]["points"][1]["parts"]["impact_usd"],
        "2.500000"
    );
}

/// In `senior-pays` the short's open profit of 5 000 leaves Junior 10 000 of its 15 000 at the start,
/// and it is brought to a micro-dollar of rounding; Senior loses 12 804.225588. So the providers
/// lose 22 804.225587 of 8 010 000. The capital bore 10 000 + 15 000 + 12 804.225588 of 8 030 000.
#[test]
fn calm_income_beside_a_crash() {
    let (mut calm, crash) = (outcome("quote-ladder"), outcome("senior-pays"));
    let both = Income {
        calm: &calm,
        crash: &crash,
    };
    let loss = Ratio::ONE
        .mul_div_ceil(
            "22804.225587".parse::<Usd>().unwrap(),
            Usd::whole(8_010_000),
        )
        .unwrap();
    assert_eq!(
        both.figure("crash_lp_return")[0],
        Value::Number(-loss.units())
    );
    let borne: Usd = "37804.225588".parse().unwrap();
    assert_eq!(
        both.figure("crash_borne_by_capital")[0],
        Value::Number(borne.units())
    );
    // Nothing traded, nothing earned.
    assert_eq!(both.figure("calm_lp_return")[0], Value::Number(0));
    assert_eq!(both.figure("days_for_lp_loss")[0], Value::Never);
    assert_eq!(both.figure("calm_senior_return")[2], Value::Absent);

    // 0.001 % in a minute are 1.44 % in a day and 525.6 % in 365 days, not compounded.
    calm.venues[0].lp_return = "0.001%".parse().unwrap();
    let both = Income {
        calm: &calm,
        crash: &crash,
    };
    let yearly: Ratio = "5.256".parse().unwrap();
    assert_eq!(
        both.figure("calm_lp_return_yearly")[0],
        Value::Number(yearly.units())
    );
    let daily: Ratio = "1.44%".parse().unwrap();
    let days = loss.mul_div_ceil(Ratio::ONE, daily).unwrap();
    assert_eq!(
        both.figure("days_for_lp_loss")[0],
        Value::Number(days.units())
    );
    assert!(Ratio::ZERO < days && days < Ratio::ONE);
    let share = Ratio::ONE
        .mul_div_ceil(borne, Usd::whole(8_030_000))
        .unwrap();
    let days = share.mul_div_ceil(Ratio::ONE, daily).unwrap();
    assert_eq!(
        both.figure("days_for_borne")[0],
        Value::Number(days.units())
    );
    // The other way round there is no loss, whatever the calm run earns.
    let turned = Income {
        calm: &crash,
        crash: &calm,
    };
    assert_eq!(turned.figure("days_for_lp_loss")[0], Value::Number(0));

    let text = income::csv(both);
    let figures = figures(&text);
    let key = ("crash_borne_by_capital".to_owned(), "tranched".to_owned());
    assert_eq!(figures[&key], ("USD".to_owned(), "37804.225588".to_owned()));
    assert!(income::table(both, table::Ink::Plain).contains("Capital differs"));
    let document: serde_json::Value =
        serde_json::from_str(&income::document(both).unwrap()).unwrap();
    assert_eq!(document["figures"][5]["values"]["tranched"], "37804.225588");
    assert!(json::render(&calm).is_ok());
}
