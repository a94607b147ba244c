//! Parameter files: what they hold, and how a wrong one is named.
#![allow(clippy::unwrap_used)] // helpers of tests
use seawall_gmx::{BorrowingCurve, ONE, Preset, U256, parse};

#[test]
fn every_file_is_read_and_legal() {
    for preset in Preset::ALL {
        let market = preset.market().unwrap();
        assert_eq!(market.params.validate(), Ok(()), "{preset:?}");
        assert!(market.source.starts_with("https://"), "{preset:?}");
    }
}

#[test]
fn doge_differs_where_it_should() {
    let doge = Preset::Doge.market().unwrap();
    let params = doge.params;
    assert_eq!(params.impact.negative_exponent, ONE * 162 / 100);
    assert_eq!(params.pnl.long.traders, ONE * 7 / 10);
    assert_eq!(params.fees.liquidation, ONE * 3 / 1_000);
    // 2,511,744 DOGE of eight decimals, 10,500 WETH of eighteen.
    assert_eq!(params.impact.min_pool, U256::new(251_174_400_000_000));
    assert_eq!(
        params.max_pool_amount.long,
        U256::new(10_500) * U256::new(10).pow(18)
    );
    let optimal = ONE * 3 / 4;
    assert!(
        matches!(params.borrowing.long, BorrowingCurve::Kink { optimal: of, .. } if of == optimal)
    );
}

fn broken(from: &str, to: &str) -> String {
    let (name, text) = Preset::Eth.text();
    assert!(text.contains(from), "{from}");
    parse(name, &text.replacen(from, to, 1))
        .unwrap_err()
        .to_string()
}

fn line_of(key: &str) -> usize {
    let (_, text) = Preset::Eth.text();
    text.lines().position(|line| line.starts_with(key)).unwrap() + 1
}

#[test]
fn a_wrong_number_is_named_with_its_line() {
    let line = line_of("max_negative_percent");
    let error = broken(
        "max_negative_percent = \"0.5\"",
        "max_negative_percent = \"half\"",
    );
    let expected = format!(
        "eth.toml:{line}:24: `impact.max_negative_percent`: expected a number of percent such as \
         \"0.5\" with up to 28 decimals, not \"half\""
    );
    assert_eq!(error, expected);
}

#[test]
fn what_is_out_of_range_is_named_with_its_line_and_range() {
    let line = line_of("min_percent_per_year");
    let error = broken(
        "min_percent_per_year = \"1\"",
        "min_percent_per_year = \"76\"",
    );
    assert!(
        error.starts_with(&format!(
            "eth.toml:{line}:1: `funding.min_percent_per_year` is "
        )),
        "{error}"
    );
    assert!(
        error.ends_with("legal: 0 to `max_percent_per_year`"),
        "{error}"
    );
    let error = broken("deposits_percent = \"90\"", "deposits_percent = \"95\"");
    assert!(error.contains("legal: 0 to `traders_percent`"), "{error}");
    let error = broken("exponent = \"2\"", "exponent = \"0.5\"");
    assert!(error.contains("legal: 1 to 4"), "{error}");
    let error = broken("hours_to_max = \"3\"", "hours_to_max = \"0\"");
    assert!(error.contains("funding.hours_to_max"), "{error}");
}

#[test]
fn an_unknown_or_missing_field_is_named_with_its_line() {
    let line = line_of("min_usd");
    let error = broken("min_usd =", "min_dollars =");
    assert!(
        error.starts_with(&format!("eth.toml:{line}:1: ")),
        "{error}"
    );
    assert!(error.contains("unknown field `min_dollars`"), "{error}");
    let error = broken("min_usd = \"1\"\n", "");
    assert!(error.contains("missing field `min_usd`"), "{error}");
    let error = broken("max_lendable_usd = \"0\"", "max_lendable_usd = 0");
    assert!(error.contains("invalid type: integer"), "{error}");
    let error = broken("index = 18", "index = 31");
    assert!(error.contains("at most 30 decimals"), "{error}");
}
