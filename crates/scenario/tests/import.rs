//! Prices and positions in the formats of others: what they become, and how they are refused.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod common;

use std::path::{Path, PathBuf};

use common::FULL;
use proptest::prelude::*;
use seawall_scenario::{Imports, OwnPositions, PriceTag, Scenario, ScenarioError};
use seawall_units::{Base, Price, Usd};

/// Half an hour in which nothing is stated but what must be.
const HOUR: &str = r#"
question = "What do these files say?"
seed = 1
[time]
start = "2025-10-10T21:00:00Z"
end = "2025-10-10T21:30:00Z"
[market]
coin = "BTC"
[capital]
total = "1000000"
tranched = { senior = "790000", junior = "200000", insurance = "10000" }
orderbook = { makers = "900000", backstops = ["100000"] }
[terms.native]
[price.points]
points = [{ at = 0, price = "116000" }]
[[positions.each]]
account = "own"
side = "long"
size = "1"
entry = "116000"
leverage = "5"
"#;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/imports");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn load(
    scenario: &str,
    prices: Option<&[u8]>,
    positions: Option<&[u8]>,
) -> Result<Scenario, ScenarioError> {
    let read = |path: &Path| match path.to_str() {
        Some("p.csv") => Ok(prices.unwrap_or_default().to_vec()),
        _ => Ok(positions.unwrap_or_default().to_vec()),
    };
    let imports = Imports {
        prices: prices.map(|_| PathBuf::from("p.csv")),
        positions: positions.map(|_| PathBuf::from("h.csv")),
        own: OwnPositions::Replaced,
    };
    Scenario::parse_with(scenario, "dir/a.toml", &read, &imports.clone().into())
}

fn prices(text: &str) -> Result<Scenario, ScenarioError> {
    load(HOUR, Some(text.as_bytes()), None)
}

fn positions(coin: &str, text: &str) -> Result<Scenario, ScenarioError> {
    let scenario = HOUR.replace("\"BTC\"", &format!("\"{coin}\""));
    load(&scenario, None, Some(text.as_bytes()))
}

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn at(scenario: &Scenario, second: u64) -> (Price, PriceTag) {
    let at = scenario.start().plus(second);
    (scenario.path().price_at(at), scenario.path().tag_at(at))
}

/// The first bar opens at 116,000 and closes at 115,700 after a minute; the 18th closes at
/// 108,400, the last at 106,250. Milliseconds with a header, microseconds without one, and the
/// same bars as Hyperliquid's candles give the same path.
#[test]
fn bars_of_both_venues_are_their_closes_after_their_last_instant() {
    let names = [
        "binance-klines-ms.csv",
        "binance-klines-us.csv",
        "hyperliquid-candles.json",
    ];
    let loaded = names.map(|name| prices(&fixture(name)).unwrap());
    for (name, scenario) in names.iter().zip(&loaded) {
        assert_eq!(at(scenario, 0), (price("116000"), PriceTag::Observed));
        assert_eq!(at(scenario, 60), (price("115700"), PriceTag::Observed));
        assert_eq!(at(scenario, 59).1, PriceTag::Interpolated);
        assert_eq!(at(scenario, 18 * 60).0, price("108400"));
        assert_eq!(at(scenario, 1800), (price("106250"), PriceTag::Observed));
        // One opening and thirty closes.
        assert_eq!(scenario.path().observed_seconds(), 31, "{name}");
        assert_eq!(scenario.path(), loaded[0].path(), "{name}");
        let said = scenario.imported()[0].to_string();
        assert!(said.contains("30 rows taken, 0 of other coins"), "{said}");
        assert!(
            said.contains("not marks: the whole path consists of them (M-11.5)"),
            "{said}"
        );
    }
    assert_ne!(loaded[0].hash(), loaded[1].hash());
}

/// Of the trades of one second the last one counts: 116,000 and then 115,990.
#[test]
fn of_the_trades_of_a_second_the_last_one_counts() {
    let scenario = prices(&fixture("binance-aggtrades.csv")).unwrap();
    assert_eq!(at(&scenario, 0).0, price("115990"));
    // (116,000 + 115,700)/2 in the middle of the first minute.
    assert_eq!(at(&scenario, 30), (price("115850"), PriceTag::Observed));
    assert_eq!(at(&scenario, 1800).0, price("106250"));
}

