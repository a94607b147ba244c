//! Every refusal names the place, what was found and what is legal.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod common;

use common::{FULL, RECORD, parse};
use seawall_scenario::{Scenario, ScenarioError};

/// What stands in the file, what is put in its place, where the error is and what it says.
type Case = (&'static str, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    (
        "total = \"1000\"",
        "total = 1000.0",
        "14:9",
        "`capital.total`: invalid type: floating point `1000.0`, expected an exact number of USD in a string such as \"12.50\"",
    ),
    (
        "total = \"1000\"",
        "total = \"-5\"",
        "14:9",
        "`capital.total` is -5; legal: above 0",
    ),
    (
        "total = \"1000\"",
        "total = \"10000000000000000\"",
        "14:9",
        "`capital.total`: 10000000000000000.000000 USD is out of range; legal: -1000000000000000 to 1000000000000000",
    ),
    (
        "total = \"1000\"",
        "total = \"1000.0000001\"",
        "14:9",
        "`capital.total`: 1000.0000001 USD is finer than the grid of 6 decimal places",
    ),
    (
        "total = \"1000\"",
        "total = \"1e3\"",
        "14:9",
        "`capital.total`: `1e3` is not a decimal number; legal: digits with one point, such as \"12.50\"",
    ),
    (
        "senior = \"790\"",
        "senior = \"780\"",
        "15:12",
        "`capital.tranched` is 990 in sum; legal: exactly `capital.total` = 1000",
    ),
    (
        "makers = \"900\"",
        "makers = \"901\"",
        "16:13",
        "`capital.orderbook` is 1001 in sum; legal: exactly `capital.total` = 1000",
    ),
    (
        "seed = 7",
        "seeed = 7",
        "2:1",
        "`seeed`: unknown field `seeed`, expected one of `question`, `seed`, `observed`, `assumed`, `time`, `market`, `capital`, `terms`, `price`, `positions`, `orders`, `orders_drawn`, `margin_added`, `liquidity`, `recoveries`, `bidders`, `arbitrageurs`, `news`, `lps`, `traders`, `oracle`, `venues`, `expected`; did you mean `seed`?",
    ),
    (
        "seed = 7",
        "seed = -7",
        "2:8",
        "`seed`: integer `-7` is out of range; legal: 0 to 9223372036854775807",
    ),
    (
        "seed = 7",
        "seed = = 7",
        "2:8",
        "not TOML: extra `=`, expected nothing",
    ),
    (
        "[market]\ncoin = \"BTC\"",
        "",
        "1:1",
        "missing field `market`",
    ),
    (
        "end = \"2025-10-10T21:10:00Z\"",
        "end = \"2025-10-10T20:10:00Z\"",
        "8:7",
        "`time.end` is 2025-10-10T20:10:00Z; legal: later than `start` = 2025-10-10T21:00:00Z",
    ),
    (
        "end = \"2025-10-10T21:10:00Z\"",
        "end = \"2025-10-20T21:10:00Z\"",
        "8:7",
        "`time.end` is 2025-10-20T21:10:00Z; legal: at most 7 days after 2025-10-10T21:00:00Z",
    ),
    (
        "end = \"2025-10-10T21:10:00Z\"",
        "end = \"2025-10-10 21:10\"",
        "8:7",
        "`time.end`: `2025-10-10 21:10` is not a moment; legal: whole seconds in UTC such as \"2025-10-10T21:00:00Z\"",
    ),
    (
        "maintenance = \"1%\"",
        "maintenance = \"3%\"",
        "20:15",
        "`terms.common.maintenance` is 0.03; legal: above 0 and below `initial` = 0.02",
    ),
    (
        "[terms.common]",
        "[terms.house]",
        "18:8",
        "`terms.house`: unknown variant `house`, expected `common` or `native`",
    ),
    (
        "file = \"path.csv\"",
        "file = \"lost.csv\"",
        "23:8",
        "`price.csv.file` is `lost.csv`, and dir/lost.csv cannot be read: no such file; legal: a file, relative to the scenario file",
    ),
    (
        "file = \"path.csv\"",
        "file = \"path.csv\"\ncoin = \"DOGE\"",
        "24:8",
        "`price.csv.coin` is `DOGE`, which dir/path.csv does not have; legal: one of BTC, ETH",
    ),
    (
        "leverage = \"3\"\n",
        "leverage = \"10000000\"\n",
        "37:12",
        "`positions.each[1].leverage` is 10000000; legal: 0.01 to 1000",
    ),
    (
        "leverage = \"3\"\n",
        "leverage = \"3\"\nmargin = \"3\"\n",
        "37:12",
        "`positions.each[1].leverage` is beside a `margin`; legal: one of `margin` and `leverage`",
    ),
    (
        "size = \"10\"\n",
        "",
        "26:1",
        "`positions.each[0]` is without a size; legal: one of `size` and `notional`",
    ),
    (
        "size = \"10\"\n",
        "size = \"0\"\n",
        "29:8",
        "`positions.each[0].size` is 0; legal: above 0",
    ),
    (
        "size = \"10\"\n",
        "size = \"1000000000000000\"\n",
        "25:1",
        "`positions` is more than 10^15 USD of notional in all at the highest price; legal: at most 1000000000000000 USD (10^15)",
    ),
    (
        "account = \"shrimp\"\nside",
        "account = \"whale\"\nside",
        "33:11",
        "`positions.each[1].account` is `whale`, a second time; legal: one position per account",
    ),
    (
        "entry = \"30\"",
        "entry = \"0\"",
        "36:9",
        "`positions.each[1].entry`: 0.0000000000 USD per base is out of range; legal: 0.0000000001 to 1000000000000",
    ),
    (
        "side = \"long\"",
        "side = \"up\"",
        "28:8",
        "`positions.each[0].side`: unknown variant `up`, expected `long` or `short`",
    ),
    (
        "count = 5",
        "count = 3000000",
        "40:9",
        "`positions.drawn[0].count` is 3000000; legal: at most 2000000 in all crowds together",
    ),
    (
        "min = \"1\", max = \"50\"",
        "min = \"60\", max = \"50\"",
        "42:63",
        "`positions.drawn[0].notional.lognormal.min` is 60; legal: at most `max` = 50",
    ),
    (
        "weight = \"0.2\" }, { value = \"5\", weight = \"0.8\"",
        "weight = \"0\" }, { value = \"5\", weight = \"0\"",
        "43:23",
        "`positions.drawn[0].leverage.choice` is without any weight; legal: weights that sum to more than 0",
    ),
    (
        "{ uniform = {",
        "{ unifrom = {",
        "44:11",
        "`positions.drawn[0].entry.unifrom`: unknown variant `unifrom`, expected one of `fixed`, `uniform`, `lognormal`, `choice`; did you mean `uniform`?",
    ),
    (
        "account = \"retail-5\"",
        "account = \"retail-6\"",
        "60:11",
        "`orders[2].account` is `retail-6`, who holds nothing; legal: an account with a position at the start or with an opening order",
    ),
    (
        "at = \"21:05:00\"",
        "at = \"22:05:00\"",
        "47:6",
        "`orders[0].at` is 22:05:00; legal: from 2025-10-10T21:00:00Z to 2025-10-10T21:10:00Z",
    ),
    (
        "at = \"21:05:00\"",
        "at = \"five past nine\"",
        "47:6",
        "`orders[0].at`: `five past nine` is not a moment; legal: a time of day \"21:10:05\", a moment \"2025-10-10T21:10:05Z\" or whole seconds after the start",
    ),
    (
        "close = \"0.5\"",
        "close = \"1.5\"",
        "57:9",
        "`orders[1].close` is 1.5; legal: above 0, at most 1",
    ),
    (
        "close = \"0.5\"",
        "close = \"0.5\"\nsize = \"1\"",
        "58:8",
        "`orders[1].size` is beside a `close`; legal: `close` alone, or `side` with `size` or `notional`",
    ),
    (
        "until = \"21:08:00\"",
        "until = 30",
        "71:9",
        "`orders_drawn[0].until` is 21:00:30; legal: not before `from` = 21:01:00",
    ),
    (
        "discount = \"50bp\"",
        "discount = \"50bp\"\n[[bidders]]\nname = \"fund\"\ncapital = \"1\"\ndiscount = \"0\"",
        "94:8",
        "`bidders[1].name` is `fund`, a second time; legal: a name of its own",
    ),
    (
        "provide = \"100\"",
        "provide = \"100\"\nredeem = \"100\"",
        "78:1",
        "`liquidity[0]` is more than one of them; legal: one of `provide`, `redeem` and `claim`",
    ),
    (
        "provide = \"100\"",
        "",
        "78:1",
        "`liquidity[0]` is none of them; legal: one of `provide`, `redeem` and `claim`",
    ),
    (
        "provide = \"100\"",
        "claim = \"half\"",
        "82:9",
        "`liquidity[0].claim`: unknown variant `half`, expected `all`",
    ),
    (
        "provide = \"100\"",
        "provide = \"100\"\n[[recoveries]]\nat = 10\namount = \"0\"",
        "85:10",
        "`recoveries[0].amount` is 0; legal: above 0",
    ),
    (
        "source = 1",
        "source = 3",
        "99:10",
        "`oracle.faults[0].source` is 3; legal: below `sources` = 3",
    ),
    (
        "source = 1",
        "source = \"every\"",
        "99:10",
        "`oracle.faults[0].source`: invalid value: string \"every\", expected the number of a price source, from 0, or \"all\"",
    ),
    (
        "max_age = 20",
        "max_age = 100000",
        "97:11",
        "`oracle.max_age`: max_age = 100000 s; legal: 0 to 86400 s",
    ),
    (
        "max_age = 20",
        "quorum = 4",
        "97:10",
        "`oracle.quorum` is 4; legal: 1 to `sources` = 3",
    ),
    (
        "max_age = 20",
        "feeds = [{ design = \"instant\" }]",
        "96:11",
        "`oracle.sources` is beside `feeds`; legal: one of `sources` (so many instant feeds) and `feeds`",
    ),
    (
        "sources = 3",
        "feeds = [{ design = \"instant\", count = 65 }]",
        "96:40",
        "`oracle.feeds[0].count` is 65; legal: 1 to 64: at most 64 sources in all",
    ),
    (
        "sources = 3",
        "feeds = [{ design = \"instant\", weight = 0 }]",
        "96:41",
        "`oracle.feeds[0].weight` is 0; legal: 1 to 1000",
    ),
    (
        "sources = 3",
        "feeds = [{ design = { push = { heartbeat = 0 } } }]",
        "96:44",
        "`oracle.feeds[0].design.push.heartbeat` is 0; legal: 1 to 86400 s",
    ),
    (
        "sources = 3",
        "feeds = [{ design = \"instant\" }]",
        "95:1",
        "`oracle.quorum` is 2; legal: 1 to the number of `feeds`, 1",
    ),
    (
        "max_age = 20",
        "trades = [{ source = 0, at = 1, side = \"long\", notional = \"5\" }]",
        "97:22",
        "`oracle.trades[0].source` is 0; legal: the number of a source with the design `pool`",
    ),
    (
        "seed = 7",
        "seed = 7\narbitrageurs = [{ name = \"fast\", notional = \"5\", leverage = \"5\", lag = 86401 }]",
        "3:72",
        "`arbitrageurs[0].lag` is 86401; legal: 0 to 86400 seconds",
    ),
    (
        "seed = 7",
        "seed = 7\narbitrageurs = [{ name = \"fast\", notional = \"5\", leverage = \"5\", edge = \"2\" }]",
        "3:73",
        "`arbitrageurs[0].edge` is 2; legal: -1 to 1",
    ),
    (
        "seed = 7",
        "seed = 7\narbitrageurs = [{ name = \"fast\", notional = \"5\" }]",
        "3:17",
        "`arbitrageurs[0]` is without a margin; legal: one of `margin` and `leverage`",
    ),
    (
        "tranched = { auction",
        "tranchd = { auction",
        "111:1",
        "`venues.tranchd`: unknown field `tranchd`, expected one of `tranched`, `hyperliquid`, `gmx`; did you mean `tranched`?",
    ),
    (
        "junior = \"50\"",
        "junior = \"49\"",
        "115:19",
        "`expected.tranched.opening_deficit` is 50; legal: what its stages and the residual sum to, 49",
    ),
];

