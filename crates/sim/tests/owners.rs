//! Owners in several places, in the files that ask about them.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::path::Path;

use seawall_cascade::books::{Account, Asset};
use seawall_cascade::{Run, ThenNow};
use seawall_scenario::{Cascade, Overrides};
use seawall_sim::{CascadeValue, cascade_figure, check_cascade, run_cascade};
use seawall_units::{Round, TokenPrice, Tokens};

fn run(name: &str, changes: &[(&str, &str)]) -> Run {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cascades");
    let texts = changes.iter().map(|(key, value)| format!("{key}={value}"));
    let overrides = Overrides::parse(texts).unwrap();
    let cascade = Cascade::load(folder.join(name), &overrides).unwrap();
    let run = run_cascade(&cascade).unwrap_or_else(|error| panic!("{error}"));
    if changes.is_empty() {
        let wrong: Vec<String> = check_cascade(&cascade, &run)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    run
}

fn number(run: &Run, id: &str) -> i128 {
    match cascade_figure(run, id) {
        Ok(CascadeValue::Number(Some(units), _)) => units,
        other => panic!("{id}: {other:?}"),
    }
}

#[track_caller]
fn close(found: i128, text: &str, units: i128) {
    let gap = found - text.parse::<Tokens>().unwrap().units();
    assert!(gap.abs() <= units, "{text}: {gap} units off");
}

/// Two loans are never touched; of four, health at 64 is 0.78·781 000/656 250 = 0.928, so all is
/// closed at once: 43 066.40625 shares of 100 000, and 64·(1 − 0.4306640625)² = 20.745….
#[test]
fn the_third_loan_on_the_same_shares_is_the_one_that_falls() {
    let file = "lp-collateral-three-loops.toml";
    run(file, &[]);
    for (depth, spot, rounds) in [
        ("0", "64", 0),
        ("1", "64", 0),
        ("2", "64", 0),
        ("4", "20.745178222656250000", 1),
    ] {
        let run = run(file, &[("reuse.farmer.depth", depth)]);
        close(number(&run, "final_spot"), spot, 100);
        assert_eq!(number(&run, "rounds"), rounds, "{depth}");
    }
    // Whoever looks outside for the price of the share stops after the first half.
    let outside = run(
        file,
        &[(
            "feeds.share.lp_share.price",
            "{ outside = { token = 'T' } }",
        )],
    );
    close(number(&outside, "final_spot"), "42.812484765625", 100);
    assert_eq!(number(&outside, "rounds"), 1);
}

/// The farmer's balance sheet: 875 000 of shares and 555 000 of debt; in the end 3 273.33 shares
/// of a pool of 59 523.33 that holds 283 442.10 of quote and as much in tokens.
#[test]
fn the_farmer_loses_nine_tenths_of_his_equity() {
    let run = run("lp-collateral-three-loops.toml", &[]);
    close(number(&run, "sheet.farmer.equity_opening"), "320000", 10);
    // 2·283 442.102880…·3 273.325562…/59 523.325562…
    close(
        number(&run, "sheet.farmer.equity"),
        "31174.275699338898629946",
        1_000_000,
    );
    close(number(&run, "sheet.farmer.debts"), "0", 0);
}

/// If the whale stays, the pool ends at 34.12 and his own loan is sold with the others'; lenders
/// lose 31 260 instead of 128 522.
#[test]
fn the_whale_who_stays_holds_the_pool_and_keeps_more() {
    let file = "whale-exit-hhi-0.6.toml";
    let leaves = run(file, &[]);
    let stays = run(file, &[("providers.whale.withdrawal.share", "0%")]);
    close(number(&stays, "final_spot"), "34.119669930784419608", 1_000);
    close(
        number(&stays, "shortfall"),
        "31259.839258559512512",
        100_000_000,
    );
    close(
        number(&stays, "sheet.whale.assets"),
        "876180.673972354540412",
        100_000_000,
    );
    // The rest of his debt, 7 792.12, was written off when his collateral was gone.
    close(number(&stays, "sheet.whale.debts"), "0", 0);
    let equity = |run: &Run| number(run, "sheet.whale.equity");
    assert!(
        equity(&leaves) < equity(&stays),
        "he takes along tokens whose price his exit has broken"
    );
    // 24 400 in round 1; in round 3 what makes 121 600 what 0.8·2 000·77.918660…/1.25 carries,
    // 99 735.885323…. In round 4 his collateral is gone before he looks.
    close(
        number(&leaves, "sheet.whale.raised"),
        "46264.114676997173954",
        100_000_000,
    );
    let rounds: Vec<u32> = leaves
        .rounds
        .iter()
        .filter(|round| !round.cash_calls.is_empty())
        .map(|round| round.round)
        .collect();
    assert_eq!(rounds, [1, 3]);
}

/// What one owner loses in one place the others lose too: with the others' sheets the whale's adds
/// up to what all owners have.
#[test]
fn sheets_add_up_to_the_pools_and_the_loans() {
    let run = run("whale-exit-hhi-0.6.toml", &[]);
    let world = &run.world;
    let sheets = world.sheets();
    let price: TokenPrice = world.spot().unwrap();
    let total = |worth: fn(&ThenNow) -> Tokens| -> Tokens {
        sheets.iter().map(|sheet| worth(&sheet.assets)).sum()
    };
    // At the opening: 2 000 000 in the pool and 7 000 tokens of collateral at 100.
    let gap = total(|assets| assets.opening) - Tokens::whole(2_700_000);
    assert!(gap.units().abs() <= 100, "{gap}");
    // Now: the pool, what the whale took out of it, and the collateral that is left.
    let owed: Tokens = sheets.iter().map(|sheet| sheet.debts.now).sum();
    let market = world.market_named("main").unwrap();
    assert_eq!(owed, world.market(market).borrowed);
    let mut there = world.exchange().pools()[0].pool.value().unwrap();
    for (asset, account, balance) in world.books().balances() {
        let his = matches!(account, Account::Wallet(_) | Account::Collateral(..));
        there += match asset {
            Asset::Quote if his => balance,
            Asset::Token(_) if his => price.value(balance, Round::Floor),
            _ => Tokens::ZERO,
        };
    }
    // Every share of the pool is somebody's; a few units are lost in dividing it.
    let gap = there - total(|assets| assets.now);
    assert!((0..100).contains(&gap.units()), "{gap}");
}
