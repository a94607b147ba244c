//! The sentences follow the figures.

mod common;

use common::{gmx, hyperliquid, tranched, usd};
use seawall_report::because::sentence;
use seawall_units::Usd;

#[test]
fn the_largest_payer_is_named_with_its_share() {
    // 300 of 420 is 5/7 = 71.428… %
    let text = sentence(&tranched());
    assert!(
        text.starts_with(
            "3 deficits came to 420.00 USD, and junior bore the most of it, 300.00 USD (71.43 %);"
        ),
        "{text}"
    );
    let mut venue = tranched();
    venue.stages[2].absorbed = usd("10");
    venue.stages[5].absorbed = usd("320");
    assert!(sentence(&venue).contains("and senior bore the most of it, 320.00 USD (76.19 %)"));
}

#[test]
fn a_single_payer_bore_all_of_it() {
    let text = sentence(&gmx());
    assert!(
        text.starts_with(
            "3 deficits came to 15.00 USD, and what stands for junior (the pool bears the loss) \
             bore all of it;"
        ),
        "{text}"
    );
}

#[test]
fn nobody_is_named_when_the_residual_is_the_largest() {
    let mut venue = tranched();
    venue.deficits = 1;
    venue.opening_deficit = usd("1000");
    venue.residual = usd("580");
    let text = sentence(&venue);
    assert!(
        text.starts_with(
            "1 deficit came to 1,000.00 USD, of which nobody paid 580.00 USD (58.00 %);"
        ),
        "{text}"
    );
}

#[test]
fn a_smaller_residual_is_told_beside_the_largest_payer() {
    assert!(
        sentence(&hyperliquid())
            .contains("ADL bore the most of it, 120.00 USD (100.00 %), and nobody paid <0.01 USD")
    );
}

#[test]
fn without_a_deficit_the_owners_cost_is_told() {
    let mut venue = tranched();
    venue.senior_change = None;
    venue.opening_deficit = Usd::ZERO;
    // 6 012.345678 + 750.004999
    assert!(sentence(&venue).starts_with(
        "41 accounts were liquidated for 12,345,678.90 USD of notional without leaving a deficit, \
         at a cost of 6,762.35 USD to their owners;"
    ));
    for stage in &mut venue.stages {
        stage.owner_cost = Usd::ZERO;
    }
    assert!(sentence(&venue).contains("without leaving a deficit"));
    venue.liquidated_accounts = 0;
    assert!(sentence(&venue).starts_with("nobody was liquidated and no deficit was opened;"));
}

#[test]
fn winners_and_traders_are_told_by_their_figures() {
    let check = |venue, expect: &str| {
        let text = sentence(&venue);
        assert!(text.contains(expect), "{text}");
    };
    check(gmx(), "winners kept all of their 1,234,567.89 USD");
    check(
        hyperliquid(),
        "37 winners lost 98,765.43 of 1,234,567.89 USD (8.00 %)",
    );
    check(
        tranched(),
        "1 winner lost 40.00 of 1,234,567.89 USD (<0.01 %), the largest cut 40.00 USD",
    );
    check(hyperliquid(), "its backstop lost 54,321.50 USD");
    check(
        tranched(),
        "traders got 98.77 % of what they asked for, and there was a quote in every second.",
    );
    // 271 s = 4.516… min
    check(
        hyperliquid(),
        "traders got 45.00 % of what they asked for, and for 4.52 minutes there was no quote",
    );
    let mut quiet = tranched();
    quiet.orders.asked = Usd::ZERO;
    quiet.winners = Default::default();
    check(quiet, "nobody had won anything; nobody asked to trade");
}

#[test]
fn winners_who_were_closed_or_cut_did_not_keep_all() {
    let check = |venue: &seawall_sim::VenueOutcome, expect: &str| {
        let text = sentence(venue);
        assert!(text.contains(expect), "{text}");
        assert!(!text.contains("kept all"), "{text}");
    };
    let mut venue = gmx();
    venue.winners.closed_early = 215;
    check(
        &venue,
        "; 215 winners were closed early at the mark, without a cut;",
    );
    venue.winners.closed_early = 1;
    check(
        &venue,
        "; 1 winner was closed early at the mark, without a cut;",
    );
    venue.winners.closed_early = 0;
    venue.winners.residual_cut = usd("7");
    check(
        &venue,
        "; traders' positive equity was cut by 7.00 USD for the residual;",
    );
    check(
        &hyperliquid(),
        "the largest cut 20,000.00 USD; 52 winners were closed early;",
    );
    // All who were closed were cut, and are told as such.
    assert!(!sentence(&tranched()).contains("early"));
}

#[test]
fn a_residual_that_traders_bear_is_not_said_to_be_nobodys() {
    let mut venue = tranched();
    venue.opening_deficit = usd("1000");
    venue.residual = usd("580");
    venue.winners.residual_cut = usd("500");
    let text = sentence(&venue);
    assert!(
        text.contains(
            "traders' positive equity bore the most of it, 500.00 USD (50.00 %), and nobody paid \
             80.00 USD"
        ),
        "{text}"
    );
    venue.winners.residual_cut = usd("580");
    let text = sentence(&venue);
    assert!(!text.contains("nobody"), "{text}");
}

#[test]
fn capital_that_is_gone_and_a_senior_loss_are_told() {
    assert!(sentence(&tranched()).contains("; its senior capital lost 97.78 USD;"));
    let gone = "its capital is gone: open profit beyond it has no backing";
    let mut venue = gmx();
    assert!(!sentence(&venue).contains(gone));
    assert!(!sentence(&venue).contains("senior capital"));
    venue.lp_return = "-1".parse().unwrap();
    assert!(sentence(&venue).contains(gone));
    venue.senior_change = Some(usd("3"));
    assert!(!sentence(&venue).contains("senior capital"));
}

#[test]
fn a_rebate_to_the_liquidated_is_not_a_cost() {
    let mut venue = tranched();
    venue.opening_deficit = Usd::ZERO;
    venue.stages[0].owner_cost = usd("-1000.5");
    venue.stages[1].owner_cost = usd("0.5");
    assert!(sentence(&venue).contains("with a rebate of 1,000.00 USD to their owners;"));
}