#[test]
fn every_refusal_names_place_finding_and_legal_range() {
    for (from, to, place, message) in CASES {
        assert!(FULL.contains(from), "the file does not say {from}");
        let error = parse(&FULL.replacen(from, to, 1)).unwrap_err().to_string();
        let mut lines = error.lines();
        assert_eq!(lines.next(), Some(format!("error: {message}").as_str()));
        let arrow = lines.next().unwrap_or_default().trim();
        assert_eq!(arrow, format!("--> dir/full.toml:{place}"), "{message}");
    }
}

#[test]
fn the_place_is_shown_in_the_text() {
    let wrong = FULL.replacen("total = \"1000\"", "total = \"-5\"", 1);
    let expected = "\
error: `capital.total` is -5; legal: above 0
  --> dir/full.toml:14:9
   |
14 | total = \"-5\"
   |         ^^^^";
    assert_eq!(parse(&wrong).unwrap_err().to_string(), expected);
    let ScenarioError::Place(at) = parse(&wrong).unwrap_err() else {
        panic!("the place is known")
    };
    assert_eq!(
        (at.line, at.column, at.field.as_str()),
        (14, 9, "capital.total")
    );
}

fn record_error(from: &str, to: &str) -> String {
    assert!(RECORD.contains(from), "the record does not say {from}");
    let record = RECORD.replacen(from, to, 1);
    let read = |_: &std::path::Path| Ok(record.clone().into_bytes());
    let error = Scenario::parse(FULL, "dir/full.toml", &read).unwrap_err();
    error.to_string()
}