#[test]
fn the_archive_of_contexts_gives_marks_of_the_coin_alone() {
    let scenario = prices(&fixture("hyperliquid-asset-ctxs.csv")).unwrap();
    assert_eq!(at(&scenario, 0).0, price("116000"));
    assert_eq!(scenario.path().observed_seconds(), 7);
    let said = scenario.imported()[0].to_string();
    let expected = "prices from p.csv: Hyperliquid asset_ctxs, 7 rows taken, 7 of other coins skipped; times in RFC 3339; marks, and bars only outside them (M-11.5)";
    assert_eq!(said, expected);
}

#[test]
fn a_price_table_takes_its_columns_in_any_order_and_unix_times() {
    let text = fixture("prices.csv");
    let scenario = prices(&text).unwrap();
    // 21:17:06 and 21:20:08 are 1,026 and 1,208 seconds after 21:00.
    assert_eq!(at(&scenario, 1026).0, price("108416"));
    assert_eq!(scenario.path().lowest(), price("102959"));
    let same = |text: String| {
        let other = load(HOUR, Some(text.as_bytes()), None).unwrap();
        assert_eq!(other.path(), scenario.path());
    };
    same(text.replace('\n', "\r\n"));
    same(format!("\u{feff}{text}"));
    same(
        text.replace(",BTC", "000000,BTC")
            .replace(",ETH", "000000,ETH"),
    );
}

/// Worked from the example of Hyperliquid's documentation: 0.0335 ETH from 2,986.3 cost
/// 100.041050; less the 95.059824 owed, 4.981226 were posted. Its marginUsed, 4.967826, is that
/// plus the profit of −0.0134 (rounded there to 4 places).
#[test]
fn hyperliquid_positions_have_the_margin_that_was_posted() {
    let text = fixture("hyperliquid-state.json");
    let eth = positions("ETH", &text).unwrap();
    let [one] = eth.endowments() else {
        panic!("one position in ETH")
    };
    assert_eq!(one.size, "0.0335".parse::<Base>().unwrap());
    assert_eq!(one.margin, "4.981226".parse::<Usd>().unwrap());
    let btc = positions("BTC", &text).unwrap();
    let [short, long] = btc.endowments() else {
        panic!("two positions in BTC")
    };
    // Cross: 2.5·112,000/20 = 14,000. Isolated: 4·111,000 − 399,600 = 44,400.
    assert_eq!(
        (short.size, short.margin),
        ("-2.5".parse().unwrap(), Usd::whole(14_000))
    );
    assert_eq!(
        (long.size, long.margin),
        ("4".parse().unwrap(), Usd::whole(44_400))
    );
    assert_eq!(btc.account_name(long.account), "user-2");
    assert_eq!(btc.account_id("own"), None);
}

#[test]
fn binance_positions_have_their_wallet_or_their_leverage() {
    let scenario = positions("BTC", &fixture("binance-position-risk.json")).unwrap();
    let [long, short] = scenario.endowments() else {
        panic!("two positions in BTC")
    };
    // 3·112,000/20 = 16,800; the isolated wallet holds 16,900.
    assert_eq!(
        (long.size, long.margin),
        ("3".parse().unwrap(), Usd::whole(16_800))
    );
    assert_eq!(
        (short.size, short.margin),
        ("-1.5".parse().unwrap(), Usd::whole(16_900))
    );
    let csv = positions("BTC", &fixture("binance-position-risk.csv")).unwrap();
    // 0.75·111,000/20 = 4,162.5.
    assert_eq!(csv.endowments()[0].margin, "4162.5".parse::<Usd>().unwrap());
}

#[test]
fn a_position_table_replaces_or_joins_the_scenarios_own() {
    let text = fixture("positions.csv");
    let scenario = positions("BTC", &text).unwrap();
    let margins: Vec<Usd> = scenario.endowments().iter().map(|one| one.margin).collect();
    // 20·112,000/25; as stated; 5,000/111,500 = 0.04484304 down, worth 4,999.99896 and a tenth.
    let expected = ["89600", "150000", "499.999896"].map(|usd| usd.parse::<Usd>().unwrap());
    assert_eq!(margins, expected);
    assert_eq!(scenario.imported()[0].other_coins, 1);
    let read = |_: &Path| Ok(text.clone().into_bytes());
    let imports = Imports {
        positions: Some(PathBuf::from("h.csv")),
        own: OwnPositions::Kept,
        ..Imports::default()
    };
    let kept = Scenario::parse_with(HOUR, "dir/a.toml", &read, &imports.clone().into()).unwrap();
    assert_eq!(kept.endowments().len(), 4);
    assert_ne!(kept.hash(), scenario.hash());
    // Named by the scenario itself, they stand beside its own as well.
    let naming = HOUR.replace(
        "[[positions.each]]",
        "[positions]\nfile = \"h.csv\"\n[[positions.each]]",
    );
    let named = Scenario::parse(&naming, "dir/a.toml", &read).unwrap();
    assert_eq!(named.endowments(), kept.endowments());
    assert_eq!(named.input_files(), [PathBuf::from("dir/h.csv")]);
    let clash = HOUR.replace("\"own\"", "\"whale\"");
    let error =
        Scenario::parse_with(&clash, "dir/a.toml", &read, &imports.clone().into()).unwrap_err();
    let expected = "error: `account` is `whale`, which the scenario has as well; legal: one position per account\n --> h.csv:2:1";
    assert_eq!(error.to_string(), expected);
}

