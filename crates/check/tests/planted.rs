//! Violations planted in valid journals, as a forger would leave them: lines edited, taken out,
//! doubled and exchanged, then numbered, counted and chained anew. Each must be found under its law,
//! at its line. `docs/check.md` lists them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{forged, journal, report, written};
use seawall_check::{Law, Venue};
use seawall_scenario::Scenario;
use seawall_sim::VenueName::{self, Gmx, Hyperliquid, Tranched};

/// What a forger does to a line.
enum Edit {
    /// Another text in the place of the first that is found.
    Text(&'static str, &'static str),
    /// A number after this text, one unit of its last digit higher.
    Up(&'static str),
    /// The amount of the first transfer under this cause, so many units higher.
    Amount(&'static str, i128),
    /// The line is gone.
    Gone,
    /// The line stands twice.
    Twice,
    /// The line stands after the next one.
    Later,
    /// Another line after it.
    Then(&'static str),
}

use Edit::{Amount, Gone, Later, Text, Then, Twice, Up};

/// Where the violation shows.
enum At {
    /// In the line that was edited, or in the one in its place.
    Here,
    /// So many lines after it.
    After(usize),
    /// In the first line with all of these.
    Line(&'static [&'static str]),
    /// In the last line.
    End,
}

use At::{After, End, Here, Line};

/// (law, scenario, venue, the line to edit: the first with all of these, edit, where it shows)
type Plant = (
    &'static str,
    &'static str,
    VenueName,
    &'static [&'static str],
    Edit,
    At,
);
const STATUS: &str = r#"{"seq":0,"time":1735689612,"phase":"oracle","event":"status","data":{"status":"halted"},"rule":"M-3.1","chain":"0000000000000000"}"#;
const WITHDRAWN: &str = r#"{"seq":0,"time":1735689651,"phase":"finish","event":"withdrawn","data":{"account":1,"amount":"1.000000"},"rule":"M-2.4","transfers":[{"from":"margin:1","to":"external","amount":"1.000000","cause":"margin_released"}],"chain":"0000000000000000"}"#;
const BAIL_OUT: &str = r#"{"seq":0,"time":1735689651,"phase":"finish","event":"opening","rule":"M-2.4","transfers":[{"from":"external","to":"insurance","amount":"50000.000000","cause":"capital_paid_in"}],"chain":"0000000000000000"}"#;
const MINTED: &str = r#"{"seq":0,"time":1735689651,"phase":"finish","event":"shares","data":{"tranche":"senior","holder":5,"change":"1.000000000","assets":null,"value":null,"supply":"8000000.000000000","why":"opening"},"rule":"M-2.4","chain":"0000000000000000"}"#;
const DEAD: &str = r#"{"seq":0,"time":1735689651,"phase":"finish","event":"shares","data":{"tranche":"senior","holder":null,"change":"0.000000000","assets":null,"value":null,"supply":"0.000000000","why":"dead"},"rule":"M-2.4","chain":"0000000000000000"}"#;
const STRAY: &str = r#"{"seq":0,"time":1735689651,"phase":"finish","event":"postings","rule":"M-2.4","transfers":[{"from":"senior","to":"margin:1","amount":"100.000000","cause":"profit_realised"}],"chain":"0000000000000000"}"#;
const HEADER: &[&str] = &["{\"header\":"];
const TAKEN: &[&str] = &["\"event\":\"liquidation\""];
const CUT: &[&str] = &["\"event\":\"cut\""];
const FILL: &[&str] = &["\"event\":\"fill\""];
const SHARES: &[&str] = &["\"why\":\"deposit\""];
const OPENED: &[&str] = &["\"event\":\"deficit_opened\""];
const CLOSED: &[&str] = &["\"event\":\"deficit_closed\""];
const JUNIOR: &[&str] = &["\"stage\":\"junior\"", "capacity"];
const INSURANCE: &[&str] = &["\"stage\":\"insurance\"", "capacity"];
const VALUES: &[&str] = &["\"event\":\"values\""];
const ADL: &[&str] = &["\"event\":\"adl_close\""];
const UNCUT: &[&str] = &["\"stage\":\"adl\"", "cleared"];

#[rustfmt::skip] // a table
fn format() -> Vec<Plant> {
    vec![
        ("record", "senior-pays", Tranched, &["\"event\":\"mark\""], Text("\"event\":\"mark\"", "\"event\":\"remark\""), Here),
        ("record", "senior-pays", Tranched, OPENED, Text("\"rule\"", "\"extra\":1,\"rule\""), Here),
        ("record", "residual", Hyperliquid, CUT, Text("\"settled\":\"0.000000\"", "\"settled\":\"0.0000000\""), Here),
        ("record", "senior-pays", Tranched, &["\"event\":\"mark\""], Text("\"rule\":\"M-3.1", "\"rule\":\"M-8.1"), Here),
        ("record", "senior-pays", Tranched, HEADER, Text("\"max_lots\"", "\"most_lots\""), Here),
        ("mark", "senior-pays", Tranched, &["\"event\":\"mark\""], Twice, After(1)),
        ("valuations", "residual", Gmx, &["\"phase\":\"finish\"", "\"event\":\"values\""], Gone, End),
        ("time-order", "senior-pays", Tranched, &["\"phase\":\"finish\"", "\"event\":\"values\""], Text("\"time\":17356896", "\"time\":17356895"), Here),
        ("phase-order", "senior-pays", Tranched, OPENED, Text("\"phase\":\"liquidation\"", "\"phase\":\"oracle\""), Here),
    ]
}
const SEEDED: &[&str] = &["\"event\":\"rebalanced\"", "\"from\":\"parent\""];
const SWEPT: &[&str] = &["\"event\":\"rebalanced\"", "\"to\":\"parent\""];
const BOUGHT: &str = r#"{"seq":0,"time":1735689660,"phase":"attribution","event":"shares","data":{"tranche":"hlp","holder":5,"change":"1.000000000","assets":"1.000000","value":"1120000.000000","supply":"1120000.000000000","why":"deposit"},"rule":"M-9.1","transfers":[{"from":"external","to":"parent","amount":"1.000000","cause":"vault_deposit"}],"chain":"0000000000000000"}"#;

#[rustfmt::skip] // a table
fn parent_vault() -> Vec<Plant> {
    vec![
        ("ring-fence", "hlp-since-march-2025", Hyperliquid, &["\"stage\":\"junior\"", "\"deficit\":0"], Text("\"absorbed\":\"0.000000\"", "\"absorbed\":\"1.000000\""), Here),
        ("rebalancing", "hlp-before-march-2025", Hyperliquid, SEEDED, Up("\"amount\":\""), Here),
        ("chart", "hlp-before-march-2025", Hyperliquid, SWEPT, Text("\"cause\":\"hlp_swept\"", "\"cause\":\"hlp_seeded\""), Here),
        ("posting-reason", "hlp-before-march-2025", Hyperliquid, SWEPT, Text("\"cause\":\"hlp_swept\"", "\"cause\":\"taker_fee\""), Here),
        ("stage-capacity", "hlp-before-march-2025", Hyperliquid, JUNIOR, Up("\"capacity\":\""), Here),
        // Its children are worth 1,120,000 less the 150,000 that they paid for one of them.
        ("hlp-value", "hlp-before-march-2025", Hyperliquid, SEEDED, Then(BOUGHT), After(1)),
    ]
}

#[rustfmt::skip] // a table
fn ledger() -> Vec<Plant> {
    vec![
        ("amount", "senior-pays", Tranched, INSURANCE, Text("\"amount\":\"15000.000000\"", "\"amount\":\"0.000000\""), Here),
        ("chart", "senior-pays", Tranched, INSURANCE, Text("\"cause\":\"insurance_loss\"", "\"cause\":\"senior_loss\""), Here),
        ("chart", "residual", Gmx, CUT, Text("\"cause\":\"taker_fee\"", "\"cause\":\"coupon\""), Here),
        ("venue-account", "stage-2-auction", Tranched, &["\"event\":\"released\""], Text("\"to\":\"free:0\"", "\"to\":\"makers\""), Here),
        ("venue-account", "residual", Hyperliquid, CUT, Text("\"to\":\"backstop:0\"", "\"to\":\"junior\""), Here),
        ("overdraft", "stage-2-auction", Tranched, &["\"event\":\"released\""], Amount("margin_released", 1), Here),
        ("overdraft", "residual", Gmx, TAKEN, Amount("loss_realised", 1), Here),
        ("passage", "senior-pays", Tranched, TAKEN, Amount("loss_realised", -1), Line(&["\"stage\":\"adl\"", "waiting"])),
    ]
}

#[rustfmt::skip] // a table
fn reasons() -> Vec<Plant> {
    vec![
        ("kind-phase", "senior-pays", Tranched, CLOSED, Then(WITHDRAWN), After(1)),
        ("kind-phase", "senior-pays", Tranched, CLOSED, Then(BAIL_OUT), After(1)),
        ("kind-phase", "senior-pays", Tranched, CLOSED, Then(MINTED), After(1)),
        ("kind-phase", "senior-pays", Tranched, CLOSED, Then(DEAD), After(2)),
        ("kind-phase", "residual", Gmx, &["\"event\":\"mark\""], Text("\"phase\":\"oracle\"", "\"phase\":\"funding\""), Here),
        ("kind-phase", "residual", Hyperliquid, &["\"event\":\"mark\""], Text("\"phase\":\"oracle\"", "\"phase\":\"finish\""), Here),
        ("posting-reason", "senior-pays", Tranched, CLOSED, Then(STRAY), After(1)),
        ("posting-reason", "senior-pays", Tranched, CLOSED, Then(WITHDRAWN), After(1)),
        ("posting-reason", "senior-pays", Tranched, CUT, Text("\"from\":\"margin:1\"", "\"from\":\"margin:0\""), Here),
        ("posting-reason", "senior-pays", Tranched, ADL, Gone, Line(CUT)),
        ("posting-reason", "stage-2-auction", Tranched, &["\"event\":\"released\""], Text("\"to\":\"free:0\"", "\"to\":\"free:7\""), Here),
        ("posting-reason", "exit-queue", Tranched, &["\"why\":\"redemption\""], Amount("vault_redemption", 1), Here),
        ("posting-reason", "exit-queue", Tranched, SHARES, Amount("vault_deposit", -1), Here),
        ("posting-reason", "recovery", Tranched, &["\"event\":\"claimed\""], Up("\"amount\":\""), Here),
        ("posting-reason", "residual", Hyperliquid, CUT, Text("\"to\":\"free:", "\"to\":\"free:9"), Here),
        ("posting-reason", "residual", Gmx, CUT, Text("\"to\":\"free:", "\"to\":\"free:9"), Here),
        ("posting-reason", "junior-wiped", Gmx, FILL, Text("\"from\":\"margin:", "\"from\":\"margin:9"), Here),
    ]
}

#[rustfmt::skip] // a table
fn deficits() -> Vec<Plant> {
    vec![
        ("deficit-life", "senior-pays", Tranched, CLOSED, Twice, After(1)),
        ("deficit-life", "senior-pays", Tranched, OPENED, Text("\"id\":0", "\"id\":1"), Here),
        ("deficit-life", "residual", Gmx, OPENED, Gone, Here),
        ("deficit-opening", "senior-pays", Tranched, OPENED, Up("\"amount\":\""), Here),
        ("deficit-opening", "residual", Hyperliquid, OPENED, Up("\"amount\":\""), Here),
        ("deficit-opening", "residual", Gmx, OPENED, Up("\"amount\":\""), Here),
        ("deficit-owner", "senior-pays", Tranched, OPENED, Text("\"account\":", "\"account\":7"), Here),
        ("deficit-owner", "early", Tranched, OPENED, Text("\"account\":0", "\"account\":2"), Line(UNCUT)),
        ("open-deficit", "senior-pays", Tranched, INSURANCE, Amount("insurance_loss", 1), Line(&["\"stage\":\"adl\"", "waiting"])),
        ("stage-end", "stage-3-junior", Tranched, &["\"stage\":\"insurance\"", "\"deficit\":0"], Text("nothing_left", "too_thin"), Here),
        ("loss-order", "senior-pays", Tranched, JUNIOR, Later, Here),
        ("loss-order", "residual", Hyperliquid, &["\"stage\":\"junior\"", "\"deficit\":0"], Gone, Line(&["\"stage\":\"adl\"", "\"deficit\":0"])),
        ("stage-reported", "senior-pays", Tranched, INSURANCE, Gone, Line(&["\"stage\":\"adl\"", "waiting"])),
        ("stage-reported", "residual", Gmx, JUNIOR, Gone, Line(&["\"stage\":\"residual\""])),
        ("stage-reported", "stage-3-junior", Tranched, &["\"stage\":\"residual\""], Text(",\"skip_reason\":\"nothing_left\"", ""), Here),
        ("stage-transfers", "senior-pays", Tranched, INSURANCE, Up("\"absorbed\":\""), Here),
        ("stage-transfers", "senior-pays", Tranched, INSURANCE, Text("\"deficit\":0", "\"deficit\":1"), Here),
        ("stage-transfers", "residual", Hyperliquid, &["\"stage\":\"adl\"", "\"deficit\":0"], Up("\"absorbed\":\""), Here),
        ("stage-end", "senior-pays", Tranched, JUNIOR, Text("\"end\":\"exhausted\"", "\"end\":\"cleared\""), Here),
        ("stage-end", "stage-3-junior", Tranched, &["\"stage\":\"insurance\"", "\"deficit\":0"], Text("\"end\":\"skipped\",\"skip_reason\":\"nothing_left\"", "\"end\":\"exhausted\""), Here),
        ("stage-capacity", "senior-pays", Tranched, JUNIOR, Up("\"capacity\":\""), Here),
        ("stage-capacity", "senior-pays", Tranched, &["\"stage\":\"senior\"", "capacity"], Up("\"capacity\":\""), Here),
        ("stage-capacity", "residual", Gmx, JUNIOR, Up("\"capacity\":\""), Here),
        ("junior-cap", "senior-pays", Tranched, HEADER, Text("\"loss_cap\":\"1.0", "\"loss_cap\":\"0.5"), Line(JUNIOR)),
        ("deficit-sum", "residual", Tranched, CLOSED, Up("\"residual\":\""), Here),
        ("deficit-sum", "residual", Hyperliquid, CLOSED, Up("\"residual\":\""), Here),
        ("deficit-closed", "senior-pays", Tranched, CLOSED, Gone, End),
        ("deficit-closed", "residual", Gmx, CLOSED, Gone, End),
    ]
}

#[rustfmt::skip] // a table
fn adl() -> Vec<Plant> {
    vec![
        ("adl-candidate", "many", Tranched, ADL, Text("\"account\":2", "\"account\":0"), Here),
        ("adl-candidate", "many", Gmx, HEADER, Text("\"adl\":\"0.85", "\"adl\":\"9.85"), Line(CUT)),
        ("adl-candidate", "residual", Hyperliquid, CUT, Text("\"closed\":\"-", "\"closed\":\""), Here),
        ("adl-ranking", "many", Tranched, ADL, Later, Here),
        ("adl-ranking", "many", Hyperliquid, CUT, Later, Here),
        ("adl-ranking", "many", Gmx, CUT, Gone, Line(CUT)),
        ("adl-limits", "many", Tranched, HEADER, Text("\"account_share\":\"0.25", "\"account_share\":\"0.01"), Line(ADL)),
        ("adl-limits", "many", Tranched, HEADER, Text("\"side_share\":\"0.05", "\"side_share\":\"0.03"), Line(ADL)),
        ("adl-share", "many", Tranched, CUT, Up("\"taken\":\""), Line(&["\"stage\":\"adl\"", "waiting"])),
        ("adl-share", "many", Tranched, CUT, Gone, Line(&["\"stage\":\"adl\"", "waiting"])),
        ("adl-principal", "many", Tranched, CUT, Up("\"taken\":\""), Here),
        ("adl-principal", "many", Hyperliquid, CUT, Up("\"profit\":\""), Here),
        ("adl-principal", "many", Gmx, CUT, Up("\"taken\":\""), Here),
        ("adl-pace", "many", Tranched, HEADER, Text("\"interval\":60", "\"interval\":61"), Line(&["\"event\":\"adl_close\"", "\"time\":1735689672"])),
        ("adl-pace", "many", Tranched, HEADER, Text("\"max_batches\":10", "\"max_batches\":1"), Line(&["\"stage\":\"adl\"", "\"time\":1735689672"])),
        ("adl-uncut", "many", Tranched, CUT, Text("\"deficit\":0,", ""), Here),
        ("adl-uncut", "early", Tranched, HEADER, Text("\"capital_target\":\"0.77", "\"capital_target\":\"1.77"), Line(ADL)),
        ("adl-share", "early", Tranched, CUT, Up("\"taken\":\""), Line(UNCUT)),
        ("adl-price", "many", Hyperliquid, CUT, Up("\"taken\":\""), Here),
        ("adl-price", "many", Hyperliquid, &["\"event\":\"mark\"", "\"price\":\"60."], Text("\"previous\":\"100.", "\"previous\":\"99."), Line(CUT)),
    ]
}

#[rustfmt::skip] // a table
fn fees_and_vaults() -> Vec<Plant> {
    vec![
        ("fee-split", "coupon-arrears", Tranched, &["\"event\":\"fees\""], Up("\"gross\":\""), Here),
        ("fee-split", "coupon-arrears", Tranched, HEADER, Text("\"protocol\":\"0.0", "\"protocol\":\"0.1"), Line(&["\"event\":\"fees\""])),
        ("coupon", "coupon-arrears", Tranched, &["\"event\":\"index\""], Up("\"coupon_due\":\""), Here),
        ("coupon", "coupon-arrears", Tranched, &["\"event\":\"fees\""], Amount("coupon", -1), Here),
        ("liquidation-fee", "stage-1-partial-deleverage", Tranched, TAKEN, Amount("liquidation_fee", 1), Here),
        ("taker-fee", "coupon-arrears", Tranched, FILL, Amount("taker_fee", 1), Here),
        ("taker-fee", "junior-wiped", Hyperliquid, FILL, Amount("taker_fee", 1), Here),
        ("taker-fee", "junior-wiped", Gmx, FILL, Amount("taker_fee", 1), Here),
        ("share-supply", "exit-queue", Tranched, SHARES, Up("\"supply\":\""), Here),
        ("share-supply", "exit-queue", Tranched, SHARES, Gone, Line(SHARES)),
        ("share-price", "exit-queue", Tranched, SHARES, Up("\"change\":\""), Here),
        ("share-price", "exit-queue", Tranched, &["\"why\":\"redemption\""], Up("\"assets\":\""), Here),
        ("share-price", "junior-wiped", Gmx, SHARES, Up("\"change\":\""), Here),
        ("share-price", "junior-wiped", Hyperliquid, SHARES, Up("\"change\":\""), Here),
        ("claim", "exit-queue", Tranched, VALUES, Up("\"claim\":\""), Here),
        ("values", "stage-2-auction", Tranched, VALUES, Up("\"junior\":\""), Here),
        ("values", "residual", Hyperliquid, VALUES, Up("\"makers\":\""), Here),
        ("values", "residual", Gmx, VALUES, Up("\"pool\":\""), Here),
        ("vault-cash", "stage-2-auction", Tranched, TAKEN, Text("\"to\":\"junior\"", "\"to\":\"senior\""), Here),
        ("recovery", "recovery", Tranched, &["\"event\":\"recovery\""], Up("\"amount\":\""), Here),
        ("recovery", "recovery", Tranched, &["\"event\":\"recovery\""], Text("\"to\":\"senior\"", "\"to\":\"insurance\""), Here),
    ]
}

#[rustfmt::skip] // a table
fn liquidations() -> Vec<Plant> {
    vec![
        ("liquidation-trigger", "stage-1-partial-deleverage", Tranched, HEADER, Text("\"maintenance\":\"0.05", "\"maintenance\":\"0.01"), Line(TAKEN)),
        ("liquidation-trigger", "stage-1-partial-deleverage", Hyperliquid, HEADER, Text("\"maintenance\":\"0.05", "\"maintenance\":\"0.01"), Line(TAKEN)),
        ("liquidation-trigger", "stage-2-auction", Tranched, TAKEN, Text("\"account\":0", "\"account\":1"), Here),
        ("liquidation-figures", "stage-2-auction", Tranched, TAKEN, Up("\"equity\":\""), Here),
        ("liquidation-figures", "stage-1-partial-deleverage", Hyperliquid, TAKEN, Up("\"maintenance\":\""), Here),
        ("liquidation-figures", "residual", Gmx, TAKEN, Up("\"equity\":\"-"), Here),
        ("liquidation-status", "senior-pays", Tranched, &["\"event\":\"mark\""], Then(STATUS), Line(TAKEN)),
        ("liquidation-status", "residual", Gmx, &["\"event\":\"mark\""], Then(STATUS), Line(TAKEN)),
        ("partial-close", "stage-1-partial-deleverage", Tranched, HEADER, Text("\"max_share\":\"0.5", "\"max_share\":\"0.2"), Line(TAKEN)),
        ("partial-close", "stage-1-partial-deleverage", Tranched, HEADER, Text("\"full_close_below\":\"1000.", "\"full_close_below\":\"100000."), Line(TAKEN)),
        ("partial-close", "stage-1-partial-deleverage", Hyperliquid, HEADER, Text("\"partial_above\":\"100000.000000\",\"partial_share\":\"0.2", "\"partial_above\":\"1.000000\",\"partial_share\":\"0.0"), Line(TAKEN)),
        ("auction-price", "stage-2-auction", Tranched, TAKEN, Up("\"price\":\""), Here),
        ("auction-price", "stage-2-auction", Tranched, HEADER, Text("\"duration\":60", "\"duration\":59"), Line(TAKEN)),
        ("auction-lots", "stage-2-auction", Tranched, &["\"event\":\"lot\""], Text("\"near_depth\":\"1000000", "\"near_depth\":\"100000"), Here),
        ("auction-lots", "stage-2-auction", Tranched, HEADER, Text("\"max_lots\":5", "\"max_lots\":1"), Line(&["\"event\":\"lot\"", "459."])),
        ("auction-lots", "stage-2-auction", Tranched, &["\"event\":\"lot\""], Text("\"size\":\"", "\"size\":\"-"), Here),
        ("takeover", "stage-3-junior", Hyperliquid, TAKEN, Text("\"taker\":\"backstop:0\"", "\"taker\":\"makers\""), Here),
        ("pool-close", "residual", Gmx, TAKEN, Amount("loss_realised", -1), Here),
        ("pool-close", "residual", Gmx, CUT, Amount("pnl_cap", 100_000_000_000), Here),
    ]
}

#[rustfmt::skip] // a table
fn positions() -> Vec<Plant> {
    vec![
        ("position-change", "coupon-arrears", Tranched, FILL, Up("\"filled\":\""), Here),
        ("position-change", "stage-1-partial-deleverage", Hyperliquid, TAKEN, Up("\"size\":\""), Here),
        ("position-change", "residual", Gmx, TAKEN, Up("\"size\":\""), Here),
        ("position-change", "many", Hyperliquid, TAKEN, Up("\"size\":\""), Here),
        ("realised-pnl", "stage-2-auction", Tranched, TAKEN, Amount("loss_realised", 1), Here),
        ("realised-pnl", "junior-wiped", Hyperliquid, FILL, Up("\"cost\":\""), Here),
        ("realised-pnl", "residual", Gmx, CUT, Amount("profit_realised", 1), Here),
        ("position-cost", "stage-2-auction", Tranched, TAKEN, Up("\"cost\":\""), Here),
        ("position-cost", "stage-1-partial-deleverage", Hyperliquid, TAKEN, Up("\"cost\":\""), Here),
        ("position-cost", "residual", Gmx, CUT, Up("\"cost\":\"-"), Here),
        ("book-sum", "stage-1-partial-deleverage", Hyperliquid, TAKEN, Up("\"holder\":\"makers\",\"size\":\"-"), After(1)),
        ("index-step", "exit-queue", Tranched, &["\"event\":\"index\""], Text("\"funding\":\"0.0", "\"funding\":\"9.0"), Here),
        ("index-step", "exit-queue", Tranched, &["\"event\":\"index\""], Text("\"time\":1735689660", "\"time\":1735689661"), Here),
        ("index-step", "residual", Gmx, &["\"event\":\"index\""], Text("\"short.funding_paid\":\"0.0", "\"short.funding_paid\":\"1.0"), Here),
        ("funding-payment", "stage-2-auction", Tranched, TAKEN, Up("\"utilisation\":\""), Here),
        ("funding-payment", "residual", Gmx, CUT, Amount("funding_paid", 1), Here),
        ("funding-payment", "stage-1-partial-deleverage", Hyperliquid, TAKEN, Text("\"settled\":\"0.000000\"", "\"settled\":\"1.000000\""), Here),
        ("funding-balance", "stage-1-partial-deleverage", Hyperliquid, TAKEN, Amount("loss_realised", 1), Here),
        ("mark-made", "stale-quotes", Hyperliquid, &["\"event\":\"mark\"", "\"made_of\":"], Up("\"data\":{\"price\":\""), Here),
        ("mark-made", "stale-quotes", Hyperliquid, &["\"event\":\"mark\"", "\"made_of\":"], Up("\"previous\":\""), Here),
        ("mark-made", "stale-quotes", Hyperliquid, &["{\"header\":"], Text("\"mark_interval\":3", "\"mark_interval\":4"), After(4)),
        ("execution-price", "stage-2-auction", Tranched, TAKEN, Up("\"mark\":\""), Here),
        ("execution-price", "residual", Hyperliquid, OPENED, Up("\"mark\":\""), Here),
        ("execution-price", "residual", Gmx, TAKEN, Up("\"mark\":\""), Here),
    ]
}
fn all() -> Vec<Plant> {
    let tables = [
        format(),
        ledger(),
        parent_vault(),
        reasons(),
        deficits(),
        adl(),
        fees_and_vaults(),
        liquidations(),
        positions(),
    ];
    tables.into_iter().flatten().collect()
}
/// The scenario with the oracle price as the order book's mark and one curve of quotes, so that it
/// goes as its file works it out by hand.
fn plain(scenario: &Scenario) -> Scenario {
    let oracle = scenario.with("venues.hyperliquid.mark.rule", "oracle");
    let curve = oracle.and_then(|it| it.with("venues.hyperliquid.book.withdrawal", "1"));
    curve.unwrap()
}
/// Each journal is made once.
#[derive(Default)]
struct Journals(BTreeMap<(&'static str, String), Vec<String>>);

impl Journals {
    fn of(&mut self, name: &'static str, venue: VenueName) -> Vec<String> {
        let made = self.0.entry((name, venue.to_string())).or_insert_with(|| {
            let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
            let path = match name {
                "many" => own.join("many-winners.toml"),
                "early" => own.join("winners-closed-early.toml"),
                name => common::scenarios().join(format!("{name}.toml")),
            };
            let scenario = Scenario::load(path).unwrap();
            let text = match name {
                "stale-quotes" => written(&scenario, venue),
                _ => written(&plain(&scenario), venue),
            };
            assert_eq!(
                common::checked(&text).exit_code(),
                0,
                "{name} in {venue} before any edit"
            );
            text.lines().map(str::to_owned).collect()
        });
        made.clone()
    }
}
fn find(lines: &[String], words: &[&str]) -> usize {
    let found = lines
        .iter()
        .position(|line| words.iter().all(|word| line.contains(word)));
    found.unwrap_or_else(|| panic!("no line with {words:?}"))
}
/// The number that begins at a place, so many units of its last digit higher.
fn moved(line: &str, start: usize, units: i128) -> String {
    let length = line[start..].find('"').unwrap();
    let number = &line[start..start + length];
    let digits: String = number.chars().filter(|c| *c != '.').collect();
    let places = number.len() - number.find('.').unwrap() - 1;
    let changed: i128 = digits.parse::<i128>().unwrap() + units;
    assert!(changed >= 0, "{number} and {units}");
    let digits = format!("{changed:0>width$}", width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    format!(
        "{}{whole}.{part}{}",
        &line[..start],
        &line[start + length..]
    )
}
fn edited(lines: &mut Vec<String>, at: usize, edit: &Edit) {
    match *edit {
        Text(from, to) => {
            assert!(lines[at].contains(from), "no {from} in {}", lines[at]);
            lines[at] = lines[at].replacen(from, to, 1);
        }
        Up(before) => {
            let start = lines[at]
                .find(before)
                .unwrap_or_else(|| panic!("no {before} in {}", lines[at]));
            lines[at] = moved(&lines[at], start + before.len(), 1);
        }
        Amount(cause, units) => {
            let end = lines[at].find(&format!("\"cause\":\"{cause}\"")).unwrap();
            let start = lines[at][..end].rfind("\"amount\":\"").unwrap() + "\"amount\":\"".len();
            lines[at] = moved(&lines[at], start, units);
        }
        Gone => {
            lines.remove(at);
        }
        Twice => lines.insert(at, lines[at].clone()),
        Later => lines.swap(at, at + 1),
        Then(line) => lines.insert(at + 1, line.to_owned()),
    }
}

#[test]
fn every_planted_violation_is_found_at_its_line() {
    let mut journals = Journals::default();
    let mut faults = Vec::new();
    for (place, (law, name, venue, words, edit, at)) in all().into_iter().enumerate() {
        let mut lines = journals.of(name, venue);
        let edited_at = find(&lines, words);
        edited(&mut lines, edited_at, &edit);
        let line = 1 + match at {
            Here => edited_at,
            After(count) => edited_at + count,
            Line(words) => find(&lines, words),
            End => lines.len() - 1,
        };
        let report = report(&forged(&lines));
        let law = Law::of(law).unwrap_or_else(|| panic!("no law {law}"));
        let own = Venue::of(&venue.to_string()).unwrap();
        assert!(law.holds_in(own), "{law} in {venue}");
        let line = u64::try_from(line).unwrap();
        if !report
            .violations
            .iter()
            .any(|found| (found.law, found.line) == (law, line))
        {
            let found: Vec<String> = report
                .violations
                .iter()
                .take(6)
                .map(|v| format!("{}:{}", v.law, v.line))
                .collect();
            faults.push(format!(
                "{place}: {law} in {name} ({venue}) at line {line}; found {found:?}"
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
/// Laws that no forger can break by lines alone, and where they are tested.
const ELSEWHERE: [&str; 5] = [
    "chain",         // below: a forger writes it anew
    "sequence",      // below: a forger numbers anew
    "end-record",    // below: a forger counts anew
    "expected-hash", // below
    "sum-zero",      // every transfer has two ends: it is counted all the same
];

#[test]
fn every_law_has_its_plant_and_there_are_many() {
    let plants = all();
    assert!(plants.len() >= 100, "{} plants", plants.len());
    let planted: BTreeSet<&str> = plants.iter().map(|plant| plant.0).collect();
    let missing: Vec<&str> = Law::ALL
        .iter()
        .map(|law| law.id())
        .filter(|id| !planted.contains(id) && !ELSEWHERE.contains(id))
        .collect();
    assert!(missing.is_empty(), "no plant of {missing:?}");
    for venue in [Tranched, Hyperliquid, Gmx] {
        let count = plants.iter().filter(|plant| plant.2 == venue).count();
        assert!(count >= 20, "{count} plants in {venue}");
    }
}
fn first(text: &str) -> (String, u64) {
    let report = report(text);
    let first = report.violations.first().unwrap();
    (first.law.to_string(), first.line)
}

#[test]
fn an_edit_that_is_not_chained_anew_shows_in_the_chain_at_its_line() {
    let text = journal("senior-pays", Tranched);
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    for at in [0, 1, 7, 20, lines.len() - 2] {
        let mut changed = lines.clone();
        let edited = changed[at].replacen("\":\"", "\": \"", 1);
        changed[at] = &edited;
        assert_eq!(
            first(&joined(&changed)),
            (String::from("chain"), at as u64 + 1)
        );
    }
    let mut lost = lines.clone();
    lost.remove(9);
    assert_eq!(first(&joined(&lost)), (String::from("chain"), 10));
    let mut doubled = lines.clone();
    doubled.insert(9, lines[9]);
    assert_eq!(first(&joined(&doubled)), (String::from("chain"), 11));
    let mut exchanged = lines.clone();
    exchanged.swap(9, 10);
    assert_eq!(first(&joined(&exchanged)), (String::from("chain"), 10));
}

#[test]
fn numbers_counts_and_hashes_are_held() {
    let text = journal("senior-pays", Tranched);
    let rechained = |text: &str| seawall_check::chain::rechain(text);
    let end = text.lines().count() as u64;
    let gap = text.replacen("{\"seq\":5,", "{\"seq\":6,", 1);
    assert_eq!(first(&rechained(&gap)), (String::from("sequence"), 7));
    let counted = text.replacen("\"transfers\":3", "\"transfers\":4", 1);
    assert!(counted != text, "the count of transfers begins with 3");
    assert_eq!(first(&counted), (String::from("end-record"), end));
    let more = format!("{text}{{}}\n");
    assert_eq!(first(&more), (String::from("end-record"), end + 1));
    let (head, last) = text.rsplit_once("\"chain\":\"").unwrap();
    let turned = if last.starts_with('0') { '1' } else { '0' };
    let hash = format!("{head}\"chain\":\"{turned}{}", &last[1..]);
    assert_eq!(first(&hash), (String::from("end-record"), end));
}

#[test]
fn the_expected_hash_is_the_last_state_or_its_beginning() {
    use seawall_check::{Options, check};
    let text = journal("senior-pays", Tranched);
    let hash = report(&text).hash.clone();
    let with = |expected: &str| {
        let options = Options {
            expect_hash: Some(expected.parse().unwrap()),
            ..Options::default()
        };
        check(text.as_bytes(), &options)
    };
    assert_eq!(with(&hash).exit_code(), 0);
    assert_eq!(with(&hash[..16].to_uppercase()).exit_code(), 0);
    let turned: String = hash.chars().rev().collect();
    let verdict = with(&turned);
    assert_eq!(verdict.exit_code(), 1);
    assert_eq!(
        verdict.report().unwrap().violations[0].law,
        Law::ExpectedHash
    );
    for bad in ["", "123456789012345", "g234567890123456", &"0".repeat(65)] {
        assert!(bad.parse::<seawall_check::ExpectedHash>().is_err(), "{bad}");
    }
}
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/check.md");

/// The page's part between two marks.
fn section<'a>(page: &'a str, name: &str) -> &'a str {
    let (begin, end) = (
        format!("<!-- {name} -->\n"),
        format!("<!-- end of {name} -->"),
    );
    let (_, rest) = page.split_once(&begin).unwrap();
    rest.split_once(&end).unwrap().0
}

fn laws() -> String {
    let mut text = String::from("| law | what it says | rule | venues |\n|---|---|---|---|\n");
    for law in Law::ALL {
        let venues: Vec<&str> = law.venues().iter().map(|venue| venue.name()).collect();
        let venues = if venues.len() == 3 {
            String::from("all")
        } else {
            venues.join(", ")
        };
        text.push_str(&format!(
            "| `{law}` | {} | {} | {venues} |\n",
            law.sentence(),
            law.rule()
        ));
    }
    text
}

fn plants() -> String {
    let code = |text: &str| format!("`{}`", text.replace('|', "\\|"));
    let mut text =
        String::from("| law | journal | edit | of the first line with |\n|---|---|---|---|\n");
    for (law, name, venue, words, edit, _) in all() {
        let edit = match edit {
            Text(from, "") => format!("{} is gone", code(from)),
            Text(from, to) => format!("{} becomes {}", code(from), code(to)),
            Up(before) => format!("the number after {} is one unit higher", code(before)),
            Amount(cause, units) => format!("the amount of {} moves by {units} units", code(cause)),
            Gone => String::from("it is gone"),
            Twice => String::from("it stands twice"),
            Later => String::from("it stands after the next one"),
            Then(line) => {
                let kind = line.split("\"event\":\"").nth(1).unwrap();
                let kind = kind.split('"').next().unwrap();
                format!("a line of {} follows it", code(kind))
            }
        };
        let words: Vec<String> = words.iter().map(|word| code(word)).collect();
        text.push_str(&format!(
            "| `{law}` | {name}, {venue} | {edit} | {} |\n",
            words.join(" and ")
        ));
    }
    text
}

/// `UPDATE_DOCS=1` writes both tables.
#[test]
fn the_page_lists_every_law_and_every_plant() {
    let mut page = std::fs::read_to_string(PAGE).unwrap();
    for (name, table) in [("laws", laws()), ("plants", plants())] {
        let found = section(&page, name).to_owned();
        if found == table {
            continue;
        }
        assert!(
            std::env::var_os("UPDATE_DOCS").is_some(),
            "{name} of docs/check.md: UPDATE_DOCS=1 writes it"
        );
        let begin = format!("<!-- {name} -->\n");
        page = page.replacen(&format!("{begin}{found}"), &format!("{begin}{table}"), 1);
        std::fs::write(PAGE, &page).unwrap();
    }
}