#[test]
fn a_bad_row_of_a_record_names_its_line_and_column() {
    let cases = [
        (
            "121,mark",
            "0,mark",
            "`price` is `0`; legal: a price above 0, up to 10^12, with at most 10 decimal places",
            "8:26",
        ),
        (
            "121,mark",
            "12x,mark",
            "`price` is `12x`; legal: a price above 0, up to 10^12, with at most 10 decimal places",
            "8:26",
        ),
        (
            "121,mark",
            "121,mid",
            "`kind` is `mid`; legal: `mark` or `bar`",
            "8:30",
        ),
        (
            "10T21:00:02Z",
            "10T20:00:02Z",
            "`utc` is `2025-10-10T20:00:02Z` (time going backwards); legal: later than 2025-10-10T21:00:00Z, the row before it of this coin and kind",
            "8:1",
        ),
        (
            "10T21:00:02Z",
            "10T21:00:00Z",
            "`utc` is `2025-10-10T21:00:00Z` (a second row for the same moment); legal: later than 2025-10-10T21:00:00Z, the row before it of this coin and kind",
            "8:1",
        ),
        (
            "2025-10-10T21:00:02Z",
            "21:00:02",
            "`utc` is `21:00:02`; legal: a moment such as 2025-10-10T21:17:06Z, or whole Unix seconds, milliseconds or microseconds below 10^17",
            "8:1",
        ),
        (
            "121,mark,by hand",
            "121,mark",
            "`row` is 4 fields; legal: 5 fields",
            "8:1",
        ),
        (
            "utc,coin,price",
            "utc,coin,price_usd",
            "`file` is of the columns `utc,coin,price_usd,kind,source`; legal: a header with `utc` (or `time`, `timestamp`) and `price`, and perhaps `coin`, `kind`, `source`; Binance klines or aggTrades (CSV, with or without a header); Hyperliquid asset_ctxs (CSV with `time`, `coin`, `mark_px`) or candleSnapshot (JSON)",
            "2:1",
        ),
        (
            "BTC,121",
            ",121",
            "`coin` is ``; legal: the name of a coin",
            "8:22",
        ),
    ];
    for (from, to, message, place) in cases {
        let expected = format!("error: {message}\n --> dir/path.csv:{place}");
        assert_eq!(record_error(from, to), expected);
    }
}

