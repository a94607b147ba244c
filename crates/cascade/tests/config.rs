//! What a file may state, and how what it may not is refused.
#![allow(clippy::unwrap_used)] // helpers of tests

use seawall_cascade::{Config, ConfigError};

/// Case A of the sheet of the cascade.
const BASE: &str = include_str!("files/base.toml");

fn read(text: &str) -> Config {
    toml::from_str(text).unwrap()
}

/// The base with one statement put in the place of another.
fn with(from: &str, to: &str) -> Config {
    assert!(BASE.contains(from), "{from}");
    read(&BASE.replacen(from, to, 1))
}

fn refused(from: &str, to: &str, said: &str) {
    let error: ConfigError = with(from, to).check().unwrap_err();
    assert!(error.to_string().contains(said), "{error}");
    assert!(error.to_string().contains("; legal: "), "{error}");
}

#[test]
fn the_base_is_legal_and_reads_back() {
    let base = read(BASE);
    assert_eq!(base.check(), Ok(()));
    let text = toml::to_string(&base).unwrap();
    assert_eq!(read(&text), base);
}

#[test]
fn names_must_be_the_names_of_something() {
    refused(
        "token = \"T\"",
        "token = \"X\"",
        "`pools.main.token` is \"X\"; legal: T",
    );
    refused(
        "market = \"main\"",
        "market = \"mian\"",
        "`loans.ladder.market` is \"mian\"",
    );
    refused(
        "feed = \"spot\"",
        "feed = \"spt\"",
        "`lending.main.feed` is \"spt\"; legal: outside, spot",
    );
    refused(
        "pool = \"main\"\nshare",
        "pool = \"m\"\nshare",
        "`providers.lps.pool` is \"m\"; legal: main",
    );
    refused(
        "collateral = \"T\"",
        "collateral = \"Q\"",
        "`lending.main.collateral` is \"Q\"; legal: USD, T, main",
    );
    refused(
        "collateral = \"T\"",
        "collateral = \"USD\"",
        "`lending.main.debt` is \"USD\"",
    );
    refused(
        "pool_spot = { pool = \"main\" }",
        "pool_spot = { pool = \"X\" }",
        "`feeds.spot.pool_spot.pool` is \"X\"",
    );
    refused(
        "trade_to = { pool = \"main\"",
        "trade_to = { pool = \"X\"",
        "`shocks.sale.act.trade_to.pool` is \"X\"",
    );
    refused(
        "[pools.main]",
        "[pools.T]",
        "`pools.T` is \"T\"; legal: a name that no token has",
    );
}

#[test]
fn values_must_lie_in_their_ranges() {
    refused(
        "fee = \"0\"",
        "fee = \"1\"",
        "`pools.main.fee` is 1.000000000000000000; legal: 0 to 0.9999",
    );
    refused(
        "depth = \"1\"",
        "depth = \"0\"",
        "`pools.main.depth` is 0.000000000000000000; legal: above 0 to 1000",
    );
    refused(
        "token = \"10000\"",
        "token = \"-1\"",
        "`pools.main.curve.constant_product.token` is -1",
    );
    refused(
        "max_ltv = \"0.8\"",
        "max_ltv = \"1.1\"",
        "`lending.main.rules.max_ltv` is 1.1",
    );
    refused(
        "count = 10",
        "count = 0",
        "`loans.ladder.count` is 0; legal: 1 to 100000",
    );
    refused(
        "fall = \"3\"",
        "fall = \"11\"",
        "`loans.ladder.debt.liquidation_prices.fall` is 11",
    );
    refused(
        "share = \"0\" }",
        "share = \"1.5\" }",
        "`providers.lps.withdrawal.share` is 1.5",
    );
    refused(
        "share = \"1\"",
        "share = \"1.01\"",
        "`providers.lps.share` is 1.01",
    );
    refused(
        "round = 1",
        "round = 0",
        "`shocks.sale.round` is 0; legal: 1 to rounds.most",
    );
    refused(
        "seconds = 12",
        "seconds = 0",
        "`rounds.seconds` is 0; legal: 1 to 86400",
    );
    refused(
        "spiral_from = \"2\"",
        "spiral_from = \"0.5\"",
        "`measures.spiral_from` is 0.5",
    );
}

/// Every price that a file states leaves a run room for prices of its own making.
#[test]
fn prices_are_bounded_wherever_they_are_stated() {
    let legal = "legal: 0.00000001 to 100000000";
    refused(
        "pool_spot = { pool = \"main\" }",
        "fixed = { price = \"100000001\" }",
        &format!("`feeds.spot.fixed.price` is 100000001.000000000000000000; {legal}"),
    );
    refused(
        "pool_spot = { pool = \"main\" }",
        "clamped = { inner = { pool_spot = { pool = \"main\" } }, max = \"1000000000\" }",
        &format!("`feeds.spot.clamped.max` is 1000000000.000000000000000000; {legal}"),
    );
    refused(
        "first = \"96\"",
        "first = \"1000000000\"",
        &format!("first` is 1000000000.000000000000000000; {legal}"),
    );
    refused(
        "feed = \"spot\"",
        "feed = \"spot\"\nlenders = \"1000000000001\"",
        "`lending.main.lenders` is 1000000000001.000000000000000000; legal: 0 to 1000000000000",
    );
}

#[test]
fn more_than_a_whole_pool_has_no_owners() {
    let two = format!("{BASE}\n[providers.more]\npool = \"main\"\nshare = \"0.5\"\n");
    let error = read(&two).check().unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`providers.more.share` is 0.5"),
        "{error}"
    );
}

#[test]
fn unknown_keys_and_floats_are_no_files() {
    for (from, to) in [
        ("seconds = 12", "secs = 12"),
        ("price = \"95\"", "price = 95.0"),
        ("price = \"95\"", "price = \"-95\""),
        ("price = \"95\"", "price = \"NaN\""),
        ("price = \"95\"", "price = nan"),
    ] {
        assert!(BASE.contains(from), "{from}");
        assert!(
            toml::from_str::<Config>(&BASE.replacen(from, to, 1)).is_err(),
            "{to}"
        );
    }
}
