//! Prices read by themselves: the same formats as a scenario's, with what was traded.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::path::Path;

use seawall_scenario::{RecordedPrices, ScenarioError};
use seawall_units::{Price, Time, Usd};

fn parse(text: &str, coin: Option<&str>) -> Result<RecordedPrices, ScenarioError> {
    RecordedPrices::parse("p.csv", text.as_bytes(), coin)
}

fn refused(text: &str, coin: Option<&str>, expect: &str) {
    assert_eq!(parse(text, coin).unwrap_err().to_string(), expect);
}

#[test]
fn every_format_that_replaces_a_scenarios_prices_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let check = |file: &str, coin: Option<&str>, rows: usize, last: &str| {
        let read = RecordedPrices::load(&folder.join(file), coin).unwrap();
        let prices = read.prices;
        assert_eq!(prices.len(), rows, "{file}");
        let price: Price = last.parse().unwrap();
        assert_eq!(prices.last().unwrap().price, price, "{file}");
        assert!(
            prices.windows(2).all(|pair| pair[0].at < pair[1].at),
            "{file}"
        );
    };
    // 30 bars and the opening of the first; trades of 61 seconds; one of two coins.
    check("imports/binance-klines-ms.csv", None, 31, "106250");
    check("imports/hyperliquid-candles.json", None, 31, "106250");
    check("imports/binance-aggtrades.csv", None, 61, "106250");
    check(
        "imports/hyperliquid-asset-ctxs.csv",
        Some("BTC"),
        7,
        "106000",
    );
    check("paths/oct10.csv", Some("XRP"), 9, "1.6077");
}

#[test]
fn volume_is_what_was_traded_since_the_row_before() {
    // The bar between two marks is no price, but what was traded until then was traded.
    let text = "time,kind,price,volume_usd\n0,mark,100,\n30,bar,90,250.5\n60,mark,121,1000\n90,mark,110,\n";
    let read = parse(text, None).unwrap();
    let amount = |text: &str| Some(text.parse::<Usd>().unwrap());
    let told: Vec<_> = read
        .prices
        .iter()
        .map(|each| (each.at.secs(), each.volume))
        .collect();
    assert_eq!(told, [(0, None), (60, amount("1250.5")), (90, None)]);
    assert_eq!(read.prices[1].at, Time::from_secs(60));
}

#[test]
fn what_is_not_a_path_of_prices_is_refused() {
    let price = "legal: a price above 0, up to 10^12, with at most 10 decimal places";
    for (wrong, column) in [("NaN", 3), ("-5", 3), ("0", 3), ("inf", 3), ("1e400", 3)] {
        let text = format!("time,price\n0,100\n5,{wrong}\n");
        refused(
            &text,
            None,
            &format!("error: `price` is `{wrong}`; {price}\n --> p.csv:3:{column}"),
        );
    }
    refused(
        "time,price\n60,100\n0,101\n",
        None,
        "error: `time` is `0` (time going backwards); legal: later than 1970-01-01T00:01:00Z, the row before it of this coin and kind\n --> p.csv:3:1",
    );
    let volume =
        "legal: USD from 0 to 10^15, a second's rows together, with at most 6 decimal places";
    for wrong in ["-1", "NaN", "1.0000001"] {
        let text = format!("time,price,volume_usd\n0,100,{wrong}\n");
        refused(
            &text,
            None,
            &format!("error: `volume_usd` is `{wrong}`; {volume}\n --> p.csv:2:7"),
        );
    }
    let two = "time,coin,price\n0,BTC,100\n0,ETH,5\n";
    refused(
        two,
        None,
        "error: `coin` is not named, and the file has several; legal: one of BTC, ETH\n --> p.csv:1:1",
    );
    refused(
        two,
        Some("SOL"),
        "error: `coin` is `SOL`, which the file does not have; legal: one of BTC, ETH\n --> p.csv:1:1",
    );
    assert_eq!(parse(two, Some("ETH")).unwrap().prices.len(), 1);
    let one = "time,coin,price\n0,BTC,100\n";
    assert_eq!(
        parse(one, None).unwrap().prices.len(),
        1,
        "one coin need not be named"
    );
    assert!(RecordedPrices::load(Path::new("none.csv"), None).is_err());
}