#[test]
fn a_file_that_is_no_text_is_refused_with_its_place() {
    let none = |_: &std::path::Path| Ok(Vec::new());
    let refuse = |bytes: &[u8]| {
        Scenario::from_bytes(bytes, "a.toml", &none)
            .unwrap_err()
            .to_string()
    };
    let empty = "error: the file is empty; legal: a scenario in TOML\n --> a.toml:1:1";
    assert_eq!(refuse(b""), empty);
    assert_eq!(refuse(b" \n\t\n"), empty);
    assert_eq!(
        refuse(b"seed = 1\n\xff"),
        "error: byte 9 is not UTF-8; legal: UTF-8 text\n --> a.toml:2:1"
    );
    let large = vec![b'#'; 16 * 1024 * 1024 + 1];
    let most = "error: a.toml is larger than 16777216 bytes; legal: at most 16777216 bytes";
    assert_eq!(refuse(&large), most);
}

#[test]
fn a_missing_file_is_named() {
    let error = Scenario::load("no/such/scenario.toml")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("error: no/such/scenario.toml cannot be read: "),
        "{error}"
    );
}

#[test]
fn no_nesting_exhausts_the_stack() {
    let brackets = format!("seed = {}", "[".repeat(100_000));
    let tables = format!("seed = {}", "{a=".repeat(100_000));
    let dots = format!("{}b = 1", "a.".repeat(100_000));
    let keys_and_tables = |steps: usize, levels: usize| {
        let open = format!("{}b = {{", "a.".repeat(steps)).repeat(levels);
        format!("{open}{}", "}".repeat(levels))
    };
    // The parser allows 80 steps of a key and 80 levels of tables; this crate 24 of each.
    let parsers = keys_and_tables(78, 78);
    let ours = keys_and_tables(24, 24);
    let mismatched = format!("x = {}", "[ } ".repeat(78));
    let cases = [brackets, tables, dots, parsers, ours, mismatched];
    for text in cases {
        let error = parse(&text).unwrap_err().to_string();
        assert!(
            error.contains("nested deeper than 24; legal: at most 24"),
            "{error}"
        );
    }
}