const HEAD: &str = "utc,price\n2025-10-10T21:00:00Z,1\n";

#[test]
fn every_refusal_of_prices_names_line_column_and_legal_range() {
    let one = "a price above 0, up to 10^12, with at most 10 decimal places";
    let formats = "a header with `utc` (or `time`, `timestamp`) and `price`";
    let cases: [(String, String, &str); 14] = [
        (String::new(), format!("`file` is empty; legal: {formats}"), "1:1"),
        ("# no row\n".into(), "`file` is empty".into(), "1:1"),
        ("utc,price\n".into(), "`file` is price table without a row; legal: one row or more".into(), "1:1"),
        ("# x\nday,last\n1,2\n".into(), format!("`file` is of the columns `day,last`; legal: {formats}"), "2:1"),
        ("1,2,3\n".into(), "`file` is without a header and of 3 columns".into(), "1:1"),
        ("account,side,size,entry,margin\na,long,1,1,1\n".into(), "`file` is position table".into(), "1:1"),
        (format!("{HEAD}\n2025-10-10T21:30:00Z, 1x\n"), format!("`price` is `1x`; legal: {one}"), "4:23"),
        (format!("{HEAD}2025-10-10T21:30:00Z,\n"), format!("`price` is ``; legal: {one}"), "3:22"),
        (format!("{HEAD}1760131800,2\n"), "`utc` is `1760131800` (Unix seconds); legal: RFC 3339, as in the rows before it".into(), "3:1"),
        (format!("{HEAD}2025-10-10T20:30:00Z,2\n"), "`utc` is `2025-10-10T20:30:00Z` (time going backwards); legal: later than 2025-10-10T21:00:00Z".into(), "3:1"),
        (format!("{HEAD}2025-10-10T21:30:00Z,2,3\n"), "`row` is 3 fields; legal: 2 fields".into(), "3:1"),
        (format!("{HEAD}2025-10-10T21:20:00Z,2\n"), "`prices` is from 2025-10-10T21:00:00Z to 2025-10-10T21:20:00Z; legal: prices from 2025-10-10T21:00:00Z to 2025-10-10T21:30:00Z".into(), "1:1"),
        ("[{\"t\": 1}".into(), "`document` is not JSON: EOF".into(), "1:9"),
        ("[\n {\"t\": 1760130000000, \"T\": 1760130059999,\n  \"o\": \"1\", \"c\": \"-1\"}\n]".into(), format!("`c` is `-1`; legal: {one}"), "3:18"),
    ];
    for (text, message, place) in cases {
        let error = prices(&text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("error: {message}")), "{error}");
        assert!(error.ends_with(&format!("\n --> p.csv:{place}")), "{error}");
    }
}

