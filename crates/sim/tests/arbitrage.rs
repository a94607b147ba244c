//! Latency arbitrage by lag, source design and venue, and what M-3.2 does about it.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::fmt::Write;
use std::path::{Path, PathBuf};

use seawall_scenario::Scenario;
use seawall_sim::{ArbitrageOutcome, Comparison, SimError, VenueName, compare};
use seawall_units::{Ratio, Usd};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fixture() -> String {
    std::fs::read_to_string(root().join("fixtures/scenarios/latency-arbitrage.toml")).unwrap()
}

fn run(text: &str) -> Result<Comparison, SimError> {
    let scenario = Scenario::parse(text, "latency.toml", &|_| unreachable!());
    compare(
        &scenario.unwrap_or_else(|error| panic!("{error}")),
        &VenueName::ALL,
    )
}

fn ran(text: &str) -> Comparison {
    let run = run(text).unwrap_or_else(|error| panic!("{error}"));
    for venue in &run.venues {
        assert_eq!(venue.breaches, Vec::<String>::new(), "{}", venue.name);
    }
    run
}

fn of(run: &Comparison, name: VenueName) -> &[ArbitrageOutcome] {
    let venue = run.venues.iter().find(|venue| venue.name == name.as_str());
    &venue.unwrap().arbitrage
}

/// The fixture with its late instant sources replaced by this `[oracle]`.
fn with_oracle(oracle: &str) -> String {
    let text = fixture();
    let from = text.find("# Fresh for 30 s").unwrap();
    let until = text.find("# Who sees").unwrap();
    format!("{}{oracle}\n\n{}", &text[..from], &text[until..])
}

/// Profit of a round trip falls with every second of lag where the mark lags, to a loss when the
/// gap is gone before the order executes. The book follows the outside price, whatever its mark.
#[test]
fn profit_of_a_round_trip_falls_with_lag() {
    let run = ran(&fixture());
    for name in [VenueName::Tranched, VenueName::Gmx] {
        let each = of(&run, name);
        assert_eq!(each.len(), 6);
        assert!(
            each.iter()
                .all(|one| (one.round_trips, one.refused, one.open) == (6, 0, 0))
        );
        let profits: Vec<Usd> = each
            .iter()
            .filter_map(ArbitrageOutcome::profit_per_trip)
            .collect();
        assert!(profits.is_sorted_by(|a, b| a > b), "{name}: {profits:?}");
        assert!(profits[0].is_positive() && profits[5].is_negative());
    }
    assert!(
        of(&run, VenueName::Hyperliquid)
            .iter()
            .all(|one| one.round_trips == 0)
    );
}

/// One trip by hand: the whole run is cut off after the first move, and the others wait.
///
/// At second 18 of the move the outside price is 100 000·1.01^0.9 = 100 899.58 and the mark
/// 100 000: 0.2 are bought, at second 19, at the mark of move second 1, 100 000·1.01^(1/20) =
/// 100 049.7645…, and sold at 101 000. The profit on the price is 190.0471; the costs are
/// - opening: skew grows, 6 bp, and 2 bp of half-spread of 20 009.95: 16.0080
/// - closing: skew shrinks, 4 bp, and 2 bp of 20 200: 12.12
/// - impact: out along the first band, 5 bp in 250 000: ½·20 009.95²/250 000·5 bp = 0.4004; of it
///   ½·20 200²/250 000·5 bp = 0.4080 would be earned on the way back, of which the reserve has what
///   was paid: 0.4004 less a drip of nothing, as it never holds more than it should.
///
/// 190.0471 − 16.0080 − 12.12 = 161.919, less what utilisation and funding take in two minutes.
#[test]
fn one_round_trip_by_hand() {
    let text = fixture().replace("00:13:01Z", "00:02:41Z");
    let text = text.lines().filter(|line| {
        !line.starts_with("  { at = ")
            || line.contains("at = 0,")
            || line.contains("at = 60,")
            || line.contains("at = 80,")
    });
    let text = text.collect::<Vec<_>>().join("\n");
    let (head, rest) = text.split_once("[[arbitrageurs]]").unwrap();
    let first = rest.split("[[arbitrageurs]]").next().unwrap();
    let run = ran(&format!("{head}[[arbitrageurs]]{first}"));
    let one = &of(&run, VenueName::Tranched)[0];
    assert_eq!((one.round_trips, one.sent), (1, 2));
    let hand: Usd = "161.919".parse().unwrap();
    let away = hand - one.profit;
    // 20 000 USD at 50 %/year·U with U = 0.2 %: below a micro-dollar a minute; funding at a skew of
    // 100 % reaches 1 %/year in two minutes: 20 000·(0.5 + 1) %/525 600 = 0.0006 USD.
    let most: Usd = "0.002".parse().unwrap();
    assert!(away.abs() <= most, "{}: {away} off", one.profit);
}