/// Every source looks at the faults that run and every venue at every arbitrageur, second by second.
#[test]
fn lists_that_every_second_looks_at_are_bounded() {
    let fault = "\n[[oracle.faults]]\nsource = \"all\"\nkind = \"outage\"\n";
    let trade = "\n[[oracle.trades]]\nsource = 0\nat = 0\nside = \"long\"\nnotional = \"1\"\n";
    let who = |number: usize| {
        format!(
            "\n[[arbitrageurs]]\nname = \"x{number}\"\nnotional = \"1\"\nleverage = \"2\"\nlag = 1\n"
        )
    };
    let crowd: String = (0..65).map(who).collect();
    let cases = [
        ("oracle.faults", 1_000, fault.repeat(1_001)),
        ("oracle.trades", 10_000, trade.repeat(10_001)),
        ("arbitrageurs", 64, crowd),
    ];
    for (list, most, text) in cases {
        let error = parse(&format!("{FULL}{text}")).unwrap_err();
        let ScenarioError::Place(place) = error else {
            panic!("{error}")
        };
        assert_eq!(place.field, format!("{list}[{most}]"));
        let legal = format!("; legal: at most {most} `{list}`");
        assert!(place.message.ends_with(&legal), "{}", place.message);
    }
}

/// Seven days at 60 000 a minute would be 605 million orders in memory.
#[test]
fn drawn_orders_are_bounded_over_all_flows() {
    let week = FULL.replace("21:10:00Z", "21:00:00Z").replace(
        "end = \"2025-10-10T21:00:00Z\"",
        "end = \"2025-10-17T21:00:00Z\"",
    );
    let flow = |name: &str, per_minute: &str| {
        format!(
            "\n[[orders_drawn]]\nname = \"{name}\"\nper_minute = \"{per_minute}\"\nlong_share = \"0.5\"\nnotional = {{ fixed = \"5\" }}\nleverage = {{ fixed = \"5\" }}\n"
        )
    };
    let fault = |text: &str| match parse(text).unwrap_err() {
        ScenarioError::Place(place) => (place.field.clone(), place.message.clone()),
        other => panic!("{other}"),
    };
    let (field, message) = fault(&format!("{week}{}", flow("flood", "60000")));
    assert_eq!(field, "orders_drawn[1].per_minute");
    // 2 000 000 · 60 / 604 801 is 198.4.
    assert!(
        message.starts_with("`orders_drawn[1].per_minute` is 60000; legal: 0 to 198 for these 604801 seconds: at most 2000000"),
        "{message}"
    );
    let one = format!("{week}{}", flow("a", "150"));
    assert!(parse(&one).is_ok());
    let (field, _) = fault(&format!("{one}{}", flow("b", "150")));
    assert_eq!(field, "orders_drawn[2].per_minute");
}