#[test]
fn every_refusal_of_positions_names_line_column_and_legal_range() {
    let head = "account,side,size,notional,entry,margin,leverage\n";
    let cases = [
        (
            "a,up,1,,100,5,\n",
            "`side` is `up`; legal: `long` or `short`",
            "2:3",
        ),
        (
            "a,long,-1,,100,5,\n",
            "`size` is `-1`; legal: above 0",
            "2:8",
        ),
        (
            "a,long,,,100,5,\n",
            "`size` is ``; legal: one of `size` and `notional`",
            "2:8",
        ),
        (
            "a,long,1,1,100,5,\n",
            "`notional` is `1`; legal: one of `size` and `notional`",
            "2:10",
        ),
        (
            "a,long,1,,0,5,\n",
            "`entry` is `0`; legal: a price above 0",
            "2:11",
        ),
        (
            "a,long,1,,100,,2000\n",
            "`leverage` is `2000`; legal: 0.01 to 1000",
            "2:16",
        ),
        (
            "a,long,1,,100,,\n",
            "`margin` is ``; legal: one of `margin` and `leverage`",
            "2:15",
        ),
        (
            "a,long,,0.000001,1000,5,\n",
            "`row` is of a size of 0.00000000 at",
            "2:1",
        ),
        (
            ",long,1,,100,5,\n",
            "`account` is ``; legal: the name of an account",
            "2:1",
        ),
        (
            "a,long,1,,100,5,\n# x\na,short,1,,100,5,\n",
            "`account` is `a`, a second time; legal: one position per account; the first is in line 2",
            "4:1",
        ),
        (
            "",
            "`file` is position table without a position in BTC",
            "1:1",
        ),
    ];
    for (rows, message, place) in cases {
        let error = positions("BTC", &format!("{head}{rows}"))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(&format!("error: {message}")), "{error}");
        assert!(error.ends_with(&format!("\n --> h.csv:{place}")), "{error}");
    }
    let state = "{\"assetPositions\":[{\"position\":\n{\"coin\":\"BTC\",\"szi\":\"x\"}}]}";
    let error = positions("BTC", state).unwrap_err().to_string();
    let expected = "error: `position.szi` is `x`; legal: a signed size with at most 8 decimal places\n --> h.csv:2:21";
    assert_eq!(error, expected);
}

#[test]
fn what_is_no_text_or_too_large_is_refused() {
    let error = load(HOUR, Some(b"utc,price\n\xff"), None).unwrap_err();
    let expected = "error: byte 10 is not UTF-8; legal: UTF-8 text\n --> p.csv:2:1";
    assert_eq!(error.to_string(), expected);
    let large = vec![b'#'; 64 * 1024 * 1024 + 1];
    let error = load(HOUR, Some(&large), None).unwrap_err();
    let expected = "error: p.csv is larger than 67108864 bytes; legal: at most 67108864 bytes";
    assert_eq!(error.to_string(), expected);
}

const FILES: [&str; 10] = [
    "prices.csv",
    "binance-klines-ms.csv",
    "binance-klines-us.csv",
    "binance-aggtrades.csv",
    "hyperliquid-asset-ctxs.csv",
    "hyperliquid-candles.json",
    "positions.csv",
    "hyperliquid-state.json",
    "binance-position-risk.json",
    "binance-position-risk.csv",
];

/// Loads a file as both and, when it is refused, shows the refusal.
fn shown(bytes: &[u8]) {
    for (prices, positions, name) in [(Some(bytes), None, "p.csv"), (None, Some(bytes), "h.csv")] {
        if let Err(error) = load(HOUR, prices, positions) {
            let message = error.to_string();
            assert!(message.starts_with("error: "), "{message}");
            assert!(
                message.contains(name) || message.contains("dir/a.toml"),
                "{message}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn random_bytes_are_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        shown(&bytes);
    }

    /// Bytes of a file replaced by others that mean something in its format.
    #[test]
    fn a_mutated_file_is_taken_or_refused(
        file in prop::sample::select(FILES.to_vec()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..6,
            prop::collection::vec(prop::sample::select(b"[]{}\"',.#-_0123456789eTZ:\n\r\xff".to_vec()), 0..6)), 1..6),
    ) {
        let mut bytes = fixture(file).into_bytes();
        for (place, removed, inserted) in edits {
            let from = place.index(bytes.len() + 1);
            let until = (from + removed).min(bytes.len());
            bytes.splice(from..until, inserted);
        }
        shown(&bytes);
    }

    /// A number of any magnitude in the place of another.
    #[test]
    fn no_number_overflows(
        file in prop::sample::select(FILES.to_vec()),
        which in any::<prop::sample::Index>(),
        number in "-?[0-9]{1,30}(\\.[0-9]{0,20})?",
    ) {
        let text = fixture(file);
        let digits: Vec<usize> = text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
        let from = digits[which.index(digits.len())];
        let until = text[from..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(text.len(), |end| from + end);
        shown(format!("{}{number}{}", &text[..from], &text[until..]).as_bytes());
    }
}

#[test]
fn the_full_scenario_takes_foreign_prices_by_its_own_key() {
    let klines = "1760130000000,100,121,90,110,1,1760130599999,1,1,1,1,0\n";
    let read = |_: &Path| Ok(klines.as_bytes().to_vec());
    let scenario = Scenario::parse(FULL, "dir/full.toml", &read).unwrap();
    assert_eq!(scenario.path().last(), price("110"));
    assert_eq!(scenario.imported().len(), 1);
}
