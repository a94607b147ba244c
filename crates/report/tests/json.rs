//! The document against its schema and against the figures it was made from.
#![allow(clippy::unwrap_used)] // helpers of tests

mod common;

use common::comparison;
use seawall_report::json::{self, Comparison};
use serde_json::{Value, json};

fn document() -> Value {
    serde_json::from_str(&json::render(&comparison()).unwrap()).unwrap()
}

#[test]
fn the_document_is_valid_against_the_schema() {
    let schema = json::schema().to_value();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document())
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn the_schema_refuses_what_is_not_the_document() {
    let validator = jsonschema::validator_for(&json::schema().to_value()).unwrap();
    let check = |pointer: &str, value: Value| {
        let mut document = document();
        *document.pointer_mut(pointer).unwrap() = value.clone();
        assert!(!validator.is_valid(&document), "{pointer} = {value}");
    };
    check("/capital_usd", json!(10_000_000.0));
    check("/capital_usd", json!("10000000"));
    check("/capital_usd", json!("10000000.0000001"));
    check("/venues/0/stages/0/stage", json!("first"));
    check("/venues/0/stages/0/end", json!("later"));
    check("/venues/0/stages/0/closed_base", json!("1.5"));
    check("/venues/0/fill_rate", json!("0.5"));
    check("/venues/0/deficits", json!(-1));
    check("/price/opening", json!("-1.0000000000"));
    let mut more = document();
    more["venues"][0]["extra"] = json!(1);
    assert!(!validator.is_valid(&more));
    let mut less = document();
    less["venues"][0]
        .as_object_mut()
        .unwrap()
        .remove("residual_usd");
    assert!(!validator.is_valid(&less));
}

#[test]
fn a_reader_gets_back_what_was_written() {
    let text = json::render(&comparison()).unwrap();
    let read: Comparison = serde_json::from_str(&text).unwrap();
    assert_eq!(read, Comparison::from(&comparison()));
    assert!(serde_json::from_str::<Comparison>("{\"schema_version\":1}").is_err());
}

#[test]
fn figures_stand_under_their_names() {
    let document = document();
    let check = |pointer: &str, expect: Value| {
        assert_eq!(document.pointer(pointer), Some(&expect), "{pointer}");
    };
    check("/schema_version", json!(2));
    check("/seed", json!(7));
    check("/capital_usd", json!("10000000.000000"));
    check("/scale", json!(0.8312));
    check("/price/lowest", json!("107000.0000000000"));
    check("/venues/0/name", json!("tranched"));
    check("/venues/0/ledger_sum", json!("0.000000"));
    check("/venues/0/opening_deficit_usd", json!("420.000000"));
    check("/venues/0/stages/0/stage", json!("partial_deleverage"));
    check("/venues/0/stages/0/closed_base", json!("12.50000000"));
    check("/venues/0/stages/0/owner_cost_usd", json!("6012.345678"));
    check("/venues/0/stages/0/end", json!("skipped"));
    check("/venues/0/stages/0/skip_reason", json!("too_thin"));
    check("/venues/0/stages/2/absorbed_usd", json!("300.000000"));
    check("/venues/0/stages/2/rule", json!("native"));
    check("/venues/0/stages/2/skip_reason", Value::Null);
    check(
        "/venues/1/stages/1/absent",
        json!("market orders into the book"),
    );
    check("/venues/1/stages/1/equivalent", Value::Null);
    check("/venues/1/stages/1/end", Value::Null);
    check(
        "/venues/2/stages/2/equivalent",
        json!("the pool bears the loss"),
    );
    check("/venues/1/residual_usd", json!("0.000001"));
    check("/venues/1/winners/taken_usd", json!("98765.430000"));
    check("/venues/1/winners/overshoot_usd", json!("98645.430001"));
    // 987 654.321 of 1 000 000
    check("/venues/0/fill_rate", json!(0.987_654_321));
    // 271 / 60 to six decimals
    check("/venues/1/minutes_without_quote", json!(4.516_666));
    check(
        "/venues/0/cost_vs_mark_bps/0/order_usd",
        json!("1000.000000"),
    );
    check("/venues/0/cost_vs_mark_bps/0/mean", json!(2.5));
    check("/venues/0/cost_vs_mark_bps/0/worst", json!(31.0));
    check("/venues/1/cost_vs_mark_bps/1/mean", Value::Null);
    check("/venues/0/senior_drawdown", json!(0.000_012_345));
    check("/venues/2/senior_drawdown", Value::Null);
    check("/venues/1/backstop_result_usd", json!("-54321.500000"));
    check("/venues/1/house_deficit_usd", json!("29326.430000"));
    check("/venues/1/house_backstop_usd", json!("20000.000000"));
    check("/venues/1/house_adl_usd", json!("9000.420000"));
    check("/venues/1/house_residual_usd", json!("326.010000"));
    check("/venues/0/house_backstop_usd", Value::Null);
    check("/venues/1/loss_order", json!(["junior", "adl", "residual"]));
    check("/venues/1/winners/closed_early_count", json!(52));
    check("/venues/1/winners/residual_cut_usd", json!("0.000000"));
    check("/venues/0/senior_change_usd", json!("-97.780000"));
    check("/venues/0/junior_change_usd", json!("1250.500000"));
    check("/venues/2/senior_change_usd", Value::Null);
    check("/venues/0/minutes/0/mark", json!("121000.5000000000"));
    check("/venues/0/minutes/0/open_deficit_usd", json!("0.000000"));
}

#[test]
fn stages_have_the_published_ids_in_the_published_order() {
    let document = document();
    let stages = document["venues"][0]["stages"].as_array().unwrap();
    let ids: Vec<&str> = stages
        .iter()
        .map(|s| s["stage"].as_str().unwrap())
        .collect();
    let published = [
        "partial_deleverage",
        "auction",
        "junior",
        "insurance",
        "adl",
        "senior",
        "residual",
    ];
    assert_eq!(ids, published);
}