/// M-3.2: with the outside price at once and an order that waits for the next mark, nobody earns.
#[test]
fn an_instant_oracle_leaves_nothing() {
    let instant = with_oracle("[[oracle.feeds]]\ndesign = \"instant\"\ncount = 3");
    // Also for one who opens at any gap at all.
    for edge in ["80bp", "0"] {
        let run = ran(&instant.replace("80bp", edge));
        for name in VenueName::ALL {
            for one in of(&run, name) {
                assert!(!one.profit.is_positive(), "{name} {}", one.name);
            }
        }
    }
}

/// M-3.2: what is one second late is known to nobody before the mark shows it. Who has seen
/// outside price P at second t trades at the mark of t + 1, which is P.
#[test]
fn one_second_of_delay_takes_away_one_second_of_lateness() {
    let late = with_oracle(
        "[[oracle.feeds]]\ndesign = \"instant\"\ncount = 3\n[[oracle.faults]]\nsource = \"all\"\nkind = { delay = 1 }",
    );
    // The whole move in one second, so that the gap is 1 %, above every cost.
    let jumps = jumping(&late).replace("80bp", "1bp");
    let run = ran(&jumps);
    for name in [VenueName::Tranched, VenueName::Gmx] {
        for one in of(&run, name) {
            assert_eq!(one.round_trips, 6, "{name} {}", one.name);
            assert!(one.profit.is_negative(), "{name} {}", one.name);
        }
    }
}

/// The moves of the fixture, each in one second.
fn jumping(text: &str) -> String {
    (0..6).fold(text.to_owned(), |text, step| {
        let start = 60 + 120 * step;
        text.replace(
            &format!("at = {},", start + 20),
            &format!("at = {},", start + 1),
        )
    })
}

const PUSH: &str = "[oracle]\nquorum = 1\n[[oracle.feeds]]\ndesign = { push = {} }";

/// M-3.2: push sources only and a narrower half-spread than their deviation: refused, with place
/// and legal range; with as wide a one, orders execute at once and nobody earns.
#[test]
fn a_push_only_market_needs_its_half_spread() {
    let narrow = with_oracle(PUSH);
    let error = run(&format!(
        "{narrow}\n[venues.tranched.ladder]\nhalf_spread = \"49bp\"\n"
    ));
    let said = error.unwrap_err().to_string();
    let line = narrow.lines().count() + 3;
    assert!(
        said.contains("`venues.tranched.ladder.half_spread` is 0.0049"),
        "{said}"
    );
    assert!(said.contains("legal: at least 0.005"), "{said}");
    assert!(
        said.contains(&format!("--> latency.toml:{line}:")),
        "{said}"
    );
    assert!(
        run(&narrow).is_err(),
        "the default of 2 bp is too narrow as well"
    );
    let wide = format!("{narrow}\n[venues.tranched.ladder]\nhalf_spread = \"50bp\"\n");
    let run = ran(&wide.replace("80bp", "0"));
    for one in of(&run, VenueName::Tranched) {
        assert!(!one.profit.is_positive(), "{}", one.name);
    }
}

/// With push sources only an order executes in the second in which it is sent (M-3.2).
#[test]
fn push_only_orders_execute_at_once() {
    let text = with_oracle(PUSH) + "\n[venues.tranched.ladder]\nhalf_spread = \"50bp\"\n";
    let scenario = |text: &str| Scenario::parse(text, "f.toml", &|_| unreachable!()).unwrap();
    assert_eq!(scenario(&text).execution_delay(), 0);
    assert_eq!(scenario(&fixture()).execution_delay(), 1);
}

