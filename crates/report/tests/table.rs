//! The text table: its layout, its width and its ink.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod common;

use common::{comparison, gmx, ratio, tranched, usd};
use proptest::prelude::*;
use seawall_report::WIDTH;
use seawall_report::table::{Ink, render};
use seawall_sim::Comparison;
use seawall_units::{Base, Ratio, Usd};

/// Every figure of M-10 has its row.
#[test]
fn the_table_reads_like_this() {
    insta::assert_snapshot!(render(&comparison(), Ink::Plain));
}

#[test]
fn the_stage_table_reads_like_this() {
    insta::assert_snapshot!(seawall_report::stage_table::render(&comparison()));
}

/// The text without its escape sequences.
fn bare(text: &str) -> String {
    let mut bare = String::new();
    let mut chars = text.chars();
    while let Some(each) = chars.next() {
        match each {
            '\u{1b}' => while chars.next().is_some_and(|c| c != 'm') {},
            _ => bare.push(each),
        }
    }
    let lines = bare.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}

#[test]
fn ink_changes_nothing_but_colour() {
    let plain = render(&comparison(), Ink::Plain);
    let inked = render(&comparison(), Ink::Ansi);
    assert!(!plain.contains('\u{1b}'));
    assert!(inked.contains('\u{1b}'));
    // The table's first blank is cut from plain rows only, before the ink.
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    assert_eq!(words(&bare(&inked)), words(&plain));
}

#[test]
fn the_residual_of_one_micro_dollar_does_not_read_as_nothing() {
    let mut run = comparison();
    run.venues = vec![tranched(), gmx()];
    run.venues[0].residual = Usd::ULP;
    let text = render(&run, Ink::Plain);
    let row = text
        .lines()
        .find(|line| line.contains("7 residual"))
        .unwrap();
    assert!(row.contains("<0.01") && row.contains('!'), "{row}");
}

#[test]
fn breaches_are_told_in_words() {
    let mut run = comparison();
    assert!(!render(&run, Ink::Plain).contains("Breaches"));
    run.venues[1].breaches = vec![String::from("deficit 3: absorbed 1 of 2")];
    let text = render(&run, Ink::Plain);
    assert!(text.contains("Breaches of a law\n  hyperliquid: deficit 3: absorbed 1 of 2\n"));
}

#[test]
fn a_comparison_without_venues_or_figures_is_printed() {
    let mut run = comparison();
    run.venues = vec![tranched()];
    run.venues[0].stages.clear();
    run.venues[0].cost_vs_mark.clear();
    assert!(render(&run, Ink::Plain).contains("n/a"));
    run.venues.clear();
    assert!(render(&run, Ink::Plain).contains("Who paid"));
}

fn any_usd() -> impl Strategy<Value = Usd> {
    let limit = Usd::MAX.units();
    (-limit..=limit).prop_map(|units| Usd::from_units(units).unwrap())
}

fn any_base() -> impl Strategy<Value = Base> {
    (0..=Base::MAX.units()).prop_map(|units| Base::from_units(units).unwrap())
}

fn any_ratio() -> impl Strategy<Value = Ratio> {
    let limit = Ratio::MAX.units();
    (-limit..=limit).prop_map(|units| Ratio::from_units(units).unwrap())
}

prop_compose! {
    fn any_comparison()(
        amounts in proptest::collection::vec(any_usd(), 24),
        sizes in proptest::collection::vec(any_base(), 6),
        ratios in proptest::collection::vec(any_ratio(), 9),
        question in "[a-z ]{0,300}",
    ) -> Comparison {
        let mut run = comparison();
        run.question = question;
        for (index, venue) in run.venues.iter_mut().enumerate() {
            let amounts = &amounts[8 * index..];
            venue.opening_deficit = amounts[0];
            venue.residual = amounts[1];
            venue.winners.profit_before = amounts[2];
            venue.winners.taken = amounts[3];
            venue.funding_paid = amounts[4];
            venue.ledger_sum = amounts[5];
            venue.stages[2].absorbed = amounts[6];
            venue.liquidated_notional = amounts[7];
            venue.stages[0].closed = sizes[2 * index];
            venue.stages[1].closed = sizes[2 * index + 1];
            venue.lp_return = ratios[3 * index];
            venue.junior_drawdown = Some(ratios[3 * index + 1]);
            venue.cost_vs_mark[0].worst = Some(ratios[3 * index + 2]);
        }
        run
    }
}

/// No line goes beyond the width, whatever the amounts of money.
#[test]
fn any_money_fits_the_width() {
    let check = |amount: &str, expect: &str| {
        let mut run = comparison();
        for venue in &mut run.venues {
            venue.opening_deficit = usd(&format!("-{amount}"));
            venue.liquidated_notional = usd(amount);
            venue.lp_return = ratio("-123.456789");
        }
        let text = render(&run, Ink::Plain);
        assert!(text.contains(expect), "{text}");
        for line in text.lines().take_while(|line| !line.starts_with('*')) {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    };
    check("99999999.126", " 99,999,999.13 ");
    check("9999999999.126", " 9,999,999,999 ");
    check("999999999999999.126", "liquidated notional (USD m)");
}

proptest! {
    /// Any figure inside the stated ranges is printed, in the same text every time.
    #[test]
    fn any_figures_are_printed(run in any_comparison()) {
        let text = render(&run, Ink::Plain);
        prop_assert_eq!(&text, &render(&run, Ink::Plain));
        prop_assert!(text.ends_with('\n'));
        prop_assert!(!seawall_report::stage_table::render(&run).is_empty());
        seawall_report::json::render(&run).unwrap();
    }
}