/// What he posts more or less of is his own and no profit; holding time instead of the gap.
#[test]
fn a_holding_time_closes_too() {
    let text = fixture().replace("edge =", "exit = { after = 5 }\nedge =");
    let run = ran(&text);
    let by_time = of(&run, VenueName::Tranched);
    let by_gap = ran(&fixture());
    let by_gap = of(&by_gap, VenueName::Tranched);
    // After five seconds the mark has not caught up: he earns less of the same gap.
    assert!(by_time[0].profit_share() < by_gap[0].profit_share());
    assert!(by_time[0].round_trips >= 6);
}

/// One design: its name and its `[oracle]`.
const DESIGNS: [(&str, &str); 8] = [
    (
        "instant",
        "[[oracle.feeds]]\ndesign = \"instant\"\ncount = 3",
    ),
    (
        "instant, 1 s late",
        "[[oracle.feeds]]\ndesign = \"instant\"\ncount = 3\n[[oracle.faults]]\nsource = \"all\"\nkind = { delay = 1 }",
    ),
    (
        "instant, 18 s late",
        "[oracle]\nmax_age = 30\n[[oracle.feeds]]\ndesign = \"instant\"\ncount = 3\n[[oracle.faults]]\nsource = \"all\"\nkind = { delay = 18 }",
    ),
    (
        "push 0.5 %, one instant",
        "[oracle]\nquorum = 1\n[[oracle.feeds]]\ndesign = { push = {} }\ncount = 2\n[[oracle.feeds]]\ndesign = \"instant\"",
    ),
    (
        "push 2 %, one instant",
        "[oracle]\nquorum = 1\nmax_deviation = \"5%\"\n[[oracle.feeds]]\ndesign = { push = { deviation = \"2%\" } }\ncount = 2\n[[oracle.feeds]]\ndesign = \"instant\"",
    ),
    (
        "arithmetic TWAP 60 s",
        "[oracle]\nquorum = 1\n[[oracle.feeds]]\ndesign = { arithmetic_twap = { window = 60 } }",
    ),
    (
        "geometric TWAP 60 s",
        "[oracle]\nquorum = 1\n[[oracle.feeds]]\ndesign = { geometric_twap = { window = 60 } }",
    ),
    (
        "pool, fee 0.3 %",
        "[oracle]\nquorum = 1\n[[oracle.feeds]]\ndesign = { pool = {} }",
    ),
];

/// The table of docs/oracles.md is what the runs give; UPDATE_DOCS=1 rewrites it.
#[test]
fn profit_by_lag_and_design_is_documented() {
    let mut table = String::new();
    for name in [VenueName::Tranched, VenueName::Gmx] {
        writeln!(table, "\nIn `{name}`:\n").unwrap();
        writeln!(
            table,
            "| sources | lag 0 s | 1 s | 2 s | 5 s | 10 s | 30 s |"
        )
        .unwrap();
        writeln!(table, "|---|---|---|---|---|---|---|").unwrap();
        for (design, oracle) in DESIGNS {
            let text = jumping(&with_oracle(oracle)).replace("80bp", "1bp");
            let run = ran(&text);
            let cells = of(&run, name).iter().map(|one| cell(one.profit_share()));
            let cells: Vec<String> = cells.collect();
            writeln!(table, "| {design} | {} |", cells.join(" | ")).unwrap();
        }
    }
    let path = root().join("docs/oracles.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once("<!-- measured -->\n").unwrap();
    let (_, tail) = rest.split_once("\n<!-- /measured -->").unwrap();
    let written = format!("{head}<!-- measured -->\n{table}\n<!-- /measured -->{tail}");
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, &written).unwrap();
        return;
    }
    assert!(page == written, "UPDATE_DOCS=1 rewrites it:\n{table}");
}

/// Basis points with one decimal, rounded down; a dash where no round trip ended.
fn cell(share: Option<Ratio>) -> String {
    let Some(share) = share else {
        return String::from("–");
    };
    let tenths = share.units().div_euclid(10_i128.pow(13));
    let sign = if tenths < 0 { "−" } else { "" };
    let tenths = tenths.abs();
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}
